"""A list as a file that any spreadsheet opens: CSV and xlsx, with no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from flask import Response

Cell = str | int | float | bool | date | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
KINDS = ("csv", "xlsx")
MAXIMUM_TITLE = 31
WIDTHS = (10, 60)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: its name, its columns, its rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def download(sheet: Sheet, kind: str) -> Response:
    """Answer with the list as a file of this kind."""
    content, mimetype = (
        (to_csv(sheet), "text/csv; charset=utf-8")
        if kind == "csv"
        else (to_xlsx(sheet), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )
    response = Response(content, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.{kind}"'
    return response


def to_csv(sheet: Sheet) -> bytes:
    """Write as the official files are: UTF-8 with mark, ``;`` between cells, decimal comma."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.header)
    for row in sheet.rows:
        writer.writerow([_as_text(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    """Write a workbook of one sheet; text is always stored as text."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    page = book.add_worksheet(sheet.name[:MAXIMUM_TITLE])
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for column, title in enumerate(sheet.header):
        page.write_string(0, column, title, bold)
        page.set_column(column, column, min(max(WIDTHS[0], len(title) + 2), WIDTHS[1]))
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, str):
                page.write_string(line, column, cell)
            else:
                page.write(line, column, cell)
    book.close()
    return buffer.getvalue()


def _as_text(cell: Cell) -> str:
    """A cell of a CSV; text that a spreadsheet would run is made plain by an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    if isinstance(cell, (int, date, datetime)):
        return str(cell)
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
