"""The directory of schools of the Chilean ministry, any year's layout.

Each year one file, one row per RBD. What varies: encoding (local code page up to 2017), the
RBD's column (``NUM_RBD`` until 2009), which columns there are; before 2015 only working schools
are listed, without ``ESTADO_ESTAB``.
"""

from collections.abc import Sequence
from typing import Any

from service.imports.cells import DAMAGED, CellError, fold, number, text, whole
from service.imports.cl.codes import (
    DIRECTORY_OWNER,
    DIRECTORY_RURAL,
    ENROLMENT_PHASES,
    OWNER_LABELS,
    REGIONS,
    RURAL_LABELS,
    STATUS,
    check_digit,
    phase_of_teaching,
)
from service.imports.cl.shared_columns import CodedCells, FileYear
from service.imports.columns import Columns
from service.imports.records import CommuneRecord, SchoolRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.text import say

DAMAGE = frozenset(map(chr, DAMAGED)) | set("ÀÈÒÕÝÛË")
MARKS = ("estado_estab", "ens_01", "mat_ens_1", "matricula", "rut_sostenedor", "rural_rbd")
LATITUDES = (-64.0, -17.0)
LONGITUDES = (-110.0, -53.0)
"""Chile with Rapa Nui, Juan Fernández and its Antarctic bases."""


class DirectorySource:
    """``cl-directory``."""

    name = "cl-directory"
    title = say("un directorio oficial de establecimientos de Chile")
    holds = "schools"
    system: str | None = "cl"
    official = True
    one_row_a_school = False
    max_rows = 100_000
    max_columns = 200
    allowed_columns = frozenset({"mrun"})  # of owners who are natural persons; never read

    def recognises(self, columns: Columns) -> bool:
        """A school's number and name, its owner's type, and the marks of a directory."""
        return (
            columns.find("rbd", "num_rbd") is not None
            and columns.find(*MARKS) is not None
            and not columns.matching(r"(prom|nalu)_.*")
            and columns.pupil_level(self.allowed_columns) is None
        )

    def reader(self, columns: Columns, context: FileContext) -> "DirectoryReader":
        """Make the reader of one year's file."""
        require_columns(columns, ("rbd", "num_rbd"), ("nom_rbd",), ("cod_com_rbd",), ("cod_depe",))
        return DirectoryReader(columns, context)


class DirectoryReader:
    """Reads the rows of one year."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        find = columns.find
        self.columns = columns
        self.file_year = FileYear(columns, context)
        self.coded = CodedCells(columns)
        self.rbd = find("rbd", "num_rbd")
        self.digit = find("dgv_rbd", "dv_rbd", "let_rbd")
        self.name = find("nom_rbd")
        self.commune, self.commune_name = find("cod_com_rbd"), find("nom_com_rbd")
        self.owner_type, self.owner = find("cod_depe"), find("rut_sostenedor")
        self.rural, self.status = find("rural_rbd", "cod_rural_rbd"), find("estado_estab")
        self.latitude, self.longitude = find("latitud"), find("longitud")
        self.teachings = [p for i in range(1, 31) if (p := find(f"ens_{i:02}", f"ens_{i}")) is not None]
        self.enrolments = [
            (phase, p) for i, phase in ENROLMENT_PHASES.items() if (p := find(f"mat_ens_{i}")) is not None
        ]
        self.total, self.enrolled = find("mat_total"), find("matricula")
        self.communes: dict[Any, CommuneRecord | None] = {}
        for names in (("estado_estab",), ("latitud",), ("mat_total",), ("rural_rbd", "cod_rural_rbd")):
            if find(*names) is None:
                self.notes.add(
                    "missing_column", say("Faltan columnas que otros años traen."), names[0].upper()
                )

    @property
    def year(self) -> int | None:
        """Year of the file, once known."""
        return self.file_year.value

    def read(self, row: Sequence[Any]) -> SchoolRecord:
        """Read one school."""
        try:
            code = whole(row[self.rbd or 0])
        except CellError as error:
            raise RowError("bad_code", error.message, self.columns.name_at(self.rbd)) from error
        if code is None or code <= 0:
            raise RowError("bad_code", say("Falta el RBD."), self.columns.name_at(self.rbd))
        year = self.file_year.of(row)
        name = text(row[self.name or 0])
        if name is None or not any(letter.isalnum() for letter in name):
            self.notes.add("no_name", say("Establecimientos sin nombre: se muestran por su RBD."), code)
            name = f"RBD {code}"
        owner_type = self.coded.at(row, self.owner_type, DIRECTORY_OWNER, OWNER_LABELS)
        if owner_type is None:
            raise RowError(
                "no_owner_type", say("Falta la dependencia."), self.columns.name_at(self.owner_type)
            )
        if not DAMAGE.isdisjoint(name):
            self.notes.add(
                "damaged_name", say("Nombres con letras dañadas por un cambio de codificación."), code
            )
        status = self.coded.at(row, self.status, STATUS, {}) or SchoolStatus.WORKING
        levels, special = self._levels(row)
        total = self._whole(row, self.total)
        latitude, longitude = self._place(row, code)
        return SchoolRecord(
            code=code,
            year=year,
            check_digit=self._digit(row, code),
            name=name[:200],
            name_folded=fold(name)[:200],
            status=status,
            has_enrolment=self._has_enrolment(row, total),
            enrolment=total,
            special_enrolment=special,
            rural=self.coded.at(row, self.rural, DIRECTORY_RURAL, RURAL_LABELS),
            commune=self._commune(row),
            latitude=latitude,
            longitude=longitude,
            closed_on=None,
            successor=None,
            levels=levels,
            owner_type=owner_type,
            owner_code=self._owner(row),
            owner_name=None,
            service_by_commune=owner_type is OwnerType.LOCAL_SERVICE,
        )

    def _whole(self, row: Sequence[Any], place: int | None) -> int | None:
        if place is None:
            return None
        try:
            value = whole(row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(place)) from error
        if value is not None and value < 0:
            raise RowError("bad_value", say("La cifra es negativa."), self.columns.name_at(place))
        return value

    def _digit(self, row: Sequence[Any], code: int) -> str | None:
        digit = text(row[self.digit]) if self.digit is not None else None
        if digit is None or len(digit) > 1:
            return None
        digit = digit.upper()
        if digit != check_digit(code):
            self.notes.add(
                "check_digit", say("RBD cuyo dígito verificador no corresponde."), f"{code}-{digit}"
            )
        return digit

    def _owner(self, row: Sequence[Any]) -> str | None:
        owner = text(row[self.owner]) if self.owner is not None else None
        return owner[:40] if owner and owner != "0" else None

    def _has_enrolment(self, row: Sequence[Any], total: int | None) -> bool:
        flag = self._whole(row, self.enrolled)
        if flag is not None:
            return flag == 1
        return total is None or total > 0

    def _levels(self, row: Sequence[Any]) -> tuple[tuple[tuple[Phase, int | None], ...], int | None]:
        """Phases by enrolment; by teaching codes for a school that has none."""
        pupils: dict[Phase, int] = {}
        published = False
        for phase, place in self.enrolments:
            cell = row[place]
            if cell == "0":
                published = True
                continue
            count = self._whole(row, place)
            if count is not None:
                published = True
                if count:
                    pupils[phase] = pupils.get(phase, 0) + count
        special = pupils.get(Phase.SPECIAL, 0) if published else None
        if pupils:
            return tuple(sorted(pupils.items())), special
        taught = set()
        for place in self.teachings:
            cell = row[place]
            if cell != "0" and (teaching := self._whole(row, place)):
                taught.add(phase_of_teaching(teaching))
        return tuple((phase, None) for phase in sorted(one for one in taught if one)), special

    def _commune(self, row: Sequence[Any]) -> CommuneRecord | None:
        cell = row[self.commune or 0]
        if cell in self.communes:
            return self.communes[cell]
        code = self._whole(row, self.commune)
        name = text(row[self.commune_name]) if self.commune_name is not None else None
        region = code // 1000 if code else None
        record = code and CommuneRecord(
            str(code), name or f"Comuna {code}", str(region) if region else None, REGIONS.get(region or 0)
        )
        self.communes[cell] = record or None
        return self.communes[cell]

    def _place(self, row: Sequence[Any], code: int) -> tuple[float | None, float | None]:
        """Coordinates that lie in Chile; else none, with a warning, never a rejected row."""
        if self.latitude is None or self.longitude is None:
            return None, None
        cells = row[self.latitude], row[self.longitude]
        if cells == (" ", " "):
            self.notes.add("no_coordinates", say("Establecimientos sin coordenadas publicadas."))
            return None, None
        try:
            latitude, longitude = number(cells[0]), number(cells[1])
        except CellError:
            self.notes.add(
                "bad_coordinates", say("Coordenadas que no se pueden leer: se dejan en blanco."), code
            )
            return None, None
        if latitude is None or longitude is None:
            self.notes.add("no_coordinates", say("Establecimientos sin coordenadas publicadas."))
            return None, None
        swapped = _inside(longitude, LATITUDES) and _inside(latitude, LONGITUDES)
        if swapped and not _inside(latitude, LATITUDES):
            self.notes.add(
                "swapped_coordinates", say("Latitud y longitud venían cambiadas: se corrigen."), code
            )
            latitude, longitude = longitude, latitude
        if not (_inside(latitude, LATITUDES) and _inside(longitude, LONGITUDES)):
            self.notes.add(
                "bad_coordinates", say("Coordenadas que no se pueden leer: se dejan en blanco."), code
            )
            return None, None
        return latitude, longitude


def _inside(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
