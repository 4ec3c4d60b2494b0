"""Reads about accounts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Grant
from service.models.enums import Role

DEMO_PASSWORD = "minga-de-prueba"
"""Password of every demo account: printed on the sign-in page, in demo mode only."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demo account as the sign-in page and ``minga demo accounts`` show it."""

    email: str
    password: str
    name: str
    role: Role
    territory: str


def demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """List the demo accounts, the coordinators first: theirs is the main path."""
    order = [Role.COORDINATOR, Role.MINISTRY, Role.DIRECTOR, Role.LEADER]
    query = (
        select(Account)
        .where(Account.demo)
        .options(
            selectinload(Account.person),
            selectinload(Account.grants).options(
                selectinload(Grant.service), selectinload(Grant.owner), selectinload(Grant.school)
            ),
        )
        .order_by(Account.id)
    )
    found = [
        DemoAccount(account.email, DEMO_PASSWORD, account.person.name, grant.role, _territory(grant))
        for account in session.scalars(query)
        for grant in account.grants[:1]
    ]
    return tuple(sorted(found, key=lambda account: order.index(account.role)))


def _territory(grant: Grant) -> str:
    if grant.service is not None:
        return grant.service.name
    if grant.owner is not None:
        return grant.owner.name or grant.owner.code
    if grant.school is not None:
        return grant.school.name
    return "all"
