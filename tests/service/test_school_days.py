"""Where and when a school can be visited: holidays by commune, clocks, the school year."""

from datetime import UTC, date, datetime, time

import pytest

from service.errors import InvalidInput
from service.local_holidays import holidays_at
from service.models.states import CalendarDayKind
from service.school_days import NamedDays, SchoolDays
from service.time_zones import MAINLAND, moment_at, visit_times, zone_of

TERM = NamedDays(CalendarDayKind.TERM, date(2026, 3, 4), date(2026, 6, 18), "Primer semestre")


def test_the_day_of_nuble_holds_in_two_communes_only() -> None:
    day = date(2026, 8, 20)
    having = [
        code for code in ("16101", "16102", "16103", "13101") if day in holidays_at("cl", 2026, "16", code)
    ]
    assert having == ["16101", "16103"]


def test_the_day_of_arica_holds_in_its_region_only() -> None:
    day = date(2027, 6, 7)
    assert [day in holidays_at("cl", 2027, region, None) for region in ("15", "1", None)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("day", "hour", "code"),
    [
        (date(2026, 9, 6), time(0, 30), "clock_gap"),
        (date(2026, 4, 4), time(23, 30), "clock_twice"),
    ],
)
def test_an_hour_that_does_not_exist_or_comes_twice_is_refused(day: date, hour: time, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        moment_at(day, hour, MAINLAND)

    assert refused.value.code == code
    assert day.isoformat() in refused.value.message


def test_a_visit_during_which_the_clocks_change_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        visit_times(date(2026, 4, 4), time(20), 300, MAINLAND)

    assert refused.value.code == "clock_change"


def test_the_same_hour_is_another_moment_in_each_legal_time() -> None:
    places = {"Santiago": ("13", "13101"), "Magallanes": ("12", "12101"), "Rapa Nui": ("5", "5201")}
    july = {
        name: moment_at(date(2026, 7, 7), time(10), zone_of("cl", *codes)).astimezone(UTC)
        for name, codes in places.items()
    }
    assert {name: moment.hour for name, moment in july.items()} == {
        "Santiago": 14,
        "Magallanes": 13,
        "Rapa Nui": 16,
    }


def test_days_outside_the_terms_are_closed_only_where_the_terms_are_known() -> None:
    days = SchoolDays("cl", "13", "13101", (TERM,))
    assert days.closed(date(2026, 6, 23)) == "No hay clases ese día."
    assert days.closed(date(2027, 6, 23)) is None
    assert days.knows_terms(2026), days.knows_terms(2027)


def test_the_last_week_of_term_and_test_days_are_quiet() -> None:
    test = NamedDays(CalendarDayKind.TEST, date(2026, 5, 12), date(2026, 5, 13), "SIMCE de 4° básico")
    days = SchoolDays("cl", "13", "13101", (TERM, test))
    assert [days.quiet(date(2026, 6, day)) for day in (11, 12, 18)] == [
        None,
        "Es la última semana de clases.",
        "Es la última semana de clases.",
    ]
    assert days.quiet(date(2026, 5, 12)) == "SIMCE de 4° básico."
    assert days.next_open(date(2026, 5, 12)) == date(2026, 5, 14)


def test_night_is_no_time_for_a_visit() -> None:
    with pytest.raises(InvalidInput) as refused:
        visit_times(date(2026, 5, 6), time(19), 180, MAINLAND)
    assert refused.value.code == "night"
    start, end = visit_times(date(2026, 5, 6), time(19), 120, MAINLAND)
    assert (start, end) == (datetime(2026, 5, 6, 23, tzinfo=UTC), datetime(2026, 5, 7, 1, tzinfo=UTC))
