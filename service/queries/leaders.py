"""Designated leaders, and schools that meet the measurable criteria of leadership."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotAllowed, NotFound
from service.models import (
    Assessment,
    Commune,
    Estimate,
    EvidenceSet,
    Leader,
    Person,
    School,
)
from service.models.enums import LeaderStatus, Phase
from service.permissions import Action, Actor, can, require
from service.queries.evidence import ANSWERS, AreaEstimate, NeedStatus, answers_by_school, area_estimate
from service.queries.leader_pages import pending_lines
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.places import places_taken
from service.queries.reach import in_reach, place_of, with_last_ownership
from service.queries.schools_lists import matches
from service.text import fold, say

SORTS = ("name", "school", "status", "capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderFilters:
    """What the lists of leaders are narrowed to."""

    q: str = ""
    status: LeaderStatus | None = None
    phase: Phase | None = None
    commune: int | None = None
    sort: str = "name"
    direction: str = "asc"
    page: int = 1


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A leader as the list shows it."""

    id: int
    name: str
    email: str | None
    school_key: str
    school_name: str
    commune: str | None
    status: LeaderStatus
    in_post_since: date | None
    capacity: int
    taken: int
    online: bool
    max_km: float | None
    consents: bool
    trained: bool
    own_school: NeedStatus | None
    elements: dict[str, int]
    pending: tuple[str, ...]

    @property
    def free(self) -> int:
        """Places left."""
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """A school that could lead by what can be measured, with the evidence for each criterion."""

    school_key: str
    school_name: str
    commune: str | None
    phase: Phase
    as_of: int
    estimate: AreaEstimate | None
    evidence: tuple[dict[str, Any], ...]
    has_leader: bool


def find_leader(session: Session, leader_id: int, *, actor: Actor, action: Action) -> Leader:
    """Find a leader of the actor's territory.

    Raises
    ------
    NotFound
        There is none, or the actor may not know of it.
    NotAllowed
        The actor may see it, but not do this.
    """
    leader = session.scalar(
        select(Leader)
        .where(Leader.id == leader_id)
        .options(
            selectinload(Leader.person),
            selectinload(Leader.school).options(
                selectinload(School.ownerships), selectinload(School.commune)
            ),
        )
    )
    if leader is None or not can(actor, Action.SEE_NEED, place_of(leader.school)):
        raise NotFound(say("Esta persona no está en la lista de su territorio."), code="unknown_leader")
    try:
        require(actor, action, place_of(leader.school))
    except NotAllowed as error:
        raise NotAllowed(
            say(
                "Los datos de líderes los cambia la coordinación del servicio local de su escuela. "
                "Pídaselo a ella."
            )
        ) from error
    return leader


def leader_lines(session: Session, filters: LeaderFilters, actor: Actor) -> Listing[LeaderLine]:
    """One page of the leaders of the actor's territory."""
    query = _leaders(session, filters, actor)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(Leader.id).subquery()))
    rows = query.order_by(*_order(filters)).limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)
    return Listing(_leader_lines(session, rows, actor), total or 0, filters.page)


def all_leader_lines(session: Session, filters: LeaderFilters, actor: Actor) -> tuple[LeaderLine, ...]:
    """All of them, for an export."""
    return _leader_lines(session, _leaders(session, filters, actor).order_by(*_order(filters)), actor)


def suggested_lines(session: Session, filters: LeaderFilters, actor: Actor) -> Listing[SuggestedLine]:
    """One page of the schools of the territory whose heads could be approached."""
    query = _suggested(filters, actor)
    total = session.scalar(
        select(func.count()).select_from(query.with_only_columns(Assessment.id).subquery())
    )
    rows = query.limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)
    return Listing(_suggested_lines(session, rows), total or 0, filters.page)


def all_suggested_lines(session: Session, filters: LeaderFilters, actor: Actor) -> tuple[SuggestedLine, ...]:
    """All of them, for an export."""
    return _suggested_lines(session, _suggested(filters, actor))


def leaders_of_school(session: Session, school: School) -> list[Leader]:
    """Leaders registered with a school, with their persons."""
    return list(
        session.scalars(
            select(Leader)
            .where(Leader.school_id == school.id)
            .options(selectinload(Leader.person))
            .order_by(Leader.id)
        )
    )


def _leaders(session: Session, filters: LeaderFilters, actor: Actor) -> Select[*tuple[Any, ...]]:
    answers = answers_by_school()
    query = with_last_ownership(
        select(Leader, Person, School, Commune.name, answers.c.answer)
        .join(Person, Person.id == Leader.person_id)
        .join(School, School.id == Leader.school_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(answers, answers.c.school_id == School.id)
    ).where(in_reach(actor))
    if filters.q:
        query = query.where(Leader.id.in_(_found(session, filters.q, actor)))
    if filters.status is not None:
        query = query.where(Leader.status == filters.status)
    if filters.commune is not None:
        query = query.where(School.commune_id == filters.commune)
    return query


def _found(session: Session, q: str, actor: Actor) -> list[int]:
    """Leaders of the territory whose name, with their school's, has every word; people's names are
    not kept folded, and a territory has few enough leaders to fold them here."""
    rows = session.execute(
        with_last_ownership(
            select(Leader.id, Person.name, School.name_folded)
            .join(Person, Person.id == Leader.person_id)
            .join(School, School.id == Leader.school_id)
        ).where(in_reach(actor))
    )
    words = fold(q).split()
    return [
        leader for leader, name, school in rows if all(word in f"{fold(name)} {school}" for word in words)
    ]


def _order(filters: LeaderFilters) -> list[Any]:
    column: Any = {
        "name": Person.name,
        "school": School.name_folded,
        "status": Leader.status,
        "capacity": Leader.capacity,
    }[filters.sort]
    return [column.desc() if filters.direction == "desc" else column.asc(), Leader.id]


def _leader_lines(session: Session, query: Select[*tuple[Any, ...]], actor: Actor) -> tuple[LeaderLine, ...]:
    rows = session.execute(query).all()
    taken = places_taken(session, [row[0].id for row in rows])
    contact = can(actor, Action.EDIT_LEADER)
    pending = pending_lines(session, [row[0].id for row in rows])
    return tuple(
        LeaderLine(
            id=leader.id,
            name=person.name,
            email=person.email if contact else None,
            school_key=f"{school.system}:{school.code}",
            school_name=school.name,
            commune=commune,
            status=leader.status,
            in_post_since=leader.in_post_since,
            capacity=leader.capacity,
            taken=taken.get(leader.id, 0),
            online=leader.online,
            max_km=leader.max_km,
            consents=leader.consent_on is not None and leader.owner_consent_on is not None,
            trained=leader.trained_on is not None,
            own_school=ANSWERS.get(answer),
            elements=dict(leader.elements),
            pending=pending.get(leader.id, ()),
        )
        for leader, person, school, commune, answer in rows
    )


def _suggested(filters: LeaderFilters, actor: Actor) -> Select[*tuple[Any, ...]]:
    query = with_last_ownership(
        select(Assessment, EvidenceSet, School, Commune.name, Estimate)
        .join(EvidenceSet, EvidenceSet.id == Assessment.set_id)
        .join(School, School.id == Assessment.school_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(
            Estimate,
            (Estimate.set_id == Assessment.set_id)
            & (Estimate.school_id == Assessment.school_id)
            & (Estimate.area == "both"),
        )
    ).where(in_reach(actor), Assessment.could_lead, *matches(filters.q))
    if filters.phase is not None:
        query = query.where(EvidenceSet.phase == filters.phase)
    if filters.commune is not None:
        query = query.where(School.commune_id == filters.commune)
    return query.order_by(School.name_folded, School.id, EvidenceSet.phase)


def _suggested_lines(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[SuggestedLine, ...]:
    rows = session.execute(query).all()
    leading = set(
        session.scalars(
            select(Leader.school_id).where(
                Leader.status.not_in([LeaderStatus.LAPSED, LeaderStatus.WITHDRAWN])
            )
        )
    )
    return tuple(
        SuggestedLine(
            school_key=f"{school.system}:{school.code}",
            school_name=school.name,
            commune=commune,
            phase=kept.phase,
            as_of=kept.as_of,
            estimate=None if estimate is None else area_estimate(estimate),
            evidence=tuple(found.leading_evidence),
            has_leader=school.id in leading,
        )
        for found, kept, school, commune, estimate in rows
    )
