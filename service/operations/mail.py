"""The outbox: write a message with the change it tells of, take what is due, send it, mark it.

SMTP cannot send exactly once. A message is sent at least once: a worker that dies between the
server's 250 and the mark leaves it to be sent again, with the same Message-ID.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from service.config import Settings
from service.db import Database
from service.letters import Letter
from service.mailers import Mailer, MailRefused, MailServerDown, compose
from service.models import Message
from service.models.columns import utc_now
from service.models.enums import MessageState

LEASE = timedelta(minutes=5)
"""Longer than the talk with a mail server can take: about ten steps of 15 seconds."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
OPEN = (MessageState.WAITING, MessageState.SENDING)


def queue_message(
    session: Session,
    letter: Letter,
    *,
    key: str,
    kind: str,
    recipient: str,
    locale: str,
    about: tuple[str, int],
    account_id: int | None = None,
    secret: bool = False,
    void_after: timedelta | None = None,
) -> Message:
    """Write a message into the outbox, in the transaction of the change; once for each key.

    Parameters
    ----------
    about : tuple of str and int
        Type and id of the object, so that its page can show what became of the message.
    secret : bool
        The text holds a link that opens something: it is emptied once the message left.
    void_after : timedelta, optional
        From then on it would be of no use, and is not sent any more.
    """
    found = session.scalar(select(Message).where(Message.key == key))
    if found is not None:
        return found
    now = utc_now()
    message = Message(
        key=key,
        message_id=hashlib.sha256(key.encode()).hexdigest()[:40],
        kind=kind,
        account_id=account_id,
        object_type=about[0],
        object_id=about[1],
        recipient=recipient,
        locale=locale,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        secret=secret,
        created_at=now,
        due_at=now,
        void_after=None if void_after is None else now + void_after,
        state=MessageState.WAITING,
        tries=0,
        refusals=0,
    )
    session.add(message)
    session.flush()
    return message


def void_messages(session: Session, about: tuple[str, int]) -> None:
    """Take back what has not left yet, where what it tells of no longer holds."""
    session.execute(
        update(Message)
        .where(
            Message.object_type == about[0],
            Message.object_id == about[1],
            Message.state == MessageState.WAITING,
        )
        .values(state=MessageState.VOID, text="", html="")
    )


def claim_message(database: Database, owner: str) -> Message | None:
    """Lease the next due message, or one whose worker died; None when nothing is due."""
    now = utc_now()
    due = or_(
        and_(Message.state == MessageState.WAITING, Message.due_at <= now),
        and_(Message.state == MessageState.SENDING, Message.lease_until < now),
    )
    with database.reading() as session:
        if session.scalar(select(Message.id).where(due).limit(1)) is None:
            return None
    with database.transaction() as session:
        following = (
            select(Message.id)
            .where(due)
            .order_by(Message.due_at, Message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return session.scalar(
            update(Message)
            .where(Message.id == following.scalar_subquery())
            .values(
                state=MessageState.SENDING,
                owner=owner,
                lease_until=now + LEASE,
                tries=Message.tries + 1,
            )
            .returning(Message)
            .execution_options(populate_existing=True)
        )


def deliver_message(database: Database, message: Message, mailer: Mailer, settings: Settings) -> bool:
    """Send a leased message and mark it; answers whether the mail server could be reached."""
    now = utc_now()
    if message.void_after is not None and now > message.void_after:
        _mark(database, message, state=MessageState.VOID)
        return True
    try:
        mailer.send(compose(message, settings))
    except MailServerDown as error:
        delay = BACKOFF[min(message.tries, 3) - 1]
        _mark(database, message, state=MessageState.WAITING, due_at=now + delay, last_error=str(error))
        return False
    except MailRefused as error:
        refusals = message.refusals + 1
        if error.permanent or refusals > len(BACKOFF):
            _mark(database, message, state=MessageState.DEAD, refusals=refusals, last_error=str(error))
        else:
            _mark(
                database,
                message,
                state=MessageState.WAITING,
                refusals=refusals,
                due_at=now + BACKOFF[refusals - 1],
                last_error=str(error),
            )
        return True
    except Exception as error:
        _mark(database, message, state=MessageState.DEAD, last_error=f"{type(error).__name__}: {error}"[:500])
        return True
    _mark(database, message, state=MessageState.SENT, sent_at=utc_now(), last_error=None)
    return True


def deliver_due(database: Database, mailer: Mailer, settings: Settings, *, limit: int = 200) -> int:
    """Send what is due, until the mail server cannot be reached; answers how many were taken."""
    owner = secrets.token_hex(16)
    for taken in range(limit):
        message = claim_message(database, owner)
        if message is None:
            return taken
        if not deliver_message(database, message, mailer, settings):
            return taken + 1
    return limit


def _mark(database: Database, message: Message, *, state: MessageState, **values: object) -> bool:
    """Write what became of a leased message; False where the lease went to another worker."""
    if message.secret and state not in OPEN:
        values |= {"text": "", "html": ""}
    with database.transaction() as session:
        marked = session.execute(
            update(Message)
            .where(
                Message.id == message.id,
                Message.state == MessageState.SENDING,
                Message.owner == message.owner,
                Message.tries == message.tries,
            )
            .values(state=state, owner=None, lease_until=None, **values)
        )
        return bool(marked.rowcount == 1)  # type: ignore[attr-defined]
