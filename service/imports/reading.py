"""Open a file as sheets of rows, whatever its name says, within stated limits.

The content decides the format, never the extension. Text is read as UTF-8 strictly, else as
Windows-1252: a guesser took Spanish Latin-1 for a Central European page.
"""

import csv
import gzip
import hashlib
import io
import marshal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import ImportRejected
from service.text import Sentence, say

MEGABYTE = 1_048_576
MAX_SIZE = 100 * MEGABYTE
MAX_BOOK = 10 * MEGABYTE
MAX_UNPACKED = 50 * MEGABYTE
MAX_MEMBERS = 200
MAX_RATIO = 100
BOOK_SECONDS = 90
MAX_CELL = 20_000
UNCLOSED_LINES = 20
DELIMITERS = ";,\t|"
WORKBOOK = Path(__file__).with_name("workbook.py")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as given: the name it came with, and its bytes.

    ``original`` holds the bytes as uploaded where ``content`` is the same table with other names
    over its columns.
    """

    name: str
    content: bytes
    original: bytes | None = None

    @property
    def sha256(self) -> str:
        """The hash of the file as uploaded, by which anybody can tell that it is the same."""
        return hashlib.sha256(self.content if self.original is None else self.original).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the file as uploaded."""
        return len(self.content if self.original is None else self.original)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one table; ``reading`` tells how it was read, for the person to confirm."""

    name: str
    reading: Sentence
    source: str | list[list[Any]]
    delimiter: str = ","

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows from the first on, each time anew."""
        if isinstance(self.source, list):
            return iter(self.source)
        return csv.reader(io.StringIO(self.source, newline=""), delimiter=self.delimiter)

    @property
    def cut(self) -> bool:
        """Whether the text ends without the end of its last line."""
        return isinstance(self.source, str) and not self.source.endswith(("\n", "\r"))


def refuse(upload: Upload, code: str, sentence: Sentence) -> ImportRejected:
    """A refusal of the whole file, in one sentence that begins with its name."""
    return ImportRejected(
        say("%(file)s: %(problem)s", file=upload.name[:80], problem=sentence), code=code, file=upload.name
    )


def open_sheets(upload: Upload) -> list[Sheet]:
    """Open a file as text table or workbook, by its content.

    Raises
    ------
    ImportRejected
        It is too large, damaged, cut off, or no table at all.
    """
    content = upload.content
    if len(content) > MAX_SIZE:
        raise refuse(
            upload,
            "too_large",
            say("pesa más de %(limit)s MB, que es el límite.", limit=MAX_SIZE // MEGABYTE),
        )
    if not content.strip():
        raise refuse(upload, "empty_file", say("el archivo está vacío."))
    if content.startswith(b"PK\x03\x04"):
        return _open_book(upload)
    if content.startswith(b"\x1f\x8b"):
        return [_open_text(Upload(upload.name, _gunzip(upload)))]
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(upload, "old_workbook", say("es un Excel antiguo (.xls); guárdelo como .xlsx o CSV."))
    if content.startswith(b"%PDF"):
        raise refuse(upload, "not_a_table", say("es un PDF, no una tabla; busque el archivo de datos."))
    if content.startswith((b"Rar!", b"7z\xbc\xaf")):
        raise refuse(upload, "packed", say("está comprimido; descomprímalo e importe el archivo de dentro."))
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise refuse(
            upload, "not_a_table", say("es una página web, no una tabla; descargue el archivo de datos.")
        )
    return [_open_text(upload)]


def _open_text(upload: Upload) -> Sheet:
    content = upload.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise refuse(
            upload, "not_a_table", say("no es texto: contiene bytes nulos; guárdelo como CSV UTF-8.")
        )
    else:
        encoding = "utf-8-sig"
    try:
        decoded = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        decoded = content.decode(encoding, errors="replace")
    delimiter = _delimiter(decoded)
    if delimiter == "\t":
        reading = say("texto %(encoding)s, separado por tabuladores", encoding=encoding)
    else:
        reading = say("texto %(encoding)s, separador «%(sign)s»", encoding=encoding, sign=delimiter)
    return Sheet(upload.name, reading, decoded, delimiter)


def _delimiter(decoded: str) -> str:
    """The sign that splits the first line with anything on it into most cells."""
    start = decoded[:65_536].lstrip("\r\n")
    line = start.splitlines()[0] if start else ""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), -DELIMITERS.index(sign)))


def _gunzip(upload: Upload) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(upload.content)) as packed:
            content = packed.read(MAX_UNPACKED + 1)
    except (OSError, EOFError) as error:
        raise refuse(upload, "damaged", say("el archivo comprimido está dañado o cortado.")) from error
    if len(content) > MAX_UNPACKED or len(content) > MAX_RATIO * len(upload.content):
        raise refuse(
            upload,
            "too_large",
            say("descomprimido supera %(limit)s MB, el límite.", limit=MAX_UNPACKED // MEGABYTE),
        )
    return content


def _open_book(upload: Upload) -> list[Sheet]:
    _check_book(upload)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(WORKBOOK)],
            input=upload.content,
            capture_output=True,
            timeout=BOOK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse(upload, "too_large", say("el libro tarda demasiado; guárdelo como CSV.")) from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise refuse(
            upload, "too_large", say("el libro pide demasiada memoria (¿celdas sueltas?); guárdelo como CSV.")
        )
    if done.returncode:
        raise refuse(upload, "damaged", say("el libro está dañado o cortado y no se puede leer."))
    sheets = [
        Sheet(name, say("libro de Excel, hoja «%(name)s»", name=name), rows)
        for name, rows in marshal.loads(done.stdout)
    ]
    if not sheets:
        raise refuse(upload, "empty_file", say("el libro no tiene ninguna hoja con datos."))
    return sheets


def _check_book(upload: Upload) -> None:
    """Look at the zip's directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise refuse(upload, "damaged", say("el libro está dañado o cortado y no se puede leer.")) from error
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise refuse(upload, "packed", say("es un zip; descomprímalo e importe el archivo de dentro."))
    if any("vbaProject" in name for name in names):
        raise refuse(upload, "macros", say("el libro tiene macros; guárdelo como .xlsx sin ellas."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise refuse(upload, "external_links", say("el libro toma datos de otros libros; guárdelo como CSV."))
    unpacked = sum(member.file_size for member in members)
    if (
        len(upload.content) > MAX_BOOK
        or len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or unpacked > MAX_RATIO * len(upload.content)
    ):
        raise refuse(
            upload,
            "too_large",
            say(
                "el libro supera los límites (%(packed)s MB, %(unpacked)s MB descomprimido, %(parts)s "
                "partes); guárdelo como CSV.",
                packed=MAX_BOOK // MEGABYTE,
                unpacked=MAX_UNPACKED // MEGABYTE,
                parts=MAX_MEMBERS,
            ),
        )
