"""What a published proposal brings: a school's shortlist, the question to each leader, and who said no."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Phase
from service.models.leaders import Leader
from service.models.proposals import Proposal
from service.models.schools import School
from service.models.states import CandidateState, DeclineReason, OfferState, Side

OPEN = "state IN ('waiting', 'asked', 'accepted')"


class Candidate(Base):
    """One card of a school's shortlist; ``place`` is the run's order, ``rank`` the school's."""

    __tablename__ = "candidates"
    __table_args__ = (
        UniqueConstraint("proposal_id", "leader_id"),
        CheckConstraint("rank IS NULL OR rank >= 1", name="rank_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    leader_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    phase: Mapped[Phase] = mapped_column(state_column(Phase, "candidate_phase"))
    place: Mapped[int]
    rank: Mapped[int | None]
    state: Mapped[CandidateState] = mapped_column(state_column(CandidateState, "candidate_state"))
    reasons: Mapped[list[Any]] = mapped_column(JSON)

    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
    leader_school: Mapped[School] = relationship(lazy="raise_on_sql")


class Offer(Base):
    """One leader asked for one school; while open it holds a place of the leader.

    ``ask_on`` is the day of the first contact (quiet dates put it off), ``due_on`` the last day to
    answer. What the leader writes with a no is for the coordination only.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "candidate_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_offers_state", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    state: Mapped[OfferState] = mapped_column(state_column(OfferState, "offer_state"))
    ask_on: Mapped[date]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    reminded_on: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reason: Mapped[DeclineReason | None] = mapped_column(state_column(DeclineReason, "offer_reason"))
    note: Mapped[str | None] = mapped_column(Text)

    candidate: Mapped[Candidate] = relationship(lazy="raise_on_sql")
    proposal: Mapped[Proposal] = relationship(lazy="raise_on_sql")
    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Decline(Base):
    """A pair that one side said no to: it bars this pair for a time, and nothing else (feature C3)."""

    __tablename__ = "declines"
    __table_args__ = (Index("ix_declines_pair", "school_id", "leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    side: Mapped[Side] = mapped_column(state_column(Side, "decline_side"))
    reason: Mapped[DeclineReason] = mapped_column(state_column(DeclineReason, "decline_reason"))
    note: Mapped[str | None] = mapped_column(Text)
    declined_on: Mapped[date]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
