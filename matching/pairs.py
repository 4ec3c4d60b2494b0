"""Every allowed pair of a phase, exactly, without asking every rule of every pair.

Pairs that can meet on site are found through the grid of places, those that both accept
on line among all, those with a travel time by their list. Within a block, three matrix
products in single precision rule out what is surely too far, not better or not alike,
each with room for its rounding; what is left goes through the hard rules one by one.
Over-fetching from an index of nearest neighbours and filtering afterwards would not be
exact; this is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from matching.arrays import BoolArray, FloatArray, IntArray, SingleArray
from matching.constraints import LEADER_RULES, PAIR_RULES, SCHOOL_RULES
from matching.pair_figures import Pairs
from matching.places import BLOCK_PAIRS, EARTH_RADIUS_KM, near_blocks
from matching.profiles import Phase
from matching.sides import Field

_UNIT = float(np.finfo(np.float32).eps)
_NEVER = -1e6
_BATCH = 60_000


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
    schools, leaders = _unbarred(field)
    found: list[Pairs] = []
    if schools.size and leaders.size and np.isfinite(field.like_within):
        for pairs in _candidates(field, schools, leaders, block_pairs):
            kept = _allowed(pairs)
            if kept.size:
                found.append(kept)
    return _table(field, found)


def _unbarred(field: Field) -> tuple[IntArray, IntArray]:
    """Rows of the schools and of the leaders that no rule bars by themselves."""
    first = np.zeros(1, dtype=np.int64)
    schools = np.arange(field.schools.ids.size)
    leaders = np.arange(field.leaders.ids.size)
    if not schools.size or not leaders.size:
        return schools[:0], leaders[:0]
    alone = Pairs(field, np.broadcast_to(first, leaders.shape), leaders)
    for _, rule in LEADER_RULES:
        alone = alone.keep(rule(alone).holds)
    asking = Pairs(field, schools, np.broadcast_to(first, schools.shape))
    for _, rule in SCHOOL_RULES:
        asking = asking.keep(rule(asking).holds)
    return asking.school, alone.leader


def _candidates(field: Field, schools: IntArray, leaders: IntArray, block_pairs: int) -> Iterator[Pairs]:
    """Pairs in reach that are not surely refused; each allowed pair exactly once."""
    sieve = _Sieve(field)
    here, there = field.schools.at.points, field.leaders.at.points
    radius = field.preset.max_km
    near = (
        sieve.left(schools[a], leaders[b], near=True)
        for a, b in near_blocks(here[schools], there[leaders], radius, block_pairs)
    )
    for school, leader in _batches(near):
        pairs = Pairs(field, school, leader)
        yield pairs.keep(pairs.km <= radius)
    online_schools = schools[field.schools.online[schools]]
    online_leaders = leaders[field.leaders.online[leaders]]
    step = max(1, block_pairs // max(1, online_leaders.size))
    anywhere = (
        sieve.left(online_schools[start : start + step], online_leaders, near=False)
        for start in range(0, online_schools.size if online_leaders.size else 0, step)
    )
    for school, leader in _batches(anywhere):
        pairs = Pairs(field, school, leader)
        yield pairs.keep(~(pairs.km <= radius))
    if field.minutes_pairs.size:
        school, leader = np.divmod(field.minutes_pairs, field.leaders.ids.size)
        known = np.isin(school, schools) & np.isin(leader, leaders)
        pairs = Pairs(field, school[known], leader[known])
        yield pairs.keep(~(pairs.km <= radius) & ~pairs.online)


def _batches(
    blocks: Iterable[tuple[IntArray, IntArray]],
) -> Iterator[tuple[IntArray, IntArray]]:
    """The pairs of many small blocks, some tens of thousands at a time."""
    waiting: list[tuple[IntArray, IntArray]] = []
    size = 0
    for block in blocks:
        if not block[0].size:
            continue
        waiting.append(block)
        size += block[0].size
        if size >= _BATCH:
            yield np.concatenate([a for a, _ in waiting]), np.concatenate([b for _, b in waiting])
            waiting, size = [], 0
    if waiting:
        yield np.concatenate([a for a, _ in waiting]), np.concatenate([b for _, b in waiting])


def _allowed(pairs: Pairs) -> Pairs:
    alive = np.ones(pairs.size, dtype=bool)
    for _, rule in PAIR_RULES:
        alive &= rule(pairs).holds
        # copying what is left costs more than asking a few pairs too many
        if np.count_nonzero(alive) < 0.8 * alive.size:
            pairs = pairs.keep(alive)
            alive = np.ones(pairs.size, dtype=bool)
    return pairs.keep(alive)


class _Sieve:
    """Rules out pairs by three matrix products, never one that is allowed."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.near_here = field.schools.at.points.astype(np.float32)
        self.near_there = field.leaders.at.points.astype(np.float32)
        angle = min(field.preset.max_km / EARTH_RADIUS_KM, np.pi)
        # three products of numbers up to 1, and their own rounding
        self.least_cosine = np.float32(np.cos(angle) - 16 * _UNIT)
        self.like_here, self.like_there = _likeness_factors(field)
        self.better_here, self.better_there, self.better_slack = _better_factors(field)

    def left(self, schools: IntArray, leaders: IntArray, *, near: bool) -> tuple[IntArray, IntArray]:
        """The pairs of a block that may be allowed."""
        may = self.better_here[schools] @ self.better_there[leaders].T >= -self.better_slack
        if near:
            may &= self.near_here[schools] @ self.near_there[leaders].T >= self.least_cosine
        may &= self.like_here[schools] @ self.like_there[leaders].T <= 0
        a, b = np.divmod(np.flatnonzero(may), leaders.size)
        return schools[a], leaders[b]


def _likeness_factors(field: Field) -> tuple[SingleArray, SingleArray]:
    """L, R with L @ R.T <= 0 wherever the context distance is within the line.

    square - line² x weight <= 0 is one product, because both sums are. A last column
    takes off what single precision may have added: for k terms at most about k units in
    the last place of the product of the two norms (Higham 2002, §3.1).
    """
    left, right, known = field.space.factors
    width = known.shape[1]
    left = left.copy()
    left[:, :width] -= field.like_within**2 * known * field.space.feature_weights
    here = left[field.schools.at.row]
    there = right[np.maximum(field.leaders.at.row, 0)]
    used = np.any(here != 0, axis=0) & np.any(there != 0, axis=0)
    here, there = here[:, used], there[:, used]
    slack = (here.shape[1] + 8) * _UNIT
    here = np.column_stack([here, -slack * np.linalg.norm(here, axis=1) - 1e-30])
    there = np.column_stack([there, np.linalg.norm(there, axis=1)])
    if field.preset.same_rurality:
        # two columns that are 0 unless the rurality differs, and then outweigh all others
        rural, theirs = field.schools.at.rural, field.leaders.at.rural
        both = field.leaders.worked_rural & field.leaders.worked_urban
        here = np.column_stack([here, -_NEVER * (rural == 1), -_NEVER * (rural == 0)])
        there = np.column_stack([there, (theirs == 0) & ~both, (theirs == 1) & ~both])
    return here.astype(np.float32), there.astype(np.float32)


def _better_factors(field: Field) -> tuple[SingleArray, SingleArray, np.float32]:
    """L, R with L @ R.T >= -slack wherever the leader's school may be surely better.

    gap >= z sqrt(s² + t²) implies gap >= z (s + t) / sqrt(2), which is one product; for
    a probability below one half the smallest gap stands alone. Schools judged by
    assessment pass. A leader not surely above zero in an area is never better in it.
    """
    preset, schools, leaders = field.preset, field.schools, field.leaders
    # from z = 8.3 on, the probability is 1 in double precision
    z = min(max(float(ndtri(preset.min_probability_better)), 0.0), 8.0) / np.sqrt(2)
    with np.errstate(invalid="ignore"):
        sure = ndtr(leaders.level / leaders.level_sd) >= preset.min_probability_above_zero
    usable = sure & leaders.by_results
    there = np.where(usable, leaders.level - z * leaders.level_sd, _NEVER)
    least = np.where(z > 0, 0.0, preset.min_gap)
    level = np.where(schools.by_results, schools.level + z * schools.level_sd + least, 0.0)
    here = np.zeros((schools.ids.size, there.shape[1] + 1))
    compared = np.flatnonzero(schools.by_results)
    here[compared, schools.area[compared]] = 1.0
    here[:, -1] = -level
    sizes = [np.abs(values[np.isfinite(values) & (values > _NEVER)]) for values in (there, level)]
    size = sum(float(values.max(initial=0.0)) for values in sizes)
    there = np.column_stack([there, np.ones(leaders.ids.size)])
    slack = np.float32(16 * _UNIT * (1.0 + size))
    return here.astype(np.float32), there.astype(np.float32), slack


def _table(field: Field, found: list[Pairs]) -> PairTable:
    """One table of the blocks' pairs, in order."""
    if not found:
        nobody = np.empty(0, dtype=np.int64)
        found = [Pairs(field, nobody, nobody)]

    def column(name: str) -> FloatArray:
        return np.concatenate([getattr(pairs, name) for pairs in found])

    school = np.concatenate([pairs.school for pairs in found])
    leader = np.concatenate([pairs.leader for pairs in found])
    order = np.argsort(field.keys(school, leader), kind="stable")
    school, leader = school[order], leader[order]
    return PairTable(
        phase=field.phase,
        school=field.schools.ids[school],
        leader=field.leaders.ids[leader],
        leader_school=field.leaders.schools[leader],
        school_row=school,
        leader_row=leader,
        context_distance=column("context_distance")[order],
        coverage=column("coverage")[order],
        distance_km=column("km")[order],
        minutes=column("minutes")[order],
        place_estimated=column("place_estimated")[order].astype(bool),
        online=column("online")[order].astype(bool),
        by_results=column("by_results")[order].astype(bool),
        gap=column("gap")[order],
        probability_better=column("probability_better")[order],
        steps_ahead=column("steps_ahead")[order],
    )
