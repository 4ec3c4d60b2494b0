"""The official files, where they are: every count of their description is reproduced."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Select, func, select

from service import schema
from service.db import Database
from service.errors import ImportRejected
from service.imports.file import read_file
from service.imports.reading import Upload
from service.imports.registry import source_named
from service.models import (
    Commune,
    EducationService,
    Indicator,
    Owner,
    Ownership,
    Result,
    School,
    SchoolLevel,
    ServiceArea,
)
from service.models.enums import PUBLIC_OWNERS, IndicatorKind, OwnerType, Phase, SchoolStatus, Subject
from service.operations.imports import Report, run_import
from service.permissions import OPERATOR

pytestmark = pytest.mark.shared_data

SIMCE = """
simce4b2014 7667 6962 6960 212464 613 121
simce4b2015 7558 6807 6788 209209 687 127
simce4b2016 7507 6807 6796 211936 688 110
simce4b2017 7444 6790 6780 219724 591 100
simce4b2018 7414 6761 6757 227401 569 108
simce4b2022 7210 6555 6545 212569 614 128
simce4b2023 7204 6532 6534 210058 562 166
simce4b2024 7185 6604 6599 219166 518 115
simce2m2014 2752 2743 2748 181929 133 0
simce2m2015 2876 2860 2862 196773 47 12
simce2m2016 2902 2887 2888 196344 109 9
simce2m2017 2923 2911 2910 198074 51 11
simce2m2018 2935 2927 2926 198051 4 5
simce2m2022 2976 2970 2970 188679 149 4
simce2m2023 2991 2970 2970 199913 92 19
simce2m2024 3000 2993 2994 203863 97 5
"""
"""File, rows, reading scored, maths scored, pupils tested in maths, rows marked in maths, not applied."""
IMPORTED_SIMCE = ("simce4b2017", "simce4b2022", "simce4b2023", "simce4b2024", "simce2m2014", "simce2m2024")
WORKING = School.status == SchoolStatus.WORKING


def take_in(database: Database, instance: Path, source: str, *files: Path) -> Report:
    uploads = [Upload(file.name, file.read_bytes()) for file in files]
    return run_import(database, source, uploads, actor=OPERATOR, instance=instance)


@pytest.fixture(scope="session")
def official(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, dict[str, Report]]]:
    """One database with the official files of both countries, and what each import answered."""
    instance = tmp_path_factory.mktemp("official")
    database = Database.at(f"sqlite:///{instance}/minga.sqlite")
    schema.upgrade(database)
    reports = {}
    cl, en = shared_data / "cl", shared_data / "en"
    for name, source, *files in (
        ("directory", "cl-directory", cl / "directorio_oficial_ee.csv"),
        ("slep", "cl-slep", cl / "auxiliares/listado_slep_2026.xlsx"),
        *((one, "cl-simce", cl / f"simce/{one}_rbd_final.xlsx") for one in IMPORTED_SIMCE),
        ("ive", "cl-ive", cl / "ive/ive_sinae_2016_basica.csv"),
        ("ive_media", "cl-ive", cl / "ive/ive_sinae_2016_media.csv"),
        ("gias", "en-gias", en / "gias_extract_20220420.csv"),
        ("ks2", "en-results", *sorted(en.glob("*ks2final.csv"))),
    ):
        reports[name] = take_in(database, instance, source, *files)
    yield database, reports
    database.engine.dispose()


@pytest.fixture
def count(official):
    """Count rows of a query in the official database."""
    database, _ = official

    def counted(statement: Select) -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(statement.subquery()))

    return counted


def chilean(*conditions) -> Select:
    return select(School.id).where(School.system == "cl", *conditions)


def owned(*conditions) -> Select:
    return chilean(*conditions).join(Ownership).where(Ownership.end_on.is_(None))


def test_directory_counts(official, count):
    _, reports = official
    assert (reports["directory"].counts["created"], reports["directory"].counts["rejected"]) == (16_768, 0)
    assert count(chilean(WORKING)) == 12_038
    assert count(chilean(School.has_enrolment)) == 10_949
    assert count(chilean(School.has_enrolment, WORKING)) == 10_945
    assert [count(chilean(School.status == one)) for one in ("closed", "recess", "authorised")] == [
        3_870,
        782,
        78,
    ]
    assert [count(chilean(WORKING, School.rural.is_(one))) for one in (False, True)] == [8_710, 3_328]
    assert count(chilean(School.latitude.is_(None))) == 3_267 + 2
    assert count(select(Commune.id).where(Commune.system == "cl")) == 346
    assert count(select(Commune.region_code).where(Commune.system == "cl").distinct()) == 16


def test_owner_counts(count):
    kinds = {
        OwnerType.MUNICIPAL_CORPORATION: 411, OwnerType.MUNICIPAL: 2_954, OwnerType.SUBSIDISED: 5_579,
        OwnerType.PRIVATE: 1_261, OwnerType.DELEGATED: 70, OwnerType.LOCAL_SERVICE: 1_763,
    }  # fmt: skip
    assert {kind: count(owned(WORKING, Ownership.owner_type == kind)) for kind in kinds} == kinds
    public = Ownership.owner_type.in_(PUBLIC_OWNERS)
    assert count(owned(WORKING, public)) == 5_128
    assert count(owned(WORKING, public, School.latitude.is_(None))) == 25
    assert count(owned(Ownership.owner_id.is_(None))) == 1_949
    assert count(select(Owner.id).where(Owner.system == "cl", Owner.name.is_not(None))) == 0


def test_phases_and_enrolment(official, count):
    database, _ = official
    primary = (WORKING, SchoolLevel.phase == Phase.PRIMARY)
    assert count(chilean(*primary).join(SchoolLevel)) == 7_808
    assert count(owned(*primary, Ownership.owner_type.in_(PUBLIC_OWNERS)).join(SchoolLevel)) == 4_229
    with database.reading() as session:
        assert (
            session.scalar(select(func.sum(School.enrolment)).where(School.system == "cl", WORKING))
            == 3_541_790
        )


def test_directory_warnings(official):
    _, reports = official
    warned = {one["code"]: one["count"] for one in reports["directory"].warnings}
    assert warned["check_digit"] == 50
    assert warned["no_coordinates"] == 3_267
    assert (warned["bad_coordinates"], warned["swapped_coordinates"]) == (2, 1)


def test_services(official, count):
    database, reports = official
    assert reports["slep"].counts["created"] == 346
    assert count(select(EducationService.id).where(EducationService.system == "cl")) == 70
    linked = select(Ownership.service_id).where(Ownership.owner_type == OwnerType.LOCAL_SERVICE)
    assert count(linked.where(Ownership.service_id.is_(None))) == 0
    assert count(linked.distinct()) == 26
    with database.reading() as session:
        years = dict(
            session.execute(
                select(ServiceArea.transfer_year, func.count()).group_by(ServiceArea.transfer_year)
            ).all()
        )
    assert years == {2018: 14, 2020: 11, 2021: 16, 2024: 28, 2025: 54, 2026: 46, 2027: 56, 2028: 45, 2029: 76}


@pytest.mark.parametrize("line", SIMCE.strip().splitlines(), ids=lambda line: line.split()[0])
def test_simce_counts(shared_data, line):
    name, *expected = line.split()
    path = shared_data / f"cl/simce/{name}_rbd_final.xlsx"
    reading = read_file(source_named("cl-simce"), Upload(path.name, path.read_bytes()))
    cells = [{cell.subject: cell for cell in record.cells} for _, record in reading.records]
    maths = [one[Subject.MATHEMATICS] for one in cells]
    assert [
        reading.rows,
        sum(one[Subject.READING].printed for one in cells),
        sum(one.printed for one in maths),
        sum(one.tested or 0 for one in maths),
        sum(one.remark is not None for one in maths),
    ] == [int(figure) for figure in expected[:5]]
    assert not reading.rejected
    assert {record.test for _, record in reading.records} == {name[5:7]}
    assert {record.year for _, record in reading.records} == {int(name[7:])}


def test_simce_of_2024_in_the_database(official, count):
    database, reports = official
    counts = reports["simce4b2024"].counts
    assert (counts["rows"], counts["created"], counts["results"], counts["absent"]) == (
        7_185,
        7_185,
        13_203,
        1_167,
    )
    scored = select(Result.id).where(Result.test == "4b", Result.year == 2024, Result.score.is_not(None))
    assert count(scored) == 13_203 - 2
    assert (
        count(scored.where(Result.share_standard.is_not(None), Result.subject == Subject.MATHEMATICS)) > 5_000
    )
    with database.reading() as session:
        printed = session.scalar(
            select(func.avg(Result.score)).where(
                Result.test == "4b", Result.year == 2024, Result.subject == Subject.MATHEMATICS
            )
        )
    assert printed == pytest.approx(257.55, abs=0.05)


@pytest.mark.parametrize(("name", "suppressed"), [("simce4b2017", 537 + 553), ("simce4b2022", 501 + 508)])
def test_scores_written_as_zero_are_absent(count, name, suppressed):
    absent = select(Result.id).where(
        Result.test == "4b", Result.year == int(name[7:]), Result.absence == "suppressed"
    )
    assert count(absent) == suppressed


def test_vulnerability(official, count):
    database, reports = official
    assert (reports["ive"].counts["created"], reports["ive_media"].counts["created"]) == (8_000, 2_561)
    with database.reading() as session:
        means = dict(
            session.execute(select(Indicator.kind, func.avg(Indicator.value)).group_by(Indicator.kind)).all()
        )
    assert means[IndicatorKind.VULNERABILITY_PRIMARY] == pytest.approx(0.805, abs=0.001)
    assert means[IndicatorKind.VULNERABILITY_SECONDARY] == pytest.approx(0.694, abs=0.001)
    assert (
        count(select(Indicator.id).where(Indicator.kind == "vulnerability_primary", Indicator.value == 0))
        == 15
    )


def test_england(official, count):
    _, reports = official
    english = select(School.id).where(School.system == "en")
    assert [count(english.where(School.status == one)) for one in ("working", "closed")] == [728, 368]
    assert count(english.where(School.latitude.is_(None))) == 28
    assert count(select(EducationService.id).where(EducationService.system == "en")) == 2
    assert count(select(Indicator.id).where(Indicator.kind == IndicatorKind.FREE_MEALS)) == 800
    counts = reports["ks2"].counts
    assert (counts["files"], counts["rows"], counts["created"], counts["rejected"]) == (
        4,
        1_123,
        532 + 534,
        57,
    )


def test_key_stage_2_counts(shared_data):
    found = []
    for path in sorted((shared_data / "en").glob("*ks2final.csv")):
        reading = read_file(source_named("en-results"), Upload(path.name, path.read_bytes()))
        maths = [cell for _, one in reading.records for cell in one.cells if cell.subject == "mathematics"]
        found.append((reading.year, reading.rows, sum(cell.printed for cell in maths)))
    assert found == [(2017, 328, 310), (2017, 232, 210), (2018, 328, 309), (2018, 235, 214)]


def test_english_extract_of_the_nation(shared_data):
    found = {}
    for path in sorted((shared_data / "en").glob("england_ks2_extract_*.csv.gz")):
        reading = read_file(source_named("en-results"), Upload(path.name, path.read_bytes()))
        maths = [
            cell for _, record in reading.records for cell in record.cells if cell.subject == "mathematics"
        ]
        found[reading.year] = (reading.rows, sum(cell.printed for cell in maths))
    assert found == {2016: (16_162, 14_750), 2017: (16_313, 14_774)}


def test_same_files_twice_change_nothing(official, shared_data, tmp_path):
    database, _ = official
    for source, file in (
        ("cl-directory", "cl/directorio_oficial_ee.csv"),
        ("cl-simce", "cl/simce/simce4b2024_rbd_final.xlsx"),
        ("en-gias", "en/gias_extract_20220420.csv"),
    ):
        report = take_in(database, tmp_path, source, shared_data / file)
        assert (report.counts["unchanged"], report.changes) == (report.counts["rows"], [])


def test_spine_is_told_apart(shared_data, tmp_path, official):
    path = shared_data / "en/2017-2018_england_spine.xlsx"
    with pytest.raises(ImportRejected) as caught:
        take_in(official[0], tmp_path, "en-gias", path)
    assert "spine" in caught.value.message
