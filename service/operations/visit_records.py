"""What became of a visit: held or missed, who took part, and the note that both sides agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.lifecycles import VISIT
from service.models import NoteObjection, Partnership, Visit, VisitAttendance, VisitBooking, VisitNote
from service.models.states import AttendanceRole, Side, VisitMode, VisitState
from service.operations.events import record_event
from service.operations.transitions import advance
from service.operations.visit_guards import locked_visit, side_of
from service.permissions import Actor
from service.text import say
from service.time_zones import moment_at

COMMON = ("done", "learned", "next_steps")
SURPRISES = {Side.SUPPORTED: "surprised_supported", Side.SUPPORTING: "surprised_supporting"}
MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """What took place: when, how, how long, who led, and how many by side and role.

    ``numbers`` are (how many, how many of them for the first time in this partnership).
    """

    day: date
    hour: time
    minutes: int
    mode: VisitMode
    led_by: Side
    numbers: Mapping[tuple[Side, AttendanceRole], tuple[int, int]]


def hold_visit(
    session: Session,
    partnership_id: int,
    visit_id: int,
    record: VisitRecord,
    *,
    actor: Actor,
    now: datetime,
) -> Visit:
    """Write down that a visit took place, beside what was planned (V3).

    Raises
    ------
    NotFound, NotAllowed
        The two schools write it down.
    InvalidInput
        It lies in the future, nobody took part, or more came for the first time than came.
    Conflict
        It was written down, moved or cancelled meanwhile.
    """
    _partnership, visit, parties = locked_visit(session, partnership_id, visit_id, actor)
    held_at = moment_at(record.day, record.hour, visit.time_zone)
    _check_record(record, held_at, now)
    advance(
        session,
        VISIT,
        visit,
        "hold",
        actor=actor,
        parties=parties,
        data={"planned": visit.starts_at.isoformat(), "held": held_at.isoformat(), "minutes": record.minutes},
    )
    visit.held_at, visit.held_minutes = held_at, record.minutes
    visit.held_mode, visit.led_by = record.mode, record.led_by
    write_attendance(session, visit, record.numbers)
    session.flush()
    return visit


def miss_visit(
    session: Session,
    partnership_id: int,
    visit_id: int,
    *,
    missed_by: Side,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Visit:
    """Write down that a visit did not take place because somebody did not come (V5).

    Raises
    ------
    NotFound, NotAllowed, InvalidInput, Conflict
        It is still ahead, was written down already, or the reason is missing.
    """
    _partnership, visit, parties = locked_visit(session, partnership_id, visit_id, actor)
    if visit.starts_at > now and visit.state is VisitState.AGREED:
        raise Conflict(
            say("La visita todavía no llega; si no se hará, cancélela."),
            code="visit_ahead",
            state=visit.state.value,
        )
    advance(
        session,
        VISIT,
        visit,
        "miss",
        actor=actor,
        parties=parties,
        reason=reason,
        data={"missed_by": missed_by.value},
    )
    visit.missed_by = missed_by
    session.execute(delete(VisitBooking).where(VisitBooking.visit_id == visit.id))
    session.flush()
    return visit


def write_attendance(
    session: Session, visit: Visit, numbers: Mapping[tuple[Side, AttendanceRole], tuple[int, int]]
) -> None:
    """Put who took part in the place of what was written before."""
    session.execute(delete(VisitAttendance).where(VisitAttendance.visit_id == visit.id))
    session.add_all(
        VisitAttendance(visit_id=visit.id, side=side, role=role, number=number, first_time=first)
        for (side, role), (number, first) in sorted(numbers.items())
        if number
    )


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


def _check_record(record: VisitRecord, held_at: datetime, now: datetime) -> None:
    faults: dict[str, str] = {}
    if held_at > now:
        faults["day"] = say("La visita todavía no llega; se registra cuando ya se hizo.")
    if held_at < now - timedelta(days=3660):
        faults["day"] = say("La fecha es de hace más de diez años.")
    present = {side for (side, _role), (number, _first) in record.numbers.items() if number}
    if present != set(Side):
        faults["numbers"] = say("Escriba cuántas personas de cada escuela participaron.")
    for (side, role), (number, first) in record.numbers.items():
        if not 0 <= first <= number <= MOST:
            faults[f"{side.value}_{role.value}"] = say(
                "De %(number)s personas no pueden ser %(first)s las que vienen por primera vez.",
                number=number,
                first=first,
            )
    if faults:
        raise InvalidInput(next(iter(faults.values())), faults, code="visit_record")


def _record(session: Session, actor: Actor, action: str, visit: Visit, data: dict[str, object]) -> None:
    record_event(session, actor=actor, action=action, object_type="visit", object_id=visit.id, data=data)


def suggested_record(visit: Visit) -> dict[str, object]:
    """What the form of a record begins with: as it was planned."""
    start = visit.starts_at.astimezone(ZoneInfo(visit.time_zone))
    return {
        "day": start.date().isoformat(),
        "hour": f"{start:%H:%M}",
        "minutes": visit.minutes,
        "mode": visit.mode.value,
        "led_by": Side.SUPPORTING.value,
    }
