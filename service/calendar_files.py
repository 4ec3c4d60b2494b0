"""Calendar files (RFC 5545, RFC 5546): one invitation or cancellation, or everything a person has.

The identifier of a visit never changes and its sequence rises with each change, so that calendar
programs change or take away the event they hold instead of adding another.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from service.letters import HERE

PRODUCT = "-//Minga//Minga//ES"
ORGANISER = "mailto:minga@minga.invalid"
"""Stands for the address mail is sent from until a message is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVisit:
    """What a calendar holds of a visit; moments in UTC, shown in the time of ``time_zone``."""

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    time_zone: str
    summary: str
    description: str
    location: str
    path: str
    changed_at: datetime
    status: Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]


def invitation(visit: CalendarVisit, recipient: str) -> str:
    """The file that goes with a message: a request, or the cancellation of a cancelled visit."""
    calendar = _calendar()
    calendar.add("method", "CANCEL" if visit.status == "CANCELLED" else "REQUEST")
    event = _event(visit)
    organiser = vCalAddress(ORGANISER)
    organiser.params["CN"] = vText("Minga")
    event.add("organizer", organiser, encode=False)
    attendee = vCalAddress(f"mailto:{recipient}")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    _add_zones(calendar, [visit])
    calendar.add_component(event)
    return calendar.to_ical().decode("utf-8")


def feed(visits: Iterable[CalendarVisit], name: str) -> str:
    """Everything of one person, for a calendar program that comes back for it."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    held = list(visits)
    _add_zones(calendar, held)
    for visit in held:
        calendar.add_component(_event(visit))
    return calendar.to_ical().decode("utf-8")


def settle(text: str, base_url: str, sender: str = "minga@localhost") -> str:
    """Put this installation's address and sender in; lines are unfolded first, so that none is missed."""
    whole = re.sub(r"\r?\n[ \t]", "", text)
    whole = whole.replace(HERE, base_url).replace(ORGANISER, f"mailto:{sender}")
    return Calendar.from_ical(whole).to_ical().decode("utf-8")


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _add_zones(calendar: Calendar, visits: list[CalendarVisit]) -> None:
    for name in sorted({visit.time_zone for visit in visits}):
        years = [visit.starts_at.year for visit in visits if visit.time_zone == name]
        calendar.add_component(_zone(name, min(years) - 1, max(years) + 1))


def _zone(name: str, first_year: int, last_year: int) -> Timezone:
    """Every change of the clock as a part of its own, which all parsers read.

    Lists of dates and yearly rules are shorter, but one of two parsers tried kept only the first
    date of a list, and Chile's yearly rule has changed too often to be written as one.
    """
    zone = Timezone()
    zone.add("tzid", name)
    here = ZoneInfo(name)
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    offset = _offset(moment, here)
    zone.add_component(_observance(moment.replace(tzinfo=None) + offset, offset, offset, here, moment))
    while moment.year <= last_year:
        later = moment + timedelta(days=1)
        if _offset(later, here) != offset:
            while _offset(moment, here) == offset:
                moment += timedelta(minutes=15)
            after = _offset(moment, here)
            zone.add_component(_observance(moment.replace(tzinfo=None) + offset, offset, after, here, moment))
            offset = after
        else:
            moment = later
    return zone


def _observance(
    local: datetime, before: timedelta, after: timedelta, here: ZoneInfo, moment: datetime
) -> TimezoneStandard | TimezoneDaylight:
    summer = bool(moment.astimezone(here).dst())
    part = TimezoneDaylight() if summer else TimezoneStandard()
    part.add("dtstart", local)
    part.add("rdate", local)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", moment.astimezone(here).tzname())
    return part


def _offset(moment: datetime, here: ZoneInfo) -> timedelta:
    return moment.astimezone(here).utcoffset() or timedelta()


def _event(visit: CalendarVisit) -> Event:
    here = ZoneInfo(visit.time_zone)
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", visit.changed_at)
    event.add("last-modified", visit.changed_at)
    event.add("dtstart", visit.starts_at.astimezone(here))
    event.add("dtend", (visit.starts_at + timedelta(minutes=visit.minutes)).astimezone(here))
    event.add("summary", visit.summary)
    event.add("description", visit.description)
    if visit.location:
        event.add("location", visit.location)
    event.add("url", f"{HERE}{visit.path}")
    event.add("status", visit.status)
    event.add("transp", "TRANSPARENT" if visit.status == "CANCELLED" else "OPAQUE")
    return event
