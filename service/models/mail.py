"""The outbox: messages written with the change that causes them, sent afterwards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import MessageState


class Message(Base):
    """One message to one address; ``key`` says what it is about, so that it is written once.

    A lease (``owner``, ``lease_until``, ``tries``) belongs to one worker; whoever lost it cannot
    mark the message any more. ``tries`` counts the leases, ``refusals`` the answers of the mail
    server that were no: a server that cannot be reached refuses nothing. ``secret`` texts hold a
    link and are emptied once they left. ``calendar`` is an invitation or cancellation that goes with it.
    A message ``held_for`` a summary does not leave by itself: it stands in the message of ``digest_key``.
    ``bounced_at``: it was taken, and came back later.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "state", "due_at"),
        Index("ix_messages_object", "object_type", "object_id"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5), default="es")
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    secret: Mapped[bool] = mapped_column(default=False)
    calendar: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    void_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[MessageState] = mapped_column(
        state_column(MessageState, "message_state"), default=MessageState.WAITING
    )
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_for: Mapped[str | None] = mapped_column(String(10))
    digest_key: Mapped[str | None] = mapped_column(String(200))
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailChoice(Base):
    """Whether a person wants a kind of mail; without a line, what ``mail_kinds`` says."""

    __tablename__ = "mail_choices"
    __table_args__ = (UniqueConstraint("account_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[bool]


class BouncedAddress(Base):
    """An address to which mail cannot be delivered, as a mail server said."""

    __tablename__ = "bounced_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    bounced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(500))
