"""Which days are closed or quiet at a place, and why: holidays, the school year, days added by hand.

*Closed*: nobody is visited. *Quiet*: no first contact with a school (feature C7), because a
message in the last week of term or on a test day is read as one more burden.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.local_holidays import holidays_at
from service.models.states import CalendarDayKind
from service.text import Sentence, say

DAY = timedelta(days=1)
LAST_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NamedDays:
    """Days of one kind, first to last."""

    kind: CalendarDayKind
    first_on: date
    last_on: date
    name: str

    def holds(self, day: date) -> bool:
        """Whether a day is among them."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The calendar of one place.

    Examples
    --------
    >>> term = NamedDays(CalendarDayKind.TERM, date(2026, 3, 4), date(2026, 6, 18), "")
    >>> days = SchoolDays("cl", "13", "13101", (term,))
    >>> days.closed(date(2026, 5, 21)), days.closed(date(2026, 5, 22)), days.closed(date(2026, 6, 22))
    ('Es feriado.', None, 'No hay clases ese día.')
    >>> days.quiet(date(2026, 6, 15)), days.closed(date(2026, 6, 15))
    ('Es la última semana de clases.', None)
    """

    system: str
    region_code: str | None
    commune_code: str | None
    days: tuple[NamedDays, ...] = ()

    def closed(self, day: date) -> Sentence | None:
        """Why nobody is visited that day; None where they may be."""
        if day in holidays_at(self.system, day.year, self.region_code, self.commune_code):
            return say("Es feriado.")
        for named in self._at(day, CalendarDayKind.HOLIDAY):
            return _named(named, say("Es feriado."))
        if day.weekday() >= 5:
            return say("Es fin de semana.")
        for named in self._at(day, CalendarDayKind.BREAK):
            return _named(named, say("Es período de vacaciones."))
        for named in self._at(day, CalendarDayKind.TEST):
            return _named(named, say("Ese día se rinde una prueba."))
        if self.knows_terms(day.year) and not any(self._at(day, CalendarDayKind.TERM)):
            return say("No hay clases ese día.")
        return None

    def quiet(self, day: date) -> Sentence | None:
        """Why no first contact is made that day; None where it may be."""
        closed = self.closed(day)
        if closed is not None:
            return closed
        for named in self._at(day, CalendarDayKind.QUIET):
            return _named(named, say("Son fechas de silencio."))
        for named in self._at(day, CalendarDayKind.TERM):
            if named.last_on - day < LAST_WEEK:
                return say("Es la última semana de clases.")
        return None

    def knows_terms(self, year: int) -> bool:
        """Whether somebody has entered when classes are held that year."""
        return any(
            one.kind is CalendarDayKind.TERM and one.first_on.year <= year <= one.last_on.year
            for one in self.days
        )

    def next_open(self, day: date, *, quiet: bool = False, within: int = 400) -> date | None:
        """The first day from ``day`` on that is open (and not quiet, where asked); None within a year."""
        for step in range(within):
            found = day + step * DAY
            if (self.quiet(found) if quiet else self.closed(found)) is None:
                return found
        return None

    def _at(self, day: date, kind: CalendarDayKind) -> Iterator[NamedDays]:
        return (one for one in self.days if one.kind is kind and one.holds(day))


def _named(named: NamedDays, otherwise: Sentence) -> Sentence:
    return say("%(name)s.", name=named.name.rstrip(".")) if named.name else otherwise
