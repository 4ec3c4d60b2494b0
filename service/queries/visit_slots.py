"""Which days suit both calendars for a visit, and why the others do not (feature V1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Partnership, TravelTime
from service.models.states import VisitDirection, VisitMode
from service.queries.calendars import Taken, school_days_of, taken_times, time_zone_of
from service.queries.reach import place_of
from service.queries.settings import setting_of
from service.queries.visits import (
    Participant,
    had_contact,
    received_in_month,
    receiving_school,
    visiting_school,
)
from service.text import Sentence, say
from service.time_zones import visit_times

HOURS = (time(10), time(15), time(9), time(12), time(16, 30))
"""Hours tried on a day, the most usual first."""
HORIZON = 60
WANTED = 3
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A day and hour that suit both sides."""

    day: date
    hour: time
    starts_at: datetime
    visitors_hour: time | None

    @property
    def value(self) -> str:
        """How a form sends it."""
        return f"{self.day.isoformat()}T{self.hour:%H:%M}"


@dataclass(frozen=True, slots=True)
class Unsuited:
    """Days in a row that do not suit, for one reason."""

    first: date
    last: date
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Up to three slots, and why the days before them do not suit."""

    slots: tuple[Slot, ...]
    unsuited: tuple[Unsuited, ...]
    terms_known: bool
    time_zone: str


def suggest_slots(
    session: Session,
    partnership: Partnership,
    people: Collection[Participant],
    *,
    direction: VisitDirection,
    mode: VisitMode,
    minutes: int,
    first_day: date,
    now: datetime,
    without_visit: int | None = None,
) -> Suggestion:
    """Look day by day, from ``first_day`` on, for hours at which both schools and everybody can."""
    receiving, visiting = receiving_school(partnership, direction), visiting_school(partnership, direction)
    zone, other_zone = time_zone_of(receiving), time_zone_of(visiting)
    days = school_days_of(session, (receiving.id, visiting.id))
    first_contact = not had_contact(session, partnership.id)
    start = datetime.combine(first_day, time(0), ZoneInfo(zone))
    taken = taken_times(
        session,
        person_ids=[one.person_id for one in people],
        school_ids=(receiving.id, visiting.id),
        first=start - DAY,
        last=start + (HORIZON + 2) * DAY,
        without_visit=without_visit,
    )
    way = travel_time(session, visiting.id, receiving.id) if mode is VisitMode.ON_SITE else timedelta()
    visitors = {one.person_id for one in people}
    cap = int(setting_of(session, "visits_per_month", place_of(receiving)))
    full: dict[tuple[int, int], bool] = {}
    slots: list[Slot] = []
    unsuited: list[Unsuited] = []

    def not_possible(day: date) -> Sentence | None:
        for school in (receiving, visiting):
            calendar = days[school.id]
            reason = calendar.quiet(day) if first_contact else calendar.closed(day)
            if reason is not None and school is receiving:
                return reason
            if reason is not None:
                return say("En %(school)s: %(reason)s", school=school.name, reason=reason)
        if mode is VisitMode.ON_SITE:
            month = (day.year, day.month)
            if month not in full:
                count = received_in_month(session, receiving.id, day, zone, without_visit=without_visit)
                full[month] = count >= cap
            if full[month]:
                return say(
                    "%(school)s ya recibe %(cap)s visitas externas ese mes.", school=receiving.name, cap=cap
                )
        return None

    for step in range(HORIZON):
        day = first_day + step * DAY
        reason = not_possible(day)
        if reason is None:
            slot, reason = _slot(day, minutes, zone, other_zone, taken, way, visitors, now, people)
            if slot is not None:
                slots.append(slot)
                if len(slots) == WANTED:
                    break
                continue
        if reason is not None:
            _note(unsuited, day, reason)
    return Suggestion(tuple(slots), tuple(unsuited), days[receiving.id].knows_terms(first_day.year), zone)


def travel_time(session: Session, from_school: int, to_school: int) -> timedelta:
    """Time on the way, as a file told; nothing where it is not known."""
    minutes = session.scalar(
        select(TravelTime.minutes).where(
            TravelTime.from_school_id == from_school, TravelTime.to_school_id == to_school
        )
    )
    return timedelta(minutes=minutes or 0)


def _slot(
    day: date,
    minutes: int,
    zone: str,
    other_zone: str,
    taken: list[Taken],
    way: timedelta,
    travellers: Collection[int],
    now: datetime,
    people: Collection[Participant],
) -> tuple[Slot | None, Sentence | None]:
    reason: Sentence | None = None
    for hour in HOURS:
        try:
            start, end = visit_times(day, hour, minutes, zone)
        except InvalidInput:
            continue
        if start <= now:
            reason = reason or say("Ya pasó la hora.")
            continue
        clash = next((one for one in taken if _clashes(one, start, end, way, travellers)), None)
        if clash is None:
            there = start.astimezone(ZoneInfo(other_zone)).time()
            return Slot(day, hour, start, there if there != hour else None), None
        reason = reason or who_cannot(clash, people)
    return None, reason


def _clashes(one: Taken, start: datetime, end: datetime, way: timedelta, travellers: Collection[int]) -> bool:
    margin = way if one.person_id in travellers else timedelta()
    return one.starts_at < end + margin and start - margin < one.ends_at


def who_cannot(taken: Taken, people: Collection[Participant]) -> Sentence:
    """Who has something else then; never what."""
    name = next((one.name for one in people if one.person_id == taken.person_id), None)
    if name is not None:
        return say("%(name)s tiene otra actividad.", name=name)
    return say("Una de las dos escuelas ya tiene otra visita a esa hora.")


def _note(unsuited: list[Unsuited], day: date, reason: Sentence) -> None:
    """Days in a row with the same reason are told together."""
    if unsuited and unsuited[-1].last == day - DAY and unsuited[-1].reason == reason:
        unsuited[-1] = Unsuited(unsuited[-1].first, day, reason)
    else:
        unsuited.append(Unsuited(day, day, reason))
