"""What the files of a batch still tell: rows to give back, and how the file was read."""

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from service.errors import Conflict, MingaError, NotFound
from service.imports.file import Rejection, read_file
from service.imports.reading import Upload, open_sheets
from service.imports.registry import source_named
from service.models import Batch, BatchFile, BatchIssue
from service.operations.imports.rejected import write_rejected
from service.text import Sentence, restored, say

SHOWN_ROWS = 6
SHOWN_COLUMNS = 14
SHOWN_LETTERS = 80


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file was read, with its first rows; cells are cut to what a table can show."""

    name: str
    reading: Sentence
    rows: tuple[tuple[str, ...], ...]


def rejected_rows(batch: Batch, issues: Sequence[BatchIssue], instance: Path) -> bytes:
    """The rows that were set aside, as they came, with the reason beside each: a CSV.

    An applied batch has the file already; that of a checked one is made from the upload.

    Raises
    ------
    NotFound
        No row was rejected, or the file is no longer kept.
    """
    if batch.rejected_file:
        try:
            return (instance / "rejected" / Path(batch.rejected_file).name).read_bytes()
        except OSError as error:
            raise NotFound(
                say("El archivo de filas rechazadas ya no está guardado."), code="no_file"
            ) from error
    if not issues:
        raise NotFound(say("Esta importación no rechazó ninguna fila."), code="no_rejected_rows")
    source = source_named(batch.source)
    readings = [
        read_file(source, kept_upload(file, instance), batch.counts.get("asked_year")) for file in batch.files
    ]
    rejected = [
        Rejection(one.file, one.row or 0, one.column, one.code, restored(one.sentence)) for one in issues
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rejected.csv"
        write_rejected(path, readings, rejected)
        return path.read_bytes()


def previews(batch: Batch, instance: Path) -> tuple[Preview, ...]:
    """The first rows of each file of a batch; none for a file that is no longer kept."""
    found = []
    for file in batch.files:
        try:
            found.append(preview(kept_upload(file, instance)))
        except MingaError:
            continue
    return tuple(found)


def preview(upload: Upload) -> Preview:
    """How a file is read: the first sheet with anything on it."""
    sheet = open_sheets(upload)[0]
    filled = (row for row in sheet.rows() if any(str(cell).strip() for cell in row))
    rows = tuple(tuple(_shown(cell) for cell in row[:SHOWN_COLUMNS]) for row in islice(filled, SHOWN_ROWS))
    return Preview(upload.name, sheet.reading, rows)


def keep_upload(upload: Upload, instance: Path) -> str:
    """Store the bytes as they were uploaded, under a random name; the name they came with is only told."""
    folder = instance / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    (folder / name).write_bytes(upload.content)
    return name


def forget_uploads(names: Sequence[str], instance: Path) -> None:
    """Drop stored files that no batch came to name."""
    for name in names:
        (instance / "uploads" / name).unlink(missing_ok=True)


def kept_upload(file: BatchFile, instance: Path) -> Upload:
    """A file of a checked batch, as it was uploaded.

    Raises
    ------
    Conflict
        It is no longer kept.
    """
    try:
        return Upload(file.name, (instance / "uploads" / Path(file.stored_as or "").name).read_bytes())
    except OSError as error:
        raise Conflict(
            say("El archivo %(name)s ya no está guardado; súbalo de nuevo.", name=file.name), code="file_gone"
        ) from error


def _shown(cell: object) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"
