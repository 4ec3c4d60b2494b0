"""The two network flows behind the exact assignment, on arrays from end to end.

First how many schools of each urgency can be matched (a maximum flow per prefix of
urgencies), then, with those numbers fixed by one node a level, the greatest total score
(one flow of least cost, with no large offsets). Goldberg & Tarjan 1990, Math. Oper. Res.
15, as OR-tools implements it.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.arrays import BoolArray, IntArray
from matching.positions import ranges

FEW_LEVELS = 6
"""Up to so many levels, one maximum flow each; beyond, one flow with costs for all."""


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """How many schools of each level are matched, and what is left to choose from.

    Parameters
    ----------
    matched : ndarray of shape (n_levels,)
    edges : ndarray of int, ascending
        Positions of the edges; no assignment that reaches those numbers has any of the others.
    """

    matched: IntArray
    edges: IntArray


def coverage_by_level(school: IntArray, leader: IntArray, places: IntArray, level: IntArray) -> Coverage:
    """Count how many schools of each level are matched when earlier levels come first.

    Parameters
    ----------
    school, leader : ndarray of shape (n_edges,)
        Edges, by position; ascending by school.
    places : ndarray of shape (n_leaders,)
    level : ndarray of shape (n_schools,)
        From 0, the first to be served.

    Returns
    -------
    Coverage

    Notes
    -----
    What is best matches as many of each prefix of levels as can be, so it is a largest
    matching of each prefix; what no largest matching of one has, can be left out
    (:func:`contested`).

    Examples
    --------
    >>> one = np.array([0, 0, 1]), np.array([0, 1, 0])
    >>> coverage_by_level(*one, np.array([1, 1]), np.array([0, 1])).matched
    array([1, 1])
    """
    levels = int(level.max(initial=-1)) + 1
    every = np.arange(school.size)
    asking = _asking(school, level.size)
    ceiling = int(places[_asking(leader, places.size)].sum())
    if asking.size <= ceiling:
        ceiling = _largest(school, leader, places, level).size
    if asking.size == ceiling:
        return Coverage(np.bincount(level[asking], minlength=levels), every)
    if levels > FEW_LEVELS:
        flow = _bipartite(school, leader, places, level.size, level[school])
        finish(flow.solve_max_flow_with_min_cost(), flow)
        chosen = np.flatnonzero(flow.flows(every))
        return Coverage(np.bincount(level[school[chosen]], minlength=levels), every)
    matched, before, edges = np.zeros(levels, dtype=np.int64), 0, every
    for k in range(levels):
        served = edges[level[school[edges]] <= k]
        ends = school[served], leader[served]
        made = _largest(*ends, places, level)
        matched[k], before = made.size - before, made.size
        schools, leaders = contested(*ends, made, level.size, places.size)
        edges = edges[schools[school[edges]] | ~leaders[leader[edges]]]
        if made.size == ceiling:
            break
    return Coverage(matched, edges)


def contested(
    school: IntArray, leader: IntArray, made: IntArray, schools: int, leaders: int
) -> tuple[BoolArray, BoolArray]:
    """Schools that some largest matching leaves out, and the leaders they ask.

    Those leaders are full in every largest matching, and with these schools only (Dulmage &
    Mendelsohn 1958, Can. J. Math. 10): from an unmatched school, along any edge, and back
    along an edge of the matching.

    Parameters
    ----------
    school, leader : ndarray of shape (n_edges,)
        Ascending by school.
    made : ndarray of int
        Positions of the edges of a largest matching.
    schools, leaders : int
        How many there are.

    Returns
    -------
    schools : ndarray of bool, shape (n_schools,)
    leaders : ndarray of bool, shape (n_leaders,)

    Examples
    --------
    >>> contested(np.array([0, 1, 2]), np.array([0, 0, 1]), np.array([0, 2]), 3, 2)
    (array([ True,  True, False]), array([ True, False]))
    """
    starts = np.searchsorted(school, np.arange(schools + 1))
    helped = made[np.argsort(leader[made], kind="stable")]
    helped_from = np.searchsorted(leader[helped], np.arange(leaders + 1))
    out: BoolArray = np.diff(starts) > 0
    out[school[made]] = False
    asked: BoolArray = np.zeros(leaders, dtype=bool)
    newly = np.flatnonzero(out)
    while newly.size:
        reached = np.zeros(leaders, dtype=bool)
        reached[leader[ranges(starts, newly)]] = True
        reached &= ~asked
        asked |= reached
        newly = school[helped[ranges(helped_from, np.flatnonzero(reached))]]
        newly = newly[~out[newly]]
        out[newly] = True
    return out, asked


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


def _largest(school: IntArray, leader: IntArray, places: IntArray, level: IntArray) -> IntArray:
    """Edges that match as many schools as can be matched together."""
    if not school.size:
        return np.zeros(0, dtype=np.int64)
    schools, leaders = level.size, places.size
    source, sink = schools + leaders, schools + leaders + 1
    asking = _asking(school, schools)
    flow = max_flow.SimpleMaxFlow()
    edges = flow.add_arcs_with_capacity(school, schools + leader, np.ones(school.size, dtype=np.int64))
    flow.add_arcs_with_capacity(np.full(asking.size, source), asking, np.ones(asking.size, dtype=np.int64))
    flow.add_arcs_with_capacity(schools + np.arange(leaders), np.full(leaders, sink), places)
    finish(flow.solve(source, sink), flow)
    made: IntArray = np.flatnonzero(flow.flows(edges))
    return made


def _asking(ends: IntArray, size: int) -> IntArray:
    """Schools (or leaders) that have an edge, ascending."""
    return np.flatnonzero(np.bincount(ends, minlength=size))


def finish(status: object, flow: max_flow.SimpleMaxFlow | min_cost_flow.SimpleMinCostFlow) -> None:
    """Stop if a flow did not end with an optimum."""
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with {status}; its numbers were bounded, so this is a fault")
