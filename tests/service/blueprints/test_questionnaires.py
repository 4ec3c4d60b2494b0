"""Questionnaires for reflection: how a network works over the years, and the profile of a service."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models import Answer, Questionnaire, Respondent
from service.models.enums import Role
from service.models.network_kinds import AnswerSide
from service.questionnaire_items import CULTURES, FUNCTIONING
from tests.factories.networks import make_network
from tests.factories.questionnaires import answer_as, make_questionnaire
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs

CODE = re.compile(r"<code>([a-z0-9-]+)</code>")
JUNE = date(2026, 6, 1)


@dataclass(frozen=True)
class Hills:
    """A service with five schools in a network, and another service."""

    service: int
    other: int
    schools: list[int]
    network: int


@pytest.fixture
def hills(database: Database) -> Hills:
    with database.transaction() as session:
        service, other = make_service(session), make_service(session)
        schools = [make_school(session, service=service, name=f"Escuela {n}") for n in range(5)]
        network = make_network(session, schools, service_id=service.id, start_on=date(2024, 3, 4))
        return Hills(service.id, other.id, [one.id for one in schools], network.id)


@pytest.fixture
def coordinator(client_as: ClientAs, hills: Hills) -> FlaskClient:
    return client_as(Role.COORDINATOR, service_id=hills.service)


def _only(database: Database) -> Questionnaire:
    with database.reading() as session:
        return session.scalars(select(Questionnaire)).one()


def test_members_answer_signed_in_or_by_code_once_and_without_their_name(
    app: Flask, coordinator: FlaskClient, client_as: ClientAs, hills: Hills, database: Database
) -> None:
    head = client_as(Role.DIRECTOR, school_id=hills.schools[0])
    coordinator.post(f"/redes/{hills.network}/cuestionario")
    asked = _only(database).id
    sheet = coordinator.post(f"/cuestionarios/{asked}/hoja", data={"side": "school", "number": "2"})
    code = CODE.findall(sheet.text)[0]

    assert f"/cuestionarios/{asked}/responder" in head.get("/redes/").text
    assert head.post(f"/cuestionarios/{asked}/responder", data={"purpose": "4"}).status_code == 302
    assert head.post(f"/cuestionarios/{asked}/responder", data={"purpose": "1"}).status_code == 409
    assert f"/cuestionarios/{asked}/responder" not in head.get("/redes/").text
    paper = app.test_client()
    there = paper.post("/encuesta", data={"code": code.upper()}, follow_redirects=True)
    assert "sin temor a que nos juzguen" in there.text
    assert paper.post(f"/cuestionario/{code}", data={"bonds": "2"}).status_code == 302
    assert paper.post(f"/cuestionario/{code}", data={"bonds": "2"}).status_code == 409
    with database.reading() as session:
        kept = sorted(session.scalars(select(Answer)), key=lambda one: one.id)
        assert [one.levels for one in kept] == [{"purpose": 4}, {"bonds": 2}]
        columns = set(Answer.__table__.columns.keys())
        assert columns == {"id", "questionnaire_id", "side", "levels"}
        assert [one.answered for one in session.scalars(select(Respondent).order_by(Respondent.id))] == [
            True,
            True,
            False,
        ]


def test_an_empty_answer_comes_back_and_uses_nothing_up(
    coordinator: FlaskClient, hills: Hills, client_as: ClientAs, database: Database
) -> None:
    head = client_as(Role.DIRECTOR, school_id=hills.schools[0])
    coordinator.post(f"/redes/{hills.network}/cuestionario")
    asked = _only(database).id

    answer = head.post(f"/cuestionarios/{asked}/responder", data={"purpose": "9"})

    assert answer.status_code == 422
    assert "Conteste al menos una pregunta" in answer.text
    assert head.post(f"/cuestionarios/{asked}/responder", data={"purpose": "3"}).status_code == 302


def test_nothing_is_shown_while_open_nor_with_fewer_answers_than_the_minimum(
    coordinator: FlaskClient, hills: Hills, database: Database
) -> None:
    with database.transaction() as session:
        few = make_questionnaire(session, network_id=hills.network, year=2024, closed_on=JUNE)
        answer_as(session, few, dict.fromkeys(FUNCTIONING, 1), 4, silent=4)
        fresh = make_questionnaire(session, network_id=hills.network, year=2025)
        answer_as(session, fresh, dict.fromkeys(FUNCTIONING, 1), 9)

    page = coordinator.get(f"/redes/{hills.network}/cuestionario").text

    assert "El cuestionario de 2025 está abierto: contestaron 9 de 9." in page
    assert "2024: 4 de 8 (50 %), hacen falta 5 respuestas para mostrar lo que dicen" in page.replace(
        "\xa0", " "
    )
    assert "Promedios de 1 (no) a 4 (sí), por año" not in page


def test_two_closed_years_stand_side_by_side_with_their_response(
    client_as: ClientAs, hills: Hills, database: Database
) -> None:
    with database.transaction() as session:
        for year, level in ((2025, 2), (2026, 3)):
            one = make_questionnaire(session, network_id=hills.network, year=year, closed_on=JUNE)
            levels = {**dict.fromkeys(FUNCTIONING, level), "bonds": 4, "means": 1}
            answer_as(session, one, levels, 5)
            answer_as(session, one, {"purpose": level + 1}, 1, silent=4)
    head = client_as(Role.DIRECTOR, school_id=hills.schools[1])

    page = head.get(f"/redes/{hills.network}/cuestionario").text

    assert "En 2026 contestaron 6 de 10. Lo más afirmado: «En la red podemos mostrar" in page
    assert "Lo menos: «Tenemos el tiempo" in page
    row = page[page.index("La red trabaja en algo concreto") :]
    assert re.findall(r"<span>([\d,]+) <span class=\"muted small\">n = (\d+)", row)[:2] == [
        ("2,2", "6"),
        ("3,2", "6"),
    ]


def test_closing_ends_the_answers_and_a_second_one_in_the_year_is_refused(
    app: Flask, coordinator: FlaskClient, hills: Hills, database: Database
) -> None:
    coordinator.post(f"/redes/{hills.network}/cuestionario")
    asked = _only(database).id
    sheet = coordinator.post(f"/cuestionarios/{asked}/hoja", data={"side": "school", "number": "1"})
    code = CODE.findall(sheet.text)[0]

    assert coordinator.post(f"/redes/{hills.network}/cuestionario").status_code == 409
    assert coordinator.post(f"/cuestionarios/{asked}/cierre").status_code == 302

    assert app.test_client().post(f"/cuestionario/{code}", data={"bonds": "2"}).status_code == 409
    assert (
        coordinator.post(f"/cuestionarios/{asked}/hoja", data={"side": "school", "number": "1"}).status_code
        == 409
    )
    assert coordinator.post(f"/redes/{hills.network}/cuestionario").status_code == 409


def _profile(database: Database, hills: Hills, body: int = 5, schools: int = 5, **given: object) -> int:
    """The team sees itself learning; its schools see targets, and learning two points less."""
    with database.transaction() as session:
        one = make_questionnaire(session, service_id=hills.service, closed_on=JUNE, **given)
        mine = {**dict.fromkeys(CULTURES["learning"], 4), **dict.fromkeys(CULTURES["accountability"], 2)}
        theirs = {**dict.fromkeys(CULTURES["learning"], 2), **dict.fromkeys(CULTURES["accountability"], 3)}
        answer_as(session, one, {**mine, "local_need": 4}, body, AnswerSide.BODY)
        answer_as(session, one, {**theirs, "local_need": 3}, schools, silent=3)
        return one.id


def test_a_profile_tells_how_far_the_service_is_from_its_schools(
    coordinator: FlaskClient, hills: Hills, database: Database
) -> None:
    _profile(database, hills)

    page = coordinator.get(f"/perfil/servicio/{hills.service}").text

    assert "Donde más se distancian es en «aprender en conjunto»: el equipo lo ve 2,0 puntos más" in page
    assert "Contestaron 5 de 5 del equipo y 5 de 8 de las escuelas." in page
    row = page[page.index("Aprender en conjunto<br>") :]
    assert re.findall(r"<span>([\d,]+)", row)[:3] == ["4,0", "2,0", "2,0"]
    laissez = page[page.index("Cada escuela por su cuenta") : page.index("Rendir cuentas<br>")]
    assert laissez.count("faltan respuestas") == 2
    assert "todavía no se sabe" in laissez


def test_a_small_team_is_not_shown_and_no_distance_is_claimed(
    coordinator: FlaskClient, hills: Hills, database: Database
) -> None:
    _profile(database, hills, body=4)

    page = coordinator.get(f"/perfil/servicio/{hills.service}").text

    assert "hacen falta 5 respuestas de cada lado; hubo 4 del equipo y 5 de las escuelas" in page
    assert "4,0" not in page


def test_a_profile_is_its_services_own_until_it_is_shared(
    coordinator: FlaskClient, client_as: ClientAs, hills: Hills, database: Database
) -> None:
    profile = _profile(database, hills)
    address = f"/perfil/servicio/{hills.service}"
    outside = {
        "ministry": client_as(Role.MINISTRY),
        "school": client_as(Role.DIRECTOR, school_id=hills.schools[0]),
        "foreign": client_as(Role.COORDINATOR, service_id=hills.other),
    }
    reads = client_as(Role.READ_ONLY, service_id=hills.service)

    def seen() -> dict[str, int]:
        return {name: one.get(address).status_code for name, one in outside.items()}

    assert seen() == {"ministry": 404, "school": 404, "foreign": 404}
    assert reads.get(address).status_code == 200
    assert reads.post(f"/cuestionarios/{profile}/compartir", data={"shared": "yes"}).status_code == 403
    assert coordinator.post(f"/cuestionarios/{profile}/compartir", data={"shared": "yes"}).status_code == 302
    assert seen() == {"ministry": 200, "school": 200, "foreign": 404}
    assert address in outside["ministry"].get("/perfil").text
    coordinator.post(f"/cuestionarios/{profile}/compartir", data={"shared": ""})
    assert seen() == {"ministry": 404, "school": 404, "foreign": 404}


def test_a_service_is_asked_twice_in_a_year_but_not_while_one_is_open(
    coordinator: FlaskClient, client_as: ClientAs, hills: Hills, database: Database
) -> None:
    _profile(database, hills, opened_on=date(2026, 3, 2))
    head = client_as(Role.DIRECTOR, school_id=hills.schools[0])

    assert coordinator.post(f"/perfil/servicio/{hills.service}").status_code == 302
    assert coordinator.post(f"/perfil/servicio/{hills.service}").status_code == 409

    waiting = head.get("/perfil").text
    assert "Contestar ahora" in waiting
    with database.reading() as session:
        asked = session.scalars(select(Questionnaire).where(Questionnaire.closed_on.is_(None))).one()
        sides = session.scalars(select(Respondent.side).where(Respondent.questionnaire_id == asked.id)).all()
        assert sorted(side.value for side in sides) == ["body", "school"]
