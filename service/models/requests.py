"""A school asks for a peer: for what, what is possible, and what came of it."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.schools import School
from service.models.states import DiagnosisOutcome, RequestState

OPEN = "state IN ('draft', 'submitted', 'diagnosed')"


class Request(Base):
    """A request of one school, in a need category or not; a school has one open at a time.

    ``elements`` are values of :class:`matching.elements.Element`, the most pressing first.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index(
            "uq_requests_open",
            "school_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        CheckConstraint("max_km IS NULL OR max_km >= 0", name="max_km_not_negative"),
        CheckConstraint("days IS NULL OR days >= 0", name="days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    state: Mapped[RequestState] = mapped_column(state_column(RequestState, "request_state"), index=True)
    elements: Mapped[list[str]] = mapped_column(JSON, default=list)
    words: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[float | None]
    online: Mapped[bool] = mapped_column(default=False)
    max_km: Mapped[float | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[DiagnosisOutcome | None] = mapped_column(state_column(DiagnosisOutcome, "outcome"))
    outcome_on: Mapped[date | None]
    outcome_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    outcome_note: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_reason: Mapped[str | None] = mapped_column(String(500))

    school: Mapped[School] = relationship(lazy="raise_on_sql")
    avoided: Mapped[list["RequestAvoided"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="RequestAvoided.id"
    )


class RequestAvoided(Base):
    """A school that would rather not work with another: kept out of its candidates, told to nobody."""

    __tablename__ = "requests_avoided"
    __table_args__ = (UniqueConstraint("request_id", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")
