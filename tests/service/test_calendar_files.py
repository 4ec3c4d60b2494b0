"""Calendar files open right in two independent parsers, and change the event they made."""

from datetime import UTC, date, datetime, time

import pytest
import vobject
from icalendar import Calendar

from service.calendar_files import CalendarVisit, feed, invitation, settle
from service.letters import HERE
from service.time_zones import MAINLAND, moment_at

CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def visit(day: date, **given: object) -> CalendarVisit:
    zone = str(given.get("time_zone", MAINLAND))
    values = {
        "uid": "visita-1@minga",
        "sequence": 0,
        "starts_at": moment_at(day, time(10), zone),
        "minutes": 90,
        "time_zone": zone,
        "summary": "Visita de pares; Ñuñoa, tercero básico",
        "description": f"Lectura en voz alta\n{HERE}/acompanamientos/1/visitas/1",
        "location": "Escuela Los Aromos, Chillán",
        "path": "/acompanamientos/1/visitas/1",
        "changed_at": CHANGED,
        "status": "CONFIRMED",
    }
    return CalendarVisit(**{**values, **given})


def both(text: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The events as each parser reads them."""
    first = [
        {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "start": event.decoded("DTSTART"),
            "end": event.decoded("DTEND"),
            "summary": str(event["SUMMARY"]),
            "status": str(event["STATUS"]),
        }
        for event in Calendar.from_ical(text).walk("VEVENT")
    ]
    second = [
        {
            "uid": event.uid.value,
            "sequence": int(event.sequence.value),
            "start": event.dtstart.value,
            "end": event.dtend.value,
            "summary": event.summary.value,
            "status": event.status.value,
        }
        for event in vobject.readOne(text).vevent_list
    ]
    return first, second


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 4, 7), date(2026, 9, 3), date(2026, 9, 8)])
def test_ten_in_the_morning_stays_ten_across_the_clock_changes(day: date) -> None:
    first, second = both(invitation(visit(day), "ana@escuela.cl"))

    for event in (first[0], second[0]):
        start = event["start"]
        assert isinstance(start, datetime)
        assert (start.date(), start.hour, start.minute) == (day, 10, 0)
        assert start.astimezone(UTC) == moment_at(day, time(10), MAINLAND)


@pytest.mark.parametrize("zone", ["America/Punta_Arenas", "Pacific/Easter", "America/Coyhaique"])
def test_the_other_legal_times_are_read_alike(zone: str) -> None:
    first, second = both(invitation(visit(date(2026, 5, 6), time_zone=zone), "ana@escuela.cl"))

    moments = {event["start"].astimezone(UTC) for event in (first[0], second[0])}
    assert moments == {moment_at(date(2026, 5, 6), time(10), zone)}


def test_a_move_and_a_cancellation_are_of_the_same_event() -> None:
    made, moved, gone = (
        invitation(one, "ana@escuela.cl")
        for one in (
            visit(date(2026, 5, 6)),
            visit(date(2026, 5, 7), sequence=1),
            visit(date(2026, 5, 7), sequence=2, status="CANCELLED"),
        )
    )

    read = [both(text) for text in (made, moved, gone)]
    assert [[event[0]["uid"] for event in two] for two in read] == [["visita-1@minga"] * 2] * 3
    assert [[event[0]["sequence"] for event in two] for two in read] == [[0, 0], [1, 1], [2, 2]]
    assert [event[0]["status"] for event in read[2]] == ["CANCELLED", "CANCELLED"]
    assert [str(Calendar.from_ical(text)["METHOD"]) for text in (made, moved, gone)] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]


def test_a_feed_holds_every_visit_once() -> None:
    text = feed([visit(date(2026, 5, 6)), visit(date(2026, 5, 8), uid="visita-2@minga")], "Minga: Ana")

    for events in both(text):
        assert [event["uid"] for event in events] == ["visita-1@minga", "visita-2@minga"]
        assert {event["summary"] for event in events} == {"Visita de pares; Ñuñoa, tercero básico"}


def test_the_address_is_put_in_however_the_lines_were_folded() -> None:
    far = visit(date(2026, 5, 6), description="x" * 60 + f" {HERE}/acompanamientos/1")

    text = settle(invitation(far, "ana@escuela.cl"), "https://minga.example.cl", "aviso@minga.example.cl")

    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert str(event["DESCRIPTION"]).endswith(" https://minga.example.cl/acompanamientos/1")
    assert str(event["URL"]) == "https://minga.example.cl/acompanamientos/1/visitas/1"
    assert str(event["ORGANIZER"]) == "mailto:aviso@minga.example.cl"
