"""Made-up files in the shapes of the official ones, one defect at a time."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from service.db import Database
from service.imports.reading import Upload
from service.operations.imports import Report, run_import
from service.permissions import OPERATOR

SCHOOL = {
    "AGNO": 2025, "RBD": 10, "DGV_RBD": 8, "NOM_RBD": "ESCUELA UNO", "MRUN": " ", "RUT_SOSTENEDOR": 111,
    "COD_REG_RBD": 5, "COD_COM_RBD": 5101, "NOM_COM_RBD": "VALPARAÍSO", "COD_DEPE": 2, "COD_DEPE2": 1,
    "RURAL_RBD": 0, "LATITUD": "-33,04", "LONGITUD": "-71,6", "ENS_01": 110, "ENS_02": 0, "MAT_ENS_1": 0,
    "MAT_ENS_2": 120, "MAT_ENS_3": 0, "MAT_ENS_4": 0, "MAT_ENS_5": 0, "MAT_ENS_6": 0, "MAT_ENS_7": 0,
    "MAT_ENS_8": 0, "MAT_TOTAL": 120, "MATRICULA": 1, "ESTADO_ESTAB": 1,
}  # fmt: skip

SIMCE = {
    "agno": 2024, "grado": "4b", "rbd": 10, "dvrbd": 8, "nom_rbd": "ESCUELA UNO", "cod_com_rbd": 17,
    "cod_depe1": 2, "cod_depe2": 1, "cod_grupo": 2, "cod_rural_rbd": 1, "nalu_lect4b_rbd": 20,
    "nalu_mate4b_rbd": 21, "prom_lect4b_rbd": 260, "prom_mate4b_rbd": 250, "marca_lect4b_rbd": "",
    "marca_mate4b_rbd": "", "palu_eda_ins_lect4b_rbd": 30.0, "palu_eda_ele_lect4b_rbd": 40.0,
    "palu_eda_ade_lect4b_rbd": 30.0, "palu_eda_ins_mate4b_rbd": "21.9", "palu_eda_ele_mate4b_rbd": "37.5",
    "palu_eda_ade_mate4b_rbd": "40.6", "noaplica": 0,
}  # fmt: skip


def csv_file(
    name: str, rows: Sequence[dict[str, Any]], *, delimiter: str = ";", encoding: str = "utf-8-sig"
) -> Upload:
    """A text table with a header, as the ministry writes them."""
    out = io.StringIO(newline="")
    header = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(out, header, delimiter=delimiter, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return Upload(name, out.getvalue().encode(encoding))


def xlsx_file(name: str, rows: Sequence[dict[str, Any]], *, before: int = 0) -> Upload:
    """A workbook whose first sheet holds the table, some title rows before it if asked."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Hoja1")
    for line in range(before):
        sheet.write(line, 0, "Título")
    header = list(dict.fromkeys(key for row in rows for key in row))
    sheet.write_row(before, 0, header)
    for line, row in enumerate(rows, start=before + 1):
        sheet.write_row(line, 0, [row.get(key, "") for key in header])
    book.add_worksheet("Hoja2")
    book.close()
    return Upload(name, out.getvalue())


def directory(*schools: dict[str, Any], year: int = 2025, **kwargs: Any) -> Upload:
    """A directory of one year; each school only says what differs from ``SCHOOL``."""
    rows = [SCHOOL | {"AGNO": year} | school for school in schools or ({},)]
    return csv_file(f"directorio_{year}.csv", rows, **kwargs)


def simce(*schools: dict[str, Any], name: str = "simce4b2024.xlsx") -> Upload:
    """A SIMCE workbook of 4th grade 2024; each school only says what differs from ``SIMCE``."""
    return xlsx_file(name, [SIMCE | school for school in schools or ({},)])


def take_in(database: Database, instance: Path, source: str, *uploads: Upload, **kwargs: Any) -> Report:
    """Import as the command does."""
    return run_import(database, source, uploads, actor=OPERATOR, instance=instance, **kwargs)


@contextmanager
def looking(database: Database) -> Iterator[Session]:
    """A reading session whose objects can still be looked at once it is closed."""
    with database.reading() as session:
        yield session
        session.expunge_all()
