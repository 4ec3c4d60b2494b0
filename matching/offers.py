"""Deferred acceptance, compiled: schools ask down their lists, leaders keep the best that asked."""

import numpy as np

from matching.arrays import IntArray
from matching.compiled import compiled
from matching.heaps import drop_least, push


@compiled
def best_kept(
    of_school: IntArray,
    asked_leader: IntArray,
    asked_standing: IntArray,
    school_at: IntArray,
    first_place: IntArray,
) -> IntArray:
    """Let every school ask until it is kept or its list ends (Gale & Shapley 1962, Am. Math. Monthly 69).

    Parameters
    ----------
    of_school : ndarray of shape (n_schools + 1,)
        Where each school's list begins.
    asked_leader, asked_standing : ndarray of shape (n_edges,)
        Leader of each entry, and its standing: among entries of one leader, the lower is liked better.
    school_at : ndarray of shape (n_edges,)
        School of each standing.
    first_place : ndarray of shape (n_leaders + 1,)
        Where each leader's places begin.

    Returns
    -------
    ndarray of int
        Standings that are kept in the end.
    """
    leaders = first_place.size - 1
    worst_first = np.empty(first_place[leaders], dtype=np.int64)
    held = np.empty(first_place[leaders], dtype=np.int64)
    load = np.zeros(leaders, dtype=np.int64)
    upcoming = of_school.copy()
    for first in range(of_school.size - 1):
        asking = first
        while upcoming[asking] < of_school[asking + 1]:
            at = upcoming[asking]
            upcoming[asking] = at + 1
            leader, standing = asked_leader[at], asked_standing[at]
            low, high = first_place[leader], first_place[leader + 1]
            if load[leader] < high - low:
                load[leader] = push(worst_first[low:high], held[low:high], load[leader], -standing, standing)
                break
            if low == high or standing > held[low]:
                continue
            asking = school_at[held[low]]
            size = drop_least(worst_first[low:high], held[low:high], load[leader])
            load[leader] = push(worst_first[low:high], held[low:high], size, -standing, standing)
    kept, size = np.empty(held.size, dtype=np.int64), 0
    for leader in range(leaders):
        for n in range(load[leader]):
            kept[size] = held[first_place[leader] + n]
            size += 1
    return kept[:size]
