"""Under ``stable`` nobody would rather have each other, and no school could do better."""

import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import solve
from matching.instances import Instance
from tests.matching.instance_cases import (
    allowed_pairs,
    blocking,
    documents,
    every_assignment,
    likes,
    one_place,
    synthetic,
)


def rank(document: dict, made: dict, school: object) -> tuple:
    """How the school likes what it got; no leader is worse than any on its list."""
    if school not in made:
        return (float("inf"),)
    score = allowed_pairs(document)[school, made[school]]
    return likes(document, "schools", school, made[school], score)


@settings(max_examples=200, deadline=None)
@given(documents(schools=4, leaders=3, rankings=True))
def test_stable_is_the_best_stable_assignment_for_every_school(document: dict) -> None:
    instance = Instance.from_dict(document)

    best = solve(instance, policy="stable")

    made = dict(best.pairs(instance))
    stable = [a for a in every_assignment(document) if not blocking(document, a)]
    assert made in stable
    assert all(rank(document, made, i) <= rank(document, a, i) for a in stable for i in instance.school_ids)


@settings(max_examples=100, deadline=None)
@given(documents(rankings=True), st.randoms(use_true_random=False))
def test_stable_permuting_the_input_changes_nothing(document: dict, shuffle: random.Random) -> None:
    first = Instance.from_dict(document)
    again = Instance.from_dict({key: shuffle.sample(rows, len(rows)) for key, rows in document.items()})

    assert solve(first, policy="stable").pairs(first) == solve(again, policy="stable").pairs(again)


@settings(max_examples=60, deadline=None)
@given(documents(schools=4, leaders=3, rankings=True), st.data())
def test_stable_no_school_gains_by_another_list(document: dict, data: st.DataObject) -> None:
    free = [e for e in document["schools"] if e["id"] not in dict(document["locked"])]
    if not free:
        return
    liar = data.draw(st.sampled_from(free))
    truth = Instance.from_dict(document)
    honest = rank(document, dict(solve(truth, policy="stable").pairs(truth)), liar["id"])
    listed = [p["leader"] for p in document["pairs"] if p["school"] == liar["id"]]
    acceptable = {leader for school, leader in allowed_pairs(document) if school == liar["id"]}

    for size in range(len(listed) + 1):
        for lie in permutations(listed, size):
            told = {
                **document,
                "schools": [{**e, "ranking": list(lie)} if e is liar else e for e in document["schools"]],
            }
            instance = Instance.from_dict(told)
            got = dict(solve(instance, policy="stable").pairs(instance))
            if got.get(liar["id"]) in acceptable:
                assert honest <= rank(document, got, liar["id"])


def test_stable_textbook_case_of_gale_and_shapley() -> None:
    """Three men and three women of Gale & Shapley 1962, example 1: the men's first choices."""
    men = {"A": [1, 2, 3], "B": [2, 3, 1], "C": [3, 1, 2]}
    women = {1: ["B", "C", "A"], 2: ["C", "A", "B"], 3: ["A", "B", "C"]}
    document = {
        "schools": [{"id": i, "ranking": ranking} for i, ranking in men.items()],
        "leaders": [{"id": j, "capacity": 1, "ranking": ranking} for j, ranking in women.items()],
        "pairs": [{"school": i, "leader": j, "score": 0} for i in men for j in women],
    }
    instance = Instance.from_dict(document)

    assert solve(instance, policy="stable").pairs(instance) == [("A", 1), ("B", 2), ("C", 3)]


def test_stable_document_has_no_objective_and_no_prices() -> None:
    instance = Instance.from_dict(one_place(0.5, 0.75))

    answer = solve(instance, policy="stable").to_dict(instance)

    answer.pop("seconds")
    assert answer == {
        "status": "optimal",
        "pairs": [[2, 9]],
        "matched": 1,
        "matched_by_urgency": {"1": 1},
        "total": 0.75,
        "worst": 0.75,
        "objective": None,
        "bound": None,
        "gap": 0.0,
        "resolution": None,
        "prices": {},
        "blocking_count": 0,
        "blocking_pairs": [],
        "unmatched": [{"school": 1, "reason": "no_place_left"}],
    }


@pytest.mark.parametrize("decimals", [None, 1])
def test_stable_at_middle_size_keeps_places_and_blocks_nobody(decimals: int | None) -> None:
    instance = synthetic(400, 120, 12, seed=4, decimals=decimals)

    best = solve(instance, policy="stable")

    load = np.bincount(instance.pair_leader[best.pair_of[best.pair_of >= 0]], minlength=120)
    assert best.blocking.count == 0
    assert (load <= instance.capacity).all()


def test_stable_cancelled_keeps_the_locked_pairs_and_says_so() -> None:
    document = one_place(0.5, 0.75) | {"leaders": [{"id": 9, "capacity": 2}], "locked": [[1, 9]]}
    instance = Instance.from_dict(document)

    answer = solve(instance, policy="stable", progress=lambda step, share: False)

    assert answer.status == "cancelled"
    assert answer.pairs(instance) == [(1, 9)]
    assert answer.gap == 1.0
