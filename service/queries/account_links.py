"""What a link of a message opens."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Account, AccountLink, Person
from service.models.columns import utc_now
from service.models.enums import LinkKind


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Whose password a link sets."""

    kind: LinkKind
    name: str
    email: str


def open_link(session: Session, token: str) -> LinkPage | None:
    """What the link opens; None where it was used, replaced, is too old, or never was."""
    row = session.execute(
        select(AccountLink.kind, Person.name, Account.email)
        .join(Account, Account.id == AccountLink.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            AccountLink.token_hash == hashlib.sha256(token.encode()).hexdigest(),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > utc_now(),
            Account.active,
        )
    ).first()
    return None if row is None else LinkPage(*row)
