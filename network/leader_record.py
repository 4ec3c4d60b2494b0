"""What partnerships say of a leader: an estimate drawn towards all leaders, or nothing at all.

Few partnerships tell little of one person. The estimate is therefore shrunk towards the mean
of all leaders, comes with its interval, and is not given below a minimum number. It is never
a rank: intervals of neighbours overlap.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from network.errors import NetworkError

MINIMUM = 3
"""Partnerships below which nothing but their number is told (k of feature L9; ours)."""
INTERVAL_SDS = 1.959964


@dataclass(frozen=True, slots=True)
class PartnershipOutcome:
    """What one partnership of a leader came to, on any scale that is the same for all.

    Parameters
    ----------
    leader, partnership : int
    value : float
        For instance the mean of what both sides answered at its end.

    Raises
    ------
    NetworkError
        The value is not a finite number: a missing answer is left out, never zero.
    """

    leader: int
    partnership: int
    value: float

    def __post_init__(self) -> None:
        if not isfinite(self.value):
            raise NetworkError(f"the outcome of partnership {self.partnership} is not a number")


@dataclass(frozen=True, slots=True)
class LeaderRecord:
    """What is told of a leader; all but ``n`` are None below the minimum.

    Parameters
    ----------
    leader : int
    n : int
        Partnerships with an outcome.
    estimate, lower, upper : float or None
        Shrunk mean and its 95 % interval, on the scale of the outcomes.
    everyone : float or None
        Mean over leaders, towards which it was drawn.
    """

    leader: int
    n: int
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    everyone: float | None = None


def leader_records(
    outcomes: Iterable[PartnershipOutcome], minimum: int = MINIMUM
) -> tuple[LeaderRecord, ...]:
    """Estimate each leader's mean outcome, by leader.

    Parameters
    ----------
    outcomes : iterable of PartnershipOutcome
        Each partnership once.
    minimum : int
        Partnerships from which an estimate is given, >= 1.

    Returns
    -------
    tuple of LeaderRecord
        Ascending by leader.

    Raises
    ------
    NetworkError
        A partnership comes twice, or the minimum is below 1.

    Notes
    -----
    One-way random effects: variances within and between leaders by the method of moments
    (Searle, Casella and McCulloch 1992, *Variance Components*, section 3.6), estimates as best
    linear unbiased predictions (Robinson 1991, *Statistical Science* 6). Where nobody has two
    partnerships, or there is one leader only, the variances cannot be told and no estimate is
    given.

    Examples
    --------
    >>> rows = [PartnershipOutcome(1, 1, 4.0), PartnershipOutcome(1, 2, 5.0),
    ...         PartnershipOutcome(2, 3, 2.0), PartnershipOutcome(2, 4, 3.0)]
    >>> [(one.leader, one.n, one.estimate) for one in leader_records(rows, minimum=2)]
    [(1, 2, 4.375), (2, 2, 2.625)]
    >>> leader_records(rows)[0]
    LeaderRecord(leader=1, n=2, estimate=None, lower=None, upper=None, everyone=None)
    """
    if minimum < 1:
        raise NetworkError("the minimum is at least 1")
    values = _by_leader(outcomes)
    sizes = np.array([len(found) for found in values.values()], dtype=np.float64)
    means = np.array([np.mean(found) for found in values.values()])
    total, groups = float(sizes.sum()), len(values)
    if groups < 2 or total <= groups:
        return tuple(LeaderRecord(leader, len(found)) for leader, found in values.items())
    inside = sum(float(((np.array(found) - np.mean(found)) ** 2).sum()) for found in values.values())
    within = inside / (total - groups)
    grand = float((sizes * means).sum() / total)
    among = float((sizes * (means - grand) ** 2).sum()) / (groups - 1)
    typical = (total - float((sizes**2).sum()) / total) / (groups - 1)
    between = max(0.0, (among - within) / typical)
    precision = 1.0 / np.maximum(between + within / sizes, np.finfo(np.float64).tiny)
    everyone = float((precision * means).sum() / precision.sum())
    of_everyone = float(1.0 / precision.sum())
    records = []
    for leader, size, mean in zip(values, sizes, means, strict=True):
        if size < minimum:
            records.append(LeaderRecord(leader, int(size)))
            continue
        noise = within / size
        kept = 0.0 if between == 0 else between / (between + noise)
        estimate = float(everyone + kept * (mean - everyone))
        spread = sqrt(float(kept * noise + (1 - kept) ** 2 * of_everyone))
        records.append(
            LeaderRecord(
                leader,
                int(size),
                estimate,
                estimate - INTERVAL_SDS * spread,
                estimate + INTERVAL_SDS * spread,
                everyone,
            )
        )
    return tuple(records)


def _by_leader(outcomes: Iterable[PartnershipOutcome]) -> dict[int, list[float]]:
    values: dict[int, list[float]] = defaultdict(list)
    seen: set[int] = set()
    for one in sorted(outcomes, key=lambda row: (row.leader, row.partnership)):
        if one.partnership in seen:
            raise NetworkError(f"partnership {one.partnership} comes twice")
        seen.add(one.partnership)
        values[one.leader].append(one.value)
    return dict(values)
