"""Visits of the demo country: some behind with their notes, one ahead, one to answer, one missed."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import (
    Leader,
    Partnership,
    PartnershipPerson,
    School,
    Visit,
    VisitBooking,
    VisitNote,
    VisitPerson,
)
from service.models.columns import utc_now
from service.models.states import (
    OPEN_PARTNERSHIPS,
    AttendanceRole,
    ExchangeKind,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.operations.events import record_event
from service.operations.visit_records import write_attendance
from service.permissions import OPERATOR
from service.queries.calendars import school_days_of, time_zone_of
from service.school_days import SchoolDays
from service.time_zones import moment_at

CALENDAR = Path(__file__).parent.parent / "school_calendars" / "cl-2026.csv"
"""The school calendar that comes with Minga; the operator replaces it each year."""
HOURS = (time(10), time(11, 30), time(9), time(15))
PURPOSES = (
    "Ver cómo se leen en voz alta los textos de tercero básico.",
    "Preparar juntas la reunión de profesores sobre evaluación.",
    "Observar una clase de matemática y conversarla.",
    "Conocer cómo organiza la otra escuela el tiempo de planificación.",
)
NOTES = (
    (
        "Entramos a dos clases y conversamos con las docentes.",
        "Una pauta corta ayuda a mirar lo mismo.",
        "Probar la pauta en dos cursos antes de fin de mes.",
        "Cuánto esperan las niñas y los niños su turno de leer.",
        "La calma con que empieza el día.",
    ),
    (
        "El equipo directivo mostró cómo planifica la semana.",
        "Media hora fija vale más que una tarde al mes.",
        "Fijar la media hora y contar cómo resultó en la próxima visita.",
        "Que las reuniones terminan a la hora.",
        "Las preguntas del equipo: nos hicieron pensar.",
    ),
)


def make_visits(session: Session, today: date, *, most: int = 12) -> int:
    """Give the open partnerships their visits; answers how many."""
    partnerships = session.scalars(
        select(Partnership)
        .where(Partnership.state.in_(sorted(OPEN_PARTNERSHIPS)))
        .options(
            selectinload(Partnership.school).selectinload(School.commune),
            selectinload(Partnership.leader_school).selectinload(School.commune),
            selectinload(Partnership.leader).selectinload(Leader.person),
            selectinload(Partnership.people).selectinload(PartnershipPerson.person),
        )
        .order_by(Partnership.id)
        .limit(most)
    ).all()
    made = 0
    for place, partnership in enumerate(partnerships):
        made += _visits_of(session, partnership, place, today)
    return made


def _visits_of(session: Session, partnership: Partnership, place: int, today: date) -> int:
    days = school_days_of(session, (partnership.school_id, partnership.leader_school_id))
    plans = (
        (-40, VisitState.HELD, VisitDirection.TO_SUPPORTED, ExchangeKind.HEAD),
        (-19, VisitState.HELD, VisitDirection.TO_SUPPORTING, ExchangeKind.TEAM),
        (-8 - place % 3, VisitState.MISSED, VisitDirection.TO_SUPPORTED, ExchangeKind.TEACHERS),
        (4 + place, VisitState.AGREED, VisitDirection.TO_SUPPORTED, ExchangeKind.TEACHERS),
        (14 + place, VisitState.PROPOSED, VisitDirection.TO_SUPPORTING, ExchangeKind.TEAM),
    )
    made = 0
    used: set[date] = set()
    for number, (offset, state, direction, kind) in enumerate(plans):
        if state is VisitState.MISSED and place % 3:
            continue
        if offset < 0 and today + timedelta(days=offset) < partnership.start_on:
            continue
        day = _open_day(days.values(), today + timedelta(days=offset), used, forward=offset > 0)
        if day is None:
            continue
        used.add(day)
        _visit(session, partnership, day, state, direction, kind, place + number)
        made += 1
    return made


def _open_day(days: Collection[SchoolDays], start: date, used: set[date], *, forward: bool) -> date | None:
    """The nearest day on which both schools are open, towards the future or the past."""
    step = timedelta(days=1 if forward else -1)
    day = start
    for _try in range(120):
        if day not in used and all(one.closed(day) is None for one in days):
            return day
        day += step
    return None


def _visit(
    session: Session,
    partnership: Partnership,
    day: date,
    state: VisitState,
    direction: VisitDirection,
    kind: ExchangeKind,
    number: int,
) -> None:
    host = partnership.school if direction is VisitDirection.TO_SUPPORTED else partnership.leader_school
    zone = time_zone_of(host)
    start = moment_at(day, HOURS[number % len(HOURS)], zone)
    held = state is VisitState.HELD
    visit = Visit(
        partnership_id=partnership.id,
        state=state,
        kind=kind,
        direction=direction,
        mode=VisitMode.ON_SITE,
        purpose=PURPOSES[number % len(PURPOSES)],
        place="Sala de profesores",
        way_there="",
        starts_at=start,
        minutes=120,
        time_zone=zone,
        proposed_by=Side.SUPPORTED if state is VisitState.PROPOSED else Side.SUPPORTING,
        proposed_at=start - timedelta(days=12) if state is not VisitState.PROPOSED else _now(day),
        held_at=start + timedelta(minutes=10) if held else None,
        held_minutes=110 if held else None,
        held_mode=VisitMode.ON_SITE if held else None,
        led_by=(Side.SUPPORTING, Side.SUPPORTED)[number % 2] if held else None,
        missed_by=Side.SUPPORTING if state is VisitState.MISSED else None,
        uid=f"demo-{partnership.id}-{day.isoformat()}@minga",
        created_at=start - timedelta(days=14),
    )
    session.add(visit)
    session.flush()
    people = {one.person_id: one.side for one in partnership.people if one.end_on is None}
    people.setdefault(partnership.leader.person_id, Side.SUPPORTING)
    session.add_all(
        VisitPerson(visit_id=visit.id, person_id=person_id, side=side)
        for person_id, side in sorted(people.items())
    )
    if state in (VisitState.PROPOSED, VisitState.AGREED):
        end = start + timedelta(minutes=visit.minutes)
        session.add_all(
            VisitBooking(visit_id=visit.id, school_id=school_id, starts_at=start, ends_at=end)
            for school_id in sorted((partnership.school_id, partnership.leader_school_id))
        )
    record_event(
        session,
        actor=OPERATOR,
        action=f"visit_{state.value}",
        object_type="visit",
        object_id=visit.id,
        reason="Llovió y el camino se cortó." if state is VisitState.MISSED else None,
        data={"to": state.value},
    )
    if held:
        _told(session, visit, number)


def _told(session: Session, visit: Visit, number: int) -> None:
    """Who took part, and the note that both agreed."""
    write_attendance(
        session,
        visit,
        {
            (Side.SUPPORTED, AttendanceRole.LEADERSHIP): (2, 1),
            (Side.SUPPORTED, AttendanceRole.TEACHER): (4 + number % 3, 3),
            (Side.SUPPORTING, AttendanceRole.LEADERSHIP): (2, 1),
            (Side.SUPPORTING, AttendanceRole.TEACHER): (1 + number % 2, 1),
        },
    )
    done, learned, next_steps, one, other = NOTES[number % len(NOTES)]
    told_at = visit.starts_at + timedelta(days=1)
    session.add(
        VisitNote(
            visit_id=visit.id,
            done=done,
            learned=learned,
            next_steps=next_steps,
            surprised_supported=one,
            surprised_supporting=other,
            written_by=Side.SUPPORTING,
            written_at=told_at,
            agreed_supporting_at=told_at,
            agreed_supported_at=told_at + timedelta(days=1),
        )
    )


def _now(day: date) -> datetime:
    """When a visit on this day was proposed: two days ago, as the demo tells it."""
    return min(utc_now() - timedelta(days=2), moment_at(day, time(9), "America/Santiago"))
