"""How good an allowed pair is: a weighted sum of named terms in [0, 1].

A term is rounded to three decimals and a weight is a whole number of hundredths, so the
score has exactly five decimals and anyone can work it out again from what is printed:
score = sum of weight x term.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.errors import RuleError
from matching.pair_figures import Pairs
from matching.pairs import PairTable
from matching.sides import Field

TERM_UNITS = 1000
"""A term of 1 in whole numbers: three decimals."""

SCORE_UNITS = 100_000
"""A score of 1 in whole numbers: five decimals."""


class Term(StrEnum):
    """What speaks for a pair."""

    CONTEXT = "context"
    GAP = "gap"
    ELEMENTS = "elements"
    LOGISTICS = "logistics"
    EXPERIENCE = "experience"
    CONTINUITY = "continuity"


TERMS: tuple[Term, ...] = tuple(Term)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRules:
    """Weights and shapes of the terms; stored with every run. The figures are Minga's own.

    Parameters
    ----------
    version : str
        Changes whenever a figure does.
    hundredths : mapping of Term to int
        Weights; they add up to 100.
    gap_best_from, gap_best_to, gap_zero_at : float
        Points: the gap term rises from 0 at no gap to 1, stays, and falls to 0. A peer
        within reach teaches more than a star.
    steps_fall : float
        What each rubric level beyond the first takes off where assessment decides.
    online_value : float
        Logistics of a pair that can only meet on line.
    full_years : float
        Years in post from which experience counts in full.
    element_steps : float
        Rubric levels ahead from which an element fits in full.

    Raises
    ------
    RuleError
        The weights do not add up to 100, or a shape is out of order.
    """

    version: str = "1"
    hundredths: Mapping[Term, int] = field(
        default_factory=lambda: {
            Term.CONTEXT: 35,
            Term.GAP: 25,
            Term.ELEMENTS: 15,
            Term.LOGISTICS: 15,
            Term.EXPERIENCE: 5,
            Term.CONTINUITY: 5,
        }
    )
    gap_best_from: float = 15.0
    gap_best_to: float = 30.0
    gap_zero_at: float = 60.0
    steps_fall: float = 0.25
    online_value: float = 0.3
    full_years: float = 10.0
    element_steps: float = 2.0

    def __post_init__(self) -> None:
        weights = {Term(term): weight for term, weight in self.hundredths.items()}
        if any(not isinstance(weight, int) or weight < 0 for weight in weights.values()):
            raise RuleError("weights are whole hundredths of 0 or more", "score.hundredths")
        if sum(weights.values()) != 100:
            raise RuleError("the weights must add up to 100", "score.hundredths")
        if not 0 < self.gap_best_from <= self.gap_best_to < self.gap_zero_at:
            raise RuleError("the gap term must rise, then fall", "score.gap_best_from")
        for name in ("steps_fall", "online_value"):
            if not 0 <= getattr(self, name) <= 1:
                raise RuleError("lies between 0 and 1", f"score.{name}")
        for name in ("full_years", "element_steps", "gap_zero_at"):
            if not (isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise RuleError("must be above 0", f"score.{name}")
        object.__setattr__(self, "hundredths", MappingProxyType(weights))

    def as_dict(self) -> dict[str, Any]:
        """As it is stored with a run and printed."""
        shapes = {name: getattr(self, name) for name in self.__slots__ if name != "hundredths"}
        return {**shapes, "hundredths": {str(t): self.hundredths.get(t, 0) for t in TERMS}}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "ScoreRules":
        """The rules of a stored run.

        Raises
        ------
        RuleError
            A name is unknown or a figure does not fit.
        """
        try:
            weights = {Term(term): weight for term, weight in stored["hundredths"].items()}
            return cls(**{**stored, "hundredths": weights})
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, RuleError):
                raise
            raise RuleError(f"not a set of score rules: {error}", "score") from error


DEFAULT_SCORE = ScoreRules()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredPairs:
    """Allowed pairs with their terms and score.

    Parameters
    ----------
    pairs : PairTable
    rules : ScoreRules
    term_units : ndarray of int of shape (n_terms, n_pairs)
        Terms x 1000, in the order of :data:`TERMS`.
    score_units : ndarray of int of shape (n_pairs,)
        Score x 100,000.
    """

    pairs: PairTable
    rules: ScoreRules
    term_units: IntArray
    score_units: IntArray

    @property
    def score(self) -> FloatArray:
        """Scores in [0, 1], five decimals."""
        return self.score_units / SCORE_UNITS

    def terms_of(self, pair: int) -> dict[Term, float]:
        """The terms of one pair, three decimals."""
        return {term: int(self.term_units[n, pair]) / TERM_UNITS for n, term in enumerate(TERMS)}


def score_pairs(side: Field, table: PairTable, rules: ScoreRules = DEFAULT_SCORE) -> ScoredPairs:
    """Score every allowed pair.

    Parameters
    ----------
    side : Field
        The field in which the pairs were found.
    table : PairTable
    rules : ScoreRules

    Returns
    -------
    ScoredPairs

    Notes
    -----
    - `context`: 1 - distance / line of likeness.
    - `gap`: points of value added between the schools, rising to 1 between
      `gap_best_from` and `gap_best_to`, then falling; by assessment, 1 for one rubric
      level ahead and `steps_fall` less for each more.
    - `elements`: mean over what the school needs; of a rubric element, the levels ahead
      / `element_steps`; of the area compared by results, the probability of being better.
    - `logistics`: 1 - km / largest km (or minutes / largest minutes where given), at
      least `online_value` where both accept on line.
    - `experience`: half for having worked in schools of that rurality, half for the
      years in post / `full_years`; what is not on record counts as none.
    - `continuity`: 1 if they have been partners before, 1/2 if they have the same owner.
    """
    pairs = Pairs(side, table.school_row, table.leader_row)
    units = np.empty((len(TERMS), table.size), dtype=np.int64)
    terms = {
        Term.CONTEXT: _context(side, table),
        Term.GAP: _gap(table, rules),
        Term.ELEMENTS: _elements(side, table, rules),
        Term.LOGISTICS: _logistics(side, table, rules),
        Term.EXPERIENCE: _experience(pairs, rules),
        Term.CONTINUITY: _continuity(pairs),
    }
    total = np.zeros(table.size, dtype=np.int64)
    for number, term in enumerate(TERMS):
        share = np.clip(terms[term], 0.0, 1.0)
        share *= TERM_UNITS
        units[number] = np.rint(share, out=share)
        total += rules.hundredths.get(term, 0) * units[number]
    return ScoredPairs(pairs=table, rules=rules, term_units=units, score_units=total)


def best_phase(tables: Sequence[ScoredPairs]) -> tuple[IntArray, IntArray]:
    """For schools taught in two phases, each pair in the phase where it scores higher.

    Parameters
    ----------
    tables : sequence of ScoredPairs
        One a phase; on a tie the earlier one stays.

    Returns
    -------
    table, row : ndarray of int
        Which table, and which row of it; ascending by school, then leader.
    """
    if not tables:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    sizes = [scored.pairs.size for scored in tables]
    table = np.repeat(np.arange(len(tables)), sizes)
    row = np.concatenate([np.arange(size) for size in sizes])
    school = np.concatenate([scored.pairs.school for scored in tables])
    leader = np.concatenate([scored.pairs.leader for scored in tables])
    units = np.concatenate([scored.score_units for scored in tables])
    order = np.lexsort((table, -units, leader, school))
    school, leader = school[order], leader[order]
    first = np.ones(order.size, dtype=bool)
    first[1:] = (school[1:] != school[:-1]) | (leader[1:] != leader[:-1])
    return table[order[first]], row[order[first]]


def _context(side: Field, table: PairTable) -> FloatArray:
    if side.like_within == 0:
        return np.ones(table.size)
    return np.asarray(1.0 - table.context_distance / side.like_within)


def _gap(table: PairTable, rules: ScoreRules) -> FloatArray:
    # up to 1 on one side, down from it on the other; rounding to [0, 1] comes with all terms
    rising = table.gap / rules.gap_best_from
    falling = rules.gap_zero_at - table.gap
    falling /= rules.gap_zero_at - rules.gap_best_to
    measured = np.minimum(rising, falling, out=rising)
    if table.by_results.all():
        return measured
    judged = 1.0 - rules.steps_fall * (np.nan_to_num(table.steps_ahead, nan=1.0) - 1.0)
    return np.where(table.by_results, measured, judged)


def _elements(side: Field, table: PairTable, rules: ScoreRules) -> FloatArray:
    if table.by_results.all() and not side.schools.needs.any():
        return table.probability_better
    names_one = np.asarray((side.schools.needs > 0).any(axis=1))
    total = np.where(table.by_results, np.nan_to_num(table.probability_better, nan=0.0), 0.0)
    counted = table.by_results.astype(np.float64)
    named = np.flatnonzero(names_one[table.school_row])
    if named.size:
        needs = side.schools.needs[table.school_row[named]]
        ahead = (side.leaders.strengths[table.leader_row[named]] - needs) / rules.element_steps
        total[named] += (np.clip(ahead, 0.0, 1.0) * (needs > 0)).sum(axis=1)
        counted[named] += (needs > 0).sum(axis=1)
    return np.divide(total, counted, out=np.zeros(table.size), where=counted > 0)


def _logistics(side: Field, table: PairTable, rules: ScoreRules) -> FloatArray:
    preset = side.preset
    way: FloatArray = table.distance_km
    most: FloatArray = np.full(1, preset.max_km)
    if side.minutes_pairs.size:
        timed = np.isfinite(table.minutes)
        way = np.where(timed, table.minutes, table.distance_km)
        most = np.where(timed, preset.max_minutes, preset.max_km)
    share = np.divide(way, most, out=np.zeros(table.size), where=most > 0)
    on_site: FloatArray = np.subtract(1.0, share, out=share)
    if not table.online.any():
        return on_site
    on_site = np.nan_to_num(np.clip(on_site, 0.0, 1.0), nan=0.0)
    return np.where(table.online, np.maximum(on_site, rules.online_value), on_site)


def _experience(pairs: Pairs, rules: ScoreRules) -> FloatArray:
    leaders, schools = pairs.field.leaders, pairs.of_school
    rural, urban = (schools.rural == 1).take(pairs.school), (schools.rural == 0).take(pairs.school)
    rural &= leaders.worked_rural.take(pairs.leader)
    urban &= leaders.worked_urban.take(pairs.leader)
    known = np.nan_to_num(leaders.years_in_post, nan=0.0) / rules.full_years
    half = 0.5 * np.clip(known, 0.0, 1.0)
    return np.asarray(0.5 * (rural | urban) + half.take(pairs.leader), dtype=np.float64)


def _continuity(pairs: Pairs) -> FloatArray:
    value = np.asarray(0.5 * pairs.same_owner, dtype=np.float64)
    if pairs.field.together.size:
        value[pairs.among(pairs.field.together)] = 1.0
    return value
