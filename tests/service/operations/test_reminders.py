"""Reminders come when they are of use, once, and not for what was moved or called off."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from service.config import Settings
from service.db import Database
from service.models import Message, Partnership, Visit, VisitNote
from service.models.enums import MessageState
from service.models.states import CalendarDayKind, Side, VisitState
from service.operations.mail import deliver_due
from service.operations.reminders import still_holds, write_reminders
from service.operations.visits import agree_visit, cancel_visit, move_visit, plan_visit
from tests.factories.visits import DAY, NOW, Pair, a_plan, make_calendar_day, make_pair, make_visit

SETTINGS = Settings(instance=Path("unused"), database_url="unused", secret_key="x" * 40)
START = datetime(2026, 5, 12, 14, tzinfo=UTC)


class Received:
    """Takes every message."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    def send(self, mail: EmailMessage) -> None:
        self.mails.append(mail)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pair(database: Database) -> Pair:
    with database.transaction() as session:
        return make_pair(session, start_on=DAY - timedelta(days=3))


def remind(database: Database, now: datetime) -> list[str]:
    """Write what is due at a moment; the kinds, one for each message."""
    with time_machine.travel(now, tick=False), database.transaction() as session:
        before = set(session.scalars(select(Message.id)))
        write_reminders(session, now)
        rows = session.scalars(select(Message).order_by(Message.id))
        return sorted(one.kind for one in rows if one.id not in before)


def deliver(database: Database, now: datetime) -> Received:
    received = Received()
    with time_machine.travel(now, tick=False):
        deliver_due(database, received, SETTINGS, still_holds=still_holds)
    return received


def visit_of(database: Database, pair: Pair, **given: Any) -> Visit:
    with database.transaction() as session:
        return make_visit(session, pair, **given)


def test_a_week_before_and_the_day_before_each_once(database: Database, pair: Pair) -> None:
    visit_of(database, pair)

    assert remind(database, START - timedelta(days=8)) == []
    assert remind(database, START - timedelta(days=7)) == ["visit_week"] * 2
    assert remind(database, START - timedelta(days=5)) == []
    assert remind(database, START - timedelta(hours=40)) == []
    assert remind(database, START - timedelta(hours=20)) == ["visit_tomorrow"] * 2
    assert remind(database, START - timedelta(hours=1)) == []


def test_a_worker_that_stood_still_sends_what_is_of_use_and_nothing_else(
    database: Database, pair: Pair
) -> None:
    visit_of(database, pair)
    assert remind(database, START - timedelta(hours=3)) == ["visit_tomorrow"] * 2

    other = visit_of(database, pair, starts_at=START + timedelta(days=30))
    assert remind(database, other.starts_at + timedelta(days=3)) == ["visit_note_missing"] * 2


def test_a_reminder_that_waited_too_long_is_void(database: Database, pair: Pair) -> None:
    visit_of(database, pair)
    remind(database, START - timedelta(hours=20))

    assert deliver(database, START + timedelta(minutes=1)).mails == []
    with database.reading() as session:
        assert {one.state for one in session.scalars(select(Message))} == {MessageState.VOID}


def test_an_answer_that_is_missing_for_three_days_is_asked_for_on_the_other_side(
    database: Database, pair: Pair
) -> None:
    visit_of(database, pair, state=VisitState.PROPOSED, proposed_at=NOW)

    assert remind(database, NOW + timedelta(days=2)) == []
    assert remind(database, NOW + timedelta(days=3)) == ["visit_unanswered"]
    assert remind(database, NOW + timedelta(days=4)) == []
    mail = deliver(database, NOW + timedelta(days=3)).mails[0]
    assert mail["To"] == pair.director.email
    assert mail["Subject"] == "Una visita espera su respuesta: mar 12 may 2026"


def test_what_was_moved_or_called_off_before_it_left_is_not_sent(database: Database, pair: Pair) -> None:
    with database.transaction() as session:
        visit = plan_visit(session, pair.partnership.id, a_plan(pair), actor=pair.lead, now=NOW)
        agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW)
    assert len(deliver(database, NOW).mails) == 2
    remind(database, START - timedelta(days=7))
    with database.transaction() as session:
        moment = START - timedelta(days=6)
        where = (session, pair.partnership.id, visit.id)
        move_visit(*where, day=DAY + timedelta(days=1), hour=START.time(), actor=pair.head, now=moment)
        stale = session.scalars(select(Message).where(Message.kind == "visit_week")).all()
        assert {one.state for one in stale} == {MessageState.VOID}
        for one in stale:
            one.state = MessageState.WAITING
    sent = deliver(database, START - timedelta(days=6)).mails
    assert {mail["Subject"] for mail in sent} == {"Nueva fecha para una visita: mié 13 may 2026, 14:00"}

    with database.transaction() as session:
        cancel_visit(
            session,
            pair.partnership.id,
            visit.id,
            reason="Paro",
            actor=pair.lead,
            now=START - timedelta(days=5),
        )
    sent = deliver(database, START - timedelta(days=5)).mails
    assert {mail["Subject"] for mail in sent} == {"Visita cancelada: mié 13 may 2026, 14:00"}
    assert remind(database, START - timedelta(days=1)) == []
    calendars = [part for mail in sent for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in calendars] == ["CANCEL", "CANCEL"]


def test_a_note_that_is_missing_is_asked_for_until_it_is_there(database: Database, pair: Pair) -> None:
    visit = visit_of(database, pair, state=VisitState.HELD, held_at=START, held_minutes=60)
    assert remind(database, START + timedelta(days=1)) == []
    assert remind(database, START + timedelta(days=3)) == ["visit_note_missing"] * 2
    with database.transaction() as session:
        session.add(VisitNote(visit_id=visit.id, done="Leímos.", written_by=Side.SUPPORTED, written_at=NOW))

    assert deliver(database, START + timedelta(days=3)).mails == []
    assert remind(database, START + timedelta(days=40)) == []


def test_two_schools_that_never_met_are_asked_and_later_the_coordination(
    database: Database, pair: Pair
) -> None:
    start = datetime.combine(pair.partnership.start_on, START.time(), UTC)
    assert remind(database, start + timedelta(days=9)) == []
    assert remind(database, start + timedelta(days=10)) == ["no_first_meeting"] * 2
    assert remind(database, start + timedelta(days=20)) == []
    assert remind(database, start + timedelta(days=24)) == ["no_first_meeting"]
    with database.reading() as session:
        last = session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert last is not None
        assert (last.recipient, last.subject) == (
            pair.coordinator.email,
            "¿Cuándo se reúnen por primera vez?",
        )
    visit_of(database, pair, state=VisitState.PROPOSED, starts_at=start + timedelta(days=30))
    assert deliver(database, start + timedelta(days=24)).mails == []


def test_a_first_meeting_is_not_asked_for_on_quiet_dates(database: Database, pair: Pair) -> None:
    start = datetime.combine(pair.partnership.start_on, START.time(), UTC)
    with database.transaction() as session:
        day = (start + timedelta(days=10)).date()
        make_calendar_day(session, kind=CalendarDayKind.QUIET, first_on=day, last_on=day)

    assert remind(database, start + timedelta(days=10)) == []
    assert remind(database, start + timedelta(days=11)) == ["no_first_meeting"] * 2


def test_no_subject_names_a_school(database: Database, pair: Pair) -> None:
    with database.transaction() as session:
        for locale, account in (("en", pair.director), ("es", pair.leading)):
            found = session.get_one(type(account), account.id)
            found.locale = locale
        visit = plan_visit(session, pair.partnership.id, a_plan(pair), actor=pair.lead, now=NOW)
        agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW)
    for days in (-7, -1):
        remind(database, START + timedelta(days=days))
    remind(database, START + timedelta(days=3))
    with database.reading() as session:
        subjects = list(session.scalars(select(Message.subject)))
        names = [pair.school.name, pair.leader_school.name]
        texts = list(session.scalars(select(Message.text).where(Message.locale == "en")))
        assert session.get(Partnership, pair.partnership.id) is not None
    assert subjects
    assert not [one for one in subjects if any(name in one for name in names)]
    assert all("Hello " in text for text in texts if text)
