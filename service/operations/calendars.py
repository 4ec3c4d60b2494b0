"""What people and services put into calendars: busy times, closed days, and the private feed address."""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed, NotFound
from service.models import BusyTime, CalendarDay, CalendarFeed
from service.models.states import BusySource, CalendarDayKind
from service.operations.events import record_event
from service.permissions import Action, Actor, Place, can, require
from service.queries.own_calendar import person_of
from service.text import say
from service.time_zones import moment_at

LARGEST_CALENDAR = 2_000_000
AHEAD = timedelta(days=366)
MOST_BUSY = 5_000


def renew_feed(session: Session, *, actor: Actor, now: datetime) -> str:
    """Make a new private calendar address; the one before opens nothing any more.

    Returns
    -------
    str
        The key, shown once: only its hash is kept.
    """
    person_id = _own(session, actor)
    key = secrets.token_urlsafe(32)
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    session.add(CalendarFeed(person_id=person_id, key_hash=hash_of(key), made_at=now))
    _record(session, actor, "calendar_feed_renewed", person_id)
    session.flush()
    return key


def end_feed(session: Session, *, actor: Actor) -> None:
    """End the private calendar address."""
    person_id = _own(session, actor)
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    _record(session, actor, "calendar_feed_ended", person_id)


def hash_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", errors="replace")).hexdigest()


def add_busy(session: Session, *, day: date, starts: time, ends: time, zone: str, actor: Actor) -> BusyTime:
    """Say that one cannot at a time; nobody is told why.

    Raises
    ------
    InvalidInput
        The hour does not exist that day, comes twice, or there are too many.
    """
    person_id = _own(session, actor)
    count = session.scalar(select(func.count(BusyTime.id)).where(BusyTime.person_id == person_id)) or 0
    if count >= MOST_BUSY:
        raise _refused("day", say("Tiene demasiados horarios ocupados; quite los que ya pasaron."))
    busy = BusyTime(
        person_id=person_id,
        source=BusySource.OWN,
        starts_at=moment_at(day, starts, zone),
        ends_at=moment_at(day, ends, zone),
    )
    session.add(busy)
    session.flush()
    return busy


def remove_busy(session: Session, busy_id: int, *, actor: Actor) -> None:
    """Take back one's own busy time.

    Raises
    ------
    NotFound
        It is not there, or somebody else's.
    """
    busy = session.get(BusyTime, busy_id)
    if busy is None or busy.person_id != person_of(session, actor):
        raise NotFound(say("Ese horario no está en su calendario."), code="unknown_busy")
    session.delete(busy)
    session.flush()


def import_busy(session: Session, content: bytes, *, zone: str, actor: Actor, now: datetime) -> int:
    """Take the busy times of the coming year out of a calendar file, in the place of those before.

    Titles, places and guests are not read: only when. What the calendar marks as free is left out.

    Returns
    -------
    int
        How many times were kept.

    Raises
    ------
    InvalidInput
        It is no calendar file, or too large.
    """
    person_id = _own(session, actor)
    if len(content) > LARGEST_CALENDAR:
        raise _refused("calendar", say("El calendario es demasiado grande: se admiten 2 MB."))
    times = _times_in(content, ZoneInfo(zone), now)
    session.execute(
        delete(BusyTime).where(BusyTime.person_id == person_id, BusyTime.source == BusySource.IMPORTED)
    )
    session.add_all(
        BusyTime(person_id=person_id, source=BusySource.IMPORTED, starts_at=start, ends_at=end)
        for start, end in times
    )
    _record(session, actor, "busy_times_imported", person_id)
    session.flush()
    return len(times)


def add_days(
    session: Session,
    *,
    system: str,
    service_id: int | None,
    kind: CalendarDayKind,
    first_on: date,
    last_on: date,
    name: str,
    actor: Actor,
) -> CalendarDay:
    """Add days to the calendar of a service; of everybody, for who may import official files.

    Raises
    ------
    NotAllowed
        The service is somebody else's.
    """
    _require_service(actor, service_id)
    days = CalendarDay(
        system=system,
        kind=kind,
        first_on=first_on,
        last_on=last_on,
        name=name,
        service_id=service_id,
        account_id=actor.account_id,
    )
    session.add(days)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="calendar_days_added",
        object_type="calendar_day",
        object_id=days.id,
        data={"kind": kind.value, "first_on": first_on.isoformat(), "last_on": last_on.isoformat()},
    )
    return days


def remove_days(session: Session, days_id: int, *, actor: Actor) -> None:
    """Take days out of the calendar of a service.

    Raises
    ------
    NotFound
        They are not there, or of another service.
    NotAllowed
        They are everybody's.
    """
    days = session.get(CalendarDay, days_id)
    mine = days is not None and (days.service_id is None or _may(actor, days.service_id))
    if days is None or not mine:
        raise NotFound(say("Esos días no están en su calendario."), code="unknown_days")
    _require_service(actor, days.service_id)
    record_event(
        session,
        actor=actor,
        action="calendar_days_removed",
        object_type="calendar_day",
        object_id=days.id,
        data={"kind": days.kind.value, "first_on": days.first_on.isoformat(), "name": days.name},
    )
    session.delete(days)
    session.flush()


def _times_in(content: bytes, zone: ZoneInfo, now: datetime) -> list[tuple[datetime, datetime]]:
    try:
        calendar = Calendar.from_ical(content)
        found = recurring_ical_events.of(calendar).between(now - timedelta(days=1), now + AHEAD)
        events = [event for event in found if str(event.get("TRANSP", "OPAQUE")) != "TRANSPARENT"]
        times = {_span(event.start, event.end, zone) for event in events[: MOST_BUSY * 2]}
    except Exception as error:
        raise _refused(
            "calendar", say("No se pudo leer como calendario; exporte un archivo .ics y súbalo tal cual.")
        ) from error
    return sorted((start, end) for start, end in times if start < end)[:MOST_BUSY]


def _span(start: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Moments of an event; a whole day, or an hour without a zone, is local."""
    first, last = (
        one if isinstance(one, datetime) else datetime.combine(one, time(0)) for one in (start, end)
    )
    return tuple(  # type: ignore[return-value]
        one.replace(tzinfo=zone) if one.tzinfo is None else one for one in (first, last)
    )


def _own(session: Session, actor: Actor) -> int:
    person_id = person_of(session, actor)
    if person_id is None:
        raise NotAllowed(say("El calendario es de cada persona; entre con su cuenta."), action="own_calendar")
    return person_id


def _may(actor: Actor, service_id: int) -> bool:
    return can(actor, Action.IMPORT_OWN, Place(service_id=service_id))


def _require_service(actor: Actor, service_id: int | None) -> None:
    if service_id is None:
        require(actor, Action.IMPORT_OFFICIAL)
        if not actor.everywhere:
            raise NotAllowed(
                say("Los días de todo el país los cambia quien opera Minga o el ministerio."),
                action="calendar_days",
            )
        return
    require(actor, Action.IMPORT_OWN, Place(service_id=service_id))


def _record(session: Session, actor: Actor, action: str, person_id: int) -> None:
    record_event(session, actor=actor, action=action, object_type="person", object_id=person_id)


def _refused(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {field: sentence}, code="calendar_file")
