"""Made-up panels with known effects, and the plainest reading of the estimator."""

import numpy as np

from network.panels import Panel, make_panel


def staggered_panel(
    *, seed: int, units: int = 120, effect: float = 3.0, never: bool = True, covariates: int = 0
) -> Panel:
    """Cohorts 3, 4 and 6 (and never) over times 1 to 6; each effect grows by ``effect`` a time."""
    draw = np.random.default_rng(seed)
    times = np.arange(1, 7)
    chosen = draw.choice([3, 4, 6, 0] if never else [3, 4, 6], units)
    chosen[:8] = [3, 3, 4, 4, 6, 6, 0 if never else 6, 0 if never else 6]
    x = draw.normal(size=(units, covariates))
    trend = times * (0.5 + 0.3 * x.sum(axis=1, keepdims=True))
    since = np.clip(times - chosen[:, None] + 1, 0, None) * (chosen[:, None] > 0)
    outcome = draw.normal(size=(units, 1)) + trend + effect * since + draw.normal(size=(units, 6))
    return make_panel(
        [f"u{n}" for n in range(units) for _ in times],
        np.tile(times, units).tolist(),
        np.repeat(chosen, 6).tolist(),
        outcome.ravel().tolist(),
        [np.repeat(column, 6).tolist() for column in x.T],
    )


def part_of(panel: Panel, kept: np.ndarray) -> Panel:
    """The same panel with some units only."""
    return Panel(
        times=panel.times,
        cohort=panel.cohort[kept],
        outcome=panel.outcome[kept],
        covariates=panel.covariates[kept],
    )


def plain_effect(panel: Panel, group: int, time: int, *, not_yet: bool = False) -> float:
    """Change of the cohort's mean minus that of its controls, read off by hand."""
    times = panel.times.tolist()
    base = max(t for t in times if t < (group if time >= group else time))
    control = panel.cohort == 0
    if not_yet:
        control |= (panel.cohort > time) & (panel.cohort != group)
    change = panel.outcome[:, times.index(time)] - panel.outcome[:, times.index(base)]
    return float(change[panel.cohort == group].mean() - change[control].mean())
