"""The policies beside each other tell who gets what, and who would gain by which."""

import json

import pytest
from hypothesis import given, settings

from matching.assignment import POLICIES, solve
from matching.comparison import GroupOutcome, compare
from matching.incentives import untrue_lists
from matching.instances import Instance
from tests.matching.instance_cases import blocking, documents, one_place, synthetic

FOUR = {
    "schools": [
        {"id": 1, "urgency": 1, "groups": {"rural": True, "owner": "north"}},
        {"id": 2, "urgency": 2, "groups": {"rural": False, "owner": "north"}},
        {"id": 3, "urgency": 2, "groups": {"rural": False}},
    ],
    "leaders": [{"id": "a", "capacity": 1}, {"id": "b", "capacity": 1}],
    "pairs": [
        {"school": 1, "leader": "a", "score": 0.2},
        {"school": 2, "leader": "a", "score": 0.9},
        {"school": 2, "leader": "b", "score": 0.5},
        {"school": 3, "leader": "b", "score": 0.6},
    ],
}


def test_compare_says_what_each_policy_gives_and_to_whom() -> None:
    found = compare(Instance.from_dict(FOUR))

    total, stable = found.outcomes["total"], found.outcomes["stable"]
    assert (total.matched_by_urgency, total.total, total.worst) == ({1: 1, 2: 1}, 0.8, 0.2)
    assert (stable.matched_by_urgency, stable.total, stable.worst) == ({1: 0, 2: 2}, 1.5, 0.6)
    assert (total.blocking_count, stable.blocking_count) == (1, 0)
    assert total.spread["rural"] == {
        "false": GroupOutcome(2, 1, 0.6, 0.6),
        "true": GroupOutcome(1, 1, 0.2, 0.2),
    }
    assert list(total.spread["owner"]) == ["north", "unknown"]


def test_compare_names_who_gains_and_who_loses() -> None:
    found = compare(Instance.from_dict(FOUR), policies=("total", "stable")).to_dict()

    assert json.dumps(found)
    assert found["left_out"] == {}
    (switch,) = found["switches"]
    assert (switch["before"], switch["after"]) == ("total", "stable")
    assert switch["gain"] == (
        {"school": 2, "before": None, "after": "a", "score_before": None, "score_after": 0.9},
    )
    assert switch["lose"] == (
        {"school": 1, "before": "a", "after": None, "score_before": 0.2, "score_after": None},
    )
    assert switch["indifferent"] == 0


@settings(max_examples=60, deadline=None)
@given(documents(rankings=True))
def test_compare_same_numbers_under_total_and_fair_and_blocking_by_definition(document: dict) -> None:
    instance = Instance.from_dict(document)

    found = compare(instance).outcomes

    assert found["fair"].matched_by_urgency == found["total"].matched_by_urgency
    assert found["fair"].total <= found["total"].total + 1e-9
    if found["fair"].matched:
        assert found["fair"].worst >= found["total"].worst
    for policy in POLICIES:
        made = dict(solve(instance, policy=policy).pairs(instance))
        assert found[policy].blocking_count == len(blocking(document, made))


def test_compare_groups_given_apart_and_a_price_of_change() -> None:
    document = one_place(0.5, 0.75) | {"previous": [[1, 9]], "change_price": 1}

    found = compare(Instance.from_dict(document), {"size": {1: "small"}})

    assert found.outcomes["total"].spread["size"]["small"].matched == 1
    assert found.outcomes["stable"].spread["size"]["small"].matched == 0
    assert found.left_out == {}


def test_untrue_lists_leader_gains_by_a_shorter_list_under_stable() -> None:
    """Roth & Sotomayor 1990, *Two-Sided Matching*, ch. 4: the side that is asked can gain."""
    document = {
        "schools": [{"id": 1, "ranking": ["a", "b"]}, {"id": 2, "ranking": ["b", "a"]}],
        "leaders": [
            {"id": "a", "capacity": 1, "ranking": [2, 1]},
            {"id": "b", "capacity": 1, "ranking": [1, 2]},
        ],
        "pairs": [{"school": i, "leader": j, "score": 0.5} for i in (1, 2) for j in "ab"],
    }
    instance = Instance.from_dict(document)

    found = untrue_lists(instance, "stable", "leaders")

    assert found.gaining == 2
    assert found.found[0].told == (2,)
    assert found.found[0].before == (1,)
    assert found.found[0].after == (2,)


@pytest.mark.parametrize("seed", [1, 2])
def test_untrue_lists_never_pay_a_school_under_stable_and_often_under_the_others(seed: int) -> None:
    instance = synthetic(60, 25, 6, seed=seed)

    gaining = {policy: untrue_lists(instance, policy, "schools", seed=seed).gaining for policy in POLICIES}

    assert gaining["stable"] == 0
    assert gaining["total"] > 0
    assert gaining["fair"] > 0


def test_untrue_lists_keep_the_locks() -> None:
    document = one_place(0.5, 0.75) | {"leaders": [{"id": 9, "capacity": 2}], "locked": [[1, 9]]}
    document["schools"] += [{"id": 3}]
    document["pairs"] += [{"school": 3, "leader": 9, "score": 0.1}]

    found = untrue_lists(Instance.from_dict(document), "stable", "leaders")

    assert found.people == 1
    assert found.gaining == 0
