"""The outbox: nothing is lost, and nothing is sent twice but by a crash between sending and marking."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from mailbox import Maildir
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from service.config import Settings, SettingsError
from service.db import Database
from service.letters import HERE, Letter, write_letter
from service.mailers import MaildirMailer, SmtpMailer, compose, mailer_for
from service.models import Message
from service.models.columns import utc_now
from service.models.enums import MessageState
from service.operations import mail
from service.operations.mail import (
    BACKOFF,
    LEASE,
    claim_message,
    deliver_due,
    deliver_message,
    queue_message,
    void_messages,
)
from tests.service.smtp_server import MailServer, mail_server

SETTINGS = Settings(
    instance=Path("unused"),
    database_url="unused",
    secret_key="x" * 40,
    base_url="https://minga.example.org",
    mail_from="Minga <minga@example.org>",
)


class Crash(BaseException):
    """The worker dies here."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailer(server: MailServer) -> SmtpMailer:
    return SmtpMailer(server.url, timeout=0.5)


def _queue(database: Database, key: str = "a", **given: object) -> int:
    letter = Letter("Un aviso", f"Entre en {HERE}/login\n", f'<p><a href="{HERE}/login">Entre</a></p>')
    values = {"kind": "test", "recipient": "ana@example.org", "locale": "es", "about": ("thing", 1), **given}
    with database.transaction() as session:
        return queue_message(session, letter, key=key, **values).id  # type: ignore[arg-type]


def _message(database: Database, number: int) -> Message:
    with database.reading() as session:
        return session.get_one(Message, number)


def _make_due(database: Database) -> None:
    """The clock goes on: what waits is due, and what was leased has run out."""
    past = utc_now() - timedelta(seconds=1)
    with database.transaction() as session:
        session.execute(update(Message).where(Message.state == MessageState.WAITING).values(due_at=past))
        session.execute(update(Message).where(Message.state == MessageState.SENDING).values(lease_until=past))


def test_message_is_sent_once_and_says_so(database: Database, server: MailServer, mailer: SmtpMailer) -> None:
    number = _queue(database)

    assert deliver_due(database, mailer, SETTINGS) == 1
    assert deliver_due(database, mailer, SETTINGS) == 0

    found = _message(database, number)
    assert (found.state, found.tries, found.owner) == (MessageState.SENT, 1, None)
    assert found.sent_at is not None
    (took,) = server.took
    assert (took["To"], took["Subject"], took["From"]) == ("ana@example.org", "Un aviso", SETTINGS.mail_from)
    assert took["Message-ID"] == f"<{found.message_id}@example.org>"
    assert "https://minga.example.org/login" in took.get_body(("plain",)).get_content()
    assert "https://minga.example.org/login" in took.get_body(("html",)).get_content()


def test_same_key_writes_one_message(database: Database) -> None:
    assert _queue(database, "one") == _queue(database, "one")
    assert _queue(database, "two") != _queue(database, "one")


def test_change_that_fails_leaves_no_message(database: Database) -> None:
    letter = Letter("s", "t", "h")

    def change() -> None:
        with database.transaction() as session:
            queue_message(
                session, letter, key="k", kind="t", recipient="a@b.cl", locale="es", about=("thing", 1)
            )
            raise Crash

    with pytest.raises(Crash):
        change()
    with database.reading() as session:
        assert session.scalar(select(Message.id).where(Message.key == "k")) is None


def test_crash_after_the_claim_sends_once_when_the_lease_ran_out(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    number = _queue(database)
    assert claim_message(database, "dead worker") is not None

    assert deliver_due(database, mailer, SETTINGS) == 0
    _make_due(database)
    assert deliver_due(database, mailer, SETTINGS) == 1

    assert len(server.took) == 1
    assert _message(database, number).tries == 2


@pytest.mark.parametrize("failure", ["closes_after_data", "hangs_after_data"])
def test_server_that_breaks_off_after_the_data_is_asked_again(
    database: Database, server: MailServer, mailer: SmtpMailer, failure: str
) -> None:
    number = _queue(database)
    server.fails = failure
    deliver_due(database, mailer, SETTINGS)
    waiting = _message(database, number)
    assert (waiting.state, waiting.refusals) == (MessageState.WAITING, 0)

    server.fails = ""
    _make_due(database)
    deliver_due(database, mailer, SETTINGS)

    assert len(server.took) == 1
    assert _message(database, number).state is MessageState.SENT


def test_crash_between_sending_and_marking_repeats_it_with_the_same_id(
    database: Database, server: MailServer, mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _queue(database)
    claimed = claim_message(database, "dies")
    assert claimed is not None

    def dies(*_given: object, **_named: object) -> bool:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(mail, "_mark", dies)
        with pytest.raises(Crash):
            deliver_message(database, claimed, mailer, SETTINGS)
    _make_due(database)
    deliver_due(database, mailer, SETTINGS)

    first, second = server.took
    assert first["Message-ID"] == second["Message-ID"]
    assert _message(database, number).state is MessageState.SENT


def test_worker_that_lost_its_lease_marks_nothing(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    number = _queue(database)
    slow = claim_message(database, "slow")
    assert slow is not None
    _make_due(database)
    fast = claim_message(database, "fast")
    assert fast is not None

    deliver_message(database, slow, mailer, SETTINGS)

    found = _message(database, number)
    assert (found.state, found.owner, found.tries) == (MessageState.SENDING, "fast", 2)


@pytest.mark.parametrize("code", ["450", "452"])
def test_refused_for_now_is_asked_again_later_and_is_dead_in_the_end(
    database: Database, server: MailServer, mailer: SmtpMailer, code: str
) -> None:
    number = _queue(database)
    server.fails = code
    for wait in BACKOFF:
        before = utc_now()
        deliver_due(database, mailer, SETTINGS)
        found = _message(database, number)
        assert found.state is MessageState.WAITING
        assert timedelta(0) <= found.due_at - before - wait < timedelta(seconds=30)
        _make_due(database)
    deliver_due(database, mailer, SETTINGS)

    found = _message(database, number)
    assert found.state is MessageState.DEAD
    assert found.last_error is not None
    assert found.last_error.startswith(code)


def test_address_that_does_not_exist_is_dead_at_once(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    number = _queue(database)
    server.fails = "550"
    deliver_due(database, mailer, SETTINGS)

    found = _message(database, number)
    assert (found.state, found.last_error) == (MessageState.DEAD, "550 no")


def test_server_down_for_a_day_loses_nothing(database: Database) -> None:
    numbers = [_queue(database, f"day-{n}") for n in range(3)]
    with mail_server() as gone:
        url = gone.url
    nowhere = SmtpMailer(url, timeout=0.5)
    for _half_hour in range(48):
        assert deliver_due(database, nowhere, SETTINGS) == 1
        _make_due(database)

    with mail_server() as back:
        assert deliver_due(database, SmtpMailer(back.url), SETTINGS) == 3
        assert len(back.took) == 3
    assert {_message(database, number).state for number in numbers} == {MessageState.SENT}


def test_server_that_closes_at_once_is_down(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    number = _queue(database)
    server.fails = "greeting"
    deliver_due(database, mailer, SETTINGS)

    assert (_message(database, number).state, _message(database, number).refusals) == (
        MessageState.WAITING,
        0,
    )


def test_message_of_no_use_any_more_is_not_sent(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    late = _queue(database, "late", void_after=timedelta(seconds=-1))
    taken_back = _queue(database, "back", about=("other", 7))
    with database.transaction() as session:
        void_messages(session, ("other", 7))
    deliver_due(database, mailer, SETTINGS)

    assert server.took == []
    assert {_message(database, n).state for n in (late, taken_back)} == {MessageState.VOID}


def test_secret_text_is_emptied_once_it_left(
    database: Database, server: MailServer, mailer: SmtpMailer
) -> None:
    number = _queue(database, secret=True)
    deliver_due(database, mailer, SETTINGS)

    assert (_message(database, number).text, _message(database, number).html) == ("", "")


def test_header_cannot_be_smuggled_in(database: Database, server: MailServer, mailer: SmtpMailer) -> None:
    letter = write_letter("invitation", "es", name="Ana\r\nBcc: x@example.org", inviter="", url="u", hours=72)
    evil = Letter("Hola\r\nBcc: todos@example.org", letter.text, letter.html)
    with database.transaction() as session:
        queue_message(
            session, evil, key="k", kind="t", recipient="a@example.org", locale="es", about=("thing", 1)
        )
    deliver_due(database, mailer, SETTINGS)

    (took,) = server.took
    assert took["Bcc"] is None
    assert took["Subject"] == "Hola Bcc: todos@example.org"


def test_two_workers_send_each_message_once(engine: Engine, server: MailServer) -> None:
    database = Database(engine)
    try:
        for number in range(20):
            _queue(database, f"both-{number}")
        faults: list[BaseException] = []

        def work() -> None:
            try:
                deliver_due(database, SmtpMailer(server.url), SETTINGS)
            except BaseException as error:
                faults.append(error)

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert faults == []
        assert set(Counter(took["Message-ID"] for took in server.took).values()) == {1}
        assert len(server.took) == 20
    finally:
        with database.transaction() as session:
            session.execute(delete(Message))


def test_lease_outlasts_the_talk_with_a_server() -> None:
    assert timedelta(seconds=15 * 10) * 2 <= LEASE


def test_folder_and_console_take_messages(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _queue(database)
    found = compose(_message(database, number), SETTINGS)
    MaildirMailer(tmp_path / "mail").send(found)
    settings = Settings(instance=tmp_path, database_url="", secret_key="", smtp_url="console:")
    mailer_for(settings).send(found)

    (kept,) = Maildir(tmp_path / "mail").values()
    assert message_from_bytes(kept.as_bytes(), policy=default)["Subject"] == "Un aviso"
    assert "Subject: Un aviso" in capsys.readouterr().err


@pytest.mark.parametrize("locale", ["es", "en", "xx"])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("invitation", {"inviter": "Paula", "url": "u", "hours": 72}),
        ("reset", {"url": "u", "minutes": 30}),
        ("role", {"inviter": "", "url": "u"}),
        ("declined", {"school": "Escuela", "reason": "<b>no</b>"}),
    ],
)
def test_letters_are_written_in_both_languages(name: str, values: dict[str, object], locale: str) -> None:
    letter = write_letter(name, locale, name="Ana & Co", **values)

    assert letter.subject
    assert "\n" not in letter.subject
    assert "Ana & Co" in letter.text
    assert "Ana &amp; Co" in letter.html
    assert "<b>" not in letter.html
    assert ("Hello" if locale == "en" else "Hola") in letter.text


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "starttls://u:p@h", "smtps://h"])
def test_demonstration_never_sends_to_people(tmp_path: Path, url: str) -> None:
    environment = {"MINGA_INSTANCE": str(tmp_path), "MINGA_SMTP_URL": url}
    assert Settings.from_environment(environment).smtp_url == url
    with pytest.raises(SettingsError, match="no mail leaves"):
        Settings.from_environment({**environment, "MINGA_DEMO": "1"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("MINGA_SMTP_URL", "ftp://h"), ("MINGA_BASE_URL", "minga"), ("MINGA_BASE_URL", "https://m/?q=1")],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({"MINGA_INSTANCE": str(tmp_path), name: value})
