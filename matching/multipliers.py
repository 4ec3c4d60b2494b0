"""A good answer and a tight bound under rules, from flows alone.

A rule such as "at most 300 pairs of this owner" is taken into the scores: each of its pairs is
charged a price, and the flow solves what is left (Lagrangian relaxation: Geoffrion 1974,
Math. Prog. Study 2; Held & Karp 1970, Oper. Res. 18). The price is found by bisection. The
flow's answer at a price at which every rule holds is one that can be given; and the prices
of places at the best bound say of nearly every pair that no assignment with it can be better.
"""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.certificate import NO_PAIR, certify
from matching.clock import Clock
from matching.flows import cheapest_pairs
from matching.instances import Instance
from matching.objective import Objective, objective_of
from matching.rule_rows import Row, fault_of_rules, rows_on_numbers

MOST_ROWS = 6
"""Prices are sought one after the other; with more rules than this it would take too long."""

ROUNDS = 2
"""How often each price is sought again after the others have moved."""

HALVINGS = 20
EXACT_TO = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Narrowing:
    """What flows tell of an instance with rules, where as many as without them can be matched.

    Parameters
    ----------
    pair_of : ndarray of shape (n_schools,)
        An assignment that keeps every rule.
    hopeless : ndarray of bool, shape (n_pairs,)
        Pairs that no better assignment with the same numbers by urgency has.
    above : float
        By how much of the total score a better one can be better, at most.
    """

    pair_of: IntArray
    hopeless: BoolArray
    above: float


class _Priced:
    """The flow of an instance with some rules charged, the numbers by urgency held."""

    def __init__(self, instance: Instance, rows: list[Row], matched: IntArray) -> None:
        self.instance, self.rows, self.matched = instance, rows, matched
        self.plain = objective_of(instance)
        self.marks = np.zeros((len(rows), instance.score.size), dtype=np.int64)
        for mark, row in zip(self.marks, rows, strict=True):
            mark[row.pairs] = np.rint(row.sign)
        self.edges = np.flatnonzero(instance.free & (instance.free_capacity > 0)[instance.pair_leader])

    def objective(self, prices: IntArray) -> Objective:
        """The weights after the charges, from 0 up."""
        free = self.instance.free
        units = self.plain.units - prices @ self.marks
        units = np.where(free, units - units[free].min(initial=0), 0)
        schools = len(self.instance.school_ids)
        step = 2 * (schools + 1) * int(units.max(initial=0)) + 2
        height = (len(self.plain.urgencies) - self.plain.level)[self.instance.pair_school]
        return replace(self.plain, units=units, step=step, weight=np.where(free, units + step * height, 0))

    def best(self, prices: IntArray) -> IntArray:
        """The best assignment after the charges."""
        instance, edges = self.instance, self.edges
        units = self.objective(prices).units[edges]
        ends = instance.pair_school[edges], instance.pair_leader[edges]
        places = np.minimum(instance.free_capacity, len(instance.school_ids))
        chosen = edges[cheapest_pairs(*ends, -units, places, self.plain.level, self.matched)]
        pair_of = np.full(len(instance.school_ids), NO_PAIR, dtype=np.int64)
        locked = np.flatnonzero(instance.locked)
        pair_of[instance.pair_school[locked]] = locked
        pair_of[instance.pair_school[chosen]] = chosen
        return pair_of

    def counted(self, pair_of: IntArray) -> IntArray:
        """How many pairs each row counts."""
        counts: IntArray = self.marks[:, pair_of[pair_of != NO_PAIR]].sum(axis=1)
        return counts

    def worth(self, pair_of: IntArray) -> int:
        """Units of the free pairs made."""
        return int(self.plain.units[pair_of[pair_of != NO_PAIR]].sum())

    def bound(self, pair_of: IntArray, prices: IntArray) -> int:
        """No assignment that keeps the rules is worth more, if this one is best at these prices."""
        limits = [row.high if price > 0 else row.low for row, price in zip(self.rows, prices, strict=True)]
        room = sum(
            int(price) * (int(limit) - int(count))
            for price, limit, count in zip(prices, limits, self.counted(pair_of), strict=True)
            if price
        )
        return self.worth(pair_of) + room


def narrowed(instance: Instance, matched_schools: BoolArray, clock: Clock) -> Narrowing | None:
    """Look for an answer that matches as many as without the rules, and for what cannot better it.

    Parameters
    ----------
    instance : Instance
        Without schools that go together, and without a price of change.
    matched_schools : ndarray of bool, shape (n_schools,)
        Of an answer that is best without the rules.
    clock : Clock

    Returns
    -------
    Narrowing or None
        None where there are too many rules, no such answer was met, or the time is up.
    """
    rows = [row for row in rows_on_numbers(instance) if row.pairs.size]
    if not 0 < len(rows) <= MOST_ROWS or instance.previous is not None:
        return None
    free_schools = matched_schools & ~instance.settled
    plain = objective_of(instance)
    matched = np.bincount(plain.level[free_schools], minlength=len(plain.urgencies))
    return _search(instance, _Priced(instance, rows, matched), clock)


class _Met:
    """The best bound and the best answer met so far."""

    def __init__(self, priced: _Priced) -> None:
        self.priced = priced
        self.bound: int | None = None
        self.at = np.zeros(len(priced.rows), dtype=np.int64)
        self.kept: IntArray | None = None

    def try_at(self, prices: IntArray) -> IntArray:
        """How many pairs each row counts at these prices."""
        priced = self.priced
        pair_of = priced.best(prices)
        bound = priced.bound(pair_of, prices)
        if self.bound is None or bound < self.bound:
            self.bound, self.at = bound, prices.copy()
        if fault_of_rules(priced.instance, pair_of) is None and (
            self.kept is None or priced.worth(pair_of) > priced.worth(self.kept)
        ):
            self.kept = pair_of
        return priced.counted(pair_of)


def _search(instance: Instance, priced: _Priced, clock: Clock) -> Narrowing | None:
    """One price after the other, a few times round."""
    met, prices = _Met(priced), np.zeros(len(priced.rows), dtype=np.int64)
    for number in list(range(len(priced.rows))) * (ROUNDS if len(priced.rows) > 1 else 1):
        prices[number] = 0
        if not clock.still_wanted():
            return None
        counted, row = int(met.try_at(prices)[number]), priced.rows[number]
        if row.low <= counted <= row.high:
            continue
        sign = 1 if counted > row.high else -1
        low, high, widest = 0, 0, 64 * (int(priced.plain.units.max(initial=0)) + 1)
        guess = max(1, widest // 1024)
        for _ in range(HALVINGS):
            if not clock.still_wanted():
                return None
            prices[number] = sign * guess
            counted = int(met.try_at(prices)[number])
            kept = counted <= row.high if sign > 0 else counted >= row.low
            low, high = (low, guess) if kept else (guess, high)
            guess = (low + high) // 2 if high else 4 * guess
            if guess in (low, high) or guess > widest:
                break
        prices[number] = sign * (high or low)
    if met.kept is None or met.bound is None:
        return None
    weights = priced.objective(met.at)
    proof = certify(instance, weights, priced.best(met.at))
    if not proof.proven:
        return None
    slack = proof.school_price[instance.pair_school] + proof.place_price[instance.pair_leader]
    slack -= weights.weight
    above = met.bound - priced.worth(met.kept)
    margin = above + ceil(EXACT_TO / priced.plain.resolution) + len(instance.school_ids)
    return Narrowing(met.kept, instance.free & (slack > margin), above * priced.plain.resolution)
