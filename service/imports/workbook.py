"""Open a workbook in a process of its own, with bounds on memory and time.

Run as a script by ``service.imports.reading``: workbook on stdin, sheets on stdout. A few bytes
of xlsx can ask for terabytes (one cell in the last row and column), so it never happens in the
process that serves people.
"""

import marshal
import resource
import sys
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

MEMORY = 1_500_000_000
SECONDS = 60
BLANK_ROWS = 100


def plain(cell: Any) -> Any:
    """A value that text, number or boolean; dates become ISO text."""
    return cell if isinstance(cell, str | float | int | bool) else str(cell)


def rows_of(sheet: Any) -> list[list[Any]]:
    """Rows up to the last used one; after a hundred blank ones in a row it stops."""
    rows: list[list[Any]] = []
    blank = 0
    for row in sheet.iter_rows():
        if not any(cell != "" for cell in row):
            blank += 1
            if blank > BLANK_ROWS:
                break
            rows.append([])
            continue
        blank = 0
        rows.append([plain(cell) for cell in row])
    while rows and not rows[-1]:
        rows.pop()
    return rows


def main() -> None:
    """Answer ``[[sheet name, rows], …]`` of the sheets that hold anything."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    sheets = [[name, rows_of(book.get_sheet_by_name(name))] for name in book.sheet_names]
    marshal.dump([sheet for sheet in sheets if sheet[1]], sys.stdout.buffer)


if __name__ == "__main__":
    main()
