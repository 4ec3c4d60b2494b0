"""Published figures of one school, each with its year, its n and its source."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Batch, BatchFile, Indicator, Result, School, SchoolYear
from service.models.enums import AbsenceReason, IndicatorKind, OwnerType, Subject


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure comes from."""

    source: str
    file: str
    row: int
    sha256: str
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """One result as published; absent ones carry their reason."""

    test: str
    year: int
    subject: Subject
    score: float | None
    tested: int | None
    absence: AbsenceReason | None
    remark: str | None
    share_below: float | None
    share_basic: float | None
    share_standard: float | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """What the result file of a year says of the school."""

    test: str
    year: int
    ses_group: int | None
    owner_type: OwnerType | None
    rural: bool | None


@dataclass(frozen=True, slots=True)
class PublishedIndicator:
    """One indicator as published."""

    kind: IndicatorKind
    year: int
    value: float | None
    n: int | None
    absence: AbsenceReason | None
    provenance: Provenance


def results_of(session: Session, school: School) -> list[PublishedResult]:
    """All results of a school, by test, year and subject."""
    rows = session.execute(
        select(Result, Batch.source, Batch.applied_at)
        .join(Batch, Batch.id == Result.batch_id)
        .where(Result.school_id == school.id)
        .order_by(Result.test, Result.year, Result.subject)
    ).all()
    files = _files(session, {row.batch_id for row, _, _ in rows})
    return [
        PublishedResult(
            test=row.test,
            year=row.year,
            subject=row.subject,
            score=row.score,
            tested=row.tested,
            absence=row.absence,
            remark=row.remark,
            share_below=row.share_below,
            share_basic=row.share_basic,
            share_standard=row.share_standard,
            provenance=_provenance(files, row.batch_id, row.source_row, source, applied),
        )
        for row, source, applied in rows
    ]


def years_of(session: Session, school: School) -> list[PublishedYear]:
    """Group, owner and rurality of each school-year, by test and year."""
    rows = session.scalars(
        select(SchoolYear).where(SchoolYear.school_id == school.id).order_by(SchoolYear.test, SchoolYear.year)
    )
    return [PublishedYear(row.test, row.year, row.ses_group, row.owner_type, row.rural) for row in rows]


def indicators_of(session: Session, school: School) -> list[PublishedIndicator]:
    """All indicators of a school, by kind and year."""
    rows = session.execute(
        select(Indicator, Batch.source, Batch.applied_at)
        .join(Batch, Batch.id == Indicator.batch_id)
        .where(Indicator.school_id == school.id)
        .order_by(Indicator.kind, Indicator.year)
    ).all()
    files = _files(session, {row.batch_id for row, _, _ in rows})
    return [
        PublishedIndicator(
            kind=row.kind,
            year=row.year,
            value=row.value,
            n=row.n,
            absence=row.absence,
            provenance=_provenance(files, row.batch_id, row.source_row, source, applied),
        )
        for row, source, applied in rows
    ]


def directory_provenance(session: Session, school: School) -> Provenance | None:
    """Where name, place and levels come from; None for a school entered by hand."""
    if school.batch_id is None:
        return None
    batch = session.get(Batch, school.batch_id)
    if batch is None:
        return None
    files = _files(session, {batch.id})
    return _provenance(files, batch.id, school.source_row or 0, batch.source, batch.applied_at)


def _files(session: Session, batches: set[int]) -> dict[int, BatchFile]:
    """The file of each batch; figures of a batch of several files name the first."""
    found: dict[int, BatchFile] = {}
    for file in session.scalars(
        select(BatchFile).where(BatchFile.batch_id.in_(batches)).order_by(BatchFile.id)
    ):
        found.setdefault(file.batch_id, file)
    return found


def _provenance(
    files: dict[int, BatchFile], batch: int, row: int, source: str, applied: datetime | None
) -> Provenance:
    file = files.get(batch)
    return Provenance(
        source=source,
        file=file.name if file else "",
        row=row,
        sha256=file.sha256 if file else "",
        applied_at=applied,
    )
