"""Next year's files of the demo country: what a coordinator gets to upload."""

import csv
from pathlib import Path

import openpyxl

RENAMED, OPENED = "ESCUELA CON NOMBRE NUEVO", "ESCUELA RECIÉN ABIERTA"


def next_directory(folder: Path, target: Path) -> Path:
    """The directory of 2026: one school opened, one closed, one has another name."""
    source = folder / "directorio_oficial_ee_2025.csv"
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    for row in rows:
        row["AGNO"] = "2026"
    working = [row for row in rows if row["ESTADO_ESTAB"] == "1"]
    working[0]["NOM_RBD"] = RENAMED
    working[1]["ESTADO_ESTAB"] = "3"
    rows.append({**working[2], "RBD": "99999", "DGV_RBD": "9", "NOM_RBD": OPENED})
    path = target / "directorio_oficial_ee_2026.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def next_results(folder: Path, target: Path) -> Path:
    """The 4th grade's results of 2025: those of 2024, told of a year later."""
    book = openpyxl.load_workbook(folder / "simce4b2024_rbd_final.xlsx")
    sheet = book.active
    assert sheet is not None
    year = [cell.value for cell in sheet[1]].index("agno") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, year).value = 2025
    path = target / "simce4b2025_rbd_final.xlsx"
    book.save(path)
    return path
