"""What newcomers are worth is what solving with them gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import POLICIES, solve
from matching.errors import InstanceError
from matching.instances import Instance
from matching.recruiting import Newcomer, gain_of
from matching.what_if import displaced
from tests.matching.instance_cases import best_value, documents, one_place


@settings(max_examples=80, deadline=None)
@given(documents(schools=4, leaders=3), st.data())
def test_gain_of_equals_brute_force_with_and_without(document: dict, data: st.DataObject) -> None:
    ids = [entry["id"] for entry in document["schools"]]
    scores = {i: data.draw(st.sampled_from([0.1, 0.6, 1.1])) for i in ids if data.draw(st.booleans())}
    newcomer = Newcomer("N", data.draw(st.integers(0, 2)), scores)

    gain = gain_of(Instance.from_dict(document), [newcomer])

    wider = {
        **document,
        "leaders": [*document["leaders"], {"id": "N", "capacity": newcomer.capacity}],
        "pairs": [
            *document["pairs"],
            *({"school": i, "leader": "N", "score": s} for i, s in scores.items()),
        ],
    }
    before, after = best_value(document), best_value(wider)
    assert tuple(gain.matched_by_urgency.values()) == tuple(
        b - a for a, b in zip(before[:-1], after[:-1], strict=True)
    )
    assert gain.total == pytest.approx(after[-1] - before[-1], abs=1e-8)


def test_gain_of_raises_the_worst_off_under_fair() -> None:
    instance = Instance.from_dict(one_place(0.2))

    gain = gain_of(instance, [Newcomer(10, 1, {1: 0.7}), Newcomer(11, 1, {1: 0.6})], policy="fair")

    assert (gain.worst_before, gain.worst_after) == (0.2, 0.7)
    assert gain.helped_by == {10: 1, 11: 0}
    assert gain.newly_matched == ()


@pytest.mark.parametrize(
    ("newcomer", "sentence"),
    [
        (Newcomer(9, 1, {1: 0.5}), "leaders[1].id: 9 repeats the id of leaders[0]"),
        (Newcomer(10, 1, {7: 0.5}), "newcomer 10: nobody among the schools has the id 7"),
        (Newcomer(10, -1, {1: 0.5}), "leaders[1].capacity: -1 is below 0"),
    ],
)
def test_gain_of_newcomer_that_cannot_be_is_refused(newcomer: Newcomer, sentence: str) -> None:
    with pytest.raises(InstanceError) as refusal:
        gain_of(Instance.from_dict(one_place(0.2)), [newcomer])

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("policy", POLICIES)
def test_displaced_under_every_policy_locks_and_solves_again(policy: str) -> None:
    instance = Instance.from_dict(one_place(0.75, 0.5))
    best = solve(instance, policy=policy)

    cost = displaced(instance, best, 2, 9)

    assert cost.total == -0.25
    assert cost.loses_place == (1,)


def test_displaced_where_the_rules_leave_no_room() -> None:
    document = one_place(0.75, 0.5) | {"limits": [{"schools": {"owner": "north"}, "most": 0}]}
    document["schools"][1]["groups"] = {"owner": "north"}
    instance = Instance.from_dict(document)

    with pytest.raises(InstanceError, match="the rules leave no room for 2 and 9"):
        displaced(instance, solve(instance), 2, 9)
