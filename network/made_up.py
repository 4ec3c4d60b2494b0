"""Made-up countries whose truth is known, to try the estimators of impact on.

The laws stand in ``docs/decisions/0015-worlds-of-the-study.md`` and were fixed before anything was estimated.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from network.programme_effects import NEVER
from network.untreated import ResultHistory

YEARS = (2014, 2015, 2016, 2017, 2018, 2022, 2023)
FIRST, SECOND = 2018, 2022
SUPPORT_YEARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is true in a made-up country; SDs in points of the test.

    Parameters
    ----------
    effect : float
        Points that full support adds.
    fades : float
        What is left of it from one year to the next once support is cut after three years, in
        [0, 1] (*Escuelas Críticas*: results fell back within two years).
    far_width : float
        How many times as wide one school in ten spreads in its lasting part.
    chosen_by : str
        ``path``: by the mean of the three tests before, as the rules of need do; ``one_year``: by the last
        test alone, which is the worst that can be done.
    """

    name: str
    effect: float
    fades: float = 1.0
    far_width: float = 1.0
    chosen_by: str = "path"
    schools: int = 900
    supported: int = 60
    lasting_sd: float = 8.0
    drifting_sd: float = 10.0
    persistence: float = 0.86
    shock_sd: float = 4.5
    pupil_sd: float = 55.0


def untouched_country(world: World, seed: int) -> ResultHistory:
    """Results that nobody touched.

    Examples
    --------
    >>> untouched_country(World(name="small", effect=0, schools=40), 1).outcome.shape
    (40, 7)
    """
    rng = np.random.default_rng(seed)
    years = np.array(YEARS, dtype=np.float64)
    count, shape = world.schools, (world.schools, years.size)
    group = rng.integers(1, 6, count).astype(np.float64)
    rural = (rng.random(count) < 0.3) * 1.0
    owner = rng.integers(0, 2, count)
    usual = np.clip(rng.lognormal(3.3, 0.8, count), 6, 150)
    far = np.where(rng.random(count) < 0.1, world.far_width, 1.0)
    lasting = rng.normal(0, world.lasting_sd, count) * far
    drift = np.zeros(shape)
    drift[:, 0] = rng.normal(0, world.drifting_sd, count)
    for t in range(1, years.size):
        kept = world.persistence ** (years[t] - years[t - 1])
        drift[:, t] = kept * drift[:, t - 1] + np.sqrt(1 - kept**2) * rng.normal(0, world.drifting_sd, count)
    tested = np.maximum(5, np.round(usual[:, None] * rng.lognormal(0, 0.15, shape)))
    context = 250 + 8 * (group - 3) - 3 * rural + 2 * np.log(usual)
    noise = rng.normal(0, world.shock_sd, shape) + rng.normal(0, world.pupil_sd, shape) / np.sqrt(tested)
    return ResultHistory(
        school=np.arange(1, count + 1),
        years=years,
        outcome=(context + lasting)[:, None] + drift + noise + rng.normal(0, 3, years.size),
        tested=tested,
        ses_group=np.repeat(group[:, None], years.size, axis=1),
        owner_kind=np.repeat(owner[:, None], years.size, axis=1),
        rural=np.repeat(rural[:, None], years.size, axis=1),
    )


def supported_country(world: World, seed: int) -> tuple[ResultHistory, NDArray[np.int64], float]:
    """Two cohorts of low schools get support.

    Returns
    -------
    history : ResultHistory
    cohort : ndarray of int of shape (n_schools,)
    truth : float
        The mean effect over the school-years since the start.
    """
    country = untouched_country(world, seed)
    judged = country.outcome[:, 3] if world.chosen_by == "one_year" else country.outcome[:, 1:4].mean(axis=1)
    low = np.argsort(judged, kind="stable")[: 2 * world.supported]
    drawn = np.random.default_rng([seed, 1]).choice(low, world.supported, replace=False)
    cohort = np.full(country.school.size, NEVER, dtype=np.int64)
    cohort[drawn[: world.supported // 2]], cohort[drawn[world.supported // 2 :]] = FIRST, SECOND
    began = np.where(cohort == NEVER, np.inf, cohort.astype(np.float64))
    since = country.years[None, :] - began[:, None]
    after = np.maximum(0.0, since - SUPPORT_YEARS + 1)
    given = np.where(since >= 0, world.effect * world.fades ** np.where(since >= 0, after, 0.0), 0.0)
    return replace(country, outcome=country.outcome + given), cohort, float(given[since >= 0].mean())
