"""JUNAEB's school vulnerability index (IVE-SINAE), one file for primary, one for secondary."""

from collections.abc import Sequence
from typing import Any

from service.imports.cells import CellError, fold, share, whole
from service.imports.columns import Columns
from service.imports.records import IndicatorRecord
from service.imports.source import FileContext, FileError, Notes, RowError
from service.models.enums import AbsenceReason, IndicatorKind
from service.text import say

COLUMN = r"(?:porc_|por_)?ive(?:_sinae)?(?:_(basica|media))?(?:_sinae)?_?((?:19|20)\d\d)?"
TOTAL = r"(?:total_)?matricula(?:_total)?(?:_(?:19|20)\d\d)?"
KINDS = {"basica": IndicatorKind.VULNERABILITY_PRIMARY, "media": IndicatorKind.VULNERABILITY_SECONDARY}


class IveSource:
    """``cl-ive``."""

    name = "cl-ive"
    title = say("un archivo del índice de vulnerabilidad (IVE-SINAE)")
    holds = "indicators"
    system: str | None = "cl"
    official = True
    one_row_a_school = True
    max_rows = 40_000
    max_columns = 200
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """An index beside the school's number."""
        return columns.find("rbd", "id_rbd") is not None and bool(columns.matching(COLUMN))

    def reader(self, columns: Columns, context: FileContext) -> "IveReader":
        """Make the reader of one level and year."""
        return IveReader(columns, context)


class IveReader:
    """Reads the rows of one level and year."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.columns = columns
        self.rbd = columns.find("rbd", "id_rbd") or 0
        name, found = next(iter(columns.matching(COLUMN).items()))
        self.index = columns.places[name]
        level, year = found.groups()
        self.year = int(year) if year else (context.year or context.year_in_name)
        if year and context.year is not None and int(year) != context.year:
            raise FileError(
                "other_year", say("es del año %(year)s, no de %(given)s.", year=year, given=context.year)
            )
        if self.year is None:
            raise FileError("no_year", say("no dice de qué año es; indíquelo con --year."))
        level = level or next((one for one in KINDS if one in fold(context.name)), None)
        if level is None:
            raise FileError(
                "no_level",
                say("no dice si es de básica o de media; ponga «basica» o «media» en el nombre del archivo."),
            )
        self.kind = KINDS[level]
        totals = columns.matching(TOTAL)
        self.total = columns.places[next(iter(totals))] if totals else None
        if self.total is None:
            self.notes.add("missing_column", say("Faltan columnas que otros años traen."), "TOTAL_MATRICULA")

    def read(self, row: Sequence[Any]) -> IndicatorRecord:
        """Read one school's index; a 0 stands only where pupils were counted."""
        try:
            code = whole(row[self.rbd])
            n = whole(row[self.total]) if self.total is not None else None
        except CellError as error:
            raise RowError("bad_value", error.message) from error
        if code is None or code <= 0:
            raise RowError("bad_code", say("Falta el RBD."), self.columns.name_at(self.rbd))
        try:
            value = share(row[self.index])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(self.index)) from error
        if value is not None and self.total is not None and not n:
            value = None
        absence = AbsenceReason.NOT_PUBLISHED if value is None else None
        return IndicatorRecord(code, self.kind, self.year or 0, value, n, absence)
