"""The best allowed leaders of each school: by score, ties by id."""

import numpy as np

from matching.arrays import IntArray, SmallArray
from matching.errors import RuleError
from matching.pair_figures import KeptPairs, with_room
from matching.pairs import as_they_lie, pair_order, table_of
from matching.places import BLOCK_PAIRS
from matching.positions import first_ranges
from matching.scoring import DEFAULT_SCORE, SCORE_UNITS, TERMS, ScoredPairs, ScoreRules, score_pairs
from matching.search import allowed_batches
from matching.sides import Field

_HIGHEST = 2**62

_ROOM = 4_000_000
"""Pairs that columns are made for at first; what is not written to takes no memory."""


def shortlist(scored: ScoredPairs, k: int) -> IntArray:
    """The k best allowed pairs of each school, exactly.

    Parameters
    ----------
    scored : ScoredPairs
        All allowed pairs; the k best of all are the k best allowed ones.
    k : int
        Pairs a school, >= 1; fewer where fewer are allowed.

    Returns
    -------
    ndarray of int
        Rows of the table, ascending by school, then best first; equal scores by the
        leader's id.

    Raises
    ------
    RuleError
        k is below 1.
    """
    if k < 1:
        raise RuleError("ask for at least one candidate", "k")
    pairs = scored.pairs
    if not pairs.size:
        return np.empty(0, dtype=np.int64)
    # the table ascends by school, so each school's pairs keep their block of places
    changes = pairs.school_row[1:] != pairs.school_row[:-1]
    first = np.append(0, np.flatnonzero(changes) + 1)
    length = np.diff(np.append(first, pairs.size))
    # one whole number orders by school, then score, then leader; rows ascend by leader
    rank = np.repeat(np.arange(first.size) * (SCORE_UNITS + 1) + SCORE_UNITS, length)
    rank -= scored.score_units
    if first.size * (SCORE_UNITS + 1) < _HIGHEST // pairs.size:
        rank *= pairs.size
        rank += np.arange(pairs.size)
        rank.sort()
        order = rank - rank // pairs.size * pairs.size
    else:
        order = np.argsort(rank, kind="stable")
    return order if (length <= k).all() else order[first_ranges(np.append(first, pairs.size), k)]


def best_candidates(
    field: Field, k: int, rules: ScoreRules = DEFAULT_SCORE, block_pairs: int = BLOCK_PAIRS
) -> ScoredPairs:
    """The k best allowed pairs of each school of a field, exactly, in little memory.

    The same pairs, figures and scores as to find all allowed pairs, score them and take the
    shortlist; but some tens of thousands of pairs are looked at together and only the best
    are kept.

    Parameters
    ----------
    field : Field
    k : int
        Pairs a school, >= 1; fewer where fewer are allowed.
    rules : ScoreRules
    block_pairs : int
        Pairs looked at together; bounds the memory, changes nothing else.

    Returns
    -------
    ScoredPairs
        Ascending by school, then leader.

    Raises
    ------
    RuleError
        k is below 1.
    """
    if k < 1:
        raise RuleError("ask for at least one candidate", "k")
    room = min(min(k, field.leaders.ids.size) * field.schools.ids.size, _ROOM)
    kept, units = KeptPairs(field, room), np.empty((len(TERMS), room), dtype=np.int16)
    for pairs in allowed_batches(field, block_pairs):
        scored = score_pairs(field, as_they_lie(pairs), rules)
        rows = np.sort(shortlist(scored, k))
        before = kept.size
        kept.add(pairs, rows)
        units = with_room(units, kept.size)
        units[:, before : kept.size] = scored.term_units.take(rows, axis=1)
    if not kept.size:
        return score_pairs(field, table_of(field, []), rules)
    whole = _joined(kept, units[:, : kept.size], rules)
    del kept, units
    if np.bincount(whole.pairs.school_row).max(initial=0) <= k:
        return whole
    # a school's pairs on site and on line came in different batches
    return _taken(whole, np.sort(shortlist(whole, k)))


def _taken(scored: ScoredPairs, rows: IntArray) -> ScoredPairs:
    return ScoredPairs(
        pairs=scored.pairs.take(rows),
        rules=scored.rules,
        term_units=scored.term_units.take(rows, axis=1),
        score_units=scored.score_units.take(rows),
    )


def _joined(kept: KeptPairs, units: SmallArray, rules: ScoreRules) -> ScoredPairs:
    """The pairs of all batches with their terms, ascending by school, then leader; empties the columns."""
    order = pair_order(*kept.ends())
    pairs = kept.whole(order)
    whole = np.empty(units.shape, dtype=np.int64)
    total = np.zeros(units.shape[1], dtype=np.int64)
    for term, name in enumerate(TERMS):
        whole[term] = units[term] if order is None else units[term].take(order)
        total += rules.hundredths.get(name, 0) * whole[term]
    return ScoredPairs(pairs=as_they_lie(pairs), rules=rules, term_units=whole, score_units=total)
