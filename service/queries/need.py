"""Who needs support in a territory and why: the three answers of the rule, with the evidence."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.models import Assessment, Commune, Diagnosis, EvidenceSet, Ownership, School
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.permissions import Actor
from service.queries.evidence import NO_TEST, NeedStatus
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.reach import in_reach, with_last_ownership
from service.queries.schools_lists import matches

SORTS = ("urgency", "name", "commune")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFilters:
    """What the list is narrowed to."""

    status: NeedStatus = NeedStatus.IN_NEED
    q: str = ""
    urgency: int | None = None
    phase: Phase | None = None
    commune: int | None = None
    owner_kind: str = ""
    sort: str = "urgency"
    direction: str = "asc"
    page: int = 1


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One school in one phase, with the answer and why."""

    school_key: str
    school_name: str
    commune: str | None
    owner_type: OwnerType | None
    rural: bool | None
    enrolment: int | None
    phase: Phase | None
    status: NeedStatus
    urgency: int | None
    reason: str | None
    evidence: tuple[dict[str, Any], ...]
    diagnosed_in: int | None

    @property
    def holding(self) -> tuple[dict[str, Any], ...]:
        """The evidence that holds: why the rule says so."""
        return tuple(piece for piece in self.evidence if piece["holds"])


def need_lines(session: Session, filters: NeedFilters, actor: Actor) -> Listing[NeedLine]:
    """One page of the list."""
    query = _filtered(filters, actor)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(School.id).subquery()))
    rows = query.order_by(*_order(filters)).limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)
    return Listing(_lines(session, rows), total or 0, filters.page)


def all_need_lines(session: Session, filters: NeedFilters, actor: Actor) -> tuple[NeedLine, ...]:
    """The whole list, for an export."""
    return _lines(session, _filtered(filters, actor).order_by(*_order(filters)))


def answers_in(session: Session, actor: Actor) -> dict[NeedStatus, int]:
    """How many schools (in each phase) have each answer."""
    status = func.coalesce(Assessment.status, NeedStatus.CANNOT_ASSESS.value)
    query = _base(select(status, func.count()), actor).group_by(status)
    counts: dict[str, int] = dict(session.execute(query).all())
    return {answer: counts.get(answer.value, 0) for answer in NeedStatus}


def _base(query: Select[*tuple[Any, ...]], actor: Actor) -> Select[*tuple[Any, ...]]:
    query = query.select_from(School).outerjoin(Assessment, Assessment.school_id == School.id)
    return with_last_ownership(query).where(
        School.status == SchoolStatus.WORKING, School.has_enrolment, in_reach(actor)
    )


def _filtered(filters: NeedFilters, actor: Actor) -> Select[*tuple[Any, ...]]:
    query = _base(select(School, Ownership, Commune.name, EvidenceSet.phase, Assessment), actor)
    query = query.outerjoin(EvidenceSet, EvidenceSet.id == Assessment.set_id).outerjoin(
        Commune, Commune.id == School.commune_id
    )
    status = func.coalesce(Assessment.status, NeedStatus.CANNOT_ASSESS.value)
    query = query.where(status == filters.status.value, *matches(filters.q))
    if filters.urgency is not None:
        query = query.where(Assessment.urgency == filters.urgency)
    if filters.phase is not None:
        query = query.where(EvidenceSet.phase == filters.phase)
    if filters.commune is not None:
        query = query.where(School.commune_id == filters.commune)
    if filters.owner_kind:
        kinds = [kind for kind in OwnerType if kind.kind.value == filters.owner_kind]
        query = query.where(Ownership.owner_type.in_(kinds))
    return query


def _order(filters: NeedFilters) -> list[Any]:
    column: Any = {
        "urgency": Assessment.urgency,
        "name": School.name_folded,
        "commune": Commune.name,
    }[filters.sort]
    ordered = column.desc() if filters.direction == "desc" else column.asc()
    return [ordered.nulls_last(), School.name_folded, School.system, School.code, EvidenceSet.phase]


def _lines(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[NeedLine, ...]:
    rows = session.execute(query).all()
    newest = select(Diagnosis.school_id, func.max(Diagnosis.year)).group_by(Diagnosis.school_id)
    diagnosed = dict(session.execute(newest).all())
    return tuple(
        NeedLine(
            school_key=f"{school.system}:{school.code}",
            school_name=school.name,
            commune=commune,
            owner_type=None if period is None else period.owner_type,
            rural=school.rural,
            enrolment=school.enrolment,
            phase=phase,
            status=NeedStatus.CANNOT_ASSESS if found is None else NeedStatus(found.status),
            urgency=None if found is None else found.urgency,
            reason=NO_TEST if found is None else found.reason,
            evidence=() if found is None else tuple(found.evidence),
            diagnosed_in=diagnosed.get(school.id),
        )
        for school, period, commune, phase, found in rows
    )
