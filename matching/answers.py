"""What a solve answers: the pairs, their value, and how far the answer is proven."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from typing import Any

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.pair_index import Id
from matching.preferences import BlockingPairs
from matching.prices import Price, as_document
from matching.rule_rows import reason_of


class Status(StrEnum):
    """How far an assignment is to be trusted."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Result:
    """Value of an assignment, in the order in which assignments are compared.

    Parameters
    ----------
    matched_by_urgency : dict of int to int
        Every urgency that occurs among the schools, ascending.
    total : float
        Sum of the scores, less the price of the proposals changed.
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
    objective : Result
        What was reached.
    bound : Result or None
        What no assignment can pass; None under ``stable``, which maximises nothing.
    gap : float
        0 when proven; else that of the first level that is not, as a share of its bound.
    resolution : float or None
        Scores count as equal when they fall on the same multiple of this; None where they
        are compared as they are.
    prices : dict of leader id to Price
        Empty unless proven, and but under ``total``.
    blocking : BlockingPairs
    seconds : float
    extra : dict
        What belongs to some policies and rules only, as it is printed.
    """

    policy: str
    status: Status
    pair_of: IntArray
    objective: Result
    bound: Result | None
    gap: float
    resolution: float | None
    prices: dict[Id, Price]
    blocking: BlockingPairs
    seconds: float = field(default=0.0)
    extra: dict[str, Any] = field(default_factory=dict)

    def pairs(self, instance: Instance) -> list[tuple[Id, Id]]:
        """The pairs made, by id of school."""
        return [
            (instance.school_ids[school], instance.leader_ids[instance.pair_leader[pair]])
            for school, pair in enumerate(self.pair_of.tolist())
            if pair != NO_PAIR
        ]

    def total(self, instance: Instance) -> float:
        """Sum of the scores of the pairs made."""
        return fsum(instance.score[self.pair_of[self.pair_of != NO_PAIR]].tolist())

    def worst(self, instance: Instance) -> float | None:
        """Lowest score among the pairs made, None if there is none."""
        made = self.pair_of[self.pair_of != NO_PAIR]
        return float(instance.score[made].min()) if made.size else None

    def unmatched(self, instance: Instance) -> list[tuple[Id, str]]:
        """The schools without a leader, by id, with the reason.

        ``no_allowed_pair``: no pair listed that is not forbidden; ``not_ranked``: stated
        rankings leave out every one; ``no_place_left``: places went to others. Rules beyond
        flows have reasons of their own (:func:`matching.rule_rows.reason_of`).
        """
        size = len(instance.school_ids)
        listed = np.bincount(instance.pair_school[~instance.forbidden], minlength=size) > 0
        allowed = np.bincount(instance.pair_school[instance.allowed], minlength=size) > 0
        return [
            (instance.school_ids[school], self._reason(instance, school, listed, allowed))
            for school in np.flatnonzero(self.pair_of == NO_PAIR).tolist()
        ]

    def _reason(self, instance: Instance, school: int, listed: BoolArray, allowed: BoolArray) -> str:
        if not allowed[school]:
            return "not_ranked" if listed[school] else "no_allowed_pair"
        if self.status is Status.INFEASIBLE:
            return "infeasible"
        return reason_of(instance, self.pair_of, school) if instance.rules else "no_place_left"

    def to_dict(self, instance: Instance) -> dict[str, Any]:
        """The JSON document that ``minga solve`` prints."""
        reached = self.objective.as_document()
        return {
            "status": self.status.value,
            "pairs": [list(pair) for pair in self.pairs(instance)],
            "matched": sum(self.objective.matched_by_urgency.values()),
            "matched_by_urgency": reached["matched_by_urgency"],
            "total": self.total(instance),
            "worst": self.worst(instance),
            "objective": reached if self.bound is not None else None,
            "bound": self.bound.as_document() if self.bound is not None else None,
            "gap": self.gap,
            "resolution": self.resolution,
            "prices": as_document(self.prices),
            "blocking_count": self.blocking.count,
            "blocking_pairs": [list(pair) for pair in self.blocking.first],
            "unmatched": [{"school": s, "reason": r} for s, r in self.unmatched(instance)],
            "seconds": self.seconds,
            **self.extra,
        }


def locked_pairs(instance: Instance) -> IntArray:
    """The assignment that makes the locked pairs and no other."""
    pair_of = np.full(len(instance.school_ids), NO_PAIR, dtype=np.int64)
    locked = np.flatnonzero(instance.locked)
    pair_of[instance.pair_school[locked]] = locked
    return pair_of


def result_of(instance: Instance, pair_of: IntArray) -> Result:
    """Value of an assignment."""
    matched = pair_of != NO_PAIR
    total = fsum(instance.score[pair_of[matched]].tolist())
    return Result(_by_urgency(instance, matched), total - instance.change_price * changed(instance, pair_of))


def changed(instance: Instance, pair_of: IntArray) -> int:
    """How many of the pairs proposed before are not made again."""
    if instance.previous is None:
        return 0
    return instance.proposals - int(instance.previous[pair_of[pair_of != NO_PAIR]].sum())


def extra_of(instance: Instance, pair_of: IntArray, drawn: IntArray) -> dict[str, Any]:
    """What an answer says only where there were earlier proposals, or a lottery.

    Parameters
    ----------
    instance : Instance
    pair_of : ndarray of shape (n_schools,)
    drawn : ndarray of int
        Positions of the schools about which equals were chosen.
    """
    extra: dict[str, Any] = {}
    if instance.previous is not None:
        extra["changed"] = changed(instance, pair_of)
    if instance.lottery is not None:
        extra["lottery"] = {
            "seed": instance.lottery.seed,
            "width": instance.lottery.width,
            "drawn": [instance.school_ids[school] for school in drawn.tolist()],
        }
    return extra


def plain_bound(instance: Instance) -> Result:
    """A bound that needs no solving: every school with its best allowed leader."""
    best = np.full(len(instance.school_ids), -np.inf)
    usable = np.flatnonzero(instance.allowed & (instance.capacity > 0)[instance.pair_leader])
    np.maximum.at(best, instance.pair_school[usable], instance.score[usable])
    reachable = np.isfinite(best)
    return Result(_by_urgency(instance, reachable), fsum(best[reachable].tolist()))


def gap_between(reached: Result, bound: Result) -> float:
    """Relative gap of the first level at which the bound is not reached.

    Examples
    --------
    >>> gap_between(Result({1: 3, 2: 1}, 2.0), Result({1: 4, 2: 4}, 5.0))
    0.25
    """
    for urgency, most in bound.matched_by_urgency.items():
        short = most - reached.matched_by_urgency[urgency]
        if short:
            return short / most
    short_of = bound.total - reached.total
    return short_of / max(abs(bound.total), abs(reached.total)) if short_of else 0.0


def _by_urgency(instance: Instance, schools: BoolArray) -> dict[int, int]:
    urgencies, level = np.unique(instance.urgency, return_inverse=True)
    counts = np.bincount(level[schools], minlength=urgencies.size)
    return dict(zip(urgencies.tolist(), counts.tolist(), strict=True))
