"""Our own CSV: leaders, needs, accounts, visits, ways, school calendar (columns in ``docs/data.md``)."""

from service.imports.own.accounts import AccountsSource
from service.imports.own.calendars import SchoolCalendarSource, TravelTimesSource, VisitsSource
from service.imports.own.leaders import LeadersSource
from service.imports.own.needs import NeedsSource
from service.imports.source import Source

SOURCES: tuple[Source, ...] = (
    LeadersSource(),
    NeedsSource(),
    AccountsSource(),
    VisitsSource(),
    TravelTimesSource(),
    SchoolCalendarSource(),
)
