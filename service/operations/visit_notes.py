"""The note of a visit that both sides agree."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import NoteObjection, Partnership, Visit, VisitNote
from service.models.states import Side, VisitState
from service.operations.events import record_event
from service.operations.visit_guards import locked_visit, side_of
from service.permissions import Actor
from service.text import say

COMMON = ("done", "learned", "next_steps")
SURPRISES = {Side.SUPPORTED: "surprised_supported", Side.SUPPORTING: "surprised_supporting"}


def write_note(
    session: Session,
    partnership_id: int,
    visit_id: int,
    texts: Mapping[str, str],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> VisitNote:
    """Write or change the note; the other side agrees the common text anew (V4).

    Each side writes what surprised *it*; that text is its own and needs nobody's agreement.

    Parameters
    ----------
    texts : mapping of str to str
        ``done``, ``learned``, ``next_steps`` and ``surprised``; what is not named stays.
    version : int
        Of the note that the writer had before the eyes; 0 where there was none.

    Raises
    ------
    NotAllowed, NotFound
        The two schools write it.
    Conflict
        The visit has not been held, or the note was changed meanwhile.
    """
    _partnership, visit, side = _spoken_for(session, partnership_id, visit_id, actor)
    note = visit.note
    if (0 if note is None else note.version) != version:
        raise Conflict(
            say(
                "Alguien cambió la nota mientras usted escribía. "
                "Abajo está su texto; compárelo y guárdelo de nuevo."
            ),
            code="note_changed",
            version=0 if note is None else note.version,
        )
    if note is None:
        note = VisitNote(visit_id=visit.id, version=0, written_at=now)
        for field in (*COMMON, *SURPRISES.values()):
            setattr(note, field, "")
        session.add(note)
    changed = [field for field in COMMON if field in texts and texts[field] != getattr(note, field)]
    for field in changed:
        setattr(note, field, texts[field])
    if "surprised" in texts:
        setattr(note, SURPRISES[side], texts["surprised"])
    if changed or note.version == 0:
        note.version += 1
        note.written_by, note.written_at = side, now
        note.agreed_supported_at = now if side is Side.SUPPORTED else None
        note.agreed_supporting_at = now if side is Side.SUPPORTING else None
    _record(session, actor, "visit_note_written", visit, {"version": note.version, "changed": changed})
    session.flush()
    return note


def agree_note(
    session: Session, partnership_id: int, visit_id: int, *, version: int, actor: Actor, now: datetime
) -> VisitNote:
    """Say that the note tells it as it was.

    Raises
    ------
    Conflict
        There is no note yet, or it was changed since it was read.
    """
    _partnership, visit, side = _spoken_for(session, partnership_id, visit_id, actor)
    note = _note_of(visit, version)
    if side is Side.SUPPORTED:
        note.agreed_supported_at = note.agreed_supported_at or now
    else:
        note.agreed_supporting_at = note.agreed_supporting_at or now
    _record(session, actor, "visit_note_agreed", visit, {"version": version})
    session.flush()
    return note


def object_to_note(
    session: Session,
    partnership_id: int,
    visit_id: int,
    *,
    version: int,
    text: str,
    actor: Actor,
    now: datetime,
) -> NoteObjection:
    """Keep what one side does not agree with; it stays whatever becomes of the text (V4).

    Raises
    ------
    InvalidInput
        It says nothing.
    Conflict
        There is no note yet, or it was changed since it was read.
    """
    if not text.strip():
        sentence = say("Escriba en qué no está de acuerdo.")
        raise InvalidInput(sentence, {"objection": sentence}, code="objection_empty")
    _partnership, visit, side = _spoken_for(session, partnership_id, visit_id, actor)
    note = _note_of(visit, version)
    if side is Side.SUPPORTED:
        note.agreed_supported_at = None
    else:
        note.agreed_supporting_at = None
    objection = NoteObjection(note_id=note.id, side=side, version=version, text=text.strip(), at=now)
    session.add(objection)
    _record(session, actor, "visit_note_objected", visit, {"version": version})
    session.flush()
    return objection


def _spoken_for(
    session: Session, partnership_id: int, visit_id: int, actor: Actor
) -> tuple[Partnership, Visit, Side]:
    partnership, visit, _parties = locked_visit(session, partnership_id, visit_id, actor)
    side = side_of(session, actor, partnership)
    if side is None:
        raise NotAllowed(say("La nota la escriben las dos escuelas."), action="visit_note")
    if visit.state is not VisitState.HELD:
        raise Conflict(
            say("La nota se escribe cuando la visita ya se hizo; registre primero qué pasó."),
            code="not_held",
            state=visit.state.value,
        )
    return partnership, visit, side


def _note_of(visit: Visit, version: int) -> VisitNote:
    note = visit.note
    if note is None or note.version != version:
        raise Conflict(
            say("La nota cambió mientras tanto. Vuelva a leerla."),
            code="note_changed",
            version=0 if note is None else note.version,
        )
    return note


def _record(session: Session, actor: Actor, action: str, visit: Visit, data: dict[str, object]) -> None:
    record_event(session, actor=actor, action=action, object_type="visit", object_id=visit.id, data=data)
