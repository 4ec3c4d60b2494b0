"""Which files came in, and what they leave loaded today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func as sql
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.imports.registry import SOURCES
from service.models import (
    Account,
    Batch,
    BatchFile,
    CalendarDay,
    EducationService,
    Indicator,
    Leader,
    Need,
    Person,
    School,
    SchoolYear,
    ServiceArea,
    TravelTime,
    Visit,
)
from service.models.enums import BatchState
from service.permissions import Actor
from service.queries.account_pages import count_accounts
from service.queries.import_pages import seen_by
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.partnerships import known_partnerships
from service.queries.reach import in_reach, with_last_ownership


@dataclass(frozen=True, slots=True)
class BatchFilters:
    """What the list of batches is narrowed to; empty means everything."""

    source: str = ""
    state: BatchState | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch as the list shows it."""

    id: int
    source: str
    files: tuple[str, ...]
    years: tuple[int, ...]
    state: BatchState
    counts: dict[str, Any]
    who: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing a source brought: how many, and of which years."""

    what: str
    count: int
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewestFile:
    """The file of a source that came in last, by which its figures can be checked."""

    batch_id: int
    name: str
    sha256: str
    rows: int | None
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """What a source has brought so far; nothing at all where ``holdings`` is empty."""

    source: str
    holdings: tuple[Holding, ...]
    newest: NewestFile | None


def batch_lines(session: Session, filters: BatchFilters, actor: Actor) -> Listing[BatchLine]:
    """One page of the batches an actor may know of, the newest first."""
    query = select(Batch).where(seen_by(actor))
    if filters.source:
        query = query.where(Batch.source == filters.source)
    if filters.state is not None:
        query = query.where(Batch.state == filters.state)
    total = session.scalar(select(sql.count()).select_from(query.subquery())) or 0
    page = max(1, min(filters.page, -(-total // PAGE_SIZE)))
    batches = session.scalars(
        query.options(selectinload(Batch.files))
        .order_by(Batch.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    names = uploaders(session, (one.account_id for one in batches if one.account_id is not None))
    lines = tuple(
        BatchLine(
            id=one.id,
            source=one.source,
            files=tuple(file.name for file in one.files),
            years=years_of(one),
            state=one.state,
            counts=one.counts,
            who=None if one.account_id is None else names.get(one.account_id),
            at=one.applied_at or one.created_at,
        )
        for one in batches
    )
    return Listing(lines, total, page)


def years_of(batch: Batch) -> tuple[int, ...]:
    """The years a batch is about."""
    told = batch.counts.get("years") or ([] if batch.year is None else [batch.year])
    return tuple(told)


def uploaders(session: Session, accounts: Iterable[int]) -> dict[int, str]:
    """Names of the people behind accounts."""
    query = select(Account.id, Person.name).join(Person, Person.id == Account.person_id)
    rows = session.execute(query.where(Account.id.in_(set(accounts))))
    return {row.id: row.name for row in rows}


def waiting_batches(session: Session, actor: Actor) -> int:
    """How many batches were checked and wait to be applied or put aside."""
    query = select(sql.count()).select_from(Batch).where(seen_by(actor), Batch.state == BatchState.CHECKED)
    return session.scalar(query) or 0


def loaded_sources(session: Session, actor: Actor) -> tuple[LoadedSource, ...]:
    """What each source has brought so far, in the order in which they are loaded.

    A country whose files never came in is left out, except Chile's.
    """
    newest = _newest(session, actor)
    years = _years_applied(session, actor)
    schools = _counts(session, select(School.system, sql.count()).group_by(School.system))
    tests = _by_year(
        session,
        select(SchoolYear.test, SchoolYear.year, sql.count()).group_by(SchoolYear.test, SchoolYear.year),
    )
    indicators = _by_year(
        session,
        select(Indicator.kind, Indicator.year, sql.count()).group_by(Indicator.kind, Indicator.year),
    )
    holdings: dict[str, tuple[Holding, ...]] = {
        "cl-directory": _schools(schools.get("cl", 0), years.get("cl-directory", ())),
        "cl-slep": _services(session),
        "cl-simce": tuple(one for one in tests if one.what in ("4b", "2m")),
        "cl-ive": tuple(one for one in indicators if one.what.startswith("vulnerability")),
        "leaders": _leaders(session, actor),
        "needs": _needs(session, actor),
        "accounts": _accounts(session, actor),
        "visits": _imported_visits(session, actor),
        "travel-times": _rows(session, TravelTime.id, "ways"),
        "school-calendar": _rows(session, CalendarDay.id, "calendar_days"),
        "en-gias": _schools(schools.get("en", 0), years.get("en-gias", ())),
        "en-results": tuple(one for one in tests if one.what == "ks2"),
    }
    return tuple(
        LoadedSource(name, held, newest.get(name))
        for name, held in holdings.items()
        if held or not name.startswith("en-")
    )


def _counts(session: Session, query: Any) -> dict[str, int]:
    return {str(key): count for key, count in session.execute(query)}


def _by_year(session: Session, query: Any) -> tuple[Holding, ...]:
    """One holding a kind, with its years; the count is that of the newest year."""
    found: dict[str, dict[int, int]] = {}
    for kind, year, count in session.execute(query):
        found.setdefault(str(kind), {})[year] = count
    return tuple(
        Holding(kind, counts[max(counts)], tuple(sorted(counts)))
        for kind, counts in sorted(found.items(), reverse=True)
    )


def _schools(count: int, years: tuple[int, ...]) -> tuple[Holding, ...]:
    return (Holding("schools", count, years),) if count else ()


def _services(session: Session) -> tuple[Holding, ...]:
    count = session.scalar(select(sql.count(sql.distinct(ServiceArea.service_id)))) or 0
    areas = session.scalar(
        select(sql.count(ServiceArea.id)).join(
            EducationService, EducationService.id == ServiceArea.service_id
        )
    )
    return (Holding("services", count), Holding("communes", areas or 0)) if count else ()


def _leaders(session: Session, actor: Actor) -> tuple[Holding, ...]:
    query = with_last_ownership(
        select(sql.count(sql.distinct(Leader.id))).join(School, School.id == Leader.school_id)
    )
    count = session.scalar(query.where(in_reach(actor))) or 0
    return (Holding("leaders", count),) if count else ()


def _needs(session: Session, actor: Actor) -> tuple[Holding, ...]:
    counted: Any = select(Need.year, sql.count(sql.distinct(Need.id)).label("needs"))
    query = with_last_ownership(counted.join(School, School.id == Need.school_id))
    rows = session.execute(query.where(in_reach(actor)).group_by(Need.year))
    found = {row.year: row.needs for row in rows}
    return (Holding("needs", sum(found.values()), tuple(sorted(found))),) if found else ()


def _imported_visits(session: Session, actor: Actor) -> tuple[Holding, ...]:
    count = (
        session.scalar(
            select(sql.count(Visit.id))
            .join(Visit.partnership)
            .where(Visit.batch_id.is_not(None), known_partnerships(actor))
        )
        or 0
    )
    return (Holding("visits", count),) if count else ()


def _rows(session: Session, column: Any, what: str) -> tuple[Holding, ...]:
    count = session.scalar(select(sql.count(column))) or 0
    return (Holding(what, count),) if count else ()


def _newest(session: Session, actor: Actor) -> dict[str, NewestFile]:
    """The last file of the last applied batch of each source."""
    last = (
        select(sql.max(BatchFile.id))
        .join(Batch, Batch.id == BatchFile.batch_id)
        .where(Batch.state == BatchState.APPLIED, seen_by(actor))
        .group_by(Batch.source)
    )
    rows = session.execute(
        select(Batch.source, Batch.applied_at, BatchFile)
        .join(BatchFile, BatchFile.batch_id == Batch.id)
        .where(BatchFile.id.in_(last))
    )
    return {
        source: NewestFile(file.batch_id, file.name, file.sha256, file.rows, applied_at)
        for source, applied_at, file in rows
    }


def _years_applied(session: Session, actor: Actor) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {name: set() for name in SOURCES}
    for source, counts, year in session.execute(
        select(Batch.source, Batch.counts, Batch.year).where(
            Batch.state == BatchState.APPLIED, seen_by(actor)
        )
    ):
        found[source].update(counts.get("years") or ([] if year is None else [year]))
    return {source: tuple(sorted(years)) for source, years in found.items()}


def _accounts(session: Session, actor: Actor) -> tuple[Holding, ...]:
    found = count_accounts(session, actor)
    return (Holding("accounts", found),) if found else ()
