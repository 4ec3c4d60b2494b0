"""Other people's CSV tables: found by their column names, read whole, within stated limits."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from network.errors import FileError

LARGEST_FILE = 200_000_000
"""Bytes. A country's ties over ten years are a tenth of it."""

LARGEST_NUMBER = 1e15
"""Beyond it, sums of many numbers lose their digits."""

LONGEST_CELL = 2_000
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as text: names of columns, and rows of as many cells.

    Parameters
    ----------
    name : str
        What to call the file in a sentence.
    columns : tuple of str
        As written, without spaces around.
    rows : tuple of tuple of str
        Cells without spaces around; rows with nothing in them are left out.
    lines : tuple of int
        The line of the file on which each row ends.
    decimal_comma : bool
        Whether ``1,5`` is a number: where the cells are not parted by commas.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    decimal_comma: bool

    def column(self, name: str) -> list[str]:
        """The cells of one column.

        Raises
        ------
        FileError
            No column, or more than one, has that name.
        """
        found = [n for n, column in enumerate(self.columns) if column == name]
        if not found:
            raise FileError(f"{self.name} has no column '{name}'; it has {_listed(self.columns)}")
        if len(found) > 1:
            raise FileError(f"{self.name} has {len(found)} columns called '{name}'")
        return [row[found[0]] for row in self.rows]

    def first_column_of(self, names: Sequence[str]) -> str:
        """The name that the file uses for something with several usual names, whatever its case.

        Raises
        ------
        FileError
            None of the names is there.
        """
        by_folded = {column.casefold(): column for column in reversed(self.columns)}
        for name in names:
            if name in by_folded:
                return by_folded[name]
        raise FileError(f"{self.name} has no column '{names[0]}'; it has {_listed(self.columns)}")

    def numbers(self, name: str) -> list[float]:
        """One column as numbers; NaN where a cell is empty.

        Raises
        ------
        FileError
            A cell holds something else; the sentence names its line.
        """
        return [
            self._number(name, text, line) for text, line in zip(self.column(name), self.lines, strict=True)
        ]

    def whole_numbers(self, name: str) -> list[int]:
        """One column of whole numbers, none empty (``2024`` or ``2024.0``).

        Raises
        ------
        FileError
            A cell is empty or is not a whole number.
        """
        answer = []
        for value, line in zip(self.numbers(name), self.lines, strict=True):
            if not value.is_integer():
                said = "is empty" if math.isnan(value) else f"{value:g} is not a whole number"
                raise FileError(f"column '{name}' {said}", where=f"{self.name}, line {line}")
            answer.append(int(value))
        return answer

    def filled(self, name: str) -> list[str]:
        """One column of words, none empty.

        Raises
        ------
        FileError
            A cell is empty.
        """
        cells = self.column(name)
        for text, line in zip(cells, self.lines, strict=True):
            if not text:
                raise FileError(f"column '{name}' is empty", where=f"{self.name}, line {line}")
        return cells

    def _number(self, name: str, text: str, line: int) -> float:
        if not text or text in {"NA", "NaN", "nan"}:
            return math.nan
        plain = text.replace(",", ".") if self.decimal_comma and text.count(",") == 1 else text
        try:
            value = float(plain)
        except ValueError:
            value = math.inf
        if not abs(value) <= LARGEST_NUMBER or "_" in plain:
            said = "too large" if LARGEST_NUMBER < abs(value) < math.inf else "not a number"
            raise FileError(f"'{text[:40]}' in column '{name}' is {said}", where=f"{self.name}, line {line}")
        return value


def read_table(path: str | Path) -> Table:
    """Read a CSV file with a header: UTF-8 or Windows-1252; ``,`` ``;`` tab or ``|`` between cells.

    Raises
    ------
    FileError
        The file is not there, too large, empty, no text, cut off inside a quoted cell, or has
        a row longer or shorter than its header.
    """
    source = Path(path)
    text = read_text(source)
    return parse_table(text, source.name)


def parse_table(text: str, name: str) -> Table:
    """Read CSV text; as :func:`read_table`.

    Examples
    --------
    >>> table = parse_table("unit;score\\n7;250,5\\n", "scores.csv")
    >>> table.columns, table.numbers("score")
    (('unit', 'score'), [250.5])
    """
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise FileError(f"{name} is empty")
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    rows, lines = [], []
    try:
        for cells in reader:
            row = tuple(cell.strip() for cell in cells)
            if not any(row):
                continue
            if columns is None:
                columns = row
                continue
            _check_row(row, len(columns), f"{name}, line {reader.line_num}")
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise FileError(f"not a CSV table ({error})", where=f"{name}, line {reader.line_num}") from error
    if columns is None:
        raise FileError(f"{name} is empty")
    return Table(name, columns, tuple(rows), tuple(lines), delimiter != ",")


def read_text(path: Path) -> str:
    """The text of a file within the limit of size, in UTF-8 or else Windows-1252.

    Raises
    ------
    FileError
        It is not there, too large, or holds what no text holds.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise FileError(f"{path.name} is not a text file")
    return text


def read_bytes(path: Path) -> bytes:
    """The content of a file within the limit of size.

    Raises
    ------
    FileError
        It is not there, cannot be read, or is too large.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST_FILE:
        raise FileError(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB")
    return data


def _check_row(row: tuple[str, ...], width: int, where: str) -> None:
    if len(row) != width:
        raise FileError(f"{len(row)} cells where the header has {width}", where=where)
    if max(map(len, row)) > LONGEST_CELL:
        raise FileError(f"a cell is longer than {LONGEST_CELL:,} characters", where=where)


def _listed(names: Iterable[str]) -> str:
    shown = [f"'{name[:40]}'" for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
