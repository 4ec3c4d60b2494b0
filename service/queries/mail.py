"""What became of the mail of a territory: whose it was, when, and whether it arrived; never its text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from service.errors import NotFound
from service.models import Account, AccountRequest, MailChoice, Message
from service.models.enums import MessageState
from service.permissions import Action, Actor, require
from service.queries.account_pages import kept_by, schools_of
from service.queries.listing import PAGE_SIZE, Listing
from service.text import say

STATES = ("dead", "waiting", "sent", "void")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One message as the coordination sees it."""

    id: int
    subject: str
    recipient: str
    account_id: int | None
    created_at: datetime
    sent_at: datetime | None
    state: str
    error: str | None
    may_repeat: bool


def mail_lines(session: Session, actor: Actor, *, state: str = "", page: int = 1) -> Listing[MailLine]:
    """One page of the messages to people of the actor's territory, the newest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    digest = aliased(Message)
    shown = func.coalesce(digest.state, Message.state)
    query = _of_territory(
        select(Message, digest.state, digest.sent_at).outerjoin(digest, digest.key == Message.digest_key),
        actor,
    )
    if state:
        wanted = [MessageState.WAITING, MessageState.SENDING] if state == "waiting" else [MessageState(state)]
        query = query.where(shown.in_(wanted))
    total = (
        session.scalar(select(func.count()).select_from(query.with_only_columns(Message.id).subquery())) or 0
    )
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    found = session.execute(query.order_by(Message.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Listing(tuple(_line(*row) for row in found), total, page)


def count_mail(session: Session, actor: Actor) -> dict[str, int]:
    """How many messages of the territory stand in each state."""
    query = _of_territory(select(Message.state, func.count(Message.id)), actor).group_by(Message.state)
    return {state.value: number for state, number in session.execute(query)}


def find_message(session: Session, message_id: int, *, actor: Actor) -> Message:
    """Find a message of the actor's territory.

    Raises
    ------
    NotFound
        There is none.
    """
    found = session.scalar(_of_territory(select(Message), actor).where(Message.id == message_id))
    if found is None:
        raise NotFound(say("El mensaje no existe, o no es de su territorio."))
    return found


def chosen_kinds(session: Session, account_id: int) -> dict[str, bool]:
    """What a person ticked or not, by kind."""
    query = select(MailChoice.kind, MailChoice.wanted).where(MailChoice.account_id == account_id)
    return {row.kind: row.wanted for row in session.execute(query)}


def _of_territory(query: Select, actor: Actor) -> Select:
    return query.where(_reached(actor))


def _reached(actor: Actor) -> ColumnElement[bool]:
    """Mail to an account that the actor keeps, or to somebody who asked for one at its schools."""
    if actor.everywhere:
        return true()
    accounts = select(Account.id).where(kept_by(actor))
    requests = select(AccountRequest.id).where(schools_of(actor, AccountRequest.school_id))
    return or_(
        Message.account_id.in_(accounts),
        and_(
            Message.account_id.is_(None),
            Message.object_type == "account_request",
            Message.object_id.in_(requests),
        ),
    )


def _line(message: Message, digest: MessageState | None, digest_sent: datetime | None) -> MailLine:
    state = "bounced" if message.bounced_at else (digest or message.state).value
    if message.held_for and message.state is MessageState.WAITING:
        state = "held"
    return MailLine(
        id=message.id,
        subject=message.subject,
        recipient=message.recipient,
        account_id=message.account_id,
        created_at=message.created_at,
        sent_at=message.sent_at or digest_sent,
        state=state,
        error=message.last_error,
        may_repeat=message.state is MessageState.DEAD and bool(message.text),
    )
