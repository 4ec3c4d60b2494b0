"""The next year's directory, an older one, corrections made here, and deciding on changes."""

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import select

from service.errors import Conflict
from service.models import Batch, Change, Correction, Ownership, School, SchoolLevel
from service.models.columns import utc_now
from service.models.enums import BatchState, ChangeDecision, ChangeKind, OwnerType, Phase, SchoolStatus
from service.operations.imports import apply_import, batches, check_import, decide, discard_import
from service.operations.imports.ownership import Holding, Period, observe
from service.permissions import OPERATOR
from tests.service.imports.files import csv_file, directory, looking, take_in

TOWN, SERVICE = Holding(OwnerType.MUNICIPAL, 1, None), Holding(OwnerType.LOCAL_SERVICE, 2, 7)
NEXT_YEAR = (
    {"NOM_RBD": "ESCUELA NUEVA"},
    {"RBD": 20, "ESTADO_ESTAB": 3},
    {"RBD": 30, "COD_DEPE": 6, "RUT_SOSTENEDOR": 222},
    {"RBD": 40, "COD_COM_RBD": 5102, "NOM_COM_RBD": "CASABLANCA"},
    {"RBD": 50, "ESTADO_ESTAB": 1},
    {"RBD": 60},
)
THIS_YEAR = ({}, {"RBD": 20}, {"RBD": 30}, {"RBD": 40}, {"RBD": 50, "ESTADO_ESTAB": 3}, {"RBD": 70})


def schools(database) -> dict[int, School]:
    with looking(database) as session:
        return {one.code: one for one in session.scalars(select(School))}


def owners(database, code: int) -> list[tuple]:
    with looking(database) as session:
        rows = session.scalars(
            select(Ownership)
            .join(School)
            .where(School.code == code)
            .order_by(Ownership.end_on.is_(None), Ownership.start_on)
        ).all()
    return [(one.owner_type, one.start_on, one.end_on) for one in rows]


def test_next_years_directory_tells_what_changed(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(*THIS_YEAR, year=2025))
    report = take_in(database, tmp_path, "cl-directory", directory(*NEXT_YEAR, year=2026))
    assert {(change["kind"], change["school_code"]) for change in report.changes} == {
        (ChangeKind.RENAMED, 10),
        (ChangeKind.CLOSED, 20),
        (ChangeKind.OWNER_CHANGED, 30),
        (ChangeKind.MOVED, 40),
        (ChangeKind.REOPENED, 50),
        (ChangeKind.OPENED, 60),
    }
    assert (report.counts["created"], report.counts["updated"]) == (1, 5)
    assert {one["code"]: one["examples"] for one in report.warnings}["absent_from_directory"] == ["70"]
    found = schools(database)
    assert found[10].name == "ESCUELA NUEVA"
    assert found[20].status is SchoolStatus.CLOSED
    assert found[70].status is SchoolStatus.WORKING
    assert owners(database, 30) == [
        (OwnerType.MUNICIPAL, None, date(2025, 12, 31)), (OwnerType.LOCAL_SERVICE, date(2026, 1, 1), None),
    ]  # fmt: skip


def test_transfer_is_dated_to_the_services_year(database, tmp_path):
    slep = {
        "INICIO_FUNCIONES": 2024,
        "AGNO_TRASPASO_EDUC": 2024,
        "COD_SLEP": 501,
        "NOMBRE_SLEP": "V",
        "COD_COM_RBD": 5101,
    }
    take_in(database, tmp_path, "cl-slep", csv_file("slep.csv", [slep]))
    take_in(database, tmp_path, "cl-directory", directory(year=2023))
    take_in(database, tmp_path, "cl-directory", directory({"COD_DEPE": 6}, year=2026))
    assert owners(database, 10)[1] == (OwnerType.LOCAL_SERVICE, date(2024, 1, 1), None)


def test_older_directory_only_adds_to_the_owners_history(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({"COD_DEPE": 6}, year=2026))
    report = take_in(
        database, tmp_path, "cl-directory", directory({"NOM_RBD": "NOMBRE VIEJO"}, {"RBD": 80}, year=2020)
    )
    found = schools(database)
    assert (found[10].name, found[10].directory_year) == ("ESCUELA UNO", 2026)
    assert owners(database, 10) == [
        (OwnerType.MUNICIPAL, None, date(2025, 12, 31)), (OwnerType.LOCAL_SERVICE, date(2026, 1, 1), None),
    ]  # fmt: skip
    assert (found[80].status, found[80].directory_year) == (SchoolStatus.CLOSED, 2020)
    assert "absent_from_newer" in {one["code"] for one in report.warnings}


def test_years_out_of_order_fill_the_history(database, tmp_path):
    for year, owner in ((2025, 6), (2019, 1), (2022, 2), (2021, 2), (2019, 2)):
        take_in(database, tmp_path, "cl-directory", directory({"COD_DEPE": owner}, year=year))
    assert owners(database, 10) == [
        (OwnerType.MUNICIPAL, None, date(2024, 12, 31)), (OwnerType.LOCAL_SERVICE, date(2025, 1, 1), None),
    ]  # fmt: skip


def test_observed_years_in_any_order_give_one_history():
    years = {2018: TOWN, 2019: SERVICE, 2021: TOWN, 2022: TOWN, 2025: SERVICE}
    histories = set()
    for order in permutations(years):
        periods: tuple[Period, ...] = ()
        known: set[int] = set()
        for year in order:
            periods = observe(periods, known, year, years[year])
            known.add(year)
        histories.add(tuple((one.holding, one.start, one.end) for one in periods))
    assert histories == {(
        (TOWN, None, date(2018, 12, 31)), (SERVICE, date(2019, 1, 1), date(2020, 12, 31)),
        (TOWN, date(2021, 1, 1), date(2024, 12, 31)), (SERVICE, date(2025, 1, 1), None),
    )}  # fmt: skip


def test_owner_number_missing_in_one_year_is_no_change():
    unknown = Holding(OwnerType.MUNICIPAL, None, None)
    assert observe([Period(TOWN)], {2024}, 2025, unknown) == (Period(TOWN),)


def correct(database, field: str, value, **facts) -> None:
    """Correct a school by hand: ``field`` and ``value`` as the form keeps them, ``facts`` the columns."""
    with database.transaction() as session:
        school = session.scalars(select(School).where(School.code == 10)).one()
        for name, fact in facts.items():
            setattr(school, name, fact)
        correction = Correction(
            school_id=school.id, field=field, value=value, official=None, source="visita", made_at=utc_now()
        )
        session.add(correction)


def test_correction_made_here_is_reported_not_undone(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(year=2025))
    correct(database, "name", "ESCUELA CORREGIDA", name="ESCUELA CORREGIDA", name_folded="escuela corregida")
    for year in (2025, 2026):
        report = take_in(database, tmp_path, "cl-directory", directory(year=year))
        [change] = report.changes
        assert (change["kind"], change["before"], change["after"]) == (
            ChangeKind.CORRECTED_HERE, "ESCUELA CORREGIDA", "ESCUELA UNO",
        )  # fmt: skip
        assert change["decision"] is ChangeDecision.REJECTED
        assert report.counts["updated"] == 0
    assert schools(database)[10].name == "ESCUELA CORREGIDA"


def test_corrected_place_keeps_both_coordinates(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({"LATITUD": " ", "LONGITUD": " "}, year=2025))
    correct(database, "place", [-33.5, -71.0], latitude=-33.5, longitude=-71.0)
    take_in(database, tmp_path, "cl-directory", directory({"LATITUD": " ", "LONGITUD": " "}, year=2026))
    found = schools(database)[10]
    assert (found.latitude, found.longitude) == (-33.5, -71.0)


def test_every_field_of_the_form_stands(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20, "COD_COM_RBD": 5102}, year=2025))
    with database.transaction() as session:
        school = session.scalars(select(School).where(School.code == 10)).one()
        other = session.scalars(select(School).where(School.code == 20)).one().commune_id
        period = session.scalars(select(Ownership).where(Ownership.school_id == school.id)).one()
        level = session.scalars(select(SchoolLevel).where(SchoolLevel.school_id == school.id)).one()
        period.owner_type, level.phase = OwnerType.PRIVATE, Phase.SPECIAL
    correct(database, "commune", "5102", commune_id=other)
    correct(database, "rural", True, rural=True)
    correct(database, "enrolment", 7, enrolment=7)
    correct(database, "levels", ["special"])
    correct(database, "owner_type", "private")
    correct(database, "status", "closed", status=SchoolStatus.CLOSED)
    correct(database, "closed_on", "2025-07-31", closed_on=date(2025, 7, 31))
    report = take_in(
        database, tmp_path, "cl-directory", directory({}, {"RBD": 20, "COD_COM_RBD": 5102}, year=2026)
    )
    assert {(one["kind"], one["field"]): (one["before"], one["after"]) for one in report.changes} == {
        (ChangeKind.CORRECTED_HERE, "commune"): ("5102", "5101"),
        (ChangeKind.CORRECTED_HERE, "rural"): (True, False),
        (ChangeKind.CORRECTED_HERE, "enrolment"): (7, 120),
        (ChangeKind.CORRECTED_HERE, "levels"): (["special"], ["primary"]),
        (ChangeKind.CORRECTED_HERE, "owner_type"): ("private", "municipal"),
        (ChangeKind.CORRECTED_HERE, "status"): ("closed", "working"),
    }
    found = schools(database)[10]
    assert (found.status, found.closed_on, found.enrolment) == (SchoolStatus.CLOSED, date(2025, 7, 31), 7)
    assert owners(database, 10) == [(OwnerType.PRIVATE, None, None)]
    with looking(database) as session:
        officials = dict(session.execute(select(Correction.field, Correction.official)).all())
    assert officials["commune"] == "5101"


def test_correction_ends_once_the_file_says_the_same(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(year=2025))
    correct(database, "rural", True, rural=True)
    assert take_in(database, tmp_path, "cl-directory", directory({"RURAL_RBD": 1}, year=2026)).changes == []
    with looking(database) as session:
        assert session.scalars(select(Correction)).one().ended_at is not None


def changes(database, batch: int) -> dict[ChangeKind, Change]:
    with looking(database) as session:
        return {one.kind: one for one in session.scalars(select(Change).where(Change.batch_id == batch))}


def test_checked_batch_waits_and_is_applied_as_decided(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(*THIS_YEAR, year=2025))
    checked = check_import(
        database, "cl-directory", [directory(*NEXT_YEAR, year=2026)], actor=OPERATOR, instance=tmp_path
    )
    assert schools(database)[10].name == "ESCUELA UNO"
    found = changes(database, checked.batch)
    with database.transaction() as session:
        for kind in (ChangeKind.RENAMED, ChangeKind.OPENED, ChangeKind.OWNER_CHANGED):
            decide(session, checked.batch, found[kind].id, ChangeDecision.REJECTED, actor=OPERATOR)
    report = apply_import(database, checked.batch, actor=OPERATOR, instance=tmp_path)
    after = schools(database)
    assert (after[10].name, 60 in after) == ("ESCUELA UNO", False)
    assert after[20].status is SchoolStatus.CLOSED
    assert owners(database, 30) == [(OwnerType.MUNICIPAL, None, None)]
    assert sum(report.counts[name] for name in ("created", "updated", "unchanged", "rejected")) == 6
    assert {k: c.decision for k, c in changes(database, checked.batch).items()}[ChangeKind.RENAMED] is (
        ChangeDecision.REJECTED
    )


def test_decision_taken_while_another_person_applies_is_kept(database, tmp_path, monkeypatch):
    take_in(database, tmp_path, "cl-directory", directory(*THIS_YEAR, year=2025))
    checked = check_import(
        database, "cl-directory", [directory(*NEXT_YEAR, year=2026)], actor=OPERATOR, instance=tmp_path
    )
    read = batches.read_file

    def decide_meanwhile(*args):
        with database.transaction() as session:
            renamed = changes(database, checked.batch)[ChangeKind.RENAMED]
            decide(session, checked.batch, renamed.id, ChangeDecision.REJECTED, actor=OPERATOR)
        return read(*args)

    monkeypatch.setattr(batches, "read_file", decide_meanwhile)
    apply_import(database, checked.batch, actor=OPERATOR, instance=tmp_path)
    assert schools(database)[10].name == "ESCUELA UNO"


def test_change_of_owner_and_commune_is_told_by_code_and_name(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(*THIS_YEAR, year=2025))
    checked = check_import(
        database, "cl-directory", [directory(*NEXT_YEAR, year=2026)], actor=OPERATOR, instance=tmp_path
    )
    found = changes(database, checked.batch)
    assert found[ChangeKind.OWNER_CHANGED].after == {
        "owner_type": "local_service",
        "owner": {"code": "222", "name": None},
        "service": None,
    }
    assert found[ChangeKind.MOVED].after == {"code": "5102", "name": "CASABLANCA"}


def test_accepting_the_files_value_ends_the_correction(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory(year=2025))
    correct(database, "name", "ESCUELA CORREGIDA", name="ESCUELA CORREGIDA", name_folded="escuela corregida")
    checked = check_import(
        database, "cl-directory", [directory(year=2026)], actor=OPERATOR, instance=tmp_path
    )
    with database.transaction() as session:
        change = changes(database, checked.batch)[ChangeKind.CORRECTED_HERE]
        decide(session, checked.batch, change.id, ChangeDecision.ACCEPTED, actor=OPERATOR)
    apply_import(database, checked.batch, actor=OPERATOR, instance=tmp_path)
    assert schools(database)[10].name == "ESCUELA UNO"
    with looking(database) as session:
        assert session.scalars(select(Correction)).one().ended_at is not None


def test_batch_is_applied_or_discarded_once(database, tmp_path):
    first, second = (
        check_import(database, "cl-directory", [directory()], actor=OPERATOR, instance=tmp_path).batch
        for _ in range(2)
    )
    apply_import(database, first, actor=OPERATOR, instance=tmp_path)
    with pytest.raises(Conflict):
        apply_import(database, first, actor=OPERATOR, instance=tmp_path)
    with database.transaction() as session:
        discard_import(session, second, actor=OPERATOR)
    with pytest.raises(Conflict):
        apply_import(database, second, actor=OPERATOR, instance=tmp_path)
    with looking(database) as session:
        assert session.get(Batch, second).state is BatchState.DISCARDED


def test_file_that_is_gone_is_a_conflict(database, tmp_path):
    checked = check_import(database, "cl-directory", [directory()], actor=OPERATOR, instance=tmp_path)
    for kept in (tmp_path / "uploads").iterdir():
        kept.unlink()
    with pytest.raises(Conflict):
        apply_import(database, checked.batch, actor=OPERATOR, instance=tmp_path)
