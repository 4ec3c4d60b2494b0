"""Write yearly figures that are no test result."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.records import IndicatorRecord
from service.models import Indicator
from service.operations.imports.bulk import insert_rows, school_ids, update_rows
from service.operations.imports.outcome import Outcome, repeated_school, unknown_school

FIELDS = ("value", "n", "absence")


def write_indicators(
    session: Session, batch_id: int, system: str, readings: list[Reading], outcome: Outcome
) -> None:
    """Store what is new or differs; a row of an unknown school is rejected."""
    schools = school_ids(session, system)
    rows: list[tuple[int, int, IndicatorRecord]] = []
    seen: set[Any] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, IndicatorRecord)
            school = schools.get(record.code)
            if school is None:
                outcome.reject(reading.upload.name, row, "unknown_school", unknown_school(record.code))
                continue
            if (key := (school, record.kind, record.year)) in seen:
                outcome.reject(reading.upload.name, row, "duplicate_row", repeated_school(record.code))
                continue
            seen.add(key)
            rows.append((row, school, record))
    for is_new, differs in store(session, batch_id, rows):
        outcome.count(is_new=is_new, differs=differs)


def store(
    session: Session, batch_id: int, rows: Iterable[tuple[int, int, IndicatorRecord]]
) -> list[tuple[bool, bool]]:
    """Store figures of known schools; tells of each whether it is new or differs."""
    wanted = list(rows)
    known: dict[Any, Any] = {}
    for kind, year in sorted({(record.kind, record.year) for _, _, record in wanted}):
        for school, *rest in session.connection().execute(
            select(Indicator.school_id, Indicator.id, *[getattr(Indicator, name) for name in FIELDS]).where(
                Indicator.kind == kind, Indicator.year == year
            )
        ):
            known[school, kind, year] = tuple(rest)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    told: list[tuple[bool, bool]] = []
    for row, school, record in wanted:
        figures = (record.value, record.n, record.absence)
        stored = known.get((school, record.kind, record.year))
        facts = dict(zip(FIELDS, figures, strict=True)) | {"batch_id": batch_id, "source_row": row}
        if stored is None:
            new.append({"school_id": school, "kind": record.kind, "year": record.year} | facts)
        elif stored[1:] != figures:
            changed.append({"id": stored[0]} | facts)
        told.append((stored is None, stored is not None and stored[1:] != figures))
    insert_rows(session, Indicator, new)
    update_rows(session, Indicator, changed)
    return told
