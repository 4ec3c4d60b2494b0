"""The exact assignment of schools to leaders under capacities, with its proof."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from time import perf_counter
from typing import Any

import numpy as np

from matching.arrays import IntArray
from matching.certificate import NO_PAIR, certify, fault_of
from matching.errors import InstanceError
from matching.flows import cheapest_pairs, matched_by_level
from matching.instances import Instance
from matching.objective import Objective, objective_of
from matching.pair_index import Id
from matching.preferences import BlockingPairs, blocking_pairs
from matching.prices import Price, as_document, prices_of
from matching.ties import settle_ties

POLICIES = ("total",)
"""Policies that :func:`solve` knows."""

Progress = Callable[[str, float], bool | None]
"""Called with the step that begins and the share done; returning False cancels."""


class Status(StrEnum):
    """How far an assignment is to be trusted."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Result:
    """Value of an assignment, in the order in which assignments are compared.

    Parameters
    ----------
    matched_by_urgency : dict of int to int
        Every urgency that occurs among the schools, ascending.
    total : float
        Sum of the scores.
    """

    matched_by_urgency: dict[int, int]
    total: float

    def as_document(self) -> dict[str, Any]:
        """As ``minga solve`` prints it."""
        by_urgency = {str(u): n for u, n in self.matched_by_urgency.items()}
        return {"matched_by_urgency": by_urgency, "total": self.total}


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """An assignment and what is known about it.

    Parameters
    ----------
    policy : str
    status : Status
        ``optimal`` only if the certificate was checked.
    pair_of : ndarray of shape (n_schools,)
        Position of each school's pair in the instance, or -1.
    objective, bound : Result
        What was reached, and what no assignment can pass.
    gap : float
        0 when proven; else that of the first level that is not, as a share of its bound.
    resolution : float
        Scores were rounded to multiples of this, counted from the lowest one.
    prices : dict of leader id to Price
        Empty unless proven.
    blocking : BlockingPairs
    seconds : float
    """

    policy: str
    status: Status
    pair_of: IntArray
    objective: Result
    bound: Result
    gap: float
    resolution: float
    prices: dict[Id, Price]
    blocking: BlockingPairs
    seconds: float = field(default=0.0)

    def pairs(self, instance: Instance) -> list[tuple[Id, Id]]:
        """The pairs made, by id of school."""
        return [
            (instance.school_ids[school], instance.leader_ids[instance.pair_leader[pair]])
            for school, pair in enumerate(self.pair_of.tolist())
            if pair != NO_PAIR
        ]

    def worst(self, instance: Instance) -> float | None:
        """Lowest score among the pairs made, None if there is none."""
        made = self.pair_of[self.pair_of != NO_PAIR]
        return float(instance.score[made].min()) if made.size else None

    def unmatched(self, instance: Instance) -> list[tuple[Id, str]]:
        """The schools without a leader, by id, with the reason.

        ``no_allowed_pair``: no pair listed that is not forbidden; ``not_ranked``: stated
        rankings leave out every one; ``no_place_left``: places went to others.
        """
        size = len(instance.school_ids)
        listed = np.bincount(instance.pair_school[~instance.forbidden], minlength=size) > 0
        allowed = np.bincount(instance.pair_school[instance.allowed], minlength=size) > 0
        return [
            (instance.school_ids[school], _reason(bool(listed[school]), bool(allowed[school])))
            for school in np.flatnonzero(self.pair_of == NO_PAIR)
        ]

    def to_dict(self, instance: Instance) -> dict[str, Any]:
        """The JSON document that ``minga solve`` prints."""
        objective = self.objective.as_document()
        return {
            "status": self.status.value,
            "pairs": [list(pair) for pair in self.pairs(instance)],
            "matched": sum(self.objective.matched_by_urgency.values()),
            "matched_by_urgency": objective["matched_by_urgency"],
            "total": self.objective.total,
            "worst": self.worst(instance),
            "objective": objective,
            "bound": self.bound.as_document(),
            "gap": self.gap,
            "resolution": self.resolution,
            "prices": as_document(self.prices),
            "blocking_count": self.blocking.count,
            "blocking_pairs": [list(pair) for pair in self.blocking.first],
            "unmatched": [{"school": s, "reason": r} for s, r in self.unmatched(instance)],
            "seconds": self.seconds,
        }


def solve(
    instance: Instance,
    *,
    policy: str = "total",
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Assignment:
    """Find the best assignment under a policy, with a certificate that was checked.

    ``total``: as many schools of urgency 1 as possible, then 2, …, then the greatest total
    score; ties by id. Locked pairs stand, forbidden ones are out.

    Parameters
    ----------
    instance : Instance
    policy : str
        One of ``POLICIES``.
    time_limit : float, optional
        Seconds of wall time. A flow that has begun is not interrupted; past the limit no
        further step begins, and the answer is ``feasible`` with the bound known by then.
    progress : callable, optional
        Called at each step; returning False cancels: the locked pairs alone, or, once the
        flow is done, its assignment without the proof.

    Returns
    -------
    Assignment

    Raises
    ------
    InstanceError
        The policy is not known, or the figures do not fit in 64 bits.

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [2, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> best = solve(two)
    >>> best.pairs(two), best.status.value, best.prices[9]
    ([(2, 9)], 'optimal', Price(matched=1, urgency=2, total=0.9))
    """
    if policy not in POLICIES:
        raise InstanceError(f"policy {policy!r} is not known; known: {', '.join(POLICIES)}", "policy")
    run = _Run(time_limit, progress)
    weights = objective_of(instance)
    pair_of = _locked_pairs(instance)
    if run.may_begin("flow", 0.0):
        pair_of = _best_pairs(instance, weights, pair_of)
    proof = None
    if run.may_begin("certificate", 0.7):
        proof = certify(instance, weights, pair_of, run.may_go_on)
        if proof.proven:
            settled = settle_ties(instance, weights, pair_of, proof)
            fault = fault_of(instance, weights, settled, proof.school_price, proof.place_price)
            if fault:
                raise ArithmeticError(f"ties were settled into something worse: {fault}")
            pair_of = settled
    if (proof is None or not proof.proven) and not run.stopped:
        raise ArithmeticError("the flow's answer could not be proven best, which is a fault")
    proven = proof is not None and proof.proven
    reached = _result(instance, pair_of)
    bound = reached if proven else _plain_bound(instance)
    status = Status.OPTIMAL if proven else Status.CANCELLED if run.cancelled else Status.FEASIBLE
    return Assignment(
        policy,
        status,
        pair_of,
        reached,
        bound,
        _gap(reached, bound),
        weights.resolution,
        prices_of(instance, weights, proof) if proof is not None else {},
        blocking_pairs(instance, pair_of),
        perf_counter() - run.began,
    )


class _Run:
    """Time and the wish to go on, of one solve."""

    def __init__(self, time_limit: float | None, progress: Progress | None) -> None:
        self.began = perf_counter()
        self.limit = time_limit
        self.progress = progress
        self.cancelled = False
        self.stopped = False

    def may_begin(self, step: str, share: float) -> bool:
        """Whether a further step may begin; nothing begins after a stop."""
        if not self.stopped and self.progress is not None and self.progress(step, share) is False:
            self.cancelled = self.stopped = True
        return self.may_go_on()

    def may_go_on(self) -> bool:
        """Whether time is left and nobody cancelled."""
        if self.limit is not None and perf_counter() - self.began >= self.limit:
            self.stopped = True
        return not self.stopped


def _locked_pairs(instance: Instance) -> IntArray:
    pair_of = np.full(len(instance.school_ids), NO_PAIR, dtype=np.int64)
    locked = np.flatnonzero(instance.locked)
    pair_of[instance.pair_school[locked]] = locked
    return pair_of


def _best_pairs(instance: Instance, weights: Objective, locked: IntArray) -> IntArray:
    """Solve the two flows for the schools that no lock has settled."""
    pair_of = locked.copy()
    edges = np.flatnonzero(instance.free & (instance.free_capacity > 0)[instance.pair_leader])
    if edges.size:
        school, leader = instance.pair_school[edges], instance.pair_leader[edges]
        places = np.minimum(instance.free_capacity, len(instance.school_ids))
        matched = matched_by_level(school, leader, places, weights.level)
        chosen = edges[cheapest_pairs(school, leader, -weights.units[edges], places, weights.level, matched)]
        pair_of[instance.pair_school[chosen]] = chosen
    return pair_of


def _result(instance: Instance, pair_of: IntArray) -> Result:
    matched = pair_of != NO_PAIR
    urgencies, level = np.unique(instance.urgency, return_inverse=True)
    counts = np.bincount(level[matched], minlength=urgencies.size)
    by_urgency = dict(zip(urgencies.tolist(), counts.tolist(), strict=True))
    return Result(by_urgency, fsum(instance.score[pair_of[matched]].tolist()))


def _plain_bound(instance: Instance) -> Result:
    """A bound that needs no solving: every school with its best allowed leader."""
    best = np.full(len(instance.school_ids), -np.inf)
    usable = np.flatnonzero(instance.allowed & (instance.capacity > 0)[instance.pair_leader])
    np.maximum.at(best, instance.pair_school[usable], instance.score[usable])
    reachable = np.isfinite(best)
    urgencies, level = np.unique(instance.urgency, return_inverse=True)
    counts = np.bincount(level[reachable], minlength=urgencies.size)
    return Result(dict(zip(urgencies.tolist(), counts.tolist(), strict=True)), fsum(best[reachable].tolist()))


def _gap(reached: Result, bound: Result) -> float:
    """Relative gap of the first level at which the bound is not reached."""
    for urgency, most in bound.matched_by_urgency.items():
        short = most - reached.matched_by_urgency[urgency]
        if short:
            return short / most
    short_of = bound.total - reached.total
    return short_of / max(abs(bound.total), abs(reached.total)) if short_of else 0.0


def _reason(listed: bool, allowed: bool) -> str:
    if allowed:
        return "no_place_left"
    return "not_ranked" if listed else "no_allowed_pair"
