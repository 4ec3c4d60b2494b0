"""Policies ``total`` and ``fair`` under rules that no flow can keep.

The same order of aims, each an integer programme of its own, with what was reached
before held fast: coverage by urgency, then (``fair``) the worst-off, then the total. Out of
time, the best found so far stands, with the gap of the aim that is not proven.
"""

from dataclasses import asdict, replace

import numpy as np

from matching.answers import (
    Assignment,
    Result,
    Status,
    extra_of,
    gap_between,
    locked_pairs,
    plain_bound,
    result_of,
)
from matching.arrays import BoolArray, FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.errors import InstanceError
from matching.fair import LEVELS_PER_SCORE, levels_of, solve_fair
from matching.first_answers import first_answer
from matching.greatest_total import solve_total
from matching.instances import Instance
from matching.integer_programme import Broken, Programme
from matching.multipliers import narrowed
from matching.objective import levels_by_urgency
from matching.preferences import BlockingPairs, blocking_pairs
from matching.rule_rows import fault_of_rules, rows_of
from matching.ruled_search import EXACT_TO, Search
from matching.rules import Rules


def solve_ruled(instance: Instance, policy: str, clock: Clock) -> Assignment:
    """Solve an instance with rules beyond flows.

    Raises
    ------
    InstanceError
        The policy is ``stable``: with such rules a stable assignment may not exist. Or there
        is a lottery.
    """
    if policy == "stable":
        raise InstanceError("limits, minimum loads and schools that go together need total or fair", "policy")
    if instance.lottery is not None:
        raise InstanceError("with limits, minimum loads or groups of schools lots are not drawn", "lottery")
    search = Search(instance, Programme(instance, rows_of(instance)), clock)
    if not instance.rules.together:  # a group may take fewer places, so the flow is no bound then
        search.relaxed = _without_rules(instance, policy, clock)
        if (
            search.relaxed.status is Status.OPTIMAL
            and fault_of_rules(instance, search.relaxed.pair_of) is None
        ):
            return replace(search.relaxed, prices={}, extra=search.relaxed.extra | {"infeasible": []})
        _begin(search)
    finished = _cover_as_without_rules(search) or _cover(search)
    if search.pair_of is None and not clock.stopped:
        return _infeasible(instance, policy, search.programme.smallest_change(clock), clock)
    if finished and policy == "fair":
        finished = _raise_worst(search) and _settle_levels(search)
    if finished and (policy == "fair" or not search.added_up):
        finished = _add_up(search)
    return _assignment(search, policy, finished)


def _without_rules(instance: Instance, policy: str, clock: Clock) -> Assignment:
    """The flow's answer: nothing that keeps the rules can be better."""
    plain = replace(instance, rules=Rules())
    return solve_fair(plain, clock) if policy == "fair" else solve_total(plain, clock)


def _begin(search: Search) -> None:
    """A first answer, in case the time runs out before a programme has one."""
    relaxed = search.relaxed
    if relaxed is not None and relaxed.status is Status.OPTIMAL:
        search.pair_of = first_answer(search.instance, relaxed.pair_of, search.clock)
        if search.pair_of is not None:
            search.gap = gap_between(result_of(search.instance, search.pair_of), relaxed.objective)


def _cover_as_without_rules(search: Search) -> bool:
    """Try to match as many of every urgency as the flow does, which is often possible, in one programme."""
    if search.relaxed is None or search.relaxed.status is not Status.OPTIMAL or not search.programme.size:
        return False
    instance, programme = search.instance, search.programme
    kept_rows = len(programme.rows)
    urgencies, level = levels_by_urgency(instance)
    matched = search.relaxed.pair_of != NO_PAIR
    for n in range(len(urgencies)):
        here = (level == n)[instance.pair_school]
        programme.require(here, int((matched & (level == n)).sum()), np.inf)
    whole = programme.high.copy()
    if not search.clock.may_begin("coverage", 0.1):
        return False
    _narrow(search, matched)
    made = search.aim(instance.score + _worth_of_keeping(instance), "coverage", 0.1, patience=0.5)
    programme.high = whole
    if search.pair_of is not None:
        search.proven = dict(search.relaxed.objective.matched_by_urgency)
    if made is None:
        del programme.rows[kept_rows:]
        return False
    search.added_up = instance.change_price <= _outweighing(instance)
    return True


def _narrow(search: Search, matched: BoolArray) -> None:
    """Start from an answer of flows, and leave out the pairs that no better one can have."""
    found = narrowed(search.instance, matched, search.clock)
    if found is not None:
        search.pair_of = found.pair_of
        total = search.relaxed.objective.total if search.relaxed is not None else 0.0
        search.gap = found.above / max(abs(total), EXACT_TO)
        search.programme.drop(found.hopeless)


def _worth_of_keeping(instance: Instance) -> FloatArray:
    """What a pair proposed before is worth on top; at most a little more than all scores differ by."""
    if instance.previous is None:
        return np.zeros(instance.score.size)
    worth: FloatArray = np.where(instance.previous, min(instance.change_price, _outweighing(instance)), 0.0)
    return worth


def _outweighing(instance: Instance) -> float:
    spread = float(instance.score.max(initial=-np.inf) - instance.score.min(initial=np.inf))
    return len(instance.school_ids) * max(spread, EXACT_TO)


def _cover(search: Search) -> bool:
    """As many schools as possible, urgency by urgency; among the equally urgent, those that waited longer."""
    instance = search.instance
    urgencies, level = levels_by_urgency(instance)
    if not search.programme.size or not urgencies:
        made = search.aim(np.zeros(search.programme.size), "coverage", 0.0)
        return made is not None
    for urgency in sorted(set(urgencies)):
        levels = [n for n, of in enumerate(urgencies) if of == urgency]
        here = np.isin(level, levels)[instance.pair_school]
        number = search.count(here, "coverage", 0.5 * levels[0] / len(urgencies))
        if number is None:
            return False
        search.proven[urgency] = number
        for one in levels[:-1]:
            waiting = (level == one)[instance.pair_school]
            if search.count(waiting, "coverage", 0.5 * one / len(urgencies)) is None:
                return False
    return True


def _raise_worst(search: Search) -> bool:
    """Leave out the lowest scores one by one, as long as the numbers can be kept: by bisection."""
    instance, programme = search.instance, search.programme
    score, found = instance.score, search.pair_of
    if found is None or not (found != NO_PAIR).any():
        return True
    lowest = float(score[instance.locked].min(initial=np.inf))
    steps = np.unique(score[instance.allowed])
    steps = steps[steps <= lowest]
    whole = programme.high.copy()
    low, high = 0, steps.size
    while low < high:
        guess = (low + high) // 2
        programme.drop(score < steps[guess])
        made = search.aim(np.zeros(score.size), "worst", 0.5)
        if made is None and search.clock.stopped:
            return False
        low, high = (low, guess) if made is None else (guess + 1, high)
        programme.high = whole.copy()
    if low:
        programme.drop(score < steps[low - 1])
    return True


def _settle_levels(search: Search) -> bool:
    """As few as possible at the lowest hundredth, then at the next, …"""
    levels = levels_of(search.instance)
    present = np.unique(levels[search.programme.high > 0])
    for n, level in enumerate(present[:-1].tolist()):
        if search.count(levels == level, "levels", 0.5 + 0.4 * n / present.size, fewest=True) is None:
            return False
        search.proven_up_to = level / LEVELS_PER_SCORE
    return True


def _add_up(search: Search) -> bool:
    """The greatest total, less the price of changes."""
    instance = search.instance
    outweighs = instance.previous is not None and instance.change_price > _outweighing(instance)
    if outweighs and instance.previous is not None:
        if search.count(instance.previous, "changes", 0.9) is None:
            return False
        return search.aim(instance.score, "total", 0.95) is not None
    return search.aim(instance.score + _worth_of_keeping(instance), "total", 0.9) is not None


def _assignment(search: Search, policy: str, finished: bool) -> Assignment:
    instance, clock = search.instance, search.clock
    nothing = search.pair_of is None
    pair_of = locked_pairs(instance) if search.pair_of is None else search.pair_of
    fault = fault_of_rules(instance, pair_of)
    if fault and not nothing:
        raise ArithmeticError(f"the answer breaks a rule, which is a fault: {fault}")
    reached, plain = result_of(instance, pair_of), plain_bound(instance)
    if search.relaxed is not None and search.relaxed.bound is not None:
        plain = search.relaxed.bound
    by_urgency = {u: search.proven.get(u, most) for u, most in plain.matched_by_urgency.items()}
    unfinished = Status.CANCELLED if clock.cancelled or fault else Status.FEASIBLE
    return Assignment(
        policy=policy,
        status=Status.OPTIMAL if finished else unfinished,
        pair_of=pair_of,
        objective=reached,
        bound=reached if finished else Result(by_urgency, plain.total),
        gap=0.0 if finished else max(search.gap, EXACT_TO),
        resolution=1 / LEVELS_PER_SCORE if policy == "fair" else EXACT_TO,
        prices={},
        blocking=blocking_pairs(instance, pair_of),
        seconds=clock.seconds(),
        extra=_extra(search, policy, pair_of, finished),
    )


def _extra(search: Search, policy: str, pair_of: IntArray, finished: bool) -> dict[str, object]:
    extra: dict[str, object] = {"infeasible": []}
    if policy == "fair":
        extra["proven_up_to"] = None if finished else search.proven_up_to
    return extra | extra_of(search.instance, pair_of, np.zeros(0, dtype=np.int64))


def _infeasible(instance: Instance, policy: str, broken: tuple[Broken, ...], clock: Clock) -> Assignment:
    """No pairs, and the rules that would have to give way."""
    nobody = np.full(len(instance.school_ids), NO_PAIR, dtype=np.int64)
    return Assignment(
        policy=policy,
        status=Status.INFEASIBLE,
        pair_of=nobody,
        objective=result_of(instance, nobody),
        bound=None,
        gap=0.0,
        resolution=EXACT_TO,
        prices={},
        blocking=BlockingPairs(0, ()),
        seconds=clock.seconds(),
        extra={"infeasible": [asdict(rule) for rule in broken]},
    )
