"""Reminders and nudges about visits: written once, when due; read again before they are sent.

A worker that stood still writes late what is still of use, and never what is not: the kinds look
at the visits as they are now, not at a list of moments that were missed (features P14, V11).
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.letters import HERE, write_letter
from service.models import (
    Account,
    Grant,
    Leader,
    Message,
    Offer,
    Partnership,
    PartnershipPerson,
    Proposal,
    School,
    Visit,
)
from service.models.columns import local_day
from service.models.enums import ProposalState, Role
from service.models.states import OfferState, Side, VisitState
from service.operations.mail import queue_message
from service.operations.visit_guards import WORKING
from service.operations.visit_mail import audience, other, write_to
from service.queries.agendas import IN_LISTS
from service.queries.calendars import quiet_reason
from service.queries.reach import place_of
from service.queries.settings import settings_of
from service.queries.visits import Recipient, recipients_of

WEEK = timedelta(days=7)
SOON = timedelta(days=2)
"""Nearer than this, the reminder of the day before says it better."""
UNANSWERED = timedelta(days=3)
UNTOLD = timedelta(days=2)
TOO_OLD = timedelta(days=30)
"""What nobody wrote down within a month is asked by people, not by mail."""
MORNING = time(7, 0)
FIRST_MEETING = "no_first_meeting"
OPEN_STATES: dict[str, tuple[VisitState, ...]] = {
    "visit_proposed": (VisitState.PROPOSED,),
    "visit_moved": (VisitState.PROPOSED,),
    "visit_unanswered": (VisitState.PROPOSED,),
    "visit_agreed": (VisitState.AGREED, VisitState.HELD),
    "visit_week": (VisitState.AGREED,),
    "visit_tomorrow": (VisitState.AGREED,),
    "visit_cancelled": (VisitState.CANCELLED,),
    "visit_note_missing": (VisitState.AGREED, VisitState.HELD),
}
"""States of the visit in which a message of each kind is still true."""


def write_reminders(session: Session, now: datetime) -> int:
    """Write every reminder that is due and not written yet; answers how many messages."""
    written = 0
    told = _told_already(session, now)
    for visit in _visits(session, now):
        kind, only = _due(visit, now)
        if kind is None or (visit.id, visit.sequence, kind) in told:
            continue
        people = audience(session, visit, only)
        written += write_to(session, visit.partnership, visit, people, kind, now=now)
    return written + _first_meetings(session, now)


def still_holds(session: Session, message: Message) -> bool:
    """Whether what a message tells of is still so: a moved or cancelled visit makes it void,
    and so does an offer that was answered or passed on before it was written to anybody."""
    if message.kind == FIRST_MEETING:
        return not _met_or_will(session, [message.object_id], message.created_at)
    if message.object_type == "offer" and message.kind in ("offer_asked", "offer_reminder"):
        asked = session.scalar(select(Offer.state).where(Offer.id == message.object_id))
        return asked is OfferState.ASKED
    if message.object_type == "proposal" and message.kind == "shortlist_ready":
        told = session.scalar(select(Proposal.state).where(Proposal.id == message.object_id))
        return told is ProposalState.PUBLISHED
    if message.object_type != "visit" or message.kind not in OPEN_STATES:
        return True
    visit = session.scalar(
        select(Visit).where(Visit.id == message.object_id).options(selectinload(Visit.note))
    )
    if visit is None or visit.state not in OPEN_STATES[message.kind]:
        return False
    if message.kind == "visit_note_missing":
        return visit.note is None
    return message.key.split(":")[2] == f"v{visit.sequence}"


def _visits(session: Session, now: datetime) -> Iterable[Visit]:
    return session.scalars(
        select(Visit)
        .where(
            or_(
                Visit.state.in_((VisitState.PROPOSED, VisitState.AGREED)) & (Visit.starts_at <= now + WEEK),
                (Visit.state == VisitState.PROPOSED) & (Visit.proposed_at <= now - UNANSWERED),
                Visit.state == VisitState.HELD,
            ),
            Visit.starts_at >= now - TOO_OLD,
            Visit.batch_id.is_(None),
        )
        .options(*IN_LISTS)
        .order_by(Visit.id)
    )


def _due(visit: Visit, now: datetime) -> tuple[str | None, Side | None]:
    """The reminder of a visit that is due now, and for which side; None for both."""
    start = visit.starts_at
    if visit.state is VisitState.PROPOSED:
        waited = visit.proposed_at is not None and visit.proposed_at <= now - UNANSWERED
        asked = None if visit.proposed_by is None else other(visit.proposed_by)
        return ("visit_unanswered", asked) if waited and start > now else (None, None)
    if visit.state is VisitState.AGREED and start > now:
        here = ZoneInfo(visit.time_zone)
        eve = datetime.combine(start.astimezone(here).date() - timedelta(days=1), MORNING, here)
        if now >= eve:
            return "visit_tomorrow", None
        return ("visit_week", None) if now + SOON < start <= now + WEEK else (None, None)
    end = (visit.held_at or start) + timedelta(minutes=visit.held_minutes or visit.minutes)
    untold = visit.state in (VisitState.AGREED, VisitState.HELD) and visit.note is None
    return ("visit_note_missing", None) if untold and end <= now - UNTOLD else (None, None)


def _told_already(session: Session, now: datetime) -> set[tuple[int, int, str]]:
    rows = session.scalars(
        select(Message.key).where(
            Message.object_type == "visit",
            Message.kind.in_(sorted(OPEN_STATES)),
            Message.created_at >= now - 3 * TOO_OLD,
        )
    )
    found = set()
    for key in rows:
        _visit, visit_id, version, kind, _person = key.split(":", 4)
        found.add((int(visit_id), int(version.removeprefix("v")), kind))
    return found


def _first_meetings(session: Session, now: datetime) -> int:
    """Two schools that have not met, and plan nothing: after ten days they, later the coordination (P14)."""
    partnerships = list(
        session.scalars(
            select(Partnership)
            .where(
                Partnership.state.in_(sorted(WORKING)),
                Partnership.start_on >= (now - 6 * TOO_OLD).date(),
            )
            .options(
                selectinload(Partnership.school).selectinload(School.ownerships),
                selectinload(Partnership.leader_school),
                selectinload(Partnership.people).selectinload(PartnershipPerson.person),
                selectinload(Partnership.leader).selectinload(Leader.person),
            )
            .order_by(Partnership.id)
        )
    )
    met = _met_or_will(session, [one.id for one in partnerships], now)
    written = 0
    for one in partnerships:
        days = (local_day(now) - one.start_on).days
        if one.id in met or days < 3:
            continue
        values = settings_of(session, place_of(one.school))
        if (
            days < values["first_meeting_days"]
            or quiet_reason(session, one.school_id, local_day(now)) is not None
        ):
            continue
        people = {named.person_id for named in one.people if named.end_on is None}
        written += _ask_to_meet(session, one, recipients_of(session, people | {one.leader.person_id}), days)
        if days >= values["first_meeting_alarm_days"]:
            written += _ask_to_meet(session, one, _coordinators(session, one), days)
    return written


def _ask_to_meet(
    session: Session, partnership: Partnership, recipients: Iterable[Recipient], days: int
) -> int:
    written = 0
    for one in recipients:
        key = f"partnership:{partnership.id}:{FIRST_MEETING}:{one.person_id}"
        if session.scalar(select(Message.id).where(Message.key == key)) is not None:
            continue
        letter = write_letter(
            FIRST_MEETING,
            one.locale,
            name=one.name,
            days=days,
            school=partnership.school.name,
            other=partnership.leader_school.name,
            url=f"{HERE}/acompanamientos/{partnership.id}/visitas",
        )
        queue_message(
            session,
            letter,
            key=key,
            kind=FIRST_MEETING,
            recipient=one.email,
            locale=one.locale,
            about=("partnership", partnership.id),
            account_id=one.account_id,
        )
        written += 1
    return written


def _met_or_will(session: Session, partnership_ids: list[int], now: datetime) -> set[int]:
    return set(
        session.scalars(
            select(Visit.partnership_id).where(
                Visit.partnership_id.in_(partnership_ids),
                or_(
                    Visit.state.in_((VisitState.AGREED, VisitState.HELD)),
                    (Visit.state == VisitState.PROPOSED) & (Visit.starts_at >= now),
                ),
            )
        )
    )


def _coordinators(session: Session, partnership: Partnership) -> list[Recipient]:
    place = place_of(partnership.school)
    people = session.scalars(
        select(Account.person_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.active,
            Grant.role == Role.COORDINATOR,
            or_(
                Grant.service_id == (place.service_id or 0),
                Grant.owner_id == (place.owner_id or 0),
            ),
        )
    )
    return recipients_of(session, sorted(set(people)))
