"""Visits that took place, times on the way, and the school calendar: our own CSV."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from service.imports.cells import day, number, whole
from service.imports.columns import Columns
from service.imports.own.fields import Cells
from service.imports.records import CalendarDaysRecord, TravelTimeRecord, VisitRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.models.states import CalendarDayKind, ExchangeKind, VisitDirection, VisitMode
from service.text import say

Kind = TypeVar("Kind", bound=StrEnum)
PLACE = re.compile(r"(region|commune):(\d{1,6})", re.IGNORECASE)
LONGEST_HOURS, MOST_PEOPLE, LONGEST_WAY = 12.0, 2_000, 3_000


class _OwnSource:
    """What the three have in common."""

    system: str | None = None
    official = False
    one_row_a_school = False
    max_columns = 60
    allowed_columns: frozenset[str] = frozenset()


class VisitsSource(_OwnSource):
    """``visits``."""

    name = "visits"
    title = say("un archivo de visitas de Minga")
    holds = "visits"
    max_rows = 20_000

    def recognises(self, columns: Columns) -> bool:
        """Two schools and a direction."""
        return columns.has("school", "leader_school", "direction")

    def reader(self, columns: Columns, context: FileContext) -> "VisitsReader":
        """Make the reader of one file."""
        require_columns(
            columns, ("school",), ("leader_school",), ("on",), ("kind",), ("direction",), ("mode",)
        )
        return VisitsReader(columns)


class VisitsReader:
    """Reads the rows of one file."""

    year: int | None = None

    def __init__(self, columns: Columns) -> None:
        self.notes = Notes()
        self.columns = columns

    def read(self, row: Sequence[Any]) -> VisitRecord:
        """Read one visit that took place."""
        cells = Cells(self.columns, row)
        system, code = cells.school()
        leader_system, leader_code = cells.school("leader_school")
        hours, people = cells.read("hours", number), cells.read("people", whole)
        if hours is not None and not 0 < hours <= LONGEST_HOURS:
            raise RowError("bad_value", say("Las horas van de más de 0 a 12."), "hours")
        if people is not None and not 0 <= people <= MOST_PEOPLE:
            raise RowError("bad_value", say("Las personas van de 0 a 2.000."), "people")
        return VisitRecord(
            system,
            code,
            leader_system,
            leader_code,
            _day(cells, "on"),
            _one_of(cells, "kind", ExchangeKind),
            _one_of(cells, "direction", VisitDirection),
            _one_of(cells, "mode", VisitMode),
            None if hours is None else float(hours),
            None if people is None else int(people),
        )


class TravelTimesSource(_OwnSource):
    """``travel-times``."""

    name = "travel-times"
    title = say("un archivo de tiempos de viaje de Minga")
    holds = "travel_times"
    max_rows = 500_000

    def recognises(self, columns: Columns) -> bool:
        """From, to and minutes."""
        return columns.has("from", "to", "minutes")

    def reader(self, columns: Columns, context: FileContext) -> "TravelTimesReader":
        """Make the reader of one file."""
        require_columns(columns, ("from",), ("to",), ("minutes",))
        return TravelTimesReader(columns)


class TravelTimesReader:
    """Reads the rows of one file."""

    year: int | None = None

    def __init__(self, columns: Columns) -> None:
        self.notes = Notes()
        self.columns = columns

    def read(self, row: Sequence[Any]) -> TravelTimeRecord:
        """Read one way."""
        cells = Cells(self.columns, row)
        system, code = cells.school("from")
        to_system, to_code = cells.school("to")
        minutes = cells.read("minutes", whole)
        if minutes is None or not 0 <= minutes <= LONGEST_WAY:
            raise RowError("bad_value", say("Los minutos van de 0 a 3.000."), "minutes")
        return TravelTimeRecord(system, code, to_system, to_code, int(minutes))


class SchoolCalendarSource(_OwnSource):
    """``school-calendar``: the file that the operator edits each year."""

    name = "school-calendar"
    title = say("un calendario escolar de Minga")
    holds = "calendar_days"
    max_rows = 5_000

    def recognises(self, columns: Columns) -> bool:
        """First and last day, and a kind."""
        return columns.has("first_on", "kind")

    def reader(self, columns: Columns, context: FileContext) -> "SchoolCalendarReader":
        """Make the reader of one file."""
        require_columns(columns, ("first_on",), ("kind",), ("name",))
        return SchoolCalendarReader(columns)


class SchoolCalendarReader:
    """Reads the rows of one file."""

    year: int | None = None

    def __init__(self, columns: Columns) -> None:
        self.notes = Notes()
        self.columns = columns

    def read(self, row: Sequence[Any]) -> CalendarDaysRecord:
        """Read days of one kind; ``place`` is empty, or some of ``region:13`` and ``commune:13101``."""
        cells = Cells(self.columns, row)
        first = _day(cells, "first_on")
        last = cells.read("last_on", day) or first
        if last < first:
            raise RowError("bad_value", say("El último día no puede ser anterior al primero."), "last_on")
        places = []
        for word in cells.words("place"):
            found = PLACE.fullmatch(word)
            if found is None:
                sentence = say("«%(value)s» no es un lugar como region:13 o commune:13101.", value=word[:40])
                raise RowError("bad_value", sentence, "place")
            places.append((found[1].casefold(), str(int(found[2]))))
        return CalendarDaysRecord(
            first,
            last,
            _one_of(cells, "kind", CalendarDayKind),
            cells.text("name", 200) or "",
            tuple(places),
            cells.text("source", 300) or "",
        )


def _day(cells: Cells, name: str) -> date:
    found: date | None = cells.read(name, day)
    if found is None:
        raise RowError("bad_value", say("Falta la fecha."), name)
    return found


def _one_of(cells: Cells, name: str, kind: type[Kind]) -> Kind:
    word = (cells.text(name, 40) or "").casefold()
    if word not in {member.value for member in kind}:
        known = ", ".join(member.value for member in kind)
        raise RowError(
            "bad_value", say("«%(value)s» no vale aquí; hay: %(known)s.", value=word[:40], known=known), name
        )
    return kind(word)
