"""What can be measured of a candidate, and the criteria in force."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.designation import CandidateFigures, CriteriaVersion
from matching.designation_presets import MINGA_1, NLE_2022
from service.models import CriteriaSet, Post, School
from service.models.enums import PostRole
from service.models.leader_states import CriteriaState
from service.queries.evidence import NeedStatus, SchoolEvidence, evidence_of

DAYS_A_YEAR = 365.25
FIRST = {"cl": MINGA_1, "en": NLE_2022}
"""In force until a service approves another."""


def criteria_in_force(session: Session, system: str, today: date) -> CriteriaVersion:
    """The version by which an application of this day is judged."""
    found = session.scalars(
        select(CriteriaSet)
        .where(
            CriteriaSet.system == system,
            CriteriaSet.state == CriteriaState.APPROVED,
            CriteriaSet.in_force_from <= today,
        )
        .order_by(CriteriaSet.in_force_from.desc(), CriteriaSet.id.desc())
        .limit(1)
    ).first()
    return FIRST.get(system, MINGA_1) if found is None else CriteriaVersion.from_dict(found.document)


def head_since(session: Session, person_id: int, school_id: int) -> date | None:
    """Since when a person has headed a school, by the open post."""
    return session.scalar(
        select(Post.start_on)
        .where(
            Post.person_id == person_id,
            Post.school_id == school_id,
            Post.role == PostRole.HEAD,
            Post.end_on.is_(None),
        )
        .order_by(Post.start_on)
        .limit(1)
    )


def candidate_figures(session: Session, school: School, since: date | None, today: date) -> CandidateFigures:
    """Measure a candidate by the evidence that is kept of the school, compared with similar ones."""
    evidence = evidence_of(session, school)
    known = [one for one in evidence if one.status is not NeedStatus.CANNOT_ASSESS]
    tests = [int(value) for value in _values(evidence, "too_few_tests")]
    falling, above = _values(evidence, "falling"), _values(evidence, "value_added_not_above_zero")
    return CandidateFigures(
        years_in_post=None if since is None else max(0.0, (today - since).days / DAYS_A_YEAR),
        in_need=any(one.status is NeedStatus.IN_NEED for one in known) if known else None,
        recent_tests=max(tests, default=None),
        falling_probability=max(falling, default=None),
        above_probability=max(above, default=None),
        as_of=max((one.as_of for one in evidence), default=None),
    )


def _values(evidence: tuple[SchoolEvidence, ...], criterion: str) -> list[float]:
    pieces: list[dict[str, Any]] = [piece for one in evidence for piece in one.leading_evidence]
    return [
        float(piece["value"])
        for piece in pieces
        if piece["criterion"] == criterion and piece["value"] is not None
    ]
