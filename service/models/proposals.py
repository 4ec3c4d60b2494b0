"""Proposals: a pair that a run found, with its terms and reasons."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Phase, ProposalState
from service.models.leaders import Leader
from service.models.runs import Run
from service.models.schools import School


class Proposal(Base):
    """A school and a supporting school; told to nobody before it is published.

    Published, the school chooses until ``choice_due_on``; ``asks_others`` says whether the rest of
    its shortlist may be asked once those it chose cannot.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("run_id", "school_id"),
        CheckConstraint("school_id <> leader_school_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    leader_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    phase: Mapped[Phase] = mapped_column(state_column(Phase, "proposal_phase"))
    state: Mapped[ProposalState] = mapped_column(state_column(ProposalState, "proposal_state"), index=True)
    urgency: Mapped[int]
    locked: Mapped[bool] = mapped_column(default=False)
    score: Mapped[float]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    choice_due_on: Mapped[date | None]
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    asks_others: Mapped[bool | None]

    run: Mapped[Run] = relationship(lazy="raise_on_sql")
    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="raise_on_sql")
    leader_school: Mapped[School] = relationship(foreign_keys=[leader_school_id], lazy="raise_on_sql")
    leader: Mapped[Leader | None] = relationship(lazy="raise_on_sql")
