"""Files of lists: read back as written, and nothing in them runs."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from service.exports import Sheet, to_csv, to_xlsx

ROWS = [['Ñuñoa; "uno"', 3, -2.5, date(2026, 3, 12), None, True]]
SHEET = Sheet("lista", ["a", "b", "c", "d", "e", "f"], ROWS)


def test_csv_reads_back_with_decimal_comma_and_absent_is_empty():
    text = to_csv(SHEET).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";"))[1] == [
        'Ñuñoa; "uno"',
        "3",
        "-2,5",
        "2026-03-12",
        "",
        "1",
    ]


def test_workbook_reads_back_with_types():
    page = load_workbook(io.BytesIO(to_xlsx(SHEET))).active
    text, whole, decimal, day, absent, flag = (cell.value for cell in page[2])
    assert (text, whole, decimal, day.date(), absent, flag) == (
        'Ñuñoa; "uno"',
        3,
        -2.5,
        date(2026, 3, 12),
        None,
        True,
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_never_becomes_a_formula(text):
    sheet = Sheet("lista", ["a"], [[text]])
    assert next(csv.reader(io.StringIO(to_csv(sheet).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert to_csv(sheet).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"').startswith("'")
    assert load_workbook(io.BytesIO(to_xlsx(sheet))).active["A2"].data_type == "s"
