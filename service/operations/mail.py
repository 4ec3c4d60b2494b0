"""The outbox: write a message with the change it tells of, take what is due, send it, mark it.

SMTP cannot send exactly once. A message is sent at least once: a worker that dies between the
server's 250 and the mark leaves it to be sent again, with the same Message-ID.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from service.config import Settings
from service.db import Database
from service.letters import Letter
from service.mailers import Mailer, MailRefused, MailServerDown, compose
from service.models import Account, BouncedAddress, MailChoice, Message
from service.models.columns import utc_now
from service.models.enums import MessageState
from service.operations.mail_kinds import KINDS, is_required, next_digest

LEASE = timedelta(minutes=5)
"""Longer than the talk with a mail server can take: about ten steps of 15 seconds."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
OPEN = (MessageState.WAITING, MessageState.SENDING)
StillHolds = Callable[[Session, Message], bool]
"""Tells from the rows as they are now whether a message is still true."""


def always(_session: Session, _message: Message) -> bool:
    """What is told once and for all stays true."""
    return True


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
    calendar: str | None = None,
) -> Message:
    """Write a message into the outbox, in the transaction of the change; once for each key.

    A kind that its reader switched off is written as void, one that can wait as held for the summary
    that its reader asked for, and one to an address whose mail comes back as dead: each is shown.

    Parameters
    ----------
    about : tuple of str and int
        Type and id of the object, so that its page can show what became of the message.
    secret : bool
        The text holds a link that opens something: it is emptied once the message left.
    void_after : timedelta, optional
        From then on it would be of no use, and is not sent any more.
    calendar : str, optional
        An invitation or cancellation (``service.calendar_files``) that goes with it.
    """
    found = session.scalar(select(Message).where(Message.key == key))
    if found is not None:
        return found
    now = utc_now()
    wanted, held_for = _as_chosen(session, account_id, kind)
    bounced = session.get(BouncedAddress, recipient.lower())
    state = MessageState.WAITING if wanted else MessageState.VOID
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
        calendar=calendar,
        created_at=now,
        due_at=next_digest(held_for) if held_for else now,
        held_for=held_for or None,
        void_after=None if void_after is None else now + void_after,
        state=state if bounced is None else MessageState.DEAD,
        last_error=None if bounced is None else f"{bounced.status} {bounced.said}"[:500],
        tries=0,
        refusals=0,
    )
    session.add(message)
    session.flush()
    return message


def _as_chosen(session: Session, account_id: int | None, kind: str) -> tuple[bool, str]:
    """Whether the reader wants this kind, and for which summary it waits."""
    if account_id is None or is_required(kind):
        return True, ""
    choice = session.scalar(
        select(MailChoice.wanted).where(MailChoice.account_id == account_id, MailChoice.kind == kind)
    )
    wanted = KINDS[kind].wanted if choice is None else choice
    digest = session.scalar(select(Account.digest).where(Account.id == account_id)) or ""
    return wanted, digest if wanted and KINDS[kind].can_wait else ""


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
        and_(Message.state == MessageState.WAITING, Message.due_at <= now, Message.held_for.is_(None)),
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


def deliver_message(
    database: Database, message: Message, mailer: Mailer, settings: Settings, still_holds: StillHolds = always
) -> bool:
    """Send a leased message and mark it; answers whether the mail server could be reached.

    What it tells of is read again first: a visit may have been moved since it was written.
    """
    now = utc_now()
    late = message.void_after is not None and now > message.void_after
    if late or not _holds(database, message, still_holds):
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


def deliver_due(
    database: Database,
    mailer: Mailer,
    settings: Settings,
    *,
    limit: int = 200,
    still_holds: StillHolds = always,
) -> int:
    """Send what is due, until the mail server cannot be reached; answers how many were taken."""
    owner = secrets.token_hex(16)
    for taken in range(limit):
        message = claim_message(database, owner)
        if message is None:
            return taken
        if not deliver_message(database, message, mailer, settings, still_holds):
            return taken + 1
    return limit


def _holds(database: Database, message: Message, still_holds: StillHolds) -> bool:
    with database.reading() as session:
        return still_holds(session, message)


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
