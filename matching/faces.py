"""The assignments that are equally good so far, kept as a smaller problem of the same kind.

What is best at one level is a face of the polytope of assignments: by complementary
slackness it is given by the pairs that are worth exactly their prices, the schools that must
be matched and the leaders that must be full (Schrijver 2003, *Combinatorial Optimization*, ch. 17-18). The
next level is decided on that face, and so on: a lexicographic optimum with no large numbers.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.positions import ranges


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """The assignments of the schools that no lock has settled which are best so far.

    Parameters
    ----------
    pair : ndarray of shape (n_open,)
        Positions of the pairs they may have, ascending.
    school, leader : ndarray of shape (n_open,)
        Ends of those pairs.
    places : ndarray of shape (n_leaders,)
        Left by the locks.
    must_match : ndarray of bool, shape (n_schools,)
        Schools that every one of them matches.
    must_fill : ndarray of bool, shape (n_leaders,)
        Leaders whose places every one of them fills.
    """

    pair: IntArray
    school: IntArray
    leader: IntArray
    places: IntArray
    must_match: BoolArray
    must_fill: BoolArray

    @classmethod
    def whole(cls, instance: Instance) -> Self:
        """Every assignment that keeps the rules."""
        places = instance.free_capacity
        pair = np.flatnonzero(instance.free & (places > 0)[instance.pair_leader])
        return cls(
            pair,
            instance.pair_school[pair],
            instance.pair_leader[pair],
            places,
            np.zeros(len(instance.school_ids), dtype=bool),
            np.zeros(places.size, dtype=bool),
        )

    def only(self, kept: BoolArray) -> "Face":
        """Those that have no other pairs than these; the caller knows that there is one."""
        return Face(
            self.pair[kept],
            self.school[kept],
            self.leader[kept],
            self.places,
            self.must_match,
            self.must_fill,
        )

    def after(self, weight: IntArray, school_price: IntArray, place_price: IntArray) -> "Face":
        """The best of them for a weight, from optimal prices."""
        tight = school_price[self.school] + place_price[self.leader] == weight
        return Face(
            self.pair[tight],
            self.school[tight],
            self.leader[tight],
            self.places,
            self.must_match | (school_price != 0),
            self.must_fill | (place_price != 0),
        )

    def chosen(self, pair_of: IntArray) -> IntArray:
        """Positions among the open pairs of those made, by school; ``NO_PAIR`` if none."""
        if not self.pair.size:
            return np.full(pair_of.size, NO_PAIR, dtype=np.int64)
        at = np.searchsorted(self.pair, pair_of)
        at[at == self.pair.size] = 0
        chosen: IntArray = np.where((self.pair[at] == pair_of) & (pair_of != NO_PAIR), at, NO_PAIR)
        return chosen

    def load(self, chosen: IntArray) -> IntArray:
        """Places taken of each leader."""
        made = chosen[chosen != NO_PAIR]
        load: IntArray = np.bincount(self.leader[made], minlength=self.places.size)
        return load

    def fault_of(self, pair_of: IntArray, settled: BoolArray) -> str | None:
        """Whether an assignment belongs here; None if so, else the first condition that fails.

        Parameters
        ----------
        pair_of : ndarray of shape (n_schools,)
        settled : ndarray of bool, shape (n_schools,)
            Schools that a lock has settled.
        """
        chosen = self.chosen(pair_of)
        load = self.load(chosen)
        conditions = (
            ("a pair is not open", ((chosen == NO_PAIR) & (pair_of != NO_PAIR) & ~settled).any()),
            ("a leader has more schools than places", (load > self.places).any()),
            ("a school that must be matched is not", (self.must_match & (chosen == NO_PAIR)).any()),
            ("a place that must be taken is not", (self.must_fill & (load < self.places)).any()),
        )
        return next((words for words, broken in conditions if broken), None)


def fault_of_prices(
    face: Face, weight: IntArray, pair_of: IntArray, school_price: IntArray, place_price: IntArray
) -> str | None:
    """Check that an assignment of a face is the best there; None if the prices prove it.

    As :func:`matching.certificate.fault_of`, but a school that must be matched and a
    leader that must be full may have prices of either sign.

    Parameters
    ----------
    face : Face
        One that has the assignment.
    weight : ndarray of int, shape (n_open,)
    pair_of : ndarray of shape (n_schools,)
    school_price : ndarray of int, shape (n_schools,)
    place_price : ndarray of int, shape (n_leaders,)
    """
    chosen = face.chosen(pair_of)
    slack = school_price[face.school] + place_price[face.leader] - weight
    made = chosen[chosen != NO_PAIR]
    left_over = face.load(chosen) < face.places
    conditions = (
        ("a price is negative", (school_price[~face.must_match] < 0).any()),
        ("a price of a place is negative", (place_price[~face.must_fill] < 0).any()),
        ("a pair is worth more than its prices", (slack < 0).any()),
        ("a chosen pair is worth less than its prices", (slack[made] != 0).any()),
        ("an unmatched school has a price", (school_price[chosen == NO_PAIR] != 0).any()),
        ("a place left over has a price", (place_price[left_over] != 0).any()),
    )
    return next((words for words, broken in conditions if broken), None)


def prices_in(face: Face, weight: IntArray, pair_of: IntArray) -> tuple[IntArray, IntArray]:
    """Prices that prove an assignment best for a weight on a face, if it is.

    Longest paths among the moves of :func:`moves` (Bellman 1958, Q. Appl. Math. 16), from
    everywhere at once; only what has just risen is looked at again.

    Returns
    -------
    school_price : ndarray of int, shape (n_schools,)
    place_price : ndarray of int, shape (n_leaders,)
    """
    chosen = face.chosen(pair_of)
    tail, head, gain = moves(face, chosen, weight)
    order = np.argsort(tail, kind="stable")
    tail, head, gain = tail[order], head[order], gain[order]
    size = face.places.size + 1
    starts = np.searchsorted(tail, np.arange(size + 1))
    value = np.zeros(size, dtype=np.int64)
    arcs = np.flatnonzero(gain > 0)
    for _ in range(size + 1):
        before = value.copy()
        np.maximum.at(value, head[arcs], value[tail[arcs]] + gain[arcs])
        risen = np.flatnonzero(value > before)
        if not risen.size:
            break
        arcs = ranges(starts, risen)
    place_price = value[:-1] - value[-1]
    school_price = np.zeros(pair_of.size, dtype=np.int64)
    made = chosen[chosen != NO_PAIR]
    school_price[face.school[made]] = weight[made] - place_price[face.leader[made]]
    return school_price, place_price


def moves(face: Face, chosen: IntArray, weight: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Single changes of an assignment as arcs from leader to leader; cycles of them stay on the face.

    A move takes a school from its leader to another along an open pair. The last node stands
    for the unmatched and for places that may stay empty.

    Returns
    -------
    tail, head : ndarray of int
    gain : ndarray of int
        What the move adds to the weight. The moves of schools come first, by open pair.
    """
    outside = face.places.size
    matched = chosen != NO_PAIR
    at = np.full(chosen.size, outside)
    own = np.zeros(chosen.size, dtype=np.int64)
    at[matched], own[matched] = face.leader[chosen[matched]], weight[chosen[matched]]
    spare = np.flatnonzero(face.load(chosen) < face.places)
    unpriced = np.flatnonzero(~face.must_fill)
    leaving = np.flatnonzero(matched & ~face.must_match)
    tail = np.concatenate([at[face.school], spare, np.full(unpriced.size, outside), at[leaving]])
    head = np.concatenate(
        [face.leader, np.full(spare.size, outside), unpriced, np.full(leaving.size, outside)]
    )
    free = np.zeros(spare.size + unpriced.size, dtype=np.int64)
    return tail, head, np.concatenate([weight - own[face.school], free, -own[leaving]])
