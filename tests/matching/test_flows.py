"""The flows behind the exact assignment, against every assignment of small instances."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.flows import coverage_by_level

NOBODY = -1


@st.composite
def small_graphs(draw: st.DrawFn) -> tuple[list[list[int]], list[int], list[int]]:
    """Leaders that each school could have, places of each leader, level of each school."""
    schools, leaders = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    asked = [[j for j in range(leaders) if draw(st.booleans())] for _ in range(schools)]
    places = [draw(st.integers(0, 2)) for _ in range(leaders)]
    return asked, places, [draw(st.integers(0, 2)) for _ in range(schools)]


@given(small_graphs())
def test_coverage_and_open_edges_equal_brute_force(
    graph: tuple[list[list[int]], list[int], list[int]],
) -> None:
    asked, places, level = graph
    school = np.array([i for i, whom in enumerate(asked) for _ in whom], dtype=np.int64)
    leader = np.array([j for whom in asked for j in whom], dtype=np.int64)
    levels = max(level) + 1

    by_numbers: dict[tuple[int, ...], set[tuple[int, int]]] = {}
    for choice in product(*([NOBODY, *whom] for whom in asked)):
        if any(choice.count(j) > most for j, most in enumerate(places)):
            continue
        made = {(i, j) for i, j in enumerate(choice) if j != NOBODY}
        numbers = tuple(sum(level[i] == k for i, _ in made) for k in range(levels))
        by_numbers.setdefault(numbers, set()).update(made)

    found = coverage_by_level(school, leader, np.array(places), np.array(level))

    assert tuple(found.matched.tolist()) == max(by_numbers)
    still_open = set(zip(school[found.edges].tolist(), leader[found.edges].tolist(), strict=True))
    assert by_numbers[max(by_numbers)] <= still_open


def test_a_leader_taken_by_the_most_urgent_is_closed_to_the_others() -> None:
    # schools 0 and 1 compete for the only place of leader 0; school 2, less urgent, could also have leader 1
    found = coverage_by_level(
        np.array([0, 1, 2, 2]), np.array([0, 0, 0, 1]), np.array([1, 1]), np.array([0, 0, 1])
    )

    assert found.matched.tolist() == [1, 1]
    assert found.edges.tolist() == [0, 1, 3]
