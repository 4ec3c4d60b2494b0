"""Forms about visits and calendars."""

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.states import (
    AttendanceRole,
    CalendarDayKind,
    ExchangeKind,
    Side,
    VisitDirection,
    VisitMode,
)
from service.operations.visit_records import VisitRecord
from service.operations.visits import VisitPlan
from service.text import say

OTHER = "other"
"""The choice of a day and hour that was not among those suggested."""
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Looked:
    """What the suggestion of days depends on; read leniently, so that looking never fails."""

    direction: VisitDirection
    mode: VisitMode
    minutes: int
    first_day: date | None


def looked_for(direction: VisitDirection) -> Looked:
    """Read which kind of visit days are looked for; what is not understood is the usual."""
    reader = FieldReader(request.values)
    return Looked(
        reader.choice("direction", VisitDirection, required=False) or direction,
        reader.choice("mode", VisitMode, required=False) or VisitMode.ON_SITE,
        reader.whole("minutes", low=15, high=600, required=False, default=120) or 120,
        reader.day("from", required=False),
    )


def plan_from_request() -> VisitPlan:
    """Read a visit to be planned.

    Raises
    ------
    InvalidInput
        With a sentence for each wrong field.
    """
    reader = FieldReader(request.form)
    kind = reader.choice("kind", ExchangeKind)
    direction = reader.choice("direction", VisitDirection)
    mode = reader.choice("mode", VisitMode)
    minutes = reader.whole("minutes", low=15, high=600)
    day, hour = read_time(reader)
    place = reader.text("place", required=False, longest=300)
    way_there = reader.text("way_there", required=False, longest=300)
    purpose = reader.text("purpose", longest=500)
    people = tuple(int(one) for one in request.form.getlist("people") if one.isdecimal() and len(one) < 10)
    if not people:
        reader.refuse("people", say("Elija al menos a una persona de cada escuela."))
    reader.check()
    assert kind
    assert direction
    assert mode
    assert minutes
    assert day
    assert hour
    return VisitPlan(
        kind=kind,
        direction=direction,
        mode=mode,
        day=day,
        hour=hour,
        minutes=minutes,
        place=place,
        way_there=way_there,
        purpose=purpose,
        person_ids=people,
    )


def time_from_request() -> tuple[date, time]:
    """Read the new time of a visit.

    Raises
    ------
    InvalidInput
        No day or hour was chosen.
    """
    reader = FieldReader(request.form)
    day, hour = read_time(reader)
    reader.check()
    assert day
    assert hour
    return day, hour


def read_time(reader: FieldReader) -> tuple[date | None, time | None]:
    """One of the suggested times, or another day and hour."""
    chosen = reader.text("at", required=False, longest=20)
    if chosen and chosen != OTHER:
        try:
            moment = datetime.fromisoformat(chosen)
        except ValueError:
            reader.refuse("at", say("Elija una de las fechas, o escriba otra."))
            return None, None
        return moment.date(), moment.time().replace(tzinfo=None)
    if not reader.text("day", required=False):
        reader.refuse("at", say("Elija una de las fechas, o escriba otra."))
        return None, None
    return reader.day("day"), read_hour(reader, "hour")


def read_hour(reader: FieldReader, name: str) -> time | None:
    """An hour, as ``10:30``."""
    text = reader.text(name, longest=8)
    if not text:
        return None
    try:
        return time.fromisoformat(text if ":" in text else f"{int(text):02d}:00").replace(
            second=0, tzinfo=None
        )
    except ValueError:
        reader.refuse(name, say("Escriba una hora, como 10:30."))
        return None


def record_from_request() -> VisitRecord:
    """Read what took place.

    Raises
    ------
    InvalidInput
        With a sentence for each wrong field.
    """
    reader = FieldReader(request.form)
    day, hour = reader.day("day"), read_hour(reader, "hour")
    minutes = reader.whole("minutes", low=1, high=600)
    mode, led_by = reader.choice("mode", VisitMode), reader.choice("led_by", Side)
    numbers = {}
    for side in Side:
        for role in AttendanceRole:
            name = f"{side.value}_{role.value}"
            number = reader.whole(name, low=0, high=2000, required=False, default=0) or 0
            first = reader.whole(f"{name}_first", low=0, high=2000, required=False, default=0) or 0
            if number or first:
                numbers[side, role] = (number, first)
    reader.check()
    assert day
    assert hour
    assert minutes
    assert mode
    assert led_by
    return VisitRecord(day=day, hour=hour, minutes=minutes, mode=mode, led_by=led_by, numbers=numbers)


def missed_from_request() -> tuple[Side, str]:
    """Read who did not come, and why.

    Raises
    ------
    InvalidInput
        One of the two is missing.
    """
    reader = FieldReader(request.form)
    side = reader.choice("missed_by", Side)
    reason = reader.text("reason", longest=500)
    reader.check()
    assert side
    return side, reason


def note_from_request() -> tuple[dict[str, str], int]:
    """Read the texts of a note, and the version the writer had before the eyes.

    Raises
    ------
    InvalidInput
        A text is too long.
    """
    reader = FieldReader(request.form)
    texts = {
        name: reader.text(name, required=False, longest=LONGEST_NOTE)
        for name in ("done", "learned", "next_steps", "surprised")
        if name in request.form
    }
    version = reader.whole("version", low=0, high=100_000, required=False, default=0) or 0
    reader.check()
    return texts, version


@dataclass(frozen=True, slots=True)
class DaysForm:
    """Days that a service adds to its calendar."""

    kind: CalendarDayKind
    first_on: date
    last_on: date
    name: str

    @classmethod
    def from_request(cls) -> "DaysForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        kind = reader.choice("kind", CalendarDayKind)
        first = reader.day("first_on")
        last = reader.day("last_on", required=False) or first
        name = reader.text("name")
        if first and last and last < first:
            reader.refuse("last_on", say("El último día no puede ser anterior al primero."))
        reader.check()
        assert kind
        assert first
        assert last
        return cls(kind, first, last, name)


@dataclass(frozen=True, slots=True)
class BusyForm:
    """A time at which a person cannot."""

    day: date
    starts: time
    ends: time

    @classmethod
    def from_request(cls) -> "BusyForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        day = reader.day("day")
        starts, ends = read_hour(reader, "starts"), read_hour(reader, "ends")
        if starts and ends and ends <= starts:
            reader.refuse("ends", say("La hora de término es posterior a la de inicio."))
        reader.check()
        assert day
        assert starts
        assert ends
        return cls(day, starts, ends)
