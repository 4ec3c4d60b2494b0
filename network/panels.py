"""Units seen at several times, some of them treated from a known time on.

A *cohort* is the time at which a unit's treatment begins, 0 for a unit that is never
treated. The panel is balanced: a unit lacking an outcome or a covariate at any time is
left out and counted, never filled in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.errors import ImpactError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NEVER = 0
SMALLEST_COHORT = 2
"""One treated unit shows no spread, so its standard error would be a pretence."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Outcomes of the same units at the same times.

    Parameters
    ----------
    times : ndarray of int of shape (n_times,)
        Ascending.
    cohort : ndarray of int of shape (n_units,)
        First treated time; ``NEVER`` where none is within the times.
    outcome : ndarray of shape (n_units, n_times)
    covariates : ndarray of shape (n_units, n_times, n_covariates)
    incomplete : tuple of str
        Units left out because something was missing at some time.
    already_treated : tuple of str
        Units left out because they were treated from the first time on: nothing is
        known of them before.
    """

    times: IntArray
    cohort: IntArray
    outcome: FloatArray
    covariates: FloatArray
    incomplete: tuple[str, ...] = ()
    already_treated: tuple[str, ...] = ()

    @property
    def cohorts(self) -> IntArray:
        """Treated cohorts, ascending."""
        return np.unique(self.cohort[self.cohort != NEVER])


def make_panel(
    unit: Sequence[str],
    time: Sequence[int],
    cohort: Sequence[int],
    outcome: Sequence[float],
    covariates: Sequence[Sequence[float]] = (),
) -> Panel:
    """Turn rows, one a unit and time, into a balanced panel.

    Parameters
    ----------
    unit, time, cohort, outcome : sequences of one length
        ``outcome`` is NaN where it is missing.
    covariates : sequence of columns
        Each as long as the others; NaN where missing.

    Returns
    -------
    Panel
        A cohort later than the last time counts as not treated (nothing is seen of its treatment).

    Raises
    ------
    ImpactError
        A unit has two rows for one time or two cohorts, a cohort is negative or of one unit,
        there are fewer than two times, nobody is treated within the times, or no unit is complete.

    Examples
    --------
    >>> outcome = [1.0, 5.0, 1.0, 6.0, 1.0, 2.0]
    >>> panel = make_panel(["a", "a", "b", "b", "c", "c"], [1, 2] * 3, [2, 2, 2, 2, 0, 0], outcome)
    >>> panel.times, panel.cohort
    (array([1, 2]), array([2, 2, 0]))
    """
    if not len(unit):
        raise ImpactError("there are no rows")
    names, at_unit = np.unique(np.asarray(unit, dtype=object).astype(str), return_inverse=True)
    times, at_time = np.unique(np.asarray(time, dtype=np.int64), return_inverse=True)
    if times.size < 2:
        raise ImpactError(f"all rows are of one time, {times[0]}: no change can be seen")
    _refuse_repeated(names, times, at_unit, at_time)
    cohort_of = _cohort_of_each(names, at_unit, np.asarray(cohort, dtype=np.int64))
    values = np.full((names.size, times.size, 1 + len(covariates)), np.nan)
    values[at_unit, at_time, 0] = np.asarray(outcome, dtype=np.float64)
    for n, column in enumerate(covariates, 1):
        values[at_unit, at_time, n] = np.asarray(column, dtype=np.float64)
    complete = np.isfinite(values).all(axis=(1, 2))
    if not complete.any():
        raise ImpactError("no unit has every outcome and covariate at every time")
    already = complete & (cohort_of != NEVER) & (cohort_of <= times[0])
    kept = complete & ~already
    cohort_of[cohort_of > times[-1]] = NEVER
    _refuse_small(cohort_of[kept])
    return Panel(
        times=times,
        cohort=cohort_of[kept],
        outcome=values[kept, :, 0],
        covariates=values[kept, :, 1:],
        incomplete=tuple(names[~complete].tolist()),
        already_treated=tuple(names[already].tolist()),
    )


def _refuse_repeated(
    names: NDArray[np.object_], times: IntArray, at_unit: IntArray, at_time: IntArray
) -> None:
    cell = at_unit * times.size + at_time
    seen, count = np.unique(cell, return_counts=True)
    if (count > 1).any():
        first = int(seen[np.argmax(count > 1)])
        name, time = names[first // times.size], times[first % times.size]
        raise ImpactError(f"unit {name} has more than one row for time {time}")


def _cohort_of_each(names: NDArray[np.object_], at_unit: IntArray, cohort: IntArray) -> IntArray:
    if (cohort < 0).any():
        raise ImpactError(f"cohort {cohort.min()} is negative; 0 means never treated")
    answer = np.zeros(names.size, dtype=np.int64)
    answer[at_unit] = cohort
    differs = answer[at_unit] != cohort
    if differs.any():
        raise ImpactError(f"unit {names[at_unit[np.argmax(differs)]]} has more than one cohort")
    return answer


def _refuse_small(cohort: IntArray) -> None:
    treated, size = np.unique(cohort[cohort != NEVER], return_counts=True)
    if not treated.size:
        raise ImpactError("no complete unit begins treatment after the first time and up to the last")
    if (size < SMALLEST_COHORT).any():
        alone = ", ".join(map(str, treated[size < SMALLEST_COHORT]))
        raise ImpactError(
            f"cohort {alone} has a single complete unit, so its noise cannot be told: leave it out"
        )
