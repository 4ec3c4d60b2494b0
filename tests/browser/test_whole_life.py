"""Four people live a whole partnership, from the request to the verdict three years after its end.

Real pages in a real browser, mail by a real server, the worker beside it; the test only moves the clock
and, each year, publishes the results of that year.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import vobject
from icalendar import Calendar
from playwright.sync_api import Browser

from service import schema
from service.db import Database
from service.models import School
from tests.browser.cast import LEADING, SCHOOL, Cast, Person, World, add_results, at_windows, make_world
from tests.browser.clock import Clock
from tests.browser.letters import Letters
from tests.browser.servers import running
from tests.service.smtp_server import mail_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BEGIN = datetime(2026, 3, 2, 13, tzinfo=UTC)


class Life:
    """The world, its people, its clock and its mail."""

    def __init__(
        self, world: World, cast: Cast, clock: Clock, letters: Letters, database: Database, url: str
    ) -> None:
        self.world, self.cast, self.clock, self.letters = world, cast, clock, letters
        self.database, self.url = database, url
        self.work = ""

    def at(self, year: int, month: int, day: int, hour: int = 13) -> None:
        """Move the clock of the server."""
        self.clock.move_to(datetime(year, month, day, hour, tzinfo=UTC))

    def publish(self, scores: dict[int, float]) -> None:
        """The authority publishes the results of a year."""
        with self.database.transaction() as session:
            add_results(session, session.get_one(School, self.world.school_id), scores)


@pytest.fixture
def life(browser: Browser, tmp_path: Path) -> Iterator[Life]:
    file = tmp_path / "minga.sqlite"
    database = Database.at(f"sqlite:///{file}")
    schema.upgrade(database)
    with database.transaction() as session:
        world = make_world(session)
    clock = Clock(tmp_path / "clock")
    clock.move_to(BEGIN)
    with ExitStack() as stack:
        mail = stack.enter_context(mail_server())
        settings = {**clock.environment, "MINGA_SMTP_URL": mail.url}
        server = stack.enter_context(running(file, tmp_path / "instance", worker=True, settings=settings))
        cast = at_windows(stack, browser, server.url, world.addresses)
        yield Life(world, cast, clock, Letters(mail, world.addresses), database, server.url)
    database.engine.dispose()


def test_a_partnership_is_lived_from_the_request_to_the_verdict(life: Life) -> None:
    _ask_and_diagnose(life)
    _publish_choose_and_accept(life)
    _try_and_agree(life)
    _visit_both_ways(life)
    _review(life)
    _taper_and_close(life)
    _follow_three_years(life)


def _ask_and_diagnose(life: Life) -> None:
    director, coordinator = life.cast.director, life.cast.coordinator
    director.open("/")
    director.open("/solicitudes/pedir")
    director.page.get_by_role("main").locator("input[type=checkbox]").first.check()
    director.fill(Con_sus_palabras="Nos cuesta mirar clases sin que duela")
    director.press("Guardar y seguir")
    director.write("Días al mes", "2")
    director.write("Hasta dónde", "60")
    director.press("Guardar y seguir")
    director.press("Enviar la solicitud")
    director.reads("Lo que sigue es conversar el diagnóstico")
    asked = life.letters.link("coordinator", "/solicitudes/")
    coordinator.open(asked)
    coordinator.reads("Nos cuesta mirar clases")
    coordinator.follow("Validar el diagnóstico con la escuela")
    coordinator.page.get_by_text("Registrar una validación").click()
    coordinator.write("Con quiénes", "Directora, jefa de UTP y consejo de profesores")
    coordinator.press("Guardar la validación")
    coordinator.open(asked)
    coordinator.choose("Buscar una escuela par")
    coordinator.press("Guardar la decisión")


def _publish_choose_and_accept(life: Life) -> None:
    director, leader, coordinator = life.cast.director, life.cast.leader, life.cast.coordinator
    coordinator.open(f"/coordinacion/corridas/{life.world.run_id}/publicar")
    coordinator.press("Publicar")
    director.open(life.letters.link("director", "/propuestas/"))
    director.reads(LEADING)
    assert life.world.addresses["leader"] not in director.page.content()
    director.write("Me interesa", "1")
    director.press("Enviar mi elección")
    leader.open(life.letters.link("leader", "/propuestas/invitaciones/"))
    leader.reads(SCHOOL)
    leader.press("Sí, me interesa")
    director.open(life.letters.link("director", "/propuestas/"))
    director.reads("Las dos partes dijeron que sí.")
    director.reads(life.world.addresses["leader"])


def _try_and_agree(life: Life) -> None:
    director, leader = life.cast.director, life.cast.leader
    leader.follow("Abrir el acompañamiento")
    leader.reads("Lo que toca ahora")
    director.follow("Abrir el acompañamiento")
    life.work = re.sub(r"^https?://[^/]+", "", director.page.url)
    assert re.fullmatch(r"/acompanamientos/\d+", life.work)
    director.follow("Empezar la prueba")
    director.press("Empezar la prueba")
    director.follow("Ir al acuerdo")
    director.choose("Observación de clases", "Liderazgo")
    director.choose("entre quienes dirigen", "entre docentes")
    director.write("Días al mes", "2")
    director.write("Hasta cuándo", "2027-03-02")
    director.press("Proponer y firmar")
    leader.open(life.work)
    leader.follow("Ir al acuerdo")
    leader.press("Firmar esta versión")
    for person in (director, leader):
        person.open(life.work)
        person.follow("Comprometerse")
        person.press("Comprometerse")
    leader.open(life.work)
    leader.reads("en marcha")


def _visit_both_ways(life: Life) -> None:
    director, leader = life.cast.director, life.cast.leader
    there = _visit(life, leader, director, f"{LEADING} va a {SCHOOL}", "2026-04-14")
    back = _visit(life, director, leader, f"{SCHOOL} va a {LEADING}", "2026-05-12")
    _feeds_hold(life, [there, back])
    life.at(2026, 4, 15)
    _tell(life, there, leader, director)
    life.at(2026, 5, 13)
    _tell(life, back, director, leader)


def _review(life: Life) -> None:
    life.at(2026, 6, 3)
    for person in (life.cast.director, life.cast.leader):
        person.open(f"{life.work}/revision")
        person.choose("avanza bien")
        person.write("Próxima revisión", "2026-09-01")
        person.press("Guardar")
    life.cast.leader.open(life.work)
    life.cast.leader.reads("avanza bien")


def _taper_and_close(life: Life) -> None:
    director = life.cast.director
    life.at(2026, 12, 14)
    director.open(life.work)
    director.follow("Empezar el retiro gradual")
    director.press("Empezar el retiro gradual")
    life.at(2027, 3, 1)
    director.open(life.work)
    director.follow("Preparar la entrega")
    director.write("Quién sigue con esto", "Rosa Lagos")
    director.write("Se preparó el", "2027-01-12")
    director.write("Dónde quedan los materiales", "Carpeta de UTP")
    director.write("Cómo se recibe a quien llega", "Cada marzo")
    director.write("Qué se acordó con el servicio local", "Dos horas a la semana")
    director.press("Guardar la entrega")
    director.open(life.work)
    director.follow("Cerrar")
    director.press("Cerrar")


def _follow_three_years(life: Life) -> None:
    director, coordinator = life.cast.director, life.cast.coordinator
    for _ in range(30):
        coordinator.open(f"{life.work}/seguimiento")
        if coordinator.page.get_by_text("Año 1").count():
            break
        coordinator.page.wait_for_timeout(1000)
    coordinator.reads("Año 1")
    life.publish({2027: 245.0})
    for number, score in enumerate((246.0, 243.0, 248.0), start=1):
        life.publish({2027 + number: score})
        life.at(2027 + number, 12, 2)
        director.open(life.work)
        director.follow("Mirar qué quedó")
        director.write("¿Qué quedó", f"Rosa lo lleva, año {number}")
        director.press("Guardar lo que quedó")
    life.at(2030, 12, 3)
    coordinator.open(life.work)
    coordinator.follow("Terminar y ver qué dice la regla")
    coordinator.press("Terminar y ver qué dice la regla")
    director.open(f"{life.work}/seguimiento")
    director.reads("la mejora se sostuvo")


def _visit(life: Life, host: Person, guest: Person, way: str, day: str) -> str:
    """One visit, from the proposal to the note that both agree; answers its path."""
    host.open(f"{life.work}/visitas")
    host.follow("Planificar una visita")
    host.choose(way, "Otro día y hora")
    host.write("Otro día", day)
    host.page.get_by_label("Otra hora").fill("10:00")
    host.write("¿Para qué?", "Ver lectura en voz alta")
    host.press("Proponer esta visita")
    host.reads("Falta que la otra escuela conteste.")
    path = re.sub(r"^https?://[^/]+", "", host.page.url)
    guest.open(path)
    guest.press("Sí, nos sirve")
    guest.reads("Está acordada para el")
    return path


def _tell(life: Life, visit: str, writes: Person, agrees: Person) -> None:
    """The visit was held; one writes the note, and both say that it is right."""
    writes.open(f"{visit}/registrar")
    writes.choose(SCHOOL)
    for side in ("supported", "supporting"):
        writes.page.locator(f"input[name^={side}_]").first.fill("2")
    writes.press("Guardar: la visita se hizo")
    writes.open(f"{visit}/nota")
    writes.write("Qué hicimos", "Miramos una clase de lectura")
    writes.press("Guardar la nota")
    agrees.open(visit)
    agrees.press("Estoy de acuerdo")
    writes.open(visit)
    agree = writes.page.get_by_role("button", name="Estoy de acuerdo")
    if agree.count():
        agree.click()
    writes.reads("Las dos escuelas están de acuerdo con esta nota.")


def _feeds_hold(life: Life, visits: list[str]) -> None:
    """The feed of each of the two opens in two parsers, and holds both visits at ten o'clock."""
    for person in (life.cast.director, life.cast.leader):
        person.open("/calendario/mio")
        person.press("Hacer mi dirección")
        address = person.page.locator("main code").inner_text()
        text = person.page.request.get(address).text()
        first = list(Calendar.from_ical(text).walk("VEVENT"))
        second = vobject.readOne(text).vevent_list
        assert len(first) == len(second) == len(visits)
        assert {event.decoded("DTSTART").strftime("%H:%M") for event in first} == {"10:00"}
        assert {event.dtstart.value.strftime("%H:%M") for event in second} == {"10:00"}
        assert {str(event["UID"]) for event in first} == {event.uid.value for event in second}
