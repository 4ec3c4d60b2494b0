"""Policy ``stable``: no school and leader would both rather have each other.

School-optimal deferred acceptance with places (Gale & Shapley 1962, Am. Math. Monthly 69):
each school asks down its list, each leader keeps the best it was asked by. Every school
gets the best leader that it has in any stable assignment, so none gains by a shorter or
untrue list (Dubins & Freedman 1981, Am. Math. Monthly 88; Roth 1985, J. Econ. Theory 36);
leaders can.
"""

import numpy as np

from matching.answers import Assignment, Status, extra_of, locked_pairs, result_of
from matching.arrays import IntArray
from matching.clock import Clock
from matching.errors import InstanceError
from matching.instances import Instance
from matching.preferences import blocking_pairs, leader_liking, school_liking


def solve_stable(instance: Instance, clock: Clock) -> Assignment:
    """Solve under ``stable``; that no pair blocks is checked, not assumed.

    Raises
    ------
    InstanceError
        Changes have a price.
    ArithmeticError
        A pair blocks: a fault of the engine.
    """
    if instance.change_price:
        raise InstanceError(
            "a price of change has no meaning under stable, which adds up nothing", "change_price"
        )
    done = clock.may_begin("offers", 0.0)
    pair_of = stable_pairs(instance) if done else locked_pairs(instance)
    blocking = blocking_pairs(instance, pair_of)
    if done and blocking.count:
        raise ArithmeticError(f"{blocking.first[0]} blocks the stable assignment, which is a fault")
    proven = blocking.count == 0
    return Assignment(
        policy="stable",
        status=Status.OPTIMAL if proven else Status.CANCELLED if clock.cancelled else Status.FEASIBLE,
        pair_of=pair_of,
        objective=result_of(instance, pair_of),
        bound=None,
        gap=0.0 if proven else 1.0,
        resolution=None,
        prices={},
        blocking=blocking,
        seconds=clock.seconds(),
        extra=extra_of(instance, pair_of, np.zeros(0, dtype=np.int64)),
    )


def stable_pairs(instance: Instance) -> IntArray:
    """The stable assignment that every school likes best; locked pairs stand.

    Each side prefers by its stated ranking, and without one by score, then by id.

    Returns
    -------
    ndarray of shape (n_schools,)
        Position of each school's pair, or -1.

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [2, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> stable_pairs(two)
    array([ 0, -1])
    """
    pair_of = locked_pairs(instance)
    edges = np.flatnonzero(instance.free & (instance.free_capacity > 0)[instance.pair_leader])
    school, leader = instance.pair_school[edges], instance.pair_leader[edges]
    lists = np.lexsort(
        (*_ties(instance, instance.leader_order, leader), school_liking(instance)[edges], school)
    )
    by_leader = np.lexsort(
        (*_ties(instance, instance.school_order, school), leader_liking(instance)[edges], leader)
    )
    standing = np.empty_like(by_leader)
    standing[by_leader] = np.arange(by_leader.size)
    kept = edges[by_leader[_kept(instance, school, leader, lists, standing, by_leader)]]
    pair_of[instance.pair_school[kept]] = kept
    return pair_of


def _ties(instance: Instance, order: IntArray, partner: IntArray) -> tuple[IntArray, ...]:
    """What sorts equals; nothing without a lottery, since pairs lie by id and the sort is stable."""
    return () if instance.lottery is None else (order[partner],)


def _kept(
    instance: Instance,
    school: IntArray,
    leader: IntArray,
    lists: IntArray,
    standing: IntArray,
    by_leader: IntArray,
) -> IntArray:
    """Standings of the pairs that are left when nobody asks any more.

    ``standing`` numbers the pairs so that, with the same leader, the lower is liked better.
    """
    # here and not above: what compiles takes a third of a second to load
    from matching.offers import best_kept

    bounds = np.searchsorted(school[lists], np.arange(len(instance.school_ids) + 1))
    asked = np.bincount(leader, minlength=len(instance.leader_ids))
    first_place = np.concatenate([[0], np.cumsum(np.minimum(instance.free_capacity, asked))])
    return best_kept(bounds, leader[lists], standing[lists], school[by_leader], first_place)
