"""Made-up countries tell whether the intervals keep their word; long runs are ``make study``."""

from itertools import starmap

import numpy as np
import pytest

from network.made_up import NEVER, World, supported_country, untouched_country
from network.study import Repetition, coverage, study

SMALL = World(name="small", effect=4.0, fades=0.5, schools=400, supported=30)


def test_support_moves_only_the_supported_and_only_since_it_began() -> None:
    untouched, (helped, cohort, truth) = untouched_country(SMALL, 3), supported_country(SMALL, 3)

    moved = helped.outcome - untouched.outcome
    assert np.flatnonzero((moved > 0).any(axis=1)).tolist() == np.flatnonzero(cohort != NEVER).tolist()
    first = moved[cohort == 2018]
    assert (first[:, :4] == 0).all()
    # Three years in full (2018 to 2020), then half of it each year: 2022 is the second after.
    assert first[0, 4:].tolist() == pytest.approx([4.0, 1.0, 0.5])
    assert truth == pytest.approx(moved[moved > 0].mean())


def test_a_summary_counts_the_intervals_that_hold_the_truth() -> None:
    found = [Repetition("w", 4.0, 4.0 + off, 3.0 + off, 5.0 + off, 14.0) for off in (-0.5, 0.5, 1.5, -1.5)]

    summary = coverage(found)

    assert (summary.coverage, summary.bias, summary.naive_bias, summary.mean_width) == (0.5, 0.0, 10.0, 2.0)


def test_a_study_repeats_every_world_and_the_same_seed_gives_the_same() -> None:
    none = World(name="none", effect=0.0, schools=400, supported=30)

    one, again = (
        study(lambda job, asked: starmap(job, asked), repetitions=2, seed=5, worlds=(SMALL, none))
        for _ in range(2)
    )

    assert one == again
    assert [summary.world for summary in one] == ["small", "none"]
    assert all(abs(summary.bias) < abs(summary.naive_bias) for summary in one)
