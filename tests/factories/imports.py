"""Made-up import batches, for figures to point at."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Batch, BatchFile, BatchIssue, Change
from service.models.columns import utc_now
from service.models.enums import BatchState, ChangeDecision, ChangeKind
from service.text import stored


def make_batch(session: Session, **given: Any) -> Batch:
    values = {
        "source": "cl-simce",
        "year": 2024,
        "state": BatchState.APPLIED,
        "created_at": utc_now(),
        "applied_at": utc_now(),
        "files": [BatchFile(name="simce4b2024.xlsx", sha256="a" * 64, size=1)],
    }
    return _add(session, Batch(**{**values, **given}))


def make_issue(session: Session, batch: Batch, **given: Any) -> BatchIssue:
    values = {"file": "simce4b2024.xlsx", "row": 2, "code": "unknown_school", "message": "No existe."}
    given = {"sentence": stored(given.get("message", values["message"])), **given}
    return _add(session, BatchIssue(batch_id=batch.id, **{**values, **given}))


def make_change(session: Session, batch: Batch, **given: Any) -> Change:
    values = {
        "system": "cl",
        "school_code": 1,
        "school_name": "Escuela",
        "kind": ChangeKind.RENAMED,
        "field": "name",
        "decision": ChangeDecision.ACCEPTED,
    }
    return _add(session, Change(batch_id=batch.id, **{**values, **given}))


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
