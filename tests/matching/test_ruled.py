"""Rules beyond flows: kept to the letter, the best that they leave, and named where they cannot be kept."""

from dataclasses import replace
from itertools import product
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import Assignment, solve
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.comparison import compare
from matching.errors import InstanceError
from matching.instances import Instance
from matching.multipliers import narrowed
from matching.rules import Limit, Rules
from tests.matching.instance_cases import allowed_pairs, documents, one_place, synthetic, value
from tests.matching.test_fair import fair_value


@st.composite
def ruled(draw: st.DrawFn) -> dict:
    """Small instances with at least one rule."""
    document = draw(documents(schools=4, leaders=3).filter(lambda d: d["schools"] and d["leaders"]))
    for entry in document["schools"] + document["leaders"]:
        entry["groups"] = {"owner": draw(st.sampled_from(["north", "south"]))}
    kind = draw(st.sampled_from(["least", "most", "minimum", "together", "both"]))
    labels = {"owner": "north"}
    if kind in ("least", "both"):
        document["limits"] = [{"leaders": labels, "least": draw(st.integers(1, 2))}]
    if kind in ("most", "both"):
        limit = {"schools": labels, "leaders": labels, "most": draw(st.integers(0, 1))}
        document["limits"] = [*document.get("limits", []), limit]
    if kind == "minimum":
        document["leaders"][0]["minimum"] = draw(st.integers(1, 2))
    if kind == "together":
        document["locked"] = []
        members = [entry["id"] for entry in document["schools"][:2]]
        document["together"] = [{"schools": members, "places": draw(st.integers(1, 2))}]
    return document


def keeps_rules(document: dict, made: dict) -> bool:
    """Straight from the document."""
    groups = document.get("together", [])
    takes = {entry["id"]: 1 for entry in document["schools"]}
    for group in groups:
        if len({made.get(i) for i in group["schools"]}) > 1:
            return False
        takes |= dict.fromkeys(group["schools"], 0) | {group["schools"][0]: group["places"]}
    for entry in document["leaders"]:
        mine = [i for i, j in made.items() if j == entry["id"]]
        if sum(takes[i] for i in mine) > entry["capacity"] or len(mine) < entry.get("minimum", 0):
            return False
    owner = {side: {e["id"]: e["groups"]["owner"] for e in document[side]} for side in ("schools", "leaders")}
    for limit in document.get("limits", []):
        count = sum(
            ("schools" not in limit or owner["schools"][i] == "north")
            and ("leaders" not in limit or owner["leaders"][j] == "north")
            for i, j in made.items()
        )
        if not limit.get("least", 0) <= count <= limit.get("most", 99):
            return False
    return True


def every_ruled_assignment(document: dict) -> list[dict]:
    scores, locked = allowed_pairs(document), dict(document["locked"])
    schools = [entry["id"] for entry in document["schools"]]
    choices = [[locked[i]] if i in locked else [None, *(j for k, j in scores if k == i)] for i in schools]
    every = (
        {i: j for i, j in zip(schools, picks, strict=True) if j is not None} for picks in product(*choices)
    )
    return [made for made in every if keeps_rules(document, made)]


@settings(max_examples=120, deadline=None)
@given(ruled(), st.sampled_from(["total", "fair"]))
def test_ruled_small_instance_equals_brute_force(document: dict, policy: str) -> None:
    instance = Instance.from_dict(document)
    possible = every_ruled_assignment(document)

    best = solve(instance, policy=policy)

    if not possible:
        assert best.status == "infeasible"
        assert best.extra["infeasible"]
        return
    made = dict(best.pairs(instance))
    worth = value if policy == "total" else fair_value
    assert best.status == "optimal"
    assert made in possible
    found, most = worth(document, made), max(worth(document, a) for a in possible)
    assert found[:-1] == most[:-1]
    assert found[-1] == pytest.approx(most[-1], abs=1e-6)


def test_ruled_without_a_binding_rule_equals_the_flow() -> None:
    plain = synthetic(60, 20, 6, seed=3)
    rules = Instance.from_dict(one_place(1) | {"limits": [{"most": 1000}]}).rules
    with_rule = Instance.from_arrays(
        plain.school_ids,
        plain.urgency,
        plain.leader_ids,
        plain.capacity,
        plain.pair_school,
        plain.pair_leader,
        plain.score,
        rules=rules,
    )

    ruled_best, flow_best = solve(with_rule), solve(plain)

    assert ruled_best.objective.matched_by_urgency == flow_best.objective.matched_by_urgency
    assert ruled_best.objective.total == pytest.approx(flow_best.objective.total, abs=1e-6)
    assert ruled_best.extra["infeasible"] == []


def test_ruled_infeasible_names_the_rule_and_the_smallest_change() -> None:
    document = one_place(0.5, 0.75)
    document["leaders"] = [{"id": 9, "capacity": 2, "groups": {"rural": "yes"}}]
    document["limits"] = [{"leaders": {"rural": "yes"}, "least": 3}]
    instance = Instance.from_dict(document)

    answer = solve(instance).to_dict(instance)

    assert answer["status"] == "infeasible"
    assert answer["pairs"] == []
    assert answer["objective"] is answer["bound"] is None
    assert answer["infeasible"] == [
        {"rule": "at least 3 pairs of leaders with rural yes", "asked": 3, "enough": 2}
    ]
    assert {entry["reason"] for entry in answer["unmatched"]} == {"infeasible"}


def test_ruled_infeasible_minimum_load() -> None:
    document = one_place(0.5) | {"leaders": [{"id": 9, "capacity": 3, "minimum": 2}]}
    instance = Instance.from_dict(document)

    assert solve(instance).to_dict(instance)["infeasible"] == [
        {"rule": "leader 9 has at least 2", "asked": 2, "enough": 1}
    ]


def test_ruled_reasons_name_the_kind_of_rule() -> None:
    document = one_place(0.9, 0.8, 0.7)
    document["leaders"] = [{"id": 9, "capacity": 3}]
    document["schools"].append({"id": 4})
    for entry in document["schools"]:
        entry["groups"] = {"owner": "north"}
    document["limits"] = [{"schools": {"owner": "north"}, "most": 2}]

    limited = Instance.from_dict(document)
    together = Instance.from_dict(one_place(0.9, 0.8) | {"together": [{"schools": [1, 2], "places": 2}]})

    assert solve(limited).unmatched(limited) == [(3, "limit_reached"), (4, "no_allowed_pair")]
    assert solve(together).unmatched(together) == [(1, "kept_together"), (2, "kept_together")]


def test_ruled_group_of_small_schools_takes_one_place() -> None:
    document = one_place(0.2, 0.3, 0.9) | {"together": [{"schools": [1, 2]}]}
    instance = Instance.from_dict(document)

    assert solve(instance).pairs(instance) == [(1, 9), (2, 9)]


def test_ruled_out_of_time_says_how_far_it_is() -> None:
    plain = synthetic(400, 150, 30, seed=1)
    rules = Instance.from_dict(one_place(1) | {"limits": [{"most": 200}]}).rules
    instance = Instance.from_arrays(
        plain.school_ids,
        plain.urgency,
        plain.leader_ids,
        plain.capacity,
        plain.pair_school,
        plain.pair_leader,
        plain.score,
        rules=rules,
    )
    steps: list[str] = []

    answer = solve(instance, progress=lambda step, share: steps.append(step) or len(steps) < 5)

    assert steps == ["flow", "certificate", "coverage", "coverage", "coverage"]
    assert answer.status == "cancelled"
    assert answer.gap > 0
    assert answer.bound.matched_by_urgency[1] == answer.objective.matched_by_urgency[1]
    assert solve(instance, time_limit=0.0).status == "feasible"


def limited(plain: Instance, most: int) -> Instance:
    """At most so many pairs of every third leader."""
    labels = tuple({"owner": "north" if n % 3 == 0 else "south"} for n in range(len(plain.leader_ids)))
    return replace(
        plain, leader_labels=labels, rules=Rules(limits=(Limit(leaders={"owner": "north"}, most=most),))
    )


def pairs_of_north(instance: Instance, answer: Assignment) -> int:
    return sum(leader % 3 == 0 for _, leader in answer.pairs(instance))


def test_ruled_country_keeps_its_time_limit_and_says_the_best_so_far() -> None:
    instance = limited(synthetic(3500, 1000, 22, seed=0), 300)
    began = perf_counter()

    answer = solve(instance, time_limit=3.0)

    assert perf_counter() - began < 5
    assert answer.status == "feasible"
    assert 0 < answer.gap < 1
    assert pairs_of_north(instance, answer) == 300
    assert sum(answer.objective.matched_by_urgency.values()) > 300


def test_ruled_country_is_cancelled_within_a_running_programme() -> None:
    instance = limited(synthetic(3500, 1000, 22, seed=0), 300)
    began = perf_counter()

    answer = solve(instance, progress=lambda step, share: perf_counter() - began < 3)

    assert perf_counter() - began < 5
    assert answer.status == "cancelled"
    assert answer.gap > 0
    assert pairs_of_north(instance, answer) == 300


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ruled_shortcut_by_prices_changes_no_answer(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few schools for many places, so that the limit costs score and no school its leader."""
    plain = synthetic(120, 100, 20, seed=seed)
    free = pairs_of_north(plain, solve(plain))
    instance = limited(plain, free - 5)
    narrowing = narrowed(instance, solve(plain).pair_of != NO_PAIR, Clock(None, None))

    quick = solve(instance)
    monkeypatch.setattr("matching.ruled.narrowed", lambda *given: None)
    whole = solve(instance)

    assert narrowing is not None
    assert np.count_nonzero(narrowing.hopeless) > plain.score.size / 2
    assert quick.status == whole.status == "optimal"
    assert quick.objective.matched_by_urgency == whole.objective.matched_by_urgency
    assert quick.objective.total == pytest.approx(whole.objective.total, abs=1e-6)
    assert pairs_of_north(instance, quick) <= free - 5


def test_ruled_stable_and_lotteries_are_refused_and_the_comparison_says_so() -> None:
    document = one_place(0.5) | {"limits": [{"most": 1}]}
    with pytest.raises(InstanceError, match="policy: limits, minimum loads"):
        solve(Instance.from_dict(document), policy="stable")
    with pytest.raises(InstanceError, match="lottery: with limits"):
        solve(Instance.from_dict(document | {"lottery": {"seed": 1, "width": 1}}))

    assert list(compare(Instance.from_dict(document)).left_out) == ["stable"]


def test_ruled_nothing_to_match_is_an_answer() -> None:
    nothing = {"schools": [], "leaders": [], "pairs": []}
    instance = Instance.from_dict(nothing | {"limits": [{"most": 1}]})
    asked = Instance.from_dict(nothing | {"limits": [{"least": 1}]})

    assert solve(instance).status == "optimal"
    assert solve(asked).to_dict(asked)["infeasible"] == [
        {"rule": "at least 1 pairs of any kind", "asked": 1, "enough": 0}
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"limits": [{"most": -1}]}, "limits[0].most: -1 is negative"),
        ({"limits": [{"least": 2, "most": 1}]}, "limits[0]: at least 2 and at most 1 contradict"),
        (
            {"limits": [{"max": 1}]},
            "limits[0]: the key 'max' is not known; known: leaders, least, most, schools",
        ),
        (
            {"limits": [{"schools": "north"}]},
            'limits[0].schools: must be an object such as {"owner": "north"}',
        ),
        ({"together": [{"schools": [5]}]}, "together[0].schools[0]: nobody among the schools has the id 5"),
        ({"together": [{"schools": [1, 1]}]}, "together[0].schools: 1 is in a group already"),
        ({"together": [{"schools": 1}]}, "together[0].schools: must be a list of school ids"),
        ({"leaders": [{"id": 9, "capacity": 1, "minimum": -1}]}, "leaders[0].minimum: -1 is negative"),
    ],
)
def test_rules_that_are_wrong_are_refused(change: dict, sentence: str) -> None:
    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(one_place(0.5) | change)

    assert str(refusal.value) == sentence
