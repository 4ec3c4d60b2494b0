"""One figure from many: effects by cohort and time put together, with the error of the weights.

The weights are the cohorts' shares of the treated, which are themselves estimated: their
influence is part of the standard error (Callaway & Sant'Anna 2021, section 3).
"""

import math
from dataclasses import dataclass

import numpy as np

from network.group_time import GroupTimeEffects, standard_error
from network.panels import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect in units of the outcome and its standard error, None where it cannot be told."""

    att: float
    se: float | None


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Effects put together in the usual ways.

    Parameters
    ----------
    simple : Estimate
        All effects from treatment on, each cohort and time by the size of the cohort.
    group : dict of int to Estimate
        Mean over the times since treatment, by cohort.
    group_overall : Estimate
        Of those, by size of cohort: the mean effect on a treated unit.
    dynamic : dict of int to Estimate
        By time since treatment began, before it (negative) too.
    dynamic_overall : Estimate
        Plain mean of the dynamic ones from treatment on.
    """

    simple: Estimate
    group: dict[int, Estimate]
    group_overall: Estimate
    dynamic: dict[int, Estimate]
    dynamic_overall: Estimate


@dataclass(frozen=True, slots=True)
class PreTrend:
    """Whether cohorts already moved apart before treatment, all such effects together.

    Parameters
    ----------
    statistic : float or None
        Wald statistic of all effects before treatment being 0; None where there are none,
        or they hang together so that it cannot be told.
    df : int
        How many effects.
    p : float or None
        Chance of such a statistic or a greater one if nothing moved before treatment.
    """

    statistic: float | None
    df: int
    p: float | None


def aggregate(effects: GroupTimeEffects) -> Aggregates | None:
    """Put effects together; None where no cohort has an effect after treatment.

    Parameters
    ----------
    effects : GroupTimeEffects

    Returns
    -------
    Aggregates or None
    """
    after = effects.time >= effects.group
    if not after.any():
        return None
    groups = np.unique(effects.group[after])
    by_group = {int(group): _mean(effects, after & (effects.group == group)) for group in groups}
    group_influence = np.stack([influence for _, influence in by_group.values()], axis=1)
    group_att = np.array([att for att, _ in by_group.values()])
    since = effects.time - effects.group
    by_time = {int(event): _weighted(effects, since == event) for event in np.unique(since)}
    later = [by_time[event] for event in by_time if event >= 0]
    return Aggregates(
        simple=_estimate(*_weighted(effects, after)),
        group={group: _estimate(*found) for group, found in by_group.items()},
        group_overall=_estimate(*_by_size(group_att, group_influence, groups, effects.cohort)),
        dynamic={event: _estimate(*found) for event, found in by_time.items()},
        dynamic_overall=_estimate(
            float(np.mean([att for att, _ in later])), np.mean([influence for _, influence in later], axis=0)
        ),
    )


def pre_trend(effects: GroupTimeEffects) -> PreTrend:
    """Test that all effects before treatment are 0 (Wald)."""
    before = effects.time < effects.group
    count = int(before.sum())
    if not count:
        return PreTrend(None, 0, None)
    covariance = effects.covariance[np.ix_(before, before)]
    scale = np.sqrt(np.diag(covariance))
    if (scale <= 0).any() or np.linalg.cond(covariance / np.outer(scale, scale)) > 1e10:
        return PreTrend(None, count, None)
    statistic = float(effects.att[before] @ np.linalg.solve(covariance, effects.att[before]))
    return PreTrend(statistic, count, chi_square_tail(statistic, count))


def chi_square_tail(statistic: float, df: int) -> float:
    """Probability that a chi-square variable of ``df`` (1, 2, …) exceeds ``statistic``.

    The finite sums of Abramowitz & Stegun (1964), 26.4.4 and 26.4.5.

    Examples
    --------
    >>> round(chi_square_tail(3.841459, 1), 6), round(chi_square_tail(11.070498, 5), 6)
    (0.05, 0.05)
    """
    half = statistic / 2
    if df % 2 == 0:
        tail, term, first = 0.0, math.exp(-half), 1
    else:
        tail, term, first = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half / math.pi) * 2, 3
    for k in range(first, df + 1, 2):
        tail += term
        term *= half / ((k + 1) / 2 if df % 2 == 0 else k / 2)
    return min(1.0, tail)


Influenced = tuple[float, FloatArray]


def _mean(effects: GroupTimeEffects, chosen: BoolArray) -> Influenced:
    """Plain mean of one cohort's effects."""
    return float(effects.att[chosen].mean()), effects.influence[:, chosen].mean(axis=1)


def _weighted(effects: GroupTimeEffects, chosen: BoolArray) -> Influenced:
    return _by_size(effects.att[chosen], effects.influence[:, chosen], effects.group[chosen], effects.cohort)


def _by_size(att: FloatArray, influence: FloatArray, group: IntArray, cohort: IntArray) -> Influenced:
    """Mean by size of cohort, its influence with that of the weights."""
    belongs = (cohort[:, None] == group[None, :]).astype(np.float64)
    share = belongs.mean(axis=0)
    total = share.sum()
    of_shares = (belongs - share) / total - np.outer((belongs - share).sum(axis=1), share / total**2)
    return float(att @ share / total), influence @ (share / total) + of_shares @ att


def _estimate(att: float, influence: FloatArray) -> Estimate:
    error = float(standard_error(influence[:, None])[0])
    return Estimate(att, None if math.isnan(error) else error)
