"""Printed tables of moves between levels, as CSV: a row a start, a column an end."""

from network.clusters import PublishedTable
from network.errors import FileError
from network.tables import Table

TOTAL_COLUMN = "total_published"
TOTAL_ROW = "total_published"
MOST_UNITS = 10_000_000


def published_table(table: Table, total: int | None = None) -> PublishedTable:
    """Read a printed table of moves.

    Parameters
    ----------
    table : Table
        First column: the level at the start, or ``total_published`` in a last row of totals; then a
        column a level, and ``total_published`` if row totals are printed.
    total : int, optional
        The number of units printed in the source.

    Raises
    ------
    FileError
        A level or a count is not a whole number of at least 0, or a level comes twice.
    """
    first, *rest = table.columns
    ends = tuple(_whole(name, table.name) for name in rest if name != TOTAL_COLUMN)
    starts = [_whole(cell, table.name) for cell in table.column(first) if cell != TOTAL_ROW]
    for levels, which in ((ends, "columns"), (starts, "rows")):
        if len(set(levels)) != len(levels):
            raise FileError(f"{table.name} has two {which} for one level")
    cells, row_totals, column_totals = [], {}, {}
    for row in table.rows:
        counts = {name: cell for name, cell in zip(table.columns, row, strict=True) if name != first}
        printed = counts.pop(TOTAL_COLUMN, "")
        if row[0] == TOTAL_ROW:
            column_totals = {int(name): _whole(cell, table.name) for name, cell in counts.items() if cell}
            continue
        cells.append(tuple(_whole(cell, table.name) for cell in counts.values()))
        if printed:
            row_totals[int(row[0])] = _whole(printed, table.name)
    units = sum(map(sum, cells))
    if not 0 < units <= MOST_UNITS:
        raise FileError(f"{table.name} counts {units or 'no'} units")
    return PublishedTable(tuple(starts), ends, tuple(cells), row_totals, column_totals, total)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise FileError(f"{name}: '{text[:40]}' is not a whole number")
    return int(text)
