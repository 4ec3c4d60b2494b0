"""Which session a browser's key opens, and which ones a person has."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, AccountSession
from service.models.columns import utc_now

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def device_name(browser: str) -> str:
    """A browser and its system, out of what the browser says of itself; a short name stays as it is.

    Examples
    --------
    >>> device_name("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36")
    'Chrome, Windows'
    """
    found = (
        next((name for sign, name in signs.items() if sign in browser), "") for signs in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found)) or browser[:20]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """An open session as its owner sees it."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime


def session_of(
    session: Session, key: str, *, idle: timedelta, pending: bool = False
) -> AccountSession | None:
    """Find the open session of a key, with its account, person and roles; None once it ended.

    Parameters
    ----------
    pending : bool
        Look for one whose second factor is still to come, instead of one that opens pages.
    """
    now = utc_now()
    return session.scalar(
        select(AccountSession)
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            AccountSession.key_hash == hashlib.sha256(key.encode()).hexdigest(),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
            AccountSession.seen_at > now - idle,
            AccountSession.pending.is_(pending),
            Account.active,
        )
        .options(
            selectinload(AccountSession.account).options(
                selectinload(Account.person), selectinload(Account.grants)
            )
        )
    )


def open_sessions(session: Session, account_id: int, *, idle: timedelta) -> tuple[SessionLine, ...]:
    """The open sessions of an account, the last used first."""
    now = utc_now()
    found = session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.pending.is_(False),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
            AccountSession.seen_at > now - idle,
        )
        .order_by(AccountSession.seen_at.desc(), AccountSession.id)
    )
    return tuple(SessionLine(s.id, device_name(s.browser), s.created_at, s.seen_at) for s in found)
