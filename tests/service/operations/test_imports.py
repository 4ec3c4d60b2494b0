"""Imports into a database, on both engines: once, twice, next year, in pieces, at once."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.errors import Conflict, ImportRejected, NotAllowed
from service.imports.registry import SOURCES
from service.locks import exclusive
from service.models import (
    Batch,
    BatchFile,
    BatchIssue,
    Commune,
    Event,
    Indicator,
    Ownership,
    Result,
    School,
    SchoolLevel,
    SchoolYear,
)
from service.models.enums import AbsenceReason, BatchState, OwnerType, Role, Subject
from service.operations.imports import batches, run_import
from service.permissions import Actor, Scope
from tests.service.imports.files import csv_file, directory, looking, simce, take_in

SLEP = {
    "INICIO_FUNCIONES": 2024, "AGNO_TRASPASO_EDUC": 2025, "COD_SLEP": 501, "NOMBRE_SLEP": "VALPARAÍSO",
    "NUM_REGION": 5, "NOM_COMUNA_RBD": "Valparaíso", "COD_COM_RBD": 5101,
}  # fmt: skip


def counts(report) -> tuple[int, int, int, int]:
    return tuple(report.counts[name] for name in ("created", "updated", "unchanged", "rejected"))


def size(database, model) -> int:
    with looking(database) as session:
        return session.scalar(select(func.count()).select_from(model))


def one_school(database, code: int = 10) -> School:
    with looking(database) as session:
        return session.scalars(select(School).where(School.code == code)).one()


def test_directory_then_results(database, tmp_path):
    assert counts(take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20}))) == (2, 0, 0, 0)
    report = take_in(database, tmp_path, "cl-simce", simce({}, {"rbd": 20, "prom_lect4b_rbd": 0}))
    assert counts(report) == (2, 0, 0, 0)
    assert (report.counts["results"], report.counts["absent"]) == (3, 1)
    with looking(database) as session:
        absent = session.scalars(select(Result).where(Result.score.is_(None))).one()
        year = session.scalars(select(SchoolYear).limit(1)).one()
        commune = session.scalars(select(Commune)).one()
    assert (absent.subject, absent.absence, absent.source_row) == (
        Subject.READING,
        AbsenceReason.SUPPRESSED,
        3,
    )
    assert (year.ses_group, year.owner_type, year.rural) == (2, OwnerType.MUNICIPAL, False)
    assert commune.code == "5101"


def test_answer_has_the_documented_fields(database, tmp_path):
    answer = take_in(database, tmp_path, "cl-directory", directory()).as_dict()
    fields = "batch source files rows created updated unchanged rejected results absent warnings errors"
    assert list(answer)[:13] == [*fields.split(), "rejected_file"]


@pytest.mark.parametrize("source", ["cl-directory", "cl-simce", "cl-slep", "cl-ive", "needs"])
def test_same_file_twice_changes_nothing(database, tmp_path, source):
    take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20, "COD_DEPE": 6}))
    upload = {
        "cl-directory": directory({}, {"RBD": 20, "COD_DEPE": 6}),
        "cl-simce": simce({}, {"rbd": 20}),
        "cl-slep": csv_file("slep.csv", [SLEP]),
        "cl-ive": csv_file("ive_basica.csv", [{"RBD": 10, "MATRICULA": 9, "IVE_SINAE_2016": "82,5"}]),
        "needs": csv_file("n.csv", [{"school": 10, "year": 2024, "element": "focus", "level": 2}]),
    }[source]
    first = take_in(database, tmp_path, source, upload)
    sizes = [size(database, model) for model in (School, SchoolLevel, Ownership, Result, Indicator)]
    second = take_in(database, tmp_path, source, upload)
    assert counts(second) == (0, 0, second.counts["rows"], 0)
    assert (second.counts["results"], second.counts["absent"]) == (
        first.counts["results"],
        first.counts["absent"],
    )
    assert [size(database, model) for model in (School, SchoolLevel, Ownership, Result, Indicator)] == sizes
    assert second.changes == []


def test_unknown_school_is_rejected_and_the_rest_applied(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    report = take_in(database, tmp_path, "cl-simce", simce({}, {"rbd": 99, "nom_rbd": "=1+1"}))
    assert counts(report) == (1, 0, 0, 1)
    assert [(one["row"], one["code"]) for one in report.errors] == [(3, "unknown_school")]
    content = (tmp_path / "rejected" / f"importacion-{report.batch}.csv").read_text(encoding="utf-8-sig")
    assert str(tmp_path / "rejected") in str(report.rejected_file)
    assert '"\'=1+1"' in content
    assert "unknown_school" in content
    with looking(database) as session:
        issue = session.scalars(select(BatchIssue)).one()
    assert (issue.batch_id, issue.row, issue.code) == (report.batch, 3, "unknown_school")


def test_mended_rejected_file_can_be_imported(database, tmp_path):
    upload = directory({}, {"RBD": 20, "COD_DEPE": 9})
    report = take_in(database, tmp_path, "cl-directory", upload)
    assert counts(report) == (1, 0, 0, 1)
    content = Path(report.rejected_file).read_bytes().replace(b'"9"', b'"3"')
    again = take_in(database, tmp_path, "cl-directory", type(upload)("corregido.csv", content))
    assert counts(again) == (1, 0, 0, 0)


def test_strict_applies_nothing_if_a_row_is_rejected(database, tmp_path):
    with pytest.raises(ImportRejected) as caught:
        take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20, "COD_DEPE": 9}), strict=True)
    assert caught.value.exit_code == 2
    assert len(caught.value.rows) == 1
    assert [size(database, model) for model in (School, Batch, Event)] == [0, 0, 0]
    assert not (tmp_path / "rejected").exists()


def test_dry_run_reports_and_leaves_nothing(database, tmp_path):
    report = take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20}), dry_run=True)
    assert (report.batch, counts(report)) == (None, (2, 0, 0, 0))
    assert [size(database, model) for model in (School, Batch, Commune, Event)] == [0, 0, 0, 0]


def test_a_fault_while_writing_applies_nothing(database, tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("no space left")

    monkeypatch.setattr(batches, "describe", fail)
    with pytest.raises(RuntimeError):
        take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20, "COD_DEPE": 9}))
    assert [size(database, model) for model in (School, Batch)] == [0, 0]
    assert list((tmp_path / "rejected").iterdir()) == []


def test_a_wrong_file_among_good_ones_applies_nothing(database, tmp_path):
    with pytest.raises(ImportRejected):
        take_in(database, tmp_path, "cl-directory", directory(), simce())
    assert size(database, School) == 0


def test_second_import_while_one_runs_is_a_conflict(database, tmp_path):
    with exclusive(database, "import", "busy"), pytest.raises(Conflict) as caught:
        take_in(database, tmp_path, "cl-directory", directory())
    assert caught.value.exit_code == 5
    assert size(database, School) == 0


def test_every_import_leaves_its_file_and_an_event(database, tmp_path):
    upload = directory()
    report = take_in(database, tmp_path, "cl-directory", upload)
    with looking(database) as session:
        batch = session.get(Batch, report.batch)
        file = session.scalars(select(BatchFile)).one()
        event = session.scalars(select(Event)).one()
        school = session.scalars(select(School)).one()
    assert (batch.state, batch.year, batch.counts["created"]) == (BatchState.APPLIED, 2025, 1)
    assert (file.name, file.size, file.rows, len(file.sha256)) == (upload.name, len(upload.content), 1, 64)
    assert (event.action, event.object_id) == ("import.applied", report.batch)
    assert (school.batch_id, school.source_row, school.directory_year) == (report.batch, 2, 2025)


def test_results_of_a_reissued_file_replace_those_that_differ(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    take_in(database, tmp_path, "cl-simce", simce())
    assert counts(take_in(database, tmp_path, "cl-simce", simce({"prom_mate4b_rbd": 251}))) == (0, 1, 0, 0)
    with looking(database) as session:
        scores = dict(session.execute(select(Result.subject, Result.score)).all())
    assert scores == {Subject.READING: 260, Subject.MATHEMATICS: 251}


@pytest.mark.parametrize("first", ["cl-directory", "cl-slep"])
def test_schools_under_a_service_are_linked_whichever_comes_first(database, tmp_path, first):
    uploads = {
        "cl-directory": directory({"COD_DEPE": 6}, {"RBD": 20, "COD_DEPE": 2}),
        "cl-slep": csv_file("slep.csv", [SLEP]),
    }
    for source in (first, *(set(uploads) - {first})):
        take_in(database, tmp_path, source, uploads[source])
    with looking(database) as session:
        linked = dict(session.execute(select(Ownership.owner_type, Ownership.service_id)).all())
    assert linked[OwnerType.LOCAL_SERVICE] is not None
    assert linked[OwnerType.MUNICIPAL] is None


def test_english_files_in_the_same_database(database, tmp_path):
    row = {
        "URN": 115850, "LA (code)": 850, "LA (name)": "Hampshire", "EstablishmentName": "Alton",
        "EstablishmentTypeGroup (name)": "Academies", "EstablishmentStatus (name)": "Open",
        "PhaseOfEducation (name)": "Primary", "Trusts (name)": "THE SWAN TRUST", "Easting": 472080,
        "Northing": 139716, "NumberOfPupils": 138, "PercentageFSM": "21.7", "CensusDate": "21-01-2021",
    }  # fmt: skip
    take_in(database, tmp_path, "cl-directory", directory())
    gias = csv_file("gias_20220420.csv", [row], delimiter=",")
    assert counts(take_in(database, tmp_path, "en-gias", gias)) == (1, 0, 0, 0)
    assert counts(take_in(database, tmp_path, "en-gias", gias)) == (0, 0, 1, 0)
    ks2 = [{"RECTYPE": 1, "URN": 115850, "TELIG": 30, "READ_AVERAGE": 104, "MAT_AVERAGE": "SUPP"}]
    report = take_in(database, tmp_path, "en-results", csv_file("2016-2017_850.csv", ks2, delimiter=","))
    assert (counts(report), report.counts["results"], report.counts["absent"]) == ((1, 0, 0, 0), 1, 1)
    with looking(database) as session:
        assert session.scalar(select(Indicator.value)) == 0.217


def test_first_directory_opens_no_list_of_changes(database, tmp_path):
    assert take_in(database, tmp_path, "cl-directory", directory()).changes == []


def test_roles_decide_who_imports_what(database, tmp_path):
    director = Actor(1, "d", (Scope(Role.DIRECTOR, school_id=1),))
    for source in SOURCES:
        with pytest.raises(NotAllowed):
            run_import(database, source, [directory()], actor=director, instance=tmp_path)


def test_closed_on_of_a_known_school_survives_a_file_without_it(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    with database.transaction() as session:
        school = session.scalars(select(School)).one()
        school.status, school.closed_on = school.status.CLOSED, date(2024, 12, 31)
    take_in(database, tmp_path, "cl-directory", directory({"ESTADO_ESTAB": 3}, year=2026))
    assert one_school(database).closed_on == date(2024, 12, 31)
