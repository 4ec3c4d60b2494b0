"""Visits as pages, other nouns and the worker read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    Account,
    Leader,
    Message,
    Partnership,
    Person,
    Post,
    School,
    Visit,
    VisitNote,
    VisitPerson,
)
from service.models.states import (
    AttendanceRole,
    ExchangeKind,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.permissions import Actor
from service.queries.partnerships import get_partnership
from service.text import say

LIVE = (VisitState.PROPOSED, VisitState.AGREED)
COUNTED = (VisitState.PROPOSED, VisitState.AGREED, VisitState.HELD)
"""States in which a visit takes a school's time."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who may come, and for which side."""

    person_id: int
    name: str
    side: Side


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a person reads about visits."""

    person_id: int
    name: str
    email: str
    locale: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Activity:
    """A held visit, for whoever counts hours, dependency (P10) and staff coverage (P11).

    ``numbers`` are (side, role, how many took part, how many of them for the first time).
    """

    visit_id: int
    on: date
    kind: ExchangeKind
    direction: VisitDirection
    mode: VisitMode
    minutes: int | None
    led_by: Side | None
    numbers: tuple[tuple[Side, AttendanceRole, int, int], ...]


def find_visit(
    session: Session, partnership_id: int, visit_id: int, actor: Actor
) -> tuple[Partnership, Visit]:
    """Read a visit with its people, attendance and note, and its partnership.

    Raises
    ------
    NotFound
        There is none, or the actor may not know of it.
    """
    partnership = get_partnership(session, partnership_id, actor)
    visit = session.scalar(
        select(Visit)
        .where(Visit.id == visit_id, Visit.partnership_id == partnership.id)
        .options(*WHOLE)
        .execution_options(populate_existing=True)
    )
    if visit is None:
        raise NotFound(say("Esta visita no existe."), code="unknown_visit")
    return partnership, visit


def visits_of(session: Session, partnership_id: int) -> list[Visit]:
    """Every visit of a partnership, the latest first; the caller asked who may know of it."""
    return list(
        session.scalars(
            select(Visit)
            .where(Visit.partnership_id == partnership_id)
            .options(*WHOLE)
            .order_by(Visit.starts_at.desc(), Visit.id.desc())
            .execution_options(populate_existing=True)
        )
    )


def activities_of(session: Session, partnership_id: int) -> list[Activity]:
    """The held visits of a partnership, oldest first, with who led them and who took part."""
    return [
        Activity(
            visit_id=visit.id,
            on=local_day(visit),
            kind=visit.kind,
            direction=visit.direction,
            mode=visit.held_mode or visit.mode,
            minutes=visit.held_minutes,
            led_by=visit.led_by,
            numbers=tuple((one.side, one.role, one.number, one.first_time) for one in visit.attendance),
        )
        for visit in reversed(visits_of(session, partnership_id))
        if visit.state is VisitState.HELD
    ]


def participants_of(session: Session, partnership: Partnership, today: date) -> list[Participant]:
    """Who may be asked to come: the people of the partnership, then whoever holds a post at its schools."""
    found: dict[int, Participant] = {}
    for named in partnership.people:
        if named.end_on is None or named.end_on >= today:
            found.setdefault(named.person_id, Participant(named.person_id, named.person.name, named.side))
    leader = partnership.leader.person
    found.setdefault(leader.id, Participant(leader.id, leader.name, Side.SUPPORTING))
    rows = session.execute(
        select(Person.id, Person.name, Post.school_id)
        .join(Post, Post.person_id == Person.id)
        .where(
            Post.school_id.in_((partnership.school_id, partnership.leader_school_id)),
            or_(Post.end_on.is_(None), Post.end_on >= today),
        )
        .order_by(Person.name, Person.id)
    )
    for person_id, name, school_id in rows:
        side = Side.SUPPORTED if school_id == partnership.school_id else Side.SUPPORTING
        found.setdefault(person_id, Participant(person_id, name, side))
    return list(found.values())


def recipients_of(session: Session, person_ids: Collection[int]) -> list[Recipient]:
    """Where these people get mail: their open account, else their own address; none without either."""
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Account.id, Account.email, Account.locale)
        .outerjoin(Account, (Account.person_id == Person.id) & Account.active)
        .where(Person.id.in_(sorted(person_ids)))
        .order_by(Person.id, Account.id)
    )
    found: dict[int, Recipient] = {}
    for person_id, name, own, account_id, email, locale in rows:
        address = email or own
        if address:
            found.setdefault(person_id, Recipient(person_id, name, address, locale or "es", account_id))
    return list(found.values())


def received_in_month(
    session: Session, school_id: int, day: date, zone: str, *, without_visit: int | None = None
) -> int:
    """Visits on site that a school receives in the month of a day, from every partnership (V6)."""
    here = ZoneInfo(zone)
    first = datetime(day.year, day.month, 1, tzinfo=here)
    last = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=here)
    receiving = or_(
        (Partnership.school_id == school_id) & (Visit.direction == VisitDirection.TO_SUPPORTED),
        (Partnership.leader_school_id == school_id) & (Visit.direction == VisitDirection.TO_SUPPORTING),
    )
    return (
        session.scalar(
            select(func.count(Visit.id))
            .join(Visit.partnership)
            .where(
                receiving,
                Visit.mode == VisitMode.ON_SITE,
                Visit.state.in_(COUNTED),
                Visit.starts_at >= first,
                Visit.starts_at < last,
                Visit.id != (without_visit or 0),
            )
        )
        or 0
    )


def messages_about(session: Session, visit_id: int) -> list[Message]:
    """What was written about a visit and what became of each message (V11)."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.object_type == "visit", Message.object_id == visit_id)
            .order_by(Message.id)
        )
    )


def had_contact(session: Session, partnership_id: int) -> bool:
    """Whether the two schools have met: from then on no date is a first contact."""
    return (
        session.scalar(
            select(Visit.id)
            .where(Visit.partnership_id == partnership_id, Visit.state == VisitState.HELD)
            .limit(1)
        )
        is not None
    )


def receiving_school(partnership: Partnership, direction: VisitDirection) -> School:
    """The school where a visit takes place, or whose hour counts where it is on line."""
    return partnership.school if direction is VisitDirection.TO_SUPPORTED else partnership.leader_school


def visiting_school(partnership: Partnership, direction: VisitDirection) -> School:
    """The school that comes."""
    return partnership.leader_school if direction is VisitDirection.TO_SUPPORTED else partnership.school


def local_start(visit: Visit) -> datetime:
    """When a visit starts, or was held, in the time of the receiving school."""
    return (visit.held_at or visit.starts_at).astimezone(ZoneInfo(visit.time_zone))


def local_day(visit: Visit) -> date:
    """The day of a visit there."""
    return local_start(visit).date()


def names_of(people: Iterable[VisitPerson], side: Side) -> list[str]:
    """Names of those asked to come for a side."""
    return [one.person.name for one in people if one.side is side]


WHOLE = (
    selectinload(Visit.people).selectinload(VisitPerson.person),
    selectinload(Visit.attendance),
    selectinload(Visit.note).selectinload(VisitNote.objections),
)
IN_LISTS = (
    selectinload(Visit.people).selectinload(VisitPerson.person),
    selectinload(Visit.note),
    selectinload(Visit.partnership).options(
        selectinload(Partnership.school),
        selectinload(Partnership.leader_school),
        selectinload(Partnership.leader).selectinload(Leader.person),
    ),
)
