"""Do the intervals hold what is true as often as they say? Repeated on made-up countries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from network.made_up import World, supported_country
from network.programme_effects import programme_effects

LEVEL = 0.95
WORLDS = (
    World(name="no_effect", effect=0.0),
    World(name="four_points", effect=4.0),
    World(name="eight_points", effect=8.0),
    World(name="eight_points_that_fade", effect=8.0, fades=0.35),
    World(name="far_schools", effect=4.0, far_width=2.5),
    World(name="chosen_by_one_year", effect=0.0, chosen_by="one_year"),
)
"""Fixed beforehand; the last two are adverse: they break what a simpler method relies on."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """One country of one world: what is true, what was estimated, what a naive comparison says."""

    world: str
    truth: float
    att: float
    lower: float
    upper: float
    naive: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the estimates of one world lie around the truth.

    ``coverage`` is the share of intervals that hold it; ``coverage_error`` is 1.96 Monte Carlo
    standard errors of a share of 95 % in so many repetitions: within it nothing speaks against 95 %.
    """

    world: str
    repetitions: int
    truth: float
    bias: float
    bias_error: float
    coverage: float
    coverage_error: float
    mean_width: float
    naive_bias: float


def repetition(world: World, seed: int) -> Repetition:
    """Estimate the effect in one made-up country."""
    history, cohort, truth = supported_country(world, seed)
    found = programme_effects(history, cohort, np.zeros(cohort.size, dtype=bool))
    if found.overall is None or found.naive is None:
        raise ValueError(f"world {world.name} is too small for an estimate")
    overall = found.overall
    return Repetition(world.name, truth, overall.att, overall.lower, overall.upper, found.naive)


def coverage(found: Sequence[Repetition]) -> Coverage:
    """Summarise the repetitions of one world."""
    off = np.array([one.att - one.truth for one in found])
    held = np.array([one.lower <= one.truth <= one.upper for one in found])
    normal = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    return Coverage(
        world=found[0].world,
        repetitions=len(found),
        truth=float(np.mean([one.truth for one in found])),
        bias=float(off.mean()),
        bias_error=normal * float(off.std(ddof=1)) / sqrt(len(found)),
        coverage=float(held.mean()),
        coverage_error=normal * sqrt(LEVEL * (1 - LEVEL) / len(found)),
        mean_width=float(np.mean([one.upper - one.lower for one in found])),
        naive_bias=float(np.mean([one.naive - one.truth for one in found])),
    )


Run = Callable[[Callable[[World, int], Repetition], Iterable[tuple[World, int]]], Iterable[Repetition]]


def study(run: Run, *, repetitions: int, seed: int = 0, worlds: Sequence[World] = WORLDS) -> list[Coverage]:
    """Repeat every world and summarise it.

    Parameters
    ----------
    run : callable
        Performs the jobs and gives their answers in order: on this machine's cores, or elsewhere.
    """
    jobs = [
        (world, seed + n * repetitions + number)
        for n, world in enumerate(worlds)
        for number in range(repetitions)
    ]
    answers = list(run(repetition, jobs))
    return [coverage(answers[n * repetitions : (n + 1) * repetitions]) for n, _world in enumerate(worlds)]
