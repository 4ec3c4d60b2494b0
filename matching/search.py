"""The search for allowed pairs, some tens of thousands at a time.

Pairs that can meet on site are found through the grid of places, those that both accept
on line among all, those with a travel time by their list. A sieve rules out most of them
by blocks; what is left goes through the hard rules one by one. Rules that can refuse
nobody in this field are not asked, and those that are cheap to ask come first.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.constraints import LEADER_RULES, PAIR_RULES, SCHOOL_RULES, Rule
from matching.pair_figures import Pairs
from matching.places import near_blocks
from matching.refusals import RefusalCode
from matching.sides import Field
from matching.sieve import Sieve

BATCH_PAIRS = 16_000
"""Pairs asked together, so that their figures stay near the processor."""

_FIRST = (RefusalCode.SES_TOO_FAR, RefusalCode.GAP_TOO_SMALL)

_IDLE: dict[RefusalCode, Callable[[Field], bool]] = {
    RefusalCode.OWN_SCHOOL: lambda f: not np.isin(f.leaders.schools, f.schools.ids).any(),
    RefusalCode.CONFLICT: lambda f: not f.conflicts.size,
    RefusalCode.EXCLUDED_BY_SCHOOL: lambda f: not f.excluded.size,
    RefusalCode.DECLINED_RECENTLY: lambda f: not f.declined.size,
    RefusalCode.LANGUAGE_NOT_SHARED: lambda f: bool(
        np.bitwise_and.reduce(f.schools.languages) & np.bitwise_and.reduce(f.leaders.languages)
    ),
    RefusalCode.SAME_OWNER: lambda f: not f.preset.same_owner_bars,
    RefusalCode.TOO_FEW_RESULTS: lambda f: bool(f.leaders.by_results.all()),
    RefusalCode.NOT_ASSESSED_BETTER: lambda f: bool(f.schools.by_results.all()),
    RefusalCode.RURALITY_DIFFERS: lambda f: not f.preset.same_rurality,
    RefusalCode.TOO_FAR_FOR_LEADER: lambda f: bool(np.isnan(f.leaders.max_km).all()),
}
"""Rules that may have nobody to refuse, and when that is so."""


def unbarred(field: Field) -> tuple[IntArray, IntArray]:
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


def allowed_batches(field: Field, block_pairs: int) -> Iterator[Pairs]:
    """Every allowed pair exactly once, with the figures that the rules asked for.

    Parameters
    ----------
    field : Field
    block_pairs : int
        Pairs that the sieve looks at together.

    Yields
    ------
    Pairs
        Of a school, the pairs in reach come together and by leader.
    """
    schools, leaders = unbarred(field)
    if not (schools.size and leaders.size and np.isfinite(field.like_within)):
        return
    asked = {code for code, _ in PAIR_RULES if code not in _IDLE or not _IDLE[code](field)}
    # within the radius, only a travel time could say that it is too far
    near = set() if field.minutes_pairs.size else {RefusalCode.NO_PLACE, RefusalCode.TOO_FAR}
    sieve = Sieve(field)
    for pairs, counted in _in_reach(sieve, schools, leaders, block_pairs):
        yield _allowed(pairs, counted, _rules(asked - near - sieve.settles))
    for pairs, counted in _on_line(sieve, schools, leaders, block_pairs):
        yield _allowed(pairs, counted, _rules(asked - sieve.settles))
    if field.minutes_pairs.size:
        yield _allowed(*_timed(field, schools, leaders), _rules(asked))


def keeping_all(pairs: Pairs) -> Pairs:
    """The pairs that every rule about two lets pass."""
    return _allowed(pairs, np.ones(pairs.size, dtype=bool), [rule for _, rule in PAIR_RULES])


def _rules(asked: set[RefusalCode]) -> list[Rule]:
    """The rules asked, the cheap and often refusing ones first."""
    rules = [(code, rule) for code, rule in PAIR_RULES if code in asked]
    return [rule for _, rule in sorted(rules, key=lambda entry: entry[0] not in _FIRST)]


def _allowed(pairs: Pairs, alive: BoolArray, rules: list[Rule]) -> Pairs:
    """Those of the pairs alive that all the rules let pass."""
    for rule in rules:
        alive &= rule(pairs).holds
        # copying what is left costs more than asking a few pairs too many
        if np.count_nonzero(alive) < (0.95 if len(vars(pairs)) < 8 else 0.8) * alive.size:
            pairs = pairs.keep(alive)
            alive = np.ones(pairs.size, dtype=bool)
    return pairs if alive.all() else pairs.keep(alive)


def _in_reach(
    sieve: Sieve, schools: IntArray, leaders: IntArray, block_pairs: int
) -> Iterator[tuple[Pairs, BoolArray]]:
    """Pairs that are not surely refused, and whether they lie within the radius."""
    field = sieve.field
    radius = field.preset.max_km
    here, there = field.schools.at.points, field.leaders.at.points
    blocks = (
        sieve.left(schools[a], leaders[b], near=True)
        for a, b in near_blocks(here[schools], there[leaders], radius, block_pairs)
    )
    for school, leader in _batches(blocks):
        pairs = Pairs(field, school, leader)
        yield pairs, pairs.km <= radius


def _on_line(
    sieve: Sieve, schools: IntArray, leaders: IntArray, block_pairs: int
) -> Iterator[tuple[Pairs, BoolArray]]:
    """Pairs that both accept to work on line, and whether they lie beyond the radius or without a place."""
    field = sieve.field
    asking, helping = schools[field.schools.online[schools]], leaders[field.leaders.online[leaders]]
    step = max(1, block_pairs // max(1, helping.size))
    blocks = (
        sieve.left(asking[start : start + step], helping, near=False)
        for start in range(0, asking.size if helping.size else 0, step)
    )
    for school, leader in _batches(blocks):
        pairs = Pairs(field, school, leader)
        yield pairs, ~(pairs.km <= field.preset.max_km)


def _timed(field: Field, schools: IntArray, leaders: IntArray) -> tuple[Pairs, BoolArray]:
    """Pairs with a travel time, and whether neither of the other two ways has found them."""
    school, leader = np.divmod(field.minutes_pairs, field.leaders.ids.size)
    known = np.isin(school, schools) & np.isin(leader, leaders)
    pairs = Pairs(field, school[known], leader[known])
    return pairs, ~(pairs.km <= field.preset.max_km) & ~pairs.online


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
        if size >= BATCH_PAIRS:
            yield np.concatenate([a for a, _ in waiting]), np.concatenate([b for _, b in waiting])
            waiting, size = [], 0
    if waiting:
        yield np.concatenate([a for a, _ in waiting]), np.concatenate([b for _, b in waiting])
