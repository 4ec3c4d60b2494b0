"""The assignment is the best one, whoever else computes it, and hangs on no order."""

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from matching.assignment import solve
from matching.errors import InstanceError
from matching.instances import Instance
from matching.what_if import displaced
from tests.matching.instance_cases import (
    allowed_pairs,
    best_value,
    documents,
    every_assignment,
    one_place,
    synthetic,
    value,
)

EMPTY = {"schools": [], "leaders": [], "pairs": []}


@settings(max_examples=300, deadline=None)
@given(documents(rankings=True))
def test_solve_small_instance_equals_brute_force(document: dict) -> None:
    instance = Instance.from_dict(document)

    best = solve(instance)

    made = dict(best.pairs(instance))
    assert best.status == "optimal"
    assert value(document, made) == best_value(document)
    assert made in every_assignment(document)
    assert tuple(best.objective.matched_by_urgency.values()) == value(document, made)[:-1]
    assert best.objective.total == pytest.approx(value(document, made)[-1], abs=1e-8)


@settings(max_examples=100, deadline=None)
@given(documents(rankings=True), st.randoms(use_true_random=False))
def test_solve_permuting_the_input_changes_nothing(document: dict, shuffle: random.Random) -> None:
    first = Instance.from_dict(document)
    mixed = {key: shuffle.sample(rows, len(rows)) for key, rows in document.items()}

    again = Instance.from_dict(mixed)

    expected, found = solve(first).to_dict(first), solve(again).to_dict(again)
    expected.pop("seconds"), found.pop("seconds")
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(documents())
def test_solve_ties_match_the_first_schools_by_id(document: dict) -> None:
    instance = Instance.from_dict(document)

    made = dict(solve(instance).pairs(instance))

    best = best_value(document)
    equally_good = [a for a in every_assignment(document) if value(document, a) == best]
    assert sorted(made) == min(sorted(a) for a in equally_good)


def test_solve_tie_between_leaders_low_to_low() -> None:
    document = {
        "schools": [{"id": 2}, {"id": 1}],
        "leaders": [{"id": "b", "capacity": 1}, {"id": "a", "capacity": 1}, {"id": "c", "capacity": 1}],
        "pairs": [{"school": i, "leader": j, "score": 0.5} for i in (2, 1) for j in "bca"],
    }
    instance = Instance.from_dict(document)

    assert solve(instance).pairs(instance) == [(1, "a"), (2, "b")]


def test_solve_urgency_comes_before_any_score() -> None:
    document = one_place(0.1, 1000.0)
    document["schools"][1]["urgency"] = 2
    instance = Instance.from_dict(document)

    assert solve(instance).pairs(instance) == [(1, 9)]


def test_solve_one_more_matched_beats_a_negative_score() -> None:
    instance = Instance.from_dict(one_place(-5.0))

    best = solve(instance)

    assert best.pairs(instance) == [(1, 9)]
    assert best.objective.total == -5.0


def test_solve_many_urgencies_equals_brute_force() -> None:
    draw = np.random.default_rng(3)
    document = {
        "schools": [{"id": i, "urgency": int(u)} for i, u in enumerate(draw.permutation(8) + 1)],
        "leaders": [{"id": j, "capacity": 1} for j in range(4)],
        "pairs": [
            {"school": i, "leader": j, "score": float(draw.random())}
            for i in range(8)
            for j in range(4)
            if draw.random() < 0.4
        ],
        "forbidden": [],
        "locked": [],
    }
    instance = Instance.from_dict(document)

    made = dict(solve(instance).pairs(instance))

    assert value(document, made) == best_value(document)


@pytest.mark.parametrize("decimals", [None, 1])
def test_solve_middle_size_equals_hungarian_algorithm(decimals: int | None) -> None:
    instance = synthetic(120, 60, 9, seed=5, decimals=decimals)
    best = solve(instance)
    counts = np.array(list(best.objective.matched_by_urgency.values()))
    copies = np.repeat(np.arange(60), instance.capacity)
    score = np.full((120, 60), -1e6)
    bonus = 1000.0 * (4 - instance.urgency[instance.pair_school])
    score[instance.pair_school, instance.pair_leader] = instance.score + bonus
    padded = np.concatenate([score[:, copies], np.zeros((120, 120))], axis=1)

    rows, columns = linear_sum_assignment(padded, maximize=True)

    expected = padded[rows, columns].sum()
    assert best.objective.total + (1000.0 * np.array([3, 2, 1]) * counts).sum() == pytest.approx(expected)


def test_solve_middle_size_equals_integer_programme() -> None:
    instance = synthetic(80, 30, 6, seed=11)
    best = solve(instance)
    pairs = np.arange(instance.score.size)
    ones = np.ones(pairs.size)
    rules = [
        LinearConstraint(csr_array((ones, (instance.pair_school, pairs))), ub=np.ones(80)),
        LinearConstraint(
            csr_array((ones, (instance.pair_leader, pairs)), shape=(30, pairs.size)), ub=instance.capacity
        ),
    ]
    for urgency, count in best.objective.matched_by_urgency.items():
        of_level = (instance.urgency[instance.pair_school] == urgency).astype(float)
        most = milp(-of_level, constraints=rules, bounds=(0, 1), integrality=ones)
        assert round(-most.fun) == count
        rules.append(LinearConstraint(of_level[None, :], lb=count, ub=count))

    answer = milp(-instance.score, constraints=rules, bounds=(0, 1), integrality=ones)

    assert best.objective.total == pytest.approx(-answer.fun, abs=1e-6)


def test_solve_keeps_places_locks_and_bans_at_middle_size() -> None:
    plain = synthetic(300, 80, 8, seed=2)
    made = solve(plain).pairs(plain)
    other = [
        (plain.school_ids[i], plain.leader_ids[j])
        for i, j in zip(plain.pair_school, plain.pair_leader, strict=True)
        if plain.capacity[j] > 0 and (i, j) not in made
    ][::97]
    locked = list({leader: (school, leader) for school, leader in other}.values())[:5]
    fixed = {school for school, _ in locked}
    banned = [pair for pair in made if pair[0] not in fixed][:20]

    instance = Instance.from_arrays(
        plain.school_ids,
        plain.urgency,
        plain.leader_ids,
        plain.capacity,
        plain.pair_school,
        plain.pair_leader,
        plain.score,
        forbidden=banned,
        locked=locked,
    )
    best = solve(instance)

    pairs = set(best.pairs(instance))
    load = np.bincount([leader for _, leader in pairs], minlength=80)
    assert best.status == "optimal"
    assert set(locked) <= pairs
    assert not pairs & set(banned)
    assert (load <= instance.capacity).all()


@pytest.mark.parametrize("part", ["schools", "leaders", "pairs", "all"])
def test_solve_nothing_to_match_is_an_answer(part: str) -> None:
    document = dict(EMPTY)
    if part != "schools" and part != "all":
        document["schools"] = [{"id": 1}]
    if part != "leaders" and part != "all":
        document["leaders"] = [{"id": 2, "capacity": 1}]
    instance = Instance.from_dict(document)

    answer = solve(instance).to_dict(instance)

    assert answer["status"] == "optimal"
    assert answer["pairs"] == []
    assert answer["worst"] is None
    assert answer["gap"] == 0
    assert answer["total"] == 0


def test_to_dict_has_the_fields_of_the_command() -> None:
    instance = Instance.from_dict(one_place(0.75, 0.5))

    answer = solve(instance).to_dict(instance)

    assert json.loads(json.dumps(answer)) == answer
    assert answer.pop("seconds") >= 0
    assert answer == {
        "status": "optimal",
        "pairs": [[1, 9]],
        "matched": 1,
        "matched_by_urgency": {"1": 1},
        "total": 0.75,
        "worst": 0.75,
        "objective": {"matched_by_urgency": {"1": 1}, "total": 0.75},
        "bound": {"matched_by_urgency": {"1": 1}, "total": 0.75},
        "gap": 0.0,
        "resolution": 1e-9,
        "prices": {"9": {"matched": 1, "urgency": 1, "total": 0.5}},
        "blocking_count": 0,
        "blocking_pairs": [],
        "unmatched": [{"school": 2, "reason": "no_place_left"}],
    }


def test_unmatched_reasons() -> None:
    document = one_place(0.9, 0.8, 0.7, 0.6)
    document["schools"].append({"id": 5})
    document["schools"][2]["ranking"] = []
    document["forbidden"] = [[4, 9]]
    instance = Instance.from_dict(document)

    assert solve(instance).unmatched(instance) == [
        (2, "no_place_left"),
        (3, "not_ranked"),
        (4, "no_allowed_pair"),
        (5, "no_allowed_pair"),
    ]


def test_solve_unknown_policy_is_refused() -> None:
    with pytest.raises(InstanceError, match="policy: policy 'best' is not known; known: total, fair, stable"):
        solve(Instance.from_dict(EMPTY), policy="best")


def test_solve_scores_of_any_range_keep_the_optimum() -> None:
    for factor in (1e-12, 1e-6, 1.0, 1e6, 1e14):
        instance = Instance.from_dict(one_place(0.25 * factor, 0.75 * factor, -1.0 * factor))
        assert solve(instance).pairs(instance) == [(2, 9)]


def test_solve_out_of_time_is_feasible_with_a_bound() -> None:
    document = one_place(0.75, 0.5)
    document["schools"].append({"id": 3})
    instance = Instance.from_dict(document)

    answer = solve(instance, time_limit=0.0)

    assert answer.status == "feasible"
    assert answer.pairs(instance) == []
    assert answer.bound.matched_by_urgency == {1: 2}
    assert answer.gap == 1.0
    assert answer.prices == {}


def test_solve_cancelled_before_the_proof_keeps_the_pairs() -> None:
    instance = Instance.from_dict(one_place(0.75, 0.5))
    steps = []

    answer = solve(instance, progress=lambda step, share: steps.append((step, share)) or step == "flow")

    assert steps == [("flow", 0.0), ("certificate", 0.7)]
    assert answer.status == "cancelled"
    assert answer.pairs(instance) == [(1, 9)]
    assert answer.gap == 0.5


@settings(max_examples=100, deadline=None)
@given(documents(schools=4), st.data())
def test_displaced_equals_brute_force(document: dict, data: st.DataObject) -> None:
    instance = Instance.from_dict(document)
    best = solve(instance)
    scores = allowed_pairs(document)
    if not scores:
        return
    school, leader = data.draw(st.sampled_from(sorted(scores)))
    with_pair = [a for a in every_assignment(document) if a.get(school) == leader]
    if not with_pair:
        with pytest.raises(InstanceError):
            displaced(instance, best, school, leader)
        return

    cost = displaced(instance, best, school, leader)

    forced = max(value(document, a) for a in with_pair)
    now = best_value(document)
    assert tuple(cost.matched_by_urgency.values()) == tuple(
        a - b for a, b in zip(forced[:-1], now[:-1], strict=True)
    )
    assert cost.total == pytest.approx(forced[-1] - now[-1], abs=1e-8)


def test_displaced_names_who_loses_the_place() -> None:
    document = one_place(0.75, 0.5)
    document["leaders"].append({"id": 10, "capacity": 1})
    document["pairs"].append({"school": 1, "leader": 10, "score": 0.25})
    document["pairs"].append({"school": 2, "leader": 10, "score": 0.125})
    instance = Instance.from_dict(document)
    best = solve(instance)

    cost = displaced(instance, best, 2, 9)

    assert cost.taken_by == (1,)
    assert cost.loses_place == (1,)
    assert cost.matched_by_urgency == {1: 0}
    assert cost.total == -0.125
    assert [(m.school, m.before, m.after) for m in cost.moves] == [(1, 9, 10), (2, 10, 9)]


def test_solve_places_without_end() -> None:
    instance = Instance.from_arrays(
        [1, 2],
        [1, 1],
        [8, 9],
        [2**62, 2**62],
        np.array([0, 1]),
        np.array([0, 1]),
        np.array([0.5, 0.5]),
    )

    assert solve(instance).pairs(instance) == [(1, 8), (2, 9)]
