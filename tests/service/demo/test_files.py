"""The files follow the official formats, with each true defect."""

import csv
import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from service.demo import Country, Written, generate, write
from service.demo.simce_file import result_files
from service.demo.simce_layouts import Layout

ALL_LAYOUTS = tuple(
    Layout(grade, year) for year in (2014, 2015, 2016, 2017, 2018, 2022, 2023, 2024) for grade in ("4b", "2m")
)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def rows_of(path: Path) -> list[dict[str, Any]]:
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def csv_of(path: Path, separator: str = ";") -> list[dict[str, str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    return list(csv.DictReader(text.splitlines(), delimiter=separator))


def simce(written: Written, name: str) -> list[dict[str, Any]]:
    return rows_of(next(path for path in written.results if path.name.startswith(f"simce{name}")))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(generate(seed=5, schools=90, years=10), tmp_path / folder)
    write(generate(seed=6, schools=90, years=10), tmp_path / "other")

    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one")["truth.csv"] != digests(tmp_path / "other")["truth.csv"]


def test_files_are_those_of_the_calendar(country: Country, written: Written) -> None:
    assert [year for year, _ in written.directories] == list(range(2015, 2026))
    assert [path.name for path in written.results] == [
        f"simce{grade}{year}_rbd_final.xlsx" for grade, year in result_files(country.calendar)
    ]
    assert len(written.results) == 14


@pytest.mark.shared_data
@pytest.mark.parametrize("layout", ALL_LAYOUTS, ids=lambda layout: layout.file_name)
def test_layouts_are_those_of_the_official_files(layout: Layout, shared_data: Path) -> None:
    path = shared_data / "cl" / "simce" / layout.file_name
    book = CalamineWorkbook.from_path(str(path))

    assert tuple(book.get_sheet_by_index(0).to_python(nrows=1)[0]) == layout.header
    assert tuple(book.sheet_names) == (layout.sheet, *layout.empty_sheets)


@pytest.mark.shared_data
def test_other_headers_are_those_of_the_official_files(written: Written, shared_data: Path) -> None:
    official = {
        written.directories[-1][1]: shared_data / "cl" / "directorio_oficial_ee.csv",
        written.vulnerability[0]: shared_data / "cl" / "ive" / "ive_sinae_2016_basica.csv",
    }
    for made, true in official.items():
        assert made.read_bytes().split(b"\n")[0] == true.read_bytes().split(b"\n")[0]
    listed = shared_data / "cl" / "auxiliares" / "listado_slep_2026.xlsx"
    assert list(rows_of(written.services)[0]) == list(rows_of(listed)[0])


def test_directory_has_the_official_form(written: Written) -> None:
    raw = written.directories[-1][1].read_bytes()

    assert raw.startswith(b"\xef\xbb\xbfAGNO;RBD;DGV_RBD")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 601
    assert written.directories[0][1].read_bytes()[:4] == b"AGNO"
    assert "RUT_SOSTENEDOR" not in csv_of(written.directories[0][1])[0]
    rows = csv_of(written.directories[-1][1])
    assert {row["MRUN"] for row in rows} == {" "}
    assert " " in {row["RUT_SOSTENEDOR"] for row in rows}
    assert {row["ESTADO_ESTAB"] for row in rows} == {"1", "2", "3", "4"}
    assert {row["COD_DEPE"] for row in rows} == set("123456")
    for row in rows:
        assert sum(int(row[f"MAT_ENS_{at}"]) for at in range(1, 9)) == int(row["MAT_TOTAL"])
        assert row["MATRICULA"] == str(int(int(row["MAT_TOTAL"]) > 0))
        assert "." not in row["LATITUD"] + row["LONGITUD"]


def test_directory_keeps_the_faults_of_places(written: Written) -> None:
    rows = csv_of(written.directories[-1][1])
    working = [row for row in rows if row["ESTADO_ESTAB"] == "1"]

    assert any(row["LATITUD"] == " " for row in working)
    assert sum(", " in row["LATITUD"] for row in rows) == 1
    assert sum(row["LATITUD"].startswith("-7") for row in rows) == 1


def test_schools_pass_from_municipality_to_service(written: Written) -> None:
    by_year = {
        year: Counter(row["COD_DEPE"] for row in csv_of(path) if row["ESTADO_ESTAB"] == "1")
        for year, path in written.directories
    }

    services = [by_year[year]["6"] for year in by_year]
    assert services[0] == 0
    assert services[3] > services[2]
    assert services[-1] > services[-2] > services[-3]
    assert by_year[2025]["1"] + by_year[2025]["2"] > 20


def test_withheld_scores_are_zero_only_where_the_real_files_do_so(written: Written) -> None:
    zeros = {
        path.name[5:11]: sum(row.get(f"prom_lect{path.name[5:7]}_rbd") == 0 for row in rows_of(path))
        for path in written.results
    }

    assert {name for name, count in zeros.items() if count} <= {"4b2017", "4b2022", "2m2022"}
    assert zeros["4b2017"] > 0
    assert zeros["4b2022"] > 0


def test_a_mean_needs_two_pupils_and_standards_ten(written: Written) -> None:
    for row in simce(written, "4b2024"):
        tested, score = row["nalu_mate4b_rbd"], row["prom_mate4b_rbd"]
        standards = [row[f"palu_eda_{kind}_mate4b_rbd"] for kind in ("ins", "ele", "ade")]
        if row["noaplica"] != 0:
            assert (tested, score, row["cod_grupo"]) == (0, "", "")
            continue
        assert score == "" or (score >= 121 and tested >= 2)
        if score != "" and tested >= 10:
            assert sum(standards) == pytest.approx(100, abs=0.5)
        else:
            assert standards == [0, 0, 0]


def test_labels_in_older_files_and_codes_in_newer_ones(written: Written) -> None:
    old, new, later = simce(written, "4b2016"), simce(written, "4b2017"), simce(written, "2m2017")

    assert (
        {row["cod_rural_rbd"] for row in old}
        == {row["cod_rural_rbd"] for row in later}
        == {"Urbano", "Rural"}
    )
    assert {row["cod_rural_rbd"] for row in new} == {1, 2}
    assert {type(row["noaplica"]) for row in old} <= {str, float}
    assert any(
        isinstance(row["palu_eda_ins_lect4b_rbd"], str) and "." in row["palu_eda_ins_lect4b_rbd"]
        for row in old
    )
    assert max(row["cod_com_rbd"] for row in new) < 100
    assert 4 in {row["cod_depe2"] for row in simce(written, "4b2018")}


def test_some_marked_rows_keep_their_score(written: Written) -> None:
    rows = [row for name in ("4b2018", "4b2022", "4b2023", "4b2024") for row in simce(written, name)]

    assert any(row["marca_lect4b_rbd"] == 2 and row["prom_lect4b_rbd"] for row in rows)
    assert any(row["marca_lect4b_rbd"] == 1 and not row["prom_lect4b_rbd"] for row in rows)


def test_every_result_joins_the_directory(written: Written) -> None:
    known = {(int(row["RBD"]), int(row["DGV_RBD"])) for row in csv_of(written.directories[-1][1])}

    for path in written.results:
        assert {(int(row["rbd"]), int(row["dvrbd"])) for row in rows_of(path)} <= known


def test_newer_files_declare_every_row(written: Written) -> None:
    declared = {
        path.name[5:11]: b'A1:AP1048576"' in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")[:2000]
        for path in written.results
        if path.name.startswith("simce4b")
    }
    assert [name for name, all_rows in declared.items() if all_rows] == ["4b2018", "4b2023", "4b2024"]


def test_vulnerability_adds_up(written: Written) -> None:
    for path in written.vulnerability:
        rows = csv_of(path, ",")
        assert len(rows) > 80
        for row in rows:
            vulnerable = sum(int(row[f"{which}_PRIORIDAD"]) for which in ("PRIMERA", "SEGUNDA", "TERCERA"))
            assert float(row["IVE_SINAE_2016"]) == pytest.approx(
                100 * vulnerable / int(row["TOTAL_MATRICULA_2015"]), abs=0.051
            )


def test_own_files_and_truth_name_known_schools(country: Country, written: Written) -> None:
    numbers = {str(school.number) for school in country.schools}

    for path in (written.leaders, written.needs, *written.truth):
        rows = csv_of(path)
        assert rows
        assert {row["school"] for row in rows} <= numbers
    people = json.loads(written.people.read_text(encoding="utf-8"))
    assert {person["role"] for person in people} == {"ministry", "coordinator", "director", "leader"}
    assert not any("password" in person for person in people)


def test_truth_adds_up(written: Written) -> None:
    for row in csv_of(written.truth[0])[::37]:
        parts = [float(row[part]) for part in ("quality", "support", "transfer", "owner")]
        assert float(row["standing"]) == pytest.approx(sum(parts), abs=0.003)
