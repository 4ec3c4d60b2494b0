"""Results of one school over time, with what chance may change and why a figure is absent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from matching.value_added import INTERVAL_SDS
from service.models import Result, School, SchoolYear
from service.models.enums import Subject
from service.queries.results import PublishedResult, PublishedYear
from service.systems import SYSTEMS

MAIN_SUBJECTS = (Subject.READING, Subject.MATHEMATICS)


@dataclass(frozen=True, slots=True)
class ResultPoint:
    """One year of a chart; None where nothing is published."""

    year: int
    value: float | None
    lower: float | None
    upper: float | None
    tested: int | None
    reference: float | None


@dataclass(frozen=True, slots=True)
class SubjectResults:
    """One subject over the years of its test."""

    subject: Subject
    points: tuple[ResultPoint, ...]
    rows: tuple[PublishedResult, ...]

    @property
    def newest(self) -> PublishedResult | None:
        """The last result with a score."""
        return next((row for row in reversed(self.rows) if row.score is not None), None)


@dataclass(frozen=True, slots=True)
class TestResults:
    """One test of a school; ``noise`` tells whether the band could be drawn."""

    test: str
    subjects: tuple[SubjectResults, ...]
    others: tuple[PublishedResult, ...]
    noise: bool
    has_reference: bool


def results_by_test(
    session: Session,
    school: School,
    results: Sequence[PublishedResult],
    years: Sequence[PublishedYear],
    parameters: Mapping[str, Mapping[str, Any]],
) -> tuple[TestResults, ...]:
    """Arrange the results of a school by test.

    ``parameters`` are those of the stored computation, by test: the noise of a mean of n pupils
    comes from them.
    """
    means = _means_of_group(session, school, years)
    found = []
    for test in _in_order({row.test for row in results}):
        rows = [row for row in results if row.test == test]
        known = parameters.get(test, {})
        span = range(
            min(row.year for row in rows), max([row.year for row in rows] + known.get("tests", [])) + 1
        )
        subjects = tuple(
            SubjectResults(
                subject=subject,
                points=_points(rows, subject, span, known.get("value_added", {}), means, test),
                rows=tuple(row for row in rows if row.subject is subject),
            )
            for subject in MAIN_SUBJECTS
            if any(row.subject is subject for row in rows)
        )
        found.append(
            TestResults(
                test=test,
                subjects=subjects,
                others=tuple(row for row in rows if row.subject not in MAIN_SUBJECTS),
                noise=any(point.lower is not None for one in subjects for point in one.points),
                has_reference=any(point.reference is not None for one in subjects for point in one.points),
            )
        )
    return tuple(found)


def _in_order(tests: set[str]) -> list[str]:
    """The tests by the phase they belong to; others after them."""
    known = [test for system in SYSTEMS.values() for test in system.tests.values()]
    return sorted(tests, key=lambda test: (known.index(test) if test in known else len(known), test))


def _points(
    rows: Sequence[PublishedResult],
    subject: Subject,
    span: range,
    noise: Mapping[str, Mapping[str, float]],
    means: Mapping[tuple[str, int, Subject], float],
    test: str,
) -> tuple[ResultPoint, ...]:
    by_year = {row.year: row for row in rows if row.subject is subject}
    points = []
    for year in span:
        row = by_year.get(year)
        score = None if row is None else row.score
        half = None if row is None or score is None else _half_width(row.tested, noise.get(subject.value))
        points.append(
            ResultPoint(
                year=year,
                value=score,
                lower=None if score is None or half is None else score - half,
                upper=None if score is None or half is None else score + half,
                tested=None if row is None else row.tested,
                reference=means.get((test, year, subject)),
            )
        )
    return tuple(points)


def _half_width(tested: int | None, noise: Mapping[str, float] | None) -> float | None:
    """Half of the 95 % band: the shock of a year and the chance of who sat the test."""
    if not tested or noise is None:
        return None
    return INTERVAL_SDS * sqrt(noise["shock_sd"] ** 2 + noise["noise_sd"] ** 2 / tested)


def _means_of_group(
    session: Session, school: School, years: Sequence[PublishedYear]
) -> dict[tuple[str, int, Subject], float]:
    """Mean of the schools that were in this school's socio-economic group, each year."""
    wanted = [
        and_(SchoolYear.test == one.test, SchoolYear.year == one.year, SchoolYear.ses_group == one.ses_group)
        for one in years
        if one.ses_group is not None
    ]
    if not wanted:
        return {}
    rows = session.execute(
        select(Result.test, Result.year, Result.subject, func.avg(Result.score))
        .join(
            SchoolYear,
            (SchoolYear.school_id == Result.school_id)
            & (SchoolYear.test == Result.test)
            & (SchoolYear.year == Result.year),
        )
        .join(School, School.id == Result.school_id)
        .where(or_(*wanted), School.system == school.system, Result.subject.in_(MAIN_SUBJECTS))
        .group_by(Result.test, Result.year, Result.subject)
    )
    return {(test, year, subject): mean for test, year, subject, mean in rows if mean is not None}
