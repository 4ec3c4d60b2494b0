"""A made-up country of sixty-one primary schools, big enough for value added and small enough for a test.

Two services lie side by side. Quality is drawn once by seed; the best schools have designated heads.
One school has no result, and people assessed what it needs.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from service.db import Base, Database
from service.models import (
    Batch,
    Commune,
    Diagnosis,
    EducationService,
    Leader,
    Need,
    Owner,
    Ownership,
    Person,
    Result,
    Run,
    School,
    SchoolLevel,
    SchoolYear,
)
from service.models.columns import utc_now
from service.models.enums import BatchState, Element, LeaderStatus, OwnerType, Phase, SchoolStatus, Subject
from service.operations.matching import perform_run, request_run
from service.permissions import OPERATOR, Actor
from service.queries.runs import get_run
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS

CL = SYSTEMS["cl"]
FIRST, SCHOOLS, HOME = 2001, 60, 40
WITHOUT_RESULT = FIRST + SCHOOLS
YEARS = (2018, 2022, 2023, 2024)
LEADERS = 12
TODAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class SmallCountry:
    """Ids of what tests ask for; schools and leaders by the school's number."""

    home: int
    away: int
    home_owner: int
    schools: dict[int, int]
    leaders: dict[int, int]


def make_country(session: Session, *, order: int = 0, consents: bool = True) -> SmallCountry:
    """Write the country; ``order`` other than 0 shuffles the order in which rows go in."""
    rng = np.random.default_rng(5)
    codes = [*range(FIRST, FIRST + SCHOOLS), WITHOUT_RESULT]
    quality = dict(zip(codes, rng.normal(0, 22, len(codes)).tolist(), strict=True))
    groups = dict(zip(codes, rng.choice([2, 3], len(codes)).tolist(), strict=True))
    noise = rng.normal(0, 4, (len(codes), len(YEARS), 2))
    services = [EducationService(system="cl", code=code, name=name) for code, name in SERVICES]
    owners = [Owner(system="cl", code=f"69{n}", name=name) for n, (_, name) in enumerate(SERVICES)]
    commune = Commune(system="cl", code="5101", name="Valparaíso", region_code="5", region_name="Valparaíso")
    batch = Batch(source="cl-simce", state=BatchState.APPLIED, created_at=utc_now(), applied_at=utc_now())
    session.add_all([*services, *owners, commune, batch])
    session.flush()

    def put(model: type, rows: list[dict[str, object]]) -> None:
        if order:
            random.Random(order).shuffle(rows)
        session.execute(insert(model), rows)

    put(School, [_school(n, code, commune.id) for n, code in enumerate(codes)])
    ids = dict(session.execute(select(School.code, School.id)).all())
    put(SchoolLevel, [{"school_id": ids[c], "phase": Phase.PRIMARY, "enrolment": 240} for c in codes])
    put(Ownership, [_ownership(ids[c], _side(c), services, owners) for c in codes])
    put(
        SchoolYear,
        [
            {"school_id": ids[c], "test": "4b", "year": year, "ses_group": groups[c], "rural": False}
            | {"owner_type": OwnerType.LOCAL_SERVICE, "batch_id": batch.id, "source_row": 2}
            for c in codes
            for year in YEARS
        ],
    )
    put(
        Result,
        [
            {"school_id": ids[code], "test": "4b", "year": year, "subject": subject, "tested": 40}
            | {"score": round(230 + 10 * groups[code] + quality[code] + noise[n, y, s], 1)}
            | {"batch_id": batch.id, "source_row": 2}
            for n, code in enumerate(codes[:-1])
            for y, year in enumerate(YEARS)
            for s, subject in enumerate((Subject.READING, Subject.MATHEMATICS))
        ],
    )
    best = sorted(codes[:-1], key=lambda code: -quality[code])[:LEADERS]
    people = [Person(name=f"Persona {code}", email=f"p{code}@escuela.cl") for code in sorted(best)]
    session.add_all(people)
    session.flush()
    put(Leader, [_leader(ids[c], p, consents) for c, p in zip(sorted(best), people, strict=True)])
    session.add(Need(school_id=ids[WITHOUT_RESULT], year=2025, element=Element.TRUST, level=1))
    session.flush()
    leaders = dict(
        session.execute(select(School.code, Leader.id).join(School, School.id == Leader.school_id)).all()
    )
    return SmallCountry(services[0].id, services[1].id, owners[0].id, ids, leaders)


def run_in(
    database: Database, *, actor: Actor = OPERATOR, previous: Run | None = None, **given: object
) -> Run:
    """Ask for a run, perform it, and read it whole."""
    options = RunOptions(**{"territory": "all", "as_of": 2024, **given})  # type: ignore[arg-type]
    with database.transaction() as session:
        number = request_run(session, actor=actor, system=CL, options=options, previous=previous).id
    perform_run(database, number)
    with database.reading() as session:
        return get_run(session, number, whole=True)


@contextmanager
def kept_rows(engine: Engine) -> Iterator[Database]:
    """A database whose transactions really commit, for what two people do at once; emptied at the end."""
    try:
        yield Database(engine)
    finally:
        with engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name == "runs":
                    connection.execute(table.update().values(previous_id=None))
                connection.execute(table.delete())


def validate_all(session: Session, country: SmallCountry, *, year: int = 2024) -> None:
    """Validate the diagnosis of every school with the school."""
    session.execute(
        insert(Diagnosis),
        [
            {"school_id": number, "year": year, "validated_on": TODAY, "validated_with": "consejo escolar"}
            for number in country.schools.values()
        ],
    )


SERVICES = (("901", "Costa"), ("902", "Valle"))


def _side(code: int) -> int:
    return 0 if code < FIRST + HOME or code == WITHOUT_RESULT else 1


def _school(number: int, code: int, commune: int) -> dict[str, object]:
    return {
        "system": "cl",
        "code": code,
        "name": f"Escuela {code}",
        "name_folded": f"escuela {code}",
        "status": SchoolStatus.WORKING,
        "has_enrolment": True,
        "enrolment": 240,
        "rural": False,
        "commune_id": commune,
        "latitude": -33.0 - 0.03 * (number // 8),
        "longitude": -71.5 + 0.03 * (number % 8),
    }


def _ownership(
    school: int, side: int, services: list[EducationService], owners: list[Owner]
) -> dict[str, object]:
    return {
        "school_id": school,
        "owner_type": OwnerType.LOCAL_SERVICE,
        "owner_id": owners[side].id,
        "service_id": services[side].id,
    }


def _leader(school: int, person: Person, consents: bool) -> dict[str, object]:
    given = date(2025, 5, 1) if consents else None
    return {
        "person_id": person.id,
        "school_id": school,
        "status": LeaderStatus.ACTIVE,
        "in_post_since": date(2014, 3, 1),
        "capacity": 1,
        "elements": {"trust": 4},
        "languages": ["es"],
        "consent_on": given,
        "owner_consent_on": given,
        "trained_on": given,
    }
