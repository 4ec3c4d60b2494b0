"""The ministry's list of local education services (SLEP), one row a commune."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from service.imports.cells import CellError, text, whole
from service.imports.cl.codes import REGIONS
from service.imports.columns import Columns
from service.imports.records import CommuneRecord, ServiceAreaRecord
from service.imports.source import FileContext, Notes, RowError, require_columns
from service.text import say


class SlepSource:
    """``cl-slep``."""

    name = "cl-slep"
    title = say("el listado de Servicios Locales de Educación (SLEP)")
    holds = "services"
    system: str | None = "cl"
    official = True
    one_row_a_school = False
    max_rows = 2_000
    max_columns = 60
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """Codes or names of services beside communes."""
        return columns.find("cod_slep", "nombre_slep") is not None and columns.find("cod_com_rbd") is not None

    def reader(self, columns: Columns, context: FileContext) -> "SlepReader":
        """Make the reader of one list."""
        require_columns(columns, ("cod_slep",), ("nombre_slep_formato", "nombre_slep"), ("cod_com_rbd",))
        return SlepReader(columns, context)


class SlepReader:
    """Reads the rows of the list."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.year = context.year or context.year_in_name
        self.columns = columns
        find = columns.find
        self.service = find("cod_slep") or 0
        self.name = find("nombre_slep_formato", "nombre_slep") or 0
        self.commune = find("cod_com_rbd") or 0
        self.commune_name = find("nom_comuna_formato", "nom_comuna_rbd", "nom_com_rbd")
        self.region, self.start = find("num_region"), find("inicio_funciones")
        self.transfer, self.seat = find("agno_traspaso_educ"), find("comuna_cabecera")

    def read(self, row: Sequence[Any]) -> ServiceAreaRecord:
        """Read one commune of one service."""
        service, commune = self._whole(row, self.service), self._whole(row, self.commune)
        name = text(row[self.name])
        if not service or not commune or name is None:
            raise RowError("incomplete", say("Falta el código o el nombre del servicio, o la comuna."))
        region = self._whole(row, self.region)
        start = self._whole(row, self.start)
        commune_name = text(row[self.commune_name]) if self.commune_name is not None else None
        return ServiceAreaRecord(
            service_code=str(service),
            service_name=name[:160],
            region_code=str(region) if region else None,
            starts_on=date(start, 1, 1) if start else None,
            commune=CommuneRecord(
                str(commune),
                commune_name or f"Comuna {commune}",
                str(commune // 1000),
                REGIONS.get(commune // 1000),
            ),
            transfer_year=self._whole(row, self.transfer),
            is_seat=self.seat is not None and text(row[self.seat]) is not None,
        )

    def _whole(self, row: Sequence[Any], place: int | None) -> int | None:
        if place is None:
            return None
        try:
            return whole(row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(place)) from error
