"""Levels of units at two times as CSV: a row a unit."""

from dataclasses import dataclass

from network.clusters import CLUSTERS
from network.errors import FileError
from network.tables import Table

_NUMBER_OF = {name.casefold(): n for n, name in enumerate(CLUSTERS, 1)}


@dataclass(frozen=True, slots=True)
class LevelPairs:
    """Levels of units at two times.

    Parameters
    ----------
    start, end : tuple of float
        Of the units that have both.
    missing : tuple of str
        Units without one of the two, which cannot be assessed.
    """

    start: tuple[float, ...]
    end: tuple[float, ...]
    missing: tuple[str, ...]


def level_pairs(table: Table) -> LevelPairs:
    """Read where each unit stood at two times.

    Parameters
    ----------
    table : Table
        Columns ``unit, start, end``; levels are numbers, or names of the eleven clusters.

    Raises
    ------
    FileError
        A column is missing, a unit comes twice, or a level is neither a number nor such a name.
    """
    units = table.filled("unit")
    seen: set[str] = set()
    for unit, line in zip(units, table.lines, strict=True):
        if unit in seen:
            raise FileError(f"unit {unit} comes a second time", where=f"{table.name}, line {line}")
        seen.add(unit)
    starts, ends = _levels(table, "start"), _levels(table, "end")
    both = [(a, b) for a, b in zip(starts, ends, strict=True) if a is not None and b is not None]
    missing = [unit for unit, a, b in zip(units, starts, ends, strict=True) if a is None or b is None]
    return LevelPairs(tuple(a for a, _ in both), tuple(b for _, b in both), tuple(missing))


def _levels(table: Table, name: str) -> list[float | None]:
    cells = table.column(name)
    named = [_NUMBER_OF.get(cell.casefold()) for cell in cells]
    if any(named) and all(number or not cell for number, cell in zip(named, cells, strict=True)):
        return [None if number is None else float(number) for number in named]
    return [None if number != number else number for number in table.numbers(name)]
