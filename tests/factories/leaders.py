"""Made-up leaders, needs and diagnoses."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.models import Diagnosis, Leader, Need, School
from service.models.enums import Element, LeaderStatus
from tests.factories.accounts import make_person


def make_leader(session: Session, school: School, **given: Any) -> Leader:
    if given.get("person") is None and "person_id" not in given:
        given["person"] = make_person(session)
    elif given.get("person") is None:
        given.pop("person", None)
    values = {
        "status": LeaderStatus.DESIGNATED,
        "in_post_since": date(2018, 3, 1),
        "capacity": 2,
        "elements": {"focus": 4},
        "languages": ["es"],
        "consent_on": date(2024, 5, 2),
        "owner_consent_on": date(2024, 5, 3),
        "trained_on": date(2024, 6, 1),
    }
    return _add(session, Leader(school=school, **{**values, **given}))


def make_need(session: Session, school: School, **given: Any) -> Need:
    values = {"year": 2024, "element": Element.OBSERVATION, "level": 1, "note": "Lo dijo la directora."}
    return _add(session, Need(school_id=school.id, **{**values, **given}))


def make_diagnosis(session: Session, school: School, **given: Any) -> Diagnosis:
    values = {
        "year": 2024,
        "validated_on": date(2024, 8, 5),
        "validated_with": "Directora y consejo",
        "objections": "El plazo es corto.",
    }
    return _add(session, Diagnosis(school_id=school.id, **{**values, **given}))


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
