"""Working days: neither Saturday, Sunday nor a public holiday where the person works."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)
COUNTRIES = {"cl": "CL", "en": "GB"}
NATIONWIDE = {"CL": None, "GB": "ENG"}


@lru_cache(maxsize=64)
def public_holidays(system: str, year: int) -> frozenset[date]:
    """Public holidays of a whole country in a year (source: the package ``holidays``).

    Examples
    --------
    >>> date(2026, 9, 18) in public_holidays("cl", 2026)
    True
    """
    country = COUNTRIES[system]
    found = holidays.country_holidays(country, subdiv=NATIONWIDE[country], years=year)
    return frozenset(found)


def is_working_day(day: date, *, system: str = "cl", closed: Collection[date] = ()) -> bool:
    """Whether people work on a day; ``closed`` are days closed here besides the public holidays."""
    return day.weekday() < 5 and day not in public_holidays(system, day.year) and day not in closed


def add_working_days(start: date, days: int, *, system: str = "cl", closed: Collection[date] = ()) -> date:
    """The last of so many working days after ``start``, which does not count itself.

    Examples
    --------
    >>> add_working_days(date(2026, 9, 16), 2)  # over the national holidays and a weekend
    datetime.date(2026, 9, 21)
    """
    day = start
    while days > 0:
        day += DAY
        if is_working_day(day, system=system, closed=closed):
            days -= 1
    return day
