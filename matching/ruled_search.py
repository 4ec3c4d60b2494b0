"""The search of a ruled assignment: the best found so far, and what is proven of it."""

from dataclasses import dataclass, field

import numpy as np

from matching.answers import (
    Assignment,
    result_of,
)
from matching.arrays import BoolArray, FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.clock import Clock
from matching.instances import Instance
from matching.integer_programme import Programme, made_pairs

EXACT_TO = 1e-6
"""HiGHS stops when no answer can be better by more than this."""


@dataclass(slots=True, eq=False)
class Search:
    """The best found so far, and what is proven of it."""

    instance: Instance
    programme: Programme
    clock: Clock
    pair_of: IntArray | None = None
    proven: dict[int, int] = field(default_factory=dict)
    proven_up_to: float | None = None
    gap: float = 1.0
    relaxed: Assignment | None = None
    added_up: bool = False

    def aim(self, worth: FloatArray, step: str, share: float, patience: float = 1.0) -> BoolArray | None:
        """Pursue one aim; None if it may not begin, is impossible, or was not proven in time.

        With less patience than 1 it takes no more than that part of the time left, and the
        search goes on if nothing was found.
        """
        if not self.clock.may_begin(step, share):
            return None
        answer = self.programme.best(worth, self.clock, patience)
        if answer.made is not None and (answer.proven or self._betters(answer.made, worth)):
            self.pair_of = made_pairs(self.instance, answer.made)
            reached = float(worth[answer.made].sum())
            self.gap = abs(answer.bound - reached) / max(abs(answer.bound), abs(reached), EXACT_TO)
        if not answer.proven:
            self.clock.stopped = patience == 1 or answer.made is not None
            return None
        return answer.made

    def _betters(self, made: BoolArray, worth: FloatArray) -> bool:
        """Whether an unproven answer is better than the one at hand."""
        if self.pair_of is None:
            return True

        def value(pair_of: IntArray) -> tuple[tuple[int, ...], float]:
            by_urgency = result_of(self.instance, pair_of).matched_by_urgency
            return tuple(by_urgency.values()), float(worth[pair_of[pair_of != NO_PAIR]].sum())

        return value(made_pairs(self.instance, made)) > value(self.pair_of)

    def count(self, pairs: BoolArray, step: str, share: float, *, fewest: bool = False) -> int | None:
        """As many (or few) of these pairs as possible, and hold that fast."""
        made = self.aim(-pairs.astype(float) if fewest else pairs.astype(float), step, share)
        if made is None:
            return None
        number = int(made[pairs].sum())
        self.programme.require(pairs, 0 if fewest else number, number if fewest else np.inf)
        return number
