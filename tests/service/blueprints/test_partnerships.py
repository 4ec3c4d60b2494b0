"""A whole partnership, lived by its two schools on the screens."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from service.db import Database
from service.models import (
    Agreement,
    Attachment,
    Concern,
    Partnership,
    PlanActivity,
    PlanObjective,
    School,
)
from service.models.enums import Role, Subject
from service.models.states import PartnershipState
from service.operations.sessions import begin_session
from tests.factories.accounts import make_account
from tests.factories.leaders import make_leader
from tests.factories.partnerships import make_partnership
from tests.factories.results import make_result
from tests.factories.schools import make_school, make_service

BEGIN = datetime(2026, 3, 2, 15, tzinfo=UTC)


class Visitor:
    """Somebody who signs in anew whenever they come back: between two visits months may pass."""

    def __init__(self, app: Flask, database: Database, role: Role, **reach: Any) -> None:
        self.app, self.database = app, database
        with database.transaction() as session:
            self.account_id = make_account(session, role, **reach).id

    def open(self, method: str, path: str, **given: Any) -> Any:
        with self.database.transaction() as session:
            key = begin_session(session, self.account_id, browser="prueba")
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept.update({"_user_id": key, "_fresh": True, "locale": "es"})
        return client.open(path, method=method, **given)

    def get(self, path: str) -> Any:
        return self.open("GET", path)

    def post(self, path: str, **given: Any) -> Any:
        return self.open("POST", path, **given)


class World:
    """Two schools of one service, their people, and who coordinates them."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            service, other = make_service(session), make_service(session)
            school = make_school(session, service=service, name="Escuela Los Aromos")
            leader = make_leader(session, make_school(session, service=service, name="Escuela El Canelo"))
            self.id = make_partnership(session, school=school, leader=leader).id
            self.school_id, self.leader_school_id = school.id, leader.school_id
            self.service_id, self.other_id = service.id, other.id
        self.supported = Visitor(app, database, Role.DIRECTOR, school_id=self.school_id)
        self.supporting = Visitor(app, database, Role.LEADER, school_id=self.leader_school_id)
        self.coordinator = Visitor(app, database, Role.COORDINATOR, service_id=self.service_id)
        self.foreign = Visitor(app, database, Role.COORDINATOR, service_id=self.other_id)
        self.ministry = Visitor(app, database, Role.MINISTRY)
        self.looking = Visitor(app, database, Role.READ_ONLY, service_id=self.service_id)

    def post(self, client: Visitor, path: str, expected: int = 302, **data: Any) -> str:
        answer = client.post(
            f"/acompanamientos/{self.id}/{path}", data=data, content_type="multipart/form-data"
        )
        assert answer.status_code == expected, (path, answer.status_code, _plain(answer.text)[:600])
        return answer.text

    def read(self, client: Visitor, path: str = "", expected: int = 200) -> str:
        answer = client.get(f"/acompanamientos/{self.id}{'/' + path if path else ''}")
        assert answer.status_code == expected, (path, answer.status_code)
        return answer.text

    def state(self) -> PartnershipState:
        with self.database.reading() as session:
            return session.get_one(Partnership, self.id).state

    def agree(self, **given: Any) -> None:
        agreement = {
            "focus": ["observation", "trust"],
            "kinds": ["head", "teachers"],
            "days": "2",
            "end_on": "2027-03-02",
            "conduct": "Nadie evalúa a nadie.",
            **given,
        }
        self.post(self.supporting, "acuerdo", **agreement)
        with self.database.reading() as session:
            version = session.scalars(select(Agreement.version).order_by(Agreement.version.desc())).first()
        self.post(self.supported, f"acuerdo/{version}/firmar")

    def begin(self) -> None:
        self.post(self.supported, "pasos/begin_trial")
        self.agree()
        self.post(self.supported, "pasos/commit")
        self.post(self.supporting, "pasos/commit")


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


@pytest.fixture
def world(app: Flask, database: Database) -> World:
    return World(app, database)


def test_a_partnership_is_lived_from_trial_to_the_verdict(world: World) -> None:
    with time_machine.travel(BEGIN) as clock:
        assert "Empezar la prueba" in world.read(world.supported)
        world.post(world.supported, "pasos/begin_trial")
        assert "Escriban el acuerdo" in world.read(world.supporting)
        world.agree()
        world.post(world.supported, "pasos/commit")
        assert world.state() is PartnershipState.TRIAL
        assert "Su escuela ya se comprometió; falta la otra." in world.read(world.supported)
        world.post(world.supporting, "pasos/commit")
        assert world.state() is PartnershipState.ACTIVE

        refused = world.post(
            world.supported, "plan/nuevo", 422, side="supported", area="climate", words="Recreos en calma"
        )
        assert "empieza por un objetivo de enseñanza o de liderazgo" in refused
        assert "Recreos en calma" in refused
        world.post(
            world.supported,
            "plan/nuevo",
            side="supported",
            area="teaching",
            words="Observar clases y conversarlas",
            measure="clases observadas al mes",
            baseline="0",
            target="8",
            expected_on="2026-11-30",
        )
        world.post(
            world.supporting, "plan/nuevo", side="supporting", area="leadership", words="Aprender a delegar"
        )
        with world.database.reading() as session:
            objective, own = session.scalars(select(PlanObjective.id).order_by(PlanObjective.id)).all()
        for n, (led_by, due) in enumerate(
            [("supporting", "2026-04-01"), ("supporting", "2026-05-01"), ("supported", "2026-06-01")]
        ):
            world.post(
                world.supported,
                f"plan/{objective}/actividades",
                words=f"Actividad {n}",
                responsible="María Soto",
                led_by=led_by,
                kind="teachers",
                due_on=due,
            )
        with world.database.reading() as session:
            activities = session.scalars(select(PlanActivity.id).order_by(PlanActivity.id)).all()

        clock.move_to(datetime(2026, 6, 3, 15, tzinfo=UTC))
        for number, day in zip(activities, ("2026-04-01", "2026-05-02", "2026-06-02"), strict=True):
            world.post(world.supported, f"actividades/{number}", step="finish", done_on=day, evidence="Pauta")
        assert "33 %" in _plain(world.read(world.supported))

        review = {
            "held_on": "2026-06-03",
            "reviewer": "María Soto",
            "overall": "progressing",
            f"mark_{objective}": "on_track",
            f"mark_{own}": "on_track",
            "next_on": "2026-09-01",
        }
        world.post(world.supported, "revision", **review)
        assert "La otra escuela contestó la revisión; falta su mirada." in world.read(world.supporting)
        world.post(world.supporting, "revision", **{**review, f"mark_{objective}": "needs_attention"})
        seen = _plain(world.read(world.coordinator))
        assert "Lo ven distinto" in seen
        assert "needs_attention" not in seen
        assert "Tiene que ser posterior a la última" in world.post(
            world.supported, "revision", 422, **{**review, "held_on": "2026-06-01"}
        )

        world.post(
            world.supported,
            "participacion",
            teachers="10",
            teachers_in="1",
            leadership="3",
            leadership_in="3",
        )
        assert "una sola persona" in world.read(world.supporting)
        world.post(world.supported, "sostenibilidad", moment="midterm", level_critical_mass="2")

        clock.move_to(datetime(2026, 10, 1, 15, tzinfo=UTC))
        world.post(world.supported, "pasos/taper")
        assert "entrega" in world.post(world.supported, "pasos/close", 409)
        handover = {
            "successor": "Ana Rojas",
            "successor_trained_on": "2026-09-10",
            "materials": "Carpeta de UTP",
            "induction": "Cada marzo",
            "policy": "El servicio da dos horas",
        }
        world.post(world.supported, "entrega", **handover)
        world.post(world.supported, f"plan/{objective}/logro", reason="Se conversa cada clase")
        world.post(world.supporting, f"plan/{own}/logro", reason="Delegué la UTP")
        clock.move_to(datetime(2026, 12, 1, 15, tzinfo=UTC))
        world.post(world.supported, "pasos/close")
        world.post(world.coordinator, "pasos/follow")

        with world.database.transaction() as session:
            school = session.get_one(Partnership, world.id).school_id
            session.expunge_all()
            kept = session.get_one(School, school)
            for year, score in ((2025, 230.0), (2026, 245.0), (2027, 246.0), (2028, 243.0)):
                for subject in (Subject.READING, Subject.MATHEMATICS):
                    make_result(session, kept, year=year, score=score, subject=subject)
        assert "todavía no termina" in world.post(world.coordinator, "seguimiento/1", 409, stays="Queda")
        for number in (1, 2):
            clock.move_to(datetime(2026 + number, 12, 2, 15, tzinfo=UTC))
            world.post(world.supported, f"seguimiento/{number}", stays="Ana lo lleva")
        clock.move_to(datetime(2029, 12, 2, 15, tzinfo=UTC))
        world.post(world.supported, "seguimiento/3", stays="Sigue")
        assert "por mirar; falta su resultado" in world.read(world.supported, "seguimiento")
        assert "Queda un año por mirar" in world.post(world.coordinator, "pasos/end", 409)
        with world.database.transaction() as session:
            kept = session.get_one(School, school)
            for subject in (Subject.READING, Subject.MATHEMATICS):
                make_result(session, kept, year=2029, score=248.0, subject=subject)
        world.post(world.supported, "seguimiento/3", stays="Sigue")
        world.post(world.coordinator, "pasos/end")
        assert "la mejora se sostuvo" in world.read(world.supported, "seguimiento")
        assert "Se conversa cada clase" in world.read(world.supporting)
        assert "Delegué la UTP" in world.read(world.supported)


def test_every_page_opens_for_the_pair_and_none_for_who_only_looks(world: World) -> None:
    with time_machine.travel(BEGIN):
        world.begin()
        world.post(world.supported, "plan/nuevo", side="supported", area="teaching", words="Leer")
        with world.database.reading() as session:
            objective = session.scalars(select(PlanObjective.id)).one()
        world.post(
            world.supported,
            f"plan/{objective}/actividades",
            words="Club",
            responsible="Ana",
            led_by="supported",
            kind="pupils",
            due_on="2026-05-01",
        )
        world.post(world.supported, "preocupaciones", reason="time", words="No alcanza el tiempo")
        with world.database.reading() as session:
            activity = session.scalars(select(PlanActivity.id)).one()
            concern = session.scalars(select(Concern.id)).one()
        pages = (
            "acuerdo", "plan", "plan/nuevo", f"plan/{objective}", f"actividades/{activity}", "revision",
            "notas",
            f"preocupaciones/{concern}", "personas", "participacion", "entrega", "seguimiento", "practica",
            "retirar", "pasos/pause",
        )  # fmt: skip
        for path in pages:
            world.read(world.supported, path)
            world.read(world.supporting, path)
            world.read(world.foreign, path, 404)
            if path != "seguimiento":
                world.read(world.ministry, path, 403)
                world.read(world.looking, path, 403)


def test_notes_are_read_on_two_levels_and_the_ministry_reads_none(world: World) -> None:
    with time_machine.travel(BEGIN):
        world.post(world.supporting, "notas", text="CANARIO del par", level="pair")
        world.post(world.supporting, "notas", text="CANARIO compartido", level="shared")
        world.post(world.supported, "preocupaciones", reason="time", words="CANARIO preocupa")
        for client, path in ((world.supported, "notas"), (world.supporting, "notas"), (world.supported, "")):
            assert world.read(client, path).count("CANARIO") >= 2
        seen = world.read(world.coordinator) + world.read(world.coordinator, "notas")
        assert "CANARIO compartido" in seen
        assert "CANARIO preocupa" in seen
        assert "CANARIO del par" not in seen
        assert "CANARIO" not in world.read(world.ministry) + world.read(world.looking)
        refused = world.post(world.coordinator, "notas", 422, text="Solo del par", level="pair")
        assert "la leen también las dos escuelas" in refused


def test_a_note_is_gone_when_its_time_is_over(world: World) -> None:
    with time_machine.travel(BEGIN) as clock:
        world.post(world.supporting, "notas", text="CANARIO viejo", level="pair")
        clock.move_to(BEGIN + timedelta(days=731))
        assert "CANARIO viejo" not in world.read(world.supporting, "notas")


def test_withdrawn_consent_stops_it_and_hides_each_side_from_the_other_at_once(world: World) -> None:
    with time_machine.travel(BEGIN):
        world.begin()
        world.post(world.supporting, "notas", text="CANARIO de la acompañante", level="shared")
        world.post(world.supported, "notas", text="CANARIO de la acompañada", level="shared")
        world.post(world.supported, "retirar")
        assert world.state() is PartnershipState.STOPPED
        mine = world.read(world.supported) + world.read(world.supported, "notas", 403)
        assert "CANARIO de la acompañada" in mine
        assert "CANARIO de la acompañante" not in mine
        assert "CANARIO de la acompañada" not in world.read(world.supporting)
        world.post(world.supporting, "notas", 409, text="Otra", level="pair")


def test_either_side_stops_a_trial_without_a_reason_and_only_within_it(world: World) -> None:
    with time_machine.travel(BEGIN) as clock:
        world.post(world.supported, "pasos/begin_trial")
        clock.move_to(BEGIN + timedelta(days=46))
        assert "La prueba terminó" in world.post(world.supporting, "pasos/stop_trial", 409)
        assert "Escriba el motivo" in world.post(world.supporting, "pasos/stop", 422)
        clock.move_to(BEGIN + timedelta(days=45))
        world.post(world.supporting, "pasos/stop_trial")
        assert world.state() is PartnershipState.STOPPED


def test_an_agreement_has_three_areas_at_most_and_a_change_is_a_new_version(world: World) -> None:
    with time_machine.travel(BEGIN):
        refused = world.post(
            world.supported,
            "acuerdo",
            422,
            focus=["culture", "trust", "focus", "reading"],
            kinds=["head"],
            days="2",
            end_on="2027-03-02",
            conduct="x",
        )
        assert "de una a 3 áreas" in refused
        world.begin()
        world.agree(days="3", end_on="2027-06-30")
        page = _plain(world.read(world.supported, "acuerdo"))
        assert "Versión 2 · vigente" in page
        assert "Versión 1" in page
        assert world.post(world.supported, "acuerdo/1/firmar", 409)


def test_files_are_judged_by_content_and_handed_over_to_be_saved(world: World) -> None:
    with time_machine.travel(BEGIN):
        world.begin()
        world.post(world.supported, "plan/nuevo", side="supported", area="teaching", words="Leer")
        with world.database.reading() as session:
            objective = session.scalars(select(PlanObjective.id)).one()
        world.post(
            world.supported,
            f"plan/{objective}/actividades",
            words="Club",
            responsible="Ana",
            led_by="supported",
            kind="pupils",
            due_on="2026-05-01",
        )
        with world.database.reading() as session:
            activity = session.scalars(select(PlanActivity.id)).one()
        place = f"actividades/{activity}/archivos"
        program = world.post(world.supported, place, 422, file=(io.BytesIO(b"MZ\x90\x00"), "foto.jpg"))
        assert "Es un programa" in program
        macros = io.BytesIO()
        with zipfile.ZipFile(macros, "w") as packed:
            packed.writestr("[Content_Types].xml", "<Types/>")
            packed.writestr("word/document.xml", "<w/>")
            packed.writestr("word/vbaProject.bin", b"x")
        macros.seek(0)
        assert "trae macros" in world.post(world.supported, place, 422, file=(macros, "acta.docx"))
        name = '../<b>acta".pdf'
        world.post(world.supported, place, file=(io.BytesIO(b"%PDF-1.7 hola"), name))
        with world.database.reading() as session:
            kept = session.scalars(select(Attachment)).one()
        answer = world.supporting.get(f"/acompanamientos/{world.id}/archivos/{kept.id}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.get_data() == b"%PDF-1.7 hola"
        assert (
            "<b>" not in world.read(world.supported, f"actividades/{activity}").partition("<h2>Archivos")[2]
        )
        assert world.foreign.get(f"/acompanamientos/{world.id}/archivos/{kept.id}").status_code == 404
        assert world.ministry.get(f"/acompanamientos/{world.id}/archivos/{kept.id}").status_code == 404
        world.post(world.supported, f"archivos/{kept.id}/quitar")
        assert world.supporting.get(f"/acompanamientos/{world.id}/archivos/{kept.id}").status_code == 404


def test_two_gigabytes_are_refused_before_they_are_read(world: World) -> None:
    answer = world.supported.post(
        f"/acompanamientos/{world.id}/actividades/1/archivos",
        input_stream=io.BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3)},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_a_concern_is_resolved_only_with_its_steps_confirmed(world: World) -> None:
    with time_machine.travel(BEGIN):
        world.post(world.supported, "preocupaciones", reason="communication", words="No contestan")
        with world.database.reading() as session:
            number = session.scalars(select(Concern.id)).one()
        refused = world.post(
            world.supported, f"preocupaciones/{number}", 422, step="resolve", decision="Hablamos"
        )
        assert "confirme que los pasos" in refused
        world.post(
            world.supported, f"preocupaciones/{number}", step="escalate", decision="Siguen sin contestar"
        )
        world.post(
            world.coordinator,
            f"preocupaciones/{number}",
            step="resolve",
            decision="Se acordó un día fijo",
            steps_confirmed="yes",
        )
        assert "resuelta" in world.read(world.supported, "notas")


def test_a_new_head_begins_the_day_after_and_the_former_stays_in_history(world: World) -> None:
    with time_machine.travel(BEGIN + timedelta(days=60)):
        world.post(
            world.supported,
            "personas",
            side="supported",
            name="Rosa Díaz",
            role="head",
            start_on="2026-04-15",
        )
        page = _plain(world.read(world.supported, "personas"))
        assert re.search(r"del lun 2 mar 2026 al mar 14 abr 2026", page)
        assert "Rosa Díaz, dirección, escuela acompañada desde el mié 15 abr 2026" in page


def test_a_text_of_a_hundred_thousand_letters_is_refused_and_nothing_breaks(world: World) -> None:
    with time_machine.travel(BEGIN):
        refused = world.post(world.supported, "notas", 422, text="a" * 100_000, level="pair")
        assert "Es demasiado largo" in refused


def test_a_story_is_told_only_while_both_consent(world: World) -> None:
    story = {"element": "trust", "problem": "P", "context": "C", "done": "D", "evidence": "E"}
    with time_machine.travel(BEGIN):
        world.begin()
        world.post(world.supported, "practica", **story)
        assert "Su coordinación la cuenta solo" in world.read(world.supported, "practica")
        world.post(world.supporting, "practica/consentir", agrees="yes")
        assert "aceptaron que su coordinación la cuente" in world.read(world.supported, "practica")
        world.post(world.supporting, "practica/consentir")
        assert "Su coordinación la cuenta solo" in world.read(world.supported, "practica")
