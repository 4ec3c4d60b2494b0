"""The effect of partnerships whose truth is known, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from network.errors import ImpactError
from network.made_up import YEARS, World, untouched_country
from network.programme_effects import NEVER, programme_effects
from network.untreated import ResultHistory

FIRST, SECOND = 2018, 2022


def made_up_country(seed: int, *, schools: int = 600, far_width: float = 1.0) -> ResultHistory:
    return untouched_country(World(name="test", effect=0.0, schools=schools, far_width=far_width), seed)


def supported(seed: int, effect: float, *, size: int = 40) -> tuple[ResultHistory, np.ndarray]:
    """Two cohorts drawn from the lowest seventh of 2017, helped by ``effect`` points from their start on."""
    country = made_up_country(seed)
    low = np.argsort(country.outcome[:, 3])[:84]
    drawn = np.random.default_rng(seed).choice(low, size, replace=False)
    cohort = np.full(country.school.size, NEVER)
    cohort[drawn[: size // 2]], cohort[drawn[size // 2 :]] = FIRST, SECOND
    began = np.where(cohort == NEVER, np.inf, cohort)
    outcome = country.outcome + effect * (np.array(YEARS)[None, :] >= began[:, None])
    return replace(country, outcome=outcome), cohort


@pytest.mark.parametrize("effect", [0.0, 8.0])
def test_a_known_effect_lies_in_the_interval_and_the_naive_figure_is_told(effect: float) -> None:
    country, cohort = supported(5, effect)

    found = programme_effects(country, cohort, np.zeros(cohort.size, dtype=bool))

    assert found.overall is not None
    assert found.overall.lower <= effect <= found.overall.upper
    assert found.naive is not None
    assert found.naive > effect + 4
    assert found.before is not None
    assert found.before.att < 0
    assert found.overall.schools == 40
    assert list(found.by_year) == [0, 1, 4, 5]


def test_twice_the_effect_moves_the_figure_by_exactly_that() -> None:
    answers = []
    for effect in (0.0, 8.0):
        country, cohort = supported(5, effect)
        answers.append(programme_effects(country, cohort, np.zeros(cohort.size, dtype=bool)).overall)

    assert answers[0] is not None
    assert answers[1] is not None
    assert answers[1].att - answers[0].att == pytest.approx(8.0, abs=1e-6)


def test_below_the_minimum_no_figure_is_given() -> None:
    country, cohort = supported(5, 4.0, size=8)

    found = programme_effects(country, cohort, np.zeros(cohort.size, dtype=bool))

    assert found.overall is None
    assert found.by_year == {}
    assert found.naive is None
    assert found.refusal is not None
    assert found.refusal.startswith("8 schools have results")


def test_schools_of_the_other_side_are_no_comparison() -> None:
    country, cohort = supported(5, 0.0)
    free = np.flatnonzero(cohort == NEVER)[:200]
    others = np.isin(np.arange(cohort.size), free)
    outcome = country.outcome.copy()
    outcome[free, 4:] += 40

    alone = programme_effects(country, cohort, others)
    lifted = programme_effects(replace(country, outcome=outcome), cohort, others)

    assert alone.overall is not None
    assert alone.overall == lifted.overall


def test_columns_of_another_length_are_refused() -> None:
    country, cohort = supported(5, 0.0)

    with pytest.raises(ImpactError):
        programme_effects(country, cohort[:-1], np.zeros(cohort.size, dtype=bool))


def test_the_two_lines_are_the_effect_apart_and_their_margins_make_its_interval() -> None:
    country, cohort = supported(5, 8.0)

    found = programme_effects(country, cohort, np.zeros(cohort.size, dtype=bool))

    assert [point.since for point in found.path] == list(found.by_year)
    for point in found.path:
        effect = found.by_year[point.since]
        half = (effect.upper - effect.lower) / 2
        assert point.reached - point.expected == pytest.approx(effect.att)
        assert np.hypot(point.reached_margin, point.expected_margin) == pytest.approx(half)
    first = np.flatnonzero(cohort == FIRST)
    by_hand = country.outcome[first, YEARS.index(FIRST)] - country.outcome[first, YEARS.index(2017)]
    second = np.flatnonzero(cohort == SECOND)
    also = country.outcome[second, YEARS.index(SECOND)] - country.outcome[second, YEARS.index(2018)]
    assert found.path[0].reached == pytest.approx(np.concatenate([by_hand, also]).mean())
