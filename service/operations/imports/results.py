"""Write results: one row of a file is one school in one test and year."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.records import IndicatorRecord, ResultRecord
from service.models import Result, SchoolYear
from service.operations.imports.bulk import insert_tuples, school_ids, update_rows
from service.operations.imports.indicators import store
from service.operations.imports.outcome import Outcome, repeated_school, unknown_school

KEY = ("school_id", "test", "year")
SOURCE = ("batch_id", "source_row")
YEAR_FIELDS = ("ses_group", "owner_type", "rural")
RESULT_FIELDS = ("score", "tested", "absence", "remark", "share_below", "share_basic", "share_standard")


def write_results(
    session: Session, batch_id: int, system: str, readings: list[Reading], outcome: Outcome
) -> None:
    """Store what is new or differs; a row of an unknown school is rejected."""
    schools = school_ids(session, system)
    tests = {
        (record.test, record.year)
        for reading in readings
        for _, record in reading.records
        if isinstance(record, ResultRecord)
    }
    years: dict[Any, Any] = {}
    results: dict[Any, Any] = {}
    for test, year in sorted(tests):
        _load(session, test, year, years, results)
    new_years: list[tuple[Any, ...]] = []
    changed_years: list[dict[str, Any]] = []
    new_results: list[tuple[Any, ...]] = []
    changed_results: list[dict[str, Any]] = []
    figures_of_rows: list[tuple[int, int, IndicatorRecord]] = []
    told: list[tuple[bool, bool]] = []
    beside: list[int] = []
    seen: set[tuple[int, str, int]] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, ResultRecord)
            school = schools.get(record.code)
            if school is None:
                outcome.reject(reading.upload.name, row, "unknown_school", unknown_school(record.code))
                continue
            key = (school, record.test, record.year)
            if key in seen:
                outcome.reject(reading.upload.name, row, "duplicate_row", repeated_school(record.code))
                continue
            seen.add(key)
            source = {"batch_id": batch_id, "source_row": row}
            facts = (record.ses_group, record.owner_type, record.rural)
            known = years.get(key)
            differs = False
            if known is None:
                new_years.append((*key, *facts, batch_id, row))
            elif known[1:] != facts:
                differs = True
                changed_years.append({"id": known[0]} | dict(zip(YEAR_FIELDS, facts, strict=True)) | source)
            for cell in record.cells:
                figures = (
                    cell.score, cell.tested, cell.absence, cell.remark, cell.below, cell.basic, cell.standard,
                )  # fmt: skip
                stored = results.get((*key, cell.subject))
                if stored is None:
                    differs = True
                    new_results.append((*key, cell.subject, *figures, batch_id, row))
                elif stored[1:] != figures:
                    differs = True
                    changed_results.append(
                        {"id": stored[0]} | dict(zip(RESULT_FIELDS, figures, strict=True)) | source
                    )
            for figure in record.indicators:
                figures_of_rows.append((row, school, figure))
                beside.append(len(told))
            told.append((known is None, differs))
    for place, (is_new, differs) in zip(beside, store(session, batch_id, figures_of_rows), strict=True):
        told[place] = told[place][0], told[place][1] or is_new or differs
    for is_new, differs in told:
        outcome.count(is_new=is_new, differs=differs)
    insert_tuples(session, SchoolYear, (*KEY, *YEAR_FIELDS, *SOURCE), new_years)
    update_rows(session, SchoolYear, changed_years)
    insert_tuples(session, Result, (*KEY, "subject", *RESULT_FIELDS, *SOURCE), new_results)
    update_rows(session, Result, changed_results)


def _load(session: Session, test: str, year: int, years: dict[Any, Any], results: dict[Any, Any]) -> None:
    connection = session.connection()
    fields = [getattr(SchoolYear, name) for name in YEAR_FIELDS]
    for school, *rest in connection.execute(
        select(SchoolYear.school_id, SchoolYear.id, *fields).where(
            SchoolYear.test == test, SchoolYear.year == year
        )
    ):
        years[school, test, year] = tuple(rest)
    fields = [getattr(Result, name) for name in RESULT_FIELDS]
    for school, subject, *rest in connection.execute(
        select(Result.school_id, Result.subject, Result.id, *fields).where(
            Result.test == test, Result.year == year
        )
    ):
        results[school, test, year, subject] = tuple(rest)
