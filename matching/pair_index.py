"""Ids in canonical order, and pairs found by the ids of their ends."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.arrays import BoolArray, IntArray
from matching.errors import InstanceError

Id = int | str

RANKED_OUT = -1
"""Place of a partner that a stated ranking leaves out: unacceptable."""


def canonical(ids: Sequence[Id] | npt.NDArray[Any], where: str) -> tuple[tuple[Id, ...], IntArray]:
    """Sort ids, numbers before words.

    Parameters
    ----------
    ids : sequence of int or str
    where : str
        Name of the list, for messages.

    Returns
    -------
    tuple of ids, ascending
    ndarray of int
        Where each given position went.

    Raises
    ------
    InstanceError
        An id is neither a number nor a word, or repeats; 1 and "1" count as the same,
        since answers name leaders by text.

    Examples
    --------
    >>> canonical([30, "b", 4], "schools")
    ((4, 30, 'b'), array([1, 2, 0]))
    """
    names: list[Id] = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    for n, name in enumerate(names):
        if isinstance(name, bool) or not isinstance(name, int | str):
            raise InstanceError(f"{name!r} is not a whole number or a word", f"{where}[{n}].id")
    if len({str(name) for name in names}) < len(names):
        seen: dict[str, int] = {}
        for n, name in enumerate(names):
            if str(name) in seen:
                first = f"{where}[{seen[str(name)]}]"
                raise InstanceError(f"{name!r} repeats the id of {first}", f"{where}[{n}].id")
            seen[str(name)] = n
    order = sorted(range(len(names)), key=lambda n: (isinstance(names[n], str), names[n]))
    went = np.empty(len(names), dtype=np.int64)
    went[np.array(order, dtype=np.int64)] = np.arange(len(names))
    return tuple(names[n] for n in order), went


class PairIndex:
    """Finds pairs by the ids of their ends, in the canonical order.

    Parameters
    ----------
    schools, leaders : tuple of int or str
        In canonical order.
    rows, columns : ndarray of shape (n_pairs,)
        Positions of each pair's ends; sorted by school, then leader.
    """

    def __init__(
        self, schools: tuple[Id, ...], leaders: tuple[Id, ...], rows: IntArray, columns: IntArray
    ) -> None:
        self.at = ({i: n for n, i in enumerate(schools)}, {j: n for n, j in enumerate(leaders)})
        self.names = ("schools", "leaders")
        self.ends = (rows, columns)
        self.width = len(leaders)
        self.keys = rows * self.width + columns

    def find(self, school: Id, leader: Id, where: str) -> int | None:
        """Position of a pair, None if it is not listed."""
        row, column = self.number(0, school, where), self.number(1, leader, where)
        key = row * self.width + column
        pair = int(np.searchsorted(self.keys, key))
        return pair if pair < self.keys.size and self.keys[pair] == key else None

    def number(self, side: int, name: Id, where: str) -> int:
        """Position of a school (side 0) or leader (side 1).

        Raises
        ------
        InstanceError
            Nobody has that id; the message begins with ``where``.
        """
        number = self.at[side].get(name)
        if number is None or isinstance(name, bool):
            raise InstanceError(f"nobody among the {self.names[side]} has the id {name!r}", where)
        return number

    def mask(self, pairs: Iterable[tuple[Id, Id]], name: str, *, listed: bool = False) -> BoolArray:
        """Mark the pairs named by ids; those not listed are passed over, or refused if ``listed``."""
        mask = np.zeros(self.keys.size, dtype=bool)
        for n, (school, leader) in enumerate(pairs):
            where = f"{name}[{n}]"
            pair = self.find(school, leader, where)
            if pair is not None:
                if listed and mask[pair]:
                    raise InstanceError(f"{school!r} and {leader!r} are locked twice", where)
                mask[pair] = True
            elif listed:
                raise InstanceError(
                    f"{school!r} and {leader!r} are not among the pairs; list them with a score to lock them",
                    where,
                )
        return mask

    def places(self, rankings: Mapping[Id, Sequence[Id]], side: int) -> IntArray:
        """Place of each pair in the ranking of its school (side 0) or leader (side 1)."""
        place = np.zeros(self.keys.size, dtype=np.int64)
        owner, partner = self.ends[side], self.ends[1 - side]
        order = np.argsort(owner, kind="stable")
        bounds = np.searchsorted(owner[order], np.arange(len(self.at[side]) + 1))
        for name, ranking in rankings.items():
            where = f"{self.names[side]} {name!r}: ranking"
            number = self.number(side, name, where)
            position = np.full(len(self.at[1 - side]), RANKED_OUT, dtype=np.int64)
            for n, other in enumerate(ranking):
                at = self.number(1 - side, other, where)
                if position[at] != RANKED_OUT:
                    raise InstanceError(f"{other!r} is ranked twice", where)
                position[at] = n
            own = order[bounds[number] : bounds[number + 1]]
            place[own] = position[partner[own]]
        return place
