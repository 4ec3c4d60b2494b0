"""What the rows of several files have in common: the year they are of, and codes with a meaning."""

from collections.abc import Sequence
from typing import Any

from service.imports.cells import CellError, whole
from service.imports.cl.codes import coded
from service.imports.columns import Columns
from service.imports.source import FileContext, FileError, RowError
from service.text import say


class FileYear:
    """The one year that a file is of: as given, as its rows say, or as its name tells.

    Parameters
    ----------
    columns : Columns
        The header; a column ``AGNO`` holds the year of each row.
    context : FileContext
        What is known of the file before its first row.

    Raises
    ------
    FileError
        With code ``no_year`` if nothing tells the year.
    """

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self._columns = columns
        self._given = context.year
        self._place = columns.find("agno", "ano")
        self.value = context.year or (None if self._place is not None else context.year_in_name)
        if self.value is None and self._place is None:
            raise FileError("no_year", say("no dice de qué año es; indíquelo con --year."))

    def of(self, row: Sequence[Any]) -> int:
        """Year of a row, which is that of the file.

        Raises
        ------
        RowError
            If the row has none while the file's is unknown, or has another than the rows before.
        FileError
            If the row has another than the one given for the file.
        """
        name = self._columns.name_at(self._place)
        try:
            year = None if self._place is None else whole(row[self._place])
        except CellError as error:
            raise RowError("bad_value", error.message, name) from error
        if year is None:
            if self.value is None:
                raise RowError("no_year", say("Falta el año."), name)
            return self.value
        if self._given is not None and year != self._given:
            raise FileError(
                "other_year", say("es del año %(year)s, no de %(given)s.", year=year, given=self._given)
            )
        if self.value is None:
            self.value = year
        elif year != self.value:
            sentence = say("La fila es de %(year)s; el archivo, de %(given)s.", year=year, given=self.value)
            raise RowError("other_year", sentence, name)
        return year


class CodedCells:
    """Codes and labels read by their meaning, each different cell once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._meanings: dict[tuple[int, Any], Any] = {}

    def at(self, row: Sequence[Any], place: int | None, codes: dict[int, Any], labels: dict[str, Any]) -> Any:
        """Meaning of the cell at a place; None where the column or the cell is empty.

        Raises
        ------
        RowError
            With code ``unknown_code`` where the cell is neither a code nor a label.
        """
        if place is None:
            return None
        key = (place, row[place])
        if key not in self._meanings:
            try:
                self._meanings[key] = coded(row[place], codes, labels)
            except CellError as error:
                raise RowError("unknown_code", error.message, self._columns.name_at(place)) from error
        return self._meanings[key]
