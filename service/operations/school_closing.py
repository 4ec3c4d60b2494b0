"""Closing a school, or merging it into another."""

from datetime import date

from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.models import School
from service.models.enums import SchoolStatus
from service.operations.schools import editable, keep_correction, record_on_school, write_details
from service.permissions import Actor
from service.queries.schools import find_school
from service.text import say


def close_school(
    session: Session, code: str, *, closed_on: date, successor: str, source: str, actor: Actor
) -> School:
    """Close a school; with a successor it was merged into it, and its series can be followed there.

    Raises
    ------
    Conflict
        It is closed already.
    InvalidInput
        The successor is itself, closed, of another country, or leads back here.
    """
    school = editable(session, code, actor)
    if school.status is SchoolStatus.CLOSED:
        raise Conflict(say("Este establecimiento ya está cerrado."), code="already_closed")
    heir = _successor(session, school, successor) if successor else None
    before = {
        "status": school.status.value,
        "closed_on": school.closed_on.isoformat() if school.closed_on else None,
        "successor": None,
    }
    after = {
        "status": SchoolStatus.CLOSED.value,
        "closed_on": closed_on.isoformat(),
        "successor": heir.code if heir else None,
    }
    for field, value in after.items():
        if before[field] != value:
            keep_correction(session, school, field, before[field], value, source, actor)
            write_details(session, school, field, value)
    session.flush()
    action = "school_merged" if heir else "school_closed"
    record_on_school(session, actor, action, school, source, {"after": after})
    return school


def _successor(session: Session, school: School, text: str) -> School:
    try:
        heir = find_school(session, text if ":" in text else f"{school.system}:{text}")
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(error.message, {"successor": error.message}, code="successor") from error
    sentence = None
    if heir.id == school.id:
        sentence = say("Un establecimiento no puede continuarse a sí mismo.")
    elif heir.system != school.system:
        sentence = say("El establecimiento que lo continúa debe ser del mismo país.")
    elif heir.status is SchoolStatus.CLOSED:
        sentence = say("%(name)s está cerrado; elija uno en funcionamiento.", name=heir.name)
    if sentence is not None:
        raise InvalidInput(sentence, {"successor": sentence}, code="successor")
    return heir
