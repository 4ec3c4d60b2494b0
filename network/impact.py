"""Change against similar schools that got no support, with its interval."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from network.aggregates import Estimate, PreTrend, aggregate, pre_trend
from network.errors import ImpactError
from network.group_time import Control, group_time_effects
from network.panels import Panel

LEVEL = 0.95

SMALL_COHORT = 5
"""With so few units beside the covariates an interval leans on one or two of them; the R package
``did`` warns at the same line."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean effect on the treated with its 95 % interval.

    ``se``, ``lower`` and ``upper`` are None where all units moved alike, so that nothing tells the noise.
    """

    att: float
    se: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class GroupTime:
    """The effect on one cohort at one time; before its treatment a check, not an effect."""

    group: int
    time: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Impact:
    """The answer of difference-in-differences with treatment begun at different times.

    Parameters
    ----------
    overall : Effect
        The simple aggregate over cohorts and times since treatment.
    group_time : tuple of GroupTime
    group, dynamic : dict of int to Effect
        By cohort; by time since treatment began.
    group_overall, dynamic_overall : Effect
    pretrend : PreTrend
    treated, controls : int
        Units treated within the times; units never treated within them.
    small_cohorts : tuple of int
        Cohorts (0: those never treated) of so few units that their figures lean on one or two.
    without_controls : tuple of (int, int)
        Cohort and time without an effect, for lack of controls.
    """

    overall: Effect
    group_time: tuple[GroupTime, ...]
    group: dict[int, Effect]
    group_overall: Effect
    dynamic: dict[int, Effect]
    dynamic_overall: Effect
    pretrend: PreTrend
    treated: int
    controls: int
    small_cohorts: tuple[int, ...]
    without_controls: tuple[tuple[int, int], ...]


def difference_in_differences(
    panel: Panel, *, control: Control = Control.NEVER, method: str = "dr"
) -> Impact:
    """Estimate what treatment changed, for each cohort and time, and in sum.

    Parameters
    ----------
    panel : Panel
    control, method
        As in :func:`network.group_time.group_time_effects`.

    Raises
    ------
    ImpactError
        The panel does not allow it; the sentence says why.

    Notes
    -----
    Callaway & Sant'Anna (2021), varying base period, analytic standard errors from influence
    functions (no bootstrap, intervals for each figure by itself). It gives the figures of the R package
    ``did`` with ``bstrap = FALSE`` and ``cband = FALSE``.

    Examples
    --------
    >>> from network.panels import make_panel
    >>> rows = [("a", 4.0, 9.0, 2), ("b", 4.0, 11.0, 2), ("c", 4.0, 5.0, 0), ("d", 4.0, 7.0, 0)]
    >>> panel = make_panel(
    ...     [row[0] for row in rows for _ in (1, 2)], [1, 2] * 4,
    ...     [row[3] for row in rows for _ in (1, 2)], [y for row in rows for y in row[1:3]])
    >>> difference_in_differences(panel).overall
    Effect(att=4.0, se=1.0, lower=2.040..., upper=5.959...)
    """
    effects = group_time_effects(panel, control=control, method=method)
    together = aggregate(effects)
    if together is None:
        raise ImpactError("fewer than two units serve as controls at every time after treatment")
    cohorts, sizes = np.unique(panel.cohort, return_counts=True)
    fewest = SMALL_COHORT + panel.covariates.shape[2]
    errors = [None if np.isnan(error) else float(error) for error in effects.standard_error]
    return Impact(
        overall=_with_interval(together.simple),
        group_time=tuple(
            GroupTime(int(group), int(time), _with_interval(Estimate(float(att), se)))
            for group, time, att, se in zip(effects.group, effects.time, effects.att, errors, strict=True)
        ),
        group={group: _with_interval(found) for group, found in together.group.items()},
        group_overall=_with_interval(together.group_overall),
        dynamic={event: _with_interval(found) for event, found in together.dynamic.items()},
        dynamic_overall=_with_interval(together.dynamic_overall),
        pretrend=pre_trend(effects),
        treated=int((panel.cohort != 0).sum()),
        controls=int((panel.cohort == 0).sum()),
        small_cohorts=tuple(cohorts[sizes <= fewest].tolist()),
        without_controls=effects.without_controls,
    )


def gain_differences(gains: Iterable[tuple[str, str, float]]) -> dict[str, float]:
    """How much more the treated gained than the others, by subject, from a published table.

    Parameters
    ----------
    gains : iterable of (group, subject, gain)
        ``group`` is ``treated`` or ``control``; one gain for each subject and group.

    Returns
    -------
    dict of str to float
        In the order in which subjects first appear. Without the schools behind the means there
        is no interval.

    Raises
    ------
    ImpactError
        A group is called otherwise, a gain comes twice, or a subject has one group only.

    Notes
    -----
    *Escuelas Críticas*, Santiago 2002-2005 (Muñoz & Vanni): treated 15, 13, 17
    points, similar schools 8, 4, 9.

    Examples
    --------
    >>> gain_differences([("treated", "language", 15), ("control", "language", 8)])
    {'language': 7}
    """
    found: dict[str, dict[str, float]] = {}
    for group, subject, gain in gains:
        if group not in {"treated", "control"}:
            raise ImpactError(f"group '{group}' is neither treated nor control")
        if group in found.setdefault(subject, {}):
            raise ImpactError(f"{subject} has two gains for {group}")
        found[subject][group] = gain
    for subject, pair in found.items():
        if len(pair) != 2:
            raise ImpactError(f"{subject} has a gain for {next(iter(pair))} only")
    return {subject: pair["treated"] - pair["control"] for subject, pair in found.items()}


def _with_interval(estimate: Estimate) -> Effect:
    if estimate.se is None:
        return Effect(estimate.att, None, None, None)
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * estimate.se
    return Effect(estimate.att, estimate.se, estimate.att - half, estimate.att + half)
