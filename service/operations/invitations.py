"""Invitations: give a person a role, and let them in by mail."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput, NotAllowed
from service.letters import HERE, write_letter
from service.models import Account, Grant, School
from service.models.columns import utc_now
from service.models.enums import LinkKind, Role
from service.operations.accounts import mail_address, new_account, place_of_grant
from service.operations.events import record_event
from service.operations.mail import queue_message
from service.operations.passwords import LIFE, make_link
from service.operations.posts import POST_OF, take_post
from service.operations.sessions import end_sessions
from service.permissions import Actor, Place, can_grant
from service.queries.account_pages import find_account
from service.queries.reach import place_of
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to let in, as what, and where."""

    email: str
    name: str
    role: Role
    territory: str | None
    starts_on: date | None = None
    locale: str = "es"


def invite(session: Session, invitation: Invitation, *, actor: Actor) -> Account:
    """Give a person a role; who has no password yet gets a link to set one, others are told.

    Raises
    ------
    InvalidInput
        The address or the territory cannot be used, or they hold this role already.
    NotAllowed
        The role or the territory is not the actor's to give.
    Conflict
        The account is closed.
    """
    address = mail_address(invitation.email)
    place = place_of_grant(session, invitation.role, invitation.territory)
    if not can_grant(actor, invitation.role, whole_place(session, place)):
        raise NotAllowed(
            say("Ese rol o ese territorio no lo puede dar usted. Pídalo al ministerio."), code="cannot_grant"
        )
    account = session.scalar(
        select(Account)
        .where(Account.email == address)
        .options(selectinload(Account.person), selectinload(Account.grants))
    )
    if account is None:
        account = new_account(session, address, invitation.name, locale=invitation.locale)
    elif not account.active:
        raise Conflict(say("La cuenta de esa dirección está cerrada; ábrala de nuevo antes de invitar."))
    reach = (place.service_id, place.owner_id, place.school_id)
    if any(
        (g.role, g.service_id, g.owner_id, g.school_id) == (invitation.role, *reach) for g in account.grants
    ):
        sentence = say("Esa persona ya tiene este rol aquí.")
        raise InvalidInput(sentence, {"email": sentence}, code="role_held")
    grant = Grant(role=invitation.role, service_id=reach[0], owner_id=reach[1], school_id=reach[2])
    account.grants.append(grant)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="role_given",
        object_type="account",
        object_id=account.id,
        data={"role": invitation.role.value, "grant": grant.id},
    )
    post = POST_OF.get(invitation.role)
    if post is not None and place.school_id is not None and invitation.starts_on is not None:
        take_post(
            session,
            actor=actor,
            person_id=account.person_id,
            school_id=place.school_id,
            role=post,
            start_on=invitation.starts_on,
        )
    if account.password_hash:
        end_sessions(session, account.id)
        _tell(session, account, grant, actor)
    else:
        send_invitation(session, account, actor=actor)
    return account


def invite_again(session: Session, account_id: int, *, actor: Actor) -> Account:
    """Send a new link to somebody who has not set a password; the earlier one opens no more.

    Raises
    ------
    Conflict
        They came in already, or the account is closed.
    """
    account = find_account(session, account_id, actor=actor)
    if account.password_hash or not account.active:
        raise Conflict(say("Esta persona ya entró, o su cuenta está cerrada."), code="not_invited")
    send_invitation(session, account, actor=actor)
    record_event(session, actor=actor, action="invited_again", object_type="account", object_id=account.id)
    return account


def send_invitation(session: Session, account: Account, *, actor: Actor) -> None:
    """Write the message with the link that opens a new account."""
    link, url = make_link(session, account, LinkKind.INVITATION, actor=actor)
    life = LIFE[LinkKind.INVITATION]
    letter = write_letter(
        "invitation",
        account.locale,
        name=account.person.name,
        inviter="" if actor.operator else actor.name,
        url=url,
        hours=int(life.total_seconds() // 3600),
    )
    queue_message(
        session,
        letter,
        key=f"account_link:{link.id}",
        kind="invitation",
        recipient=account.email,
        locale=account.locale,
        about=("account_link", link.id),
        account_id=account.id,
        secret=True,
        void_after=life,
    )


def _tell(session: Session, account: Account, grant: Grant, actor: Actor) -> None:
    letter = write_letter(
        "role",
        account.locale,
        name=account.person.name,
        inviter="" if actor.operator else actor.name,
        url=f"{HERE}/login",
    )
    queue_message(
        session,
        letter,
        key=f"grant:{grant.id}:{int(utc_now().timestamp())}",
        kind="role",
        recipient=account.email,
        locale=account.locale,
        about=("grant", grant.id),
        account_id=account.id,
    )


def whole_place(session: Session, place: Place) -> Place:
    """What a role reaches; of a school, with the service and the owner it belongs to."""
    if place.school_id is None:
        return place
    return place_of(
        session.get_one(
            School,
            place.school_id,
            options=[selectinload(School.ownerships)],
            populate_existing=True,
        )
    )
