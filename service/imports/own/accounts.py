"""Accounts: a person to invite with one role, one row each."""

import re
from collections.abc import Sequence
from typing import Any

from service.imports.cells import day, fold
from service.imports.columns import Columns
from service.imports.own.fields import Cells
from service.imports.records import AccountRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.models.enums import Role
from service.text import say

ROLES = {role.value: role for role in Role} | {
    "ministerio": Role.MINISTRY,
    "coordinacion": Role.COORDINATOR,
    "coordinador": Role.COORDINATOR,
    "coordinadora": Role.COORDINATOR,
    "direccion": Role.DIRECTOR,
    "director": Role.DIRECTOR,
    "directora": Role.DIRECTOR,
    "utp": Role.CURRICULUM_HEAD,
    "jefatura tecnica": Role.CURRICULUM_HEAD,
    "lider": Role.LEADER,
    "evaluador": Role.ASSESSOR,
    "evaluadora": Role.ASSESSOR,
    "solo lectura": Role.READ_ONLY,
}
LANGUAGES = ("es", "en")
TERRITORY = re.compile(r"(slep|la|owner):.+", re.IGNORECASE)


class AccountsSource:
    """``accounts``."""

    name = "accounts"
    title = say("un archivo de cuentas de Minga")
    holds = "accounts"
    system: str | None = None
    official = False
    one_row_a_school = False
    max_rows = 2_000
    max_columns = 60
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """An address and a role."""
        return columns.has("email", "role")

    def reader(self, columns: Columns, context: FileContext) -> "AccountsReader":
        """Make the reader of one file."""
        require_columns(columns, ("name",), ("email",), ("role",), ("school", "territory"))
        return AccountsReader(columns, context)


class AccountsReader:
    """Reads the rows of one file."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.year = context.year
        self.columns = columns

    def read(self, row: Sequence[Any]) -> AccountRecord:
        """Read one person to invite."""
        cells = Cells(self.columns, row)
        name, email, word = cells.text("name", 160), cells.text("email", 254), cells.text("role", 40)
        if name is None:
            raise RowError("no_name", say("Falta el nombre de la persona."), "name")
        if email is None:
            raise RowError("bad_email", say("Falta el correo de la persona."), "email")
        role = ROLES.get(fold(word or ""))
        if role is None:
            known = ", ".join(one.value for one in Role)
            sentence = say("«%(value)s» no es un rol; hay: %(known)s.", value=(word or "")[:40], known=known)
            raise RowError("unknown_role", sentence, "role")
        locale = (cells.text("locale", 5) or "es").casefold()
        if locale not in LANGUAGES:
            raise RowError("bad_value", say("El idioma del mensaje es es o en."), "locale")
        return AccountRecord(
            name=name,
            email=email,
            role=role,
            territory=self._territory(cells),
            starts_on=cells.read("starts_on", day),
            locale=locale,
        )

    def _territory(self, cells: Cells) -> str | None:
        """The school where one is told, else the territory."""
        if cells.text("school") is not None:
            system, code = cells.school()
            return f"{system}:{code}" if system else str(code)
        territory = cells.text("territory", 80)
        if territory is not None and not TERRITORY.fullmatch(territory):
            raise RowError("bad_value", say("El territorio se escribe slep:, la: u owner:."), "territory")
        return territory
