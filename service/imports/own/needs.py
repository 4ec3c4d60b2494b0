"""Needs: what a school needs on one element in one year, as assessed by named people."""

from collections.abc import Sequence
from typing import Any

from service.imports.cells import whole
from service.imports.columns import Columns
from service.imports.own.fields import Cells, element
from service.imports.records import NeedRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.text import say

YEARS = (1990, 2100)


class NeedsSource:
    """``needs``."""

    name = "needs"
    title = say("un archivo de necesidades de Minga")
    holds = "needs"
    system: str | None = None
    official = False
    one_row_a_school = False
    max_rows = 20_000
    max_columns = 60
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """A school, an element and a level."""
        return columns.has("school", "element") or columns.has("school", "level")

    def reader(self, columns: Columns, context: FileContext) -> "NeedsReader":
        """Make the reader of one file."""
        require_columns(columns, ("school",), ("year",), ("element",), ("level",))
        return NeedsReader(columns, context)


class NeedsReader:
    """Reads the rows of one file."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.year = context.year
        self.columns = columns

    def read(self, row: Sequence[Any]) -> NeedRecord:
        """Read one need."""
        cells = Cells(self.columns, row)
        system, code = cells.school()
        year = cells.read("year", whole) or self.year
        if year is None or not YEARS[0] <= year <= YEARS[1]:
            raise RowError("bad_year", say("Falta el año, o no es un año."), "year")
        word = cells.text("element")
        if word is None:
            raise RowError("unknown_element", say("Falta el elemento."), "element")
        return NeedRecord(
            system, code, int(year), element(word, "element"), cells.level("level"), cells.text("note")
        )
