"""What is late is said once, to the pair first and then to who coordinates it (P14); old things go (D4).

A nudge is computed from what is stored, so it stops by itself once somebody acted. Each is written once:
its key holds the partnership, what is late and the day it became so.
"""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.letters import HERE, write_letter
from service.models import Account, Partnership, PartnershipCoordinator, PartnershipPerson
from service.models.states import PartnershipState
from service.operations.attachments import remove_old_files
from service.operations.mail import queue_message
from service.operations.partnership_life import take_step
from service.operations.partnership_notes import remove_expired_notes
from service.permissions import OPERATOR
from service.queries.attention import followed_partnerships, late_codes
from service.queries.partnership_situation import situations
from service.queries.partnerships import places_of
from service.queries.settings import settings_of
from service.queries.visits import recipients_of

LADDER = timedelta(days=14)
"""A review that is this late is told to the coordination too."""


def nudge_partnerships(session: Session, today: date) -> int:
    """Write to the people of every partnership in which something is late; answers how many were written."""
    partnerships = followed_partnerships(session, None)
    found = situations(session, partnerships, today)
    written = 0
    for one in partnerships:
        situation = found[one.id]
        codes = set(late_codes(situation, settings_of(session, places_of(one)[0])))
        if "review_late" in codes and situation.next_review_on is not None:
            due = situation.next_review_on
            written += _write(session, one, "review_late", due, coordination=today >= due + LADDER)
        if "follow_up_due" in codes and situation.closed_on is not None:
            due = situation.closed_on.replace(year=today.year, day=min(situation.closed_on.day, 28))
            written += _write(session, one, "follow_up_due", due, coordination=True)
    return written


def open_follow_ups(session: Session, today: date) -> int:
    """Open the follow-up of what was closed: a task of the clock; answers how many."""
    closed = session.scalars(
        select(Partnership.id).where(
            Partnership.state == PartnershipState.CLOSED, Partnership.sharing_ended_at.is_(None)
        )
    ).all()
    for number in closed:
        take_step(session, number, "follow", actor=OPERATOR, today=today, by_clock=True)
    return len(closed)


def tidy_up(session: Session, folder: Path, today: date) -> int:
    """Remove notes and files whose time is over; answers how many."""
    return remove_expired_notes(session, today) + remove_old_files(session, folder, today)


def _write(session: Session, one: Partnership, kind: str, due: date, *, coordination: bool) -> int:
    people = list(
        session.scalars(
            select(PartnershipPerson.person_id).where(
                PartnershipPerson.partnership_id == one.id, PartnershipPerson.end_on.is_(None)
            )
        )
    )
    if coordination:
        people += session.scalars(
            select(Account.person_id)
            .join(PartnershipCoordinator, PartnershipCoordinator.account_id == Account.id)
            .where(PartnershipCoordinator.partnership_id == one.id, PartnershipCoordinator.end_on.is_(None))
        ).all()
    written = 0
    for recipient in recipients_of(session, people):
        letter = write_letter(
            "partnership_late",
            recipient.locale,
            name=recipient.name,
            review=kind == "review_late",
            url=f"{HERE}/acompanamientos/{one.id}",
        )
        queue_message(
            session,
            letter,
            key=f"partnership:{one.id}:{kind}:{due.isoformat()}:{recipient.person_id}",
            kind="partnership_late",
            recipient=recipient.email,
            locale=recipient.locale,
            about=("partnership", one.id),
            account_id=recipient.account_id,
        )
        written += 1
    return written
