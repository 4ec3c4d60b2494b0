"""Made-up runs and proposals."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Proposal, Run, RunMark, School
from service.models.columns import utc_now
from service.models.enums import MarkKind, Phase, ProposalState, RunState


def make_run(session: Session, **given: Any) -> Run:
    values = {
        "state": RunState.FINISHED,
        "system": "cl",
        "territory": "all",
        "as_of": 2024,
        "rule": {},
        "preset": {},
        "options": {},
        "exploratory": False,
        "summary": {"matched": 1, "unmatched": 0},
        "created_at": utc_now(),
    }
    return _add(session, Run(**{**values, **given}))


def make_mark(session: Session, run: Run, school: School, leader_school: School, **given: Any) -> RunMark:
    values = {"kind": MarkKind.LOCK, "made_at": utc_now()}
    return _add(
        session,
        RunMark(run_id=run.id, school_id=school.id, leader_school_id=leader_school.id, **{**values, **given}),
    )


def make_proposal(
    session: Session, run: Run, school: School, leader_school: School, **given: Any
) -> Proposal:
    values = {
        "phase": Phase.PRIMARY,
        "state": ProposalState.PUBLISHED,
        "urgency": 1,
        "score": 0.7,
        "terms": {},
        "reasons": [],
        "facts": {},
    }
    return _add(
        session,
        Proposal(
            run_id=run.id, school_id=school.id, leader_school_id=leader_school.id, **{**values, **given}
        ),
    )


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
