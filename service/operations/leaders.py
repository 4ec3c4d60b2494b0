"""Leaders by hand: register one, correct what is known."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.models import Leader, Person, Post, School
from service.models.enums import Element, LeaderStatus, PostRole
from service.operations.events import record_event
from service.permissions import Action, Actor, require
from service.queries.leaders import find_leader
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderDetails:
    """What a form says of a leader."""

    name: str
    email: str | None
    school: str
    status: LeaderStatus
    in_post_since: date | None = None
    capacity: int = 1
    elements: dict[Element, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ("es",)
    online: bool = False
    max_km: float | None = None
    consent_on: date | None = None
    owner_consent_on: date | None = None
    trained_on: date | None = None


def register_leader(session: Session, details: LeaderDetails, *, source: str, actor: Actor) -> Leader:
    """Register the head of a school as a leader, with the school that stands behind.

    Raises
    ------
    InvalidInput
        The school is not known, or this person is registered with it already.
    """
    school = _school(session, details.school, actor)
    person = _person(session, details)
    if person.id is not None and session.scalar(
        select(Leader.id).where(Leader.person_id == person.id, Leader.school_id == school.id)
    ):
        sentence = say("%(name)s ya está en la lista con esta escuela.", name=person.name)
        raise InvalidInput(sentence, {"name": sentence}, code="duplicate_leader")
    leader = Leader(person=person, school=school)
    session.add(leader)
    _write(leader, details, source)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            say("Alguien registró a esta persona en este momento."), code="duplicate_leader"
        ) from error
    session.add(
        Post(person_id=person.id, school_id=school.id, role=PostRole.HEAD, start_on=details.in_post_since)
    )
    _record(session, actor, "leader_registered", leader, source, {"school": school.code})
    return leader


def correct_leader(
    session: Session, leader_id: int, details: LeaderDetails, *, source: str, actor: Actor
) -> Leader:
    """Correct what is known of a leader; a leader stays with the school of the designation.

    The state, the consents and the training are no data to correct: each has its own step, with
    who, when and why.

    Raises
    ------
    NotFound
        There is none, or it belongs to another territory.
    InvalidInput
        The address belongs to somebody else.
    """
    leader = find_leader(session, leader_id, actor=actor, action=Action.EDIT_LEADER)
    before = _facts(leader)
    _check_email(session, details, leader.person)
    leader.person.name, leader.person.email = details.name, details.email
    post = session.scalar(
        select(Post).where(
            Post.person_id == leader.person_id, Post.school_id == leader.school_id, Post.end_on.is_(None)
        )
    )
    if post is not None:
        post.start_on = details.in_post_since
    _offer(leader, details, source)
    session.flush()
    after = _facts(leader)
    changed = {
        key: {"before": before[key], "after": after[key]} for key in after if before[key] != after[key]
    }
    _record(session, actor, "leader_corrected", leader, source, changed)
    return leader


def _school(session: Session, text: str, actor: Actor) -> School:
    try:
        school = find_school(session, text)
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(error.message, {"school": error.message}, code="unknown_school") from error
    require(actor, Action.EDIT_LEADER, place_of(school))
    return school


def _person(session: Session, details: LeaderDetails) -> Person:
    """The person of this address, or a new one: names are no key."""
    if details.email:
        found = session.scalar(select(Person).where(Person.email == details.email))
        if found is not None:
            return found
    return Person(name=details.name, email=details.email)


def _check_email(session: Session, details: LeaderDetails, person: Person) -> None:
    if details.email and session.scalar(
        select(Person.id).where(Person.email == details.email, Person.id != person.id)
    ):
        sentence = say("Esa dirección de correo es de otra persona.")
        raise InvalidInput(sentence, {"email": sentence}, code="email_taken")


def _write(leader: Leader, details: LeaderDetails, source: str) -> None:
    leader.status = details.status
    leader.consent_on, leader.owner_consent_on = details.consent_on, details.owner_consent_on
    leader.trained_on = details.trained_on
    _offer(leader, details, source)


def _offer(leader: Leader, details: LeaderDetails, source: str) -> None:
    leader.in_post_since, leader.source = details.in_post_since, source
    leader.capacity, leader.online, leader.max_km = details.capacity, details.online, details.max_km
    leader.elements = {element.value: level for element, level in details.elements.items()}
    leader.languages = list(details.languages)


def _facts(leader: Leader) -> dict[str, Any]:
    """What the record keeps of a leader; contact data is not repeated there."""

    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "status": leader.status.value,
        "in_post_since": day(leader.in_post_since),
        "capacity": leader.capacity,
        "elements": dict(leader.elements),
        "languages": list(leader.languages),
        "online": leader.online,
        "max_km": leader.max_km,
        "consent_on": day(leader.consent_on),
        "owner_consent_on": day(leader.owner_consent_on),
        "trained_on": day(leader.trained_on),
    }


def _record(
    session: Session, actor: Actor, action: str, leader: Leader, source: str, data: dict[str, Any]
) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="leader",
        object_id=leader.id,
        reason=source,
        data=data,
    )
