"""Visits are planned, agreed, moved, held, missed and called off; what cannot be is refused in words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import (
    BusyTime,
    Event,
    Message,
    Visit,
    VisitBooking,
    VisitPerson,
)
from service.models.enums import LeaderStatus, MessageState, Role
from service.models.states import (
    AttendanceRole,
    BusySource,
    CalendarDayKind,
    PartnershipState,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.operations.visit_notes import agree_note, object_to_note, write_note
from service.operations.visit_records import VisitRecord, hold_visit, miss_visit
from service.operations.visits import agree_visit, cancel_visit, move_visit, plan_visit
from service.queries.agendas import reciprocity_of
from service.queries.visit_slots import suggest_slots
from service.queries.visits import activities_of, find_visit, participants_of
from tests.factories.accounts import make_actor
from tests.factories.schools import make_commune
from tests.factories.visits import DAY, NOW, Pair, a_plan, make_calendar_day, make_pair, make_visit

AFTER = datetime(2026, 5, 13, 12, tzinfo=UTC)
NUMBERS = {
    (Side.SUPPORTED, AttendanceRole.TEACHER): (6, 4),
    (Side.SUPPORTED, AttendanceRole.LEADERSHIP): (2, 2),
    (Side.SUPPORTING, AttendanceRole.LEADERSHIP): (1, 1),
}


@pytest.fixture
def session(database: Database) -> Any:
    with database.transaction() as session:
        yield session


@pytest.fixture
def pair(session: Session) -> Pair:
    return make_pair(session)


def planned(session: Session, pair: Pair, **given: Any) -> Visit:
    return plan_visit(session, pair.partnership.id, a_plan(pair, **given), actor=pair.lead, now=NOW)


def messages(session: Session, kind: str) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def record(**given: Any) -> VisitRecord:
    values: dict[str, Any] = {
        "day": DAY,
        "hour": time(10, 30),
        "minutes": 75,
        "mode": VisitMode.ON_SITE,
        "led_by": Side.SUPPORTING,
        "numbers": NUMBERS,
    }
    return VisitRecord(**{**values, **given})


def agreed(session: Session, pair: Pair, **given: Any) -> Visit:
    visit = planned(session, pair, **given)
    return agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW)


def held(session: Session, pair: Pair, **given: Any) -> Visit:
    visit = agreed(session, pair)
    return hold_visit(session, pair.partnership.id, visit.id, record(**given), actor=pair.head, now=AFTER)


def test_a_planned_visit_is_proposed_and_the_other_side_is_asked(session: Session, pair: Pair) -> None:
    visit = planned(session, pair)

    assert (visit.state, visit.proposed_by) == (VisitState.PROPOSED, Side.SUPPORTING)
    assert visit.starts_at == datetime(2026, 5, 12, 14, tzinfo=UTC)
    assert [one.account_id for one in messages(session, "visit_proposed")] == [pair.director.id]
    assert "mar 12 may 2026, 10:00" in messages(session, "visit_proposed")[0].subject
    assert pair.school.name not in messages(session, "visit_proposed")[0].subject


def test_only_the_other_side_agrees_and_then_everybody_gets_the_event(session: Session, pair: Pair) -> None:
    visit = planned(session, pair)
    with pytest.raises(NotAllowed):
        agree_visit(session, pair.partnership.id, visit.id, actor=pair.lead, now=NOW)

    agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW)

    told = messages(session, "visit_agreed")
    assert visit.state is VisitState.AGREED
    assert {one.account_id for one in told} == {pair.director.id, pair.leading.id}
    assert all("METHOD:REQUEST" in (one.calendar or "") for one in told)
    with pytest.raises(Conflict):
        agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW)


def test_a_move_keeps_identity_and_people_and_asks_the_other_side(session: Session, pair: Pair) -> None:
    visit = agreed(session, pair)
    uid, people = visit.uid, {one.person_id for one in visit.people}

    moved = move_visit(
        session,
        pair.partnership.id,
        visit.id,
        day=DAY + timedelta(days=1),
        hour=time(15),
        actor=pair.head,
        now=NOW,
    )

    assert (moved.id, moved.uid, {one.person_id for one in moved.people}) == (visit.id, uid, people)
    assert (moved.state, moved.proposed_by, moved.sequence) == (VisitState.PROPOSED, Side.SUPPORTED, 2)
    booked = session.execute(select(VisitBooking.starts_at).where(VisitBooking.visit_id == visit.id)).all()
    assert {row.starts_at for row in booked} == {datetime(2026, 5, 13, 19, tzinfo=UTC)}
    told = messages(session, "visit_moved")
    assert "mar 12 may 2026, 10:00" in told[0].text
    agree_visit(session, pair.partnership.id, visit.id, actor=pair.lead, now=NOW)


def test_a_move_of_what_is_in_calendars_moves_it_there(session: Session, pair: Pair) -> None:
    visit = agreed(session, pair)
    for message in messages(session, "visit_agreed"):
        message.state = MessageState.SENT
    move_visit(session, pair.partnership.id, visit.id, day=DAY, hour=time(15), actor=pair.head, now=NOW)
    cancel_visit(session, pair.partnership.id, visit.id, reason="Paro", actor=pair.lead, now=NOW)

    assert {one.state for one in messages(session, "visit_moved")} == {MessageState.VOID}
    gone = messages(session, "visit_cancelled")
    assert len(gone) == 2
    for one in gone:
        calendar = (one.calendar or "").replace("\r\n ", "")
        assert "METHOD:CANCEL" in calendar
        assert f"UID:{visit.uid}" in calendar
        assert "SEQUENCE:3" in calendar
        assert "STATUS:CANCELLED" in calendar
        assert "Motivo: Paro" in one.text


def test_a_cancelled_visit_gives_its_time_back(session: Session, pair: Pair) -> None:
    visit = planned(session, pair)
    cancel_visit(session, pair.partnership.id, visit.id, reason="Paro", actor=pair.coordination, now=NOW)

    again = planned(session, pair)
    assert again.id != visit.id
    with pytest.raises(Conflict):
        cancel_visit(session, pair.partnership.id, visit.id, reason="Otra vez", actor=pair.lead, now=NOW)


def test_a_cancellation_needs_its_reason(session: Session, pair: Pair) -> None:
    visit = planned(session, pair)
    with pytest.raises(InvalidInput):
        cancel_visit(session, pair.partnership.id, visit.id, reason=" ", actor=pair.lead, now=NOW)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"day": date(2026, 5, 4), "hour": time(7)}, "visit_past"),
        ({"day": date(2026, 4, 30)}, "visit_past"),
        ({"day": date(2026, 5, 21)}, "visit_closed"),
        ({"day": date(2026, 5, 16)}, "visit_closed"),
        ({"day": date(2026, 9, 6), "hour": time(0, 30)}, "clock_gap"),
        ({"day": date(2027, 4, 3), "hour": time(23, 30)}, "clock_twice"),
        ({"day": date(2027, 4, 3), "hour": time(20), "minutes": 300}, "clock_change"),
        ({"hour": time(20), "minutes": 120}, "night"),
        ({"day": date(2027, 6, 1)}, "visit_far"),
        ({"person_ids": (1,)}, "visit_people"),
        ({"person_ids": ()}, "visit_people"),
    ],
)
def test_what_cannot_be_is_refused_with_one_sentence(
    session: Session, pair: Pair, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        planned(session, pair, **given)

    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert session.scalar(select(func.count(VisitBooking.id))) == 0


def test_the_day_of_nuble_closes_chillan_and_not_its_neighbour(session: Session) -> None:
    day = date(2026, 8, 20)
    chillan = make_pair(session, commune=make_commune(session, code="16101", region_code="16"))
    neighbour = make_pair(session, commune=make_commune(session, code="16102", region_code="16"))

    with pytest.raises(InvalidInput) as refused:
        planned(session, chillan, day=day)
    assert "feriado" in refused.value.message
    assert planned(session, neighbour, day=day).state is VisitState.PROPOSED


def test_quiet_dates_hold_the_first_meeting_and_no_later_one(session: Session, pair: Pair) -> None:
    make_calendar_day(session)
    with pytest.raises(InvalidInput) as refused:
        planned(session, pair)
    assert refused.value.code == "visit_quiet"
    assert "Semana de pruebas" in refused.value.message

    make_visit(session, pair, state=VisitState.HELD, starts_at=NOW - timedelta(days=20))
    assert planned(session, pair).state is VisitState.PROPOSED


def test_a_day_the_service_closed_is_closed_in_its_schools_only(session: Session, pair: Pair) -> None:
    elsewhere = make_pair(session)
    service_id = pair.coordinator.grants[0].service_id
    make_calendar_day(session, kind=CalendarDayKind.HOLIDAY, name="Aniversario", service_id=service_id)

    with pytest.raises(InvalidInput) as refused:
        planned(session, pair)
    assert "Aniversario" in refused.value.message
    assert planned(session, elsewhere).state is VisitState.PROPOSED


def test_the_other_schools_hour_counts_on_rapa_nui(session: Session) -> None:
    island = make_pair(session, commune=make_commune(session, code="5201", region_code="5"))
    visit = planned(session, island)
    assert (visit.time_zone, visit.starts_at.hour) == ("Pacific/Easter", 16)


def test_overlapping_visits_of_a_leader_are_refused_and_adjoining_ones_are_not(
    session: Session, pair: Pair
) -> None:
    other = make_pair(session, beside=pair)
    planned(session, pair)
    with pytest.raises(Conflict) as refused:
        planned(session, other, hour=time(11))
    assert refused.value.code == "visit_overlap"
    assert "Persona" in refused.value.message

    assert planned(session, other, hour=time(11, 30)).state is VisitState.PROPOSED


def test_a_busy_time_is_respected_and_its_reason_is_nobodys(session: Session, pair: Pair) -> None:
    start = datetime(2026, 5, 12, 13, 30, tzinfo=UTC)
    session.add(
        BusyTime(
            person_id=pair.director.person_id,
            source=BusySource.OWN,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
        )
    )
    session.flush()
    with pytest.raises(Conflict) as refused:
        planned(session, pair)
    assert "tiene otra actividad" in refused.value.message


def test_a_school_receives_so_many_visits_a_month_from_everybody(session: Session, pair: Pair) -> None:
    for day in (5, 6, 7, 8):
        make_visit(session, pair, starts_at=datetime(2026, 5, day, 14, tzinfo=UTC))
    with pytest.raises(Conflict) as refused:
        planned(session, pair)
    assert refused.value.code == "visit_cap"
    assert planned(session, pair, mode=VisitMode.ONLINE).state is VisitState.PROPOSED
    assert planned(session, pair, day=date(2026, 6, 2)).state is VisitState.PROPOSED
    assert planned(session, pair, day=DAY, hour=time(15), direction=VisitDirection.TO_SUPPORTING)


def test_a_paused_leader_and_a_stopped_partnership_cannot_be_booked(session: Session, pair: Pair) -> None:
    visit = planned(session, pair)
    where = (session, pair.partnership.id, visit.id)
    pair.leader.status = LeaderStatus.PAUSED
    session.flush()
    for call in (
        lambda: planned(session, pair, day=date(2026, 6, 2)),
        lambda: agree_visit(session, pair.partnership.id, visit.id, actor=pair.head, now=NOW),
        lambda: move_visit(
            *where,
            day=date(2026, 6, 2),
            hour=time(10),
            actor=pair.head,
            now=NOW,
        ),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.code == "paused_leader"
    pair.leader.status = LeaderStatus.ACTIVE
    pair.partnership.state = PartnershipState.STOPPED
    session.flush()
    with pytest.raises(Conflict) as refused:
        planned(session, pair, day=date(2026, 6, 2))
    assert refused.value.code == "not_at_work"


def test_others_neither_plan_nor_know(session: Session, pair: Pair) -> None:
    with pytest.raises(NotAllowed):
        plan_visit(session, pair.partnership.id, a_plan(pair), actor=pair.coordination, now=NOW)
    stranger = make_actor(Role.DIRECTOR, school_id=999_999)
    with pytest.raises(NotFound):
        plan_visit(session, pair.partnership.id, a_plan(pair), actor=stranger, now=NOW)


def test_what_happened_stands_beside_what_was_planned(session: Session, pair: Pair) -> None:
    visit = held(session, pair)

    assert visit.starts_at == datetime(2026, 5, 12, 14, tzinfo=UTC)
    assert visit.held_at == datetime(2026, 5, 12, 14, 30, tzinfo=UTC)
    assert (visit.minutes, visit.held_minutes, visit.led_by) == (90, 75, Side.SUPPORTING)
    activity = activities_of(session, pair.partnership.id)[0]
    assert (activity.on, activity.minutes, activity.led_by) == (DAY, 75, Side.SUPPORTING)
    assert set(activity.numbers) == {(side, role, *count) for (side, role), count in NUMBERS.items()}


@pytest.mark.parametrize(
    "given",
    [
        {"day": date(2026, 6, 12)},
        {"numbers": {}},
        {"numbers": {(Side.SUPPORTED, AttendanceRole.TEACHER): (3, 0)}},
        {"numbers": NUMBERS | {(Side.SUPPORTED, AttendanceRole.PUPIL): (2, 3)}},
    ],
)
def test_a_record_that_cannot_be_true_is_refused(session: Session, pair: Pair, given: dict[str, Any]) -> None:
    visit = agreed(session, pair)
    with pytest.raises(InvalidInput):
        hold_visit(session, pair.partnership.id, visit.id, record(**given), actor=pair.head, now=AFTER)
    assert find_visit(session, pair.partnership.id, visit.id, pair.head)[1].state is VisitState.AGREED


def test_a_no_show_is_kept_with_who_did_not_come(session: Session, pair: Pair) -> None:
    visit = agreed(session, pair)
    given = {"missed_by": Side.SUPPORTED, "actor": pair.lead}
    with pytest.raises(Conflict):
        miss_visit(session, pair.partnership.id, visit.id, reason="Nadie llegó", now=NOW, **given)
    missed = miss_visit(session, pair.partnership.id, visit.id, reason="Nadie llegó", now=AFTER, **given)

    assert (missed.state, missed.missed_by) == (VisitState.MISSED, Side.SUPPORTED)
    kept = session.scalars(select(Event).where(Event.action == "visit_miss")).one()
    assert (kept.reason, kept.data["missed_by"]) == ("Nadie llegó", "supported")


def test_both_agree_the_note_and_a_change_asks_anew(session: Session, pair: Pair) -> None:
    visit = held(session, pair)
    where = (session, pair.partnership.id, visit.id)
    note = write_note(
        *where, {"done": "Leímos.", "surprised": "La calma."}, version=0, actor=pair.lead, now=AFTER
    )
    assert (note.version, note.agreed_supporting_at, note.agreed_supported_at) == (1, AFTER, None)
    agree_note(*where, version=1, actor=pair.head, now=AFTER)
    assert note.agreed_supported_at == AFTER

    write_note(*where, {"surprised": "Cuánto preguntan."}, version=1, actor=pair.head, now=AFTER)
    assert (note.version, note.agreed_supported_at, note.agreed_supporting_at) == (1, AFTER, AFTER)
    assert (note.surprised_supporting, note.surprised_supported) == ("La calma.", "Cuánto preguntan.")

    write_note(*where, {"done": "Leímos y conversamos."}, version=1, actor=pair.head, now=AFTER)
    assert (note.version, note.agreed_supporting_at) == (2, None)
    with pytest.raises(Conflict):
        agree_note(*where, version=1, actor=pair.lead, now=AFTER)
    with pytest.raises(Conflict):
        write_note(*where, {"done": "Otro"}, version=1, actor=pair.lead, now=AFTER)


def test_a_disagreement_stays_whatever_becomes_of_the_text(session: Session, pair: Pair) -> None:
    visit = held(session, pair)
    where = (session, pair.partnership.id, visit.id)
    write_note(*where, {"done": "Leímos."}, version=0, actor=pair.lead, now=AFTER)
    object_to_note(*where, version=1, text="No fue solo leer.", actor=pair.head, now=AFTER)
    write_note(*where, {"done": "Leímos y cantamos."}, version=1, actor=pair.lead, now=AFTER)

    note = find_visit(session, pair.partnership.id, visit.id, pair.head)[1].note
    assert note is not None
    assert [(one.side, one.version, one.text) for one in note.objections] == [
        (Side.SUPPORTED, 1, "No fue solo leer.")
    ]


def test_three_days_that_suit_and_why_the_others_do_not(session: Session, pair: Pair) -> None:
    make_visit(session, pair, state=VisitState.HELD, starts_at=NOW - timedelta(days=20))
    busy = datetime(2026, 5, 20, 12, tzinfo=UTC)
    session.add(
        BusyTime(
            person_id=pair.director.person_id,
            source=BusySource.OWN,
            starts_at=busy,
            ends_at=busy + timedelta(hours=12),
        )
    )
    session.flush()
    partnership, _visit = find_visit(
        session, pair.partnership.id, session.scalars(select(Visit.id)).first() or 0, pair.head
    )
    people = [
        one for one in participants_of(session, partnership, NOW.date()) if one.person_id in pair.people
    ]
    found = suggest_slots(
        session,
        partnership,
        people,
        direction=VisitDirection.TO_SUPPORTED,
        mode=VisitMode.ON_SITE,
        minutes=90,
        first_day=date(2026, 5, 20),
        now=NOW,
    )

    assert [(slot.day, slot.hour) for slot in found.slots] == [
        (date(2026, 5, day), time(10)) for day in (22, 25, 26)
    ]
    assert [(one.first.day, one.last.day, str(one.reason)) for one in found.unsuited] == [
        (20, 20, f"{pair.director.person.name} tiene otra actividad."),
        (21, 21, "Es feriado."),
        (23, 24, "Es fin de semana."),
    ]
    for slot in found.slots:
        plan_visit(
            session,
            pair.partnership.id,
            a_plan(pair, day=slot.day, hour=slot.hour),
            actor=pair.lead,
            now=NOW,
        )


def test_both_ways_are_counted(session: Session, pair: Pair) -> None:
    held(session, pair)
    planned(session, pair, day=date(2026, 6, 2))
    line = reciprocity_of(session, pair.lead, AFTER)[0]

    assert line.held == {VisitDirection.TO_SUPPORTED: 1, VisitDirection.TO_SUPPORTING: 0}
    assert line.ahead == {VisitDirection.TO_SUPPORTED: 1, VisitDirection.TO_SUPPORTING: 0}
    assert line.missing == (VisitDirection.TO_SUPPORTING,)


def test_people_who_come_are_of_the_two_schools_only(session: Session, pair: Pair) -> None:
    stranger = make_pair(session)
    with pytest.raises(InvalidInput):
        planned(session, pair, person_ids=(*pair.people, stranger.director.person_id))
    assert session.scalar(select(func.count(VisitPerson.id))) == 0
