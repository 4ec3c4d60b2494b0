"""The two network flows behind the exact assignment, on arrays from end to end.

First how many schools of each urgency can be matched (a maximum flow per prefix of
urgencies), then, with those numbers fixed by one node a level, the greatest total score
(one flow of least cost, with no large offsets). Goldberg & Tarjan 1990, Math. Oper. Res.
15, as OR-tools implements it.
"""

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.arrays import IntArray

FEW_LEVELS = 6
"""Up to so many levels, one maximum flow each; beyond, one flow with costs for all."""


def matched_by_level(school: IntArray, leader: IntArray, places: IntArray, level: IntArray) -> IntArray:
    """Count how many schools of each level are matched when earlier levels come first.

    Parameters
    ----------
    school, leader : ndarray of shape (n_edges,)
        Edges, by position.
    places : ndarray of shape (n_leaders,)
    level : ndarray of shape (n_schools,)
        From 0, the first to be served.

    Returns
    -------
    ndarray of shape (n_levels,)

    Examples
    --------
    >>> one = np.array([0, 0, 1]), np.array([0, 1, 0])
    >>> matched_by_level(*one, np.array([1, 1]), np.array([0, 1]))
    array([1, 1])
    """
    levels = int(level.max(initial=-1)) + 1
    asking = _asking(school, level.size)
    ceiling = int(places[_asking(leader, places.size)].sum())
    if asking.size <= ceiling:
        ceiling = _largest(school, leader, places, level)
    if asking.size == ceiling:
        return np.bincount(level[asking], minlength=levels)
    if levels > FEW_LEVELS:
        flow = _bipartite(school, leader, places, level.size, level[school])
        finish(flow.solve_max_flow_with_min_cost(), flow)
        chosen = np.flatnonzero(flow.flows(np.arange(school.size)))
        return np.bincount(level[school[chosen]], minlength=levels)
    matched, before = np.zeros(levels, dtype=np.int64), 0
    for k in range(levels):
        served = level[school] <= k
        reached = _largest(school[served], leader[served], places, level)
        matched[k], before = reached - before, reached
        if reached == ceiling:
            break
    return matched


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
    schools, leaders = level.size, places.size
    served = np.flatnonzero(matched[level[school]])
    school, leader, cost = school[served], leader[served], cost[served]
    reached = _asking(school, schools)
    sizes = np.bincount(level[reached], minlength=matched.size)
    left_out = sizes - matched
    waiting = reached[left_out[level[reached]] > 0]
    flow = _bipartite(school, leader, places, schools, cost)
    first = schools + leaders
    flow.add_arcs_with_capacity_and_unit_cost(
        waiting,
        first + level[waiting],
        np.ones(waiting.size, dtype=np.int64),
        np.zeros(waiting.size, dtype=np.int64),
    )
    flow.set_nodes_supplies(np.arange(first, first + matched.size), -left_out)
    finish(flow.solve_max_flow_with_min_cost(), flow)
    chosen: IntArray = served[np.flatnonzero(flow.flows(np.arange(school.size)))]
    return chosen


def _bipartite(
    school: IntArray, leader: IntArray, places: IntArray, schools: int, cost: IntArray
) -> min_cost_flow.SimpleMinCostFlow:
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        school, schools + leader, np.ones(school.size, dtype=np.int64), cost
    )
    asking = _asking(school, schools)
    flow.set_nodes_supplies(asking, np.ones(asking.size, dtype=np.int64))
    flow.set_nodes_supplies(schools + np.arange(places.size), -places)
    return flow


def _largest(school: IntArray, leader: IntArray, places: IntArray, level: IntArray) -> int:
    """Most schools that can be matched together."""
    if not school.size:
        return 0
    schools, leaders = level.size, places.size
    source, sink = schools + leaders, schools + leaders + 1
    asking = _asking(school, schools)
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(school, schools + leader, np.ones(school.size, dtype=np.int64))
    flow.add_arcs_with_capacity(np.full(asking.size, source), asking, np.ones(asking.size, dtype=np.int64))
    flow.add_arcs_with_capacity(schools + np.arange(leaders), np.full(leaders, sink), places)
    finish(flow.solve(source, sink), flow)
    return int(flow.optimal_flow())


def _asking(ends: IntArray, size: int) -> IntArray:
    """Schools (or leaders) that have an edge, ascending."""
    return np.flatnonzero(np.bincount(ends, minlength=size))


def finish(status: object, flow: max_flow.SimpleMaxFlow | min_cost_flow.SimpleMinCostFlow) -> None:
    """Stop if a flow did not end with an optimum."""
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with {status}; its numbers were bounded, so this is a fault")
