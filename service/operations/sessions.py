"""Sessions: begin one, keep it alive, end it.

The browser holds a random key, the database only its hash: who reads the database cannot sign in
with what stands there, and what is ended here is ended everywhere.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.models import AccountSession
from service.models.columns import utc_now
from service.text import say

ABSOLUTE = timedelta(hours=12)
PENDING = timedelta(minutes=10)
"""How long the second factor may keep one waiting after the password."""
KEPT = timedelta(days=30)
"""Ended sessions are forgotten after this."""


def hash_of(key: str) -> str:
    """What is stored of a random key."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin_session(session: Session, account_id: int, *, browser: str, pending: bool = False) -> str:
    """Begin a session and answer its key, which nobody can ask for again."""
    now = utc_now()
    session.execute(delete(AccountSession).where(AccountSession.expires_at < now - KEPT))
    key = secrets.token_urlsafe(32)
    session.add(
        AccountSession(
            account_id=account_id,
            key_hash=hash_of(key),
            browser=browser.replace("\x00", "")[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + (PENDING if pending else ABSOLUTE),
            pending=pending,
        )
    )
    return key


def touch_session(session: Session, session_id: int) -> None:
    """Note that a session is in use."""
    session.execute(update(AccountSession).where(AccountSession.id == session_id).values(seen_at=utc_now()))


def end_session(session: Session, account_id: int, session_id: int) -> None:
    """End one session of an account.

    Raises
    ------
    NotFound
        The account has no such open session.
    """
    ended = session.execute(
        update(AccountSession)
        .where(
            AccountSession.id == session_id,
            AccountSession.account_id == account_id,
            AccountSession.ended_at.is_(None),
        )
        .values(ended_at=utc_now())
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(say("Esa sesión ya no existe."))


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> None:
    """End every session of an account, or all but one, from the next request on."""
    query = update(AccountSession).where(
        AccountSession.account_id == account_id, AccountSession.ended_at.is_(None)
    )
    if but is not None:
        query = query.where(AccountSession.id != but)
    session.execute(query.values(ended_at=utc_now()))
