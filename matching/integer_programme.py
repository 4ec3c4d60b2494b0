"""Integer programmes over the pairs of an instance, solved by HiGHS through scipy.

Only for rules that no flow can keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.instances import Instance
from matching.interruptible import Found, least_cost
from matching.rule_rows import Row


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that has to give way, and how far.

    Parameters
    ----------
    rule : str
    asked, enough : int or None
        The figure of the rule, and one that would do; None where the rule has none.
    """

    rule: str
    asked: int | None
    enough: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best found for one aim.

    Parameters
    ----------
    made : ndarray of bool, shape (n_pairs,), or None
        None if nothing was found.
    bound : float
        No assignment is worth more.
    proven : bool
    """

    made: BoolArray | None
    bound: float
    proven: bool


class Programme:
    """Pairs to choose, under rows that are added one by one.

    Parameters
    ----------
    instance : Instance
    rows : sequence of Row
    """

    def __init__(self, instance: Instance, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        self.size = instance.score.size
        self.low = instance.locked.astype(np.float64)
        self.high = instance.allowed.astype(np.float64)

    def require(self, pairs: BoolArray, least: float, most: float) -> None:
        """Bound the number of these pairs."""
        at = np.flatnonzero(pairs)
        self.rows.append(Row(at, np.ones(at.size), least, most))

    def drop(self, pairs: BoolArray) -> None:
        """Leave out these pairs, but for the locked."""
        self.high[pairs & (self.low == 0)] = 0

    def best(self, worth: FloatArray, clock: Clock, patience: float = 1.0) -> Answer:
        """Choose the pairs of the greatest worth, within that part of the time left."""
        if not self.size:
            wanted = any(row.low > 0 for row in self.rows)
            return Answer(None if wanted else np.zeros(0, dtype=bool), 0.0, True)
        found = self._least(-worth, self._matrix(), (self.low, self.high), clock, patience)
        made = None if found.x is None else found.x > 0.5
        bound = -found.bound if found.bound is not None else np.inf
        return Answer(made, bound, found.finished)

    def smallest_change(self, clock: Clock) -> tuple[Broken, ...]:
        """The rules that must give way for anything to be possible, by as little as can be in all."""
        soft = [n for n, row in enumerate(self.rows) if row.rule]
        give = csr_array(
            (np.ones(len(soft)), (soft, np.arange(len(soft)))), shape=(len(self.rows), len(soft))
        )
        matrix = hstack([self._matrix(), give, -give])
        size = self.size + 2 * len(soft)
        high = np.concatenate([self.high, np.full(2 * len(soft), np.inf)])
        low = np.concatenate([self.low, np.zeros(2 * len(soft))])
        found = self._least((np.arange(size) >= self.size).astype(np.float64), matrix, (low, high), clock)
        if found.x is None:
            return ()
        short = np.rint(found.x[self.size :]).astype(np.int64)
        broken: dict[str, Broken] = {}
        for at, n in enumerate(soft):
            row, change = self.rows[n], int(short[len(soft) + at] - short[at])
            if change:
                enough = None if row.asked is None else row.asked + change
                broken.setdefault(row.rule, Broken(row.rule, row.asked, enough))
        return tuple(broken.values())

    def _matrix(self) -> Any:
        index = np.concatenate([row.pairs for row in self.rows] or [np.zeros(0, dtype=np.int64)])
        value = np.concatenate([row.sign for row in self.rows] or [np.zeros(0)])
        row_of = np.repeat(np.arange(len(self.rows)), [row.pairs.size for row in self.rows])
        return csr_array((value, (row_of, index)), shape=(len(self.rows), self.size))

    def _least(
        self,
        cost: FloatArray,
        matrix: Any,
        bounds: tuple[FloatArray, FloatArray],
        clock: Clock,
        patience: float = 1.0,
    ) -> Found:
        rows = np.array([row.low for row in self.rows]), np.array([row.high for row in self.rows])
        left = clock.left()
        seconds = None if left is None else patience * left
        return least_cost(cost, matrix, rows, bounds, seconds, clock.still_wanted if clock.progress else None)


def made_pairs(instance: Instance, made: BoolArray) -> IntArray:
    """Position of each school's pair, from a mark at each pair."""
    pair_of = np.full(len(instance.school_ids), NO_PAIR, dtype=np.int64)
    pairs = np.flatnonzero(made)
    pair_of[instance.pair_school[pairs]] = pairs
    return pair_of
