"""Passwords: the single-use links that set them, and changing one's own.

Hashing takes a while on purpose, so it is done before a transaction begins.
"""

import secrets
from datetime import timedelta

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput
from service.letters import HERE, Letter, write_letter
from service.models import Account, AccountLink
from service.models.columns import utc_now
from service.models.enums import LinkKind
from service.operations.accounts import hasher
from service.operations.events import record_event
from service.operations.mail import queue_message, void_messages
from service.operations.sessions import end_sessions, hash_of
from service.permissions import NOBODY, Actor
from service.text import say

LIFE = {LinkKind.INVITATION: timedelta(hours=72), LinkKind.RESET: timedelta(minutes=30)}


def make_link(session: Session, account: Account, kind: LinkKind, *, actor: Actor) -> tuple[AccountLink, str]:
    """Make a link that opens once, and its address; earlier ones of the account open no more."""
    now = utc_now()
    earlier = session.scalars(
        select(AccountLink).where(
            AccountLink.account_id == account.id,
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > now,
        )
    )
    for link in earlier:
        link.expires_at = now
        void_messages(session, ("account_link", link.id))
    token = secrets.token_urlsafe(32)
    link = AccountLink(
        account_id=account.id,
        kind=kind,
        token_hash=hash_of(token),
        created_at=now,
        created_by_id=actor.account_id,
        expires_at=now + LIFE[kind],
    )
    session.add(link)
    session.flush()
    return link, f"{HERE}/cuenta/clave/{token}"


def request_reset(session: Session, email: str) -> None:
    """Send a link to set a new password; an unknown address is told the same, by the caller.

    For an unknown address the same is made and thrown away, and the same line of the record is
    written: neither the answer nor the time it takes tells who has an account.
    """
    account = session.scalar(
        select(Account)
        .where(Account.email == email.strip().lower(), Account.active)
        .options(selectinload(Account.person))
    )
    if account is None or account.demo:
        token = secrets.token_urlsafe(32)
        _reset_letter("es", hash_of(token), f"{HERE}/cuenta/clave/{token}")
        record_event(session, actor=NOBODY, action="reset_for_nobody", object_type="account", object_id=0)
        return
    own = Actor(account.id, account.person.name)
    link, url = make_link(session, account, LinkKind.RESET, actor=own)
    letter = _reset_letter(account.locale, account.person.name, url)
    queue_message(
        session,
        letter,
        key=f"account_link:{link.id}",
        kind="reset",
        recipient=account.email,
        locale=account.locale,
        about=("account_link", link.id),
        account_id=account.id,
        secret=True,
        void_after=LIFE[LinkKind.RESET],
    )
    record_event(session, actor=own, action="reset_requested", object_type="account", object_id=account.id)


def _reset_letter(locale: str, name: str, url: str) -> Letter:
    minutes = int(LIFE[LinkKind.RESET].total_seconds() // 60)
    return write_letter("reset", locale, name=name, url=url, minutes=minutes)


def use_link(session: Session, token: str, password_hash: str) -> Account:
    """Set the password that a link was made for; the link is used up, every session ends.

    Raises
    ------
    Conflict
        The link was used, replaced, or is too old.
    """
    now = utc_now()
    link_id = session.scalar(
        update(AccountLink)
        .where(
            AccountLink.token_hash == hash_of(token),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > now,
            AccountLink.account_id.in_(select(Account.id).where(Account.active)),
        )
        .values(used_at=now)
        .returning(AccountLink.id)
    )
    if link_id is None:
        raise link_is_void()
    link = session.get_one(
        AccountLink,
        link_id,
        options=[selectinload(AccountLink.account).selectinload(Account.person)],
        populate_existing=True,
    )
    account = link.account
    account.password_hash = password_hash
    end_sessions(session, account.id)
    record_event(
        session,
        actor=Actor(account.id, account.person.name),
        action="password_set",
        object_type="account",
        object_id=account.id,
        data={"by": link.kind.value},
    )
    return account


def link_is_void() -> Conflict:
    """The same refusal for a link used, replaced, too old, or never made."""
    return Conflict(
        say("Este enlace ya se usó o venció. Pida uno nuevo en «¿No recuerda su contraseña?»."),
        code="link_void",
    )


def check_current(account: Account, password: str) -> None:
    """Refuse where the present password is another.

    Raises
    ------
    InvalidInput
        At the field of the present password.
    """
    try:
        hasher.verify(account.password_hash, password[:256])
    except (VerificationError, InvalidHashError) as error:
        sentence = say("No es su contraseña actual.")
        raise InvalidInput(sentence, {"current": sentence}, code="password") from error


def change_password(
    session: Session, account_id: int, password_hash: str, *, session_id: int, actor: Actor
) -> None:
    """Set one's own new password; the other sessions end.

    Raises
    ------
    Conflict
        Everybody knows the password of a demo account: it stays.
    """
    account = session.get_one(Account, account_id)
    if account.demo:
        raise Conflict(say("Una cuenta de demostración conserva su contraseña, que está a la vista."))
    account.password_hash = password_hash
    end_sessions(session, account_id, but=session_id)
    record_event(session, actor=actor, action="password_set", object_type="account", object_id=account_id)
