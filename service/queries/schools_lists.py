"""The list of schools: searched, filtered, sorted, a page at a time or whole."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session

from service.models import Commune, EducationService, Owner, Ownership, School, SchoolLevel
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.permissions import Actor
from service.queries.evidence import ANSWERS, UNANSWERED, NeedStatus, answers_by_school
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.reach import in_reach, with_last_ownership
from service.text import fold

SORTS = ("name", "code", "commune", "enrolment")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFilters:
    """What the list is narrowed to; empty means everything."""

    q: str = ""
    territory: str = "all"
    commune: int | None = None
    phase: Phase | None = None
    owner_kind: str = ""
    rurality: str = ""
    status: SchoolStatus | None = None
    need: NeedStatus | None = None
    sort: str = "name"
    direction: str = "asc"
    page: int = 1


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school as the list shows it; need only where the reader may see it."""

    system: str
    code: int
    check_digit: str | None
    name: str
    status: SchoolStatus
    commune: str | None
    owner_type: OwnerType | None
    owner: str | None
    service: str | None
    rural: bool | None
    enrolment: int | None
    phases: tuple[Phase, ...]
    need: NeedStatus | None
    urgency: int | None

    @property
    def key(self) -> str:
        """How addresses name the school."""
        return f"{self.system}:{self.code}"


def school_lines(session: Session, filters: SchoolFilters, actor: Actor) -> Listing[SchoolLine]:
    """One page of the list."""
    query = _filtered(filters, actor)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(School.id).subquery()))
    rows = query.order_by(*_order(filters)).limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)
    return Listing(_lines(session, rows), total or 0, filters.page)


def all_school_lines(session: Session, filters: SchoolFilters, actor: Actor) -> tuple[SchoolLine, ...]:
    """The whole list, for an export."""
    return _lines(session, _filtered(filters, actor).order_by(*_order(filters)))


def communes_in(session: Session, filters: SchoolFilters, actor: Actor) -> list[tuple[int, str]]:
    """Communes to choose from, by name: those of the territory the list shows."""
    query = select(Commune.id, Commune.name).join(School, School.commune_id == Commune.id)
    if filters.territory == "mine":
        query = with_last_ownership(query).where(in_reach(actor))
    return [(number, name) for number, name in session.execute(query.distinct().order_by(Commune.name))]


def matches(text: str) -> list[ColumnElement[bool]]:
    """Conditions on ``School`` that a search sets: the number's beginning, or every word of the name."""
    number = text.strip().rpartition(":")[2].partition("-")[0].replace(".", "")
    if number.isdigit():
        return [cast(School.code, String).startswith(number)]
    return [School.name_folded.contains(word, autoescape=True) for word in fold(text).split()]


def _filtered(filters: SchoolFilters, actor: Actor) -> Select[*tuple[Any, ...]]:
    answers = answers_by_school()
    query = with_last_ownership(
        select(School, Ownership, Commune.name, Owner.name, EducationService.name, answers, in_reach(actor))
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(answers, answers.c.school_id == School.id)
    )
    query = query.outerjoin(Owner, Owner.id == Ownership.owner_id).outerjoin(
        EducationService, EducationService.id == Ownership.service_id
    )
    query = query.where(*matches(filters.q))
    if filters.territory == "mine":
        query = query.where(in_reach(actor))
    if filters.commune is not None:
        query = query.where(School.commune_id == filters.commune)
    if filters.phase is not None:
        query = query.where(
            School.id.in_(select(SchoolLevel.school_id).where(SchoolLevel.phase == filters.phase))
        )
    if filters.owner_kind:
        kinds = [kind for kind in OwnerType if kind.kind.value == filters.owner_kind]
        query = query.where(Ownership.owner_type.in_(kinds))
    if filters.rurality:
        query = query.where(School.rural.is_(filters.rurality == "rural"))
    if filters.status is not None:
        query = query.where(School.status == filters.status)
    if filters.need is not None:
        wanted = next(number for number, status in ANSWERS.items() if status is filters.need)
        query = query.where(
            in_reach(actor),
            School.status == SchoolStatus.WORKING,
            func.coalesce(answers.c.answer, UNANSWERED) == wanted,
        )
    return query


def _order(filters: SchoolFilters) -> list[Any]:
    column: Any = {
        "name": School.name_folded,
        "code": School.code,
        "commune": Commune.name,
        "enrolment": School.enrolment,
    }[filters.sort]
    ordered = column.desc() if filters.direction == "desc" else column.asc()
    return [ordered.nulls_last(), School.system, School.code]


def _lines(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[SchoolLine, ...]:
    rows = session.execute(query).all()
    phases = phases_of(session, [row[0].id for row in rows])
    return tuple(
        SchoolLine(
            system=school.system,
            code=school.code,
            check_digit=school.check_digit,
            name=school.name,
            status=school.status,
            commune=commune,
            owner_type=None if period is None else period.owner_type,
            owner=owner,
            service=service,
            rural=school.rural,
            enrolment=school.enrolment,
            phases=phases.get(school.id, ()),
            need=_need(school, answer) if seen else None,
            urgency=urgency if seen else None,
        )
        for school, period, commune, owner, service, _school_id, answer, urgency, seen in rows
    )


def _need(school: School, answer: int | None) -> NeedStatus | None:
    """The answer for a working school; one that no rule could be asked about cannot be told."""
    if school.status is not SchoolStatus.WORKING:
        return None
    return ANSWERS[UNANSWERED if answer is None else answer]


def phases_of(session: Session, ids: list[int]) -> dict[int, tuple[Phase, ...]]:
    """The phases of some schools, in the order of schooling."""
    order = list(Phase)
    found: dict[int, list[Phase]] = {}
    chunk = 10_000
    for start in range(0, len(ids), chunk):
        for school_id, phase in session.execute(
            select(SchoolLevel.school_id, SchoolLevel.phase).where(
                SchoolLevel.school_id.in_(ids[start : start + chunk])
            )
        ):
            found.setdefault(school_id, []).append(phase)
    return {school_id: tuple(sorted(phases, key=order.index)) for school_id, phases in found.items()}
