"""The effect "found" for schools picked by one year's result and given nothing: it should be none."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from network.errors import ImpactError
from network.untreated import ResultHistory, Untreated, untreated_results

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LEVEL = 0.95
FEWEST_PICKED = 20
"""Fewer schools give an interval that says nothing. Ours."""


class Selection(StrEnum):
    """Which schools are taken as if treated."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Placebo:
    """What would be reported of schools that were given nothing.

    ``naive`` is their mean change minus the others'. ``spread`` is the SD, in points, by which such
    figures differ between pairs of years beyond their sampling error; the interval holds both.
    """

    treated: int
    controls: int
    naive: float
    att: float
    se: float
    lower: float
    upper: float
    sampling_se: float
    spread: float
    pairs: int


def placebo_effect(
    history: ResultHistory,
    *,
    year: int,
    outcome_year: int,
    share: float = 0.1,
    select: Selection = Selection.LOWEST,
    seed: int = 0,
) -> Placebo:
    """Pick schools by their result of ``year``, treat none, and estimate the effect on ``outcome_year``.

    Parameters
    ----------
    share : float
        Part of the schools with results in both years that is picked, in (0, 0.5].

    Raises
    ------
    ImpactError
        A year has no test, the share is out of range, or too few schools are left to compare.

    Notes
    -----
    The results of the picked schools after ``year`` are masked wherever anything is learned.
    """
    if not 0 < share <= 0.5:
        raise ImpactError(f"share {share} must lie above 0 and not above 0.5")
    if outcome_year <= year:
        raise ImpactError(f"the outcome year {outcome_year} must come after {year}")
    base, target = _column(history, year), _column(history, outcome_year)
    picked, others = _pick(history, base, target, share, select, seed)
    masked = np.zeros(history.outcome.shape, dtype=bool)
    masked[picked, base + 1 :] = True
    untreated = untreated_results(history, masked)
    att, error = _difference(untreated.errors(base, target), picked, others)
    change = history.outcome[:, target] - history.outcome[:, base]
    spread, pairs = _spread(untreated, base, share, select, seed)
    whole = sqrt(error**2 + spread**2)
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * whole
    return Placebo(
        treated=picked.size,
        controls=others.size,
        naive=float(change[picked].mean() - change[others].mean()),
        att=att,
        se=whole,
        lower=att - half,
        upper=att + half,
        sampling_se=error,
        spread=spread,
        pairs=pairs,
    )


def _column(history: ResultHistory, year: int) -> int:
    found = np.flatnonzero(history.years == year)
    if not found.size:
        known = ", ".join(str(int(one)) for one in history.years)
        raise ImpactError(f"there is no test in {year}; there are tests in {known}")
    return int(found[0])


def _pick(
    history: ResultHistory, base: int, target: int, share: float, select: Selection, seed: int
) -> tuple[IntArray, IntArray]:
    both = np.flatnonzero(history.present[:, base] & history.present[:, target])
    wanted = round(share * both.size)
    if wanted < FEWEST_PICKED:
        raise ImpactError(
            f"{both.size} schools have results in both years, of which {wanted} would be picked: "
            f"at least {FEWEST_PICKED} are needed"
        )
    order = both[np.lexsort((history.school[both], history.outcome[both, base]))]
    if select is Selection.LOWEST:
        picked = order[:wanted]
    elif select is Selection.HIGHEST:
        picked = order[-wanted:]
    else:
        picked = np.random.default_rng(seed).choice(np.sort(both), wanted, replace=False)
    return np.sort(picked), np.setdiff1d(both, picked)


def _difference(error: FloatArray, picked: IntArray, others: IntArray) -> tuple[float, float]:
    one, two = error[picked], error[others]
    one, two = one[np.isfinite(one)], two[np.isfinite(two)]
    if min(one.size, two.size) < FEWEST_PICKED:
        raise ImpactError(f"only {min(one.size, two.size)} schools are left to compare")
    error_of_both = sqrt(float(one.var(ddof=1)) / one.size + float(two.var(ddof=1)) / two.size)
    return float(one.mean() - two.mean()), error_of_both


def _spread(untreated: Untreated, base: int, share: float, select: Selection, seed: int) -> tuple[float, int]:
    """SD of the same figure between the other pairs of neighbouring tests, sampling error taken off.

    Pairs whose outcome any picked school has masked still serve: its masked years are left out.
    """
    history = untreated.history
    squares, errors = [], []
    for first in range(history.years.size - 1):
        if first == base or history.years[first + 1] - history.years[first] > 1:
            continue
        try:
            picked, others = _pick(history, first, first + 1, share, select, seed + first)
            error = untreated.errors(first, first + 1)
        except ImpactError:
            continue
        error = np.where(untreated.treated[:, first + 1], np.nan, error)
        try:
            att, sampling = _difference(error, picked, others)
        except ImpactError:
            continue
        squares.append(att**2)
        errors.append(sampling**2)
    if not squares:
        return 0.0, 0
    return sqrt(max(0.0, float(np.mean(squares) - np.mean(errors)))), len(squares)
