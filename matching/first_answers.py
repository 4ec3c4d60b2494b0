"""A first answer under rules, by matchings without them: kept in case the time runs out."""

from dataclasses import replace

import numpy as np

from matching.arrays import IntArray
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.greatest_total import solve_total
from matching.instances import Instance
from matching.objective import objective_of
from matching.rule_rows import Row, fault_of_rules, rows_on_numbers
from matching.rules import Rules


def first_answer(instance: Instance, pair_of: IntArray, clock: Clock) -> IntArray | None:
    """An answer that keeps every rule on numbers, if one is found by three plain steps.

    Where a rule asks for more pairs than there are, the best ones that it lacks are locked and all are
    matched again; then, of each limit passed, only the best pairs made stay open.

    Parameters
    ----------
    instance : Instance
    pair_of : ndarray of shape (n_schools,)
        Best without the rules.
    clock : Clock

    Returns
    -------
    ndarray of shape (n_schools,), or None
        None if a rule is still broken.
    """
    rows = rows_on_numbers(instance)
    plain = replace(instance, rules=Rules())
    made = _made(instance, pair_of)
    if any(made[row.pairs].sum() < row.low for row in rows):
        plain = _with_the_least(plain, rows)
        pair_of = solve_total(plain, Clock(clock.left(), None)).pair_of
    for row in rows:
        held = pair_of[pair_of != NO_PAIR]
        held = held[np.isin(held, row.pairs)]
        if held.size <= row.high:
            continue
        urgency = instance.urgency[instance.pair_school[held]]
        order = np.lexsort((-instance.score[held], urgency, ~plain.locked[held]))
        closed = np.zeros(instance.score.size, dtype=bool)
        closed[row.pairs] = True
        closed[held[order[: int(row.high)]]] = False
        plain = replace(plain, forbidden=plain.forbidden | (closed & ~plain.locked))
        pair_of = solve_total(plain, Clock(clock.left(), None)).pair_of
    return pair_of if fault_of_rules(instance, pair_of) is None else None


def _with_the_least(plain: Instance, rows: list[Row]) -> Instance:
    """The instance with so many pairs locked that no rule lacks any, as far as they are found.

    Leaders with a minimum are served together, since they compete for the same schools; then each limit.
    """
    # here and not above: what compiles takes a third of a second to load
    from matching.ladder import best_edges

    lacking = [row for row in rows if row.low > 0 and row.pairs.size]
    own = [row for row in lacking if np.ptp(plain.pair_leader[row.pairs]) == 0]
    minimum = np.zeros(plain.capacity.size, dtype=np.int64)
    for row in own:
        leader = plain.pair_leader[row.pairs[0]]
        minimum[leader] = max(minimum[leader], int(row.low) - int(plain.locked[row.pairs].sum()))
    others = [row for row in lacking if all(row is not one for one in own)]
    steps = [(np.arange(plain.score.size), np.minimum(minimum, plain.free_capacity), None)] if own else []
    for pairs, places, most in [*steps, *((row.pairs, None, row) for row in others)]:
        room = plain.free_capacity if places is None else places
        edges = pairs[plain.free[pairs] & (room > 0)[plain.pair_leader[pairs]]]
        weighed = objective_of(plain)
        ends = plain.pair_school[edges], plain.pair_leader[edges]
        found = edges[best_edges(*ends, weighed.units[edges], room, weighed.level)]
        if most is not None:
            wanted = max(0, int(most.low) - int(plain.locked[most.pairs].sum()))
            order = np.lexsort((-plain.score[found], plain.urgency[plain.pair_school[found]]))
            found = found[order[:wanted]]
        locked = plain.locked.copy()
        locked[found] = True
        plain = replace(plain, locked=locked)
    return plain


def _made(instance: Instance, pair_of: IntArray) -> IntArray:
    """1 for each pair that is made."""
    made = np.zeros(instance.score.size, dtype=np.int64)
    made[pair_of[pair_of != NO_PAIR]] = 1
    return made
