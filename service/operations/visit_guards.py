"""What has to hold before a visit is planned or moved: the people, the place, the time."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.lifecycles import Party
from service.models import Partnership, School, Visit, VisitBooking
from service.models.columns import local_day
from service.models.enums import LeaderStatus
from service.models.states import (
    PartnershipState,
    Side,
    VisitDirection,
    VisitMode,
)
from service.permissions import Actor
from service.queries.calendars import school_days_of, taken_times, time_zone_of
from service.queries.partnerships import get_partnership, parties_of
from service.queries.reach import place_of
from service.queries.settings import setting_of
from service.queries.visit_slots import who_cannot
from service.queries.visits import (
    Participant,
    find_visit,
    had_contact,
    participants_of,
    received_in_month,
    receiving_school,
    visiting_school,
)
from service.text import say
from service.time_zones import visit_times

WORKING = frozenset(
    {PartnershipState.SETUP, PartnershipState.TRIAL, PartnershipState.ACTIVE, PartnershipState.TAPERING}
)
SIDES = {Party.SUPPORTING: Side.SUPPORTING, Party.SUPPORTED: Side.SUPPORTED}
FARTHEST = timedelta(days=366)


def side_of(session: Session, actor: Actor, partnership: Partnership) -> Side | None:
    """The side an actor speaks for; None for who only looks or coordinates."""
    parties = parties_of(session, actor, partnership)
    return next((side for party, side in SIDES.items() if party in parties), None)


def locked_visit(
    session: Session, partnership_id: int, visit_id: int, actor: Actor
) -> tuple[Partnership, Visit, frozenset[Party]]:
    """The visit with its row locked, so that two answers come one after the other."""
    partnership, _visit = find_visit(session, partnership_id, visit_id, actor)
    lock_schools(session, partnership)
    session.execute(select(Visit.id).where(Visit.id == visit_id).with_for_update())
    partnership, visit = find_visit(session, partnership_id, visit_id, actor)
    return partnership, visit, parties_of(session, actor, partnership)


def lock_schools(session: Session, partnership: Partnership) -> None:
    """Lock the partnership, then its schools by id: the order that everybody keeps."""
    session.execute(select(Partnership.id).where(Partnership.id == partnership.id).with_for_update())
    schools = sorted((partnership.school_id, partnership.leader_school_id))
    session.execute(select(School.id).where(School.id.in_(schools)).order_by(School.id).with_for_update())


def at_work(session: Session, partnership_id: int, actor: Actor) -> tuple[Partnership, Side]:
    """The partnership, locked and at work, and the side that the actor speaks for.

    Raises
    ------
    NotFound, NotAllowed, Conflict
        Not to be known of, not the actor's to plan, or not at work.
    """
    partnership = get_partnership(session, partnership_id, actor)
    side = side_of(session, actor, partnership)
    if side is None:
        raise NotAllowed(
            say("Las visitas las planifican las dos escuelas. Pídalo a una de sus direcciones."),
            action="visit_plan",
        )
    lock_schools(session, partnership)
    partnership = get_partnership(session, partnership_id, actor)
    check_people(partnership)
    return partnership, side


def check_people(partnership: Partnership) -> None:
    """A partnership at work, and a leader who is not on a pause (V5)."""
    if partnership.state not in WORKING:
        raise Conflict(
            say("El acompañamiento no está en marcha; no se pueden planificar visitas."),
            code="not_at_work",
            state=partnership.state.value,
        )
    if partnership.leader.status is LeaderStatus.PAUSED:
        raise Conflict(
            say(
                "%(name)s está en pausa; converse con la coordinación antes de planificar.",
                name=partnership.leader.person.name,
            ),
            code="paused_leader",
        )


def chosen_people(
    session: Session, partnership: Partnership, person_ids: Collection[int], now: datetime
) -> list[Participant]:
    """The people asked to come: known at the two schools, and somebody of each side."""
    known = {one.person_id: one for one in participants_of(session, partnership, local_day(now))}
    chosen = [known[person_id] for person_id in sorted(set(person_ids)) if person_id in known]
    if len(chosen) < len(set(person_ids)) or {one.side for one in chosen} != set(Side):
        sentence = say("Elija al menos a una persona de cada escuela.")
        raise InvalidInput(sentence, {"people": sentence}, code="visit_people")
    return chosen


def checked_time(
    session: Session,
    partnership: Partnership,
    direction: VisitDirection,
    mode: VisitMode,
    day: date,
    hour: time,
    minutes: int,
    *,
    now: datetime,
    without_visit: int | None = None,
) -> tuple[datetime, datetime, str]:
    """Start, end and zone, once nothing on the calendars of the two places speaks against it."""
    receiving, visiting = receiving_school(partnership, direction), visiting_school(partnership, direction)
    zone = time_zone_of(receiving)
    start, end = visit_times(day, hour, minutes, zone)
    if start <= now:
        raise _refused("visit_past", say("Esa fecha ya pasó; elija una que venga."))
    if start > now + FARTHEST:
        raise _refused("visit_far", say("Esa fecha está a más de un año; elija una más cercana."))
    days = school_days_of(session, (receiving.id, visiting.id))
    first_contact = not had_contact(session, partnership.id)
    for school in (receiving, visiting):
        reason = days[school.id].closed(day)
        if reason is not None:
            raise _refused(
                "visit_closed",
                say("Ese día no se puede en %(school)s. %(reason)s", school=school.name, reason=reason),
            )
        quiet = days[school.id].quiet(day) if first_contact else None
        if quiet is not None:
            raise _refused(
                "visit_quiet",
                say("La primera reunión no se pone en esa fecha. %(reason)s Elija otra.", reason=quiet),
            )
    if mode is VisitMode.ON_SITE:
        cap = int(setting_of(session, "visits_per_month", place_of(receiving)))
        if received_in_month(session, receiving.id, day, zone, without_visit=without_visit) >= cap:
            raise Conflict(
                say(
                    "%(school)s ya recibe %(cap)s visitas externas ese mes, que es lo acordado; "
                    "elija otro mes o hágala en línea.",
                    school=receiving.name,
                    cap=cap,
                ),
                code="visit_cap",
            )
    return start, end, zone


def book(
    session: Session,
    partnership: Partnership,
    visit: Visit,
    people: Collection[Participant],
    start: datetime,
    end: datetime,
) -> None:
    """Take the time of both schools and of everybody; the database refuses what overlaps.

    Raises
    ------
    Conflict
        Somebody, or a school, has something else then.
    """
    schools = (partnership.school_id, partnership.leader_school_id)
    persons = [one.person_id for one in people]
    for taken in taken_times(
        session, person_ids=persons, school_ids=schools, first=start, last=end, without_visit=visit.id
    ):
        raise _overlap(who_cannot(taken, people))
    rows = [
        *(VisitBooking(school_id=school_id) for school_id in sorted(schools)),
        *(VisitBooking(person_id=person_id) for person_id in sorted(persons)),
    ]
    for row in rows:
        row.visit_id, row.starts_at, row.ends_at = visit.id, start, end
    try:
        with session.begin_nested():
            session.add_all(rows)
            session.flush()
    except IntegrityError as error:
        raise _overlap(say("Alguien tomó esa hora en este momento.")) from error


def _overlap(reason: str) -> Conflict:
    return Conflict(say("%(reason)s Elija otra hora.", reason=reason), code="visit_overlap")


def _refused(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"at": sentence}, code=code)
