"""Mail that came back: a report of a mail server (RFC 3464), read and believed with care.

Believed is only a report of failure that carries the Message-ID of a message of ours that left, for
the address it was sent to.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.parser import HeaderParser
from email.policy import compat32, default
from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.letters import one_line
from service.models import BouncedAddress, Message
from service.models.columns import utc_now
from service.models.enums import MessageState
from service.operations.events import record_event
from service.permissions import NOBODY, Action, Actor, require
from service.queries.mail import find_message
from service.text import say

NO_SUCH_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1")
"""Enhanced status codes (RFC 3463) that speak of the address, not of this message."""
MAXIMUM_REPORT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of one message to one address."""

    message_id: str
    recipient: str
    status: str
    said: str


def read_report(raw: bytes) -> Report:
    """Read a report of failed delivery.

    Raises
    ------
    InvalidInput
        It is no such report, or says nothing for sure: mail that is only late comes through yet.
    """
    mail = message_from_bytes(raw[:MAXIMUM_REPORT], policy=default)
    status = next(
        (part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None
    )
    returned = next((found for part in mail.walk() if (found := _returned_id(part))), "")
    if status is None or not returned:
        raise InvalidInput(say("No es un aviso de correo devuelto (RFC 3464)."), code="no_report")
    for block in status.get_payload():
        if not isinstance(block, Mail) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
        return Report(
            message_id=returned,
            recipient=parseaddr(recipient.partition(";")[2])[1].lower(),
            status=one_line(str(block.get("Status", "")))[:20],
            said=one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])[:400],
        )
    raise InvalidInput(say("El aviso no dice que el correo no llegó."), code="no_failure")


def note_bounce(session: Session, raw: bytes) -> Message | None:
    """Mark the message that came back, and its address where that is what fails; once.

    Answers None where the report is of no message of ours.
    """
    report = read_report(raw)
    message = session.scalar(select(Message).where(Message.message_id == report.message_id).with_for_update())
    if message is None or message.recipient.lower() != report.recipient or message.sent_at is None:
        return None
    if message.bounced_at is not None:
        return message
    now = utc_now()
    message.bounced_at, message.state = now, MessageState.DEAD
    message.last_error = f"{report.status} {report.said}".strip()[:500]
    if report.status in NO_SUCH_ADDRESS and session.get(BouncedAddress, report.recipient) is None:
        session.add(
            BouncedAddress(
                address=report.recipient, bounced_at=now, status=report.status, said=report.said[:500]
            )
        )
    record_event(
        session,
        actor=NOBODY,
        action="mail_bounced",
        object_type="message",
        object_id=message.id,
        data={"status": report.status},
    )
    return message


def send_again(session: Session, message_id: int, *, actor: Actor) -> Message:
    """Try a message again that could not be delivered; its address gets another chance.

    Raises
    ------
    Conflict
        It is not given up, or held a link that no longer opens.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    message = find_message(session, message_id, actor=actor)
    if message.state is not MessageState.DEAD:
        raise Conflict(say("Ese mensaje no está devuelto: espere a ver qué pasa con él."), code="not_dead")
    if not message.text:
        raise Conflict(
            say("Llevaba un enlace que ya no sirve. Mande una invitación nueva desde la cuenta."),
            code="emptied",
        )
    bounced = session.get(BouncedAddress, message.recipient.lower())
    if bounced is not None:
        session.delete(bounced)
    message.state, message.due_at = MessageState.WAITING, utc_now()
    message.refusals, message.bounced_at, message.sent_at, message.last_error = 0, None, None, None
    record_event(session, actor=actor, action="mail_again", object_type="message", object_id=message.id)
    return message


def _returned_id(part: Mail) -> str:
    """The local part of the Message-ID of the mail that a report gives back."""
    headers: Mail | None = None
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        headers = inner[0] if isinstance(inner, list) and isinstance(inner[0], Mail) else None
    elif part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        headers = HeaderParser(policy=compat32).parsestr(text)
    found = "" if headers is None else str(headers.get("Message-ID", ""))
    return found.strip().strip("<>").partition("@")[0]
