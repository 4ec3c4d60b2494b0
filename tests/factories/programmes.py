"""A made-up country in which schools of one service were supported, and did better by a known effect."""

from datetime import date

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from network.made_up import YEARS, World, untouched_country
from service.models import EducationService, Ownership, Partnership, Result, School, SchoolYear
from service.models.columns import utc_now
from service.models.enums import OwnerType, Phase, SchoolStatus, Subject
from service.models.states import PartnershipOrigin, PartnershipState
from tests.factories.imports import make_batch
from tests.factories.leaders import make_leader
from tests.factories.schools import make_school

FIRST = 20_001
START = date(2018, 3, 1)


def make_programme(
    session: Session, *, schools: int = 240, supported: int = 30, effect: float = 20.0
) -> EducationService:
    """Results of a whole country; the first schools were supported from 2018 by as many others."""
    history = untouched_country(World(name="programme", effect=0.0, schools=schools), 11)
    outcome = history.outcome.copy()
    outcome[:supported, YEARS.index(START.year) :] += effect
    service = EducationService(system="cl", code="941", name="Cordillera")
    batch = make_batch(session)
    session.add(service)
    session.flush()
    session.execute(
        insert(School),
        [
            {"system": "cl", "code": FIRST + n, "name": f"Escuela {n}", "name_folded": f"escuela {n}"}
            | {"status": SchoolStatus.WORKING, "has_enrolment": True, "enrolment": 200, "rural": False}
            for n in range(schools)
        ],
    )
    ids = list(session.scalars(select(School.id).where(School.code >= FIRST).order_by(School.code)))
    source = {"batch_id": batch.id, "source_row": 2}
    session.execute(
        insert(Ownership),
        [
            {"school_id": number, "owner_type": OwnerType.LOCAL_SERVICE, "service_id": service.id}
            for number in ids
        ],
    )
    cells = [(n, y) for n in range(schools) for y in range(len(YEARS))]
    session.execute(
        insert(SchoolYear),
        [
            {"school_id": ids[n], "test": "4b", "year": YEARS[y], "ses_group": int(history.ses_group[n, y])}
            | {"owner_type": OwnerType.LOCAL_SERVICE, "rural": bool(history.rural[n, y])}
            | source
            for n, y in cells
        ],
    )
    session.execute(
        insert(Result),
        [
            {"school_id": ids[n], "test": "4b", "year": YEARS[y], "subject": subject}
            | {"score": round(float(outcome[n, y]), 1), "tested": int(history.tested[n, y])}
            | source
            for n, y in cells
            for subject in (Subject.READING, Subject.MATHEMATICS)
        ],
    )
    leader = make_leader(session, make_school(session))
    kept = {
        "leader_id": leader.id,
        "phase": Phase.PRIMARY,
        "origin": PartnershipOrigin.RUN,
        "state": PartnershipState.ENDED,
        "start_on": START,
        "committed_on": START,
        "created_at": utc_now(),
    }
    pairs = zip(np.arange(supported), np.arange(supported, 2 * supported), strict=True)
    session.execute(
        insert(Partnership),
        [{"school_id": ids[one], "leader_school_id": ids[two]} | kept for one, two in pairs],
    )
    return service
