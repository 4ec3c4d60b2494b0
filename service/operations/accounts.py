"""Accounts: make one, sign in, end all its sessions."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput
from service.models import Account, Grant, Person
from service.models.columns import utc_now
from service.models.enums import Role
from service.operations.events import record_event
from service.permissions import Actor, Place
from service.queries.schools import find_school
from service.queries.territories import parse_territory
from service.text import say

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 256

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
    if role is Role.COORDINATOR:
        found = parse_territory(session, territory)
        if found.service_id is None and found.owner_id is None:
            raise InvalidInput(
                say("La coordinación tiene un servicio (slep:, la:) o un sostenedor (owner:).")
            )
        return Place(service_id=found.service_id, owner_id=found.owner_id)
    return Place(school_id=find_school(session, territory).id)


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
    address = email.strip().lower()
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise InvalidInput(say("«%(email)s» no es una dirección de correo.", email=email))
    if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
        raise InvalidInput(
            say(
                "La contraseña necesita entre %(low)s y %(high)s caracteres.",
                low=MINIMUM_PASSWORD,
                high=MAXIMUM_PASSWORD,
            )
        )
    if session.scalar(select(Account.id).where(Account.email == address)) is not None:
        raise Conflict(say("«%(email)s» ya tiene una cuenta.", email=address))
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(name=name.strip(), email=address)
    account = Account(
        person=person,
        email=address,
        password_hash=hasher.hash(password),
        demo=demo,
        created_at=utc_now(),
        grants=[
            Grant(role=role, service_id=place.service_id, owner_id=place.owner_id, school_id=place.school_id)
        ],
    )
    session.add(account)
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
