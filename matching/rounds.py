"""One round of matching: the allowed pairs of every phase, scored, and the best assignment.

A school that teaches two phases is one node with its smallest urgency; a pair that is allowed
in both takes the phase with the higher score (the earlier phase where they tie).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.assignment import Assignment, solve
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.lottery import Lottery
from matching.pairs import allowed_pairs
from matching.rule_book import RuleBook
from matching.rules import Labels
from matching.scoring import DEFAULT_SCORE, ScoredPairs, ScoreRules, best_phase, score_pairs
from matching.sides import Field

Progress = Callable[[str, float], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredPhase:
    """The allowed pairs of one phase with their scores."""

    field: Field
    scored: ScoredPairs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """What went into the assignment and what came out.

    Parameters
    ----------
    phases : tuple of ScoredPhase
    instance : Instance
    assignment : Assignment
    pair_phase, pair_row : ndarray of int of shape (n_pairs,)
        For each pair of the instance, its phase and its row in that phase's table.
    """

    phases: tuple[ScoredPhase, ...]
    instance: Instance
    assignment: Assignment
    pair_phase: IntArray
    pair_row: IntArray

    def made(self) -> list[int]:
        """Positions of the pairs made, by school."""
        return [pair for pair in self.assignment.pair_of.tolist() if pair != NO_PAIR]


def score_phases(fields: Sequence[Field], rules: ScoreRules = DEFAULT_SCORE) -> tuple[ScoredPhase, ...]:
    """Find and score the allowed pairs of each phase.

    Parameters
    ----------
    fields : sequence of Field
        One a phase, the earlier phase first.
    rules : ScoreRules
    """
    return tuple(ScoredPhase(field=one, scored=score_pairs(one, allowed_pairs(one), rules)) for one in fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """What is asked of a round beyond the scores.

    Parameters
    ----------
    policy : str
    locked, forbidden : collection of (school, leader)
    waited : mapping of school to int
        Rounds that a school was left without a leader.
    previous : collection of (school, leader)
        What was proposed before.
    change_price : float
        In scores, for each of those that is not made again; of no account where none is left,
        nor under ``stable``.
    lottery : Lottery or None
        Among near-equals.
    book : RuleBook
    school_labels, leader_labels : mapping of id to labels
    school_rankings, leader_rankings : mapping of id to sequence of ids
        Best first, as stated; who is left out comes after those named, by score.
    only_ranked : collection of ("schools" or "leaders", id)
        Those for whom nobody else will do.
    time_limit : float or None
        Seconds of the solve.
    """

    policy: str = "total"
    locked: Collection[tuple[int, int]] = ()
    forbidden: Collection[tuple[int, int]] = ()
    waited: Mapping[int, int] = field(default_factory=dict)
    previous: Collection[tuple[int, int]] = ()
    change_price: float = 0.0
    lottery: Lottery | None = None
    book: RuleBook = field(default_factory=RuleBook)
    school_labels: Mapping[int, Labels] = field(default_factory=dict)
    leader_labels: Mapping[int, Labels] = field(default_factory=dict)
    school_rankings: Mapping[int, Sequence[int]] = field(default_factory=dict)
    leader_rankings: Mapping[int, Sequence[int]] = field(default_factory=dict)
    only_ranked: Collection[tuple[str, int]] = ()
    time_limit: float | None = None


def play(
    phases: Sequence[ScoredPhase],
    urgency: Mapping[int, int],
    rules: RoundRules | None = None,
    *,
    progress: Progress | None = None,
) -> Round:
    """Join the phases to one instance and solve it.

    Parameters
    ----------
    phases : sequence of ScoredPhase
    urgency : mapping of school to int
        The smallest over its phases.
    rules : RoundRules, optional
    progress : callable, optional

    Returns
    -------
    Round

    Raises
    ------
    InstanceError
        A locked pair is not allowed, locks or rules contradict each other, or the policy
        cannot keep the rules.
    """
    asked = rules or RoundRules()
    instance, phase, row = join(phases, urgency, asked)
    return Round(
        phases=tuple(phases),
        instance=instance,
        assignment=solve(instance, policy=asked.policy, time_limit=asked.time_limit, progress=progress),
        pair_phase=phase,
        pair_row=row,
    )


def join(
    phases: Sequence[ScoredPhase], urgency: Mapping[int, int], rules: RoundRules
) -> tuple[Instance, IntArray, IntArray]:
    """The instance of a round, and for each of its pairs the phase and the row there.

    Raises
    ------
    InstanceError
        As :func:`play`.
    """
    capacity = _capacities(phases)
    schools, leaders = sorted(urgency), sorted(capacity)
    school, leader, score, phase, row = _join(phases)
    proposed = [pair for pair in rules.previous if pair[0] in urgency and pair[1] in capacity]
    priced = bool(proposed) and rules.policy != "stable"
    ranked = _completed(school, leader, score, rules)
    instance = Instance.from_arrays(
        schools,
        [urgency[one] for one in schools],
        leaders,
        [capacity[one] for one in leaders],
        np.searchsorted(np.array(schools, dtype=np.int64), school),
        np.searchsorted(np.array(leaders, dtype=np.int64), leader),
        score,
        forbidden=[pair for pair in rules.forbidden if pair[0] in urgency and pair[1] in capacity],
        locked=rules.locked,
        waited=[rules.waited.get(one, 0) for one in schools] if any(rules.waited.values()) else None,
        previous=proposed,
        change_price=rules.change_price if priced else 0.0,
        lottery=rules.lottery,
        school_labels=[rules.school_labels.get(one, {}) for one in schools],
        leader_labels=[rules.leader_labels.get(one, {}) for one in leaders],
        school_rankings={one: list_ for one, list_ in ranked[0].items() if one in urgency},
        leader_rankings={one: list_ for one, list_ in ranked[1].items() if one in capacity},
    )
    return rules.book.applied(instance), phase, row


def _completed(
    school: IntArray, leader: IntArray, score: FloatArray, rules: RoundRules
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The stated rankings, each followed by the allowed partners it does not name, by score then id.

    A name that is no allowed partner is passed over.
    """
    found: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
    sides = (
        ("schools", rules.school_rankings, school, leader),
        ("leaders", rules.leader_rankings, leader, school),
    )
    for told, (side, rankings, owner, partner) in zip(found, sides, strict=True):
        for one, stated in rankings.items():
            own = np.flatnonzero(owner == one)
            allowed = partner[own[np.lexsort((partner[own], -score[own]))]].tolist()
            named = [other for other in stated if other in set(allowed)]
            rest = [] if (side, one) in rules.only_ranked else [n for n in allowed if n not in set(named)]
            told[one] = named + rest
    return found


def _capacities(phases: Sequence[ScoredPhase]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in phases:
        side = one.field.leaders
        found |= dict(zip(side.ids.tolist(), side.capacity.tolist(), strict=True))
    return found


def _join(phases: Sequence[ScoredPhase]) -> tuple[IntArray, IntArray, FloatArray, IntArray, IntArray]:
    """The pairs of all phases by school and leader, each once, in its better phase."""
    phase, row = best_phase([one.scored for one in phases])
    school, leader = np.empty_like(row), np.empty_like(row)
    score = np.empty(row.size)
    for number, one in enumerate(phases):
        here = phase == number
        school[here] = one.scored.pairs.school[row[here]]
        leader[here] = one.scored.pairs.leader[row[here]]
        score[here] = one.scored.score[row[here]]
    return school, leader, score, phase, row
