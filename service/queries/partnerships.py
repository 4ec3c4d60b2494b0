"""Partnerships: who may know of one, what somebody is to it, and the lists."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.lifecycles import Party
from service.models import Leader, Ownership, Partnership, PartnershipCoordinator, PartnershipPerson, School
from service.models.enums import Role
from service.models.states import OPEN_PARTNERSHIPS, PartnershipOrigin, PartnershipState
from service.permissions import AT_SCHOOL, Action, Actor, Place, can
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.reach import in_reach, place_of, with_last_ownership
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipFilters:
    """What the list is narrowed to: ``which`` is ``open``, ``after`` or ``all``."""

    which: str = "open"
    page: int = 1


WHICH: dict[str, frozenset[PartnershipState]] = {
    "open": OPEN_PARTNERSHIPS,
    "after": frozenset({PartnershipState.CLOSED, PartnershipState.FOLLOW_UP}),
    "all": frozenset(PartnershipState),
}


@dataclass(frozen=True, slots=True)
class PartnershipLine:
    """A partnership as the list shows it."""

    id: int
    school_key: str
    school_name: str
    leader_school_key: str
    leader_school_name: str
    leader_name: str
    state: PartnershipState
    origin: PartnershipOrigin
    start_on: date
    end_on: date | None


def get_partnership(session: Session, partnership_id: int, actor: Actor) -> Partnership:
    """Read a partnership with its two schools, its leader and its people.

    Raises
    ------
    NotFound
        There is none, or the actor may not know of it.
    """
    partnership = session.scalar(
        select(Partnership)
        .where(Partnership.id == partnership_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    )
    if partnership is None or not may_know(actor, partnership):
        raise NotFound(
            say("Este acompañamiento no existe, o no es de su escuela ni de su territorio."),
            code="unknown_partnership",
        )
    return partnership


def places_of(partnership: Partnership) -> tuple[Place, Place]:
    """Where the supported and the supporting school belong; :func:`get_partnership` loads them."""
    return place_of(partnership.school), place_of(partnership.leader_school)


def may_know(actor: Actor, partnership: Partnership) -> bool:
    """Whether an actor may know that this partnership exists."""
    return any(can(actor, Action.SEE_PARTNERSHIPS, place) for place in places_of(partnership))


def parties_of(session: Session, actor: Actor, partnership: Partnership) -> frozenset[Party]:
    """What an actor is to a partnership; empty for who only looks.

    The head and the curriculum head of a school speak for its side, a leader for the supporting
    one; whoever coordinates the territory of either school coordinates it. The ministry sees its
    state and dates, and no private note.
    """
    found = set()
    for scope in actor.scopes:
        if scope.role in AT_SCHOOL and scope.school_id == partnership.school_id:
            found.add(Party.SUPPORTED)
        if scope.role in AT_SCHOOL and scope.school_id == partnership.leader_school_id:
            found.add(Party.SUPPORTING)
        if scope.role is Role.MINISTRY:
            found.add(Party.MINISTRY)
    if any(can(actor, Action.COORDINATE_PARTNERSHIPS, place) for place in places_of(partnership)):
        found.add(Party.COORDINATION)
    return frozenset(found)


def known_partnerships(actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps the partnerships an actor may know of."""
    if actor.everywhere:
        return true()
    own = sorted(s.school_id for s in actor.scopes if s.role in AT_SCHOOL and s.school_id is not None)
    territory = with_last_ownership(select(School.id)).where(in_reach(actor))
    schools = (Partnership.school_id, Partnership.leader_school_id)
    return or_(
        *(column.in_(own) for column in schools),
        *(column.in_(territory) for column in schools),
    )


def coordinated_cases(actor: Actor, account_id: int | None) -> Select[int]:
    """Ids of the partnerships not ended that an actor coordinates and an account answers for.

    ``account_id`` None: those that nobody answers for.
    """
    services, owners = actor.coordinated
    schools = with_last_ownership(select(School.id)).where(
        or_(Ownership.service_id.in_(sorted(services)), Ownership.owner_id.in_(sorted(owners)))
    )
    answering = select(PartnershipCoordinator.partnership_id).where(PartnershipCoordinator.end_on.is_(None))
    chosen = (
        Partnership.id.not_in(answering)
        if account_id is None
        else Partnership.id.in_(answering.where(PartnershipCoordinator.account_id == account_id))
    )
    over = (PartnershipState.ENDED, PartnershipState.STOPPED)
    return select(Partnership.id).where(
        chosen,
        Partnership.state.not_in(over),
        or_(Partnership.school_id.in_(schools), Partnership.leader_school_id.in_(schools)),
    )


def partnership_lines(
    session: Session, filters: PartnershipFilters, actor: Actor
) -> Listing[PartnershipLine]:
    """One page of the partnerships an actor may know of, the newest first."""
    query = _listed(filters, actor)
    total = session.scalar(
        select(func.count()).select_from(query.with_only_columns(Partnership.id).subquery())
    )
    rows = session.scalars(
        query.options(*_NAMES)
        .order_by(Partnership.start_on.desc(), Partnership.id.desc())
        .limit(PAGE_SIZE)
        .offset((filters.page - 1) * PAGE_SIZE)
    )
    return Listing(tuple(_line(row) for row in rows), total or 0, filters.page)


def _listed(filters: PartnershipFilters, actor: Actor) -> Select[Partnership]:
    return select(Partnership).where(
        known_partnerships(actor), Partnership.state.in_(sorted(WHICH[filters.which]))
    )


def _line(partnership: Partnership) -> PartnershipLine:
    school, other = partnership.school, partnership.leader_school
    return PartnershipLine(
        id=partnership.id,
        school_key=f"{school.system}:{school.code}",
        school_name=school.name,
        leader_school_key=f"{other.system}:{other.code}",
        leader_school_name=other.name,
        leader_name=partnership.leader.person.name,
        state=partnership.state,
        origin=partnership.origin,
        start_on=partnership.start_on,
        end_on=partnership.end_on,
    )


_NAMES = (
    selectinload(Partnership.school),
    selectinload(Partnership.leader_school),
    selectinload(Partnership.leader).selectinload(Leader.person),
)
_SCHOOL = (selectinload(School.commune), selectinload(School.ownerships).selectinload(Ownership.service))
_WHOLE = (
    selectinload(Partnership.school).options(*_SCHOOL),
    selectinload(Partnership.leader_school).options(*_SCHOOL),
    selectinload(Partnership.leader).selectinload(Leader.person),
    selectinload(Partnership.people).selectinload(PartnershipPerson.person),
)
