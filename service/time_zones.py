"""Local time of a place: its zone, and the moment that a day and an hour there mean.

Chile has three legal times (mainland, Magallanes and now Aysén without clock changes, Rapa Nui two
hours behind). A visit is kept in UTC with the name of the zone, so that 10:00 stays 10:00.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.errors import InvalidInput
from service.text import say

MAINLAND = "America/Santiago"
REGION_ZONES = {"11": "America/Coyhaique", "12": "America/Punta_Arenas"}
"""Regions with a time of their own (tz database: Magallanes since 2016, Aysén since 2025)."""
COMMUNE_ZONES = {"5201": "Pacific/Easter"}
SYSTEM_ZONES = {"cl": MAINLAND, "en": "Europe/London"}
EARLIEST, LATEST = time(7, 0), time(21, 0)


def zone_of(system: str, region_code: str | None, commune_code: str | None) -> str:
    """Name of the zone of a commune, in the words of the tz database.

    Examples
    --------
    >>> zone_of("cl", "5", "5201"), zone_of("cl", "12", "12101"), zone_of("cl", "13", "13101")
    ('Pacific/Easter', 'America/Punta_Arenas', 'America/Santiago')
    """
    if system == "cl":
        if commune_code in COMMUNE_ZONES:
            return COMMUNE_ZONES[commune_code]
        if region_code in REGION_ZONES:
            return REGION_ZONES[region_code]
    return SYSTEM_ZONES[system]


def moment_at(day: date, hour: time, zone: str) -> datetime:
    """The moment that a day and an hour mean in a zone, in UTC.

    Raises
    ------
    InvalidInput
        The clocks change then: the hour does not exist that day, or comes twice.

    Examples
    --------
    >>> [moment_at(date(2026, 4, day), time(10), MAINLAND).hour for day in (2, 7)]
    [13, 14]
    """
    here = ZoneInfo(zone)
    first = datetime.combine(day, hour, here)
    second = first.replace(fold=1)
    back = first.astimezone(UTC).astimezone(here)
    told = {"hour": hour.strftime("%H:%M"), "day": day.isoformat()}
    if (back.date(), back.time()) != (day, hour):
        raise _at(
            "clock_gap",
            say("El %(day)s se adelanta el reloj y las %(hour)s no existen allá; elija otra hora.", **told),
        )
    if first.utcoffset() != second.utcoffset():
        raise _at(
            "clock_twice",
            say(
                "El %(day)s se atrasa el reloj y las %(hour)s vienen dos veces allá; elija otra hora.", **told
            ),
        )
    return first.astimezone(UTC)


def visit_times(day: date, hour: time, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """Start and end of a visit, in UTC.

    Raises
    ------
    InvalidInput
        The hour does not exist or comes twice, the clocks change during the visit, or it is at night.
    """
    start = moment_at(day, hour, zone)
    end = start + timedelta(minutes=minutes)
    here = ZoneInfo(zone)
    if start.astimezone(here).utcoffset() != end.astimezone(here).utcoffset():
        raise _at(
            "clock_change",
            say(
                "Durante esta visita cambia la hora (el %(day)s); elija otra hora u otro día.",
                day=day.isoformat(),
            ),
        )
    local_end = end.astimezone(here)
    if not (hour >= EARLIEST and local_end.date() == day and local_end.time() <= LATEST):
        raise _at("night", say("Una visita va entre las 7:00 y las 21:00, hora de la escuela que recibe."))
    return start, end


def _at(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"at": sentence}, code=code)
