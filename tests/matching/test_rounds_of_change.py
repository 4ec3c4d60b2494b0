"""A second round disturbs as little as asked, remembers who waited, and draws lots in the open."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import POLICIES, solve
from matching.errors import InstanceError
from matching.instance_changes import with_place
from matching.instances import Instance
from matching.lottery import Lottery
from matching.rounds import RoundRules, play, score_phases
from tests.matching.countries import random_country
from tests.matching.instance_cases import (
    allowed_pairs,
    documents,
    every_assignment,
    one_place,
    synthetic,
    value,
)
from tests.matching.test_prices import assert_same, change


@st.composite
def second_rounds(draw: st.DrawFn) -> dict:
    """Documents with proposals of an earlier round and a price for changing them."""
    document = draw(documents(schools=4, leaders=3))
    listed = [[p["school"], p["leader"]] for p in document["pairs"]]
    before = {school: pair for pair in listed if draw(st.booleans()) for school in pair[:1]}
    document["previous"] = list(before.values())
    if document["previous"]:
        document["change_price"] = draw(st.sampled_from([0, 0.1, 0.25, 3, 1e12]))
    return document


def worth(document: dict, made: dict) -> tuple:
    """Numbers matched, then total less the price of the changes."""
    *counts, total = value(document, made)
    kept = sum(made.get(school) == leader for school, leader in document["previous"])
    changed = len(document["previous"]) - kept
    return (*counts, round(total - document.get("change_price", 0) * changed, 4))


@settings(max_examples=200, deadline=None)
@given(second_rounds())
def test_price_of_change_equals_brute_force(document: dict) -> None:
    instance = Instance.from_dict(document)

    best = solve(instance)

    made = dict(best.pairs(instance))
    assert worth(document, made) == max(worth(document, a) for a in every_assignment(document))
    assert best.objective.total == pytest.approx(worth(document, made)[-1], abs=1e-4, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(second_rounds())
def test_price_of_change_prices_of_places_equal_solving_again(document: dict) -> None:
    if document.get("change_price", 0) > 100:
        return  # the difference of two totals of 1e12 is no figure
    instance = Instance.from_dict(document)
    best = solve(instance)

    for leader, price in best.prices.items():
        assert_same(price, change(best, solve(with_place(instance, leader))))


def test_price_of_change_free_changes_all_and_dear_changes_the_fewest() -> None:
    plain = synthetic(200, 60, 8, seed=6)
    first = solve(plain).pairs(plain)
    declined = first[::10]
    again = {
        price: solve(second := _again(plain, first, declined, price)).to_dict(second)
        for price in (0.0, 0.05, 0.3, 1e9)
    }

    changes = [answer["changed"] for answer in again.values()]
    totals = [answer["total"] for answer in again.values()]
    assert all(a >= b for a, b in pairwise(changes))
    assert all(a >= b - 1e-6 for a, b in pairwise(totals))
    assert changes[0] > changes[-1] >= len(declined)
    assert len({str(answer["matched_by_urgency"]) for answer in again.values()}) == 1


def _again(plain: Instance, first: list, declined: list, price: float) -> Instance:
    return Instance.from_arrays(
        plain.school_ids,
        plain.urgency,
        plain.leader_ids,
        plain.capacity,
        plain.pair_school,
        plain.pair_leader,
        plain.score,
        forbidden=declined,
        previous=first,
        change_price=price,
    )


def test_price_of_change_comes_after_coverage() -> None:
    document = one_place(0.5, 0.9) | {"previous": [[2, 9]], "change_price": 100}
    document["schools"][1]["urgency"] = 2

    instance = Instance.from_dict(document)
    answer = solve(instance).to_dict(instance)

    assert answer["pairs"] == [[1, 9]]
    assert answer["changed"] == 1
    assert answer["objective"]["total"] == pytest.approx(0.5 - 100)
    assert answer["total"] == 0.5


def test_price_of_change_under_fair_decides_where_the_worst_off_tie() -> None:
    document = {
        "schools": [{"id": 1}, {"id": 2}],
        "leaders": [{"id": 8, "capacity": 1}, {"id": 9, "capacity": 1}],
        "pairs": [{"school": i, "leader": j, "score": 0.5} for i in (1, 2) for j in (8, 9)],
        "previous": [[1, 9]],
        "change_price": 0.1,
    }
    instance = Instance.from_dict(document)

    assert solve(instance, policy="fair").pairs(instance) == [(1, 9), (2, 8)]


def test_price_of_change_is_refused_under_stable() -> None:
    instance = Instance.from_dict(one_place(0.5) | {"previous": [[1, 9]], "change_price": 1})

    with pytest.raises(InstanceError, match="a price of change has no meaning under stable"):
        solve(instance, policy="stable")


def test_waited_school_comes_first_in_the_second_round() -> None:
    document = one_place(0.9, 0.5)
    first = Instance.from_dict(document)
    left_out = {entry["school"] for entry in solve(first).to_dict(first)["unmatched"]}
    for entry in document["schools"]:
        entry["waited"] = int(entry["id"] in left_out)

    second = Instance.from_dict(document)

    assert solve(first).pairs(first) == [(1, 9)]
    assert solve(second).pairs(second) == [(2, 9)]


@settings(max_examples=150, deadline=None)
@given(documents(), st.data())
def test_waited_never_costs_a_more_urgent_school_its_place(document: dict, data: st.DataObject) -> None:
    for entry in document["schools"]:
        entry["waited"] = data.draw(st.integers(0, 2))
    instance = Instance.from_dict(document)

    made = dict(solve(instance).pairs(instance))

    def ladder(assignment: dict) -> tuple:
        order = sorted({(e["urgency"], -e["waited"]) for e in document["schools"]})
        of = {e["id"]: (e["urgency"], -e["waited"]) for e in document["schools"]}
        total = sum(allowed_pairs(document)[pair] for pair in assignment.items())
        return (*(sum(of[i] == level for i in assignment) for level in order), round(total, 6))

    assert ladder(made) == max(ladder(a) for a in every_assignment(document))
    assert value(document, made)[:-1] == max(value(document, a)[:-1] for a in every_assignment(document))


@pytest.mark.parametrize("policy", POLICIES)
def test_lottery_is_logged_and_even(policy: str) -> None:
    document = one_place(0.5, 0.501, 0.502, 0.9, 0.4)
    document["leaders"][0]["capacity"] = 2
    winners = []
    for seed in range(150):
        document["lottery"] = {"seed": seed, "width": 0.01}
        instance = Instance.from_dict(document)
        answer = solve(instance, policy=policy).to_dict(instance)
        assert answer["lottery"]["seed"] == seed
        assert answer["blocking_count"] == 0
        winners.append({school for school, _ in answer["pairs"]})

    assert all(4 in pair and 5 not in pair for pair in winners)
    for school in (1, 2, 3):
        assert 30 < sum(school in pair for pair in winners) < 70


def test_lottery_names_the_schools_it_decided_about() -> None:
    document = one_place(0.5, 0.501, 0.9)
    document["leaders"].append({"id": 10, "capacity": 1})
    document["pairs"].append({"school": 3, "leader": 10, "score": 0.9})
    document["lottery"] = {"seed": 1, "width": 0.05}
    instance = Instance.from_dict(document)

    assert solve(instance).to_dict(instance)["lottery"] == {"seed": 1, "width": 0.05, "drawn": [1, 2]}


def test_lottery_does_not_hang_on_who_else_takes_part() -> None:
    document = one_place(0.5, 0.501) | {"lottery": {"seed": 3, "width": 0.05}}
    few = Instance.from_dict(document)
    document["schools"] += [{"id": n} for n in range(10, 40)]
    document["leaders"] += [{"id": 70, "capacity": 3}]
    document["pairs"] += [{"school": n, "leader": 70, "score": 0.5} for n in range(10, 40)]
    many = Instance.from_dict(document)

    assert solve(few).pairs(few)[0] == next(pair for pair in solve(many).pairs(many) if pair[1] == 9)


def test_lottery_stays_within_its_width_of_the_best_total() -> None:
    plain = synthetic(150, 50, 8, seed=3)
    drawn = Instance.from_arrays(
        plain.school_ids,
        plain.urgency,
        plain.leader_ids,
        plain.capacity,
        plain.pair_school,
        plain.pair_leader,
        plain.score,
        lottery=Instance.from_dict(one_place(1) | {"lottery": {"seed": 1, "width": 0.02}}).lottery,
    )
    best, lot = solve(plain), solve(drawn)

    assert lot.objective.matched_by_urgency == best.objective.matched_by_urgency
    matched = np.count_nonzero(lot.pair_of >= 0)
    assert best.objective.total - 0.02 * matched <= lot.objective.total <= best.objective.total


def test_play_takes_a_second_round_from_the_first() -> None:
    country = random_country(2)
    phases = score_phases([country.prepared()])
    urgency = {need.school: need.urgency for need in country.needs}
    first = play(phases, urgency)
    made = first.assignment.pairs(first.instance)
    left_out = {school: 1 for school, _ in first.assignment.unmatched(first.instance)}

    again = RoundRules(forbidden=made[:1], previous=[*made, (4444, 1)], change_price=1e6, waited=left_out)
    second = play(phases, urgency, again)

    assert second.instance.proposals == len(made)
    assert second.assignment.extra["changed"] >= 1
    assert second.instance.waited.sum() == len(left_out)  # type: ignore[union-attr]
    drawn = play(phases, urgency, RoundRules(change_price=1.0, lottery=Lottery(3, 0.1)))
    assert drawn.assignment.extra["lottery"]


@pytest.mark.parametrize(
    ("key", "given", "sentence"),
    [
        (
            "change_price",
            1,
            "change_price: there are no previous pairs whose change it could be the price of",
        ),
        ("change_price", -1, "change_price: -1 is negative"),
        ("change_price", "1", "change_price: '1' is not a number"),
        ("previous", [[1, 8]], "previous[0]: nobody among the leaders has the id 8"),
        ("lottery", {"seed": 1}, "lottery: the width is missing"),
        ("lottery", {"seed": 1, "width": 0}, "lottery.width: 0.0 is not a number above 0"),
        ("lottery", {"seed": 1.5, "width": 1}, "lottery.seed: 1.5 is not a whole number"),
        ("lottery", 7, 'lottery: must be an object such as {"seed": 7, "width": 0.05}'),
    ],
)
def test_options_that_are_wrong_are_refused(key: str, given: object, sentence: str) -> None:
    with pytest.raises(InstanceError) as refusal:
        Instance.from_dict(one_place(0.5) | {key: given})

    assert str(refusal.value) == sentence
