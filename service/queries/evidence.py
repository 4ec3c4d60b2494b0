"""What was computed about schools: estimates of value added, the answer of the need rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from matching.value_added import INTERVAL_SDS
from service.models import Assessment, Estimate, EvidenceSet, School
from service.models.enums import Phase


class NeedStatus(StrEnum):
    """The three answers of a need rule."""

    IN_NEED = "in_need"
    NOT_IN_NEED = "not_in_need"
    CANNOT_ASSESS = "cannot_assess"


NO_TEST = "no_test"
"""Reason of a school whose levels have no compared test, so that no rule was asked."""


@dataclass(frozen=True, slots=True)
class AreaEstimate:
    """Value added of one school in one area, in points of the test, with its 95 % interval."""

    area: str
    level: float
    lower: float
    upper: float
    years: int
    tested: float
    last_year: int


@dataclass(frozen=True, slots=True)
class SchoolEvidence:
    """Everything computed about one school in one phase."""

    phase: Phase
    test: str
    as_of: int
    parameters: dict[str, Any]
    estimates: dict[str, AreaEstimate]
    status: NeedStatus
    urgency: int | None
    reason: str | None
    need_evidence: tuple[dict[str, Any], ...]
    could_lead: bool
    leading_evidence: tuple[dict[str, Any], ...]
    kept: EvidenceSet


def evidence_of(session: Session, school: School) -> tuple[SchoolEvidence, ...]:
    """What is kept about a school, the phases in order; empty where nothing was computed."""
    assessed = session.execute(
        select(EvidenceSet, Assessment)
        .join(Assessment, Assessment.set_id == EvidenceSet.id)
        .where(Assessment.school_id == school.id)
    ).all()
    estimates: dict[int, dict[str, AreaEstimate]] = {}
    for row in session.scalars(select(Estimate).where(Estimate.school_id == school.id)):
        estimates.setdefault(row.set_id, {})[row.area] = area_estimate(row)
    order = list(Phase)
    return tuple(
        SchoolEvidence(
            phase=kept.phase,
            test=kept.test,
            as_of=kept.as_of,
            parameters=kept.parameters,
            estimates=estimates.get(kept.id, {}),
            status=NeedStatus(found.status),
            urgency=found.urgency,
            reason=found.reason,
            need_evidence=tuple(found.evidence),
            could_lead=found.could_lead,
            leading_evidence=tuple(found.leading_evidence),
            kept=kept,
        )
        for kept, found in sorted(assessed, key=lambda pair: order.index(pair[0].phase))
    )


def area_estimate(row: Estimate) -> AreaEstimate:
    """A stored estimate with the interval of its level in the as-of year."""
    half = INTERVAL_SDS * row.level_sd
    return AreaEstimate(
        row.area, row.level, row.level - half, row.level + half, row.years, row.tested, row.last_year
    )


def levels_of(session: Session, kept: EvidenceSet, codes: list[int]) -> dict[tuple[int, str], float]:
    """Levels of several schools, by official number and area."""
    rows = session.execute(
        select(School.code, Estimate.area, Estimate.level)
        .join(School, School.id == Estimate.school_id)
        .where(Estimate.set_id == kept.id, School.code.in_(codes), School.system == kept.system)
    )
    return {(code, area): level for code, area, level in rows}


def evidence_sets(session: Session) -> list[EvidenceSet]:
    """All computations kept, one a system and phase."""
    return list(session.scalars(select(EvidenceSet).order_by(EvidenceSet.system, EvidenceSet.phase)))


def answers_by_school() -> Subquery:
    """One row a school: ``answer`` 2 in need, 1 not, 0 cannot be told; the smallest urgency."""
    answer = case(
        (Assessment.status == NeedStatus.IN_NEED.value, 2),
        (Assessment.status == NeedStatus.NOT_IN_NEED.value, 1),
        else_=0,
    )
    return (
        select(
            Assessment.school_id.label("school_id"),
            func.max(answer).label("answer"),
            func.min(Assessment.urgency).label("urgency"),
        )
        .group_by(Assessment.school_id)
        .subquery()
    )


UNANSWERED = 0
"""Of a school that was not assessed: pre-school, special, adult, or nothing computed yet."""
ANSWERS = {2: NeedStatus.IN_NEED, 1: NeedStatus.NOT_IN_NEED, 0: NeedStatus.CANNOT_ASSESS}
