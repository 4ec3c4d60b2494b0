"""Forms about imports: what to upload, which batches to list, what to decide."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.imports.reading import Upload
from service.imports.registry import SOURCES
from service.models.enums import BatchState, ChangeDecision, ChangeKind
from service.operations.imports.columns import OWN_COLUMNS, REQUIRED, WaitingFile
from service.permissions import Action, Actor, can
from service.queries.import_lists import BatchFilters
from service.queries.listing import MAXIMUM_PAGE
from service.text import say

MAX_FILES = 20
LONGEST_NAME = 150
YEARS = (1980, 2100)
YEAR_CODES = frozenset({"no_year", "other_year"})


def sources_for(actor: Actor) -> tuple[str, ...]:
    """The sources an actor may upload."""
    return tuple(
        name
        for name, source in SOURCES.items()
        if can(actor, Action.IMPORT_OFFICIAL if source.official else Action.IMPORT_OWN)
    )


def batch_filters() -> BatchFilters:
    """Read the address of the list; what is not understood is left out."""
    reader = FieldReader(request.args)
    return BatchFilters(
        source=reader.one_of("source", tuple(SOURCES)),
        state=reader.choice("state", BatchState, required=False),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


@dataclass(frozen=True, slots=True)
class ViewForm:
    """Which part of a batch is looked at."""

    view: str
    q: str
    page: int

    @classmethod
    def from_request(cls) -> "ViewForm":
        """Read it from the address, or from a form that comes back to it."""
        reader = FieldReader(request.values)
        views = ("rejected", *(kind.value for kind in ChangeKind))
        return cls(
            view=reader.one_of("view", views),
            q=reader.text("q", required=False)[:80],
            page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
        )

    @property
    def query(self) -> dict[str, str]:
        """The arguments that links of the page keep."""
        return {name: text for name, text in (("view", self.view), ("q", self.q)) if text}


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What was decided on one change, or on a kind of them."""

    decision: ChangeDecision
    kind: ChangeKind | None

    @classmethod
    def from_request(cls, *, needs_kind: bool = False) -> "DecisionForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            It is no decision.
        """
        reader = FieldReader(request.form)
        decision = reader.choice("decision", ChangeDecision)
        kind = reader.choice("kind", ChangeKind, required=needs_kind)
        reader.check()
        return cls(decision=decision or ChangeDecision.REJECTED, kind=kind)


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Files of one source."""

    source: str
    uploads: tuple[Upload, ...]
    year: int | None

    @classmethod
    def from_request(cls, sources: Sequence[str]) -> "UploadForm":
        """Read the form; an empty file is left to the importer, which says so by its name.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        source = reader.one_of("source", sources)
        if not source:
            reader.refuse("source", say("Elija qué archivo es."))
        year = reader.whole("year", low=YEARS[0], high=YEARS[1], required=False)
        chosen = [file for file in request.files.getlist("files") if file.filename]
        names = [plain_name(file.filename or "") for file in chosen]
        if not chosen:
            reader.refuse("files", say("Elija al menos un archivo."))
        elif len(chosen) > MAX_FILES:
            reader.refuse("files", say("Son demasiados archivos: se admiten %(n)s por vez.", n=MAX_FILES))
        elif len(set(names)) < len(names):
            reader.refuse("files", say("Dos archivos tienen el mismo nombre; cámbielo en uno de ellos."))
        reader.check()
        uploads = [Upload(name, file.read()) for name, file in zip(names, chosen, strict=True)]
        return cls(source=source, uploads=tuple(uploads), year=year)


@dataclass(frozen=True, slots=True)
class ColumnsForm:
    """Which column of a list means what."""

    places: dict[str, int]

    @classmethod
    def from_request(cls, waiting: WaitingFile) -> "ColumnsForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            A needed column was not told, or one was told twice.
        """
        reader = FieldReader(request.form)
        places: dict[str, int] = {}
        for name in OWN_COLUMNS[waiting.source]:
            place = reader.whole(
                name, low=0, high=len(waiting.header) - 1, required=name in REQUIRED[waiting.source]
            )
            if place is not None and place in places.values():
                reader.refuse(name, say("Esa columna ya está elegida para otro dato."))
            elif place is not None:
                places[name] = place
        reader.check()
        return cls(places)


def field_of(error: InvalidInput) -> dict[str, str]:
    """At which field of the upload a refusal of the importer belongs."""
    if error.fields:
        return error.fields
    if error.code == "no_year":
        return {
            "year": say("El archivo %(name)s no dice de qué año es: escríbalo aquí.", name=_file_of(error))
        }
    return {"year" if error.code in YEAR_CODES else "files": error.message}


def plain_name(name: str) -> str:
    """The last part of a file's name, without signs that no name needs, cut but with its ending."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable()).strip()
    if len(kept) > LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{(stem or ending)[: LONGEST_NAME - 12]}{dot}{ending[-10:]}" if stem else kept[:LONGEST_NAME]
    return kept or "archivo"


def _file_of(error: InvalidInput) -> str:
    return str(error.details.get("file", ""))
