"""The answers of a need rule: in need and why, not in need, cannot be assessed."""

from dataclasses import dataclass
from enum import StrEnum

from matching.need_rules import NeedRule
from matching.residuals import Area


class Metric(StrEnum):
    """What a piece of evidence measures."""

    LEVEL_BELOW_LINE = "level_below_line"
    LEVEL_BELOW_MEDIAN = "level_below_median"
    LEVEL_CHANGE = "level_change"
    SHARE_AT_STANDARD = "share_at_standard"


class CannotAssess(StrEnum):
    """Why a rule gives no answer for a school."""

    NO_RESULTS = "no_results"
    TOO_FEW_TESTS = "too_few_tests"
    TOO_FEW_PUPILS = "too_few_pupils"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One figure that speaks for or against need.

    Parameters
    ----------
    metric : Metric
    area : Area
    year : int
        Of the result, or the as-of year of a level.
    value : float
        Points of the test, or a share in [0, 1].
    threshold : float
        What the value is held against.
    n : float
        Pupils tested, in that year or in the school's last test.
    holds : bool
        The condition of the rule is met.
    sd : float or None
        Of a level or a change.
    probability, required_probability : float or None
        That the true value lies below the threshold, and what the rule asks for.
    """

    metric: Metric
    area: Area
    year: int
    value: float
    threshold: float
    n: float
    holds: bool
    sd: float | None = None
    probability: float | None = None
    required_probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolInNeed:
    """A school in need, its urgency (1 is first) and why."""

    school: int
    urgency: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAssessment:
    """What a rule answers for each school asked about; schools ascending.

    Parameters
    ----------
    rule : NeedRule
    as_of : int
    in_need : tuple of SchoolInNeed
    not_in_need : tuple of int
    cannot_assess : tuple of (int, CannotAssess)
    line, median : float or None
        Levels in points of the test; None for a share rule, or where no school of the
        phase has results enough.
    """

    rule: NeedRule
    as_of: int
    in_need: tuple[SchoolInNeed, ...]
    not_in_need: tuple[int, ...]
    cannot_assess: tuple[tuple[int, CannotAssess], ...]
    line: float | None = None
    median: float | None = None

    def schools_in_need(self) -> frozenset[int]:
        """Give the schools in need, without their evidence."""
        return frozenset(need.school for need in self.in_need)


def reason_unassessed(valid: int, small: int, ever: bool, required: int) -> CannotAssess:
    """Name the reason why a rule gives no answer for one school.

    Parameters
    ----------
    valid, small : int
        Tests of the window that count, and those with fewer pupils than the minimum.
    ever : bool
        The school has a result that counts in some year up to the as-of year.
    required : int
        Tests the rule needs.
    """
    if small and (valid + small >= required or not ever):
        return CannotAssess.TOO_FEW_PUPILS
    return CannotAssess.TOO_FEW_TESTS if ever else CannotAssess.NO_RESULTS
