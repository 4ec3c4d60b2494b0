"""The best allowed leaders of each school: by score, ties by id."""

import numpy as np

from matching.arrays import IntArray
from matching.errors import RuleError
from matching.scoring import SCORE_UNITS, ScoredPairs


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
    leaders = int(pairs.leader_row.max()) + 1
    # one whole number orders by school, then score, then leader; rows ascend by id
    rank = (pairs.school_row * (SCORE_UNITS + 1) + SCORE_UNITS - scored.score_units) * leaders
    order = np.argsort(rank + pairs.leader_row, kind="stable")
    # the table ascends by school, so each school's pairs keep their block of places
    first = np.flatnonzero(np.diff(pairs.school_row, prepend=-1))
    length = np.diff(np.append(first, order.size))
    best: IntArray = order[np.arange(order.size) - np.repeat(first, length) < k]
    return best
