"""Visits as the two schools walk through them on their pages."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models import Account, BusyTime, CalendarDay, Message, TravelTime, Visit, VisitNote
from service.models.enums import MessageState
from service.models.states import CalendarDayKind, VisitState
from service.operations.sessions import begin_session
from tests.factories.visits import NOW, Pair, make_calendar_day, make_pair, make_visit


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pair(database: Database) -> Pair:
    with database.transaction() as session:
        return make_pair(session)


def signed_in(app: Flask, database: Database, account: Account) -> FlaskClient:
    with database.transaction() as session:
        key = begin_session(session, account.id, browser="prueba")
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = key
        kept["_fresh"] = True
        kept["locale"] = "es"
    return client


def words(answer: object) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", unescape(text))


def sent(client: FlaskClient, address: str, **data: object) -> str:
    """Send a form, follow where it leads, and read the page."""
    return words(client.post(address, data=data, follow_redirects=True))


def the_form(pair: Pair, **given: str) -> dict[str, object]:
    values: dict[str, object] = {
        "kind": "team",
        "direction": "to_supported",
        "mode": "on_site",
        "minutes": "90",
        "people": [str(one) for one in pair.people],
        "at": "2026-05-12T10:00",
        "purpose": "Ver lectura en voz alta",
        "place": "Sala de profesores",
        "way_there": "Bus de las 8:30",
    }
    return {**values, **given}


def one_visit(database: Database) -> Visit:
    with database.reading() as session:
        return session.scalars(select(Visit)).one()


def test_a_visit_from_the_plan_to_the_note_both_agree(app: Flask, database: Database, pair: Pair) -> None:
    lead, head = (signed_in(app, database, one) for one in (pair.leading, pair.director))
    base = f"/acompanamientos/{pair.partnership.id}/visitas"

    empty = words(lead.get(base))
    assert "Todavía no se ha hecho ninguna visita. No hay ninguna por venir." in empty
    assert f"Falta planificar una visita a {pair.school.name}" in empty
    screen = words(lead.get(f"{base}/nueva"))
    assert "Estos 3 días les sirven a las dos escuelas." in screen
    assert "jue 7 may 2026, 10:00 vie 8 may 2026, 10:00 lun 11 may 2026, 10:00" in screen
    assert "sáb 9 may 2026 a dom 10 may 2026: Es fin de semana." in screen

    planned = lead.post(f"{base}/nueva", data=the_form(pair), follow_redirects=True)
    assert (
        f"Queda propuesta para el mar 12 may 2026, 10:00. Le avisamos a {pair.director.person.name}; "
        "si no contesta en 3 días, se lo recordamos." in words(planned)
    )
    visit = one_visit(database)
    page = f"{base}/{visit.id}"
    assert "Falta su respuesta" in words(head.get(page))
    assert lead.post(f"{page}/acordar").status_code == 403
    assert "La visita quedó acordada" in words(head.post(f"{page}/acordar", follow_redirects=True))
    assert "por enviar" in words(lead.get(page))
    assert head.post(f"{page}/acordar").status_code == 409

    moved = head.post(
        f"{page}/mover", data={"at": "other", "day": "2026-05-13", "hour": "15:00"}, follow_redirects=True
    )
    assert "Queda propuesta para el mié 13 may 2026, 15:00" in words(moved)
    lead.post(f"{page}/acordar")

    with time_machine.travel(datetime(2026, 5, 14, 12, tzinfo=UTC), tick=False):
        head = signed_in(app, database, pair.director)
        lead = signed_in(app, database, pair.leading)
        assert "Falta registrar qué pasó" in words(head.get(page))
        record = {
            "day": "2026-05-13",
            "hour": "15:10",
            "minutes": "80",
            "mode": "on_site",
            "led_by": "supporting",
            "supported_teacher": "6",
            "supported_teacher_first": "9",
            "supporting_leadership": "1",
            "do": "held",
        }
        wrong = head.post(f"{page}/registrar", data=record)
        assert wrong.status_code == 422
        assert "De 6 personas no pueden ser 9 las que vienen por primera vez." in words(wrong)
        assert 'value="15:10"' in wrong.get_data(as_text=True)
        head.post(f"{page}/registrar", data=record | {"supported_teacher_first": "6"})
        head.post(
            f"{page}/nota", data={"do": "write", "version": "0", "done": "Leímos.", "surprised": "La calma."}
        )
        assert "Falta que" in words(lead.get(page))
        lead.post(f"{page}/nota", data={"do": "object", "version": "1", "objection": "No fue solo leer."})
        lead.post(f"{page}/nota", data={"do": "agree", "version": "1"})
        shown = words(lead.get(page))
    assert "Las dos escuelas están de acuerdo con esta nota." in shown
    assert "No fue solo leer." in shown
    assert f"Lo que le sorprendió a {pair.school.name} La calma." in shown
    assert one_visit(database).state is VisitState.HELD


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"at": "2026-05-01T10:00"}, 422, "Esa fecha ya pasó; elija una que venga."),
        ({"at": "2026-05-21T10:00"}, 422, "Es feriado."),
        ({"at": "other", "day": "2026-09-06", "hour": "00:30"}, 422, "se adelanta el reloj"),
        ({"at": "other", "day": "", "hour": ""}, 422, "Elija una de las fechas, o escriba otra."),
        ({"at": "other", "day": "2026-13-40", "hour": "ayer"}, 422, "Escriba una hora, como 10:30."),
        ({"at": "jueves"}, 422, "Elija una de las fechas, o escriba otra."),
        ({"purpose": "x" * 100_000}, 422, "Es demasiado largo: se admiten 500 caracteres."),
        ({"people": ""}, 422, "Elija al menos a una persona de cada escuela."),
        ({"at": "2026-05-12T10:30"}, 409, "Elija otra hora."),
    ],
)
def test_what_cannot_be_planned_is_told_and_nothing_typed_is_lost(
    app: Flask, database: Database, pair: Pair, given: dict[str, str], status: int, sentence: str
) -> None:
    lead = signed_in(app, database, pair.leading)
    address = f"/acompanamientos/{pair.partnership.id}/visitas/nueva"
    assert lead.post(address, data=the_form(pair)).status_code == 302

    answer = lead.post(address, data=the_form(pair, place="Biblioteca") | given)

    assert answer.status_code == status
    assert sentence in words(answer)
    assert 'value="Biblioteca"' in answer.get_data(as_text=True)
    assert one_visit(database).place == "Sala de profesores"


def test_a_coordinator_looks_and_calls_off_with_a_reason(app: Flask, database: Database, pair: Pair) -> None:
    with database.transaction() as session:
        visit = make_visit(session, pair)
    client = signed_in(app, database, pair.coordinator)
    page = f"/acompanamientos/{pair.partnership.id}/visitas/{visit.id}"
    assert client.get(f"/acompanamientos/{pair.partnership.id}/visitas/nueva").status_code == 403
    assert client.post(f"{page}/cancelar", data={"reason": ""}).status_code == 422
    assert "se canceló" in words(
        client.post(f"{page}/cancelar", data={"reason": "Paro"}, follow_redirects=True)
    )
    assert client.post(f"{page}/cancelar", data={"reason": "Otra vez"}).status_code == 409


def test_the_delivery_of_each_message_is_shown(app: Flask, database: Database, pair: Pair) -> None:
    lead = signed_in(app, database, pair.leading)
    lead.post(f"/acompanamientos/{pair.partnership.id}/visitas/nueva", data=the_form(pair))
    with database.transaction() as session:
        message = session.scalars(select(Message).where(Message.kind == "visit_proposed")).one()
        message.state, message.sent_at = MessageState.SENT, NOW
    visit = one_visit(database)
    shown = words(lead.get(f"/acompanamientos/{pair.partnership.id}/visitas/{visit.id}"))
    assert f"{pair.director.email} enviado , lun 4 may 2026" in shown or "enviado, lun 4 may 2026" in shown


def test_the_form_goes_along_as_a_file_and_comes_back_without_loss(
    app: Flask, database: Database, pair: Pair
) -> None:
    with database.transaction() as session:
        visit = make_visit(session, pair, starts_at=datetime(2026, 5, 4, 10, tzinfo=UTC), minutes=60)
    page = f"/acompanamientos/{pair.partnership.id}/visitas/{visit.id}"
    head, lead = (signed_in(app, database, one) for one in (pair.director, pair.leading))
    assert "Hoja de visita" in words(head.get(f"{page}/hoja"))
    taken = head.get(f"{page}/hoja.csv").get_data(as_text=True)

    def filled(**given: str) -> bytes:
        rows = taken.splitlines()
        for name, text in given.items():
            rows = [
                f'{row.rpartition(",")[0]},"{text}"' if row.startswith(f"{name},") else row for row in rows
            ]
        return "\r\n".join(rows).encode()

    counts = {"supported_teacher": "4", "supported_teacher_first": "4", "supporting_leadership": "1"}
    brought = filled(done="Leímos en el patio.", surprised="El silencio.", **counts)

    def bring(content: bytes) -> str:
        return sent(head, f"{page}/hoja", sheet=(io.BytesIO(content), "visita.csv"))

    assert "La hoja quedó incorporada" in bring(brought)
    lead.post(f"{page}/nota", data={"do": "write", "version": "1", "done": "Leímos y cantamos."})
    assert "La hoja quedó incorporada" in bring(brought)
    bring(brought)

    with database.reading() as session:
        note = session.scalars(select(VisitNote)).one()
        assert note.done == "Leímos y cantamos.\n\nLeímos en el patio."
        assert note.surprised_supported == "El silencio."
        assert session.scalars(select(Visit)).one().state is VisitState.HELD
    assert "Esta hoja es de otra visita." in bring(brought.replace(visit.uid.encode(), b"otra"))
    assert "No es una hoja de visita" in bring(b"\x89PNG\x00\x01")


def test_an_agenda_tells_the_month_and_a_feed_can_be_renewed(
    app: Flask, database: Database, pair: Pair
) -> None:
    with database.transaction() as session:
        make_visit(session, pair)
        make_visit(session, pair, state=VisitState.CANCELLED, starts_at=datetime(2026, 5, 6, 14, tzinfo=UTC))
    head = signed_in(app, database, pair.director)
    month = words(head.get("/calendario/?mes=2026-05"))
    assert "Agenda de visitas: mayo de 2026 Hay 1 visita este mes." in month
    assert f"10:00 · {pair.leader_school.name} va a {pair.school.name} acordada" in month
    assert "No hay visitas este mes." in words(head.get("/calendario/?mes=2026-07"))
    assert head.get("/calendario/?mes=nunca").status_code == 200

    first = re.search(
        r"/calendario/[\w-]+\.ics", head.post("/calendario/mio/direccion").get_data(as_text=True)
    )
    assert first is not None
    anybody = app.test_client()
    calendar = anybody.get(first[0])
    assert calendar.mimetype == "text/calendar"
    assert calendar.get_data(as_text=True).count("BEGIN:VEVENT") == 2
    assert "STATUS:CANCELLED" in calendar.get_data(as_text=True)
    assert first[0] not in head.get("/calendario/mio").get_data(as_text=True)
    head.post("/calendario/mio/direccion")
    assert anybody.get(first[0]).status_code == 404
    assert anybody.get("/calendario/nada.ics").status_code == 404


def test_ones_own_busy_times_are_typed_or_brought_and_hold_no_title(
    app: Flask, database: Database, pair: Pair
) -> None:
    head = signed_in(app, database, pair.director)
    typed = head.post(
        "/calendario/mio/ocupado", data={"day": "2026-05-12", "starts": "09:00", "ends": "11:00"}
    )
    assert typed.status_code == 302
    wrong = head.post(
        "/calendario/mio/ocupado", data={"day": "2026-05-12", "starts": "11:00", "ends": "09:00"}
    )
    assert (wrong.status_code, "La hora de término es posterior" in words(wrong)) == (422, True)
    content = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260501T000000Z\r\n"
        "DTSTART:20260506T140000Z\r\nDTEND:20260506T150000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
        "SUMMARY:Dentista\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    files = {"do": "import", "calendar": (io.BytesIO(content.encode()), "mio.ics")}
    assert "Se tomaron 3 horarios ocupados" in words(
        head.post("/calendario/mio/ocupado", data=files, follow_redirects=True)
    )
    bad = {"do": "import", "calendar": (io.BytesIO(b"no"), "mio.ics")}
    assert head.post("/calendario/mio/ocupado", data=bad).status_code == 422
    with database.reading() as session:
        assert len(session.scalars(select(BusyTime)).all()) == 4
        first = session.scalars(select(BusyTime.id).order_by(BusyTime.id)).first()
    lead = signed_in(app, database, pair.leading)
    assert lead.post(f"/calendario/mio/ocupado/{first}/quitar").status_code == 404
    assert head.post(f"/calendario/mio/ocupado/{first}/quitar").status_code == 302
    screen = words(lead.get(f"/acompanamientos/{pair.partnership.id}/visitas/nueva"))
    assert "Dentista" not in screen


def test_a_service_adds_days_that_close_its_schools(app: Flask, database: Database, pair: Pair) -> None:
    client = signed_in(app, database, pair.coordinator)
    form = {"kind": "test", "first_on": "2026-05-12", "last_on": "2026-05-13", "name": "Prueba comunal"}
    assert "todavía no están cargados" in words(client.get("/coordinacion/calendario"))
    assert "Prueba comunal" in words(
        client.post("/coordinacion/calendario", data=form, follow_redirects=True)
    )
    turned = client.post("/coordinacion/calendario", data=form | {"last_on": "2026-05-01"})
    assert "El último día no puede ser anterior al primero." in words(turned)
    lead = signed_in(app, database, pair.leading)
    address = f"/acompanamientos/{pair.partnership.id}/visitas/nueva"
    assert "Prueba comunal" in words(lead.post(address, data=the_form(pair)))
    with database.transaction() as session:
        days = session.scalars(select(CalendarDay)).one()
        everybodys = make_calendar_day(session, kind=CalendarDayKind.BREAK)
    assert client.post(f"/coordinacion/calendario/{everybodys.id}/quitar").status_code == 403
    assert client.post(f"/coordinacion/calendario/{days.id}/quitar").status_code == 302


def test_visits_are_put_in_the_order_of_the_shortest_journey(
    app: Flask, database: Database, pair: Pair
) -> None:
    with database.transaction() as session:
        near = make_pair(session, beside=pair)
        pair.leader_school.longitude, pair.school.longitude, near.school.longitude = -71.0, -71.4, -71.2
        circle = [pair.leader_school, near.school, pair.school, pair.leader_school]
        for origin, target in pairwise(circle):
            session.merge(origin)
            for minutes, (start, end) in ((20, (origin, target)), (90, (target, origin))):
                session.add(TravelTime(from_school_id=start.id, to_school_id=end.id, minutes=minutes))
        visits = [
            make_visit(session, pair),
            make_visit(session, near, starts_at=datetime(2026, 5, 13, 14, tzinfo=UTC)),
        ]
    lead = signed_in(app, database, pair.leading)
    assert "Elija las visitas" in words(lead.get("/calendario/viaje"))
    chosen = "&".join(f"visita={one.id}" for one in visits)
    shown = words(lead.get(f"/calendario/viaje?{chosen}"))
    assert "a 2 escuelas" in shown
    assert shown.index(f"{near.school.name}:") < shown.index(f"{pair.school.name}:")
    assert "Distancia 97 km" in shown
    assert "En camino 1,0 horas En las escuelas 3,0 horas Distancia" in shown
    assert "falta fijar lo que se paga" in shown


def test_both_ways_are_told_by_partnership(app: Flask, database: Database, pair: Pair) -> None:
    with database.transaction() as session:
        make_visit(session, pair)
    shown = words(signed_in(app, database, pair.coordinator).get("/calendario/ida-y-vuelta"))
    assert "En 1 acompañamiento falta planificar una visita en algún sentido." in shown
    assert "hechas: 0; por venir: 1" in shown
    assert "A la escuela acompañante" in shown
