"""What is asked of a leader before designation: versions of criteria, and the check by figures.

Some criteria can be measured (years as head, results, value added), others are for people to
judge. A measured criterion compares with *similar* schools, so that heads of poor schools
qualify: the 2009 criteria of National Leaders of Education already relaxed theirs where a
quarter of the pupils had free meals. Nothing here designates anybody: a person decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from matching.errors import RuleError


class Asked(StrEnum):
    """What a criterion asks about."""

    YEARS_IN_POST = "years_in_post"
    NOT_IN_NEED = "not_in_need"
    RECENT_TESTS = "recent_tests"
    NOT_FALLING = "not_falling"
    ABOVE_EXPECTED = "above_expected"
    INSPECTION = "inspection"
    LEADERSHIP = "leadership"
    SUSTAINED = "sustained"
    STAYS = "stays"
    OWNER_SUPPORT = "owner_support"
    TEAM_CAPACITY = "team_capacity"
    SUPPORT_RECORD = "support_record"
    TURNED_AROUND = "turned_around"
    NO_DECLINE = "no_decline"


MEASURED: tuple[Asked, ...] = (
    Asked.YEARS_IN_POST,
    Asked.NOT_IN_NEED,
    Asked.RECENT_TESTS,
    Asked.NOT_FALLING,
    Asked.ABOVE_EXPECTED,
)
"""Criteria that figures answer; the others are for assessors."""
_LIMITS: Mapping[Asked, tuple[float, float]] = {
    Asked.YEARS_IN_POST: (0.0, 40.0),
    Asked.RECENT_TESTS: (0.0, 3.0),
    Asked.NOT_FALLING: (0.5, 0.99),
    Asked.ABOVE_EXPECTED: (0.5, 0.99),
    Asked.STAYS: (0.0, 10.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing asked.

    Parameters
    ----------
    asked : Asked
    threshold : float or None
        Years, tests out of the last three, or a probability; None for a yes or no.
    must : bool
        False where it is weighed, and its absence does not refuse.

    Raises
    ------
    RuleError
        The threshold is missing, out of range, or one that this criterion does not take.
    """

    asked: Asked
    threshold: float | None = None
    must: bool = True

    def __post_init__(self) -> None:
        limits = _LIMITS.get(self.asked)
        if limits is None and self.threshold is not None:
            raise RuleError("takes no threshold", self.asked.value)
        if limits is not None and (self.threshold is None or not limits[0] <= self.threshold <= limits[1]):
            raise RuleError(f"the threshold lies between {limits[0]} and {limits[1]}", self.asked.value)

    @property
    def measured(self) -> bool:
        """Whether figures answer it."""
        return self.asked in MEASURED


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaVersion:
    """A version of the criteria; an application keeps the one by which it is judged.

    Parameters
    ----------
    name, version : str
    source : str
        Where the criteria were published, or whose they are.
    criteria : tuple of Criterion

    Raises
    ------
    RuleError
        A criterion comes twice, or there is none.

    Examples
    --------
    >>> from matching.designation_presets import NLE_2009
    >>> CriteriaVersion.from_dict(NLE_2009.to_dict()) == NLE_2009
    True
    """

    name: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        kinds = [one.asked for one in self.criteria]
        if not kinds or len(set(kinds)) < len(kinds):
            raise RuleError("each criterion comes once, and there is at least one", self.key)

    @property
    def key(self) -> str:
        """Name and version in one word, such as ``nle-2009``."""
        return f"{self.name}-{self.version}"

    @property
    def measured(self) -> tuple[Criterion, ...]:
        """The criteria that figures answer."""
        return tuple(one for one in self.criteria if one.measured)

    @property
    def judged(self) -> tuple[Criterion, ...]:
        """The criteria for assessors."""
        return tuple(one for one in self.criteria if not one.measured)

    def to_dict(self) -> dict[str, Any]:
        """Give the version as it is stored with an application."""
        return {
            "name": self.name,
            "version": self.version,
            "source": self.source,
            "criteria": [asdict(one) | {"asked": one.asked.value} for one in self.criteria],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "CriteriaVersion":
        """Read what :meth:`to_dict` gave; unknown entries are refused."""
        unknown = set(stored) - {part.name for part in fields(cls)}
        if unknown:
            raise RuleError(f"unknown entries: {', '.join(sorted(unknown))}", "criteria")
        try:
            criteria = tuple(Criterion(**{**one, "asked": Asked(one["asked"])}) for one in stored["criteria"])
            return cls(
                name=stored["name"], version=stored["version"], source=stored["source"], criteria=criteria
            )
        except (KeyError, TypeError, ValueError) as wrong:
            raise RuleError(str(wrong), "criteria") from wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFigures:
    """What can be measured of a candidate; None where it is not known.

    Parameters
    ----------
    years_in_post : float or None
        As head of this school.
    in_need : bool or None
        Whether the default rule of need points at the own school, in any phase.
    recent_tests : int or None
        Of the last three, in the phase with most.
    falling_probability : float or None
        Of lying below its level of three years before; of several phases the greatest,
        because the own school comes first in each.
    above_probability : float or None
        Of lying above what its context predicts; of several phases the greatest, because
        one is enough to learn from.
    as_of : int or None
        Year up to which results were read.
    """

    years_in_post: float | None = None
    in_need: bool | None = None
    recent_tests: int | None = None
    falling_probability: float | None = None
    above_probability: float | None = None
    as_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What figures say to one criterion; ``holds`` is None where they say nothing."""

    asked: Asked
    holds: bool | None
    value: float | None
    threshold: float | None
    must: bool


def check(version: CriteriaVersion, figures: CandidateFigures) -> tuple[Answer, ...]:
    """Hold a candidate against the measured criteria of a version.

    Parameters
    ----------
    version : CriteriaVersion
    figures : CandidateFigures

    Returns
    -------
    tuple of Answer
        One a measured criterion, in the order of the version.

    Examples
    --------
    >>> from matching.designation_presets import NLE_2009
    >>> figures = CandidateFigures(years_in_post=2.5, in_need=False)
    >>> [(one.asked.value, one.holds) for one in check(NLE_2009, figures)]
    [('years_in_post', False), ('above_expected', None), ('not_in_need', True)]
    """
    return tuple(_answer(one, figures) for one in version.measured)


def meets(answers: Iterable[Answer]) -> bool | None:
    """Whether everything that must hold does; None where figures cannot tell.

    Examples
    --------
    >>> from matching.designation_presets import LLE_2009
    >>> meets(check(LLE_2009, CandidateFigures(years_in_post=4.0)))
    True
    >>> meets(check(LLE_2009, CandidateFigures())) is None
    True
    """
    asked = [one.holds for one in answers if one.must]
    if False in asked:
        return False
    return None if None in asked else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How an old application would fare under other criteria.

    ``because`` names the criteria that decide the difference.
    """

    before: bool | None
    after: bool | None
    because: tuple[Asked, ...]


def would_change(old: CriteriaVersion, new: CriteriaVersion, figures: CandidateFigures) -> Change | None:
    """Compare two versions on the same figures; None where the answer stays.

    Examples
    --------
    >>> from matching.designation_presets import NLE_2009, NLE_2022
    >>> figures = CandidateFigures(years_in_post=1.5, in_need=False, above_probability=0.9)
    >>> would_change(NLE_2009, NLE_2022, figures)
    Change(before=False, after=True, because=(<Asked.YEARS_IN_POST: 'years_in_post'>,))
    """
    first, second = check(old, figures), check(new, figures)
    before, after = meets(first), meets(second)
    if before == after:
        return None
    was = {one.asked: one.holds for one in first if one.must}
    now = {one.asked: one.holds for one in second if one.must}
    because = tuple(asked for asked in Asked if was.get(asked, True) is not now.get(asked, True))
    return Change(before=before, after=after, because=because)


def _answer(criterion: Criterion, figures: CandidateFigures) -> Answer:
    asked, line = criterion.asked, criterion.threshold
    value: float | None = None
    holds: bool | None
    if asked is Asked.NOT_IN_NEED:
        holds = None if figures.in_need is None else not figures.in_need
    else:
        value = {
            Asked.YEARS_IN_POST: figures.years_in_post,
            Asked.RECENT_TESTS: figures.recent_tests,
            Asked.NOT_FALLING: figures.falling_probability,
            Asked.ABOVE_EXPECTED: figures.above_probability,
        }[asked]
        if value is None or line is None:
            holds = None
        else:
            holds = value < line if asked is Asked.NOT_FALLING else value >= line
    return Answer(asked=asked, holds=holds, value=value, threshold=line, must=criterion.must)
