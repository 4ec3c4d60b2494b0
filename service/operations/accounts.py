"""Accounts: make one, sign in, end all its sessions."""

import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from zxcvbn import zxcvbn

from service.errors import Conflict, InvalidInput
from service.models import Account, Grant, Person
from service.models.columns import utc_now
from service.models.enums import Role
from service.operations.events import record_event
from service.permissions import AT_SCHOOL, Actor, Place
from service.queries.schools import find_school
from service.queries.territories import parse_territory
from service.text import say

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 256
MAXIMUM_ADDRESS = 254
SHORT_WORD = 3
JUDGED = 64
GUESSES = 10**9
"""A password that a list and its rules find in fewer guesses is refused (zxcvbn, Wheeler 2016)."""
CONTEXT = (
    "minga", "escuela", "colegio", "liceo", "director", "directora", "profesor", "profesora", "educacion",
    "ministerio", "mineduc", "slep", "coordinacion", "clave", "contrasena", "contraseña", "password",
    "bienvenido", "administrador", "usuario", "chile", "santiago", "matematica", "lectura", "teamo",
)  # fmt: skip
"""What somebody would try first here."""
ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the smaller of the settings OWASP recommends: 19 MiB, two passes."""
_nobody = hasher.hash(secrets.token_urlsafe(16))


def place_of_grant(session: Session, role: Role, territory: str | None) -> Place:
    """Read the territory of a new role.

    Raises
    ------
    InvalidInput
        The role needs a territory, or takes none.
    """
    if role is Role.MINISTRY:
        if territory:
            raise InvalidInput(say("El ministerio ve todos los territorios: no se indica ninguno."))
        return Place()
    if not territory:
        raise InvalidInput(say("Este rol necesita un territorio o una escuela."))
    if role not in AT_SCHOOL:
        found = parse_territory(session, territory)
        if found.service_id is None and found.owner_id is None:
            raise InvalidInput(say("Este rol tiene un servicio (slep:, la:) o un sostenedor (owner:)."))
        return Place(service_id=found.service_id, owner_id=found.owner_id)
    return Place(school_id=find_school(session, territory).id)


def mail_address(text: str) -> str:
    """An address as it is kept: lower case, of plain letters, without spaces around it.

    Raises
    ------
    InvalidInput
        It is none, or holds what no mail server of ours could pass on.
    """
    address = text.strip().lower()
    if not ADDRESS.fullmatch(address) or len(address) > MAXIMUM_ADDRESS:
        sentence = say("«%(email)s» no es una dirección de correo.", email=text.strip()[:80])
        raise InvalidInput(sentence, {"email": sentence})
    return address


def check_password(password: str, *of_whom: str) -> None:
    """Refuse a password that is short, or easily guessed from who owns it.

    Raises
    ------
    InvalidInput
        The sentence says what is wanted instead.
    """
    sentence = None
    folded = password.casefold()
    if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
        sentence = say(
            "La contraseña necesita entre %(low)s y %(high)s caracteres.",
            low=MINIMUM_PASSWORD,
            high=MAXIMUM_PASSWORD,
        )
    elif any(word.casefold() in folded for word in of_whom if len(word) > SHORT_WORD):
        sentence = say("La contraseña lleva su nombre o su correo; pruebe con otras palabras.")
    elif zxcvbn(folded[:JUDGED], user_inputs=[*CONTEXT, *of_whom])["guesses"] < GUESSES:
        sentence = say("Es de las primeras que alguien probaría; sirven varias palabras que no van juntas.")
    if sentence is not None:
        raise InvalidInput(sentence, {"password": sentence}, code="password")


def hashed(password: str, *of_whom: str) -> str:
    """Check a password and hash it; slow on purpose, so never inside a transaction."""
    check_password(password, *of_whom)
    return hasher.hash(password)


def new_account(
    session: Session, address: str, name: str, *, locale: str = "es", demo: bool = False
) -> Account:
    """Make an account that nobody can open yet; a person known by that address keeps the name."""
    person = session.scalar(select(Person).where(Person.email == address))
    account = Account(
        person=person or Person(name=name.strip()[:160], email=address),
        email=address,
        password_hash="",
        locale=locale,
        active=True,
        demo=demo,
        created_at=utc_now(),
        grants=[],
    )
    session.add(account)
    return account


def add_account(
    session: Session,
    *,
    actor: Actor,
    email: str,
    name: str,
    password: str,
    role: Role,
    place: Place,
    demo: bool = False,
) -> Account:
    """Give a person an account with one role.

    Raises
    ------
    InvalidInput
        The address or the password cannot be used.
    Conflict
        The address has an account already.
    """
    address = mail_address(email)
    check_password(password)
    if session.scalar(select(Account.id).where(Account.email == address)) is not None:
        raise Conflict(say("«%(email)s» ya tiene una cuenta.", email=address))
    account = new_account(session, address, name, demo=demo)
    account.password_hash = hasher.hash(password)
    account.grants.append(
        Grant(role=role, service_id=place.service_id, owner_id=place.owner_id, school_id=place.school_id)
    )
    session.flush()
    record_event(
        session,
        actor=actor,
        action="account_added",
        object_type="account",
        object_id=account.id,
        data={"role": role.value},
    )
    return account


def authenticate(session: Session, email: str, password: str) -> Account | None:
    """Find the account that this address and password open.

    An unknown address costs as much time as a wrong password.
    """
    account = session.scalar(
        select(Account).where(Account.email == email.strip().lower()).options(selectinload(Account.person))
    )
    known = account is not None and account.active and account.password_hash
    stored = account.password_hash if account is not None and known else _nobody
    try:
        hasher.verify(stored, password[:MAXIMUM_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return account if known else None


def choose_locale(session: Session, account_id: int, locale: str) -> None:
    """Keep the language a person chose."""
    account = session.get(Account, account_id)
    if account is not None:
        account.locale = locale


def correct_own(session: Session, account_id: int, *, name: str, locale: str, actor: Actor) -> None:
    """Keep one's own name and language."""
    account = session.get_one(Account, account_id, options=[selectinload(Account.person)])
    changed = [
        field
        for field, before, after in (
            ("name", account.person.name, name),
            ("locale", account.locale, locale),
        )
        if before != after
    ]
    if not changed:
        return
    account.person.name, account.locale = name, locale
    record_event(
        session,
        actor=actor,
        action="account_corrected",
        object_type="account",
        object_id=account.id,
        data={"fields": changed},
    )
