"""The second factor: codes that change with the time (RFC 6238), and ten for a lost telephone."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.models import Account, RecoveryCode
from service.models.columns import utc_now
from service.operations.events import record_event
from service.operations.roles import whole_account
from service.operations.sessions import end_sessions, hash_of
from service.permissions import Actor
from service.text import say
from service.vault import Unreadable, Vault

STEP_SECONDS = 30
LENGTH = 6
RECOVERY_CODES = 10
ISSUER = "Minga"
UNSEALED = 32
"""Letters of a secret as it was kept before secrets were sealed; a sealed one has twice as many."""


def new_secret() -> str:
    """A secret for the telephone and for us, of 160 bits."""
    return pyotp.random_base32()


def setup_address(secret: str, email: str) -> str:
    """What the telephone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def code_at(secret: str, moment: datetime) -> str:
    """The code of that half minute."""
    return pyotp.TOTP(secret).at(moment)


def set_up(
    session: Session, account_id: int, secret: str, code: str, *, vault: Vault, actor: Actor
) -> tuple[str, ...]:
    """Begin to ask for codes, once the telephone shows the right one; answers the recovery codes.

    Raises
    ------
    InvalidInput
        The code is another.
    """
    step = _step_of(secret, code)
    if step is None:
        raise wrong_code()
    account = session.get_one(Account, account_id)
    account.totp_secret, account.totp_step = vault.seal(secret, _whose(account_id)), step
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = tuple(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=hash_of(one)) for one in codes)
    _record(session, actor, "second_factor_set", account_id)
    return codes


def accept_code(session: Session, account_id: int, code: str, *, vault: Vault) -> bool:
    """Tell whether a code is right now, and use it up: no code is good twice, nor a recovery code."""
    account = session.get_one(Account, account_id)
    if account.totp_secret is None:
        return False
    typed = "".join(code.split()).lower()
    step = _step_of(_opened(account, vault), typed)
    if step is not None:
        used = session.execute(
            update(Account)
            .where(Account.id == account_id, or_(Account.totp_step.is_(None), Account.totp_step < step))
            .values(totp_step=step)
            .execution_options(synchronize_session=False)
        )
        return bool(used.rowcount == 1)  # type: ignore[attr-defined]
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == hash_of(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utc_now())
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def seal_secrets(session: Session, vault: Vault) -> int:
    """Seal with the present key what an earlier one sealed, or what was kept before there were seals.

    Run when the worker starts: after it, a key that was replaced may go. Answers how many were sealed.
    """
    sealed = 0
    accounts = session.scalars(select(Account).where(Account.totp_secret.is_not(None)).with_for_update())
    for account in accounts:
        kept = account.totp_secret or ""
        if len(kept) != UNSEALED and _is_current(account, vault):
            continue
        secret = _opened(account, vault)
        if secret:
            account.totp_secret = vault.seal(secret, _whose(account.id))
            sealed += 1
    return sealed


def remove(session: Session, account_id: int, *, required: bool, actor: Actor) -> None:
    """Ask for no code any more, by one's own wish.

    Raises
    ------
    Conflict
        This installation wants one of whoever sees a territory.
    """
    if required:
        raise Conflict(say("Quien ve un territorio entero entra siempre con un código. Puede cambiarlo."))
    _forget(session, account_id)
    _record(session, actor, "second_factor_removed", account_id)


def remove_for(session: Session, account_id: int, *, reason: str, actor: Actor) -> None:
    """Ask for no code any more, for somebody who lost telephone and codes; all sessions end."""
    account = whole_account(session, account_id, actor)
    if account.totp_secret is None:
        raise Conflict(say("La cuenta no usa códigos."))
    _forget(session, account.id)
    end_sessions(session, account.id)
    _record(session, actor, "second_factor_removed", account.id, reason)


def wrong_code() -> InvalidInput:
    """The same sentence for a code mistyped, too old, or used before."""
    sentence = say("El código no es el de ahora, o ya se usó. Espere el siguiente.")
    return InvalidInput(sentence, {"code": sentence}, code="second_factor")


def _whose(account_id: int) -> str:
    return f"account:{account_id}"


def _opened(account: Account, vault: Vault) -> str:
    """The secret of an account; empty where its key is gone: then a recovery code opens, or a helper."""
    kept = account.totp_secret or ""
    if len(kept) == UNSEALED:
        return kept
    try:
        return vault.open(kept, _whose(account.id))
    except Unreadable:
        return ""


def _is_current(account: Account, vault: Vault) -> bool:
    try:
        return vault.is_current(account.totp_secret or "", _whose(account.id))
    except Unreadable:
        return False


def _step_of(secret: str, code: str) -> int | None:
    """The half minute of a code: this one, the one before, or the next, as clocks differ a little."""
    typed = "".join(code.split())
    if not secret or len(typed) != LENGTH or not typed.isdecimal():
        return None
    now = int(utc_now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    right = (step for step in (now, now - 1, now + 1) if totp.verify(typed, for_time=step * STEP_SECONDS))
    return next(right, None)


def _forget(session: Session, account_id: int) -> None:
    account = session.get_one(Account, account_id)
    account.totp_secret = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _record(session: Session, actor: Actor, action: str, account_id: int, reason: str | None = None) -> None:
    record_event(
        session, actor=actor, action=action, object_type="account", object_id=account_id, reason=reason
    )
