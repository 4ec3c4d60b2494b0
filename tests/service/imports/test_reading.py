"""How files are opened: by content, within limits, refused in one sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from service.errors import ImportRejected
from service.imports.cells import CellError, day, fold, number, share, text, whole
from service.imports.columns import Columns
from service.imports.file import read_file
from service.imports.reading import MAX_MEMBERS, Upload, open_sheets
from service.imports.registry import source_named
from tests.service.imports.files import SIMCE, csv_file, directory, simce, xlsx_file


def refusal(source: str, upload: Upload) -> ImportRejected:
    with pytest.raises(ImportRejected) as caught:
        read_file(source_named(source), upload)
    assert "\n" not in caught.value.message
    return caught.value


def test_workbook_named_csv_is_read_by_its_content():
    book = simce(name="simce4b2024.csv")
    assert read_file(source_named("cl-simce"), book).rows == 1


def test_csv_named_xlsx_is_read_by_its_content():
    upload = directory()
    assert read_file(source_named("cl-directory"), Upload("directorio.xlsx", upload.content)).rows == 1


def test_csv_of_a_simce_file_reads_like_the_workbook():
    as_csv = read_file(source_named("cl-simce"), csv_file("simce.csv", [SIMCE]))
    as_book = read_file(source_named("cl-simce"), simce())
    assert as_csv.records == as_book.records


def test_latin_1_names_come_out_right():
    upload = directory({"NOM_RBD": "ESCUELA ÑUÑOA"}, encoding="cp1252")
    reading = read_file(source_named("cl-directory"), upload)
    assert reading.records[0][1].name == "ESCUELA ÑUÑOA"
    assert "cp1252" in reading.sheet.reading


def test_utf_16_and_tabs_from_a_spreadsheet_are_read():
    upload = directory({"NOM_RBD": "ESCUELA ÑUÑOA"}, delimiter="\t", encoding="utf-16")
    assert read_file(source_named("cl-directory"), upload).records[0][1].name == "ESCUELA ÑUÑOA"


def test_title_rows_before_the_header_are_skipped_and_row_numbers_stay():
    reading = read_file(
        source_named("cl-simce"), xlsx_file("s.xlsx", [SIMCE, SIMCE | {"rbd": "x"}], before=3)
    )
    assert [row for row, _ in reading.records] == [5]
    assert [(one.row, one.code) for one in reading.rejected] == [(6, "bad_value")]


def test_text_cut_in_the_middle_is_refused():
    upload = directory({}, {"RBD": 20})
    assert refusal("cl-directory", Upload("d.csv", upload.content[:-60])).code == "truncated"


def test_workbook_cut_in_the_middle_is_refused():
    upload = simce()
    assert refusal("cl-simce", Upload("s.xlsx", upload.content[: len(upload.content) // 2])).code == "damaged"


def test_cut_gzip_is_refused():
    packed = gzip.compress(csv_file("k.csv", [{"URN": 1, "Reading Score": 100}]).content)
    assert refusal("en-results", Upload("k.csv.gz", packed[:-10])).code == "damaged"


def test_unclosed_quote_does_not_swallow_the_file():
    lines = b'school,name,capacity\n10,"Ana,2\n' + b"11,Eva,1\n" * 40
    assert refusal("leaders", Upload("l.csv", lines)).code == "truncated"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.4 \x00", "not_a_table"),
        (b"<!DOCTYPE html><html></html>", "not_a_table"),
        (b"\xd0\xcf\x11\xe0 old", "old_workbook"),
        (b"Rar!\x1a\x07", "packed"),
        (b"a;b\x00c\n", "not_a_table"),
    ],
)
def test_what_is_no_table_is_told_so(content, code):
    assert refusal("cl-simce", Upload("archivo.csv", content)).code == code


def test_zip_with_a_csv_inside_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("directorio.csv", directory().content)
    assert refusal("cl-directory", Upload("directorio.zip", out.getvalue())).code == "packed"


def test_sparse_workbook_asking_for_terabytes_is_refused():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "rbd")
    sheet.write(1_048_575, 16_383, 1)
    book.close()
    assert refusal("cl-simce", Upload("sparse.xlsx", out.getvalue())).code == "too_large"


def test_zip_bomb_and_too_many_members_are_refused():
    bomb, many = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with zipfile.ZipFile(many, "w") as packed:
        for number_ in range(MAX_MEMBERS + 1):
            packed.writestr("xl/workbook.xml" if not number_ else f"x{number_}", b"")
    assert refusal("cl-simce", Upload("b.xlsx", bomb.getvalue())).code == "too_large"
    assert refusal("cl-simce", Upload("m.xlsx", many.getvalue())).code == "too_large"


def test_workbook_with_macros_is_refused():
    out = io.BytesIO(simce().content)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert refusal("cl-simce", Upload("m.xlsx", out.getvalue())).code == "macros"


def test_declared_rows_are_not_trusted():
    source = zipfile.ZipFile(io.BytesIO(simce({}, {"rbd": 20}).content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start = content.index(b"<dimension")
                end = content.index(b"/>", start)
                content = content[:start] + b'<dimension ref="A1:AP1048576"' + content[end:]
            packed.writestr(name, content)
    assert read_file(source_named("cl-simce"), Upload("s.xlsx", out.getvalue())).rows == 2


@pytest.mark.parametrize(
    ("source", "upload", "looks_like"),
    [
        ("cl-simce", directory(), "directorio"),
        ("cl-directory", simce(), "SIMCE"),
        ("cl-ive", simce(), "SIMCE"),
        ("en-gias", directory(), "directorio"),
        (
            "leaders",
            csv_file("n.csv", [{"school": 1, "year": 2024, "element": "focus", "level": 1}]),
            "necesidades",
        ),
        ("cl-simce", csv_file("x.csv", [{"uno": 1, "dos": 2}]), "uno, dos"),
    ],
)
def test_wrong_file_is_told_what_it_looks_like(source, upload, looks_like):
    error = refusal(source, upload)
    assert error.code == "wrong_file"
    assert looks_like in error.message


@pytest.mark.parametrize("column", ["MRUN", "RUN_ALUMNO", "UPN", "FEC_NAC_ALU"])
def test_file_about_single_pupils_is_refused(column):
    assert refusal("cl-simce", csv_file("s.csv", [SIMCE | {column: 1}])).code == "pupil_level"
    assert refusal("cl-ive", csv_file("i.csv", [{"RBD": 1, column: 1}])).code == "pupil_level"


def test_several_rows_of_a_school_in_a_result_file_are_refused():
    assert refusal("cl-simce", simce({}, {})).code == "pupil_level"


def test_missing_column_is_named():
    without = {key: value for key, value in SIMCE.items() if key != "prom_mate4b_rbd"}
    error = refusal("cl-simce", xlsx_file("s.xlsx", [without]))
    assert error.code == "missing_column"
    assert "prom_mate4b_rbd" in error.message
    assert "COD_DEPE" in refusal("cl-directory", csv_file("d.csv", [{
        "RBD": 1, "NOM_RBD": "A", "COD_COM_RBD": 1, "ESTADO_ESTAB": 1}])).message  # fmt: skip


def test_cells_are_read_as_the_files_write_them():
    assert [number("21.9"), number("-33,04"), number(" "), number(7)] == [21.9, -33.04, None, 7.0]
    assert [whole("0010"), whole(12.0), whole(""), whole("1E+05")] == [10, 12, None, 100_000]
    assert [share("72%"), share("72,5"), share("")] == [0.72, 0.725, None]
    assert [day("01-01-1900"), day("31-08-2021"), day("2021-08-31")] == [
        None,
        day("2021-08-31"),
        day("31/08/2021"),
    ]
    assert [text("  A  B "), text(" "), text(10.0), text("'=1+1")] == ["A B", None, "10", "=1+1"]
    assert fold("BORGOÐO  Ñandú") == "borgono nandu"
    for reader, cell in ((number, "1.234,5"), (whole, "1.5"), (share, "172%"), (day, "2021-13-01")):
        with pytest.raises(CellError):
            reader(cell)


def test_columns_are_found_by_meaning():
    columns = Columns(["\ufeffRBD", "COMUNA CABECERA", "LA (code)", "Año"])
    assert [columns.find("rbd"), columns.find("comuna_cabecera"), columns.find("la_code")] == [0, 1, 2]
    assert columns.find("agno", "ano") == 3


def test_sheets_open_from_every_real_kind(tmp_path: Path):
    assert open_sheets(directory())[0].reading == "texto utf-8-sig, separador «;»"
