"""Mail as people see it: what they get, what waits for a summary, what did not arrive and goes again."""

from datetime import timedelta
from email.message import EmailMessage
from email.message import Message as Mail
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from mailbox import Maildir
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.config import Settings
from service.db import Database
from service.errors import InvalidInput
from service.jobs import gather_digests, read_bounces
from service.letters import Letter
from service.mailers import compose
from service.models import Account, BouncedAddress, Message
from service.models.columns import utc_now
from service.models.enums import MessageState, Role
from service.operations.account_requests import Asking, ask_for_account
from service.operations.bounces import note_bounce
from service.operations.mail import claim_message, queue_message
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.schools import make_school, make_service

SETTINGS = Settings(instance=Path("unused"), database_url="", secret_key="x" * 40, mail_from="a@minga.cl")
LIST = "/coordinacion/correo"


@pytest.fixture
def places(database: Database) -> tuple[Account, Account, str]:
    """Coordinators of two services, and a school of the first."""
    with database.transaction() as session:
        here, there = make_service(session), make_service(session)
        school = make_school(session, service=here)
        return (
            make_account(session, Role.COORDINATOR, service_id=here.id),
            make_account(session, Role.COORDINATOR, service_id=there.id),
            f"cl:{school.code}",
        )


def _client(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    client.post("/login", data={"email": account.email, "password": PASSWORD})
    return client


def _ask(database: Database, school: str, who: str = "Eva") -> None:
    with database.transaction() as session:
        ask_for_account(
            session, Asking(name=who, email=f"{who.lower()}@example.org", role=Role.DIRECTOR, school=school)
        )


def _messages(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def _sent(database: Database, account: Account, **given: object) -> Message:
    with database.transaction() as session:
        message = queue_message(
            session,
            Letter("Un aviso", "Hola", "<p>Hola</p>"),
            key=f"sent-{account.id}-{len(_messages(database))}",
            kind="role",
            recipient=account.email,
            locale="es",
            about=("account", account.id),
            account_id=account.id,
        )
        if message.state is MessageState.WAITING:
            message.state, message.sent_at = MessageState.SENT, utc_now()
    return message


def _report(message: Message, *, status: str = "5.1.1", action: str = "failed", to: str = "") -> bytes:
    """What a mail server sends back."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = "MAILER-DAEMON@example.org", "a@minga.cl"
    report.attach(MIMEText("It could not be delivered."))
    told, server, one = MIMENonMultipart("message", "delivery-status"), Mail(), Mail()
    server["Reporting-MTA"] = "dns; mx.example.org"
    one["Final-Recipient"] = f"rfc822; {to or message.recipient}"
    one["Action"], one["Status"] = action, status
    one["Diagnostic-Code"] = "smtp; 550 no such user here"
    told.set_payload([server, one])
    report.attach(told)
    report.attach(MIMEMessage(compose(message, SETTINGS)))
    return report.as_bytes()


def test_coordination_is_told_of_a_request_and_nobody_else(
    database: Database, places: tuple[Account, Account, str]
) -> None:
    here, _there, school = places
    _ask(database, school)
    (message,) = _messages(database)
    assert (message.recipient, message.kind) == (here.email, "account_asked")
    assert "Eva pide una cuenta" in message.text


def test_kind_that_was_switched_off_stays_away_and_a_required_one_comes(
    app: Flask, database: Database, places: tuple[Account, Account, str]
) -> None:
    here, _there, school = places
    client = _client(app, here)
    assert 'id="kind-account_asked" name="kinds" value="account_asked" checked' in client.get("/cuenta").text
    client.post("/cuenta/correo", data={"offered": ["account_asked", "role", "nada"], "kinds": []})
    assert 'value="account_asked" checked' not in client.get("/cuenta").text

    _ask(database, school)
    _sent(database, here)

    off, required = _messages(database)
    assert (off.state, required.state) == (MessageState.VOID, MessageState.SENT)


def test_summary_gathers_what_waits_once_and_leaves_at_its_hour(
    app: Flask, database: Database, places: tuple[Account, Account, str]
) -> None:
    here, _there, school = places
    client = _client(app, here)
    client.post(
        "/cuenta/correo", data={"offered": "account_asked", "kinds": "account_asked", "digest": "daily"}
    )
    _ask(database, school, "Eva")
    _ask(database, school, "Luz")
    held = _messages(database)
    assert {message.held_for for message in held} == {"daily"}
    assert all(timedelta(0) < message.due_at - utc_now() <= timedelta(days=1) for message in held)
    assert "espera el resumen" in client.get(LIST).text
    assert gather_digests(database) == 0

    past = utc_now() - timedelta(minutes=1)
    with database.transaction() as session:
        session.execute(update(Message).values(due_at=past))
    assert claim_message(database, "worker") is None, "what waits for a summary does not leave by itself"
    assert (gather_digests(database), gather_digests(database)) == (1, 0)

    digest = _messages(database)[-1]
    assert digest.subject == "Minga: 2 novedades"
    assert "Eva pide una cuenta" in digest.text
    assert "Luz pide una cuenta" in digest.text
    assert claim_message(database, "worker") is not None
    assert claim_message(database, "worker") is None


def test_whoever_gives_the_summary_up_gets_what_waited(
    app: Flask, database: Database, places: tuple[Account, Account, str]
) -> None:
    here, _there, school = places
    client = _client(app, here)
    chosen = {"offered": "account_asked", "kinds": "account_asked"}
    client.post("/cuenta/correo", data={**chosen, "digest": "weekly"})
    _ask(database, school)
    assert claim_message(database, "worker") is None
    client.post("/cuenta/correo", data={**chosen, "digest": ""})
    assert claim_message(database, "worker") is not None


def test_mail_that_came_back_is_shown_to_its_coordination_and_goes_again(
    app: Flask, database: Database, places: tuple[Account, Account, str]
) -> None:
    here, there, _school = places
    message = _sent(database, here)
    with database.transaction() as session:
        assert note_bounce(session, _report(message)) is not None
        assert note_bounce(session, _report(message)) is not None
        assert [one.status for one in session.scalars(select(BouncedAddress))] == ["5.1.1"]

    assert _sent(database, here).state is MessageState.DEAD, "mail to an address that fails is not sent"
    page = _client(app, here).get(LIST).text
    assert "volvió: no llegó" in page
    assert "2 mensajes no llegaron" in page
    assert "no such user here" in page
    away = _client(app, there)
    assert here.email not in away.get(LIST).text
    assert away.post(f"{LIST}/{message.id}/otra-vez").status_code == 404

    client = _client(app, here)
    assert client.post(f"{LIST}/{message.id}/otra-vez").status_code == 302
    assert client.post(f"{LIST}/{message.id}/otra-vez").status_code == 409
    claimed = claim_message(database, "worker")
    assert claimed is not None
    assert claimed.id == message.id
    with database.reading() as session:
        assert session.scalars(select(BouncedAddress)).all() == []


def test_full_mailbox_marks_the_message_and_not_the_address(
    database: Database, places: tuple[Account, Account, str]
) -> None:
    message = _sent(database, places[0])
    with database.transaction() as session:
        note_bounce(session, _report(message, status="5.2.2"))
        assert session.scalars(select(BouncedAddress)).all() == []
    assert _messages(database)[0].bounced_at is not None


def test_report_that_is_none_or_not_ours_marks_nothing(
    database: Database, places: tuple[Account, Account, str]
) -> None:
    message = _sent(database, places[0])
    stranger = EmailMessage()
    stranger.set_content("Vuelvo el lunes.")
    with database.transaction() as session:
        for raw in (stranger.as_bytes(), b"", b"\x00\xff", _report(message, action="delayed")):
            with pytest.raises(InvalidInput):
                note_bounce(session, raw)
        assert note_bounce(session, _report(message, to="otra@example.org")) is None
    assert _messages(database)[0].bounced_at is None


def test_worker_reads_the_folder_of_what_came_back_once(
    database: Database, places: tuple[Account, Account, str], tmp_path: Path
) -> None:
    message = _sent(database, places[0])
    folder = Maildir(tmp_path / "back", create=True)
    folder.add(_report(message))
    folder.add(b"Subject: hola\n\nnada\n")
    settings = Settings(instance=tmp_path, database_url="", secret_key="x" * 40, bounces=tmp_path / "back")
    assert (read_bounces(settings, database), read_bounces(settings, database)) == (1, 0)
    assert len(list((tmp_path / "back" / "cur").iterdir())) == 2
    assert _messages(database)[0].state is MessageState.DEAD
