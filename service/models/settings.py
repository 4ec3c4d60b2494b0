"""Settings of a programme: deadlines and rules that a service may set for itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.models.columns import UtcDateTime


class Setting(Base):
    """One value, from when to when, for one service, one owner, or (both empty) everybody."""

    __tablename__ = "settings"
    __table_args__ = (Index("ix_settings_key", "key", "service_id", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    value: Mapped[Any] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
