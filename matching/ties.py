"""Among assignments that are equally good, the one that the ids (or a lot) decide.

The solver returns some best assignment. Which one it is must not hang on the order of the
input or on the solver's inner workings, so the pairs that could be exchanged for nothing
are chosen again: first the schools of lowest id are matched (the sets of schools of
the best assignments are the bases of a matroid, Murota 2003, *Discrete Convex Analysis*,
so least sum of ranks is also first in lexicographic order), then low leaders go to low schools.
"""

import numpy as np

from matching.arrays import IntArray
from matching.exchanges import Exchange
from matching.faces import Face


def settle_ties(
    face: Face, pair_of: IntArray, school_order: IntArray, leader_order: IntArray
) -> tuple[IntArray, IntArray]:
    """Choose by rank among the best assignments.

    Parameters
    ----------
    face : Face
        The best assignments.
    pair_of : ndarray of shape (n_schools,)
        One of them.
    school_order, leader_order : ndarray of int
        Rank of each school and leader among equals, 0 first.

    Returns
    -------
    ndarray of shape (n_schools,)
        The one that the ranks decide.
    ndarray of int
        Positions of the schools that they decided about.
    """
    part = Exchange.of(face, pair_of)
    size = part.schools.size
    if not size:
        return pair_of, part.schools
    rank, leader_rank = _ranks(school_order[part.schools]), _ranks(leader_order[part.leaders])
    asking = part.everybody
    if part.matched < size:
        chosen = part.cheapest(np.zeros(part.pair.size, dtype=np.int64), size - rank)
        asking = np.bincount(part.school[chosen], minlength=size) > 0
    low_to_low = (leader_rank[part.leader] + 1) * (size - rank[part.school])
    return part.applied(pair_of, part.cheapest(low_to_low, asking=asking)), part.schools


def _ranks(order: IntArray) -> IntArray:
    rank = np.empty_like(order)
    rank[np.argsort(order)] = np.arange(order.size)
    return rank
