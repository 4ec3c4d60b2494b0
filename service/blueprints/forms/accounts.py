"""Forms about accounts."""

from dataclasses import dataclass
from datetime import date

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.models.enums import Role
from service.operations.account_requests import ASKED_FOR, Asking
from service.operations.accounts import mail_address
from service.operations.invitations import Invitation
from service.permissions import AT_SCHOOL
from service.queries.account_pages import SORTS, AccountFilters
from service.queries.listing import MAXIMUM_PAGE
from service.text import say

LANGUAGES = ("es", "en")
STATES = ("open", "invited", "closed")
REASON = 500


def account_filters() -> AccountFilters:
    """Read the address of the list; what is not understood is left out."""
    reader = FieldReader(request.args)
    return AccountFilters(
        q=reader.text("q", required=False)[:200],
        role=reader.choice("role", Role, required=False),
        state=reader.one_of("state", STATES),
        sort=reader.one_of("sort", SORTS, "name"),
        direction=reader.one_of("direction", ("asc", "desc"), "asc"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


def invitation_form(today: date) -> Invitation:
    """Whom to invite.

    Raises
    ------
    InvalidInput
        With a sentence for each wrong field.
    """
    reader = FieldReader(request.form)
    role = reader.choice("role", Role)
    school = reader.text("school", required=role in AT_SCHOOL, longest=20)
    territory = reader.text("territory", required=role not in (*AT_SCHOOL, Role.MINISTRY, None), longest=80)
    invitation = Invitation(
        email=_address(reader),
        name=reader.text("name", longest=160),
        role=role or Role.DIRECTOR,
        territory=(school if role in AT_SCHOOL else territory) or None,
        starts_on=reader.day("starts_on", required=False, latest=today),
        locale=reader.one_of("locale", LANGUAGES, "es"),
    )
    reader.check()
    return invitation


def asking_form(locale: str) -> Asking:
    """Who asks for an account.

    Raises
    ------
    InvalidInput
        With a sentence for each wrong field.
    """
    reader = FieldReader(request.form)
    role = reader.choice("role", Role)
    if role is not None and role not in ASKED_FOR:
        reader.refuse("role", say("Elija una de las opciones."))
    asking = Asking(
        name=reader.text("name", longest=160),
        email=_address(reader),
        role=role or Role.DIRECTOR,
        school=reader.text("school", longest=20),
        note=reader.text("note", required=False, longest=500),
        locale=locale,
    )
    reader.check()
    return asking


@dataclass(frozen=True, slots=True)
class OwnForm:
    """One's own name and language."""

    name: str
    locale: str

    @classmethod
    def from_request(cls) -> "OwnForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            The name is missing or too long.
        """
        reader = FieldReader(request.form)
        name = reader.text("name", longest=160)
        locale = reader.one_of("locale", LANGUAGES)
        if not locale:
            reader.refuse("locale", say("Elija una de las opciones."))
        reader.check()
        return cls(name, locale)


def new_password() -> str:
    """The new password, typed twice; as it was typed, spaces too.

    Raises
    ------
    InvalidInput
        The two differ.
    """
    first, second = request.form.get("password", ""), request.form.get("again", "")
    if first != second:
        sentence = say("Las dos contraseñas no son iguales.")
        raise InvalidInput(sentence, {"again": sentence}, code="password")
    return first


def reason_form() -> str:
    """Why something is done to an account.

    Raises
    ------
    InvalidInput
        It is missing or too long.
    """
    reader = FieldReader(request.form)
    reason = reader.text("reason", longest=REASON)
    reader.check()
    return reason


def _address(reader: FieldReader) -> str:
    text = reader.text("email", longest=254)
    if not text:
        return ""
    try:
        return mail_address(text)
    except InvalidInput as error:
        reader.errors.setdefault("email", error.message)
        return ""
