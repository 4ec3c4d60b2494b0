"""SLEP list, vulnerability index, key stage 2, leaders and needs, on made-up rows."""

from datetime import date

import pytest

from service.errors import ImportRejected
from service.imports.file import Reading, read_file
from service.imports.reading import Upload
from service.imports.registry import SOURCES, source_named
from service.models.enums import AbsenceReason, IndicatorKind, LeaderStatus, Subject
from tests.service.imports.files import csv_file

KS2 = {
    "RECTYPE": 1, "URN": 115850, "SCHNAME": "Alton", "TELIG": 30, "READCOV": "100%", "PTREAD_EXP": "72%",
    "READ_AVERAGE": 104, "PTMAT_EXP": "80%", "MAT_AVERAGE": 105, "GPS_AVERAGE": 106, "MAT_AVERAGE_16": 99,
}  # fmt: skip
LEADER = {
    "school": "cl:10", "name": "Ana Soto", "email": "Ana@escuela.cl", "in_post_since": "2018-03-01",
    "status": "designated", "capacity": 2, "elements": "focus=4 observation:3 trust", "languages": "es|arn",
    "online": "sí", "max_km": "60,5",
}  # fmt: skip


def read(source: str, name: str, *rows: dict, **kwargs) -> Reading:
    return read_file(source_named(source), csv_file(name, rows, delimiter=","), **kwargs)


def test_every_source_tells_what_it_is():
    assert set(SOURCES) == {
        "cl-directory", "cl-slep", "cl-simce", "cl-ive", "en-gias", "en-results", "leaders", "needs",
        "accounts", "visits", "travel-times", "school-calendar",
    }  # fmt: skip
    assert {source.system for source in SOURCES.values()} == {"cl", "en", None}


def test_service_and_its_commune():
    row = {
        "INICIO_FUNCIONES": 2018, "AGNO_TRASPASO_EDUC": 2018, "COD_SLEP": 1303, "NOMBRE_SLEP": "BARRANCAS",
        "NOMBRE_SLEP_FORMATO": "Barrancas", "NUM_REGION": 13, "NOM_COMUNA_RBD": "PUDAHUEL",
        "COD_COM_RBD": 13124, "COMUNA CABECERA": "Pudahuel",
    }  # fmt: skip
    [(_, found)] = read("cl-slep", "listado_slep_2026.csv", row).records
    assert (found.service_code, found.service_name, found.starts_on) == (
        "1303",
        "Barrancas",
        date(2018, 1, 1),
    )
    assert (found.commune.code, found.commune.region_code, found.transfer_year, found.is_seat) == (
        "13124", "13", 2018, True,
    )  # fmt: skip


@pytest.mark.parametrize("column", ["IVE_SINAE_2016", "IVE_SINAE_2019", "IVE SINAE 2023"])
def test_vulnerability_of_any_year(column):
    row = {"RBD": 10, "TOTAL_MATRICULA_2015": 212, column: 82.5}
    [(_, found)] = read("cl-ive", "ive_media.csv", row).records
    assert (found.kind, found.year, found.value, found.n) == (
        IndicatorKind.VULNERABILITY_SECONDARY, int(column[-4:]), 0.825, 212,
    )  # fmt: skip


def test_vulnerability_is_zero_only_where_pupils_were_counted():
    rows = [{"RBD": 1, "MATRICULA": 8, "IVE_SINAE_2016": 0}, {"RBD": 2, "MATRICULA": 0, "IVE_SINAE_2016": 0}]
    reading = read("cl-ive", "ive_basica.csv", *rows)
    assert [(one.value, one.absence) for _, one in reading.records] == [
        (0.0, None), (None, AbsenceReason.NOT_PUBLISHED),
    ]  # fmt: skip


def test_vulnerability_without_a_level_is_refused():
    with pytest.raises(ImportRejected) as caught:
        read("cl-ive", "ive.csv", {"RBD": 1, "IVE_SINAE_2016": 1})
    assert caught.value.code == "no_level"


def test_key_stage_2_of_one_year():
    reading = read(
        "en-results", "2016-2017_850_ks2final.csv", KS2, KS2 | {"RECTYPE": 3}, KS2 | {"RECTYPE": 5}
    )
    [(_, found)] = reading.records
    assert (reading.rows, reading.results, reading.year, found.test, found.year) == (1, 3, 2017, "ks2", 2017)
    cells = {cell.subject: cell for cell in found.cells}
    assert (cells[Subject.READING].score, cells[Subject.READING].tested) == (104, 30)
    assert (cells[Subject.READING].standard, cells[Subject.READING].below) == (0.72, 0.28)
    assert cells[Subject.MATHEMATICS].score == 105


@pytest.mark.parametrize(
    ("printed", "eligible", "reason"),
    [
        ("SUPP", 5, AbsenceReason.SUPPRESSED),
        ("NA", 20, AbsenceReason.NOT_PUBLISHED),
        ("LOWCOV", 20, AbsenceReason.NOT_PUBLISHED),
        ("", 20, AbsenceReason.NOT_PUBLISHED),
        ("", "", AbsenceReason.NOT_TESTED),
        (104, 1, AbsenceReason.TOO_FEW),
    ],
)
def test_key_stage_2_absent_says_why(printed, eligible, reason):
    [(_, found)] = read(
        "en-results", "2017-2018.csv", KS2 | {"MAT_AVERAGE": printed, "TELIG": eligible}
    ).records
    assert [(c.score, c.absence) for c in found.cells if c.subject is Subject.MATHEMATICS] == [(None, reason)]


def test_national_extract_tells_its_year():
    row = {"URN": 1, "KS2 Pupils": 28, "Reading Score": 106, "Reading Meet Std": "93%", "Maths Score": "",
           "Maths Meet Std": "0%", "Academic Year": 2016}  # fmt: skip
    [(_, found)] = read("en-results", "extract.csv", row).records
    assert (found.year, [(c.score, c.standard) for c in found.cells]) == (2016, [(106.0, 0.93), (None, None)])


def test_year_must_be_told_somewhere():
    with pytest.raises(ImportRejected) as caught:
        read("en-results", "ks2final.csv", KS2)
    assert caught.value.code == "no_year"
    assert read("en-results", "ks2final.csv", KS2, year=2019).year == 2019


def test_leader_as_we_write_them():
    [(_, found)] = read("leaders", "l.csv", LEADER).records
    assert (found.system, found.code, found.email, found.in_post_since) == (
        "cl",
        10,
        "ana@escuela.cl",
        date(2018, 3, 1),
    )
    assert (found.status, found.capacity, found.online, found.max_km) == (
        LeaderStatus.DESIGNATED,
        2,
        True,
        60.5,
    )
    assert (found.elements, found.languages) == ({"focus": 4, "observation": 3, "trust": 4}, ("arn", "es"))


@pytest.mark.parametrize(
    ("differs", "column"),
    [
        ({"school": ""}, "school"),
        ({"school": "diez"}, "school"),
        ({"name": ""}, "name"),
        ({"email": "ana"}, "email"),
        ({"in_post_since": "pronto"}, "in_post_since"),
        ({"status": "genial"}, "status"),
        ({"capacity": -1}, "capacity"),
        ({"elements": "fuerza"}, "elements"),
        ({"elements": "focus=9"}, "elements"),
        ({"online": "quizás"}, "online"),
        ({"max_km": "-3"}, "max_km"),
    ],
)
def test_leader_row_is_rejected_at_its_column(differs, column):
    reading = read("leaders", "l.csv", LEADER | differs)
    assert [one.column for one in reading.rejected] == [column]


def test_last_row_typed_by_hand_may_be_short_and_without_an_end_of_line():
    upload = Upload("n.csv", b"school,year,element,level,note\n10,2024,focus,2")
    [(_, found)] = read_file(source_named("needs"), upload).records
    assert (found.code, found.level, found.note) == (10, 2, None)


def test_need_and_its_faults():
    row = {"school": "10-8", "year": 2024, "element": "focus", "level": 2, "note": "poca cobertura"}
    reading = read("needs", "n.csv", row, row | {"level": 5}, row | {"element": "x"}, row | {"year": 24})
    [(_, found)] = reading.records
    assert (found.code, found.year, found.element, found.level, found.note) == (
        10,
        2024,
        "focus",
        2,
        "poca cobertura",
    )
    assert [(one.row, one.column) for one in reading.rejected] == [(3, "level"), (4, "element"), (5, "year")]
