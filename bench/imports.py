"""Taking in the directory and one SIMCE file, beside only reading and validating them row by row.

The official files where they are (``MINGA_SHARED_DATA``), else made-up ones of their size. CPU time of
this process and of its children (a workbook is opened in one), least of three runs; memory is the peak
of this process. ``plain reading`` is the stdlib's csv or calamine, and a check of each kept cell.
"""

import csv
import io
import os
import resource
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path

from python_calamine import CalamineWorkbook

from service import schema
from service.db import Database
from service.imports.file import read_file
from service.imports.reading import Upload
from service.imports.registry import source_named
from service.operations.imports import run_import
from service.permissions import OPERATOR

RUNS = 3
SCHOOLS = 16_768
TESTED = 7_185
SHARED = Path(os.environ.get("MINGA_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
FILES = (
    ("cl-directory", "cl/directorio_oficial_ee.csv"),
    ("cl-simce", "cl/simce/simce4b2024_rbd_final.xlsx"),
)


def _whole(cell: object) -> int | None:
    if cell is None or not str(cell).strip():
        return None
    value = float(str(cell))
    if not value.is_integer() or value < 0:
        raise ValueError(f"{cell} is no whole number")
    return int(value)


def _figure(cell: object) -> float | None:
    return float(str(cell)) if str(cell).strip() else None


def _required(cell: object) -> int:
    value = _whole(cell)
    if value is None:
        raise ValueError("a number is missing")
    return value


DIRECTORY = {
    **dict.fromkeys(("AGNO", "RBD", "COD_REG_RBD", "COD_COM_RBD", "COD_DEPE", "RURAL_RBD"), _required),
    **dict.fromkeys(("DGV_RBD", "NOM_RBD", "NOM_COM_RBD", "RUT_SOSTENEDOR", "LATITUD", "LONGITUD"), str),
    **dict.fromkeys([f"ENS_{number:02}" for number in range(1, 12)], _whole),
    **dict.fromkeys([f"MAT_ENS_{number}" for number in range(1, 9)], _whole),
    **dict.fromkeys(("MAT_TOTAL", "MATRICULA"), _whole),
    "ESTADO_ESTAB": _required,
}
SIMCE = {
    **dict.fromkeys(("agno", "rbd", "cod_depe1", "cod_rural_rbd"), _required),
    **dict.fromkeys(("cod_grupo", "noaplica", "nalu_lect4b_rbd", "nalu_mate4b_rbd"), _whole),
    **dict.fromkeys(("prom_lect4b_rbd", "prom_mate4b_rbd"), _figure),
    **dict.fromkeys(
        [
            f"palu_eda_{part}_{subject}4b_rbd"
            for part in ("ins", "ele", "ade")
            for subject in ("lect", "mate")
        ],
        _figure,
    ),
    **dict.fromkeys(("marca_lect4b_rbd", "marca_mate4b_rbd"), str),
}
"""The columns that the import keeps, each with what it must be."""


def run(report: MutableMapping[str, object]) -> None:
    """Measure and add the rows to the report."""
    uploads = [(source, _upload(source, name)) for source, name in FILES]
    plain = _least(lambda: [_read_plainly(source, upload) for source, upload in uploads])
    ours = _least(lambda: [read_file(source_named(source), upload) for source, upload in uploads])
    with tempfile.TemporaryDirectory() as folder:
        databases = [_fresh_database(Path(folder) / str(turn)) for turn in range(RUNS)]
        whole = _least(lambda: _import(databases.pop(), Path(folder), uploads))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report["imports"] = [
        {"what": "plain reading, each kept cell checked", "cpu_s": plain, "times": 1.0, "peak_mb": None},
        {"what": "our reading and validation", "cpu_s": ours, "times": ours / plain, "peak_mb": None},
        {"what": "import into SQLite", "cpu_s": whole, "times": whole / plain, "peak_mb": peak},
        {"what": "import beside our reading alone", "cpu_s": whole, "times": whole / ours, "peak_mb": None},
    ]


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _least(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = _cpu()
        work()
        times.append(_cpu() - began)
    return min(times)


def _read_plainly(source: str, upload: Upload) -> int:
    columns = DIRECTORY if source == "cl-directory" else SIMCE
    header, *cells = _cells_of(upload)
    checks = [(header.index(name), check) for name, check in columns.items()]
    return len([tuple([check(row[place]) for place, check in checks]) for row in cells])


def _cells_of(upload: Upload) -> list[list[object]]:
    if upload.content.startswith(b"PK"):
        return CalamineWorkbook.from_filelike(io.BytesIO(upload.content)).get_sheet_by_index(0).to_python()
    return [
        list(row)
        for row in csv.reader(io.StringIO(upload.content.decode("utf-8-sig"), newline=""), delimiter=";")
    ]


def _fresh_database(folder: Path) -> Database:
    database = Database.at(f"sqlite:///{folder}/bench.sqlite")
    schema.upgrade(database)
    return database


def _import(database: Database, instance: Path, uploads: list[tuple[str, Upload]]) -> None:
    for source, upload in uploads:
        run_import(database, source, [upload], actor=OPERATOR, instance=instance)
    database.engine.dispose()


def _upload(source: str, name: str) -> Upload:
    path = SHARED / name
    if path.is_file():
        return Upload(path.name, path.read_bytes())
    return _made_up_directory() if source == "cl-directory" else _made_up_simce()


def _made_up_directory() -> Upload:
    names = list(DIRECTORY)
    lines = [";".join(names)]
    for code in range(1, SCHOOLS + 1):
        values = {
            "AGNO": 2025,
            "RBD": code,
            "NOM_RBD": f"ESCUELA {code}",
            "RUT_SOSTENEDOR": code % 5000,
            "COD_COM_RBD": 5101 + code % 300,
            "NOM_COM_RBD": "COMUNA",
            "COD_DEPE": 1 + code % 4,
            "RURAL_RBD": code % 2,
            "LATITUD": "-33,04",
            "LONGITUD": "-71,6",
            "MAT_ENS_2": 100,
            "MAT_TOTAL": 100,
            "MATRICULA": 1,
            "ESTADO_ESTAB": 1,
        }
        lines.append(";".join(str(values.get(name, 0)) for name in names))
    return Upload("directorio_2025.csv", ("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def _made_up_simce() -> Upload:
    names = list(SIMCE)
    lines = [";".join(names)]
    for code in range(1, TESTED + 1):
        values = {"agno": 2024, "rbd": code, "prom_lect4b_rbd": 260, "prom_mate4b_rbd": 250, "noaplica": 0}
        lines.append(";".join(str(values.get(name, 1)) for name in names))
    return Upload("simce4b2024.csv", ("\n".join(lines) + "\n").encode())
