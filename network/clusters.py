"""The eleven clusters of results, and how schools move between them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from network.errors import TrajectoryError

CLUSTERS = (
    "Crítico",
    "Precario",
    "Básico (-)",
    "Básico",
    "Básico (+)",
    "Intermedio",
    "Intermedio (+)",
    "Avanzado",
    "Avanzado (+)",
    "Excelencia",
    "Excelencia (+)",
)
"""Names of clusters 1 to 11 of the index of school improvement (Valenzuela and others, Chile 2002-2010)."""


@dataclass(frozen=True, slots=True)
class Mobility:
    """Where units stood at two times.

    Parameters
    ----------
    labels : tuple of float
        The levels seen, ascending.
    matrix : tuple of tuple of int
        ``matrix[i][j]`` units began at ``labels[i]`` and ended at ``labels[j]``.

    Examples
    --------
    >>> moved = Mobility((1, 2), ((1, 2), (1, 0)))
    >>> moved.n, moved.up, moved.same, moved.down, moved.up_share
    (4, 2, 1, 1, 0.5)
    """

    labels: tuple[float, ...]
    matrix: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """Units."""
        return sum(map(sum, self.matrix))

    @property
    def up(self) -> int:
        """Units that ended above where they began."""
        return sum(sum(row[i + 1 :]) for i, row in enumerate(self.matrix))

    @property
    def same(self) -> int:
        """Units that ended where they began."""
        return sum(row[i] for i, row in enumerate(self.matrix))

    @property
    def down(self) -> int:
        """Units that ended below where they began."""
        return sum(sum(row[:i]) for i, row in enumerate(self.matrix))

    @property
    def up_share(self) -> float:
        """Of all units; there is at least one."""
        return self.up / self.n

    @property
    def same_share(self) -> float:
        """Of all units."""
        return self.same / self.n

    @property
    def down_share(self) -> float:
        """Of all units."""
        return self.down / self.n


def mobility(start: Sequence[float], end: Sequence[float]) -> Mobility:
    """Count how units moved between levels.

    Parameters
    ----------
    start, end : sequences of numbers
        Levels of the same units at two times; greater is better, and only the order matters.

    Raises
    ------
    TrajectoryError
        There are no units, or as many ends as starts there are not.

    Examples
    --------
    >>> mobility([1, 1, 2], [1, 3, 1]).matrix
    ((1, 0, 1), (1, 0, 0), (0, 0, 0))
    """
    if len(start) != len(end):
        raise TrajectoryError(f"{len(start)} starts and {len(end)} ends")
    if not len(start):
        raise TrajectoryError("no unit has both a start and an end")
    labels = tuple(sorted({*start, *end}))
    count = Counter(zip(start, end, strict=True))
    return Mobility(labels, tuple(tuple(count[a, b] for b in labels) for a in labels))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A printed total that the printed cells do not add up to.

    Parameters
    ----------
    where : str
        ``row 4``, ``column 4``, ``row totals`` or ``all``.
    added, printed : int
    """

    where: str
    added: int
    printed: int


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A printed table of moves with the totals printed beside it.

    Parameters
    ----------
    starts, ends : tuple of int
        Levels of rows and columns as printed; a level without a row or column has no units there.
    cells : tuple of tuple of int
    row_totals, column_totals : dict of int to int
        Those that are printed, by level.
    total : int or None
        The printed number of units, None where none is known.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cells: tuple[tuple[int, ...], ...]
    row_totals: dict[int, int]
    column_totals: dict[int, int]
    total: int | None = None

    def pairs(self) -> tuple[list[int], list[int]]:
        """The units one by one: where each began and where it ended."""
        start, end = [], []
        for level, row in zip(self.starts, self.cells, strict=True):
            for reached, count in zip(self.ends, row, strict=True):
                start += [level] * count
                end += [reached] * count
        return start, end


def disagreements(table: PublishedTable) -> tuple[Disagreement, ...]:
    """Tell where a printed table contradicts its own totals.

    Returns
    -------
    tuple of Disagreement
        Rows, columns, then the whole; empty for a table that adds up.

    Notes
    -----
    The published table for Chile's low socio-economic schools, 2002-2010, adds to 219 where 217 is printed.

    Examples
    --------
    >>> disagreements(PublishedTable((1, 2), (1, 2), ((3, 1), (0, 5)), {1: 4, 2: 5}, {2: 4}, total=7))
    (Disagreement(where='column 2', added=6, printed=4), Disagreement(where='all', added=9, printed=7))
    """
    rows = {level: sum(row) for level, row in zip(table.starts, table.cells, strict=True)}
    columns = {level: sum(row[n] for row in table.cells) for n, level in enumerate(table.ends)}
    checks = [(f"row {level}", rows[level], printed) for level, printed in table.row_totals.items()]
    checks += [(f"column {level}", columns[level], printed) for level, printed in table.column_totals.items()]
    if table.total is not None:
        checks.append(("all", sum(rows.values()), table.total))
    return tuple(Disagreement(*check) for check in checks if check[1] != check[2])
