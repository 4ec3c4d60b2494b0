"""Decide on many changes of a checked batch at once."""

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from service.errors import Conflict, NotFound
from service.imports.registry import source_named
from service.models import Batch, Change
from service.models.enums import BatchState, ChangeDecision, ChangeKind
from service.permissions import Action, Actor, require
from service.text import say


def decide_kind(
    session: Session, batch_id: int, kind: ChangeKind, decision: ChangeDecision, *, actor: Actor
) -> int:
    """Accept or reject every change of a kind; tells how many were decided otherwise before.

    Raises
    ------
    Conflict
        The batch no longer waits to be applied.
    """
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(say("Esa importación no existe."), code="unknown_batch")
    official = source_named(batch.source).official
    require(actor, Action.IMPORT_OFFICIAL if official else Action.IMPORT_OWN)
    if batch.state is not BatchState.CHECKED:
        raise Conflict(
            say("Esa importación ya no espera una decisión; suba el archivo de nuevo si hace falta."),
            code="batch_state",
            state=batch.state.value,
        )
    done = session.execute(
        update(Change)
        .where(Change.batch_id == batch_id, Change.kind == kind, Change.decision != decision)
        .values(decision=decision)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount
