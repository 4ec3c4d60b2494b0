"""A school answers about itself: roles side by side, teachers without a name and from five on."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models import Message, School, SelfAnswer
from service.models.enums import Role
from service.models.states import AnswerRole
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs

LINK = re.compile(r"/autoevaluacion/responder/([\w-]+)")


@pytest.fixture
def school(database: Database) -> School:
    with database.transaction() as session:
        return make_school(session, service=make_service(session), name="Escuela Los Aromos")


@pytest.fixture
def head(client_as: ClientAs, school: School) -> FlaskClient:
    return client_as(Role.DIRECTOR, school_id=school.id)


def target(school: School) -> str:
    return f"/autoevaluacion/cl:{school.code}"


def test_answers_of_roles_stand_side_by_side_with_the_gap(
    database: Database, school: School, head: FlaskClient, client_as: ClientAs
) -> None:
    utp = client_as(Role.CURRICULUM_HEAD, school_id=school.id)
    coordinator = client_as(Role.COORDINATOR, service_id=school.ownerships[0].service_id)
    head.post(target(school), data={"trust": "4", "focus": "3"})
    utp.post(target(school), data={"trust": "2", "focus": "3"})
    coordinator.post(target(school), data={"trust": "3"})
    head.post(target(school), data={"trust": "4", "focus": "2"})
    page = coordinator.get(target(school)).text
    assert "Hay 2 preguntas en que se ven distinto" in page
    assert page.count("para conversar</") + page.count("para conversar\n") + page.count("para conversar") >= 2
    with database.reading() as session:
        kept = session.scalars(select(SelfAnswer).order_by(SelfAnswer.id)).all()
    assert [(row.role, row.answers) for row in kept] == [
        (AnswerRole.HEAD, {"trust": 4, "focus": 2}),
        (AnswerRole.CURRICULUM_HEAD, {"trust": 2, "focus": 3}),
        (AnswerRole.COORDINATOR, {"trust": 3}),
    ]


def test_teachers_are_shown_from_five_on_and_each_link_opens_once(
    database: Database, school: School, head: FlaskClient, client_as: ClientAs
) -> None:
    sheet = head.post(f"{target(school)}/enlaces", data={"copies": "5"})
    tokens = LINK.findall(sheet.text)
    assert len(set(tokens)) == 5
    teacher = client_as(Role.ASSESSOR).application.test_client()
    for number, token in enumerate(tokens):
        page = f"/autoevaluacion/responder/{token}"
        assert "Los Aromos" in teacher.get(page).text
        assert teacher.post(page, data={}).status_code == 422
        assert "Gracias" in teacher.post(page, data={"trust": "1", "comment": f"Voz {number}"}).text
        again = teacher.post(page, data={"trust": "4"})
        assert again.status_code == 409
        assert "ya se usó" in again.text
        shown = head.get(target(school)).text
        assert ("Voz 0" in shown) == (number == 4)
    with database.reading() as session:
        rows = session.scalars(select(SelfAnswer)).all()
    assert {(row.role, row.account_id) for row in rows} == {(AnswerRole.TEACHER, None)}


def test_links_by_mail_go_to_each_address_and_no_subject_names_the_school(
    database: Database, school: School, head: FlaskClient
) -> None:
    head.post(f"{target(school)}/enlaces", data={"addresses": "a@escuela.cl, b@escuela.cl"})
    with database.reading() as session:
        letters = session.scalars(select(Message).order_by(Message.id)).all()
    assert [letter.recipient for letter in letters] == ["a@escuela.cl", "b@escuela.cl"]
    assert all(school.name not in letter.subject for letter in letters)
    wrong = head.post(f"{target(school)}/enlaces", data={"addresses": "no es un correo"})
    assert wrong.status_code == 422
    none = head.post(f"{target(school)}/enlaces", data={})
    assert none.status_code == 422


def test_a_level_outside_the_rubric_and_a_long_text_are_refused(school: School, head: FlaskClient) -> None:
    assert head.post(target(school), data={"trust": "5"}).status_code == 422
    long = head.post(target(school), data={"trust": "2", "comment": "x" * 100_000})
    assert long.status_code == 422
    assert "Es demasiado largo" in long.text
