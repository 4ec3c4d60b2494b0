"""Find schools, and what is published about one of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import InvalidInput, NotFound
from service.models import Ownership, School
from service.text import say

SYSTEMS = ("cl", "en")


def find_school(session: Session, text: str) -> School:
    """Find the school that a command or an address names: ``cl:10001``, or the bare number.

    Raises
    ------
    InvalidInput
        It is no school code, or the bare number exists in several systems.
    NotFound
        No school has it.
    """
    system, colon, number = text.strip().rpartition(":")
    number, _, digit = number.partition("-")
    if not number.isdigit() or len(number) > 9 or (colon and system not in SYSTEMS) or len(digit) > 1:
        raise InvalidInput(
            say("«%(text)s» no es un código de establecimiento; se escribe cl:10001 o 10001.", text=text),
            code="school_code",
        )
    query = (
        select(School)
        .where(School.code == int(number))
        .options(
            selectinload(School.levels),
            selectinload(School.commune),
            selectinload(School.ownerships).selectinload(Ownership.owner),
            selectinload(School.ownerships).selectinload(Ownership.service),
        )
    )
    if colon:
        query = query.where(School.system == system)
    found = list(session.scalars(query.order_by(School.system)))
    if not found:
        raise NotFound(
            say("Ningún establecimiento tiene el código %(text)s.", text=text), code="unknown_school"
        )
    if len(found) > 1:
        names = ", ".join(f"{school.system}:{school.code}" for school in found)
        raise InvalidInput(
            say("El código %(text)s existe en varios sistemas: %(names)s.", text=text, names=names),
            code="ambiguous_school",
        )
    school = found[0]
    if digit and school.check_digit and digit.upper() != school.check_digit.upper():
        raise InvalidInput(
            say(
                "El dígito verificador de %(text)s no corresponde: es %(digit)s.",
                text=text,
                digit=school.check_digit,
            ),
            code="check_digit",
        )
    return school


def current_ownership(school: School) -> Ownership | None:
    """Who owns the school now; its ownerships must be loaded."""
    return next((period for period in school.ownerships if period.end_on is None), None)
