"""Withdraw a role, close an account, open it again: from the next request on."""

from datetime import date

from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, NotFound
from service.models import Account
from service.operations.events import record_event
from service.operations.mail import void_messages
from service.operations.posts import POST_OF, leave_post
from service.operations.sessions import end_sessions
from service.permissions import Actor
from service.queries.account_pages import find_account, kept_grants
from service.text import say


def withdraw_role(
    session: Session, account_id: int, grant_id: int, *, reason: str, left_on: date | None, actor: Actor
) -> None:
    """Take a role back; with ``left_on``, the person leaves the post at the school too.

    Raises
    ------
    NotFound
        The account has no such role in the actor's territory.
    Conflict
        It is one's own.
    """
    account = find_account(session, account_id, actor=actor)
    _not_oneself(account, actor)
    grant = next((g for g in account.grants if g.id == grant_id), None)
    if grant is None or grant.id not in kept_grants(session, account, actor):
        raise NotFound(say("La cuenta no tiene ese rol en su territorio."))
    post = POST_OF.get(grant.role)
    if post is not None and grant.school_id is not None and left_on is not None:
        leave_post(
            session,
            actor=actor,
            person_id=account.person_id,
            school_id=grant.school_id,
            role=post,
            end_on=left_on,
        )
    record_event(
        session,
        actor=actor,
        action="role_withdrawn",
        object_type="account",
        object_id=account.id,
        reason=reason,
        data={
            "role": grant.role.value,
            "service": grant.service_id,
            "owner": grant.owner_id,
            "school": grant.school_id,
        },
    )
    void_messages(session, ("grant", grant.id))
    session.delete(grant)
    end_sessions(session, account.id)


def close_account(session: Session, account_id: int, *, reason: str, actor: Actor) -> None:
    """Let nobody in by this account any more; its history stays.

    Raises
    ------
    NotAllowed
        It has roles elsewhere too: there only the roles here can be withdrawn.
    Conflict
        It is one's own, or closed already.
    """
    account = whole_account(session, account_id, actor)
    _not_oneself(account, actor)
    if not account.active:
        raise Conflict(say("La cuenta ya estaba cerrada."))
    account.active = False
    end_sessions(session, account.id)
    _record(session, actor, "account_closed", account, reason)


def open_account(session: Session, account_id: int, *, reason: str, actor: Actor) -> None:
    """Let somebody in again.

    Raises
    ------
    NotAllowed
        The account has roles elsewhere too.
    Conflict
        It is open.
    """
    account = whole_account(session, account_id, actor)
    if account.active:
        raise Conflict(say("La cuenta no estaba cerrada."))
    account.active = True
    _record(session, actor, "account_opened", account, reason)


def whole_account(session: Session, account_id: int, actor: Actor) -> Account:
    """Find an account all of whose roles lie in the actor's territory.

    Raises
    ------
    NotAllowed
        It has roles elsewhere too.
    """
    account = find_account(session, account_id, actor=actor)
    if {grant.id for grant in account.grants} - kept_grants(session, account, actor):
        raise NotAllowed(
            say("La cuenta tiene roles en otros territorios: quítele el rol de aquí, o pídalo al ministerio.")
        )
    return account


def _not_oneself(account: Account, actor: Actor) -> None:
    if account.id == actor.account_id:
        raise Conflict(say("Nadie se quita a sí mismo un rol ni cierra su cuenta: pídalo a otra persona."))


def _record(session: Session, actor: Actor, action: str, account: Account, reason: str) -> None:
    record_event(
        session, actor=actor, action=action, object_type="account", object_id=account.id, reason=reason
    )
