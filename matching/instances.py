"""An assignment instance: schools that ask, leaders with places, and the allowed pairs.

Everything is kept in one canonical order (schools and leaders by id, pairs by school and
then leader), so that whoever solves it never sees the order of the input: permuting the
input changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.instance_checks import (
    check_change_price,
    check_locks,
    check_rules,
)
from matching.instance_documents import parse_document
from matching.instance_order import figures_in_order, labels_in_order, pairs_in_order, side_in_order
from matching.lottery import Lottery
from matching.pair_index import RANKED_OUT, Id, PairIndex
from matching.rules import Labels, Rules


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
    waited : ndarray of shape (n_schools,), or None
        Rounds that a school has been left without a leader: among schools of the same
        urgency, those that waited longer come first.
    previous : ndarray of shape (n_pairs,), bool, or None
        Pairs proposed in an earlier round.
    proposals : int
        How many were proposed, whether they may still be made or not.
    change_price : float
        What each of those that is not made again costs, in scores.
    lottery : Lottery or None
        Decides among near-equals; None: ids decide among equals.
    rules : Rules
        Beyond what a flow can keep.
    school_labels, leader_labels : tuple of mapping of str to str
        Such as owner or rurality, for the rules and for comparisons.
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
    waited: IntArray | None = None
    previous: BoolArray | None = None
    proposals: int = 0
    change_price: float = 0.0
    lottery: Lottery | None = None
    rules: Rules = field(default_factory=Rules)
    school_labels: tuple[Labels, ...] = ()
    leader_labels: tuple[Labels, ...] = ()

    @classmethod
    def from_dict(cls, document: Any) -> Self:
        """Read the JSON document of ``minga solve``.

        Parameters
        ----------
        document : mapping
            Keys ``schools``, ``leaders``, ``pairs``; optionally ``forbidden``, ``locked``,
            ``previous``, ``change_price``, ``lottery``, ``limits``, ``together``.

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
            waited=parts.waited if any(parts.waited) else None,
            previous=parts.previous,
            change_price=parts.change_price,
            lottery=parts.lottery,
            rules=parts.rules,
            school_labels=parts.school_labels,
            leader_labels=parts.leader_labels,
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
        waited: npt.ArrayLike | None = None,
        previous: Iterable[tuple[Id, Id]] = (),
        change_price: float = 0.0,
        lottery: Lottery | None = None,
        rules: Rules | None = None,
        school_labels: Sequence[Labels] = (),
        leader_labels: Sequence[Labels] = (),
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
        waited : array_like of int, optional
            Rounds each school was left without a leader, in the order of the ids.
        previous : iterable of (school id, leader id)
            What was proposed before; a pair that is not listed any more cannot be kept.
        change_price : float
            In scores, for each previous pair that is not made again.
        lottery : Lottery, optional
        rules : Rules, optional
        school_labels, leader_labels : sequence of mapping of str to str
            In the order of the ids; empty if nobody has labels.

        Raises
        ------
        InstanceError
            Lengths differ, an id repeats or is unknown, a figure is out of range, or the
            locks contradict the rest.
        """
        schools, school_at, urgencies = side_in_order(school_ids, urgency, 1, "schools", "urgency")
        leaders, leader_at, capacities = side_in_order(leader_ids, capacity, 0, "leaders", "capacity")
        rows, columns, scores = pairs_in_order(
            pair_school, pair_leader, score, (schools, school_at), (leaders, leader_at)
        )
        found = PairIndex(schools, leaders, rows, columns)
        by_school, by_leader = school_rankings or {}, leader_rankings or {}
        proposed = set(previous)
        check_change_price(change_price, bool(proposed))
        rounds = None if waited is None else figures_in_order(waited, school_at, 0, "schools", "waited")
        instance = cls(
            schools,
            leaders,
            urgencies,
            capacities,
            rows,
            columns,
            scores,
            found.mask(forbidden, "forbidden"),
            found.mask(locked, "locked", listed=True),
            np.array([i in by_school for i in schools], dtype=bool),
            np.array([j in by_leader for j in leaders], dtype=bool),
            found.places(by_school, 0) if by_school else None,
            found.places(by_leader, 1) if by_leader else None,
            rounds,
            found.mask(proposed, "previous") if proposed else None,
            len(proposed),
            change_price,
            lottery,
            rules or Rules(),
            labels_in_order(school_labels, school_at, "schools"),
            labels_in_order(leader_labels, leader_at, "leaders"),
        )
        check_locks(instance)
        check_rules(instance)
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

    @property
    def compared(self) -> FloatArray:
        """The scores as they are compared: with a lottery, rounded to its width."""
        if self.lottery is None:
            return self.score
        return np.rint(self.score / self.lottery.width) * self.lottery.width

    @property
    def school_order(self) -> IntArray:
        """Rank of each school among equals: by the lottery, or by id."""
        if self.lottery is None:
            return np.arange(len(self.school_ids))
        return self.lottery.order("schools", self.school_ids)

    @property
    def leader_order(self) -> IntArray:
        """Rank of each leader among equals: by the lottery, or by id."""
        if self.lottery is None:
            return np.arange(len(self.leader_ids))
        return self.lottery.order("leaders", self.leader_ids)

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
