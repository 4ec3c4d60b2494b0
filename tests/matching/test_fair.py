"""Under ``fair`` nobody could be better off at the cost of somebody better off."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.fair import levels_of
from matching.instances import Instance
from tests.matching.instance_cases import (
    allowed_pairs,
    documents,
    every_assignment,
    one_place,
    synthetic,
    value,
)


def fair_value(document: dict, made: dict) -> tuple:
    """Numbers matched, the worst score, the scores in hundredths from the worst up, the total."""
    *counts, total = value(document, made)
    scores = sorted(allowed_pairs(document)[pair] for pair in made.items())
    return (*counts, scores[:1], [round(100 * score) for score in scores], total)


@settings(max_examples=300, deadline=None)
@given(documents(rankings=True))
def test_fair_small_instance_equals_brute_force(document: dict) -> None:
    instance = Instance.from_dict(document)

    best = solve(instance, policy="fair")

    made = dict(best.pairs(instance))
    assert best.status == "optimal"
    assert made in every_assignment(document)
    assert fair_value(document, made) == max(fair_value(document, a) for a in every_assignment(document))
    assert best.objective.matched_by_urgency == solve(instance).objective.matched_by_urgency


@settings(max_examples=100, deadline=None)
@given(documents(rankings=True), st.randoms(use_true_random=False))
def test_fair_permuting_the_input_changes_nothing(document: dict, shuffle: random.Random) -> None:
    first = Instance.from_dict(document)
    again = Instance.from_dict({key: shuffle.sample(rows, len(rows)) for key, rows in document.items()})

    expected = solve(first, policy="fair").to_dict(first)
    found = solve(again, policy="fair").to_dict(again)
    expected.pop("seconds"), found.pop("seconds")
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(documents())
def test_fair_ties_match_the_first_schools_by_id(document: dict) -> None:
    instance = Instance.from_dict(document)

    made = dict(solve(instance, policy="fair").pairs(instance))

    best = fair_value(document, made)
    equally_good = [a for a in every_assignment(document) if fair_value(document, a) == best]
    assert sorted(made) == min(sorted(a) for a in equally_good)


def test_fair_raises_the_worst_off_where_total_would_not() -> None:
    document = {
        "schools": [{"id": 1}, {"id": 2}],
        "leaders": [{"id": 8, "capacity": 1}, {"id": 9, "capacity": 1}],
        "pairs": [
            {"school": 1, "leader": 8, "score": 0.9},
            {"school": 1, "leader": 9, "score": 0.4},
            {"school": 2, "leader": 8, "score": 0.4},
            {"school": 2, "leader": 9, "score": 0.1},
        ],
    }
    instance = Instance.from_dict(document)

    answer = solve(instance, policy="fair").to_dict(instance)

    assert solve(instance).pairs(instance) == [(1, 8), (2, 9)]
    assert answer["pairs"] == [[1, 9], [2, 8]]
    assert answer["worst"] == 0.4
    assert answer["prices"] == {}
    assert answer["gap"] == 0
    assert answer["resolution"] == 0.01
    assert answer["objective"] == answer["bound"] == {"matched_by_urgency": {"1": 2}, "total": 0.8}


def by_growing_sets(instance: Instance) -> list[int]:
    """Leximin by another road: integer programmes that count level by level."""
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array

    ones, pairs = np.ones(instance.score.size), np.arange(instance.score.size)
    shape = (len(instance.leader_ids), pairs.size)
    rules = [
        LinearConstraint(csr_array((ones, (instance.pair_school, pairs))), ub=1),
        LinearConstraint(csr_array((ones, (instance.pair_leader, pairs)), shape=shape), ub=instance.capacity),
    ]
    for urgency in np.unique(instance.urgency):
        of_level = (instance.urgency[instance.pair_school] == urgency).astype(float)
        most = round(-milp(-of_level, constraints=rules, bounds=(0, 1), integrality=ones).fun)
        rules.append(LinearConstraint(of_level[None, :], lb=most))
    score, found = instance.score, []
    worst = next(
        step
        for step in np.unique(score)[::-1]
        if milp(ones, constraints=rules, bounds=(0, (score >= step).astype(float)), integrality=ones).success
    )
    open_pairs = (score >= worst).astype(float)
    for level in np.unique(levels_of(instance)):
        here = (levels_of(instance) == level).astype(float)
        fewest = round(milp(here, constraints=rules, bounds=(0, open_pairs), integrality=ones).fun)
        rules.append(LinearConstraint(here[None, :], ub=fewest))
        found += [int(level)] * fewest
    return found


@pytest.mark.parametrize(("seed", "decimals"), [(1, None), (2, 1), (3, 2)])
def test_fair_middle_size_equals_integer_programmes(seed: int, decimals: int | None) -> None:
    instance = synthetic(60, 25, 6, seed=seed, decimals=decimals)

    best = solve(instance, policy="fair")

    made = best.pair_of[best.pair_of != NO_PAIR]
    assert best.status == "optimal"
    assert sorted(levels_of(instance)[made].tolist()) == by_growing_sets(instance)


def test_fair_lock_that_is_worst_of_all_asks_nothing_of_the_others() -> None:
    document = one_place(0.1)
    document["locked"] = [[1, 9]]
    document["schools"] += [{"id": 2}, {"id": 3}]
    document["leaders"] += [{"id": 10, "capacity": 1}, {"id": 11, "capacity": 1}]
    document["pairs"] += [
        {"school": 2, "leader": 10, "score": 0.301},
        {"school": 2, "leader": 11, "score": 0.302},
        {"school": 3, "leader": 10, "score": 0.304},
        {"school": 3, "leader": 11, "score": 0.9},
    ]
    instance = Instance.from_dict(document)

    assert solve(instance, policy="fair").pairs(instance) == [(1, 9), (2, 10), (3, 11)]


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_fair_stopped_says_how_far_it_is_proven(steps: int) -> None:
    instance = synthetic(120, 40, 8, seed=9)
    seen: list[str] = []

    answer = solve(
        instance, policy="fair", progress=lambda step, share: seen.append(step) or len(seen) <= steps
    )

    assert answer.status == "cancelled"
    assert 0 < answer.gap <= 1
    if steps > 0:
        assert answer.bound.matched_by_urgency == solve(instance).objective.matched_by_urgency
    if steps > 1:
        assert answer.worst(instance) == solve(instance, policy="fair").worst(instance)
    assert (answer.extra["proven_up_to"] is not None) == (steps > 2)


@pytest.mark.parametrize("document", [{"schools": [], "leaders": [], "pairs": []}, one_place()])
def test_fair_nothing_to_match_is_an_answer(document: dict) -> None:
    instance = Instance.from_dict(document)

    assert solve(instance, policy="fair").to_dict(instance)["status"] == "optimal"
