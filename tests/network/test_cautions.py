"""A rise is told with its noise, and with what speaks against calling it improvement."""

import numpy as np
import pytest

from network.cautions import Direction, Movement, intake_change, movement, narrowed
from network.errors import GraphError


def test_two_tests_cannot_be_assessed_and_a_noisy_rise_is_not_told_as_one() -> None:
    assert movement([2023, 2024], [250, 280], [5, 5]) is None
    noisy = movement([2022, 2023, 2024], [250, 255, 262], [15, 15, 15])
    assert noisy is not None
    assert noisy.direction is Direction.UNKNOWN
    assert noisy.lower < 0 < noisy.upper


def test_few_tested_pupils_pull_the_line_less() -> None:
    years, scores = [2018, 2022, 2023, 2024], [250.0, 250.0, 250.0, 290.0]

    noisy = movement(years, scores, [5, 5, 5, 25])
    firm = movement(years, scores, [5, 5, 5, 5])

    assert noisy is not None
    assert firm is not None
    assert noisy.change < firm.change / 3


def test_the_interval_holds_the_true_change_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    sds = np.array([6.0, 9.0, 12.0, 7.0])
    line = np.array([0.0, 8.0, 10.0, 12.0]) + 250

    found = [movement([2018, 2022, 2023, 2024], line + rng.normal(0, sds), sds) for _ in range(2000)]

    held = np.mean([one is not None and one.lower <= 12 <= one.upper for one in found])
    assert held == pytest.approx(0.95, abs=0.015)


def test_only_the_last_tests_count() -> None:
    old = movement([2014, 2018, 2022, 2023, 2024], [100, 250, 250, 250, 250], [5] * 5)
    assert old is not None
    assert (old.first, old.tests) == (2018, 4)
    assert old.change == pytest.approx(0, abs=1e-9)


def test_another_intake_is_told_either_way_round() -> None:
    grown = intake_change([2018, 2024], [2, 2], [30, 39])
    shrunk = intake_change([2018, 2024], [2, 2], [39, 30])
    assert grown is not None
    assert grown.cohorts == (30, 39)
    assert shrunk is not None
    assert shrunk.cohorts == (39, 30)
    assert intake_change([2018, 2024], [2, 2], [30, 38]) is None
    assert intake_change([2018, 2024], [None, 2], [None, 38]) is None


def test_narrowing_needs_a_clear_rise_and_another_that_fell_in_the_same_years() -> None:
    up = Movement(2018, 2024, 4, 15.0, 4.0)
    assert narrowed(up, Movement(2018, 2024, 4, -3.0, 4.0))
    assert not narrowed(up, Movement(2018, 2024, 4, 1.0, 4.0))
    assert not narrowed(up, Movement(2017, 2024, 4, -3.0, 4.0))
    assert not narrowed(Movement(2018, 2024, 4, 5.0, 4.0), Movement(2018, 2024, 4, -30.0, 4.0))


@pytest.mark.parametrize(
    ("years", "sds"),
    [([2018, 2022], [1, 1, 1]), ([2022, 2018, 2024], [1, 1, 1]), ([2018, 2022, 2024], [1, 0, 1])],
)
def test_what_cannot_be_a_series_is_refused(years: list[int], sds: list[float]) -> None:
    with pytest.raises(GraphError):
        movement(years, [250.0] * 3, sds)
