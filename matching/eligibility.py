"""Which schools' heads may support others by what can be measured, and why not.

The published lesson (National Leaders of Education, England, from 2007) is that a
leader is a serving head of some years whose own school does well in value added, not in
raw results alone, so that the head of a poor school can lead. The own school comes
first: a school in need, or falling, keeps its head. A person still decides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from matching.errors import RuleError
from matching.need_evidence import NeedAssessment
from matching.need_rules import RuleKind
from matching.profiles import LeaderProfile
from matching.value_added import ValueAdded


class Refusal(StrEnum):
    """A criterion, by the reason code of its refusal; in the order they are asked."""

    NOT_DESIGNATED = "not_designated"
    PAUSED = "paused"
    IN_POST_TOO_SHORT = "in_post_too_short"
    NO_CONSENT = "no_consent"
    NO_CAPACITY = "no_capacity"
    IN_NEED = "in_need"
    TOO_FEW_TESTS = "too_few_tests"
    FALLING = "falling"
    VALUE_ADDED_NOT_ABOVE_ZERO = "value_added_not_above_zero"


WAIVED_FOR_SUGGESTED: tuple[Refusal, ...] = (
    Refusal.NOT_DESIGNATED,
    Refusal.PAUSED,
    Refusal.IN_POST_TOO_SHORT,
    Refusal.NO_CONSENT,
)
"""Not asked of a school that is only suggested: nobody there has been approached yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """A version of the measurable criteria; each candidate is judged by the one in force.

    Parameters
    ----------
    name, version : str
    minimum_years_in_post : float
    required_tests : int
        Of the last three tests held, 0 to 3.
    above_zero_probability : float
        How probably the school's level lies above 0, what schools in the same context
        give on average.
    falling_probability : float
        From which probability of lying below its level of three years before a school
        counts as falling.
    source : str

    Raises
    ------
    RuleError
        A figure is out of its range.
    """

    name: str = "nle"
    version: str = "1"
    minimum_years_in_post: float = 3.0
    required_tests: int = 2
    above_zero_probability: float = 0.8
    falling_probability: float = 0.8
    source: str = (
        "After the designation criteria of National Leaders of Education: serving head for "
        "three years or more, value added, own school not in difficulty. Probabilities ours."
    )

    def __post_init__(self) -> None:
        if not self.minimum_years_in_post >= 0:
            raise RuleError("minimum_years_in_post is negative", self.name)
        if not 0 <= self.required_tests <= 3:
            raise RuleError("required_tests lies between 0 and 3", self.name)
        for key in ("above_zero_probability", "falling_probability"):
            if not 0 < getattr(self, key) < 1:
                raise RuleError(f"{key} lies between 0 and 1", self.name)

    def to_dict(self) -> dict[str, Any]:
        """Give the criteria as they are stored and published."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Criteria":
        """Read what :meth:`to_dict` gave; unknown entries are refused."""
        unknown = set(stored) - {part.name for part in fields(cls)}
        if unknown:
            raise RuleError(f"unknown entries: {', '.join(sorted(unknown))}", "criteria")
        try:
            return cls(**stored)
        except TypeError as wrong:
            raise RuleError(str(wrong), "criteria") from wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion for one candidate.

    Parameters
    ----------
    criterion : Refusal
    holds : bool or None
        None where it cannot be told, because the school has no results.
    value, threshold : float or None
        Years, places, tests or a probability; None for a yes or no.
    waived : bool
        Not asked in a suggested run.
    """

    criterion: Refusal
    holds: bool | None
    value: float | None = None
    threshold: float | None = None
    waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The findings on one candidate.

    Parameters
    ----------
    leader, school : int
    findings : tuple of Finding
        One per criterion, in the order of :class:`Refusal`.
    refused_by : Refusal or None
        The first criterion that refuses.
    on_judgement : bool
        The school has no results in this test: for it, the criteria on results rest on
        assessment by named people.
    """

    leader: int
    school: int
    findings: tuple[Finding, ...]
    refused_by: Refusal | None
    on_judgement: bool


def barred_schools(assessments: Iterable[NeedAssessment]) -> frozenset[int]:
    """Give the schools whose need bars their head from leading.

    Notes
    -----
    A published programme's line on raw shares bars nobody, or heads of poor schools
    would never lead.
    """
    barred: frozenset[int] = frozenset()
    for assessment in assessments:
        if assessment.rule.kind is RuleKind.LEVEL:
            barred |= assessment.schools_in_need()
    return barred


def judge_leaders(
    criteria: Criteria, leaders: Sequence[LeaderProfile], added: ValueAdded, barred: Collection[int]
) -> tuple[Eligibility, ...]:
    """Hold each leader, or suggested school, against the criteria.

    Parameters
    ----------
    criteria : Criteria
    leaders : sequence of LeaderProfile
        ``designated=False`` marks a suggested school, for which designation, pause, time in
        post and consent are waived.
    added : ValueAdded
        Of all schools of the phase, both subjects.
    barred : collection of int
        Schools in need by the run's rule or by the default one (:func:`barred_schools`).

    Returns
    -------
    tuple of Eligibility
        By leader id.

    Notes
    -----
    A designated leader whose school has no result at all is not refused for that: the
    assessment that led to the designation stands, marked ``on_judgement``. A school is
    never *suggested* without results.

    Examples
    --------
    >>> from matching.residuals import Area
    >>> from matching.state_model import StateParameters
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> added = ValueAdded(
    ...     area=Area.BOTH, as_of=2024, target_year=2025, tests=(2022, 2023, 2024),
    ...     parameters=StateParameters(
    ...         lasting_sd=8, drifting_sd=8, persistence=0.9, shock_sd=4, noise_sd=50),
    ...     school=np.array([7]), estimate=12 * one, standard_error=5 * one, lower=2.2 * one,
    ...     upper=21.8 * one, level=12 * one, level_sd=5 * one, change=one, change_sd=6 * one,
    ...     years=np.array([3]), recent_tests=np.array([3]), first_year=np.array([2018]),
    ...     last_year=np.array([2024]), tested=40 * one)
    >>> leader = LeaderProfile(id=1, school=7, years_in_post=2.0, consents=True)
    >>> judge_leaders(Criteria(), [leader], added, barred=())[0].refused_by
    <Refusal.IN_POST_TOO_SHORT: 'in_post_too_short'>
    """
    row_of = added.rows()
    above, falling = added.level_above(0.0), added.falling()
    judged = []
    for leader in sorted(leaders, key=lambda one: one.id):
        row = row_of.get(leader.school)
        person = _person_findings(criteria, leader)
        in_need = Finding(criterion=Refusal.IN_NEED, holds=leader.school not in barred)
        results = _result_findings(
            criteria,
            None if row is None else int(added.recent_tests[row]),
            None if row is None else float(falling[row]),
            None if row is None else float(above[row]),
        )
        findings = (*person, in_need, *results)
        judged.append(
            Eligibility(
                leader=leader.id,
                school=leader.school,
                findings=findings,
                refused_by=_first_refusal(findings, leader.designated),
                on_judgement=row is None,
            )
        )
    return tuple(judged)


def suggest_leaders(
    criteria: Criteria, schools: Collection[int], added: ValueAdded, barred: Collection[int]
) -> tuple[Eligibility, ...]:
    """Hold schools without a designated leader against the measurable criteria.

    Each counts as a leader with one place, whose id is the school's number.
    """
    candidates = [
        LeaderProfile(id=school, school=school, designated=False)
        for school in sorted({int(one) for one in schools})
    ]
    return judge_leaders(criteria, candidates, added, barred)


def _person_findings(criteria: Criteria, leader: LeaderProfile) -> tuple[Finding, ...]:
    years, asked = leader.years_in_post, criteria.minimum_years_in_post
    waived = not leader.designated
    return (
        Finding(criterion=Refusal.NOT_DESIGNATED, holds=leader.designated, waived=waived),
        Finding(criterion=Refusal.PAUSED, holds=leader.active, waived=waived),
        Finding(
            criterion=Refusal.IN_POST_TOO_SHORT,
            holds=years is not None and years >= asked,
            value=years,
            threshold=asked,
            waived=waived,
        ),
        Finding(criterion=Refusal.NO_CONSENT, holds=leader.consents, waived=waived),
        Finding(
            criterion=Refusal.NO_CAPACITY, holds=leader.capacity >= 1, value=leader.capacity, threshold=1
        ),
    )


def _result_findings(
    criteria: Criteria, tests: int | None, falling: float | None, above: float | None
) -> tuple[Finding, ...]:
    return (
        Finding(
            criterion=Refusal.TOO_FEW_TESTS,
            holds=None if tests is None else tests >= criteria.required_tests,
            value=tests,
            threshold=criteria.required_tests,
        ),
        Finding(
            criterion=Refusal.FALLING,
            holds=None if falling is None else falling < criteria.falling_probability,
            value=falling,
            threshold=criteria.falling_probability,
        ),
        Finding(
            criterion=Refusal.VALUE_ADDED_NOT_ABOVE_ZERO,
            holds=None if above is None else above >= criteria.above_zero_probability,
            value=above,
            threshold=criteria.above_zero_probability,
        ),
    )


def _first_refusal(findings: Iterable[Finding], designated: bool) -> Refusal | None:
    for finding in findings:
        unknown_bars = finding.holds is None and not designated
        if not finding.waived and (finding.holds is False or unknown_bars):
            return finding.criterion
    return None
