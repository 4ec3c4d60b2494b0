"""What became of a visit: held or missed, who took part, and the note that both sides agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.lifecycles import VISIT
from service.models import Visit, VisitAttendance, VisitBooking
from service.models.states import AttendanceRole, Side, VisitMode, VisitState
from service.operations.transitions import advance
from service.operations.visit_guards import locked_visit
from service.permissions import Actor
from service.text import say
from service.time_zones import moment_at

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
