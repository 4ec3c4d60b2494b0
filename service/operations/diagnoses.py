"""What a school needs, said by named people, and the diagnosis validated with it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.models import Diagnosis, Need, School
from service.models.enums import Element
from service.operations.events import record_event
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say


def state_need(
    session: Session, code: str, *, year: int, element: Element, level: int, note: str, actor: Actor
) -> Need:
    """Say where a school stands on an element, 1 to 4; said again in the same year, it is replaced."""
    school = _diagnosable(session, code, actor)
    need = session.scalar(
        select(Need).where(Need.school_id == school.id, Need.year == year, Need.element == element)
    )
    if need is None:
        need = Need(school_id=school.id, year=year, element=element)
        session.add(need)
    need.level, need.note, need.account_id = level, note or None, actor.account_id
    session.flush()
    record_event(
        session,
        actor=actor,
        action="need_stated",
        object_type="school_need",
        object_id=school.id,
        data={"element": element.value, "level": level, "year": year},
    )
    return need


def remove_need(session: Session, code: str, need_id: int, *, actor: Actor) -> None:
    """Take back what was said about an element.

    Raises
    ------
    NotFound
        The school has no such need.
    """
    school = _diagnosable(session, code, actor)
    need = session.get(Need, need_id)
    if need is None or need.school_id != school.id:
        raise NotFound(say("Esa necesidad ya no está registrada."))
    session.delete(need)
    record_event(
        session,
        actor=actor,
        action="need_removed",
        object_type="school_need",
        object_id=school.id,
        data={"element": need.element.value, "level": need.level, "year": need.year},
    )


def validate_diagnosis(
    session: Session, code: str, *, validated_on: date, validated_with: str, objections: str, actor: Actor
) -> Diagnosis:
    """Record that the diagnosis was gone through with the school: no proposal is published without."""
    school = _diagnosable(session, code, actor)
    year = validated_on.year
    diagnosis = session.scalar(
        select(Diagnosis).where(Diagnosis.school_id == school.id, Diagnosis.year == year)
    )
    if diagnosis is None:
        diagnosis = Diagnosis(school_id=school.id, year=year)
        session.add(diagnosis)
    diagnosis.validated_on, diagnosis.validated_with = validated_on, validated_with
    diagnosis.objections, diagnosis.account_id = objections or None, actor.account_id
    session.flush()
    record_event(
        session,
        actor=actor,
        action="diagnosis_validated",
        object_type="school_diagnosis",
        object_id=school.id,
        data={"year": year},
    )
    return diagnosis


def _diagnosable(session: Session, code: str, actor: Actor) -> School:
    school = find_school(session, code)
    require(actor, Action.VALIDATE_DIAGNOSIS, place_of(school))
    return school
