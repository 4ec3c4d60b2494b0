"""What can still be exchanged among equally good assignments, as a flow problem of its own."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.arrays import BoolArray, IntArray
from matching.certificate import NO_PAIR
from matching.faces import Face, moves


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """The pairs of a face in which its assignments differ.

    Parameters
    ----------
    pair : ndarray of shape (n_exchangeable,)
        Positions in the instance, ascending.
    schools, leaders : ndarray of int
        Who takes part, ascending.
    school, leader : ndarray of shape (n_exchangeable,)
        Ends of each pair, as positions in ``schools`` and ``leaders``.
    load, room : ndarray of shape (n_leaders_taking_part,)
        Places that these schools hold and may hold.
    must_fill, optional : ndarray of bool
        Leaders that stay full; schools that may stay unmatched.
    matched : int
        How many of these schools are matched, in every assignment of the face.
    largest : int
        Most matched schools whose exchanges hang together.
    """

    pair: IntArray
    schools: IntArray
    leaders: IntArray
    school: IntArray
    leader: IntArray
    load: IntArray
    room: IntArray
    must_fill: BoolArray
    optional: BoolArray
    matched: int
    largest: int

    @classmethod
    def of(cls, face: Face, pair_of: IntArray) -> Self:
        """Find what may be exchanged: pairs on cycles of moves, with the present ones of their schools."""
        chosen = face.chosen(pair_of)
        kept, part = _on_cycles(face, chosen)
        schools, school = np.unique(face.school[kept], return_inverse=True)
        leaders, leader = np.unique(face.leader[kept], return_inverse=True)
        held = chosen[schools]
        held = held[held != NO_PAIR]
        load = np.bincount(face.leader[held], minlength=face.places.size)[leaders]
        return cls(
            face.pair[kept],
            schools,
            leaders,
            school,
            leader,
            load,
            (face.places - face.load(chosen))[leaders] + load,
            face.must_fill[leaders],
            ~face.must_match[schools],
            held.size,
            int(np.bincount(part[face.leader[held]]).max(initial=0)),
        )

    @property
    def everybody(self) -> BoolArray:
        """All the schools that take part."""
        return np.ones(self.schools.size, dtype=bool)

    def cheapest(
        self, pair_cost: IntArray, stay_cost: IntArray | None = None, asking: BoolArray | None = None
    ) -> BoolArray:
        """Choose pairs of least cost that keep the assignment on the face.

        Parameters
        ----------
        pair_cost : ndarray of int, shape (n_exchangeable,)
        stay_cost : ndarray of int, shape (n_schools_taking_part,), optional
            Of leaving the school unmatched; 0 if not given.
        asking : ndarray of bool, optional
            The schools that may be matched; all if not given.

        Returns
        -------
        ndarray of bool, shape (n_exchangeable,)
        """
        # here and not above: a solver that hardly any run needs, as scores seldom are equal
        from ortools.graph.python import min_cost_flow

        asking = self.everybody if asking is None else asking
        size, width = self.schools.size, self.leaders.size
        pool, left_out = size + width, size + width + 1
        staying = np.flatnonzero(asking & self.optional)
        once = np.ones(staying.size, dtype=np.int64)
        unpriced = np.flatnonzero(~self.must_fill)
        flow = min_cost_flow.SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(
            self.school, size + self.leader, asking[self.school].astype(np.int64), pair_cost
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            staying,
            np.full(staying.size, left_out),
            once,
            np.zeros_like(once) if stay_cost is None else stay_cost[staying],
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            size + unpriced,
            np.full(unpriced.size, pool),
            self.room[unpriced],
            np.zeros(unpriced.size, dtype=np.int64),
        )
        supply = np.concatenate(
            [
                asking.astype(np.int64),
                np.where(self.must_fill, -self.load, 0),
                [-self.load[unpriced].sum(), self.matched - asking.sum()],
            ]
        )
        flow.set_nodes_supplies(np.arange(supply.size), supply)
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise ArithmeticError(
                f"the exchange ended with {status}; one was there before, so this is a fault"
            )
        chosen: BoolArray = flow.flows(np.arange(self.school.size)).astype(bool)
        return chosen

    def applied(self, pair_of: IntArray, chosen: BoolArray) -> IntArray:
        """The assignment with these pairs in place of the present ones of these schools."""
        changed = pair_of.copy()
        changed[self.schools] = NO_PAIR
        changed[self.schools[self.school[chosen]]] = self.pair[chosen]
        return changed


def _on_cycles(face: Face, chosen: IntArray) -> tuple[IntArray, IntArray]:
    """Open pairs that take part in exchanges, ascending, and the part to which each leader belongs."""
    outside = face.places.size
    tail, head, _ = moves(face, chosen, np.zeros(face.pair.size, dtype=np.int64))
    graph = csr_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=(outside + 1, outside + 1))
    _, part = connected_components(graph, directed=True, connection="strong")
    at = np.full(chosen.size, outside)
    matched = chosen != NO_PAIR
    at[matched] = face.leader[chosen[matched]]
    moving = chosen[face.school] != np.arange(face.pair.size)
    moving &= part[at[face.school]] == part[face.leader]
    involved = np.zeros(chosen.size, dtype=bool)
    involved[face.school[moving]] = True
    # A school that may be left out takes part even if it has nowhere else to go.
    involved[matched & ~face.must_match & (part[at] == part[outside])] = True
    kept = moving
    kept[chosen[involved & matched]] = True
    return np.flatnonzero(kept), part
