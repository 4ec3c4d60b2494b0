"""Visits ahead: plan, agree, move, cancel. What took place is in ``visit_records``."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed
from service.lifecycles import VISIT
from service.models import Visit, VisitBooking, VisitPerson
from service.models.states import (
    ExchangeKind,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.operations.events import record_event
from service.operations.transitions import advance
from service.operations.visit_guards import (
    SIDES,
    at_work,
    book,
    check_people,
    checked_time,
    chosen_people,
    locked_visit,
)
from service.operations.visit_mail import tell_agreed, tell_cancelled, tell_moved, tell_proposed
from service.permissions import Actor
from service.queries.visits import (
    Participant,
    find_visit,
)
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """What a form says of a visit; day and hour are those of the receiving school."""

    kind: ExchangeKind
    direction: VisitDirection
    mode: VisitMode
    day: date
    hour: time
    minutes: int
    place: str
    way_there: str
    purpose: str
    person_ids: tuple[int, ...]


def plan_visit(
    session: Session, partnership_id: int, plan: VisitPlan, *, actor: Actor, now: datetime
) -> Visit:
    """Propose a visit to the other school; it is agreed once they say yes.

    Raises
    ------
    NotFound, NotAllowed
        Only the two schools plan; others may look.
    InvalidInput
        The day is past, closed or quiet, the clocks change, or nobody of one side comes.
    Conflict
        Somebody has something else then, the school has its visits of the month, the leader is
        on a pause, or the partnership is not at work.
    """
    partnership, side = at_work(session, partnership_id, actor)
    people = chosen_people(session, partnership, plan.person_ids, now)
    start, end, zone = checked_time(
        session, partnership, plan.direction, plan.mode, plan.day, plan.hour, plan.minutes, now=now
    )
    visit = Visit(
        partnership_id=partnership.id,
        state=VISIT.initial,
        kind=plan.kind,
        direction=plan.direction,
        mode=plan.mode,
        purpose=plan.purpose,
        place=plan.place,
        way_there=plan.way_there,
        starts_at=start,
        minutes=plan.minutes,
        time_zone=zone,
        proposed_by=side,
        proposed_at=now,
        uid=f"visita-{secrets.token_hex(16)}@minga",
        sequence=0,
        created_at=now,
    )
    session.add(visit)
    session.flush()
    session.add_all(VisitPerson(visit_id=visit.id, person_id=one.person_id, side=one.side) for one in people)
    book(session, partnership, visit, people, start, end)
    record_event(
        session,
        actor=actor,
        action="visit_proposed",
        object_type="visit",
        object_id=visit.id,
        data={
            "starts_at": start.isoformat(),
            "partnership": partnership.id,
            "direction": plan.direction.value,
        },
    )
    partnership, visit = find_visit(session, partnership.id, visit.id, actor)
    tell_proposed(session, partnership, visit, by=side, now=now)
    return visit


def agree_visit(
    session: Session, partnership_id: int, visit_id: int, *, actor: Actor, now: datetime
) -> Visit:
    """Say yes to a visit that the other side proposed; everybody gets it for the calendar.

    Raises
    ------
    NotAllowed
        It is the other side's answer.
    Conflict
        It was answered, moved or cancelled meanwhile, its time is past, or the leader is on a pause.
    """
    partnership, visit, parties = locked_visit(session, partnership_id, visit_id, actor)
    mine = [side for party, side in SIDES.items() if party in parties]
    if visit.state is VisitState.PROPOSED and mine == [visit.proposed_by]:
        raise NotAllowed(
            say("La respuesta le corresponde a la otra escuela; le avisaremos cuando conteste."),
            action="visit_agree",
        )
    if visit.state is VisitState.PROPOSED:
        check_people(partnership)
        if visit.starts_at <= now:
            raise Conflict(
                say("La fecha propuesta ya pasó; proponga otra."), code="visit_past", state=visit.state.value
            )
    advance(session, VISIT, visit, "agree", actor=actor, parties=parties)
    visit.sequence += 1
    session.flush()
    tell_agreed(session, partnership, visit, now=now)
    return visit


def move_visit(
    session: Session,
    partnership_id: int,
    visit_id: int,
    *,
    day: date,
    hour: time,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Visit:
    """Propose another time for the same visit: its identity, people and purpose stay (V5).

    Raises
    ------
    NotFound, NotAllowed, InvalidInput, Conflict
        As for planning; a held, missed or cancelled visit is not moved any more.
    """
    partnership, visit, parties = locked_visit(session, partnership_id, visit_id, actor)
    check_people(partnership)
    before = visit.starts_at
    sides = [side for party, side in SIDES.items() if party in parties]
    if visit.state in (VisitState.PROPOSED, VisitState.AGREED):
        start, end, zone = checked_time(
            session,
            partnership,
            visit.direction,
            visit.mode,
            day,
            hour,
            visit.minutes,
            now=now,
            without_visit=visit.id,
        )
    else:
        start, end, zone = visit.starts_at, visit.starts_at, visit.time_zone
    advance(
        session,
        VISIT,
        visit,
        "move",
        actor=actor,
        parties=parties,
        reason=reason,
        data={"before": before.isoformat(), "after": start.isoformat()},
    )
    visit.starts_at, visit.time_zone = start, zone
    visit.proposed_by, visit.proposed_at = sides[0], now
    visit.sequence += 1
    people = [Participant(one.person_id, one.person.name, one.side) for one in visit.people]
    session.execute(delete(VisitBooking).where(VisitBooking.visit_id == visit.id))
    session.flush()
    book(session, partnership, visit, people, start, end)
    tell_moved(session, partnership, visit, by=sides[0], before=before, now=now)
    return visit


def cancel_visit(
    session: Session, partnership_id: int, visit_id: int, *, reason: str, actor: Actor, now: datetime
) -> Visit:
    """Call a visit off, with a reason; whoever has it in a calendar gets the cancellation.

    Raises
    ------
    NotFound, NotAllowed, Conflict, InvalidInput
        A reason is missing, or it took place or was cancelled already.
    """
    partnership, visit, parties = locked_visit(session, partnership_id, visit_id, actor)
    advance(session, VISIT, visit, "cancel", actor=actor, parties=parties, reason=reason)
    visit.sequence += 1
    session.execute(delete(VisitBooking).where(VisitBooking.visit_id == visit.id))
    session.flush()
    tell_cancelled(session, partnership, visit, reason=reason, now=now)
    return visit
