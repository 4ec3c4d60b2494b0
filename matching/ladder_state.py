"""The arrays that the compiled steps of :mod:`matching.ladder` share."""

from typing import NamedTuple

import numpy as np

from matching.arrays import IntArray
from matching.compiled import compiled

NONE = -1
FAR = np.int64(2**62)
"""Farther than any path."""


class Graph(NamedTuple):
    """Who may be matched, read from either side.

    Parameters
    ----------
    school, leader, units : ndarray of shape (n_edges,)
        Ends and worth of each edge; ascending by school.
    of_school : ndarray of shape (n_schools + 1,)
        Where each school's edges begin.
    by_leader : ndarray of shape (n_edges,)
        Positions of the edges, leader by leader.
    school_of, units_of : ndarray of shape (n_edges,)
        ``school`` and ``units`` in that order: read one after the other, they cost a tenth.
    of_leader : ndarray of shape (n_leaders + 1,)
        Where each leader's begin in ``by_leader``.
    places : ndarray of shape (n_leaders,)
    first_place : ndarray of shape (n_leaders + 1,)
        Where each leader's places begin in the arrays of places.
    """

    school: IntArray
    leader: IntArray
    units: IntArray
    of_school: IntArray
    by_leader: IntArray
    school_of: IntArray
    units_of: IntArray
    of_leader: IntArray
    places: IntArray
    first_place: IntArray


class Seats(NamedTuple):
    """Who holds which place, at which prices, and in which zone everybody is.

    Parameters
    ----------
    edge : ndarray of shape (n_schools,)
        The edge by which each school is matched, or ``NONE``.
    held : ndarray of shape (n_places,)
        The edges that fill each leader's places, the first ``load`` of them.
    load : ndarray of shape (n_leaders,)
    school_price, leader_price : ndarray of int
        No edge is worth more than its two ends' prices; an edge by which a school is matched, as much.
    school_zone, leader_zone : ndarray of int
        0 until somebody is found to be contested, then the number of the zone.
    """

    edge: IntArray
    held: IntArray
    load: IntArray
    school_price: IntArray
    leader_price: IntArray
    school_zone: IntArray
    leader_zone: IntArray


class Search(NamedTuple):
    """What a search for a shortest path writes down; ``seen`` and ``done`` hold the number of the search.

    Parameters
    ----------
    seen, done, distance, via : ndarray
        Of the side that paths pass through: when it was met, when left, how far it lies, along which edge.
    reached, reached_at, entry : ndarray
        Of the side that paths start from: who was met, how far, and from where.
    passed : ndarray
        Those left, in that order.
    waiting : ndarray
    heap_key, heap_item : ndarray of shape (n_edges + 1,)
    """

    seen: IntArray
    done: IntArray
    distance: IntArray
    via: IntArray
    reached: IntArray
    reached_at: IntArray
    entry: IntArray
    passed: IntArray
    waiting: IntArray
    heap_key: IntArray
    heap_item: IntArray


def graph_of(school: IntArray, leader: IntArray, units: IntArray, places: IntArray, schools: int) -> Graph:
    """Lay the edges out for both sides.

    Parameters
    ----------
    school, leader, units : ndarray of shape (n_edges,)
        Ascending by school.
    places : ndarray of shape (n_leaders,)
    schools : int
    """
    asked = np.bincount(leader, minlength=places.size)
    of_leader = _starts(asked)
    first_place = _starts(np.minimum(places, asked))
    by_leader = _grouped(np.ascontiguousarray(leader), of_leader[:-1].copy())
    return Graph(
        school.astype(np.uint32),
        leader.astype(np.uint32),
        np.ascontiguousarray(units),
        np.searchsorted(school, np.arange(schools + 1)),
        by_leader,
        school[by_leader].astype(np.uint32),
        units[by_leader],
        of_leader,
        np.diff(first_place),
        first_place,
    )


def empty_seats(graph: Graph) -> Seats:
    """Nobody is matched, nothing has a price."""
    schools, leaders = graph.of_school.size - 1, graph.places.size
    nothing = np.zeros((2, schools), dtype=np.int64), np.zeros((3, leaders), dtype=np.int64)
    held = np.full(graph.first_place[leaders], NONE)
    return Seats(
        np.full(schools, NONE),
        held,
        nothing[1][0],
        nothing[0][0],
        nothing[1][1],
        nothing[0][1],
        nothing[1][2],
    )


def search_of(passing: int, starting: int, heap: IntArray) -> Search:
    """Room for searches that start on one side and pass through the other.

    Parameters
    ----------
    passing, starting : int
        How many there are on each side.
    heap : ndarray of shape (2, n_edges + 1)
        Shared, as one search ends before the next begins.
    """
    ends, starts = np.zeros((4, passing), dtype=np.int64), np.zeros((3, starting), dtype=np.int64)
    either = np.zeros((2, max(passing, starting)), dtype=np.int64)
    return Search(*ends, *starts, *either, *heap)


def _starts(sizes: IntArray) -> IntArray:
    starts = np.zeros(sizes.size + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


@compiled
def _grouped(group: IntArray, next_position: IntArray) -> IntArray:
    """Positions of the items group by group, in their order; ``next_position`` is used up."""
    grouped = np.empty(group.size, dtype=np.int64)
    for n in range(group.size):
        grouped[next_position[group[n]]] = n
        next_position[group[n]] += 1
    return grouped
