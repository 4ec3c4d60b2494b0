"""Read one file by a source: header, rows, what was wrong with them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from service.imports.cells import CellError
from service.imports.columns import Columns
from service.imports.reading import MAX_CELL, UNCLOSED_LINES, Sheet, Upload, open_sheets, refuse
from service.imports.records import IndicatorRecord, Record, ResultRecord
from service.imports.registry import SOURCES, looks_like
from service.imports.source import FileContext, FileError, Notes, RowError, Source
from service.text import Sentence, say

HEADER_WITHIN = 20
PROGRESS_EVERY = 1000

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be used."""

    file: str
    row: int
    column: str | None
    code: str
    message: Sentence

    def as_dict(self) -> dict[str, Any]:
        """The five fields of the answer."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
        }


@dataclass(slots=True)
class Reading:
    """All that one file says."""

    upload: Upload
    sha256: str
    sheet: Sheet
    header: list[str] = field(default_factory=list)
    header_row: int = 1
    year: int | None = None
    rows: int = 0
    results: int = 0
    absent: int = 0
    records: list[tuple[int, Record]] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def rows_at(self, wanted: set[int]) -> Iterator[tuple[int, Sequence[Any]]]:
        """The original cells of some rows, read again."""
        for place, row in enumerate(self.sheet.rows(), start=1):
            if place in wanted:
                yield place, row


def read_file(
    source: Source, upload: Upload, year: int | None = None, progress: Progress | None = None
) -> Reading:
    """Read a whole file into records, rejected rows and warnings.

    Raises
    ------
    ImportRejected
        The file is not of this source, is cut off, is about single pupils, or lacks a column.
    """
    sheet, place, columns = _find_header(upload, source)
    _check_columns(source, upload, columns)
    found = Reading(upload, upload.sha256, sheet, columns.names, place)
    context = FileContext(upload.name, year, list(islice(sheet.rows(), place, place + HEADER_WITHIN)))
    try:
        reader = source.reader(columns, context)
        found.notes, found.year = reader.notes, reader.year
        _read_rows(source, sheet, found, reader.read, progress)
        found.year = reader.year
    except FileError as error:
        raise refuse(upload, error.code, error.message) from error
    if not found.rows:
        raise refuse(upload, "empty_file", say("tiene encabezado pero ninguna fila."))
    return found


def _read_rows(
    source: Source,
    sheet: Sheet,
    found: Reading,
    read: Callable[[Sequence[Any]], Record | None],
    progress: Progress | None,
) -> None:
    width = len(found.header)
    last: Sequence[Any] = ()
    keys: set[tuple[int, int]] = set()
    place = found.header_row
    for place, row in enumerate(islice(sheet.rows(), found.header_row, None), start=found.header_row + 1):
        if not row or not any(cell not in ("", " ") for cell in row):
            continue
        last = row
        found.rows += 1
        if found.rows > source.max_rows:
            raise FileError(
                "too_large",
                say("tiene más de %(limit)s filas, el límite de esta fuente.", limit=source.max_rows),
            )
        if len(row) < width:
            _check_short(row)
            row = [*row, *[""] * (width - len(row))]
        try:
            record = read(row)
        except RowError as error:
            found.rejected.append(
                Rejection(found.upload.name, place, error.column, error.code, error.message)
            )
            continue
        except CellError as error:
            found.rejected.append(Rejection(found.upload.name, place, None, "bad_value", error.message))
            continue
        if record is None:
            found.rows -= 1
            continue
        if source.one_row_a_school and isinstance(record, ResultRecord | IndicatorRecord):
            if (record.code, record.year) in keys:
                raise FileError(
                    "pupil_level",
                    say(
                        "trae más de una fila del establecimiento %(code)s: parece un archivo de alumnos "
                        "o cursos, y Minga solo recibe una por establecimiento.",
                        code=record.code,
                    ),
                )
            keys.add((record.code, record.year))
        _count(found, record)
        found.records.append((place, record))
        if progress is not None and found.rows % PROGRESS_EVERY == 0:
            progress(f"leyendo {found.upload.name}", min(0.6, found.rows / 30_000))
    if source.official and sheet.cut and last and len(last) < width:
        raise FileError(
            "truncated",
            say("está cortado: la fila %(row)s termina a medias; descárguelo de nuevo.", row=place),
        )


def _count(found: Reading, record: Record) -> None:
    """Count the figures that the file prints, and those it leaves out."""
    if isinstance(record, ResultRecord):
        printed = sum([cell.printed for cell in record.cells])
        found.results += printed
        found.absent += len(record.cells) - printed
    elif isinstance(record, IndicatorRecord):
        found.results += record.value is not None
        found.absent += record.value is None


def _check_short(row: Sequence[Any]) -> None:
    """An unclosed quote swallows the rest of a file into one cell."""
    for cell in row:
        if isinstance(cell, str) and (len(cell) > MAX_CELL or cell.count("\n") > UNCLOSED_LINES):
            raise FileError("truncated", say("tiene comillas sin cerrar o está cortado; revise el archivo."))


def _check_columns(source: Source, upload: Upload, columns: Columns) -> None:
    known = source.recognises(columns)
    likeness = None if known else looks_like(columns)
    pupils = columns.pupil_level(source.allowed_columns)
    if pupils is not None and likeness is None:
        raise refuse(
            upload,
            "pupil_level",
            say(
                "parece un archivo de alumnos (columna «%(name)s»); solo se reciben datos por "
                "establecimiento.",
                name=pupils,
            ),
        )
    if not known:
        if likeness:
            sentence = say("no es %(title)s: parece %(likeness)s.", title=source.title, likeness=likeness)
        else:
            names = ", ".join(columns.names[:4])[:200]
            sentence = say("no es %(title)s: sus columnas son «%(names)s…».", title=source.title, names=names)
        raise refuse(upload, "wrong_file", sentence)
    if len(columns.names) > source.max_columns:
        raise refuse(
            upload,
            "too_large",
            say("tiene más de %(limit)s columnas, que es el límite.", limit=source.max_columns),
        )


def _find_header(upload: Upload, source: Source) -> tuple[Sheet, int, Columns]:
    """The sheet and row where the header stands: this source's, else any known one's, else the first."""
    sheets = open_sheets(upload)
    others = [other for other in SOURCES.values() if other is not source]
    for group in ([source], others):
        for sheet in sheets:
            for place, row in enumerate(islice(_rows(upload, sheet), HEADER_WITHIN), start=1):
                columns = Columns(row)
                if columns.places and any(one.recognises(columns) for one in group):
                    return sheet, place, columns
    for place, row in enumerate(islice(_rows(upload, sheets[0]), HEADER_WITHIN), start=1):
        if row:
            return sheets[0], place, Columns(row)
    raise refuse(upload, "empty_file", say("no tiene ninguna fila con datos."))


def _rows(upload: Upload, sheet: Sheet) -> Iterator[Sequence[Any]]:
    try:
        yield from sheet.rows()
    except csv.Error as error:
        raise refuse(
            upload, "not_a_table", say("no se puede leer como tabla (%(detail)s).", detail=str(error)[:80])
        ) from error
