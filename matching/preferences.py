"""Who would rather have whom: blocking pairs, and alternates for every school.

Each side prefers by its stated ranking, and without one by score, then by id; with a lottery
by score rounded to its width, then by lot.
"""

from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.pair_index import Id


@dataclass(frozen=True, slots=True)
class BlockingPairs:
    """Allowed pairs in which both would rather have each other than what they got.

    Parameters
    ----------
    count : int
    first : tuple of (school id, leader id)
        The first of them by id, at most as many as asked for.
    """

    count: int
    first: tuple[tuple[Id, Id], ...]


def blocking_pairs(instance: Instance, pair_of: IntArray, first: int = 100) -> BlockingPairs:
    """Find the blocking pairs of an assignment (Gale & Shapley 1962, Am. Math. Monthly 69).

    A school would rather have a leader if it is unmatched or prefers that leader; a leader
    would rather have a school if a place is left or the worst of its schools is less preferred.
    Locked pairs stand: neither their schools nor the places they take would move.

    Parameters
    ----------
    instance : Instance
    pair_of : ndarray of shape (n_schools,)
        Position of each school's pair, or -1.
    first : int
        How many to name.

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [1, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> blocking_pairs(two, np.array([-1, 1]))
    BlockingPairs(count=1, first=((1, 9),))
    """
    school, leader = instance.pair_school, instance.pair_leader
    if not school.size:
        return BlockingPairs(0, ())
    free, places = instance.free, instance.free_capacity
    made = pair_of[pair_of != NO_PAIR]
    made = made[free[made]]
    wants = free & (places > 0)[leader]
    liking, rank = school_liking(instance), instance.leader_order[leader]
    own = np.full(pair_of.size, np.inf)
    own_leader = np.full(pair_of.size, len(instance.leader_ids))
    own[school[made]], own_leader[school[made]] = liking[made], leader[made]
    wants &= (liking < own[school]) | ((liking == own[school]) & (leader < own_leader[school]))
    liking, rank = leader_liking(instance), instance.school_order[school]
    order = np.lexsort((rank[made], liking[made], leader[made]))
    worst = np.full(len(instance.leader_ids), np.inf)
    worst_school = np.full(len(instance.leader_ids), pair_of.size)
    full = np.bincount(leader[made], minlength=worst.size) >= places
    last = made[order]  # assigned in order, so the last one of each leader stays
    worst[leader[last]], worst_school[leader[last]] = liking[last], rank[last]
    worst[~full], worst_school[~full] = np.inf, pair_of.size
    wants &= (liking < worst[leader]) | ((liking == worst[leader]) & (rank < worst_school[leader]))
    found = np.flatnonzero(wants)
    return BlockingPairs(int(found.size), tuple(_names(instance, pair) for pair in found[:first]))


def alternates(
    instance: Instance, pair_of: IntArray, per_school: int = 3
) -> dict[Id, tuple[tuple[Id, float], ...]]:
    """Next best allowed leaders of each school, the assigned one left out.

    Leaders whose places are taken count (a place may fall free); leaders with no place at
    all do not.

    Parameters
    ----------
    instance : Instance
    pair_of : ndarray of shape (n_schools,)
    per_school : int
        How many at most.

    Returns
    -------
    dict of school id to tuple of (leader id, score)
        Best first; every school is there.
    """
    school, leader = instance.pair_school, instance.pair_leader
    usable = instance.allowed & (instance.capacity > 0)[leader]
    usable[pair_of[pair_of != NO_PAIR]] = False
    edges = np.flatnonzero(usable)
    liking = school_liking(instance)[edges]
    edges = edges[np.lexsort((instance.leader_order[leader[edges]], liking, school[edges]))]
    starts = np.searchsorted(school[edges], np.arange(len(instance.school_ids) + 1))
    return {
        name: tuple(
            (instance.leader_ids[leader[pair]], float(instance.score[pair]))
            for pair in edges[start : min(start + per_school, end)]
        )
        for name, start, end in zip(instance.school_ids, starts[:-1], starts[1:], strict=True)
    }


def school_liking(instance: Instance) -> FloatArray:
    """Per pair, a figure that is lower the more its school likes it; equal figures go by id."""
    return _key(instance, instance.school_ranks, instance.pair_school, instance.school_place)


def leader_liking(instance: Instance) -> FloatArray:
    """Per pair, a figure that is lower the more its leader likes it; equal figures go by id."""
    return _key(instance, instance.leader_ranks, instance.pair_leader, instance.leader_place)


def _key(instance: Instance, ranks: BoolArray, owner: IntArray, place: IntArray | None) -> FloatArray:
    if place is None:
        return -instance.compared
    return np.where(ranks[owner], place.astype(np.float64), -instance.compared)


def _names(instance: Instance, pair: int) -> tuple[Id, Id]:
    return (instance.school_ids[instance.pair_school[pair]], instance.leader_ids[instance.pair_leader[pair]])
