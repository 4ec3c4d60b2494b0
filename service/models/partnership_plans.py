"""What two schools agreed and plan: agreements, objectives, activities, and the files that show them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.states import ActivityState, ExchangeKind, ObjectiveArea, Side


class Agreement(Base):
    """One version of what both agreed; in force once both signed, kept when a newer one is (P4).

    ``focus`` are values of :class:`matching.elements.Element`, three at most; ``days`` are those a
    month that the supporting school gives.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("partnership_id", "version"),
        CheckConstraint("days > 0", name="days_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    version: Mapped[int]
    focus: Mapped[list[str]] = mapped_column(JSON)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    days: Mapped[float]
    conduct: Mapped[str] = mapped_column(Text)
    end_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    supported_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supported_signed_by: Mapped[str | None] = mapped_column(String(160))
    supporting_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    supporting_signed_by: Mapped[str | None] = mapped_column(String(160))


class PlanObjective(Base):
    """One objective; that of the supporting side is what it wants to learn itself (P9).

    ``baseline``, ``target`` and ``expected_on`` are read by the judgement on whether it helped.
    """

    __tablename__ = "plan_objectives"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "objective_side"))
    area: Mapped[ObjectiveArea] = mapped_column(state_column(ObjectiveArea, "objective_area"))
    words: Mapped[str] = mapped_column(String(500))
    measure: Mapped[str] = mapped_column(String(300), default="")
    baseline: Mapped[float | None]
    target: Mapped[float | None]
    expected_on: Mapped[date | None]
    gain: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    activities: Mapped[list["PlanActivity"]] = relationship(
        back_populates="objective", lazy="raise_on_sql", order_by="PlanActivity.due_on, PlanActivity.id"
    )


class PlanActivity(Base):
    """What is done for an objective: who answers for it, by when, which school leads it (P5, P10)."""

    __tablename__ = "plan_activities"
    __table_args__ = (CheckConstraint("state <> 'done' OR done_on IS NOT NULL", name="done_has_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[int] = mapped_column(
        ForeignKey("plan_objectives.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str] = mapped_column(String(500))
    responsible: Mapped[str] = mapped_column(String(160))
    led_by: Mapped[Side] = mapped_column(state_column(Side, "led_by"))
    kind: Mapped[ExchangeKind] = mapped_column(state_column(ExchangeKind, "activity_kind"))
    due_on: Mapped[date]
    state: Mapped[ActivityState] = mapped_column(state_column(ActivityState, "activity_state"))
    done_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(Text, default="")

    objective: Mapped[PlanObjective] = relationship(back_populates="activities", lazy="raise_on_sql")


class Attachment(Base):
    """A file that shows what was done, kept outside the web root under a random name.

    ``stored`` is that name; the person's own is shown, never used as a path.
    """

    __tablename__ = "attachments"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("plan_activities.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    side: Mapped[Side | None] = mapped_column(state_column(Side, "attachment_side"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
