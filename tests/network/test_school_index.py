"""The index recipe: same input, same value; and what moves a school between clusters."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from network.clusters import mobility
from network.errors import TrajectoryError
from network.made_up import World, untouched_country
from network.school_index import PUBLISHED_CUTS, IndexRecipe, indexed_windows, recipe_from
from network.untreated import ResultHistory

FIRST, LAST = (2014, 2016), (2018, 2023)


def made_up_country(seed: int) -> ResultHistory:
    return untouched_country(World(name="test", effect=0.0, schools=400), seed)


def test_the_same_input_gives_the_same_value_and_the_order_of_rows_does_not_matter() -> None:
    country = made_up_country(3)
    turned = replace(
        country,
        **{
            name: getattr(country, name)[::-1]
            for name in ("school", "outcome", "tested", "ses_group", "owner_kind", "rural")
        },
    )

    one, again, other = (indexed_windows(c, FIRST, LAST) for c in (country, country, turned))

    assert one.start.tolist() == again.start.tolist()
    assert one.start == pytest.approx(other.start[::-1])
    assert one.end_cluster.tolist() == other.end_cluster[::-1].tolist()


def test_a_country_that_rises_is_seen_to_rise_against_the_cuts_of_the_first_window() -> None:
    country = made_up_country(3)
    still = indexed_windows(country, FIRST, LAST)
    lifted = country.outcome + 20 * (country.years >= LAST[0])
    risen = indexed_windows(replace(country, outcome=lifted), FIRST, LAST)

    before = mobility(still.start_cluster.tolist(), still.end_cluster.tolist())
    after = mobility(risen.start_cluster.tolist(), risen.end_cluster.tolist())
    assert risen.start.tolist() == still.start.tolist()
    assert after.up_share > before.up_share + 0.2
    assert after.n == before.n


def test_level_alone_is_the_standardised_mean() -> None:
    country = made_up_country(4)
    recipe = IndexRecipe(name="level", weights={"level": 1.0}, fewest_tests=1, fewest_tested=5)
    found = indexed_windows(country, FIRST, LAST, recipe)

    level = country.outcome[:, :3].mean(axis=1)
    assert found.start == pytest.approx((level - level.mean()) / level.std())


def test_the_cuts_give_a_normal_index_the_published_shares() -> None:
    counts = (386, 668, 847, 685, 484, 356, 195, 42, 5)
    shares = np.cumsum(counts) / 3669

    wanted = [NormalDist().inv_cdf(share) for share in shares]
    assert PUBLISHED_CUTS[:9] == pytest.approx(wanted, abs=0.0006)


def test_small_cohorts_are_left_out_and_counted() -> None:
    country = made_up_country(3)
    tested = country.tested.copy()
    tested[0] = 6
    tested[1, 3:] = 6
    small = indexed_windows(replace(country, tested=tested), FIRST, LAST)

    assert not {1, 2} & set(small.school.tolist())
    assert small.missing == indexed_windows(country, FIRST, LAST).missing + (
        2 in indexed_windows(country, FIRST, LAST).school
    )


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"name": "x", "version": "1", "weights": {"luck": 1}},
        {"name": "x", "version": "1", "weights": {"level": 0}},
        {"name": "x", "version": "1", "weights": {"level": "much"}},
        {"name": "x", "version": "1", "weights": {"level": 1}, "cuts": [1, 2]},
        {"name": "x", "version": "1", "weights": {"trend": 1}, "fewest_tests": 1},
        {"name": "x", "version": "1", "weights": {"level": 1}, "colour": "red"},
    ],
)
def test_what_is_no_recipe_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(TrajectoryError):
        recipe_from(document)


@pytest.mark.parametrize("windows", [((2014, 2014), LAST), ((2014, 2018), LAST), (LAST, FIRST)])
def test_windows_without_tests_or_in_the_wrong_order_are_refused(windows: tuple) -> None:  # type: ignore[type-arg]
    with pytest.raises(TrajectoryError):
        indexed_windows(made_up_country(3), *windows)
