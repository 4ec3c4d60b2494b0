"""How it goes: reviews by both sides, concerns, notes, who took part, the end and what came after."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.states import (
    ConcernReason,
    ConcernState,
    FollowUpState,
    NoteLevel,
    RatingMoment,
    ReviewOverall,
    Side,
)


class Review(Base):
    """One review; each side answers apart, so that a gap can be seen (P6)."""

    __tablename__ = "partnership_reviews"
    __table_args__ = (
        UniqueConstraint("partnership_id", "held_on"),
        CheckConstraint("next_on IS NULL OR next_on > held_on", name="next_later"),
        CheckConstraint("next_on IS NULL OR NOT none_needed", name="next_or_none"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    held_on: Mapped[date]
    next_on: Mapped[date | None]
    none_needed: Mapped[bool] = mapped_column(default=False)
    next_steps: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    answers: Mapped[list["ReviewAnswer"]] = relationship(
        back_populates="review", lazy="raise_on_sql", order_by="ReviewAnswer.side"
    )


class ReviewAnswer(Base):
    """What one side says; ``marks`` is ``{objective id: {"mark", "words"}}``."""

    __tablename__ = "partnership_review_answers"
    __table_args__ = (UniqueConstraint("review_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("partnership_reviews.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(state_column(Side, "review_side"))
    reviewer: Mapped[str] = mapped_column(String(160))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    overall: Mapped[ReviewOverall] = mapped_column(state_column(ReviewOverall, "review_overall"))
    words: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(back_populates="answers", lazy="raise_on_sql")


class Concern(Base):
    """Something that worries one side: raised, then resolved or taken to the coordination (P7)."""

    __tablename__ = "partnership_concerns"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    state: Mapped[ConcernState] = mapped_column(state_column(ConcernState, "concern_state"))
    reason: Mapped[ConcernReason] = mapped_column(state_column(ConcernReason, "concern_reason"))
    words: Mapped[str] = mapped_column(Text)
    side: Mapped[Side | None] = mapped_column(state_column(Side, "concern_side"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    raised_on: Mapped[date]
    decided_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    steps_confirmed: Mapped[bool] = mapped_column(default=False)


class Note(Base):
    """A private note; gone when it expires (P17, D4)."""

    __tablename__ = "partnership_notes"
    __table_args__ = (Index("ix_partnership_notes_expires_on", "expires_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    level: Mapped[NoteLevel] = mapped_column(state_column(NoteLevel, "note_level"))
    side: Mapped[Side | None] = mapped_column(state_column(Side, "note_side"))
    author: Mapped[str] = mapped_column(String(160))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date]


class Participation(Base):
    """How many of the supported school's staff took part, as counted on a day (P11)."""

    __tablename__ = "partnership_participation"
    __table_args__ = (
        UniqueConstraint("partnership_id", "counted_on"),
        CheckConstraint("teachers > 0 AND leadership > 0", name="staff_positive"),
        CheckConstraint("teachers_in BETWEEN 0 AND teachers", name="teachers_within"),
        CheckConstraint("leadership_in BETWEEN 0 AND leadership", name="leadership_within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    counted_on: Mapped[date]
    teachers: Mapped[int]
    teachers_in: Mapped[int]
    leadership: Mapped[int]
    leadership_in: Mapped[int]


class Handover(Base):
    """What stays when the supporting school leaves, and who keeps it (P12)."""

    __tablename__ = "partnership_handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(
        ForeignKey("partnerships.id", ondelete="CASCADE"), unique=True
    )
    successor: Mapped[str] = mapped_column(String(160), default="")
    successor_trained_on: Mapped[date | None]
    materials: Mapped[str] = mapped_column(String(500), default="")
    induction: Mapped[str] = mapped_column(String(500), default="")
    policy: Mapped[str] = mapped_column(String(500), default="")
    without_reason: Mapped[str] = mapped_column(String(500), default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SustainabilityRating(Base):
    """The checklist of what lasts, rated once at a moment; ``items`` is ``{code: {"level", "evidence"}}``."""

    __tablename__ = "sustainability_ratings"
    __table_args__ = (UniqueConstraint("partnership_id", "moment", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    moment: Mapped[RatingMoment] = mapped_column(state_column(RatingMoment, "rating_moment"))
    year: Mapped[int]
    items: Mapped[dict[str, Any]] = mapped_column(JSON)
    rated_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))


class FollowUp(Base):
    """The look back of one year after closing; it stays open until the year's result is in (T5)."""

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("partnership_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    number: Mapped[int]
    year: Mapped[int]
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[FollowUpState] = mapped_column(state_column(FollowUpState, "follow_up_state"))
    stays: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]


class PracticeCard(Base):
    """A story worth telling; told only while both schools consent to it (P16)."""

    __tablename__ = "practice_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(
        ForeignKey("partnerships.id", ondelete="CASCADE"), unique=True
    )
    element: Mapped[str] = mapped_column(String(40))
    problem: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)
    done: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    supported_consent_on: Mapped[date | None]
    supporting_consent_on: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
