"""Policy ``fair``: the same numbers matched as ``total``, and then the worst-off first.

The worst score of all is as high as possible, exactly; then the next worst, …, where scores
that round to the same hundredth count as equal (leximin: Rawls 1971; Sen 1977, Econometrica
45); then the total is the greatest. With the number matched fixed, leximin is: as few as
possible at the lowest level, then at the next (Burkard & Rendl 1991, Oper. Res. Lett. 10, on
lexicographic bottleneck problems). Each step is a flow of least cost on the face that the steps before left,
and each is proven by prices that are checked apart from how they were found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

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
from matching.arrays import FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.exchanges import Exchange
from matching.faces import Face, fault_of_prices, prices_in
from matching.greatest_total import best_pairs
from matching.instances import Instance
from matching.objective import WIDEST, Objective, objective_of
from matching.preferences import blocking_pairs
from matching.ties import settle_ties

LEVELS_PER_SCORE = 100
"""Scores that round to the same hundredth are equal in the order of the worst-off."""


@dataclass(slots=True, eq=False)
class _State:
    """An assignment, the assignments that are as good so far, and how far that goes.

    ``unsettled`` is the share of the matched schools whose leader is still open, None before the
    numbers matched are proven; ``proven_up_to`` the score up to which the order is.
    """

    pair_of: IntArray
    face: Face
    unsettled: float | None = None
    proven_up_to: float | None = None
    finished: bool = False
    drawn: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def solve_fair(instance: Instance, clock: Clock) -> Assignment:
    """Solve under ``fair``, each step with prices that were checked.

    Raises
    ------
    InstanceError
        The figures do not fit in 64 bits.
    ArithmeticError
        A step could not be proven: a fault of the engine.
    """
    weights = objective_of(instance)
    state = _State(locked_pairs(instance), Face.whole(instance))
    if clock.may_begin("flow", 0.0):
        state.pair_of = best_pairs(instance, weights)
        ladder = (len(weights.urgencies) - weights.level)[state.face.school]
        state.face = _proven(state.face, ladder, state.pair_of)
        state.unsettled = 1.0
        if clock.may_begin("worst", 0.1):
            _settle_worst(instance, state, clock)
            _settle_levels(instance, weights, state, clock)
    reached, plain = result_of(instance, state.pair_of), plain_bound(instance)
    unfinished = Status.CANCELLED if clock.cancelled else Status.FEASIBLE
    bound, gap = reached, 0.0
    if not state.finished and state.unsettled is None:
        bound, gap = plain, gap_between(reached, plain)
    elif not state.finished:
        bound, gap = Result(reached.matched_by_urgency, plain.total), state.unsettled or 0.0
    return Assignment(
        policy="fair",
        status=Status.OPTIMAL if state.finished else unfinished,
        pair_of=state.pair_of,
        objective=reached,
        bound=bound,
        gap=gap,
        resolution=1 / LEVELS_PER_SCORE,
        prices={},
        blocking=blocking_pairs(instance, state.pair_of),
        seconds=clock.seconds(),
        extra={
            "proven_up_to": None if state.finished else state.proven_up_to,
            **extra_of(instance, state.pair_of, state.drawn),
        },
    )


def levels_of(instance: Instance) -> IntArray:
    """Score of each pair in hundredths."""
    levels: IntArray = np.rint(instance.compared * LEVELS_PER_SCORE).astype(np.int64)
    return levels


def _settle_worst(instance: Instance, state: _State, clock: Clock) -> None:
    """Raise the lowest score as far as any assignment of the face allows, and prove it.

    Locked pairs stand; nobody has to be raised above the lowest of them.
    """
    score = instance.compared
    locked = _lowest(score[instance.locked])
    part = Exchange.of(state.face, state.pair_of)
    best = np.full(part.schools.size, -np.inf)
    np.maximum.at(best, part.school, score[part.pair])
    settled = np.setdiff1d(_free_pairs(instance, state.pair_of), part.pair, assume_unique=True)
    ceiling = min(locked, _lowest(score[settled]), _lowest(best[~part.optional]))
    worst = _lowest(score[_free_pairs(instance, state.pair_of)])
    steps = np.unique(np.append(score[part.pair], ceiling))
    steps = steps[(steps > worst) & (steps <= ceiling)]
    low, high = 0, steps.size
    guess = high - 1  # the highest first: it is often within reach
    while low < high and clock.may_go_on():
        trial = part.applied(state.pair_of, part.cheapest((score[part.pair] < steps[guess]).astype(np.int64)))
        reached = _lowest(score[_free_pairs(instance, trial)])
        if reached >= steps[guess]:
            state.pair_of, worst = trial, reached
            low = int(np.searchsorted(steps, reached, side="right"))
        else:
            high = guess
        guess = (low + high) // 2
    if low < high:
        return
    if worst < locked:
        _prove_worst(instance, state, part, worst)
    state.face = state.face.only(score[state.face.pair] >= min(worst, locked))


def _prove_worst(instance: Instance, state: _State, part: Exchange, worst: float) -> None:
    """Prove that somebody gets the worst score or less, by prices: a cut of the flow."""
    cut = state.pair_of
    if part.pair.size:
        cut = part.applied(cut, part.cheapest((instance.compared[part.pair] <= worst).astype(np.int64)))
    if _lowest(instance.compared[_free_pairs(instance, cut)]) > worst:
        raise ArithmeticError("the worst score could be higher, which is a fault")
    _proven(state.face, -(instance.compared[state.face.pair] <= worst).astype(np.int64), cut)


def _settle_levels(instance: Instance, weights: Objective, state: _State, clock: Clock) -> None:
    """Fewest at the lowest level, then at the next, …, then the greatest total, then the ids."""
    levels = levels_of(instance)
    matched = max(1, int(np.count_nonzero(state.pair_of != NO_PAIR)))
    done = np.iinfo(np.int64).min
    while True:
        part = Exchange.of(state.face, state.pair_of)
        state.unsettled = part.matched / matched
        if not clock.may_begin("levels", 1.0 - 0.8 * state.unsettled):
            return
        level = levels[part.pair]
        ahead = np.unique(level[level > done])
        if ahead.size < 2:  # the number at the last level follows from the others
            break
        state.face = _narrowed(state.face, state.pair_of, part)
        held = np.isin(part.pair, state.pair_of)
        taken = np.isin(ahead, level[held])
        if not taken[0]:  # nobody has to be there
            done = int(ahead[int(np.argmax(taken)) - 1])
            state.face = state.face.only(
                (levels[state.face.pair] > done)
                | (levels[state.face.pair] < ahead[0])
                | ~np.isin(state.face.pair, part.pair)
            )
        else:
            group = ahead[: _levels_at_once(part)]
            done = int(group[-1])
            cost = _ladder(group, part.largest + 1)
            state.pair_of = part.applied(state.pair_of, part.cheapest(cost(level)))
            state.face = _proven(state.face, -cost(levels[state.face.pair]), state.pair_of)
        state.proven_up_to = done / LEVELS_PER_SCORE
    if part.pair.size:
        state.pair_of = part.applied(state.pair_of, part.cheapest(-weights.units[part.pair]))
        state.face = _proven(state.face, weights.units[state.face.pair], state.pair_of)
        orders = instance.school_order, instance.leader_order
        state.pair_of, state.drawn = settle_ties(state.face, state.pair_of, *orders)
    fault = state.face.fault_of(state.pair_of, instance.settled)
    if fault:
        raise ArithmeticError(f"the assignment left what was proven best, which is a fault: {fault}")
    state.finished = True


def _levels_at_once(part: Exchange) -> int:
    """How many levels fit in one cost: each outweighs all the higher ones together."""
    nodes = part.schools.size + part.leaders.size + 4
    return max(1, int(np.log(WIDEST / (4 * nodes)) / np.log(part.largest + 1)))


def _ladder(group: IntArray, base: int) -> Callable[[IntArray], IntArray]:
    """Cost of a level in a group: a power of the base, the higher the lower the level; 0 elsewhere."""
    powers = np.array([base**n for n in range(group.size - 1, -1, -1)], dtype=np.int64)

    def cost(level: IntArray) -> IntArray:
        at = np.minimum(np.searchsorted(group, level), group.size - 1)
        return np.where(group[at] == level, powers[at], 0)

    return cost


def _narrowed(face: Face, pair_of: IntArray, part: Exchange) -> Face:
    """The same assignments, without the pairs that none of them has."""
    return face.only(np.isin(face.pair, np.concatenate([part.pair, pair_of[pair_of != NO_PAIR]])))


def _proven(face: Face, weight: IntArray, pair_of: IntArray) -> Face:
    """The best of a face, of which an assignment is proven to be one."""
    prices = prices_in(face, weight, pair_of)
    fault = fault_of_prices(face, weight, pair_of, *prices)
    if fault:
        raise ArithmeticError(f"a step could not be proven best, which is a fault: {fault}")
    return face.after(weight, *prices)


def _free_pairs(instance: Instance, pair_of: IntArray) -> IntArray:
    made = pair_of[pair_of != NO_PAIR]
    free: IntArray = made[~instance.locked[made]]
    return free


def _lowest(scores: FloatArray) -> float:
    return float(scores.min(initial=np.inf))
