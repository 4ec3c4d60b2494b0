"""Reads about accounts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Grant
from service.models.enums import Role
from service.permissions import Actor, Scope

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
    territory_code: str


def actor_of(account: Account) -> Actor:
    """The actor an account stands for; its person and grants must be loaded."""
    return Actor(
        account_id=account.id,
        name=account.person.name,
        scopes=tuple(Scope(g.role, g.service_id, g.owner_id, g.school_id) for g in account.grants),
    )


def has_demo_accounts(session: Session) -> bool:
    """Whether this database is a demonstration: only the demo country brings such accounts."""
    return session.scalar(select(Account.id).where(Account.demo).limit(1)) is not None


def demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """List the demo accounts, the coordinators first: theirs is the main path."""
    order = [Role.COORDINATOR, Role.MINISTRY, Role.DIRECTOR, *Role]
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
        DemoAccount(account.email, DEMO_PASSWORD, account.person.name, grant.role, *territory_of(grant))
        for account in session.scalars(query)
        for grant in account.grants[:1]
    ]
    return tuple(sorted(found, key=lambda account: order.index(account.role)))


def territory_of(grant: Grant) -> tuple[str, str]:
    """What a person reads, and how commands write it."""
    if grant.service is not None:
        kind = "slep" if grant.service.system == "cl" else "la"
        return grant.service.name, f"{kind}:{grant.service.code}"
    if grant.owner is not None:
        return grant.owner.name or grant.owner.code, f"owner:{grant.owner.code}"
    if grant.school is not None:
        return grant.school.name, f"{grant.school.system}:{grant.school.code}"
    return "all", "all"
