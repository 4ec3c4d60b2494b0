"""The file of rejected rows: the original text with the reason beside it, safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.imports.cells import FORMULA_SIGNS
from service.imports.file import Reading, Rejection

REASON_COLUMNS = ("minga_file", "minga_row", "minga_column", "minga_code", "minga_message")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


def safe(cell: Any) -> str:
    """Text that no spreadsheet takes for a formula; a plain number stays as it is."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    value = str(cell)
    if value.lstrip().startswith(FORMULA_SIGNS) or value.startswith(("\t", "\r")):
        return value if NUMBER.fullmatch(value) else "'" + value
    return value


def write_rejected(path: Path, readings: Sequence[Reading], rejected: Sequence[Rejection]) -> None:
    """Write the rows that were set aside; once mended the file can be imported as it is."""
    header: dict[str, None] = {}
    for reading in readings:
        header.update(dict.fromkeys(reading.header))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow([*map(safe, header), *REASON_COLUMNS])
        for reading in readings:
            reasons = {one.row: one for one in rejected if one.file == reading.upload.name}
            for place, row in reading.rows_at(set(reasons)):
                cells = dict(zip(reading.header, row, strict=False))
                one = reasons[place]
                reason = (one.file, one.row, one.column or "", one.code, one.message)
                writer.writerow([safe(cell) for cell in (*(cells.get(name, "") for name in header), *reason)])
