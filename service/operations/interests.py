"""Interests declared between a person and a school: from when to when, never deleted."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Interest, Leader
from service.models.columns import utc_now
from service.models.leader_states import InterestKind
from service.operations.events import record_event
from service.permissions import Actor
from service.queries.leader_access import own_or_kept
from service.queries.schools import find_school
from service.text import say


def declare_interest(
    session: Session,
    leader_id: int,
    school_key: str,
    *,
    kind: InterestKind,
    start_on: date,
    end_on: date | None,
    note: str,
    actor: Actor,
) -> Interest:
    """Declare what binds a leader to another school: that pair is never proposed while it lasts.

    Raises
    ------
    InvalidInput
        The school is not known or the leader's own, the dates are in no order, or it was declared.
    """
    leader, _own = own_or_kept(session, leader_id, actor)
    try:
        school = find_school(session, school_key)
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(error.message, {"school": error.message}, code="unknown_school") from error
    sentence = None
    if school.id == leader.school_id:
        sentence = say("Es su propia escuela: con ella no se empareja de todos modos.")
    elif session.scalar(
        select(Interest.id).where(
            Interest.person_id == leader.person_id,
            Interest.school_id == school.id,
            Interest.kind == kind,
            Interest.start_on == start_on,
        )
    ):
        sentence = say("Ese interés ya está declarado.")
    if sentence is not None:
        raise InvalidInput(sentence, {"school": sentence}, code="interest")
    if end_on is not None and end_on < start_on:
        sentence = say("El término no puede ser anterior al comienzo.")
        raise InvalidInput(sentence, {"end_on": sentence}, code="in_order")
    interest = Interest(
        person_id=leader.person_id,
        school_id=school.id,
        kind=kind,
        note=note or None,
        start_on=start_on,
        end_on=end_on,
        account_id=actor.account_id,
        declared_at=utc_now(),
    )
    session.add(interest)
    session.flush()
    _record(session, actor, "interest_declared", leader, interest)
    return interest


def end_interest(
    session: Session, leader_id: int, interest_id: int, *, actor: Actor, today: date
) -> Interest:
    """An interest ends today; that it was there stays on record.

    Raises
    ------
    NotFound
        There is no such open interest of this leader.
    """
    leader, _own = own_or_kept(session, leader_id, actor)
    interest = session.get(Interest, interest_id)
    ended = interest is not None and interest.end_on is not None and interest.end_on <= today
    if interest is None or interest.person_id != leader.person_id or ended:
        raise NotFound(say("Ese interés ya no está vigente."), code="unknown_interest")
    interest.end_on = max(today, interest.start_on)
    session.flush()
    _record(session, actor, "interest_ended", leader, interest)
    return interest


def _record(session: Session, actor: Actor, action: str, leader: Leader, interest: Interest) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="leader",
        object_id=leader.id,
        data={"interest": interest.id, "kind": interest.kind.value, "school": interest.school_id},
    )
