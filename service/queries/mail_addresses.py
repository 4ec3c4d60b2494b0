"""Who gets a letter about a school, a leader or a territory: the open accounts with that role there."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Grant, Leader
from service.models.enums import Role
from service.permissions import Place


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a letter is written to."""

    account_id: int | None
    name: str
    email: str
    locale: str


def readers_at_school(
    session: Session, school_id: int, roles: Collection[Role] = (Role.DIRECTOR,)
) -> list[Reader]:
    """Accounts with one of these roles at a school."""
    return _readers(session, Grant.role.in_(tuple(roles)), Grant.school_id == school_id)


def readers_of_place(session: Session, place: Place) -> list[Reader]:
    """The coordination of a place."""
    return _readers(
        session,
        Grant.role == Role.COORDINATOR,
        or_(
            (Grant.service_id == place.service_id) if place.service_id is not None else Grant.id < 0,
            (Grant.owner_id == place.owner_id) if place.owner_id is not None else Grant.id < 0,
        ),
    )


def readers_for_leader(session: Session, leader: Leader) -> list[Reader]:
    """The account of a leader; without one, the address on record (its person must be loaded)."""
    found = _readers(session, Grant.role == Role.LEADER, Grant.school_id == leader.school_id)
    if found or not leader.person.email:
        return found
    return [Reader(None, leader.person.name, leader.person.email, "es")]


def _readers(session: Session, *conditions: object) -> list[Reader]:
    accounts = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Account.active, *conditions)  # type: ignore[arg-type]
        .options(selectinload(Account.person))
        .order_by(Account.id)
    ).unique()
    return [Reader(one.id, one.person.name, one.email, one.locale) for one in accounts]
