"""An instance is read strictly: each fault is one sentence that names its place."""

import json
from copy import deepcopy

import numpy as np
import pytest

from matching.errors import InstanceError
from matching.instance_changes import with_lock, with_place
from matching.instances import Instance

GOOD = {
    "schools": [{"id": 1, "urgency": 1}, {"id": 2, "urgency": 2}],
    "leaders": [{"id": "a", "capacity": 1}, {"id": "b", "capacity": 2}],
    "pairs": [
        {"school": 1, "leader": "a", "score": 0.5},
        {"school": 2, "leader": "a", "score": 0.25},
        {"school": 2, "leader": "b", "score": 1},
    ],
}

FAULTS = [
    ("pairs", 0, "school", 5, "pairs[0].school: nobody among the schools has the id 5"),
    ("pairs", 0, "school", "1", "pairs[0].school: nobody among the schools has the id '1'"),
    ("pairs", 2, "leader", "z", "pairs[2].leader: nobody among the leaders has the id 'z'"),
    ("pairs", 2, "leader", ["b"], "pairs[2].leader: ['b'] is not an id: give a whole number or a word"),
    ("leaders", 1, "capacity", -1, "leaders[1].capacity: -1 is negative"),
    ("leaders", 1, "capacity", 1.5, "leaders[1].capacity: 1.5 is not a whole number"),
    ("leaders", 1, "capacity", True, "leaders[1].capacity: True is not a whole number"),
    ("leaders", 1, "capacity", 2**40, f"leaders[1].capacity: {2**40} is above {2**31 - 1}"),
    ("schools", 0, "urgency", 0, "schools[0].urgency: 0 is below 1"),
    ("schools", 0, "urgency", "1", "schools[0].urgency: '1' is not a whole number"),
    ("pairs", 1, "score", "0.5", "pairs[1].score: '0.5' is not a number"),
    ("pairs", 1, "score", None, "pairs[1].score: None is not a number"),
    ("pairs", 1, "score", float("nan"), "pairs[1].score: nan is not a number within ±1e+15"),
    ("pairs", 1, "score", 10**400, "pairs[1].score: inf is not a number within ±1e+15"),
    ("schools", 1, "id", 1, "schools[1].id: 1 repeats the id of schools[0]"),
    ("leaders", 1, "id", "a", "leaders[1].id: 'a' repeats the id of leaders[0]"),
    ("schools", 0, "id", None, "schools[0].id: None is not an id: give a whole number or a word"),
    (
        "schools",
        0,
        "minimum",
        1,
        "schools[0]: the key 'minimum' is not known; known: groups, id, ranking, urgency, waited",
    ),
    ("schools", 0, "ranking", ["z"], "schools[0].ranking[0]: nobody among the leaders has the id 'z'"),
    ("schools", 0, "ranking", ["a", "a"], "schools[0].ranking[1]: 'a' is ranked twice"),
    ("leaders", 0, "ranking", 1, "leaders[0].ranking: must be a list of ids, best first"),
]

WHOLE_FAULTS = [
    ("schools", None, "schools: must be a list"),
    ("pairs", [1], "pairs[0]: must be an object"),
    ("pairs", [{"school": 1, "score": 1}], "pairs[0]: the leader is missing"),
    ("leaders", [{"id": "a"}, {"id": "b"}], "leaders[0]: the capacity is missing"),
    (
        "groups",
        [],
        "the key 'groups' is not known; known: change_price, forbidden, leaders, limits, locked, lottery, "
        "pairs, policy, previous, schools, together",
    ),
    ("locked", [[1]], "locked[0]: must be [school, leader]"),
    ("locked", "all", "locked: must be a list of [school, leader]"),
    ("locked", [[9, "a"]], "locked[0]: nobody among the schools has the id 9"),
    ("forbidden", [[1, "z"]], "forbidden[0]: nobody among the leaders has the id 'z'"),
    (
        "locked",
        [[1, "b"]],
        "locked[0]: 1 and 'b' are not among the pairs; list them with a score to lock them",
    ),
    ("locked", [[1, "a"], [1, "a"]], "locked[1]: 1 and 'a' are locked twice"),
    ("locked", [[2, "a"], [2, "b"]], "locked: 2 is locked to more than one leader"),
    ("locked", [[1, "a"], [2, "a"]], "locked: leader 'a' has places for 1 but 2 locks"),
]


@pytest.mark.parametrize(("name", "row", "key", "wrong", "sentence"), FAULTS)
def test_from_dict_fault_in_an_entry(name: str, row: int, key: str, wrong: object, sentence: str) -> None:
    document = deepcopy(GOOD)
    document[name][row][key] = wrong

    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(document)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(("key", "wrong", "sentence"), WHOLE_FAULTS)
def test_from_dict_fault_in_a_list(key: str, wrong: object, sentence: str) -> None:
    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(GOOD | {key: wrong})

    assert str(refusal.value) == sentence


def test_from_dict_not_an_object() -> None:
    with pytest.raises(InstanceError, match="the instance must be an object"):
        Instance.from_dict([GOOD])


@pytest.mark.parametrize("missing", ["schools", "leaders", "pairs"])
def test_from_dict_missing_list(missing: str) -> None:
    with pytest.raises(InstanceError, match=f"{missing}: the list is missing; it may be empty"):
        Instance.from_dict({key: rows for key, rows in GOOD.items() if key != missing})


def test_from_dict_duplicate_pair() -> None:
    document = deepcopy(GOOD)
    document["pairs"].append(dict(document["pairs"][1]))

    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(document)

    assert str(refusal.value) == "pairs[3]: the pair 2 and 'a' is listed already in pairs[1]"


def test_from_dict_locked_also_forbidden() -> None:
    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(GOOD | {"locked": [[1, "a"]], "forbidden": [[1, "a"]]})

    assert str(refusal.value) == "locked: 1 and 'a' are locked and also forbidden"


def test_from_dict_locked_but_ranked_out() -> None:
    document = deepcopy(GOOD)
    document["leaders"][0]["ranking"] = [2]

    with pytest.raises(InstanceError, match="locked: 1 and 'a' are locked, but a stated ranking"):
        Instance.from_dict(document | {"locked": [[1, "a"]]})


def test_from_dict_number_and_word_that_print_alike() -> None:
    document = GOOD | {"leaders": [{"id": 1, "capacity": 1}, {"id": "1", "capacity": 1}], "pairs": []}

    with pytest.raises(InstanceError, match=r"leaders\[1\].id: '1' repeats the id of leaders\[0\]"):
        Instance.from_dict(document)


def test_from_dict_after_json_keeps_the_numbers() -> None:
    instance = Instance.from_dict(json.loads(json.dumps(GOOD)))

    assert instance.school_ids == (1, 2)
    assert instance.urgency.tolist() == [1, 2]
    assert instance.capacity.tolist() == [1, 2]
    assert instance.score.tolist() == [0.5, 0.25, 1.0]


def test_from_dict_forbidding_what_is_not_listed_is_allowed() -> None:
    assert not Instance.from_dict(GOOD | {"forbidden": [[1, "b"]]}).forbidden.any()


def test_from_dict_ranking_makes_the_unlisted_unacceptable() -> None:
    document = deepcopy(GOOD)
    document["schools"][1]["ranking"] = ["b"]
    document["leaders"][0]["ranking"] = [2, 1]

    instance = Instance.from_dict(document)

    assert instance.school_place.tolist() == [0, -1, 0]
    assert instance.leader_place.tolist() == [1, 0, 0]
    assert instance.allowed.tolist() == [True, False, True]


def test_from_arrays_canonical_order() -> None:
    instance = Instance.from_arrays(
        ["x", 30, 4],
        [1, 2, 3],
        [8, 7],
        [1, 2],
        np.array([0, 1, 2, 1]),
        np.array([0, 0, 1, 1]),
        np.array([0.1, 0.2, 0.3, 0.4]),
    )

    assert instance.school_ids == (4, 30, "x")
    assert instance.leader_ids == (7, 8)
    assert instance.urgency.tolist() == [3, 2, 1]
    assert instance.capacity.tolist() == [2, 1]
    assert instance.pair_school.tolist() == [0, 1, 1, 2]
    assert instance.pair_leader.tolist() == [0, 0, 1, 1]
    assert instance.score.tolist() == [0.3, 0.4, 0.2, 0.1]


def test_from_arrays_leaves_its_inputs_as_they_were() -> None:
    capacity, school = np.array([1, 2]), np.array([1, 0])
    leader, score = np.array([0, 1]), np.array([0.5, 0.25])

    with_place(Instance.from_arrays([2, 1], [1, 1], [9, 8], capacity, school, leader, score), 9)

    assert [x.tolist() for x in (capacity, school, leader, score)] == [[1, 2], [1, 0], [0, 1], [0.5, 0.25]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pair_school": np.array([0, 2])}, "pairs[1].school: position 2 is outside the list"),
        ({"pair_leader": np.array([0, -1])}, "pairs[1].leader: position -1 is outside the list"),
        ({"score": np.array([0.5])}, "pairs: school, leader and score must have the same length"),
        ({"score": np.array([0.5, np.inf])}, "pairs[1].score: inf is not a number within ±1e+15"),
        ({"urgency": [1]}, "schools: urgency must have one figure for each id"),
        ({"capacity": [0.5, 1]}, "leaders: capacity must be whole numbers"),
        ({"capacity": [1, -2]}, "leaders[1].capacity: -2 is below 0"),
        ({"school_ids": [1, 1]}, "schools[1].id: 1 repeats the id of schools[0]"),
        ({"school_ids": [1, 1.5]}, "schools[1].id: 1.5 is not a whole number or a word"),
        (
            {"pair_school": np.array([0, 0]), "pair_leader": np.array([1, 1])},
            "pairs[1]: the pair 1 and 9 is listed twice",
        ),
        ({"school_rankings": {3: []}}, "schools 3: ranking: nobody among the schools has the id 3"),
        ({"school_rankings": {1: [8, 8]}}, "schools 1: ranking: 8 is ranked twice"),
    ],
)
def test_from_arrays_fault(change: dict, sentence: str) -> None:
    good = {
        "school_ids": [1, 2],
        "urgency": [1, 1],
        "leader_ids": [8, 9],
        "capacity": [1, 1],
        "pair_school": np.array([0, 1]),
        "pair_leader": np.array([0, 1]),
        "score": np.array([0.5, 0.5]),
    }

    with pytest.raises(InstanceError) as refusal:
        Instance.from_arrays(**good | change)

    assert str(refusal.value) == sentence


def test_with_lock_refuses_what_cannot_be() -> None:
    instance = Instance.from_dict(GOOD)

    with pytest.raises(InstanceError, match="not an allowed pair"):
        with_lock(instance, 1, "b")
    with pytest.raises(InstanceError, match="2 is locked to more than one leader"):
        with_lock(with_lock(instance, 2, "b"), 2, "a")
    with pytest.raises(InstanceError, match="leader 'a' has places for 1 but 2 locks"):
        with_lock(with_lock(instance, 1, "a"), 2, "a")
    with pytest.raises(InstanceError, match="nobody among the leaders has the id 'z'"):
        with_place(instance, "z")
