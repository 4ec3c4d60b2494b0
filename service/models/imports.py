"""Import batches: the files, what was wrong with their rows, and what they change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import BatchState, ChangeDecision, ChangeKind


class Batch(Base):
    """One import: uploaded, checked, applied in one transaction or not at all."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40), index=True)
    year: Mapped[int | None]
    state: Mapped[BatchState] = mapped_column(state_column(BatchState, "batch_state"))
    strict: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    refusal: Mapped[str | None] = mapped_column(Text)
    rejected_file: Mapped[str | None] = mapped_column(String(200))

    files: Mapped[list["BatchFile"]] = relationship(back_populates="batch", lazy="raise_on_sql")


class BatchFile(Base):
    """A file of a batch; its content is known by its hash."""

    __tablename__ = "batch_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    stored_as: Mapped[str | None] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    rows: Mapped[int | None]

    batch: Mapped[Batch] = relationship(back_populates="files", lazy="raise_on_sql")


class BatchIssue(Base):
    """A row that was rejected, and why: in Spanish, and as a sentence to be worded for each reader."""

    __tablename__ = "batch_issues"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(String(200))
    row: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    sentence: Mapped[dict[str, Any]] = mapped_column(JSON)


class Change(Base):
    """What a newer directory says of a school known already; accepted or rejected row by row."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_batch_kind", "batch_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    system: Mapped[str] = mapped_column(String(8))
    school_code: Mapped[int]
    school_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ChangeKind] = mapped_column(state_column(ChangeKind, "change_kind"))
    field: Mapped[str | None] = mapped_column(String(40))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    decision: Mapped[ChangeDecision] = mapped_column(state_column(ChangeDecision, "change_decision"))
