"""Reads about matching runs: one of them, the newest, the list; each actor sees those of its territory."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, undefer

from service.errors import NotFound
from service.models import Account, EducationService, Owner, Person, Proposal, Result, Run, School
from service.models.enums import ProposalState, RunState
from service.permissions import Actor, Place
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.territories import Territory, parse_territory, service_territory
from service.text import say

DONE = (RunState.FINISHED, RunState.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilters:
    """What the list of runs is narrowed to."""

    state: RunState | None = None
    year: int | None = None
    kind: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run as the list shows it; matched and schools are None until it has finished."""

    id: int
    state: RunState
    territory: str
    as_of: int
    rule: str
    exploratory: bool
    matched: int | None
    schools: int | None
    asked_by: str | None
    created_at: datetime
    published_at: datetime | None


def visible_runs(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps the runs of an actor's territories."""
    if actor.everywhere:
        return true()
    owners = session.scalars(select(Owner.code).where(Owner.id.in_(sorted(actor.owner_ids))))
    return or_(
        Run.service_id.in_(sorted(actor.service_ids)),
        Run.territory.in_([f"owner:{code}" for code in owners] if actor.owner_ids else []),
    )


def get_run(session: Session, run_id: int, *, actor: Actor | None = None, whole: bool = False) -> Run:
    """One run; with its inputs and result where ``whole``.

    Raises
    ------
    NotFound
        There is none of that number, or it belongs to another territory than the actor's.
    """
    options = [undefer(Run.inputs), undefer(Run.result)] if whole else []
    query = select(Run).where(Run.id == run_id).options(*options)
    if actor is not None:
        query = query.where(visible_runs(session, actor))
    run = session.scalar(query)
    if run is None:
        raise NotFound(say("No existe la corrida %(run)s.", run=run_id), code="unknown_run")
    return run


def place_of_run(session: Session, run: Run) -> Place:
    """Where a run belongs."""
    territory = parse_territory(session, run.territory)
    return Place(service_id=territory.service_id, owner_id=territory.owner_id)


def newest_run(session: Session, actor: Actor, system: str) -> Run | None:
    """The newest finished run of a system that an actor may see, with its inputs and result."""
    return session.scalar(
        select(Run)
        .where(Run.state.in_(DONE), Run.system == system, visible_runs(session, actor))
        .options(undefer(Run.inputs), undefer(Run.result))
        .order_by(Run.id.desc())
        .limit(1)
    )


def newest_run_of(session: Session, actor: Actor, territory: str, exploratory: bool) -> int | None:
    """The newest finished run of one territory and kind that an actor may see."""
    return session.scalar(
        select(func.max(Run.id)).where(
            Run.state.in_(DONE),
            Run.territory == territory,
            Run.exploratory.is_(exploratory),
            visible_runs(session, actor),
        )
    )


def run_lines(session: Session, filters: RunFilters, actor: Actor) -> Listing[RunLine]:
    """One page of the list, the newest first."""
    query = _filtered(session, filters, actor)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(Run.id).subquery()))
    rows = query.order_by(Run.id.desc()).limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)
    return Listing(_lines(session, rows), total or 0, filters.page)


def all_run_lines(session: Session, filters: RunFilters, actor: Actor) -> tuple[RunLine, ...]:
    """The whole list, for an export."""
    return _lines(session, _filtered(session, filters, actor).order_by(Run.id.desc()))


def run_years(session: Session, actor: Actor) -> list[int]:
    """As-of years that occur among the runs, the newest first."""
    query = select(Run.as_of).where(visible_runs(session, actor)).distinct()
    return sorted(session.scalars(query), reverse=True)


def asked_by(session: Session, run: Run) -> str | None:
    """Name of the person who asked for a run; None for the operator of the machine."""
    return session.scalar(
        select(Person.name).join(Account, Account.person_id == Person.id).where(Account.id == run.account_id)
    )


def _filtered(session: Session, filters: RunFilters, actor: Actor) -> Select[Any]:
    query: Any = (
        select(Run, Person.name)
        .outerjoin(Account, Account.id == Run.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(visible_runs(session, actor))
    )
    if filters.state is not None:
        query = query.where(Run.state == filters.state)
    if filters.year is not None:
        query = query.where(Run.as_of == filters.year)
    if filters.kind:
        query = query.where(Run.exploratory.is_(filters.kind == "exploratory"))
    return query


def _lines(session: Session, query: Select[Any]) -> tuple[RunLine, ...]:
    return tuple(
        RunLine(
            id=run.id,
            state=run.state,
            territory=run.summary.get("territory_name") or run.territory,
            as_of=run.as_of,
            rule=run.rule["name"],
            exploratory=run.exploratory,
            matched=run.summary.get("matched"),
            schools=run.summary.get("schools"),
            asked_by=name,
            created_at=run.created_at,
            published_at=run.published_at,
        )
        for run, name in session.execute(query)
    )


def territories_of(session: Session, actor: Actor) -> list[Territory]:
    """Territories for which an actor may ask for a run; everything comes first for the ministry."""
    if actor.everywhere:
        services = session.scalars(select(EducationService).order_by(EducationService.name))
        everything = Territory("all", "all", str(say("Todos los territorios")))
        return [everything, *(service_territory(service) for service in services)]
    services = session.scalars(
        select(EducationService)
        .where(EducationService.id.in_(sorted(actor.service_ids)))
        .order_by(EducationService.name)
    )
    owners = session.scalars(select(Owner).where(Owner.id.in_(sorted(actor.owner_ids))).order_by(Owner.code))
    return [
        *(service_territory(service) for service in services),
        *(
            Territory(f"owner:{one.code}", "owner", one.name or one.code, one.system, owner_id=one.id)
            for one in owners
        ),
    ]


def system_of(session: Session, territory: Territory) -> str:
    """The school system of a territory; of everything, that of most schools."""
    if territory.system is not None:
        return territory.system
    count = func.count(School.id)
    rows = session.execute(select(School.system).group_by(School.system).order_by(count.desc()).limit(1))
    return rows.scalar() or "cl"


def result_years(session: Session, tests: Collection[str]) -> list[int]:
    """Years with results of these tests, the newest first."""
    query = select(Result.year).where(Result.test.in_(sorted(tests))).distinct()
    return sorted(session.scalars(query), reverse=True)


def drafts_of(session: Session, run: Run) -> int:
    """How many proposals of a run nobody has been told of."""
    query = select(func.count(Proposal.id)).where(
        Proposal.run_id == run.id, Proposal.state == ProposalState.DRAFT
    )
    return session.scalar(query) or 0
