"""Who somebody is elsewhere: known by what was stored, or by an address that was invited."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, NotAllowed, NotFound
from service.models import Account, AccountIdentity
from service.models.columns import utc_now
from service.operations.events import record_event
from service.permissions import Actor
from service.text import say


def recognise(session: Session, *, issuer: str, subject: str, email: str) -> Account:
    """Find whose account this is; nobody gets one by signing in elsewhere.

    Parameters
    ----------
    email : str
        The address that the provider verified; empty where it verified none.

    Raises
    ------
    NotAllowed
        Nobody with that subject or address was invited, or the account is closed.
    """
    found = session.scalar(
        select(AccountIdentity).where(AccountIdentity.issuer == issuer, AccountIdentity.subject == subject)
    )
    known = Account.id == found.account_id if found is not None else Account.email == email
    account = (
        session.scalar(
            select(Account)
            .where(known, Account.active, ~Account.demo)
            .options(selectinload(Account.person))
            .with_for_update(of=Account)
        )
        if found is not None or email
        else None
    )
    if account is None:
        raise _unknown()
    if found is None:
        if _identity(session, account.id, issuer) is not None:
            raise _unknown()
        _store(session, account, issuer, subject, Actor(account.id, account.person.name))
    return account


def connect_identity(session: Session, account_id: int, *, issuer: str, subject: str, actor: Actor) -> None:
    """Let somebody who is signed in enter by that provider from now on.

    Raises
    ------
    Conflict
        It is somebody else's already, or a demonstration account.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.demo:
        raise Conflict(say("Una cuenta de demostración conserva su contraseña, que está a la vista."))
    taken = session.scalar(
        select(AccountIdentity).where(AccountIdentity.issuer == issuer, AccountIdentity.subject == subject)
    )
    if taken is not None and taken.account_id != account_id:
        raise Conflict(say("Esa identidad ya entra en otra cuenta."), code="identity_taken")
    own = _identity(session, account_id, issuer)
    if own is not None and own.subject == subject:
        return
    if own is not None:
        session.delete(own)
        session.flush()
    _store(session, account, issuer, subject, actor)


def disconnect_identity(session: Session, account_id: int, *, issuer: str, actor: Actor) -> None:
    """Let nobody enter by that provider any more.

    Raises
    ------
    NotFound
        It was not connected.
    Conflict
        Without a password nothing else would open the account.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    own = _identity(session, account_id, issuer)
    if own is None:
        raise NotFound(say("Su cuenta no estaba unida."))
    if not account.password_hash:
        raise Conflict(
            say("Primero elija una contraseña, con «¿No recuerda su contraseña?»: si no, no podría entrar."),
            code="no_password",
        )
    session.delete(own)
    record_event(session, actor=actor, action="identity_removed", object_type="account", object_id=account_id)


def _identity(session: Session, account_id: int, issuer: str) -> AccountIdentity | None:
    return session.scalar(
        select(AccountIdentity).where(
            AccountIdentity.account_id == account_id, AccountIdentity.issuer == issuer
        )
    )


def _store(session: Session, account: Account, issuer: str, subject: str, actor: Actor) -> None:
    session.add(AccountIdentity(account_id=account.id, issuer=issuer, subject=subject, created_at=utc_now()))
    record_event(
        session,
        actor=actor,
        action="identity_connected",
        object_type="account",
        object_id=account.id,
        data={"issuer": issuer},
    )
    session.flush()


def _unknown() -> NotAllowed:
    """The same answer for a stranger, a closed account, and an address that is another's there."""
    return NotAllowed(
        say("Nadie le abrió una cuenta con esa identidad. Pídala a la coordinación de su servicio local."),
        code="not_invited",
    )
