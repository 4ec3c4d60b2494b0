"""Directories of both countries, on made-up rows."""

from datetime import date

import pytest

from service.imports.cl.codes import check_digit, phase_of_teaching
from service.imports.file import Reading, read_file
from service.imports.records import SchoolRecord
from service.imports.registry import source_named
from service.models.enums import OwnerType, Phase, SchoolStatus
from tests.service.imports.files import csv_file, directory

GIAS = {
    "URN": 115850, "LA (code)": "850", "LA (name)": "Hampshire", "EstablishmentNumber": "2000",
    "EstablishmentName": "Alton Infant School", "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-01-1900", "CloseDate": "", "PhaseOfEducation (name)": "Primary",
    "CensusDate": "21-01-2021",
    "NumberOfPupils": "138", "PercentageFSM": "21.7", "Trusts (name)": "", "GOR (name)": "South East",
    "DistrictAdministrative (name)": "East Hampshire",
    "UrbanRural (name)": "(England/Wales) Urban city and town", "Easting": 472080, "Northing": 139716,
    "Linked establishments": "Does not have links",
}  # fmt: skip


def school(**differs) -> SchoolRecord:
    [(_, found)] = read_file(source_named("cl-directory"), directory(differs)).records
    return found


def gias(**differs) -> Reading:
    renamed = {key.replace("_", " "): value for key, value in differs.items()}
    row = GIAS | {next((k for k in GIAS if k.startswith(key)), key): value for key, value in renamed.items()}
    return read_file(
        source_named("en-gias"), csv_file("gias_20220420.csv", [row], delimiter=",", encoding="utf-8")
    )


def warnings(reading: Reading) -> set[str]:
    return set(reading.notes.by_code)


def test_school_in_its_own_terms():
    found = school()
    assert (found.code, found.year, found.check_digit, found.status) == (10, 2025, "8", SchoolStatus.WORKING)
    assert (found.owner_type, found.owner_code, found.rural) == (OwnerType.MUNICIPAL, "111", False)
    assert (found.latitude, found.longitude) == (-33.04, -71.6)
    assert found.commune is not None
    assert (found.commune.code, found.commune.region_code) == ("5101", "5")
    assert found.levels == ((Phase.PRIMARY, 120),)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, "municipal_corporation"),
        (2, "municipal"),
        (3, "subsidised"),
        (4, "private"),
        (5, "delegated"),
        (6, "local_service"),
    ],
)
def test_owner_codes_of_the_directory(code, kind):
    found = school(COD_DEPE=code)
    assert found.owner_type == kind
    assert found.service_by_commune is (code == 6)


def test_phases_come_from_enrolment_and_from_teaching_codes_without_it():
    found = school(MAT_ENS_2=10, MAT_ENS_5=20, MAT_ENS_7=5, MAT_ENS_1=3, MAT_ENS_8=2, MAT_ENS_4=7)
    assert dict(found.levels) == {
        Phase.PRESCHOOL: 3, Phase.PRIMARY: 10, Phase.SECONDARY: 25, Phase.ADULT: 2, Phase.SPECIAL: 7,
    }  # fmt: skip
    assert found.special_enrolment == 7
    assert school(MAT_ENS_2=0, ENS_01=310, ENS_02=363).levels == (
        (Phase.ADULT, None),
        (Phase.SECONDARY, None),
    )


def test_teaching_codes_tell_young_from_adult():
    told = {code: phase_of_teaching(code) for code in (10, 110, 165, 214, 310, 363, 410, 563, 910, 0)}
    assert told == {
        10: Phase.PRESCHOOL, 110: Phase.PRIMARY, 165: Phase.ADULT, 214: Phase.SPECIAL, 310: Phase.SECONDARY,
        363: Phase.ADULT, 410: Phase.SECONDARY, 563: Phase.ADULT, 910: Phase.SECONDARY, 0: None,
    }  # fmt: skip


def test_older_layout_with_other_columns_and_code_page():
    row = {
        "AGNO": 2009, "LET_RBD": "A", "NUM_RBD": 10, "NOM_RBD": "ESCUELA PEÑA", "COD_COM_RBD": 5101,
        "COD_DEPE": 2, "RURAL_RBD": 1, "ENS_01": 110,
    }  # fmt: skip
    reading = read_file(source_named("cl-directory"), csv_file("dir2009.csv", [row], encoding="cp1252"))
    [(_, found)] = reading.records
    assert (found.code, found.year, found.name, found.status) == (
        10,
        2009,
        "ESCUELA PEÑA",
        SchoolStatus.WORKING,
    )
    assert (found.latitude, found.enrolment, found.levels) == (None, None, ((Phase.PRIMARY, None),))
    assert "missing_column" in warnings(reading)


@pytest.mark.parametrize(
    ("cells", "place", "warning"),
    [
        ((" ", " "), (None, None), "no_coordinates"),
        (("-39,30433830647499, 72217207",) * 2, (None, None), "bad_coordinates"),
        (("-72,48", "-51,72"), (-51.72, -72.48), "swapped_coordinates"),
        (("12,5", "-71,6"), (None, None), "bad_coordinates"),
        (("-27,15", "-109,43"), (-27.15, -109.43), None),
        (("-62,200997", "-58,964631"), (-62.200997, -58.964631), None),
    ],
)
def test_coordinates_are_mended_or_left_out_never_rejected(cells, place, warning):
    reading = read_file(source_named("cl-directory"), directory({"LATITUD": cells[0], "LONGITUD": cells[1]}))
    [(_, found)] = reading.records
    assert (found.latitude, found.longitude) == place
    assert warnings(reading) == ({warning} if warning else set())


def test_defects_that_warn():
    reading = read_file(
        source_named("cl-directory"),
        directory(
            {"DGV_RBD": 3},
            {"RBD": 20, "DGV_RBD": 5, "NOM_RBD": "B. O´HIGGINS  DE  BORGOÐO"},
            {"RBD": 21, "DGV_RBD": 3, "NOM_RBD": "NULL"},
        ),
    )
    assert {code: note.count for code, note in reading.notes.by_code.items()} == {
        "check_digit": 1, "damaged_name": 1, "no_name": 1,
    }  # fmt: skip
    assert reading.records[1][1].name_folded == "b. o'higgins de borgono"
    assert reading.records[2][1].name == "RBD 21"


def test_check_digits():
    assert [check_digit(code) for code in (1, 2, 3, 4, 5, 10)] == ["9", "7", "5", "3", "1", "8"]


def test_unknown_owner_code_rejects_the_row_at_its_column():
    [rejected] = read_file(source_named("cl-directory"), directory({"COD_DEPE": 9})).rejected
    assert (rejected.column, rejected.code) == ("COD_DEPE", "unknown_code")


def test_english_school_lies_where_the_grid_says():
    [(_, found)] = gias().records
    assert (found.latitude, found.longitude) == pytest.approx((51.1522, -0.9708), abs=1e-3)
    assert (found.owner_type, found.service_code, found.year) == (OwnerType.MAINTAINED, "850", 2022)
    assert (found.rural, found.levels, found.closed_on) == (False, ((Phase.PRIMARY, 138),), None)
    assert [(one.year, one.value, one.n) for one in found.indicators] == [(2021, 0.217, 138)]


def test_blank_place_and_free_meals_are_absent():
    reading = gias(Easting="", Northing="", PercentageFSM="", NumberOfPupils="")
    [(_, found)] = reading.records
    assert (found.latitude, found.enrolment, found.indicators) == (None, None, ())
    assert warnings(reading) == {"no_coordinates"}


def test_closed_school_keeps_its_date_and_successor_from_extra_cells():
    upload = csv_file("gias_20220420.csv", [GIAS | {
        "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2019",
        "Linked establishments": "115000 Predecessor"}], delimiter=",", encoding="utf-8")  # fmt: skip
    upload = type(upload)(upload.name, upload.content.rstrip() + b",135009 Successor\r\n")
    [(_, found)] = read_file(source_named("en-gias"), upload).records
    assert (found.status, found.closed_on, found.successor) == (
        SchoolStatus.CLOSED,
        date(2019, 8, 31),
        135009,
    )


def test_academy_belongs_to_its_trust():
    [(_, found)] = gias(
        **{"EstablishmentTypeGroup (name)": "Academies", "Trusts (name)": "THE SWAN TRUST"}
    ).records
    assert (found.owner_type, found.owner_code, found.service_code) == (
        OwnerType.ACADEMY,
        "the swan trust",
        "850",
    )
