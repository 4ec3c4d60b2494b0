"""The network flow behind rules that are charged a price, on arrays from end to end.

With the numbers of schools of each urgency known and fixed by one node a level, the greatest total score is
one flow of least cost, with no large offsets. Goldberg & Tarjan 1990, Math. Oper. Res. 15, as
OR-tools implements it.
"""

import numpy as np

from matching.arrays import IntArray


def cheapest_pairs(
    school: IntArray, leader: IntArray, cost: IntArray, places: IntArray, level: IntArray, matched: IntArray
) -> IntArray:
    """Choose the edges of least total cost that match exactly those numbers a level.

    Parameters
    ----------
    school, leader, cost : ndarray of shape (n_edges,)
    places : ndarray of shape (n_leaders,)
    level : ndarray of shape (n_schools,)
    matched : ndarray of shape (n_levels,)
        Numbers that are known to be possible.

    Returns
    -------
    ndarray of int, ascending
        Positions of the edges.
    """
    # here and not above: only rules that are charged a price need this solver
    from ortools.graph.python import min_cost_flow

    schools, leaders = level.size, places.size
    served = np.flatnonzero(matched[level[school]])
    school, leader, cost = school[served], leader[served], cost[served]
    reached = _asking(school, schools)
    sizes = np.bincount(level[reached], minlength=matched.size)
    left_out = sizes - matched
    waiting = reached[left_out[level[reached]] > 0]
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        school, schools + leader, np.ones(school.size, dtype=np.int64), cost
    )
    flow.set_nodes_supplies(reached, np.ones(reached.size, dtype=np.int64))
    flow.set_nodes_supplies(schools + np.arange(places.size), -places)
    first = schools + leaders
    flow.add_arcs_with_capacity_and_unit_cost(
        waiting,
        first + level[waiting],
        np.ones(waiting.size, dtype=np.int64),
        np.zeros(waiting.size, dtype=np.int64),
    )
    flow.set_nodes_supplies(np.arange(first, first + matched.size), -left_out)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with {status}; its numbers were bounded, so this is a fault")
    chosen: IntArray = served[np.flatnonzero(flow.flows(np.arange(school.size)))]
    return chosen


def _asking(ends: IntArray, size: int) -> IntArray:
    """Schools (or leaders) that have an edge, ascending."""
    return np.flatnonzero(np.bincount(ends, minlength=size))
