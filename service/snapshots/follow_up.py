"""What became of a supported school's results: the published rule over the stored ones."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.sustained import Rule, Series, Verdict, judge
from service.models import Partnership, Result, School
from service.models.enums import Phase, Subject
from service.systems import SYSTEMS

TEST_MONTHS = {"4b": 10, "2m": 10, "ks2": 5}
"""When a test is taken: work that began earlier in the year is measured from the year before."""
SUBJECTS = (Subject.READING, Subject.MATHEMATICS)


@dataclass(frozen=True, slots=True)
class FollowUpVerdict:
    """The verdict and the figures it rests on, as the page tells them."""

    verdict: str
    figures: dict[str, Any]


def verdict_of(session: Session, partnership: Partnership) -> FollowUpVerdict:
    """Apply the sustained rule to the supported school, from the start of support to its end.

    Results of a school it was merged into are stitched on, and marked so; one absent result that the
    rule needs makes the verdict *undetermined*, never a success (T4, T5).
    """
    end = partnership.closed_on
    if end is None:
        return FollowUpVerdict(Verdict.UNDETERMINED.value, {"missing": ["end"], "stitched": []})
    scores, stitched, test = _series(session, partnership)
    begun = partnership.start_on
    start = begun.year if begun.month > TEST_MONTHS.get(test, 12) else begun.year - 1
    point = SYSTEMS[session.get_one(School, partnership.school_id).system].point
    rule = Rule(rise=10 * point, fall=5 * point, near=5 * point)
    judged = judge(
        Series(
            unit=str(partnership.school_id),
            start=start,
            end=max(end.year, start),
            scores=scores,
        ),
        rule,
    )
    return FollowUpVerdict(
        judged.verdict.value,
        {
            "test": test,
            "before_year": judged.before_year,
            "end_year": judged.end_year,
            "after_years": list(judged.after_years),
            "subjects": [
                {"subject": s.subject, "before": s.before, "at_end": s.at_end, "after": list(s.after)}
                for s in judged.subjects
            ],
            "missing": list(judged.missing),
            "stitched": stitched,
            "rule": {"rise": rule.rise, "fall": rule.fall, "near": rule.near},
        },
    )


def has_result(session: Session, partnership: Partnership, year: int) -> bool:
    """Whether both subjects of a year have a score, at the school or where it was merged into."""
    scores, _stitched, _test = _series(session, partnership)
    return all(scores[subject.value].get(year) is not None for subject in SUBJECTS)


def _series(
    session: Session, partnership: Partnership
) -> tuple[dict[str, dict[int, float | None]], list[dict[str, Any]], str]:
    """Scores by subject and year; later years of a successor fill those the school has none for."""
    school = session.get_one(School, partnership.school_id)
    test = _test(school, partnership.phase)
    scores: dict[str, dict[int, float | None]] = {subject.value: {} for subject in SUBJECTS}
    stitched: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: School | None = school
    while current is not None and current.id not in seen:
        seen.add(current.id)
        rows = session.execute(
            select(Result.year, Result.subject, Result.score)
            .where(Result.school_id == current.id, Result.test == test, Result.subject.in_(SUBJECTS))
            .order_by(Result.year)
        ).all()
        for year, subject, score in rows:
            kept = scores[subject.value]
            if year not in kept or (kept[year] is None and score is not None):
                kept[year] = score
                if current.id != school.id:
                    stitched.append({"year": year, "subject": subject.value, "school": current.name})
        current = session.get(School, current.successor_id) if current.successor_id else None
    return scores, stitched, test


def _test(school: School, phase: Phase) -> str:
    """The test of the phase in that country; none for what is not tested."""
    return SYSTEMS[school.system].tests.get(phase, "")
