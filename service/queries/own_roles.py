"""Roles as their holder reads them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import (
    Account,
)
from service.models.enums import Role
from service.queries.account_pages import with_roles
from service.queries.accounts import territory_of


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role as its holder reads it."""

    role: Role
    territory: str


def own_roles(session: Session, account_id: int) -> tuple[OwnRole, ...]:
    """The roles of an account, as its holder reads them."""
    account = session.scalars(
        select(Account)
        .where(Account.id == account_id)
        .options(*with_roles())
        .execution_options(populate_existing=True)
    ).one()
    return tuple(OwnRole(grant.role, territory_of(grant)[0]) for grant in account.grants)
