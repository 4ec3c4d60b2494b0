"""A list of our own whose columns have other names: a person tells which is which.

The file waits under a random name until that is told, then goes the way of every import with its
header renamed; the rows stay as they came and where they stood.
"""

import csv
import io
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from service.errors import Conflict, MingaError
from service.imports.columns import Columns, key
from service.imports.reading import Upload, open_sheets
from service.imports.registry import looks_like, source_named
from service.permissions import Actor
from service.text import Sentence, say

OWN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "leaders": (
        "school", "name", "email", "in_post_since", "status", "capacity", "elements", "languages", "online",
        "max_km", "consent_on", "owner_consent_on", "trained_on",
    ),
    "needs": ("school", "year", "element", "level", "note"),
    "accounts": ("name", "email", "role", "school", "territory", "starts_on", "locale"),
    "visits": ("school", "leader_school", "on", "kind", "direction", "mode", "hours", "people"),
    "travel-times": ("from", "to", "minutes"),
    "school-calendar": ("first_on", "last_on", "kind", "place", "name", "source"),
}  # fmt: skip
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "leaders": ("school", "name", "capacity"),
    "needs": ("school", "year", "element", "level"),
    "accounts": ("name", "email", "role"),
    "visits": ("school", "leader_school", "on", "kind", "direction", "mode"),
    "travel-times": ("from", "to", "minutes"),
    "school-calendar": ("first_on", "kind", "name"),
}
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "school": ("rbd", "establecimiento", "escuela", "codigo", "colegio"),
    "name": ("nombre", "director", "directora", "lider", "persona"),
    "email": ("correo", "mail"),
    "in_post_since": ("desde", "cargo", "ingreso"),
    "status": ("estado", "designacion"),
    "capacity": ("capacidad", "cupos", "cupo"),
    "elements": ("dimensiones", "elementos", "fortalezas"),
    "languages": ("lenguas", "idiomas"),
    "online": ("linea", "remoto", "virtual"),
    "max_km": ("km", "kilometros", "distancia"),
    "consent_on": ("consentimiento",),
    "owner_consent_on": ("sostenedor",),
    "trained_on": ("induccion", "capacitacion"),
    "year": ("ano", "agno"),
    "element": ("dimension", "elemento"),
    "level": ("nivel",),
    "role": ("rol", "papel", "cargo"),
    "territory": ("territorio", "servicio"),
    "starts_on": ("asume", "inicio"),
    "locale": ("idioma",),
    "note": ("nota", "observacion", "comentario"),
}
WAITING_SECONDS = 24 * 3600
MAX_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file whose columns nobody has told yet."""

    token: str
    source: str
    year: int | None
    upload: Upload
    header: tuple[str, ...]
    reading: Sentence
    rows: tuple[tuple[str, ...], ...]


def set_waiting(instance: Path, source: str, year: int | None, upload: Upload, actor: Actor) -> str | None:
    """Keep a list until its columns are told; None where there is nothing to choose.

    A file of another kind is refused, not asked about.
    """
    if source not in OWN_COLUMNS or actor.account_id is None:
        return None
    try:
        sheet = open_sheets(upload)[0]
        header = Columns(next(_filled(sheet.rows()), ()))
    except (MingaError, csv.Error):
        return None
    if not 1 < len(header.places) <= MAX_COLUMNS or header.pupil_level() is not None:
        return None
    if looks_like(header) is not None and not source_named(source).recognises(header):
        return None
    folder = _folder(instance)
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(folder)
    token = secrets.token_hex(16)
    facts = {"source": source, "year": year, "name": upload.name, "account": actor.account_id}
    (folder / token).write_bytes(upload.content)
    (folder / f"{token}.json").write_text(json.dumps(facts), encoding="utf-8")
    return token


def waiting_file(instance: Path, token: str, actor: Actor) -> WaitingFile:
    """The file that waits under a token, for who uploaded it.

    Raises
    ------
    Conflict
        It waited too long, or is somebody else's.
    """
    gone = Conflict(say("Ese archivo ya no está guardado; súbalo de nuevo."), code="file_gone")
    if len(token) != 2 * 16 or not token.isalnum():
        raise gone
    folder = _folder(instance)
    try:
        facts = json.loads((folder / f"{token}.json").read_text(encoding="utf-8"))
        upload = Upload(facts["name"], (folder / token).read_bytes())
    except OSError as error:
        raise gone from error
    if facts["account"] != actor.account_id:
        raise gone
    sheet = open_sheets(upload)[0]
    first = [[_text(cell) for cell in row] for row in islice(_filled(sheet.rows()), 5)]
    return WaitingFile(
        token=token,
        source=facts["source"],
        year=facts["year"],
        upload=upload,
        header=tuple(Columns(first[0]).names),
        reading=sheet.reading,
        rows=tuple(tuple(cell[:80] for cell in row) for row in first[1:]),
    )


def forget_waiting(instance: Path, token: str) -> None:
    """Drop a file that waits no longer."""
    for name in (token, f"{token}.json"):
        (_folder(instance) / name).unlink(missing_ok=True)


def guess_columns(source: str, header: Sequence[str]) -> dict[str, int]:
    """Which of the file's columns each of ours may be, by its name."""
    words = [set(key(name).split("_")) for name in header]
    guessed: dict[str, int] = {}
    for ours in OWN_COLUMNS[source]:
        names = {ours, *OTHER_NAMES.get(ours, ())}
        for place, found in enumerate(words):
            if place not in guessed.values() and (found & names or key(header[place]) == ours):
                guessed[ours] = place
                break
    return guessed


def with_columns(upload: Upload, places: Mapping[str, int]) -> Upload:
    """The same table with our names over the chosen columns; each row keeps its line.

    Parameters
    ----------
    places : mapping of str to int
        For each of our names, the place of the column that means it.
    """
    sheet = open_sheets(upload)[0]
    names = {place: ours for ours, place in places.items()}
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    renamed = False
    for row in sheet.rows():
        cells = [_text(cell) for cell in row]
        if not renamed and any(cells):
            renamed = True
            cells = [names.get(place, _not_ours(cell)) for place, cell in enumerate(cells)]
        writer.writerow(cells)
    return Upload(upload.name, out.getvalue().encode(), upload.content)


def _not_ours(name: str) -> str:
    """A column that was not chosen must not pass for one of ours."""
    return f"sin usar: {name}"


def _filled(rows: Any) -> Any:
    return (row for row in rows if any(str(cell).strip() for cell in row))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _folder(instance: Path) -> Path:
    return instance / "uploads" / "waiting"


def _forget_old(folder: Path) -> None:
    """People who never came back leave nothing behind."""
    limit = time.time() - WAITING_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
