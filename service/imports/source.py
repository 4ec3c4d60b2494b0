"""The one interface of every source of data.

A source knows one family of files: how to recognise it, which columns it needs, and how to read
a row. A country is a folder of sources, registered in ``service.imports.registry``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from service.imports.columns import Columns
from service.imports.records import Record
from service.text import Sentence, say

MAX_EXAMPLES = 10


class RowError(ValueError):
    """A row cannot be used; the sentence says what is wrong in which column."""

    def __init__(self, code: str, message: Sentence, column: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.column = column


class FileError(ValueError):
    """A file cannot be used whole; the sentence says why."""

    def __init__(self, code: str, message: Sentence) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Note:
    """A warning, counted, with some of the rows it stands at."""

    code: str
    message: Sentence
    count: int = 0
    examples: list[str] = field(default_factory=list)


class Notes:
    """Warnings by code: fifty alike are one line with a count."""

    def __init__(self) -> None:
        self.by_code: dict[str, Note] = {}

    def add(self, code: str, message: Sentence, example: Any = None, count: int = 1) -> None:
        """Count one more of this kind."""
        note = self.by_code.setdefault(code, Note(code, message))
        note.count += count
        if example is not None and len(note.examples) < MAX_EXAMPLES:
            note.examples.append(str(example)[:80])

    def merge(self, other: "Notes") -> None:
        """Take over the warnings of another reading."""
        for note in other.by_code.values():
            mine = self.by_code.setdefault(note.code, Note(note.code, note.message))
            mine.count += note.count
            mine.examples = (mine.examples + note.examples)[:MAX_EXAMPLES]

    def as_list(self) -> list[dict[str, Any]]:
        """Plain values for the answer."""
        return [
            {"code": n.code, "message": n.message, "count": n.count, "examples": n.examples}
            for n in self.by_code.values()
        ]


@dataclass(frozen=True, slots=True)
class FileContext:
    """What is known of a file before its first row."""

    name: str
    year: int | None
    first_rows: Sequence[Sequence[Any]] = ()

    @property
    def year_in_name(self) -> int | None:
        """The one year that the file's name tells; the later one of ``2016-2017``."""
        found = re.findall(r"(?<!\d)((?:19|20)\d\d)(?:[01]\d[0-3]\d)?(?!\d)", self.name)
        found = found or re.findall(r"(?<!\d\d)((?:19|20)\d\d)(?!\d)", self.name)
        years = sorted({int(year) for year in found})
        if len(years) == 1 or (len(years) == 2 and years[1] - years[0] == 1):
            return years[-1]
        return None


class RowReader(Protocol):
    """Reads the rows of one file."""

    notes: Notes

    @property
    def year(self) -> int | None:
        """Year of the file, once known."""
        ...

    def read(self, row: Sequence[Any]) -> Record | None:
        """Read one row; None for a row that is no school's (a total). Raises RowError."""
        ...


class Source(Protocol):
    """A family of files.

    ``holds`` names the kind of record: schools, services, results, indicators, leaders, needs.
    """

    name: str
    title: Sentence
    holds: str
    system: str | None
    official: bool
    one_row_a_school: bool
    max_rows: int
    max_columns: int
    allowed_columns: frozenset[str]

    def recognises(self, columns: Columns) -> bool:
        """Whether this header is of this family, complete or not."""
        ...

    def reader(self, columns: Columns, context: FileContext) -> RowReader:
        """Make the reader of one file. Raises FileError where a column it needs is missing."""
        ...


def require_columns(columns: Columns, *alternatives: Sequence[str]) -> None:
    """Ask for columns, each by any of its names.

    Raises
    ------
    FileError
        Names the first one that is missing.
    """
    for names in alternatives:
        if columns.find(*names) is None:
            raise FileError("missing_column", say("falta la columna «%(name)s».", name=names[0].upper()))
