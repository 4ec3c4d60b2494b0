"""The proof holds for the best assignment and for no other."""

import numpy as np
import pytest
from hypothesis import given, settings

from matching.assignment import solve
from matching.certificate import NO_PAIR, certify, fault_of, place_prices
from matching.instances import Instance
from matching.objective import objective_of
from tests.matching.instance_cases import best_value, documents, every_assignment, synthetic, value


def pairs_of(instance: Instance, assignment: dict) -> np.ndarray:
    found = np.full(len(instance.school_ids), NO_PAIR)
    for school, leader in assignment.items():
        found[instance.school_ids.index(school)] = instance.pair(school, leader)
    return found


@settings(max_examples=150, deadline=None)
@given(documents(schools=4, leaders=3, rankings=True))
def test_certify_proves_the_best_assignments_and_no_other(document: dict) -> None:
    instance = Instance.from_dict(document)
    objective = objective_of(instance)
    best = best_value(document)

    for assignment in every_assignment(document):
        proof = certify(instance, objective, pairs_of(instance, assignment))
        assert proof.proven == (value(document, assignment) == best), proof.fault


@pytest.fixture(scope="module")
def solved() -> tuple:
    instance = synthetic(150, 120, 7, seed=1)
    objective = objective_of(instance)
    pair_of = solve(instance).pair_of
    return instance, objective, pair_of, *place_prices(instance, objective, pair_of)


def test_fault_of_solved_is_none(solved: tuple) -> None:
    assert fault_of(*solved) is None


def test_fault_of_school_dropped(solved: tuple) -> None:
    instance, objective, pair_of, u, v = solved
    corrupt = pair_of.copy()
    corrupt[np.argmax(u)] = NO_PAIR

    assert fault_of(instance, objective, corrupt, u, v) == "an unmatched school has a price"


def test_fault_of_leader_with_too_many(solved: tuple) -> None:
    instance, objective, pair_of, u, v = solved
    load = np.bincount(instance.pair_leader[pair_of[pair_of >= 0]], minlength=instance.capacity.size)
    full = (load == instance.capacity)[instance.pair_leader]
    pair = np.flatnonzero(full & (pair_of[instance.pair_school] != np.arange(full.size)))[0]
    corrupt = pair_of.copy()
    corrupt[instance.pair_school[pair]] = pair

    assert fault_of(instance, objective, corrupt, u, v) == "a leader has more schools than places"


def test_fault_of_pair_of_another_school(solved: tuple) -> None:
    instance, objective, pair_of, u, v = solved
    corrupt = pair_of.copy()
    corrupt[0], corrupt[1] = pair_of[1], pair_of[0]

    assert fault_of(instance, objective, corrupt, u, v) == "a school is given the pair of another school"


def test_fault_of_worse_swap(solved: tuple) -> None:
    instance, objective, pair_of, u, v = solved
    load = np.bincount(instance.pair_leader[pair_of[pair_of >= 0]], minlength=instance.capacity.size)
    roomy = (load < instance.capacity)[instance.pair_leader]
    worse = np.flatnonzero(
        roomy
        & (pair_of[instance.pair_school] >= 0)
        & (pair_of[instance.pair_school] != np.arange(roomy.size))
    )[0]
    corrupt = pair_of.copy()
    corrupt[instance.pair_school[worse]] = worse

    assert fault_of(instance, objective, corrupt, u, v) == "a chosen pair is worth less than its prices"
    assert not certify(instance, objective, corrupt).proven


def test_fault_of_wrong_prices(solved: tuple) -> None:
    instance, objective, pair_of, u, v = solved

    assert fault_of(instance, objective, pair_of, u, v - v.max() - 1) == "a price is negative"
    assert fault_of(instance, objective, pair_of, u, np.maximum(v - 1, 0)) in {
        "a pair is worth more than its prices",
        "a chosen pair is worth less than its prices",
    }


def test_fault_of_forbidden_and_unlocked_pairs() -> None:
    document = {
        "schools": [{"id": 1}, {"id": 2}],
        "leaders": [{"id": 9, "capacity": 2}],
        "pairs": [{"school": 1, "leader": 9, "score": 1}, {"school": 2, "leader": 9, "score": 1}],
        "forbidden": [[1, 9]],
        "locked": [[2, 9]],
    }
    instance = Instance.from_dict(document)
    objective = objective_of(instance)
    nothing = np.zeros(2, dtype=np.int64), np.zeros(1, dtype=np.int64)

    assert fault_of(instance, objective, np.array([0, 1]), *nothing) == "a chosen pair is not allowed"
    assert fault_of(instance, objective, np.array([-1, -1]), *nothing) == "a locked pair was not kept"
    assert fault_of(instance, objective, np.array([-1, 1]), *nothing) is None
    assert fault_of(instance, objective, np.array([-1, 7]), *nothing) == "a chosen pair does not exist"
    assert fault_of(instance, objective, np.array([-1]), *nothing) == "the assignment is of another instance"


def test_certify_long_chain_of_moves_is_found() -> None:
    length = 500
    school = np.concatenate([np.arange(length), np.arange(1, length)])
    leader = np.concatenate([np.arange(length), np.arange(length - 1)])
    instance = Instance.from_arrays(
        np.arange(length),
        np.ones(length, dtype=int),
        np.arange(length),
        np.minimum(np.arange(length), 1),
        school,
        leader,
        np.linspace(0, 1, school.size),
    )

    best = solve(instance)

    assert best.status == "optimal"
    assert best.prices[0].matched == 1
