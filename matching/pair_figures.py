"""The figures of pairs of school and leader, worked out when a rule or a term asks."""

from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import ndtr

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.places import km_of_squared_chord
from matching.sides import Field, Surroundings

MEASURED = ("km", "gap", "probability_better", "context_distance", "coverage")
"""Figures that cost more to work out than to carry along."""

_ENDS = ("school", "leader")


class Pairs:
    """Some pairs, as rows of the two sides of a field.

    Parameters
    ----------
    field : Field
    school, leader : ndarray of int of shape (n_pairs,)
        Rows of ``field.schools`` and ``field.leaders``.

    Notes
    -----
    Every figure is worked out pair by pair in a fixed order, so it is the same to the
    last bit for one pair alone and among millions.
    """

    def __init__(self, field: Field, school: IntArray, leader: IntArray) -> None:
        self.field = field
        self.school = school
        self.leader = leader

    @property
    def size(self) -> int:
        """How many pairs."""
        return len(self.school)

    def keep(self, which: BoolArray) -> "Pairs":
        """Some of the pairs, with the figures already worked out."""
        rows = np.flatnonzero(which)
        kept = Pairs(self.field, self.school.take(rows), self.leader.take(rows))
        for name, value in vars(self).items():
            if name not in ("field", "school", "leader") and isinstance(value, np.ndarray):
                vars(kept)[name] = value.take(rows)
        return kept

    @property
    def of_school(self) -> Surroundings:
        """Where the supported schools are."""
        return self.field.schools.at

    @property
    def of_leader(self) -> Surroundings:
        """Where the leaders' schools are."""
        return self.field.leaders.at

    def among(self, keys: IntArray) -> BoolArray:
        """Which pairs are in an ascending list of pair keys."""
        if not keys.size:
            return np.zeros(self.size, dtype=bool)
        wanted = self.field.keys(self.school, self.leader)
        place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        return np.asarray(keys[place] == wanted)

    @cached_property
    def by_results(self) -> BoolArray:
        """Compared by results; otherwise by the assessment of named people."""
        return self.field.schools.by_results[self.school]

    @property
    def _leader_area(self) -> IntArray:
        """Position of the leader's figure in the area that the school needs."""
        areas = self.field.leaders.level.shape[1]
        at: IntArray = self.leader * areas + self.field.schools.area.take(self.school)
        return at

    @cached_property
    def leader_level(self) -> FloatArray:
        """Value added of the leader's school in the area needed, points."""
        return self.field.leaders.level.take(self._leader_area)

    @cached_property
    def leader_sd(self) -> FloatArray:
        """Its standard deviation."""
        return self.field.leaders.level_sd.take(self._leader_area)

    @cached_property
    def gap(self) -> FloatArray:
        """Points of value added of the leader's school above the supported one's."""
        return self.leader_level - self.field.schools.level[self.school]

    @cached_property
    def probability_better(self) -> FloatArray:
        """That the gap is above 0, the errors of the two schools being independent."""
        square = self.leader_sd * self.leader_sd
        own = self.field.schools.level_sd.take(self.school)
        own *= own
        square += own
        sd = np.sqrt(square, out=square)
        with np.errstate(invalid="ignore"):
            return np.asarray(ndtr(self.gap / sd), dtype=np.float64)

    @cached_property
    def steps_ahead(self) -> FloatArray:
        """Rubric levels by which the leader is past the school where it stands lowest.

        The most over the elements at which the school stands lowest; NaN where results
        decide, where it names no element, or where the leader states no strength in any.
        """
        judged = np.flatnonzero(~self.by_results)
        if not judged.size:
            return np.broadcast_to(np.nan, self.size)
        steps = np.full(self.size, np.nan)
        needs = self.field.schools.needs[self.school[judged]]
        strengths = self.field.leaders.strengths[self.leader[judged]]
        lowest = np.where(needs > 0, needs, 9).min(axis=1)
        counts = (needs == lowest[:, None]) & (strengths > 0)
        most = np.where(counts, strengths - needs, -9).max(axis=1)
        steps[judged] = np.where(counts.any(axis=1), most, np.nan)
        return steps

    @cached_property
    def km(self) -> FloatArray:
        """Great-circle distance; NaN where a place is missing."""
        here, there = self.of_school.points, self.of_leader.points
        square = np.zeros(self.size)
        for axis in range(3):
            apart = here[:, axis].take(self.school)
            apart -= there[:, axis].take(self.leader)
            apart *= apart
            square += apart
        return km_of_squared_chord(square)

    @cached_property
    def minutes(self) -> FloatArray:
        """Travel time; NaN where none is given."""
        keys = self.field.minutes_pairs
        if not keys.size:
            return np.broadcast_to(np.nan, self.size)
        wanted = self.field.keys(self.school, self.leader)
        place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        return np.where(keys[place] == wanted, self.field.minutes[place], np.nan)

    @cached_property
    def online(self) -> BoolArray:
        """Both accept to work on line."""
        return self.field.schools.online[self.school] & self.field.leaders.online[self.leader]

    @cached_property
    def place_estimated(self) -> BoolArray:
        """One of the places is only the mean point of its commune."""
        here, there = self.of_school, self.of_leader
        return here.place_estimated[self.school] | there.place_estimated[self.leader]

    @cached_property
    def same_owner(self) -> BoolArray:
        """Known to have the same owner; an unknown owner is not the same."""
        owner = self.of_school.owner[self.school]
        return np.asarray((owner >= 0) & (owner == self.of_leader.owner[self.leader]))

    @cached_property
    def context_distance(self) -> FloatArray:
        """In national robust SDs; NaN where nothing is shared."""
        self._compare()
        return self.__dict__["context_distance"]  # type: ignore[no-any-return]

    @cached_property
    def coverage(self) -> FloatArray:
        """Share of the weight of the context that both publish."""
        self._compare()
        return self.__dict__["coverage"]  # type: ignore[no-any-return]

    def contributions(self) -> FloatArray:
        """What each feature adds to the squared context distance, (n_features, n_pairs)."""
        return self.field.space.contributions(
            self.of_school.row[self.school], self.of_leader.row[self.leader]
        )

    def _compare(self) -> None:
        there = self.of_leader.row.take(self.leader)
        distance, coverage = self.field.space.distance(self.of_school.row.take(self.school), there)
        # a school that does not teach the phase has no context in it
        absent = there < 0
        if absent.any():
            distance[absent], coverage[absent] = np.nan, 0.0
        vars(self)["context_distance"], vars(self)["coverage"] = distance, coverage


class KeptPairs:
    """Pairs of many batches, gathered with what is measured of them in columns made beforehand.

    Small arrays of many batches are not given back to the system one by one; a column
    that is made at once takes no more memory than what is written to it.

    Parameters
    ----------
    field : Field
    room : int
        Pairs that are expected at most; more find room too.
    """

    def __init__(self, field: Field, room: int) -> None:
        self.field = field
        self.size = 0
        self._columns: dict[str, Any] = {
            name: np.empty(room, dtype=np.int64 if name in _ENDS else np.float64)
            for name in (*_ENDS, *MEASURED)
        }

    def add(self, pairs: Pairs, rows: IntArray) -> None:
        """Some of the pairs of a batch."""
        before, self.size = self.size, self.size + rows.size
        for name, column in self._columns.items():
            column = with_room(column, self.size)
            self._columns[name] = column
            getattr(pairs, name).take(rows, out=column[before : self.size], mode="clip")

    def ends(self) -> tuple[IntArray, IntArray]:
        """Schools and leaders, in the order in which they came."""
        school, leader = (self._columns[name][: self.size] for name in _ENDS)
        return school, leader

    def whole(self, order: IntArray | None) -> Pairs:
        """All of them in that order; empties the columns as it goes."""

        def column(name: str) -> Any:
            kept = self._columns.pop(name)[: self.size]
            return kept if order is None else kept.take(order)

        together = Pairs(self.field, column("school"), column("leader"))
        for name in MEASURED:
            vars(together)[name] = column(name)
        return together


def with_room(column: Any, size: int) -> Any:
    """The column, or a longer one that begins with it; the last axis is the one that grows."""
    room = column.shape[-1]
    if size <= room:
        return column
    longer = np.empty((*column.shape[:-1], max(size, 2 * room)), dtype=column.dtype)
    longer[..., :room] = column
    return longer
