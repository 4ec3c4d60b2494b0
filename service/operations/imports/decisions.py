"""What a person decides on a checked batch: change by change, a kind at once, or to put it aside.

Every decision holds the batch's row, as applying does: whoever comes second sees what the first
one did, so that no decision is lost and none is taken on a batch that is applied already.
"""

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, NotFound
from service.imports.registry import source_named
from service.imports.source import Source
from service.models import Batch, Change
from service.models.enums import BatchState, ChangeDecision, ChangeKind
from service.operations.events import record_event
from service.operations.imports.outcome import Decisions
from service.permissions import Action, Actor, require
from service.text import say


def require_import(actor: Actor, source: Source) -> None:
    """Refuse who may not import files of this source."""
    require(actor, Action.IMPORT_OFFICIAL if source.official else Action.IMPORT_OWN)


def waiting_batch(session: Session, batch_id: int, *, hold: bool = True) -> Batch:
    """A batch that waits to be applied, held until the transaction ends.

    Raises
    ------
    NotFound
        There is none.
    Conflict
        It was applied, refused or discarded already.
    """
    batch = session.get(Batch, batch_id, with_for_update=hold, populate_existing=True)
    if batch is None:
        raise NotFound(say("Esa importación no existe."), code="unknown_batch")
    if batch.state is not BatchState.CHECKED:
        raise Conflict(
            say("Esa importación ya no espera una decisión; suba el archivo de nuevo si hace falta."),
            code="batch_state",
            state=batch.state.value,
        )
    return batch


def decisions_on(session: Session, batch_id: int) -> Decisions:
    """What was decided on each change, as it stands now."""
    found = session.execute(
        select(Change.kind, Change.school_code, Change.field, Change.decision).where(
            Change.batch_id == batch_id
        )
    )
    return {(row.kind, row.school_code, row.field): row.decision for row in found}


def decide(
    session: Session, batch_id: int, change_id: int, decision: ChangeDecision, *, actor: Actor
) -> Change:
    """Accept or reject one change of a checked batch.

    Raises
    ------
    Conflict
        The batch no longer waits to be applied.
    """
    batch = waiting_batch(session, batch_id)
    require_import(actor, source_named(batch.source))
    change = session.get(Change, change_id)
    if change is None or change.batch_id != batch_id:
        raise NotFound(say("Ese cambio no es de esta importación."), code="unknown_change")
    change.decision = decision
    return change


def decide_kind(
    session: Session, batch_id: int, kind: ChangeKind, decision: ChangeDecision, *, actor: Actor
) -> int:
    """Accept or reject every change of a kind; tells how many were decided otherwise before.

    Raises
    ------
    Conflict
        The batch no longer waits to be applied.
    """
    batch = waiting_batch(session, batch_id)
    require_import(actor, source_named(batch.source))
    done = session.execute(
        update(Change)
        .where(Change.batch_id == batch_id, Change.kind == kind, Change.decision != decision)
        .values(decision=decision)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount


def discard_import(session: Session, batch_id: int, *, actor: Actor) -> Batch:
    """Put a checked batch aside without applying it."""
    batch = waiting_batch(session, batch_id)
    require_import(actor, source_named(batch.source))
    batch.state = BatchState.DISCARDED
    record_event(session, actor=actor, action="import.discarded", object_type="batch", object_id=batch_id)
    return batch
