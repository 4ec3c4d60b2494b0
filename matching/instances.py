"""An assignment instance: schools that ask, leaders with places, and the allowed pairs.

Everything is kept in one canonical order (schools and leaders by id, pairs by school and
then leader), so that whoever solves it never sees the order of the input: permuting the
input changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matching.array_checks import check_scores, positions, whole_numbers
from matching.arrays import BoolArray, FloatArray, IntArray
from matching.errors import InstanceError
from matching.instance_documents import parse_document
from matching.pair_index import RANKED_OUT, Id, PairIndex, canonical


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Who asks, who can help, and with what score: in canonical order.

    Make one with :meth:`from_dict` or :meth:`from_arrays`; both check everything.

    Parameters
    ----------
    school_ids, leader_ids : tuple of int or str
        Ascending: numbers before words. Each school asks for one place.
    urgency : ndarray of shape (n_schools,)
        1 is first.
    capacity : ndarray of shape (n_leaders,)
        Places, >= 0.
    pair_school, pair_leader : ndarray of shape (n_pairs,)
        Positions in ``school_ids`` and ``leader_ids``; sorted by school, then leader.
    score : ndarray of shape (n_pairs,)
    forbidden, locked : ndarray of shape (n_pairs,), bool
    school_place, leader_place : ndarray of shape (n_pairs,), or None
        Place of the pair in the school's and in the leader's stated ranking, from 0;
        ``RANKED_OUT`` if the ranking leaves the partner out. None if nobody stated one.
    school_ranks, leader_ranks : ndarray of bool
        Who stated a ranking; the others prefer by score, then by id.
    """

    school_ids: tuple[Id, ...]
    leader_ids: tuple[Id, ...]
    urgency: IntArray
    capacity: IntArray
    pair_school: IntArray
    pair_leader: IntArray
    score: FloatArray
    forbidden: BoolArray
    locked: BoolArray
    school_ranks: BoolArray
    leader_ranks: BoolArray
    school_place: IntArray | None = None
    leader_place: IntArray | None = None

    @classmethod
    def from_dict(cls, document: Any) -> Self:
        """Read the JSON document of ``minga solve``.

        Parameters
        ----------
        document : mapping
            Keys ``schools``, ``leaders``, ``pairs``; optionally ``forbidden``, ``locked``.

        Raises
        ------
        InstanceError
            One sentence naming the place, such as ``pairs[3].score``.

        Examples
        --------
        >>> Instance.from_dict({
        ...     "schools": [{"id": 7}],
        ...     "leaders": [{"id": "a", "capacity": 1}],
        ...     "pairs": [{"school": 7, "leader": "a", "score": 0.5}],
        ... }).score
        array([0.5])
        """
        parts = parse_document(document)
        return cls.from_arrays(
            parts.school_ids,
            parts.urgency,
            parts.leader_ids,
            parts.capacity,
            np.array(parts.pair_school, dtype=np.int64),
            np.array(parts.pair_leader, dtype=np.int64),
            np.array(parts.score, dtype=np.float64),
            forbidden=parts.forbidden,
            locked=parts.locked,
            school_rankings=parts.school_rankings,
            leader_rankings=parts.leader_rankings,
        )

    @classmethod
    def from_arrays(
        cls,
        school_ids: Sequence[Id] | npt.NDArray[Any],
        urgency: npt.ArrayLike,
        leader_ids: Sequence[Id] | npt.NDArray[Any],
        capacity: npt.ArrayLike,
        pair_school: npt.NDArray[np.integer[Any]],
        pair_leader: npt.NDArray[np.integer[Any]],
        score: npt.NDArray[np.floating[Any]],
        *,
        forbidden: Iterable[tuple[Id, Id]] = (),
        locked: Iterable[tuple[Id, Id]] = (),
        school_rankings: Mapping[Id, Sequence[Id]] | None = None,
        leader_rankings: Mapping[Id, Sequence[Id]] | None = None,
    ) -> Self:
        """Put arrays in canonical order and check them, without a loop over pairs.

        Parameters
        ----------
        school_ids, leader_ids : sequence of int or str
        urgency, capacity : array_like
            In the order of the ids.
        pair_school, pair_leader : ndarray of int, shape (n_pairs,)
            Positions in ``school_ids`` and ``leader_ids``.
        score : ndarray of float, shape (n_pairs,)
        forbidden, locked : iterable of (school id, leader id)
            A forbidden pair that is not listed stays not allowed. A locked pair must be
            listed, since without a score it cannot be counted.
        school_rankings, leader_rankings : mapping of id to sequence of ids, optional
            Best first; a partner left out is unacceptable.

        Raises
        ------
        InstanceError
            Lengths differ, an id repeats or is unknown, a figure is out of range, or the
            locks contradict the rest.
        """
        schools, school_at = canonical(school_ids, "schools")
        leaders, leader_at = canonical(leader_ids, "leaders")
        urgencies = whole_numbers(urgency, len(schools), 1, "schools", "urgency")
        capacities = whole_numbers(capacity, len(leaders), 0, "leaders", "capacity")
        rows = positions(pair_school, len(schools), "school")
        columns = positions(pair_leader, len(leaders), "leader")
        scores = np.asarray(score, dtype=np.float64)
        if not rows.shape == columns.shape == scores.shape:
            raise InstanceError("school, leader and score must have the same length", "pairs")
        check_scores(scores)
        rows, columns = school_at[rows], leader_at[columns]
        order = _pair_order(rows, columns, len(leaders))
        _check_repeated_pairs(rows, columns, order, schools, leaders)
        rows, columns, scores = rows[order], columns[order], scores[order]
        found = PairIndex(schools, leaders, rows, columns)
        barred, fixed = found.mask(forbidden, "forbidden"), found.mask(locked, "locked", listed=True)
        in_order_urgency, in_order_capacity = np.empty_like(urgencies), np.empty_like(capacities)
        in_order_urgency[school_at], in_order_capacity[leader_at] = urgencies, capacities
        by_school, by_leader = school_rankings or {}, leader_rankings or {}
        instance = cls(
            schools,
            leaders,
            in_order_urgency,
            in_order_capacity,
            rows,
            columns,
            scores,
            barred,
            fixed,
            np.array([i in by_school for i in schools], dtype=bool),
            np.array([j in by_leader for j in leaders], dtype=bool),
            found.places(by_school, 0) if by_school else None,
            found.places(by_leader, 1) if by_leader else None,
        )
        _check_locks(instance)
        return instance

    @property
    def acceptable(self) -> BoolArray:
        """Pairs that neither side's stated ranking leaves out."""
        mask = np.ones(self.score.size, dtype=bool)
        for place in (self.school_place, self.leader_place):
            if place is not None:
                mask &= place != RANKED_OUT
        return mask

    @property
    def allowed(self) -> BoolArray:
        """Pairs that may be made: listed, acceptable to both, not forbidden."""
        return self.acceptable & ~self.forbidden

    @property
    def free(self) -> BoolArray:
        """Allowed pairs of the schools that no lock has settled."""
        return self.allowed & ~self.settled[self.pair_school]

    @property
    def settled(self) -> BoolArray:
        """Schools that a lock has settled."""
        settled = np.zeros(len(self.school_ids), dtype=bool)
        settled[self.pair_school[self.locked]] = True
        return settled

    @property
    def free_capacity(self) -> IntArray:
        """Places of each leader that no lock has taken."""
        taken = np.bincount(self.pair_leader[self.locked], minlength=len(self.leader_ids))
        return self.capacity - taken

    def pair(self, school: Id, leader: Id) -> int | None:
        """Position of a pair, or None if it is not listed.

        Raises
        ------
        InstanceError
            Nobody has that id.
        """
        return PairIndex(self.school_ids, self.leader_ids, self.pair_school, self.pair_leader).find(
            school, leader, "pair"
        )

    def with_place(self, leader: Id, places: int = 1) -> Self:
        """Copy in which one leader has that many places more."""
        if leader not in self.leader_ids:
            raise InstanceError(f"nobody among the leaders has the id {leader!r}", "leader")
        capacity = self.capacity.copy()
        capacity[self.leader_ids.index(leader)] += places
        return replace(self, capacity=capacity)

    def with_lock(self, school: Id, leader: Id) -> Self:
        """Copy in which that pair is locked, besides the pairs already locked.

        Raises
        ------
        InstanceError
            The pair is not allowed, the school is locked elsewhere, or locks fill the leader.
        """
        pair = self.pair(school, leader)
        if pair is None:
            raise InstanceError(f"{school!r} and {leader!r} are not an allowed pair", "locked")
        locked = self.locked.copy()
        locked[pair] = True
        instance = replace(self, locked=locked)
        _check_locks(instance)
        return instance


def _pair_order(rows: IntArray, columns: IntArray, width: int) -> IntArray:
    keys = rows * width + columns
    if (keys[1:] > keys[:-1]).all():
        return np.arange(keys.size)
    return np.argsort(keys, kind="stable")


def _check_repeated_pairs(
    rows: IntArray, columns: IntArray, order: IntArray, schools: tuple[Id, ...], leaders: tuple[Id, ...]
) -> None:
    keys = (rows * len(leaders) + columns)[order]
    same = keys[1:] == keys[:-1]
    if same.any():
        later = int(order[1:][same].min())
        raise InstanceError(
            f"the pair {schools[rows[later]]!r} and {leaders[columns[later]]!r} is listed twice",
            f"pairs[{later}]",
        )


def _check_locks(instance: Instance) -> None:
    pairs = np.flatnonzero(instance.locked)
    rows, columns = instance.pair_school[pairs], instance.pair_leader[pairs]
    for mask, words in (
        (instance.forbidden, "are locked and also forbidden"),
        (~instance.acceptable, "are locked, but a stated ranking leaves the partner out"),
    ):
        wrong = np.flatnonzero(mask[pairs])
        if wrong.size:
            school = instance.school_ids[rows[wrong[0]]]
            leader = instance.leader_ids[columns[wrong[0]]]
            raise InstanceError(f"{school!r} and {leader!r} {words}", "locked")
    again = rows[1:] == rows[:-1]
    if again.any():
        school = instance.school_ids[rows[1:][again][0]]
        raise InstanceError(f"{school!r} is locked to more than one leader", "locked")
    over = np.flatnonzero(instance.free_capacity < 0)
    if over.size:
        leader = instance.leader_ids[over[0]]
        places, locks = instance.capacity[over[0]], int((columns == over[0]).sum())
        raise InstanceError(f"leader {leader!r} has places for {places} but {locks} locks", "locked")
