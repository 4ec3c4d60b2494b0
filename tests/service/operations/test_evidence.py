"""Evidence is computed anew when data came in, and tells of each school what the libraries say."""

import numpy as np
from sqlalchemy import func, select

from matching.neighbours import nearest
from matching.weights import WeightKind
from service.db import Database
from service.models import Assessment, Estimate, EvidenceSet, Likeness, School
from service.models.enums import OwnerType, Phase, Subject
from service.operations.evidence import refresh_evidence, stale_systems
from service.snapshots.findings import phase_findings
from service.systems import SYSTEMS
from tests.factories.results import make_result, make_school_year
from tests.factories.schools import make_school

CHILE = SYSTEMS["cl"]
YEARS = (2022, 2023, 2024)


def _country(database: Database, schools: int = 45) -> None:
    draw = np.random.default_rng(3)
    with database.transaction() as session:
        for number in range(schools):
            school = make_school(session, code=700 + number, enrolment=80 + number, rural=number % 2 == 0)
            standing = float(draw.normal(0, 12))
            for year in YEARS:
                make_school_year(
                    session, school, year=year, ses_group=1 + number % 4, owner_type=OwnerType.MUNICIPAL
                )
                for subject in (Subject.READING, Subject.MATHEMATICS):
                    score = 250 + standing + float(draw.normal(0, 8))
                    make_result(session, school, year=year, subject=subject, score=score, tested=30)


def test_evidence_is_computed_once_and_again_after_new_data(database: Database) -> None:
    _country(database)
    with database.reading() as session:
        assert [system.code for system in stale_systems(session)] == ["cl"]

    refresh_evidence(database, CHILE)

    with database.reading() as session:
        assert stale_systems(session) == []
        sets = session.scalars(select(EvidenceSet).order_by(EvidenceSet.phase)).all()
        assert [(kept.phase, kept.as_of) for kept in sets] == [
            (Phase.PRIMARY, 2024),
            (Phase.SECONDARY, 2024),
        ]
        assert session.scalar(select(func.count(Assessment.id))) == 45
        assert session.scalar(select(func.count(Estimate.id))) == 3 * 45


def test_computing_again_replaces_what_was_kept(database: Database) -> None:
    _country(database)
    refresh_evidence(database, CHILE)
    refresh_evidence(database, CHILE)

    with database.reading() as session:
        assert session.scalar(select(func.count(EvidenceSet.id))) == 2
        assert session.scalar(select(func.count(Assessment.id))) == 45


def test_like_schools_kept_are_those_the_library_finds(database: Database) -> None:
    _country(database)
    refresh_evidence(database, CHILE)

    with database.reading() as session:
        space = phase_findings(session, CHILE, Phase.PRIMARY, 2024).space(WeightKind.LEARNED)
        found = nearest(space, 20)
        asked = session.scalars(select(School.id).where(School.code == 707)).one()
        kept = session.execute(
            select(School.code, Likeness.distance, Likeness.features)
            .join(School, School.id == Likeness.like_id)
            .where(Likeness.school_id == asked)
            .order_by(Likeness.place)
        ).all()

    row = int(space.context.rows(np.array([707]))[0])
    assert [code for code, _, _ in kept] == space.context.ids[found.neighbours[row]].tolist()
    assert np.allclose([distance for _, distance, _ in kept], found.distance[row])
    assert all(1 <= len(features) <= 3 for _, _, features in kept)


def test_without_results_nothing_is_stale_and_nothing_is_kept(database: Database) -> None:
    with database.transaction() as session:
        make_school(session, code=1)

    refresh_evidence(database, CHILE)

    with database.reading() as session:
        assert stale_systems(session) == []
        assert session.scalar(select(func.count(EvidenceSet.id))) == 0
