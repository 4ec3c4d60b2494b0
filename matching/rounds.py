"""One round of matching: the allowed pairs of every phase, scored, and the best assignment.

A school that teaches two phases is one node with its smallest urgency; a pair that is allowed
in both takes the phase with the higher score (the earlier phase where they tie).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.assignment import Assignment, solve
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.lottery import Lottery
from matching.pairs import allowed_pairs
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


def play(
    phases: Sequence[ScoredPhase],
    urgency: Mapping[int, int],
    *,
    locked: Collection[tuple[int, int]] = (),
    forbidden: Collection[tuple[int, int]] = (),
    policy: str = "total",
    waited: Mapping[int, int] | None = None,
    previous: Collection[tuple[int, int]] = (),
    change_price: float = 0.0,
    lottery: Lottery | None = None,
    progress: Progress | None = None,
) -> Round:
    """Join the phases to one instance and solve it.

    Parameters
    ----------
    phases : sequence of ScoredPhase
    urgency : mapping of school to int
        The smallest over its phases.
    locked, forbidden : collection of (school, leader)
    policy : str
    waited : mapping of school to int, optional
        Rounds that a school was left without a leader.
    previous : collection of (school, leader)
        What was proposed before.
    change_price : float
        In scores, for each of those that is not made again; of no account where none is left.
    lottery : Lottery, optional
        Among near-equals.
    progress : callable, optional

    Returns
    -------
    Round

    Raises
    ------
    InstanceError
        A locked pair is not allowed, or locks contradict each other.
    """
    capacity = _capacities(phases)
    schools, leaders = sorted(urgency), sorted(capacity)
    school, leader, score, phase, row = _join(phases)
    proposed = [pair for pair in previous if pair[0] in urgency and pair[1] in capacity]
    instance = Instance.from_arrays(
        schools,
        [urgency[one] for one in schools],
        leaders,
        [capacity[one] for one in leaders],
        np.searchsorted(np.array(schools, dtype=np.int64), school),
        np.searchsorted(np.array(leaders, dtype=np.int64), leader),
        score,
        forbidden=[pair for pair in forbidden if pair[0] in urgency and pair[1] in capacity],
        locked=locked,
        waited=[waited.get(one, 0) for one in schools] if waited else None,
        previous=proposed,
        change_price=change_price if proposed else 0.0,
        lottery=lottery,
    )
    return Round(
        phases=tuple(phases),
        instance=instance,
        assignment=solve(instance, policy=policy, progress=progress),
        pair_phase=phase,
        pair_row=row,
    )


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
