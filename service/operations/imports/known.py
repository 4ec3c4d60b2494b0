"""What the database knows of a system's schools before a directory is written."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Batch, Correction, Ownership, School, SchoolLevel
from service.models.enums import BatchState, Phase
from service.operations.imports.ownership import Holding, Period

FACTS = (
    "check_digit",
    "name",
    "name_folded",
    "status",
    "has_enrolment",
    "enrolment",
    "special_enrolment",
    "rural",
    "commune_id",
    "latitude",
    "longitude",
    "closed_on",
    "successor_id",
)
"""Columns of a school that a directory tells."""


@dataclass(slots=True)
class KnownSchool:
    """A school as stored."""

    id: int
    code: int
    directory_year: int | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownCorrection:
    """An active correction, and the official value it stands against."""

    id: int
    official: Any


@dataclass(slots=True)
class Known:
    """All schools of a system, with their levels, owners and the corrections made here."""

    schools: dict[int, KnownSchool]
    levels: dict[int, tuple[tuple[Phase, int | None], ...]]
    periods: dict[int, tuple[Period, ...]]
    corrections: dict[int, dict[str, KnownCorrection]]
    years: set[int]


def load_known(session: Session, system: str, source: str) -> Known:
    """Load them with five queries, however many there are."""
    connection = session.connection()
    columns = [getattr(School, name) for name in FACTS]
    schools = {
        row[1]: KnownSchool(row[0], row[1], row[2], dict(zip(FACTS, row[3:], strict=True)))
        for row in connection.execute(
            select(School.id, School.code, School.directory_year, *columns).where(School.system == system)
        )
    }
    known = Known(schools, {}, {}, {}, set())
    known.years.update(
        year
        for (year,) in connection.execute(
            select(Batch.counts["years"]).where(Batch.source == source, Batch.state == BatchState.APPLIED)
        )
        for year in year or ()
    )
    if not schools:
        return known
    levels: dict[int, list[tuple[Phase, int | None]]] = {}
    for school, phase, enrolment in connection.execute(
        select(SchoolLevel.school_id, SchoolLevel.phase, SchoolLevel.enrolment)
        .join(School, School.id == SchoolLevel.school_id)
        .where(School.system == system)
    ):
        levels.setdefault(school, []).append((phase, enrolment))
    known.levels = {school: tuple(sorted(found, key=lambda one: one[0])) for school, found in levels.items()}
    periods: dict[int, list[Period]] = {}
    for row in connection.execute(
        select(
            Ownership.school_id,
            Ownership.id,
            Ownership.owner_type,
            Ownership.owner_id,
            Ownership.service_id,
            Ownership.start_on,
            Ownership.end_on,
        )
        .join(School, School.id == Ownership.school_id)
        .where(School.system == system)
    ):
        holding = Holding(row.owner_type, row.owner_id, row.service_id)
        periods.setdefault(row.school_id, []).append(Period(holding, row.start_on, row.end_on, row.id))
    known.periods = {
        school: tuple(sorted(found, key=lambda p: (p.start is not None, p.start, p.id)))
        for school, found in periods.items()
    }
    for row in connection.execute(
        select(Correction.school_id, Correction.field, Correction.id, Correction.official)
        .join(School, School.id == Correction.school_id)
        .where(School.system == system, Correction.ended_at.is_(None))
    ):
        correction = KnownCorrection(row.id, row.official)
        known.corrections.setdefault(row.school_id, {})[row.field] = correction
    return known
