"""*Get Information About Schools* (GIAS), the whole register or an extract.

Coordinates are metres of the British grid (OSGB36), not degrees. Rows may have more cells than the
header: links to other schools, one a cell. ``01-01-1900`` fills dates that nobody knows.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pyproj import Transformer

from service.imports.cells import CellError, day, fold, number, share, text, whole
from service.imports.columns import Columns
from service.imports.records import CommuneRecord, IndicatorRecord, SchoolRecord
from service.imports.source import FileContext, FileError, Notes, RowError, require_columns
from service.models.enums import IndicatorKind, OwnerType, Phase, SchoolStatus
from service.text import say

STATUS = {
    "open": SchoolStatus.WORKING,
    "open, but proposed to close": SchoolStatus.WORKING,
    "closed": SchoolStatus.CLOSED,
    "proposed to open": SchoolStatus.AUTHORISED,
}
PHASES = {
    "nursery": (Phase.PRESCHOOL,),
    "primary": (Phase.PRIMARY,),
    "middle deemed primary": (Phase.PRIMARY,),
    "secondary": (Phase.SECONDARY,),
    "middle deemed secondary": (Phase.SECONDARY,),
    "all-through": (Phase.PRIMARY, Phase.SECONDARY),
    "all through": (Phase.PRIMARY, Phase.SECONDARY),
}
OWNERS = {
    "local authority maintained schools": OwnerType.MAINTAINED,
    "academies": OwnerType.ACADEMY,
    "free schools": OwnerType.ACADEMY,
    "independent schools": OwnerType.INDEPENDENT,
}
SUCCESSOR = re.compile(r"(\d{5,7})\s+Successor", re.IGNORECASE)
GRID = (700_000, 1_300_000)


@cache
def _to_degrees() -> Transformer:
    """From the British grid to degrees; made once, when first needed."""
    return Transformer.from_crs("EPSG:27700", "EPSG:4326")


class GiasSource:
    """``en-gias``."""

    name = "en-gias"
    title = say("un registro de escuelas de Inglaterra (GIAS)")
    holds = "schools"
    system: str | None = "en"
    official = True
    one_row_a_school = False
    max_rows = 200_000
    max_columns = 450
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """The URN beside the names that only GIAS uses."""
        return columns.has("urn", "establishmentname") or columns.has("urn", "establishmentnumber")

    def reader(self, columns: Columns, context: FileContext) -> "GiasReader":
        """Make the reader of one download."""
        require_columns(
            columns, ("urn",), ("establishmentname",), ("la_code",), ("establishmentstatus_name",),
            ("phaseofeducation_name",), ("establishmenttypegroup_name",),
        )  # fmt: skip
        return GiasReader(columns, context)


class GiasReader:
    """Reads the rows of one download."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.columns = columns
        self.year = context.year or context.year_in_name
        if self.year is None:
            raise FileError("no_year", say("su nombre no dice de qué año es; indíquelo con --year."))
        self.places = columns.places
        self.width = len(columns.names)
        self.communes: dict[tuple[str | None, ...], CommuneRecord] = {}

    def read(self, row: Sequence[Any]) -> SchoolRecord:
        """Read one school."""
        code = self._whole(row, "urn")
        if not code or code < 0:
            raise RowError("bad_code", say("Falta el URN."), "URN")
        name = self._text(row, "establishmentname")
        if name is None:
            raise RowError("no_name", say("Falta el nombre de la escuela."), "EstablishmentName")
        status = STATUS.get(fold(self._text(row, "establishmentstatus_name") or ""))
        if status is None:
            raise RowError(
                "unknown_code", say("El estado de la escuela no se conoce."), "EstablishmentStatus (name)"
            )
        pupils = self._whole(row, "numberofpupils")
        latitude, longitude = self._place(row, code)
        owner_type = self._owner_type(row)
        authority, authority_name = self._text(row, "la_code"), self._text(row, "la_name")
        trust = self._text(row, "trusts_name")
        owner_code, owner_name = authority, authority_name
        if owner_type is OwnerType.ACADEMY:
            owner_code = self._text(row, "trusts_code") or (fold(trust)[:40] if trust else None)
            owner_name = trust
        elif owner_type is not OwnerType.MAINTAINED:
            owner_code = owner_name = None
        phases = self._phases(row)
        urban = (self._text(row, "urbanrural_name") or "").casefold()
        return SchoolRecord(
            code=code,
            year=self.year or 0,
            check_digit=None,
            name=name[:200],
            name_folded=fold(name)[:200],
            status=status,
            has_enrolment=bool(pupils) if pupils is not None else status is SchoolStatus.WORKING,
            enrolment=pupils,
            special_enrolment=None,
            rural=") rural" in urban or urban.startswith("rural") if urban else None,
            commune=self._commune(row),
            latitude=latitude,
            longitude=longitude,
            closed_on=self._closed_on(row) if status is SchoolStatus.CLOSED else None,
            successor=self._successor(row),
            levels=tuple((phase, pupils if len(phases) == 1 else None) for phase in phases),
            owner_type=owner_type,
            owner_code=owner_code,
            owner_name=owner_name[:200] if owner_name else None,
            service_code=authority,
            service_name=authority_name,
            indicators=self._free_meals(row, code, pupils),
        )

    def _text(self, row: Sequence[Any], name: str) -> str | None:
        place = self.places.get(name)
        return None if place is None else text(row[place])

    def _whole(self, row: Sequence[Any], name: str) -> int | None:
        place = self.places.get(name)
        if place is None:
            return None
        try:
            return whole(row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(place)) from error

    def _phases(self, row: Sequence[Any]) -> tuple[Phase, ...]:
        kind = fold(self._text(row, "establishmenttypegroup_name") or "")
        if "special" in kind or "special" in fold(self._text(row, "typeofestablishment_name") or ""):
            return (Phase.SPECIAL,)
        return PHASES.get(fold(self._text(row, "phaseofeducation_name") or ""), ())

    def _owner_type(self, row: Sequence[Any]) -> OwnerType:
        group = fold(self._text(row, "establishmenttypegroup_name") or "")
        kind = fold(self._text(row, "typeofestablishment_name") or "")
        if group == "special schools":
            if "academy" in kind or "free school" in kind:
                return OwnerType.ACADEMY
            return OwnerType.INDEPENDENT if "independent" in kind else OwnerType.MAINTAINED
        return OWNERS.get(group, OwnerType.OTHER)

    def _closed_on(self, row: Sequence[Any]) -> Any:
        place = self.places.get("closedate")
        try:
            return day(row[place]) if place is not None else None
        except CellError as error:
            raise RowError("bad_value", error.message, "CloseDate") from error

    def _successor(self, row: Sequence[Any]) -> int | None:
        """The school that took over, where exactly one is linked."""
        place = self.places.get("linked_establishments")
        if place is None:
            return None
        cells = [str(cell) for cell in (row[place], *row[self.width :])]
        found = {int(match[1]) for cell in cells if (match := SUCCESSOR.search(cell))}
        return found.pop() if len(found) == 1 else None

    def _commune(self, row: Sequence[Any]) -> CommuneRecord | None:
        name = self._text(row, "districtadministrative_name")
        if name is None:
            return None
        cells = (
            self._text(row, "districtadministrative_code"),
            name,
            self._text(row, "gor_code"),
            self._text(row, "gor_name"),
        )
        if cells not in self.communes:
            region = cells[2] or (fold(cells[3])[:20] if cells[3] else None)
            self.communes[cells] = CommuneRecord((cells[0] or fold(name))[:20], name, region, cells[3])
        return self.communes[cells]

    def _place(self, row: Sequence[Any], code: int) -> tuple[float | None, float | None]:
        """Degrees from metres of the British grid; blank or 0 is not known."""
        east, north = self.places.get("easting"), self.places.get("northing")
        try:
            x = number(row[east]) if east is not None else None
            y = number(row[north]) if north is not None else None
        except CellError:
            x = y = -1.0
        if not x or not y:
            self.notes.add("no_coordinates", say("Establecimientos sin coordenadas publicadas."))
            return None, None
        if not (0 < x < GRID[0] and 0 < y < GRID[1]):
            self.notes.add(
                "bad_coordinates", say("Coordenadas que no se pueden leer: se dejan en blanco."), code
            )
            return None, None
        latitude, longitude = _to_degrees().transform(x, y)
        return round(latitude, 6), round(longitude, 6)

    def _free_meals(self, row: Sequence[Any], code: int, pupils: int | None) -> tuple[IndicatorRecord, ...]:
        """Share of pupils with free meals, of the year of the school census that counted them."""
        place = self.places.get("percentagefsm")
        if place is None:
            return ()
        try:
            value = share(row[place])
            census = self.places.get("censusdate")
            counted = day(row[census]) if census is not None else None
        except CellError as error:
            raise RowError("bad_value", error.message, "PercentageFSM") from error
        year = counted.year if counted else (self.year or 0)
        if value is None:
            return ()
        return (IndicatorRecord(code, IndicatorKind.FREE_MEALS, year, value, pupils, None),)
