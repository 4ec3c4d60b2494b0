"""How a school's results moved, beside its socio-economic group, and what speaks against a rise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.value_added import INTERVAL_SDS
from network.cautions import Intake, Movement, intake_change, movement, narrowed
from service.models import Result, School, SchoolYear
from service.models.enums import Subject
from service.queries.results import PublishedYear
from service.queries.school_results import SubjectResults, TestResults

CEILING_PERCENTILE = 90
FEWEST_SCHOOLS = 20
"""Below that, the best tenth of a group is one school or two: no ceiling."""
FEWEST_TESTED = 5


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What the best tenth of the schools of a socio-economic group reached, in points."""

    year: int
    ses_group: int
    score: float
    schools: int
    own: float
    tested: int | None


@dataclass(frozen=True, slots=True)
class SubjectPath:
    """One subject; None where it cannot be assessed. ``fell`` names the subject that fell meanwhile."""

    subject: Subject
    movement: Movement | None
    intake: Intake | None
    ceiling: Ceiling | None
    fell: Subject | None


def result_paths(
    session: Session, school: School, results: Sequence[TestResults], years: Sequence[PublishedYear]
) -> dict[str, tuple[SubjectPath, ...]]:
    """Read every test's paths, by test."""
    groups = {(one.test, one.year): one.ses_group for one in years}
    found: dict[str, tuple[SubjectPath, ...]] = {}
    for test in results:
        moved = {one.subject: _movement(one) for one in test.subjects}
        found[test.test] = tuple(
            SubjectPath(
                subject=one.subject,
                movement=moved[one.subject],
                intake=_intake(one, moved[one.subject], test.test, groups),
                ceiling=_ceiling(session, school, test.test, one, groups),
                fell=_fell(one.subject, moved),
            )
            for one in test.subjects
        )
    return found


def _movement(one: SubjectResults) -> Movement | None:
    known = [
        (point.year, point.value, (point.upper - point.lower) / 2 / INTERVAL_SDS)
        for point in one.points
        if point.value is not None and point.lower is not None and point.upper is not None
    ]
    return movement([year for year, _v, _s in known], [v for _y, v, _s in known], [s for _y, _v, s in known])


def _intake(
    one: SubjectResults,
    moved: Movement | None,
    test: str,
    groups: Mapping[tuple[str, int], int | None],
) -> Intake | None:
    if moved is None:
        return None
    ends = [point for point in one.points if point.year in (moved.first, moved.last)]
    return intake_change(
        [point.year for point in ends],
        [groups.get((test, point.year)) for point in ends],
        [point.tested for point in ends],
    )


def _fell(subject: Subject, moved: Mapping[Subject, Movement | None]) -> Subject | None:
    own = moved[subject]
    if own is None:
        return None
    for other, change in moved.items():
        if other is not subject and change is not None and narrowed(own, change):
            return other
    return None


def _ceiling(
    session: Session,
    school: School,
    test: str,
    one: SubjectResults,
    groups: Mapping[tuple[str, int], int | None],
) -> Ceiling | None:
    newest = one.newest
    group = None if newest is None else groups.get((test, newest.year))
    if newest is None or newest.score is None or group is None:
        return None
    scores = session.scalars(
        select(Result.score)
        .join(
            SchoolYear,
            (SchoolYear.school_id == Result.school_id)
            & (SchoolYear.test == Result.test)
            & (SchoolYear.year == Result.year),
        )
        .join(School, School.id == Result.school_id)
        .where(
            School.system == school.system,
            Result.test == test,
            Result.year == newest.year,
            Result.subject == one.subject,
            Result.score.is_not(None),
            Result.tested >= FEWEST_TESTED,
            SchoolYear.ses_group == group,
        )
    ).all()
    if len(scores) < FEWEST_SCHOOLS:
        return None
    top = float(np.percentile(np.array(scores, dtype=np.float64), CEILING_PERCENTILE))
    return Ceiling(newest.year, group, top, len(scores), newest.score, newest.tested)
