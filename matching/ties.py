"""Among assignments that are equally good, the one that the ids decide.

The solver returns some best assignment. Which one it is must not hang on the order of the
input or on the solver's inner workings, so the pairs that could be exchanged for nothing
are chosen again by id: first the schools of lowest id are matched (the sets of schools of
the best assignments are the bases of a matroid, Murota 2003, *Discrete Convex Analysis*,
so least sum of ranks is also first in lexicographic order), then low leaders go to low schools.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.arrays import BoolArray, IntArray
from matching.certificate import NO_PAIR, Certificate
from matching.flows import finish
from matching.instances import Instance
from matching.objective import Objective


def settle_ties(instance: Instance, objective: Objective, pair_of: IntArray, proof: Certificate) -> IntArray:
    """Choose by id among the best assignments.

    Parameters
    ----------
    instance : Instance
    objective : Objective
    pair_of : ndarray of shape (n_schools,)
        A best assignment.
    proof : Certificate
        That it is one: pairs that are not tight take part in no best assignment.

    Returns
    -------
    ndarray of shape (n_schools,)
        An assignment that is as good.
    """
    school, leader = instance.pair_school, instance.pair_leader
    tight = instance.free & (instance.free_capacity > 0)[leader]
    tight &= proof.school_price[school] + proof.place_price[leader] == objective.weight
    edges = _exchangeable(instance, pair_of, proof, tight)
    if not edges.size:
        return pair_of
    part = _Exchange.of(instance, pair_of, proof, edges)
    asking = np.ones(part.schools.size, dtype=bool)
    if part.matched < part.schools.size:
        last_first = np.arange(part.schools.size, 0, -1)
        chosen = part.cheapest(np.zeros(edges.size, dtype=np.int64), last_first, asking)
        asking = np.bincount(part.school[chosen], minlength=part.schools.size) > 0
    low_to_low = (part.leader + 1) * (part.schools.size - part.school)
    chosen = part.cheapest(low_to_low, np.zeros(part.schools.size, dtype=np.int64), asking)
    settled = pair_of.copy()
    settled[part.schools] = NO_PAIR
    settled[school[edges[chosen]]] = edges[chosen]
    return settled


def _exchangeable(instance: Instance, pair_of: IntArray, proof: Certificate, tight: BoolArray) -> IntArray:
    """Tight pairs that lie on a cycle of moves, with the present pairs of their schools.

    A move takes a school from its leader to another along a tight pair; node ``outside``
    stands for the unmatched and for places that may stay empty at no loss.
    """
    school, leader = instance.pair_school, instance.pair_leader
    outside = len(instance.leader_ids)
    edges = np.flatnonzero(tight)
    if not edges.size:
        return edges
    at = np.where(pair_of != NO_PAIR, leader[pair_of], outside)
    moving = edges[pair_of[school[edges]] != edges]
    load = np.bincount(at[at < outside], minlength=outside)
    spare = np.flatnonzero(load < instance.capacity)
    unpriced = np.flatnonzero(proof.place_price == 0)
    leaving = at[(proof.school_price == 0) & (at < outside)]
    tail = np.concatenate([at[school[moving]], spare, np.full(unpriced.size, outside), leaving])
    head = np.concatenate(
        [leader[moving], np.full(spare.size, outside), unpriced, np.full(leaving.size, outside)]
    )
    graph = csr_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=(outside + 1, outside + 1))
    _, part = connected_components(graph, directed=True, connection="strong")
    moving = moving[part[at[school[moving]]] == part[leader[moving]]]
    if not moving.size:
        return edges[:0]
    involved = np.zeros(pair_of.size, dtype=bool)
    involved[school[moving]] = True
    # A school that may be left out takes part even if it has nowhere else to go.
    involved[(proof.school_price == 0) & (part[at] == part[outside]) & tight[pair_of]] = True
    present = pair_of[involved & (pair_of != NO_PAIR)]
    exchangeable: IntArray = np.union1d(moving, present)
    return exchangeable


@dataclass(frozen=True, slots=True, eq=False)
class _Exchange:
    """The exchangeable pairs as a small balanced flow problem of their own.

    ``school`` and ``leader`` are the ends of each pair, as positions in ``schools`` and
    ``leaders``; ``load`` and ``room`` count the places these schools hold and may hold.
    """

    schools: IntArray
    leaders: IntArray
    school: IntArray
    leader: IntArray
    load: IntArray
    room: IntArray
    priced: BoolArray
    optional: BoolArray
    matched: int

    @classmethod
    def of(cls, instance: Instance, pair_of: IntArray, proof: Certificate, edges: IntArray) -> Self:
        schools, school = np.unique(instance.pair_school[edges], return_inverse=True)
        leaders, leader = np.unique(instance.pair_leader[edges], return_inverse=True)
        everybody = _loads(instance, pair_of)[leaders]
        load = _loads(instance, pair_of[schools])[leaders]
        return cls(
            schools,
            leaders,
            school,
            leader,
            load,
            instance.capacity[leaders] - everybody + load,
            proof.place_price[leaders] > 0,
            proof.school_price[schools] == 0,
            int((pair_of[schools] != NO_PAIR).sum()),
        )

    def cheapest(self, pair_cost: IntArray, stay_cost: IntArray, asking: BoolArray) -> BoolArray:
        """Choose pairs of least cost that are as good for the objective as the present ones.

        Places with a price stay taken, schools with a price stay matched, and as many
        schools are matched as now.
        """
        size, width = self.schools.size, self.leaders.size
        pool, left_out = size + width, size + width + 1
        staying = np.flatnonzero(asking & self.optional)
        once = np.ones(staying.size, dtype=np.int64)
        unpriced = np.flatnonzero(~self.priced)
        flow = min_cost_flow.SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(
            self.school, size + self.leader, asking[self.school].astype(np.int64), pair_cost
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            staying, np.full(staying.size, left_out), once, stay_cost[staying]
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
                np.where(self.priced, -self.load, 0),
                [-self.load[unpriced].sum(), self.matched - asking.sum()],
            ]
        )
        flow.set_nodes_supplies(np.arange(supply.size), supply)
        finish(flow.solve(), flow)
        chosen: BoolArray = flow.flows(np.arange(self.school.size)).astype(bool)
        return chosen


def _loads(instance: Instance, pairs: IntArray) -> IntArray:
    """How many of these pairs each leader has."""
    loads: IntArray = np.bincount(
        instance.pair_leader[pairs[pairs != NO_PAIR]], minlength=len(instance.leader_ids)
    )
    return loads
