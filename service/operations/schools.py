"""Schools by hand: add one, correct it, undo a correction, close it, merge it into another.

A corrected field keeps the official value beside it: the next import reports the difference and
leaves the correction. Every change needs a source and is written to the record.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.imports.cl.codes import check_digit
from service.models import Commune, Correction, Ownership, School, SchoolLevel
from service.models.columns import utc_now
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.operations.events import record_event
from service.permissions import Action, Actor, Place, require
from service.queries.reach import place_of
from service.queries.schools import current_ownership, find_school
from service.text import fold, say

FIELDS = ("name", "commune", "owner_type", "levels", "rural", "place", "enrolment")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDetails:
    """What a form says of a school; ``commune`` is its official code."""

    name: str
    commune: str | None
    owner_type: OwnerType
    levels: tuple[Phase, ...]
    rural: bool | None
    place: tuple[float, float] | None
    enrolment: int | None

    def stored(self) -> dict[str, Any]:
        """The fields as corrections keep them."""
        return {
            "name": self.name,
            "commune": self.commune,
            "owner_type": self.owner_type.value,
            "levels": sorted(phase.value for phase in self.levels),
            "rural": self.rural,
            "place": None if self.place is None else list(self.place),
            "enrolment": self.enrolment,
        }


def details_of(school: School) -> SchoolDetails:
    """What is known of a school now; levels, commune and ownerships must be loaded."""
    period = current_ownership(school)
    return SchoolDetails(
        name=school.name,
        commune=school.commune.code if school.commune else None,
        owner_type=period.owner_type if period else OwnerType.OTHER,
        levels=tuple(level.phase for level in school.levels),
        rural=school.rural,
        place=None
        if school.latitude is None or school.longitude is None
        else (school.latitude, school.longitude),
        enrolment=school.enrolment,
    )


def add_school(
    session: Session, number: str, details: SchoolDetails, *, territory: Place, source: str, actor: Actor
) -> School:
    """Add a school of Chile that no official file has yet; ``number`` is its RBD with check digit.

    Raises
    ------
    InvalidInput
        The number is taken, or its check digit is wrong.
    """
    require(actor, Action.EDIT_SCHOOL, territory)
    code, digit = _number(number)
    if session.scalar(select(School.id).where(School.system == "cl", School.code == code)) is not None:
        raise InvalidInput(
            say("Ya existe un establecimiento con ese RBD."),
            {"code": say("Ya existe un establecimiento con el RBD %(code)s.", code=code)},
            code="duplicate_school",
        )
    school = School(
        system="cl",
        code=code,
        check_digit=digit,
        name=details.name,
        name_folded=fold(details.name),
        status=SchoolStatus.WORKING,
        has_enrolment=bool(details.enrolment),
        enrolment=details.enrolment,
        rural=details.rural,
        commune=_commune(session, "cl", details.commune),
        latitude=details.place[0] if details.place else None,
        longitude=details.place[1] if details.place else None,
        levels=[SchoolLevel(phase=phase) for phase in details.levels],
        ownerships=[
            Ownership(
                owner_type=details.owner_type, owner_id=territory.owner_id, service_id=territory.service_id
            )
        ],
    )
    session.add(school)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(say("Alguien registró ese RBD en este momento."), code="duplicate_school") from error
    record_on_school(session, actor, "school_added", school, source, {"code": code})
    return school


def correct_school(
    session: Session, code: str, details: SchoolDetails, *, source: str, actor: Actor
) -> School:
    """Set the fields that differ; each official value stays beside its correction."""
    school = editable(session, code, actor)
    before, after = details_of(school).stored(), details.stored()
    changed = [field for field in FIELDS if before[field] != after[field]]
    for field in changed:
        keep_correction(session, school, field, before[field], after[field], source, actor)
        write_details(session, school, field, after[field])
    if changed:
        session.flush()
        data = {field: {"before": before[field], "after": after[field]} for field in changed}
        record_on_school(session, actor, "school_corrected", school, source, data)
    return school


def undo_correction(session: Session, code: str, correction_id: int, *, actor: Actor) -> School:
    """Give a field its official value back.

    Raises
    ------
    NotFound
        The school has no such correction, or it was undone already.
    """
    school = editable(session, code, actor)
    correction = session.get(Correction, correction_id)
    if correction is None or correction.school_id != school.id or correction.ended_at is not None:
        raise NotFound(say("Esa corrección ya no está vigente."))
    correction.ended_at = utc_now()
    write_details(session, school, correction.field, correction.official)
    session.flush()
    data = {correction.field: {"before": correction.value, "after": correction.official}}
    record_on_school(session, actor, "correction_undone", school, None, data)
    return school


def editable(session: Session, code: str, actor: Actor) -> School:
    """A school that the actor may edit.

    Raises
    ------
    NotFound, NotAllowed
    """
    school = find_school(session, code)
    require(actor, Action.EDIT_SCHOOL, place_of(school))
    session.execute(select(School.id).where(School.id == school.id).with_for_update())
    return school


def _number(text: str) -> tuple[int, str]:
    """The RBD and its check digit, as a person types them: ``10001-3``, ``10.001-3``."""
    number, dash, digit = text.strip().upper().replace(".", "").partition("-")
    if not number.isdecimal() or not 1 <= len(number) <= 6 or int(number) == 0:
        sentence = say("Escriba el RBD con su dígito verificador, como 10001-3.")
        raise InvalidInput(sentence, {"code": sentence}, code="school_code")
    right = check_digit(int(number))
    if not dash or digit.strip() != right:
        sentence = say("El dígito verificador no corresponde al RBD %(number)s.", number=number)
        raise InvalidInput(sentence, {"code": sentence}, code="check_digit")
    return int(number), right


def keep_correction(
    session: Session, school: School, field: str, before: Any, value: Any, source: str, actor: Actor
) -> None:
    """Keep a correction; a school made by hand has no official value to keep."""
    if school.batch_id is None:
        return
    active = session.scalar(
        select(Correction).where(
            Correction.school_id == school.id, Correction.field == field, Correction.ended_at.is_(None)
        )
    )
    official = before if active is None else active.official
    if active is not None:
        active.ended_at = utc_now()
        session.flush()
    if value != official:
        session.add(
            Correction(
                school_id=school.id,
                field=field,
                value=value,
                official=official,
                source=source,
                account_id=actor.account_id,
                made_at=utc_now(),
            )
        )


def write_details(session: Session, school: School, field: str, value: Any) -> None:
    """Put one field, as corrections keep it, into the school."""
    if field == "name":
        school.name, school.name_folded = value, fold(value)
    elif field == "status":
        school.status = SchoolStatus(value)
    elif field == "commune":
        school.commune = _commune(session, school.system, value)
    elif field == "owner_type":
        period = current_ownership(school)
        if period is None:
            school.ownerships.append(Ownership(owner_type=OwnerType(value)))
        else:
            period.owner_type = OwnerType(value)
    elif field == "levels":
        wanted = {Phase(phase) for phase in value}
        kept = [level for level in school.levels if level.phase in wanted]
        for level in school.levels:
            if level.phase not in wanted:
                session.delete(level)
        missing = wanted - {level.phase for level in kept}
        school.levels = kept + [SchoolLevel(phase=phase) for phase in sorted(missing)]
    elif field == "rural":
        school.rural = value
    elif field == "place":
        school.latitude, school.longitude = (None, None) if value is None else value
    elif field == "enrolment":
        school.enrolment, school.has_enrolment = value, bool(value)
    elif field == "closed_on":
        school.closed_on = None if value is None else date.fromisoformat(value)
    elif field == "successor":
        school.successor_id = (
            None
            if value is None
            else session.scalar(select(School.id).where(School.system == school.system, School.code == value))
        )


def _commune(session: Session, system: str, code: str | None) -> Commune | None:
    if code is None:
        return None
    found = session.scalar(select(Commune).where(Commune.system == system, Commune.code == code))
    if found is None:
        sentence = say("Elija una comuna de la lista.")
        raise InvalidInput(sentence, {"commune": sentence}, code="unknown_commune")
    return found


def territory_to_add(actor: Actor) -> Place:
    """Where a new school of an actor belongs: the first service, or owner, that the actor coordinates."""
    services, owners = actor.coordinated
    if services:
        return Place(service_id=min(services))
    return Place(owner_id=min(owners, default=None))


def record_on_school(
    session: Session, actor: Actor, action: str, school: School, source: str | None, data: dict[str, Any]
) -> None:
    """Write down what was done to a school, with its source."""
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="school",
        object_id=school.id,
        reason=source,
        data=data,
    )
