"""Excel files whose bytes depend on their content only."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | None
MADE_AT = datetime(2025, 4, 30, tzinfo=UTC)
ALL_ROWS = 1_048_576


class DeclaresAllRows(Worksheet):
    """A sheet that declares every row Excel can have, as some official files do."""

    def _write_dimension(self) -> None:
        last = xl_col_to_name(self.dim_colmax or 0)
        self._xml_empty_tag("dimension", [("ref", f"A1:{last}{ALL_ROWS}")])


def write_sheets(
    path: Path, sheets: Sequence[tuple[str, Iterable[Sequence[Value]]]], *, declare_all_rows: bool = False
) -> None:
    """Write sheets in order; ``None`` leaves a cell out, text stays text, numbers stay numbers."""
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    book.set_properties({"created": MADE_AT})
    for name, rows in sheets:
        sheet = book.add_worksheet(name, worksheet_class=DeclaresAllRows if declare_all_rows else None)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write_number(at, column, value)
    book.close()
