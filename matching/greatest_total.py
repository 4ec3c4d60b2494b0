"""Policy ``total``: as many schools as possible by urgency, then the greatest total score."""

import numpy as np

from matching.answers import Assignment, Status, extra_of, gap_between, locked_pairs, plain_bound, result_of
from matching.arrays import IntArray
from matching.certificate import certify, fault_of
from matching.clock import Clock
from matching.faces import Face
from matching.instances import Instance
from matching.objective import Objective, objective_of
from matching.preferences import blocking_pairs
from matching.prices import prices_of
from matching.ties import settle_ties


def solve_total(instance: Instance, clock: Clock) -> Assignment:
    """Solve under ``total``, with a certificate that was checked.

    Raises
    ------
    InstanceError
        The figures do not fit in 64 bits.
    ArithmeticError
        The answer could not be proven: a fault of the engine.
    """
    weights = objective_of(instance)
    pair_of = locked_pairs(instance)
    if clock.may_begin("flow", 0.0):
        pair_of = best_pairs(instance, weights)
    proof, drawn = None, np.zeros(0, dtype=np.int64)
    if clock.may_begin("certificate", 0.7):
        proof = certify(instance, weights, pair_of, clock.may_go_on)
        if proof.proven:
            whole = Face.whole(instance)
            face = whole.after(weights.weight[whole.pair], proof.school_price, proof.place_price)
            settled, drawn = settle_ties(face, pair_of, instance.school_order, instance.leader_order)
            fault = fault_of(instance, weights, settled, proof.school_price, proof.place_price)
            if fault:
                raise ArithmeticError(f"ties were settled into something worse: {fault}")
            pair_of = settled
    proven = proof is not None and proof.proven
    if not proven and not clock.stopped:
        raise ArithmeticError("the flow's answer could not be proven best, which is a fault")
    reached = result_of(instance, pair_of)
    bound = reached if proven else plain_bound(instance)
    return Assignment(
        policy="total",
        status=Status.OPTIMAL if proven else Status.CANCELLED if clock.cancelled else Status.FEASIBLE,
        pair_of=pair_of,
        objective=reached,
        bound=bound,
        gap=gap_between(reached, bound),
        resolution=weights.resolution,
        prices=prices_of(instance, weights, proof) if proof is not None else {},
        blocking=blocking_pairs(instance, pair_of),
        seconds=clock.seconds(),
        extra=extra_of(instance, pair_of, drawn),
    )


def best_pairs(instance: Instance, weights: Objective) -> IntArray:
    """The locked pairs, and the best ones of the schools that no lock has settled."""
    # here and not above: what compiles takes a third of a second to load
    from matching.ladder import best_edges

    pair_of = locked_pairs(instance)
    edges = np.flatnonzero(instance.free & (instance.free_capacity > 0)[instance.pair_leader])
    school, leader = instance.pair_school[edges], instance.pair_leader[edges]
    chosen = edges[best_edges(school, leader, weights.units[edges], instance.free_capacity, weights.level)]
    pair_of[instance.pair_school[chosen]] = chosen
    return pair_of
