"""Surveys as people answer and read them on their pages."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.db import Database
from service.jobs import ask_surveys
from service.models import Account, Message, Survey, SurveyAnswer, SurveyRespondent
from service.operations.sessions import begin_session
from tests.factories.visits import Pair, make_pair

DAY = date(2026, 4, 1)


@pytest.fixture
def pair(database: Database) -> Pair:
    with database.transaction() as session:
        return make_pair(session)


def signed_in(app: Flask, database: Database, account: Account) -> FlaskClient:
    with database.transaction() as session:
        key = begin_session(session, account.id, browser="prueba")
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update(_user_id=key, _fresh=True, locale="es")
    return client


def test_a_head_answers_by_the_link_of_the_mail_without_signing_in(
    app: Flask, database: Database, pair: Pair
) -> None:
    with time_machine.travel("2026-04-01 15:00+00:00", tick=False):
        assert ask_surveys(database) == 1
        assert ask_surveys(database) == 0
        with database.reading() as session:
            mail = session.scalars(select(Message).where(Message.recipient == pair.director.email)).one()
        code = mail.text.partition("/encuesta/")[2].split()[0]
        client = app.test_client()
        page = client.get(f"/encuesta/{code}").get_data(as_text=True)
        assert "unos tres minutos" in page
        long = client.post(f"/encuesta/{code}", data={"useful": "3", "comment": "á" * 100_000})
        assert long.status_code == 422
        body = long.get_data(as_text=True)
        assert "Es demasiado largo: se admiten 2000 caracteres." in body
        assert "á" * 100_000 in body
        assert re.search(r'name="useful" value="3" checked', body)
        client.post(f"/encuesta/{code}", data={"useful": "3", "comment": "A medias", "draft": "yes"})
        later = app.test_client().get(f"/encuesta/{code}").get_data(as_text=True)
        assert "A medias" in later
        assert re.search(r'name="useful" value="3" checked', later)
        sent = client.post(f"/encuesta/{code}", data={"useful": "4", "comment": "Listo"})
        assert sent.headers["Location"] == "/encuesta/gracias"
        assert "quedó guardada" in client.get("/encuesta/gracias").get_data(as_text=True)
        twice = client.post(f"/encuesta/{code}", data={"useful": "1"})
        assert twice.status_code == 409
        assert "cada enlace sirve una sola vez" in twice.get_data(as_text=True)
    with database.reading() as session:
        kept = session.scalars(select(SurveyAnswer)).one()
        assert (kept.levels, kept.comment) == ({"useful": 4}, "Listo")


def test_a_sheet_gives_teachers_codes_that_they_type(app: Flask, database: Database, pair: Pair) -> None:
    with time_machine.travel("2026-04-01 15:00+00:00", tick=False):
        ask_surveys(database)
        head = signed_in(app, database, pair.director)
        here = f"/acompanamientos/{pair.partnership.id}/encuestas"
        page = head.get(here).get_data(as_text=True)
        assert "A la última encuesta contestaron 0 de 2 personas" in page
        assert "Contestar ahora" in page
        with database.reading() as session:
            survey_id = session.scalars(select(Survey.id)).one()
        wrong = head.post(
            f"{here}/{survey_id}/hoja", data={"side": "supported", "role": "teachers", "number": "500"}
        )
        assert wrong.status_code == 422
        sheet = head.post(
            f"{here}/{survey_id}/hoja", data={"side": "supported", "role": "teachers", "number": "3"}
        )
        codes = re.findall(r"<code>([\w-]+)</code>", sheet.get_data(as_text=True))
        assert len(codes) == 3
        teacher = app.test_client()
        typed = teacher.post("/encuesta", data={"code": codes[0].upper().replace("-", " ")})
        assert typed.status_code == 302
        form = teacher.get(typed.headers["Location"]).get_data(as_text=True)
        assert "Cada escuela cumple" not in form
        assert teacher.post(typed.headers["Location"], data={"respect": "4"}).status_code == 302
        assert teacher.post("/encuesta", data={"code": "--"}).status_code == 422
    with database.reading() as session:
        assert session.scalar(select(func.count(SurveyRespondent.id))) == 5


def test_the_coordination_handles_what_is_low(app: Flask, database: Database, pair: Pair) -> None:
    with time_machine.travel("2026-04-01 15:00+00:00", tick=False):
        coordinator = signed_in(app, database, pair.coordinator)
        assert "Todavía no hay encuestas cerradas" in coordinator.get("/coordinacion/encuestas").get_data(
            as_text=True
        )
        ask_surveys(database)
        with database.reading() as session:
            survey = session.scalars(select(Survey)).one()
        own = f"/acompanamientos/{pair.partnership.id}/encuestas/{survey.id}"
        lead = signed_in(app, database, pair.leading)
        assert lead.get(f"{own}/responder").status_code == 200
        assert lead.post(f"{own}/responder", data={"useful": "1"}).status_code == 302
        page = coordinator.get("/coordinacion/encuestas").get_data(as_text=True)
        assert "Una encuesta pide que usted converse con las escuelas." in page
        assert "Alguien contestó que así no funciona" in page
        assert coordinator.post(f"{own}/aviso").status_code == 302
        page = coordinator.get("/coordinacion/encuestas").get_data(as_text=True)
        assert "Alguien contestó" not in page
        assert survey.closes_on == DAY + timedelta(days=21)
