"""Which counts of a set of tables may be shown, so that no small one can be worked out from the others.

Hiding the small cells is not enough: a total minus what is shown beside it gives them back, and so does
the same table of another day. Everything that is shown together is therefore decided together.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from network.errors import NetworkError

FloatArray = NDArray[np.float64]
SMALLEST_SHOWN = 10
CLOSE = 1e-7
"""A vector this near to what is shown follows from it; vectors have length 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of units.

    Parameters
    ----------
    key : mapping of str to hashable
        What is counted, such as ``{"measure": "reached", "region": "5"}``; one left out is the margin.
    members : frozenset of int
        Who is counted.
    date : hashable
        The day of the count; cells of one key and several days are held against each other.
    """

    key: Mapping[str, Hashable]
    members: frozenset[int] = field(default_factory=frozenset)
    date: Hashable = None

    @property
    def count(self) -> int:
        """How many units."""
        return len(self.members)


def showable(cells: Sequence[Cell], k: int = SMALLEST_SHOWN) -> tuple[bool, ...]:
    """Tell which cells may be shown together, each as its exact count.

    Parameters
    ----------
    cells : sequence of Cell
        All that are published together, and what was published before, the most important (and the
        earlier) first: they are kept before those that come later.
    k : int
        Smallest count that may be known, from 1 up.

    Returns
    -------
    tuple of bool
        One for each cell. A cell without members is 0 and always shown.

    Raises
    ------
    NetworkError
        ``k`` is below 1, or two cells have one key and date.

    Notes
    -----
    A count follows from those shown where its indicator over the units is a linear combination of theirs.
    Kept out of reach are: every cell of 1 to k − 1; the difference of any two cells of which one holds the
    other; what is common to two cells, or is in one of them only; in each breakdown, all hidden cells
    together; and the change of a cell between two days, where that is of 1 to k − 1. Cells are taken in
    order, each left out if with it one of these would follow (complementary suppression; Hundepool et
    al. 2012, *Statistical Disclosure Control*, ch. 4; linear attack as in its section 4.3).

    Examples
    --------
    >>> rural = Cell({"rural": True}, frozenset(range(4)))
    >>> urban = Cell({"rural": False}, frozenset(range(4, 30)))
    >>> showable([Cell({}, frozenset(range(30))), rural, urban])
    (True, False, False)
    """
    if k < 1:
        raise NetworkError("the smallest count shown must be 1 or more")
    _refuse_twice(cells)
    found, sizes = _coordinates(cells)
    counts = [cell.count for cell in cells]
    guarded = _guarded(cells, found, sizes, k)
    families = _families(cells)
    while True:
        shown = _greedy(found, counts, guarded, k)
        more = _hidden_together(cells, found, shown, families, k)
        if not len(more):
            return tuple(shown)
        guarded = np.vstack([guarded, more])


def _refuse_twice(cells: Sequence[Cell]) -> None:
    names = [(frozenset(cell.key.items()), cell.date) for cell in cells]
    if len(set(names)) < len(names):
        raise NetworkError("two cells have the same key and date; give each once")


def _coordinates(cells: Sequence[Cell]) -> tuple[FloatArray, FloatArray]:
    """A row for each cell over groups of units that are in the same cells; and how many units a group has."""
    where: dict[int, list[int]] = {}
    for number, cell in enumerate(cells):
        for unit in cell.members:
            where.setdefault(unit, []).append(number)
    groups = Counter(map(tuple, where.values()))
    found = np.zeros((len(cells), len(groups)))
    for column, pattern in enumerate(sorted(groups)):
        found[list(pattern), column] = 1.0
    return found, np.array([groups[one] for one in sorted(groups)], dtype=np.float64)


def _guarded(cells: Sequence[Cell], found: FloatArray, sizes: FloatArray, k: int) -> FloatArray:
    """What must not follow: small cells, and small parts and changes that two cells have between them."""
    wanted: set[bytes] = set()
    axes = _axes(found[found @ sizes >= k])

    def keep(vectors: FloatArray) -> None:
        few = np.abs(vectors @ sizes)
        vectors = vectors[(few > 0) & (few < k)]
        missed = (vectors**2).sum(axis=1) - ((vectors @ axes.T) ** 2).sum(axis=1)
        reachable = missed <= CLOSE * (vectors**2).sum(axis=1)
        wanted.update(vector.tobytes() for vector in vectors[reachable])

    keep(found)
    for number, row in enumerate(found[:-1]):
        later = found[number + 1 :]
        common = row * later
        for parts in (common, row - common, later - common):
            keep(parts)
    days: dict[Hashable, list[int]] = {}
    for number, cell in enumerate(cells):
        days.setdefault(frozenset(cell.key.items()), []).append(number)
    for numbers in days.values():
        for a, b in combinations(numbers, 2):
            keep(found[[a]] - found[[b]])
    return _unit([np.frombuffer(one) for one in sorted(wanted)], found.shape[1])


def _axes(rows: FloatArray) -> FloatArray:
    """Directions that span the rows, each of length 1."""
    if not rows.size:
        return rows[:0]
    strength, axes = np.linalg.eigh(rows @ rows.T if len(rows) < rows.shape[1] else rows.T @ rows)
    kept = strength > 1e-9 * max(1.0, float(strength.max()))
    if len(rows) < rows.shape[1]:
        found: FloatArray = (axes[:, kept].T @ rows) / np.sqrt(strength[kept])[:, None]
        return found
    turned: FloatArray = axes[:, kept].T
    return turned


def _unit(vectors: Iterable[FloatArray], width: int) -> FloatArray:
    rows = [vector / np.linalg.norm(vector) for vector in vectors]
    return np.array(rows).reshape(len(rows), width)


def _greedy(found: FloatArray, counts: Sequence[int], guarded: FloatArray, k: int) -> list[bool]:
    """Show cells one by one; ``rest`` is what of each guarded vector the shown ones do not explain."""
    rest = guarded.copy()
    basis = np.zeros((0, found.shape[1]))
    shown = []
    for row, count in zip(found, counts, strict=True):
        if not count:
            shown.append(True)
            continue
        if count < k:
            shown.append(False)
            continue
        new = row - basis.T @ (basis @ row)
        new -= basis.T @ (basis @ new)
        length = float(np.linalg.norm(new))
        if length <= CLOSE * float(np.linalg.norm(row)):
            shown.append(True)
            continue
        new /= length
        left = rest - np.outer(rest @ new, new)
        if len(left) and float(np.linalg.norm(left, axis=1).min()) <= CLOSE:
            shown.append(False)
            continue
        rest, basis = left, np.vstack([basis, new])
        shown.append(True)
    return shown


def _families(cells: Sequence[Cell]) -> list[list[int]]:
    """Cells of one breakdown: alike in key and date but for the value of one dimension."""
    found: dict[Hashable, list[int]] = {}
    for number, cell in enumerate(cells):
        for name in cell.key:
            others = frozenset((a, b) for a, b in cell.key.items() if a != name)
            found.setdefault((name, others, cell.date), []).append(number)
    return [family for family in found.values() if len(family) > 1]


def _hidden_together(
    cells: Sequence[Cell], found: FloatArray, shown: Sequence[bool], families: Sequence[list[int]], k: int
) -> FloatArray:
    """Hidden cells of a breakdown that are few even together, and follow from what is shown."""
    axes = _axes(found[np.array(shown, dtype=bool)])
    small = []
    for family in families:
        hidden = [number for number in family if not shown[number]]
        members = frozenset().union(*(cells[number].members for number in hidden))
        if not 0 < len(members) < k:
            continue
        vector = found[hidden].max(axis=0)
        if np.linalg.norm(vector - axes.T @ (axes @ vector)) <= CLOSE * np.linalg.norm(vector):
            small.append(vector)
    return _unit(small, found.shape[1])
