"""Schools picked by one year's result and given nothing: the method finds nothing, the naive figure much."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from network import level_model
from network.errors import ImpactError
from network.level_model import Residuals
from network.made_up import World, untouched_country
from network.placebo import Selection, placebo_effect
from network.untreated import ResultHistory


def made_up_country(seed: int, *, schools: int = 600, far_width: float = 1.0) -> ResultHistory:
    return untouched_country(World(name="test", effect=0.0, schools=schools, far_width=far_width), seed)


@pytest.mark.parametrize(("select", "far"), [(Selection.LOWEST, 1.0), (Selection.HIGHEST, 2.5)])
def test_nothing_is_found_where_the_naive_figure_finds_much(select: Selection, far: float) -> None:
    found = [
        placebo_effect(made_up_country(seed, far_width=far), year=2017, outcome_year=2018, select=select)
        for seed in range(4)
    ]

    assert min(abs(one.naive) for one in found) > 8
    assert sum(one.lower <= 0 <= one.upper for one in found) >= 3
    assert abs(np.mean([one.att for one in found])) < 2.5
    assert (found[0].treated, found[0].controls) == (60, 540)


def test_an_effect_given_to_the_picked_is_found_to_the_point() -> None:
    """Their results after the year are masked wherever anything is learned: only the effect itself moves."""
    country = made_up_country(3)
    before = placebo_effect(country, year=2017, outcome_year=2018)
    picked = np.argsort(country.outcome[:, 3])[:60]
    outcome = country.outcome.copy()
    outcome[picked, 4:] += 12.5

    after = placebo_effect(replace(country, outcome=outcome), year=2017, outcome_year=2018)

    assert after.att - before.att == pytest.approx(12.5, abs=1e-6)
    assert after.sampling_se == pytest.approx(before.sampling_se, abs=1e-6)


def test_random_schools_are_the_same_for_the_same_seed() -> None:
    country = made_up_country(4, schools=240)

    first, again, other = (
        placebo_effect(country, year=2022, outcome_year=2023, select=Selection.RANDOM, seed=seed)
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first.att != other.att


@pytest.mark.parametrize(
    ("year", "outcome_year", "share", "sentence"),
    [
        (2017, 2017, 0.1, "must come after"),
        (2017, 2019, 0.1, "no test in 2019; there are tests in 2014, 2015"),
        (2017, 2018, 0.0, "must lie above 0"),
        (2017, 2018, 0.01, "at least 20 are needed"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    year: int, outcome_year: int, share: float, sentence: str
) -> None:
    with pytest.raises(ImpactError, match=sentence):
        placebo_effect(made_up_country(1), year=year, outcome_year=outcome_year, share=share)


def test_one_year_only_is_refused() -> None:
    country = made_up_country(1)
    outcome = np.full_like(country.outcome, np.nan)
    outcome[:, 3] = country.outcome[:, 3]

    with pytest.raises(ImpactError):
        placebo_effect(replace(country, outcome=outcome), year=2017, outcome_year=2018)


def test_the_search_climbs_along_the_true_slope() -> None:
    rng = np.random.default_rng(0)
    found = Residuals(
        years=np.array([2014.0, 2015, 2016, 2018, 2022]),
        residual=rng.normal(0, 15, (60, 5)),
        tested=rng.integers(5, 60, (60, 5)).astype(np.float64),
        present=rng.random((60, 5)) < 0.8,
    )
    theta = np.concatenate([level_model.START, np.zeros(5)]) + rng.normal(0, 0.2, 13)

    _, slope = level_model._likelihood(theta, 15.0, found)

    by_hand = approx_fprime(theta, lambda at: level_model._likelihood(at, 15.0, found)[0], 1e-6)
    assert slope == pytest.approx(by_hand, abs=1e-3)
