"""What can be said under rules before any integer programme has ended."""

from dataclasses import replace

import numpy as np

from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.first_answers import first_answer
from matching.instances import Instance
from matching.rule_rows import fault_of_rules
from matching.rules import Limit, Rules
from tests.matching.instance_cases import synthetic


def loads(instance: Instance, pair_of: np.ndarray) -> np.ndarray:
    return np.bincount(instance.pair_leader[pair_of[pair_of != NO_PAIR]], minlength=instance.capacity.size)


def with_minimum(plain: Instance, least: int) -> Instance:
    """Every leader takes at least so many, as far as the places go."""
    ids = plain.leader_ids
    wanted = {one: min(least, int(places)) for one, places in zip(ids, plain.capacity, strict=True)}
    return replace(plain, rules=Rules(minimum=wanted))


def test_minimum_loads_of_a_country_are_met_before_any_programme() -> None:
    # more places than schools, so that the best matching leaves many leaders without anybody
    plain = synthetic(900, 700, 12, seed=3)
    instance = with_minimum(plain, 1)
    best = solve(plain).pair_of
    asked = np.minimum(plain.capacity, 1)
    assert (loads(plain, best) < asked).any()

    found = first_answer(instance, best, Clock(None, None))

    assert found is not None
    assert fault_of_rules(instance, found) is None
    assert (loads(instance, found) >= asked).all()


def test_a_country_with_minimum_loads_has_an_answer_when_the_time_is_short() -> None:
    instance = with_minimum(synthetic(3500, 1000, 22, seed=0), 1)

    answer = solve(instance, time_limit=2.0)

    assert answer.status in ("feasible", "optimal")
    assert sum(answer.objective.matched_by_urgency.values()) > 900
    assert (loads(instance, answer.pair_of) >= np.minimum(instance.capacity, 1)).all()


def test_a_limit_from_below_and_one_from_above_are_met_together() -> None:
    plain = synthetic(300, 100, 10, seed=5)
    labels = tuple({"area": "north" if n % 4 == 0 else "south"} for n in range(100))
    best = solve(plain).pair_of
    north = sum(plain.pair_leader[p] % 4 == 0 for p in best if p != NO_PAIR)
    south = int((best != NO_PAIR).sum()) - north
    rules = Rules(
        limits=(
            Limit(leaders={"area": "south"}, most=south // 2),
            Limit(leaders={"area": "north"}, least=max(1, north // 2)),
        )
    )
    instance = replace(plain, leader_labels=labels, rules=rules)

    found = first_answer(instance, best, Clock(None, None))

    assert found is not None
    assert fault_of_rules(instance, found) is None


def test_what_cannot_be_met_gives_no_first_answer() -> None:
    plain = synthetic(30, 10, 3, seed=1)
    instance = replace(plain, rules=Rules(minimum={plain.leader_ids[0]: 31}))

    assert first_answer(instance, solve(plain).pair_of, Clock(None, None)) is None
