"""Leaders: a person with a school, one row each."""

import re
from collections.abc import Sequence
from typing import Any

from service.imports.cells import day, fold, number, whole
from service.imports.columns import Columns
from service.imports.own.fields import Cells, strengths
from service.imports.records import LeaderRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.models.enums import LeaderStatus
from service.text import say

STATUSES = {status.value: status for status in LeaderStatus} | {
    "postulante": LeaderStatus.APPLIED,
    "elegible": LeaderStatus.ELIGIBLE,
    "evaluado": LeaderStatus.ASSESSED,
    "designado": LeaderStatus.DESIGNATED,
    "activo": LeaderStatus.ACTIVE,
    "en pausa": LeaderStatus.PAUSED,
    "caducado": LeaderStatus.LAPSED,
    "retirado": LeaderStatus.WITHDRAWN,
}
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
LANGUAGE = re.compile(r"[a-z]{2,3}")
MAX_CAPACITY = 20


class LeadersSource:
    """``leaders``."""

    name = "leaders"
    title = say("un archivo de líderes de Minga")
    holds = "leaders"
    system: str | None = None
    official = False
    one_row_a_school = False
    max_rows = 20_000
    max_columns = 60
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """A school, and what only a leader has."""
        return "school" in columns and columns.find("capacity", "in_post_since", "max_km") is not None

    def reader(self, columns: Columns, context: FileContext) -> "LeadersReader":
        """Make the reader of one file."""
        require_columns(columns, ("school",), ("name",))
        return LeadersReader(columns, context)


class LeadersReader:
    """Reads the rows of one file."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.year = context.year
        self.columns = columns

    def read(self, row: Sequence[Any]) -> LeaderRecord:
        """Read one leader."""
        cells = Cells(self.columns, row)
        system, code = cells.school()
        name = cells.text("name", 160)
        if name is None:
            raise RowError("no_name", say("Falta el nombre de la persona."), "name")
        email = cells.text("email", 254)
        if email is not None and not EMAIL.fullmatch(email):
            raise RowError("bad_email", say("«%(value)s» no es un correo.", value=email[:60]), "email")
        return LeaderRecord(
            system=system,
            code=code,
            name=name,
            email=email.casefold() if email else None,
            in_post_since=cells.read("in_post_since", day),
            status=self._status(cells),
            capacity=self._capacity(cells),
            elements=strengths(cells.words("elements"), "elements"),
            languages=self._languages(cells),
            online=cells.flag("online"),
            max_km=self._max_km(cells),
            consent_on=cells.read("consent_on", day),
            owner_consent_on=cells.read("owner_consent_on", day),
            trained_on=cells.read("trained_on", day),
        )

    def _status(self, cells: Cells) -> LeaderStatus:
        value = cells.text("status")
        if value is None:
            return LeaderStatus.DESIGNATED
        status = STATUSES.get(fold(value))
        if status is None:
            known = ", ".join(one.value for one in LeaderStatus)
            raise RowError(
                "unknown_status",
                say("«%(value)s» no es un estado; hay: %(known)s.", value=value[:40], known=known),
                "status",
            )
        return status

    def _capacity(self, cells: Cells) -> int:
        value = cells.read("capacity", whole)
        if value is None:
            return 1
        if not 0 <= value <= MAX_CAPACITY:
            raise RowError(
                "bad_value", say("La capacidad va de 0 a %(limit)s.", limit=MAX_CAPACITY), "capacity"
            )
        return int(value)

    def _languages(self, cells: Cells) -> tuple[str, ...]:
        languages = tuple(word.casefold() for word in cells.words("languages")) or ("es",)
        for language in languages:
            if not LANGUAGE.fullmatch(language):
                raise RowError(
                    "bad_value",
                    say("«%(value)s» no es un código de lengua, como es o arn.", value=language[:20]),
                    "languages",
                )
        return tuple(sorted(set(languages)))

    def _max_km(self, cells: Cells) -> float | None:
        value = cells.read("max_km", number)
        if value is not None and value < 0:
            raise RowError("bad_value", say("La distancia es negativa."), "max_km")
        return None if value is None else float(value)
