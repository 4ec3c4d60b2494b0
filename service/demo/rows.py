"""Plain CSV whose bytes depend on its content only."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path


def write_rows(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, separator: str = ";"
) -> None:
    """Write UTF-8 without a mark, one line feed a row, quotes only where needed."""
    text = StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    path.write_bytes(text.getvalue().encode("utf-8"))
