"""The compiled matching by levels, against every assignment of small instances and a flow on larger ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.flows import cheapest_pairs
from matching.ladder import best_edges

NOBODY = -1

Graph = tuple[list[list[tuple[int, int]]], list[int], list[int]]


@st.composite
def small_graphs(draw: st.DrawFn) -> Graph:
    """Leaders each school could have and what each is worth; places of each leader; level of each school."""
    schools, leaders = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    asked = [
        [(j, draw(st.integers(-3, 6))) for j in range(leaders) if draw(st.booleans())] for _ in range(schools)
    ]
    places = [draw(st.integers(0, 2)) for _ in range(leaders)]
    return asked, places, [draw(st.integers(0, 2)) for _ in range(schools)]


@given(small_graphs())
def test_numbers_by_level_and_worth_equal_brute_force(graph: Graph) -> None:
    asked, places, level = graph
    edges = [(i, j, worth) for i, whom in enumerate(asked) for j, worth in whom]
    school, leader, units = (np.array([edge[n] for edge in edges], dtype=np.int64) for n in range(3))

    def outcome(made: list[tuple[int, int, int]]) -> tuple[tuple[int, ...], int]:
        numbers = tuple(sum(level[i] == k for i, _, _ in made) for k in range(3))
        return numbers, sum(worth for _, _, worth in made)

    best = max(
        outcome([(i, *pair) for i, pair in enumerate(choice) if pair is not None])
        for choice in product(*([None, *whom] for whom in asked))
        if all(sum(p is not None and p[0] == j for p in choice) <= most for j, most in enumerate(places))
    )

    chosen = best_edges(school, leader, units, np.array(places), np.array(level))

    made = [edges[n] for n in chosen]
    assert len({i for i, _, _ in made}) == len(made)
    assert (np.bincount(leader[chosen], minlength=len(places)) <= places).all()
    assert outcome(made) == best


@pytest.mark.parametrize("seed", range(6))
def test_worth_equals_a_least_cost_flow_on_larger_instances(seed: int) -> None:
    draw = np.random.default_rng(seed)
    schools, leaders, near = 400, int(draw.integers(60, 400)), 12
    school = np.repeat(np.arange(schools), near)
    leader = np.concatenate([np.sort(draw.choice(leaders, near, replace=False)) for _ in range(schools)])
    units = draw.integers(0, 10**9 if seed % 2 else 20, school.size)
    places, level = draw.integers(0, 4, leaders), draw.integers(0, 5, schools)

    chosen = best_edges(school, leader, units, places, level)

    matched = np.bincount(level[school[chosen]], minlength=5)
    flow = cheapest_pairs(school, leader, -units, places, level, matched)
    assert units[chosen].sum() == units[flow].sum()
    assert (np.bincount(leader[chosen], minlength=leaders) <= places).all()


def test_schools_that_waited_make_a_level_each() -> None:
    # twelve schools, one leader of three places: the three first levels, whatever the others are worth
    school, leader = np.arange(12), np.zeros(12, dtype=np.int64)
    level = np.array([11, 4, 7, 0, 9, 2, 10, 1, 8, 3, 6, 5])

    chosen = best_edges(school, leader, np.arange(12) * 100, np.array([3]), level)

    assert sorted(level[chosen].tolist()) == [0, 1, 2]


def test_inputs_stay_as_they_were() -> None:
    school, leader = np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0])
    units, places, level = np.array([9, 5, 2, 3]), np.array([1, 1]), np.array([0, 0, 1])
    before = [array.copy() for array in (school, leader, units, places, level)]

    best_edges(school, leader, units, places, level)

    after = [school, leader, units, places, level]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
