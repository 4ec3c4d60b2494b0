"""Every allowed pair of a phase, exactly, without asking every rule of every pair.

Over-fetching from an index of nearest neighbours and filtering afterwards would not be
exact; the search of :mod:`matching.search` is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.pair_figures import Pairs
from matching.places import BLOCK_PAIRS
from matching.positions import ranges
from matching.profiles import Phase
from matching.search import allowed_batches
from matching.sides import Field


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairTable:
    """The allowed pairs of a phase, ascending by school, then leader.

    Parameters
    ----------
    phase : Phase
    school, leader, leader_school : ndarray of int of shape (n_pairs,)
        Official number of the school, id of the leader, number of the leader's school.
    school_row, leader_row : ndarray of int
        Rows of the two sides of the field.
    context_distance, coverage : ndarray
        In SDs; share of the weight compared.
    distance_km : ndarray
        NaN where a place is missing.
    minutes : ndarray
        NaN where no travel time is given.
    place_estimated : ndarray of bool
        A place is only the mean point of its commune.
    online : ndarray of bool
        Both accept to work on line.
    by_results : ndarray of bool
        False where "better" rests on the assessment of named people.
    gap, probability_better : ndarray
        Points of value added; NaN where results are missing.
    steps_ahead : ndarray
        Rubric levels, where assessment decides; NaN elsewhere.
    """

    phase: Phase
    school: IntArray
    leader: IntArray
    leader_school: IntArray
    school_row: IntArray
    leader_row: IntArray
    context_distance: FloatArray
    coverage: FloatArray
    distance_km: FloatArray
    minutes: FloatArray
    place_estimated: BoolArray
    online: BoolArray
    by_results: BoolArray
    gap: FloatArray
    probability_better: FloatArray
    steps_ahead: FloatArray

    @property
    def size(self) -> int:
        """How many pairs."""
        return int(self.school.size)

    def take(self, rows: IntArray) -> Self:
        """Some of the pairs, in that order."""
        return replace(self, **{name: getattr(self, name).take(rows) for name in _COLUMNS})


_COLUMNS = tuple(column.name for column in fields(PairTable) if column.name != "phase")


def allowed_pairs(field: Field, block_pairs: int = BLOCK_PAIRS) -> PairTable:
    """Find all pairs that no hard rule refuses.

    Parameters
    ----------
    field : Field
    block_pairs : int
        Pairs looked at together; bounds the memory, changes nothing else.

    Returns
    -------
    PairTable
    """
    return table_of(field, list(allowed_batches(field, block_pairs)))


def table_of(field: Field, found: Sequence[Pairs]) -> PairTable:
    """One table of the pairs of some batches, in order."""
    nobody = np.empty(0, dtype=np.int64)
    together = joined([as_they_lie(pairs) for pairs in found or [Pairs(field, nobody, nobody)]])
    order = pair_order(together.school_row, together.leader_row)
    return together if order is None else together.take(order)


def as_they_lie(pairs: Pairs) -> PairTable:
    """The columns of some pairs, in the order in which they are."""
    field, school, leader = pairs.field, pairs.school, pairs.leader
    return PairTable(
        phase=field.phase,
        school=field.schools.ids[school],
        leader=field.leaders.ids[leader],
        leader_school=field.leaders.schools[leader],
        school_row=school,
        leader_row=leader,
        context_distance=pairs.context_distance,
        coverage=pairs.coverage,
        distance_km=pairs.km,
        minutes=pairs.minutes,
        place_estimated=pairs.place_estimated,
        online=pairs.online,
        by_results=pairs.by_results,
        gap=pairs.gap,
        probability_better=pairs.probability_better,
        steps_ahead=pairs.steps_ahead,
    )


def joined(tables: Sequence[PairTable]) -> PairTable:
    """The pairs of one table after those of another; at least one table."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in tables]) for name in _COLUMNS
    }
    return replace(tables[0], **columns)


def pair_order(school: IntArray, leader: IntArray) -> IntArray | None:
    """Positions in the order of school, then leader; None if they lie so already.

    Where each school's pairs lie together and by leader, whole runs are put in order, which
    is much quicker than ordering pairs.
    """
    ends = school[1:] != school[:-1]
    starts = np.flatnonzero(np.concatenate([[True], ends])) if school.size else np.zeros(0, dtype=np.int64)
    runs = school[starts]
    if (runs[1:] > runs[:-1]).all() and (ends | (leader[1:] > leader[:-1])).all():
        return None
    order = np.argsort(runs, kind="stable")
    sorted_runs = runs[order]
    if (sorted_runs[1:] == sorted_runs[:-1]).any() or not (ends | (leader[1:] > leader[:-1])).all():
        return np.lexsort((leader, school))
    return ranges(np.append(starts, school.size), order)
