"""Matching runs: what went in, what came out, and the certificate."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import MarkKind, RunState
from service.models.schools import School


class Run(Base):
    """One run of the matching: rules, weights and inputs are stored with it."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(state_column(RunState, "run_state"), index=True)
    system: Mapped[str] = mapped_column(String(8))
    territory: Mapped[str] = mapped_column(String(200))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"), index=True)
    as_of: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    preset: Mapped[dict[str, Any]] = mapped_column(JSON)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    exploratory: Mapped[bool]
    input_hash: Mapped[str | None] = mapped_column(String(64))
    inputs: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    step: Mapped[str | None] = mapped_column(String(40))
    progress: Mapped[float] = mapped_column(default=0.0)
    failure: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))


class RunMark(Base):
    """A pair locked or forbidden for a run, by whom and why."""

    __tablename__ = "run_marks"
    __table_args__ = (
        UniqueConstraint("run_id", "school_id", "leader_school_id"),
        CheckConstraint("school_id <> leader_school_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MarkKind] = mapped_column(state_column(MarkKind, "mark_kind"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    leader_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    note: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="raise_on_sql")
    leader_school: Mapped[School] = relationship(foreign_keys=[leader_school_id], lazy="raise_on_sql")
