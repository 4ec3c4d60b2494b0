"""Ways into an account: links that open once, and requests that a coordinator decides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Account
from service.models.columns import UtcDateTime, state_column
from service.models.enums import AccountRequestState, LinkKind, Role
from service.models.schools import School


class AccountLink(Base):
    """A link to set a password; only its hash is kept, and it opens once."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LinkKind] = mapped_column(state_column(LinkKind, "link_kind"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(foreign_keys=[account_id], lazy="raise_on_sql")


class AccountRequest(Base):
    """Somebody of a school asks for an account; the school's coordinator decides."""

    __tablename__ = "account_requests"
    __table_args__ = (
        Index(
            "uq_account_requests_waiting",
            "email",
            "school_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(state_column(Role, "role"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    locale: Mapped[str] = mapped_column(String(5), default="es")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[AccountRequestState] = mapped_column(
        state_column(AccountRequestState, "request_state"), default=AccountRequestState.WAITING
    )
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")
