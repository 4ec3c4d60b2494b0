"""Partnerships: two schools that work together, from setting up to three years after."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Account, Person
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Phase
from service.models.leaders import Leader
from service.models.proposals import Proposal
from service.models.schools import School
from service.models.states import PartnershipOrigin, PartnershipState, Side

OPEN = "state IN ('setup', 'trial', 'active', 'tapering', 'paused')"


class Partnership(Base):
    """A supported and a supporting school; a school is supported by one at a time.

    ``start_on`` is the day both had said yes; ``committed_on`` the end of the trial; ``end_on`` the
    day agreed for the end. Once a side took its consent back (``sharing_ended_at``), neither reads
    what the other wrote (C8). ``verdict`` is the published rule's, with its figures (T5). An imposed
    one names its legal basis and is marked everywhere (C5).
    """

    __tablename__ = "partnerships"
    __table_args__ = (
        Index(
            "uq_partnerships_open",
            "school_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        CheckConstraint("school_id <> leader_school_id", name="not_itself"),
        CheckConstraint("origin <> 'imposed' OR legal_basis IS NOT NULL", name="basis_of_imposed"),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    leader_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"), unique=True)
    phase: Mapped[Phase] = mapped_column(state_column(Phase, "partnership_phase"))
    origin: Mapped[PartnershipOrigin] = mapped_column(state_column(PartnershipOrigin, "partnership_origin"))
    legal_basis: Mapped[str | None] = mapped_column(String(300))
    origin_note: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[PartnershipState] = mapped_column(
        state_column(PartnershipState, "partnership_state"), index=True
    )
    paused_from: Mapped[PartnershipState | None] = mapped_column(
        state_column(PartnershipState, "partnership_paused_from")
    )
    start_on: Mapped[date]
    trial_until: Mapped[date | None]
    committed_on: Mapped[date | None]
    end_on: Mapped[date | None]
    tapering_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    follow_up_until: Mapped[date | None]
    conflict_checked_on: Mapped[date | None]
    supported_committed_on: Mapped[date | None]
    supporting_committed_on: Mapped[date | None]
    sharing_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str | None] = mapped_column(String(20))
    verdict_figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="raise_on_sql")
    leader_school: Mapped[School] = relationship(foreign_keys=[leader_school_id], lazy="raise_on_sql")
    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
    proposal: Mapped[Proposal | None] = relationship(lazy="raise_on_sql")
    people: Mapped[list["PartnershipPerson"]] = relationship(
        back_populates="partnership", lazy="raise_on_sql", order_by="PartnershipPerson.id"
    )


class PartnershipPerson(Base):
    """Who works for which side, from when to when: people change, history stays (P13)."""

    __tablename__ = "partnership_people"
    __table_args__ = (
        UniqueConstraint("partnership_id", "person_id", "side", "start_on"),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "side"))
    role: Mapped[str] = mapped_column(String(60))
    start_on: Mapped[date]
    end_on: Mapped[date | None]

    partnership: Mapped[Partnership] = relationship(back_populates="people", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class PartnershipCoordinator(Base):
    """Who at the service answers for a partnership, from when to when (X7)."""

    __tablename__ = "partnership_coordinators"
    __table_args__ = (
        Index(
            "uq_partnership_coordinators_current",
            "partnership_id",
            unique=True,
            sqlite_where=text("end_on IS NULL"),
            postgresql_where=text("end_on IS NULL"),
        ),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None]

    account: Mapped[Account] = relationship(lazy="raise_on_sql")
