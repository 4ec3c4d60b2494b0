"""Every trap of the SIMCE files, on made-up rows."""

import pytest

from service.imports.file import read_file
from service.imports.records import ResultCell, ResultRecord
from service.imports.registry import source_named
from service.models.enums import AbsenceReason, OwnerType, Subject
from tests.service.imports.files import SIMCE, simce, xlsx_file


def record(**differs) -> ResultRecord:
    [(_, found)] = read_file(source_named("cl-simce"), simce(differs)).records
    return found


def maths(**differs) -> ResultCell:
    return next(cell for cell in record(**differs).cells if cell.subject is Subject.MATHEMATICS)


def test_score_with_its_pupils_and_standards():
    cell = maths()
    assert (cell.score, cell.tested, cell.absence) == (250, 21, None)
    assert (cell.below, cell.basic, cell.standard) == pytest.approx((0.219, 0.375, 0.406))


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({"prom_mate4b_rbd": 0, "nalu_mate4b_rbd": 1, "marca_mate4b_rbd": 1}, AbsenceReason.SUPPRESSED),
        ({"prom_mate4b_rbd": "", "nalu_mate4b_rbd": 1, "marca_mate4b_rbd": "1"}, AbsenceReason.TOO_FEW),
        ({"prom_mate4b_rbd": 231, "nalu_mate4b_rbd": 1}, AbsenceReason.TOO_FEW),
        ({"prom_mate4b_rbd": "", "nalu_mate4b_rbd": 0}, AbsenceReason.NOT_TESTED),
        ({"prom_mate4b_rbd": "", "nalu_mate4b_rbd": ""}, AbsenceReason.NOT_TESTED),
        ({"prom_mate4b_rbd": "", "noaplica": 8}, AbsenceReason.NOT_TESTED),
        ({"prom_mate4b_rbd": "", "noaplica": "Cursos en paro"}, AbsenceReason.NOT_TESTED),
        (
            {"prom_mate4b_rbd": "", "marca_mate4b_rbd": "Ajenas a la Agencia: No reporte"},
            AbsenceReason.REMARK,
        ),
        ({"prom_mate4b_rbd": ""}, AbsenceReason.NOT_PUBLISHED),
    ],
)
def test_absent_is_never_zero_and_says_why(differs, reason):
    cell = maths(**differs)
    assert (cell.score, cell.absence) == (None, reason)


def test_score_of_a_single_pupil_counts_as_printed_but_is_not_kept():
    reading = read_file(source_named("cl-simce"), simce({"nalu_mate4b_rbd": 1}))
    assert (reading.results, reading.absent) == (2, 0)
    assert maths(nalu_mate4b_rbd=1).score is None


def test_remark_stands_beside_its_score():
    cell = maths(marca_mate4b_rbd="Ajenas a la Agencia: Resultados no representativos")
    assert (cell.score, cell.remark) == (250, "Ajenas a la Agencia: Resultados no representativos")
    assert maths(marca_mate4b_rbd=2.0).remark == maths(marca_mate4b_rbd="2").remark == "marca 2"


@pytest.mark.parametrize("shares", [(0, 0, 0), (50, 20, 20), ("", "", ""), ("0.0", "0.0", "0.0")])
def test_standards_that_do_not_add_up_are_not_reported(shares):
    names = ("palu_eda_ins_mate4b_rbd", "palu_eda_ele_mate4b_rbd", "palu_eda_ade_mate4b_rbd")
    cell = maths(**dict(zip(names, shares, strict=True)))
    assert (cell.score, cell.below, cell.basic, cell.standard) == (250, None, None, None)


def test_labels_and_codes_mean_the_same():
    labels = record(
        cod_depe1="Corporación Municipal",
        cod_grupo="Medio alto",
        cod_rural_rbd="Rural",
        noaplica="Rbd y curso rinde Simce",
    )
    codes = record(cod_depe1=1, cod_grupo=4, cod_rural_rbd=2)
    assert labels == codes
    assert (codes.owner_type, codes.ses_group, codes.rural) == (OwnerType.MUNICIPAL_CORPORATION, 4, True)


def test_owner_group_4_is_the_local_service_and_rural_1_is_urban():
    found = record(cod_depe1="", cod_depe2=4, cod_rural_rbd=1)
    assert (found.owner_type, found.rural) == (OwnerType.LOCAL_SERVICE, False)


def test_row_without_group_has_none():
    assert record(cod_grupo="").ses_group is None


def test_unknown_label_rejects_the_row_at_its_column():
    [rejected] = read_file(source_named("cl-simce"), simce({"cod_grupo": "Altísimo"})).rejected
    assert (rejected.row, rejected.column, rejected.code) == (2, "cod_grupo", "unknown_code")


def test_impossible_score_rejects_the_row():
    [rejected] = read_file(source_named("cl-simce"), simce({"prom_lect4b_rbd": 2600})).rejected
    assert (rejected.column, rejected.code) == ("prom_lect4b_rbd", "score_range")


def test_a_grade_and_year_never_seen_is_read_by_its_columns():
    row = {
        "AGNO": 2029, "RBD": 10, "prom_lect6b_rbd": 240, "nalu_lect6b_rbd": 9, "prom_mate6b_rbd": 241,
        "nalu_mate6b_rbd": 9, "prom_nat6b_rbd": 0, "nalu_nat6b_rbd": 9, "cod_grupo": 1, "cod_depe1": 6,
        "cod_rural_rbd": 2, "noaplica": 0,
    }  # fmt: skip
    [(_, found)] = read_file(source_named("cl-simce"), xlsx_file("simce6b.xlsx", [row])).records
    assert (found.test, found.year, found.owner_type) == ("6b", 2029, OwnerType.LOCAL_SERVICE)
    assert [cell.subject for cell in found.cells] == [Subject.READING, Subject.MATHEMATICS, Subject.SCIENCE]
    assert found.cells[2].absence is AbsenceReason.SUPPRESSED


def test_year_comes_from_the_name_or_the_command_where_no_column_tells():
    without = {key: value for key, value in SIMCE.items() if key != "agno"}
    source = source_named("cl-simce")
    assert read_file(source, xlsx_file("simce4b2023_rbd_final.xlsx", [without])).year == 2023
    assert read_file(source, xlsx_file("simce.xlsx", [without]), year=2022).year == 2022
