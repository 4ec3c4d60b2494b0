"""Made-up published figures, and what was computed from them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.eligibility import Criteria
from matching.need_rules import VALUE_ADDED
from service.models import Assessment, Batch, Estimate, EvidenceSet, Indicator, Result, School, SchoolYear
from service.models.columns import utc_now
from service.models.enums import IndicatorKind, OwnerType, Phase, Subject
from tests.factories.imports import make_batch

NOISE = {"lasting_sd": 8.0, "drifting_sd": 8.0, "persistence": 0.9, "shock_sd": 4.0, "noise_sd": 50.0}
LOW_EVIDENCE = {
    "metric": "level_below_line",
    "area": "both",
    "year": 2024,
    "value": -14.0,
    "threshold": -9.0,
    "n": 31.0,
    "holds": True,
    "sd": 4.0,
    "probability": 0.89,
    "required_probability": 0.5,
}
LEADING_EVIDENCE = [
    {"criterion": "in_need", "holds": True, "value": None, "threshold": None, "waived": False},
    {"criterion": "too_few_tests", "holds": True, "value": 3, "threshold": 2, "waived": False},
    {"criterion": "falling", "holds": True, "value": 0.2, "threshold": 0.8, "waived": False},
    {
        "criterion": "value_added_not_above_zero",
        "holds": True,
        "value": 0.95,
        "threshold": 0.8,
        "waived": False,
    },
]


def make_result(session: Session, school: School, **given: Any) -> Result:
    values = {
        "test": "4b",
        "year": 2024,
        "subject": Subject.READING,
        "score": 262.0,
        "tested": 31,
        "source_row": 7,
        "batch_id": (given.pop("batch", None) or _batch(session)).id,
    }
    values |= given
    if values.get("absence") is not None:
        values["score"] = None
    return _add(session, Result(school_id=school.id, **values))


def make_school_year(session: Session, school: School, **given: Any) -> SchoolYear:
    values = {
        "test": "4b",
        "year": 2024,
        "ses_group": 2,
        "owner_type": OwnerType.LOCAL_SERVICE,
        "rural": True,
        "batch_id": _batch(session).id,
        "source_row": 7,
    }
    return _add(session, SchoolYear(school_id=school.id, **{**values, **given}))


def make_indicator(session: Session, school: School, **given: Any) -> Indicator:
    values = {
        "kind": IndicatorKind.VULNERABILITY_PRIMARY,
        "year": 2024,
        "value": 0.83,
        "n": 140,
        "batch_id": _batch(session).id,
        "source_row": 3,
    }
    return _add(session, Indicator(school_id=school.id, **{**values, **given}))


def make_evidence_set(session: Session, **given: Any) -> EvidenceSet:
    """The newest computation of primary schools, made once for a test."""
    phase = given.get("phase", Phase.PRIMARY)
    found = session.scalar(select(EvidenceSet).where(EvidenceSet.phase == phase))
    if found is not None:
        return found
    values = {
        "system": "cl",
        "phase": phase,
        "test": "4b" if phase is Phase.PRIMARY else "2m",
        "as_of": 2024,
        "data_version": "1.0",
        "computed_at": utc_now(),
        "parameters": {
            "rule": VALUE_ADDED.to_dict(),
            "line": -9.0,
            "median": 0.5,
            "criteria": Criteria().to_dict(),
            "value_added": dict.fromkeys(("both", "reading", "mathematics"), NOISE),
            "tests": [2018, 2022, 2023, 2024],
            "schools": 40,
        },
    }
    return _add(session, EvidenceSet(**{**values, **given}))


def make_estimate(session: Session, school: School, **given: Any) -> Estimate:
    values = {
        "set_id": make_evidence_set(session).id,
        "area": "both",
        "level": 4.0,
        "level_sd": 5.0,
        "forecast": 4.0,
        "forecast_sd": 6.0,
        "years": 5,
        "tested": 31.0,
        "last_year": 2024,
        "recent_tests": 3,
    }
    return _add(session, Estimate(school_id=school.id, **{**values, **given}))


def make_assessment(session: Session, school: School, **given: Any) -> Assessment:
    """By default a school in need, first."""
    values: dict[str, Any] = {
        "set_id": make_evidence_set(session).id,
        "status": "in_need",
        "urgency": 1,
        "evidence": [LOW_EVIDENCE],
        "leading_evidence": [],
    }
    values |= given
    if values["status"] != "in_need":
        values |= {"urgency": None, "evidence": []}
    return _add(session, Assessment(school_id=school.id, **values))


def _batch(session: Session) -> Batch:
    return session.scalar(select(Batch).where(Batch.source == "cl-simce")) or make_batch(session)


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
