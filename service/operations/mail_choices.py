"""What mail a person gets: kinds switched off, and a summary instead of one message at a time."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.letters import write_letter
from service.models import Account, MailChoice, Message
from service.models.columns import utc_now
from service.models.enums import MessageState
from service.operations.events import record_event
from service.operations.mail import StillHolds, always, queue_message
from service.operations.mail_kinds import DIGESTS, KINDS, next_digest
from service.permissions import Actor
from service.text import say


def choose_mail(
    session: Session,
    account_id: int,
    *,
    wanted: Collection[str],
    offered: Collection[str],
    digest: str,
    actor: Actor,
) -> None:
    """Keep what somebody ticked, of the kinds that were offered; required ones stay.

    What waits for a summary follows: it leaves at the new hour, or at once.

    Raises
    ------
    InvalidInput
        There is no such summary.
    """
    if digest not in DIGESTS:
        sentence = say("Elija una de las opciones.")
        raise InvalidInput(sentence, {"digest": sentence})
    account = session.get_one(Account, account_id)
    kinds = [name for name in offered if name in KINDS and not KINDS[name].required]
    session.execute(delete(MailChoice).where(MailChoice.account_id == account_id, MailChoice.kind.in_(kinds)))
    session.add_all(MailChoice(account_id=account_id, kind=name, wanted=name in wanted) for name in kinds)
    account.digest = digest
    session.execute(
        update(Message)
        .where(
            Message.account_id == account_id,
            Message.held_for.is_not(None),
            Message.state == MessageState.WAITING,
        )
        .values(held_for=digest or None, due_at=next_digest(digest) if digest else utc_now())
    )
    record_event(
        session,
        actor=actor,
        action="mail_chosen",
        object_type="account",
        object_id=account_id,
        data={"off": sorted(set(kinds) - set(wanted)), "digest": digest},
    )


def digest_is_due(session: Session) -> bool:
    """Whether any summary is to be written now; asked every second, so without a write lock."""
    query = select(Message.id).where(
        Message.held_for.is_not(None), Message.state == MessageState.WAITING, Message.due_at <= utc_now()
    )
    return session.scalar(query.limit(1)) is not None


def write_digests(session: Session, still_holds: StillHolds = always) -> int:
    """Gather what waits for a summary that is due, one message a person; answers how many people.

    What no longer holds is left out; who has nothing left gets nothing.
    """
    now = utc_now()
    due = session.scalars(
        select(Message)
        .where(Message.held_for.is_not(None), Message.state == MessageState.WAITING, Message.due_at <= now)
        .order_by(Message.account_id, Message.id)
        .with_for_update(skip_locked=True)
    )
    gathered: dict[int, list[Message]] = {}
    for message in due:
        late = message.void_after is not None and now > message.void_after
        if late or message.account_id is None or not still_holds(session, message):
            message.state = MessageState.VOID
        else:
            gathered.setdefault(message.account_id, []).append(message)
    for account_id, messages in gathered.items():
        account = session.get_one(Account, account_id)
        key = f"digest:{account_id}:{messages[-1].id}"
        letter = write_letter(
            "digest",
            account.locale,
            items=[(message.subject, message.text.partition("\n--\n")[0].strip()) for message in messages],
        )
        queue_message(
            session,
            letter,
            key=key,
            kind="digest",
            recipient=account.email,
            locale=account.locale,
            about=("account", account_id),
            account_id=account_id,
        )
        for message in messages:
            message.state, message.digest_key = MessageState.VOID, key
    return len(gathered)
