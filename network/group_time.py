"""Effects of treatment begun at different times: by cohort and time, with their covariance.

Callaway & Sant'Anna (2021, *Difference-in-differences with multiple time periods*, Journal of
Econometrics 225): each cohort at each time is compared with units not (or not yet) treated, from the
last time before its treatment; before treatment, from the time just before (a *varying* base period).
Ordinary two-way fixed effects would use units already treated as controls.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.errors import ImpactError
from network.panels import NEVER, BoolArray, FloatArray, IntArray, Panel
from network.two_by_two import ESTIMATORS

FEWEST_CONTROLS = 2


class Control(StrEnum):
    """Whom a cohort is compared with."""

    NEVER = "never"
    NOT_YET = "notyet"


@dataclass(frozen=True, slots=True, eq=False)
class GroupTimeEffects:
    """Effects by cohort and time.

    Parameters
    ----------
    group, time : ndarray of int of shape (n_effects,)
        Cohort, and the time looked at; by cohort, then time.
    att : ndarray of shape (n_effects,)
        Mean effect on the cohort's units, in units of the outcome.
    influence : ndarray of shape (n_units, n_effects)
        What each unit contributes to each effect's error; the covariance of the effects is
        ``influence.T @ influence / n_units**2``.
    cohort : ndarray of int of shape (n_units,)
        Of the units that were used.
    without_controls : tuple of (int, int)
        Cohort and time for which fewer than two controls were left, so no effect is given.
    """

    group: IntArray
    time: IntArray
    att: FloatArray
    influence: FloatArray
    cohort: IntArray
    without_controls: tuple[tuple[int, int], ...]

    @property
    def standard_error(self) -> FloatArray:
        """One for each effect; NaN where there is no spread at all."""
        return standard_error(self.influence)

    @property
    def covariance(self) -> FloatArray:
        """Of the effects; shape (n_effects, n_effects)."""
        answer: FloatArray = self.influence.T @ self.influence / self.influence.shape[0] ** 2
        return answer


def standard_error(influence: FloatArray) -> FloatArray:
    """Standard error of estimates from their influence, one column an estimate.

    NaN where it is nothing but rounding: identical units carry no information on noise.
    """
    error: FloatArray = np.sqrt((influence**2).mean(axis=0) / influence.shape[0])
    return np.where(error > 10 * np.sqrt(np.finfo(float).eps), error, np.nan)


def group_time_effects(
    panel: Panel, *, control: Control = Control.NEVER, method: str = "dr"
) -> GroupTimeEffects:
    """Estimate the effect for each cohort at each time from the second on.

    Parameters
    ----------
    panel : Panel
        Covariates are taken at the base time.
    control : Control
        ``NEVER``: units never treated. ``NOT_YET``: also units treated later than the time looked at;
        where nobody is never treated, the last cohort serves as controls and the times from its
        treatment on are left out.
    method : {"dr", "reg", "ipw"}
        See :mod:`network.two_by_two`; without covariates all three are the same.

    Raises
    ------
    ImpactError
        There are no such controls, or the covariates do not allow the comparison.

    Examples
    --------
    >>> from network.panels import make_panel
    >>> rows = [("a", 4.0, 9.0, 2), ("b", 4.0, 11.0, 2), ("c", 4.0, 5.0, 0), ("d", 4.0, 7.0, 0)]
    >>> panel = make_panel(
    ...     [row[0] for row in rows for _ in (1, 2)], [1, 2] * 4,
    ...     [row[3] for row in rows for _ in (1, 2)], [y for row in rows for y in row[1:3]])
    >>> group_time_effects(panel).att
    array([4.])
    """
    if method not in ESTIMATORS:
        raise ImpactError(f"method '{method}' is not known; known: {', '.join(sorted(ESTIMATORS))}")
    panel = _with_controls(panel, control)
    effects, influences, empty = [], [], []
    for group in panel.cohorts.tolist():
        for at in range(1, panel.times.size):
            time = int(panel.times[at])
            comparable = _controls(panel.cohort, group, time, control)
            if comparable.sum() < FEWEST_CONTROLS:
                empty.append((group, time))
                continue
            base = at - 1 if time < group else int(np.searchsorted(panel.times, group)) - 1
            att, influence = _compare(panel, group, base, at, comparable, method)
            effects.append((group, time, att))
            influences.append(influence)
    if not effects:
        raise ImpactError("fewer than two units serve as controls at every time")
    return GroupTimeEffects(
        group=np.array([effect[0] for effect in effects], dtype=np.int64),
        time=np.array([effect[1] for effect in effects], dtype=np.int64),
        att=np.array([effect[2] for effect in effects]),
        influence=np.stack(influences, axis=1),
        cohort=panel.cohort,
        without_controls=tuple(empty),
    )


def _with_controls(panel: Panel, control: Control) -> Panel:
    """The panel itself; or, where nobody is never treated, the times before the last cohort's treatment."""
    if (panel.cohort == NEVER).any():
        return panel
    if control is Control.NEVER:
        raise ImpactError(
            "no unit is never treated (cohort 0): take units not yet treated as controls, --control notyet"
        )
    last = panel.cohorts[-1]
    before = panel.times < last
    if before.sum() < 2 or not (panel.cohorts <= panel.times[before][-1]).any():
        raise ImpactError("no unit is never treated, and nobody begins treatment before all have begun")
    return Panel(
        times=panel.times[before],
        cohort=np.where(panel.cohort == last, NEVER, panel.cohort),
        outcome=panel.outcome[:, before],
        covariates=panel.covariates[:, before],
        incomplete=panel.incomplete,
        already_treated=panel.already_treated,
    )


def _controls(cohort: IntArray, group: int, time: int, control: Control) -> BoolArray:
    serves: BoolArray = cohort == NEVER
    if control is Control.NOT_YET:
        serves = serves | ((cohort > time) & (cohort != group))
    return serves


def _compare(
    panel: Panel, group: int, base: int, at: int, comparable: BoolArray, method: str
) -> tuple[float, FloatArray]:
    chosen = comparable | (panel.cohort == group)
    change = panel.outcome[chosen, at] - panel.outcome[chosen, base]
    treated = (panel.cohort[chosen] == group).astype(np.float64)
    design = _design(panel.covariates[chosen, base])
    try:
        difference = ESTIMATORS[method](change, treated, design)
    except ImpactError as error:
        raise ImpactError(str(error), where=f"cohort {group} at {panel.times[at]}") from error
    influence = np.zeros(panel.cohort.size)
    influence[chosen] = difference.influence * (panel.cohort.size / int(chosen.sum()))
    return difference.att, influence


def _design(covariates: FloatArray) -> FloatArray:
    """A column of ones and the covariates in SDs around their mean, which changes no estimate."""
    spread = covariates.std(axis=0)
    scaled = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(covariates.shape[0]), scaled])
