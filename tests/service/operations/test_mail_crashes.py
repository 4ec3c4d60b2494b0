"""Workers killed (SIGKILL) at each step of sending: nothing lost, and twice only what no one can help.

``make drill`` repeats each case many times; the plain suite runs each once.
"""

import os
import signal
import smtplib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from service.config import Settings
from service.db import Database
from service.letters import Letter
from service.mailers import SmtpMailer
from service.models import Message
from service.models.columns import utc_now
from service.models.enums import MessageState
from service.operations import mail
from tests.service.smtp_server import MailServer, mail_server

ROUNDS = int(os.environ.get("MINGA_DRILL_ROUNDS") or 1)
MESSAGES = 6
SETTINGS = Settings(instance=Path("unused"), database_url="unused", secret_key="x" * 40)
MAY_REPEAT = ("after DATA", "after 250")


def _die(*_given: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(real: Callable[..., object]) -> Callable[..., object]:
    def wrapped(*given: object, **named: object) -> object:
        real(*given, **named)
        _die()
        raise AssertionError("killed before")

    return wrapped


def _die_at(step: str) -> None:
    """Arrange in this process that it is killed at the step."""
    if step == "before claim":
        mail.claim_message = _die  # type: ignore[assignment]
    elif step == "after claim":
        mail.deliver_message = _die  # type: ignore[assignment]
    elif step == "after DATA":
        smtplib.SMTP.data = _sent_and_gone  # type: ignore[assignment, method-assign]
    elif step == "after 250":
        mail._mark = _die  # type: ignore[assignment]
    elif step == "after mark":
        mail._mark = _after(mail._mark)  # type: ignore[assignment]


def _sent_and_gone(self: smtplib.SMTP, message: bytes | str) -> None:
    """All of the data left, and nobody waits for the answer."""
    self.putcmd("data")
    self.getreply()
    self.send((message if isinstance(message, bytes) else message.encode()) + b"\r\n.\r\n")
    _die()


def _worker(url: str, server: str, step: str) -> int:
    """A process of its own that sends what is due, and dies at the step; answers its id."""
    child = os.fork()
    if child:
        return child
    try:
        _die_at(step)
        mail.deliver_due(Database.at(url), SmtpMailer(server, timeout=5), SETTINGS)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _ended(children: list[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("step", ["before claim", "after claim", "after DATA", "after 250", "after mark"])
def test_killed_workers_lose_nothing_and_repeat_at_most_once_a_kill(
    engine: Engine, server: MailServer, step: str, workers: int
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    database = Database(engine)
    for turn in range(ROUNDS):
        try:
            killed, repaired, states = _one_round(database, url, server, step, workers, turn)
            taken = Counter(str(took["Message-ID"]) for took in server.took)
        finally:
            with database.transaction() as session:
                session.execute(delete(Message))
            server.took.clear()

        lost, twice = MESSAGES - len(taken), sum(taken.values()) - len(taken)
        assert killed == [-signal.SIGKILL] * workers
        assert repaired == [0] * workers
        assert states == {MessageState.SENT}
        assert lost == 0
        assert twice <= (workers if step in MAY_REPEAT else 0)
        assert max(taken.values()) <= 2


def _one_round(
    database: Database, url: str, server: MailServer, step: str, workers: int, turn: int
) -> tuple[list[int], list[int], set[MessageState]]:
    """Kill all workers at the step, then let others send: how both ended, and how the messages stand."""
    letter = Letter("Un aviso", "Hola\n", "<p>Hola</p>")
    with database.transaction() as session:
        for number in range(MESSAGES):
            mail.queue_message(
                session,
                letter,
                key=f"crash-{turn}-{number}",
                kind="test",
                recipient="ana@example.org",
                locale="es",
                about=("thing", 1),
            )
    database.engine.dispose()
    killed = _ended([_worker(url, server.url, step) for _ in range(workers)])

    with database.transaction() as session:
        past = utc_now() - timedelta(seconds=1)
        session.execute(update(Message).where(Message.state == MessageState.SENDING).values(lease_until=past))
    database.engine.dispose()
    repaired = _ended([_worker(url, server.url, "") for _ in range(workers)])

    with database.reading() as session:
        return killed, repaired, set(session.scalars(select(Message.state)))
