"""How somebody becomes a leader and stays one: criteria, applications, assessors, reviews."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Account
from service.models.columns import UtcDateTime, state_column
from service.models.leader_states import (
    ApplicationOutcome,
    CriteriaState,
    InterestKind,
    Recommendation,
    ReviewDecision,
    ReviewReason,
)
from service.models.leaders import Leader


class CriteriaSet(Base):
    """A version of the criteria proposed by one person and approved by another."""

    __tablename__ = "criteria_sets"
    __table_args__ = (UniqueConstraint("system", "name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[CriteriaState] = mapped_column(state_column(CriteriaState, "criteria_state"))
    in_force_from: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(500))

    proposed_by: Mapped[Account | None] = relationship(foreign_keys=[proposed_by_id], lazy="raise_on_sql")
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id], lazy="raise_on_sql")


class LeaderApplication(Base):
    """One application of a person with a school; it keeps the criteria it is judged by.

    ``figures`` are what was measured the day it came in, ``answers`` what the criteria make of
    them: a later version can be tried on the same figures.
    """

    __tablename__ = "leader_applications"
    __table_args__ = (
        Index(
            "uq_leader_applications_open",
            "leader_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    applied_on: Mapped[date]
    nominated: Mapped[bool]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    answers: Mapped[list[Any]] = mapped_column(JSON)
    outcome: Mapped[ApplicationOutcome | None] = mapped_column(state_column(ApplicationOutcome, "outcome"))
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decision_reason: Mapped[str | None] = mapped_column(String(500))

    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id], lazy="raise_on_sql")
    assessors: Mapped[list["LeaderAssessor"]] = relationship(
        back_populates="application", lazy="raise_on_sql", order_by="LeaderAssessor.id"
    )


class LeaderAssessor(Base):
    """Somebody asked to assess an application: declares interests, opens the file, judges."""

    __tablename__ = "leader_assessors"
    __table_args__ = (UniqueConstraint("application_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("leader_applications.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_on: Mapped[date]
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conflict: Mapped[InterestKind | None] = mapped_column(state_column(InterestKind, "conflict"))
    conflict_note: Mapped[str | None] = mapped_column(String(500))
    judgements: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    recommendation: Mapped[Recommendation | None] = mapped_column(
        state_column(Recommendation, "recommendation")
    )
    reasons: Mapped[str | None] = mapped_column(Text)
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    application: Mapped[LeaderApplication] = relationship(back_populates="assessors", lazy="raise_on_sql")
    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class LeaderReview(Base):
    """A designation looked at again; once for each reason and what it rests on."""

    __tablename__ = "leader_reviews"
    __table_args__ = (UniqueConstraint("leader_id", "because", "basis"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    because: Mapped[ReviewReason] = mapped_column(state_column(ReviewReason, "because"))
    basis: Mapped[str] = mapped_column(String(40))
    opened_on: Mapped[date]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decision: Mapped[ReviewDecision | None] = mapped_column(state_column(ReviewDecision, "decision"))
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str | None] = mapped_column(String(500))

    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
