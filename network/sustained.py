"""Whether a rise during support lasted, by the published rule.

Bellei and others, *Are improvements brought by external support sustained?* (on *Escuelas Críticas*):
improved means more than 10 points in both subjects between the start and the end of support; sustained, that
in each of the three years after it both stay or rise; not sustained, that they fall back to near the level
before. The text does not put "stay" and "near" in figures: ``fall`` and ``near`` are ours and settable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from network.errors import TrajectoryError

YEARS_AFTER = 3
DIGITS = 9
"""Differences are compared after rounding here, so that 250.1 - 240.1 is not more than 10."""


class Verdict(StrEnum):
    """What became of a unit's results."""

    SUSTAINED = "sustained"
    NOT_SUSTAINED = "not_sustained"
    NO_RISE = "no_rise"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Lines of the rule, in points of the test.

    Parameters
    ----------
    rise : float
        Both subjects must have risen by more than this during support.
    fall : float
        Sustained: no subject is ever more than this below its level at the end of support.
    near : float
        Not sustained: a subject ends at most this much above its level before support.
    """

    rise: float = 10.0
    fall: float = 5.0
    near: float = 5.0

    def __post_init__(self) -> None:
        for name in ("rise", "fall", "near"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise TrajectoryError(f"'{name}' must be a number of points from 0 up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A unit's tests in two subjects, and its years of support.

    Parameters
    ----------
    unit : str
    start, end : int
        Years in which support began and ended.
    scores : mapping of subject to mapping of year to score
        Exactly two subjects. A year in which either subject is named is a year with a test; a score
        of None, or one subject alone, is a test whose result is missing.
    """

    unit: str
    start: int
    end: int
    scores: Mapping[str, Mapping[int, float | None]]

    def __post_init__(self) -> None:
        if len(self.scores) != 2:
            raise TrajectoryError(
                f"unit {self.unit} has {len(self.scores)} subjects; the rule needs exactly two"
            )
        if self.end < self.start:
            raise TrajectoryError(
                f"unit {self.unit}: support ends in {self.end}, before it starts in {self.start}"
            )


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """One subject's part in the verdict; None where a test is missing."""

    subject: str
    before: float | None
    at_end: float | None
    after: tuple[float | None, ...]

    @property
    def rise(self) -> float | None:
        """Points gained during support."""
        return _difference(self.at_end, self.before)

    @property
    def greatest_fall(self) -> float | None:
        """Points lost since the end of support in the worst of the three years; negative if it only rose."""
        falls = [_difference(self.at_end, score) for score in self.after]
        known = [fall for fall in falls if fall is not None]
        return max(known) if len(known) == len(falls) and known else None

    @property
    def above_before(self) -> float | None:
        """Points above the level before support, in the last of the three years."""
        return _difference(self.after[-1], self.before) if self.after else None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the figures it rests on.

    Parameters
    ----------
    unit : str
    verdict : Verdict
    before_year, end_year : int or None
        Of the last test up to the start of support, and of the first from its end on.
    after_years : tuple of int
        The three calendar years after ``end_year``.
    subjects : tuple of SubjectFigures
        By name.
    missing : tuple of str
        Needed tests without a result, as ``subject year`` or ``before``, ``end``.
    """

    unit: str
    verdict: Verdict
    before_year: int | None
    end_year: int | None
    after_years: tuple[int, ...]
    subjects: tuple[SubjectFigures, ...]
    missing: tuple[str, ...] = field(default=())


def judge(series: Series, rule: Rule | None = None) -> Judged:
    """Apply the rule to one unit.

    Parameters
    ----------
    series : Series
    rule : Rule, optional
        The published one with our figures if not given.

    Returns
    -------
    Judged
        ``undetermined`` before anything else where a needed test is missing; then ``no_rise``
        unless both subjects rose by more than ``rise``; then ``sustained``, ``not_sustained``, else
        ``undetermined``.

    Examples
    --------
    >>> reading = {2002: 200.0, 2005: 231.0, 2006: 230.0, 2007: 233.0, 2008: 229.0}
    >>> maths = {2002: 198.0, 2005: 226.0, 2006: 226.0, 2007: 224.0, 2008: 230.0}
    >>> series = Series(unit="7", start=2002, end=2005, scores={"reading": reading, "maths": maths})
    >>> judge(series).verdict, judge(series, Rule(rise=28)).verdict
    (<Verdict.SUSTAINED: 'sustained'>, <Verdict.NO_RISE: 'no_rise'>)
    """
    rule = rule or Rule()
    tests = sorted({year for scores in series.scores.values() for year in scores})
    before_year = max((year for year in tests if year <= series.start), default=None)
    end_year = min((year for year in tests if year >= series.end), default=None)
    after_years = tuple(range(end_year + 1, end_year + 1 + YEARS_AFTER)) if end_year is not None else ()
    figures, missing = [], []
    for subject in sorted(series.scores):
        scores = series.scores[subject]
        needed = {"before": before_year, "end": end_year}
        missing += [f"{subject} {name}" for name, year in needed.items() if year is None]
        years = [year for year in (before_year, end_year, *after_years) if year is not None]
        missing += [f"{subject} {year}" for year in years if scores.get(year) is None]
        figures.append(
            SubjectFigures(
                subject,
                scores.get(before_year) if before_year is not None else None,
                scores.get(end_year) if end_year is not None else None,
                tuple(scores.get(year) for year in after_years),
            )
        )
    verdict = Verdict.UNDETERMINED if missing else _verdict(figures, rule)
    return Judged(series.unit, verdict, before_year, end_year, after_years, tuple(figures), tuple(missing))


def _verdict(figures: list[SubjectFigures], rule: Rule) -> Verdict:
    """The verdict where no needed test is missing."""
    rises = [one.rise for one in figures if one.rise is not None]
    falls = [one.greatest_fall for one in figures if one.greatest_fall is not None]
    ends = [one.above_before for one in figures if one.above_before is not None]
    if any(rise <= rule.rise for rise in rises):
        return Verdict.NO_RISE
    if all(fall <= rule.fall for fall in falls):
        return Verdict.SUSTAINED
    if any(above <= rule.near for above in ends):
        return Verdict.NOT_SUSTAINED
    return Verdict.UNDETERMINED


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else round(one - other, DIGITS)
