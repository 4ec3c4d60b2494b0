"""A price is what solving again with one more place would give."""

import pytest
from hypothesis import given, settings

from matching.assignment import Assignment, solve
from matching.instance_changes import with_place
from matching.instances import Instance
from matching.preferences import alternates, blocking_pairs
from matching.prices import Price
from tests.matching.instance_cases import blocking, documents, synthetic


def change(before: Assignment, after: Assignment) -> Price:
    gained = [
        (n - before.objective.matched_by_urgency[u], u)
        for u, n in after.objective.matched_by_urgency.items()
        if n != before.objective.matched_by_urgency[u]
    ]
    assert len(gained) <= 1
    matched, urgency = gained[0] if gained else (0, None)
    return Price(matched, urgency, after.objective.total - before.objective.total)


def assert_same(found: Price, expected: Price) -> None:
    assert found[:2] == expected[:2]
    assert found.total == pytest.approx(expected.total, abs=1e-7)


@settings(max_examples=150, deadline=None)
@given(documents(rankings=True))
def test_prices_small_instance_equal_solving_again(document: dict) -> None:
    instance = Instance.from_dict(document)
    best = solve(instance)

    assert list(best.prices) == list(instance.leader_ids)
    for leader, price in best.prices.items():
        assert_same(price, change(best, solve(with_place(instance, leader))))


@pytest.mark.parametrize("decimals", [None, 2])
def test_prices_middle_size_equal_solving_again(decimals: int | None) -> None:
    instance = synthetic(150, 40, 6, seed=8, decimals=decimals)
    best = solve(instance)

    for leader, price in best.prices.items():
        assert_same(price, change(best, solve(with_place(instance, leader))))


def test_prices_total_may_fall_when_one_more_is_matched() -> None:
    document = {
        "schools": [{"id": 1}, {"id": 2}],
        "leaders": [{"id": "a", "capacity": 1}, {"id": "b", "capacity": 0}],
        "pairs": [
            {"school": 1, "leader": "a", "score": 10},
            {"school": 2, "leader": "a", "score": 1},
            {"school": 1, "leader": "b", "score": 2},
        ],
    }
    instance = Instance.from_dict(document)

    assert solve(instance).prices == {
        "a": Price(1, 1, pytest.approx(1.0)),
        "b": Price(1, 1, pytest.approx(-7.0)),
    }


@settings(max_examples=150, deadline=None)
@given(documents(rankings=True))
def test_blocking_pairs_equal_the_definition(document: dict) -> None:
    instance = Instance.from_dict(document)
    best = solve(instance)

    expected = blocking(document, dict(best.pairs(instance)))

    found = blocking_pairs(instance, best.pair_of)

    assert found.first == tuple(expected)
    assert found.count == len(expected)


def test_blocking_pairs_names_the_first_only() -> None:
    instance = synthetic(200, 30, 10, seed=4)
    nobody = solve(instance, time_limit=0.0).pair_of

    found = blocking_pairs(instance, nobody, first=3)

    assert found.count == int((instance.capacity > 0)[instance.pair_leader].sum())
    assert len(found.first) == 3


def test_alternates_best_first_without_the_assigned_and_the_forbidden() -> None:
    document = {
        "schools": [{"id": 1}, {"id": 2}],
        "leaders": [{"id": j, "capacity": int(j != 15)} for j in (11, 12, 13, 14, 15)],
        "pairs": [
            {"school": 1, "leader": j, "score": s}
            for j, s in ((11, 0.9), (12, 0.5), (13, 0.5), (14, 0.4), (15, 0.8))
        ],
        "forbidden": [[1, 14]],
    }
    instance = Instance.from_dict(document)

    assert alternates(instance, solve(instance).pair_of, 2) == {1: ((12, 0.5), (13, 0.5)), 2: ()}
