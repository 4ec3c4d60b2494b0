"""Made-up people, posts and accounts."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Account, Grant, Person, Post, School
from service.models.columns import utc_now
from service.models.enums import PostRole, Role
from service.operations.accounts import hasher
from service.permissions import Actor, Scope
from tests.factories.numbers import next_number

PASSWORD = "clave-de-prueba"
_hash = hasher.hash(PASSWORD)


def make_person(session: Session, **given: Any) -> Person:
    number = next_number()
    return _add(session, Person(**{"name": f"Persona {number}", "email": f"p{number}@escuela.cl", **given}))


def make_post(session: Session, school: School, **given: Any) -> Post:
    values = {"person": given.get("person") or make_person(session), "role": PostRole.HEAD}
    return _add(session, Post(school=school, **{**values, **given}))


def make_account(session: Session, role: Role, **reach: Any) -> Account:
    """An account with one role; ``reach`` names service_id, owner_id or school_id."""
    number = next_number()
    person = make_person(session, email=f"cuenta{number}@minga.cl")
    account = Account(
        person=person,
        email=person.email,
        password_hash=_hash,
        created_at=utc_now(),
        grants=[Grant(role=role, **reach)],
    )
    return _add(session, account)


def make_actor(role: Role, **reach: Any) -> Actor:
    """Who acts, without an account in the database."""
    return Actor(account_id=None, name="Prueba", scopes=(Scope(role, **reach),))


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
