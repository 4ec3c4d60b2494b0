"""Leaders (a person with a school), and what schools need."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Person
from service.models.columns import state_column
from service.models.enums import Element, LeaderStatus
from service.models.schools import School
from service.models.states import DiagnosisOutcome


class Leader(Base):
    """A serving head with the school that stands behind; designated together.

    ``capacity`` is the number of schools at a time, ``days_per_term`` the days offered a term;
    ``consent_on``, ``owner_consent_on`` and ``trained_on`` say what of the record holds now.
    """

    __tablename__ = "leaders"
    __table_args__ = (
        UniqueConstraint("person_id", "school_id"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("max_km IS NULL OR max_km >= 0", name="max_km_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    status: Mapped[LeaderStatus] = mapped_column(state_column(LeaderStatus, "leader_status"))
    in_post_since: Mapped[date | None]
    capacity: Mapped[int] = mapped_column(default=1)
    elements: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    online: Mapped[bool] = mapped_column(default=False)
    max_km: Mapped[float | None]
    consent_on: Mapped[date | None]
    owner_consent_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    status_on: Mapped[date | None]
    status_reason: Mapped[str | None] = mapped_column(String(500))
    term_start_on: Mapped[date | None]
    term_end_on: Mapped[date | None]
    paused_by_leader: Mapped[bool] = mapped_column(default=False, server_default=false())
    days_per_term: Mapped[int | None]
    exchange_kinds: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    weekdays: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    source: Mapped[str | None] = mapped_column(String(300))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Need(Base):
    """What a school needs on one element, as assessed by named people in one year."""

    __tablename__ = "needs"
    __table_args__ = (
        UniqueConstraint("school_id", "year", "element"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),
        Index("ix_needs_year", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    year: Mapped[int]
    element: Mapped[Element] = mapped_column(state_column(Element, "element"))
    level: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Diagnosis(Base):
    """A diagnosis validated with the school: without it no proposal is published."""

    __tablename__ = "diagnoses"
    __table_args__ = (UniqueConstraint("school_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    year: Mapped[int]
    validated_on: Mapped[date]
    validated_with: Mapped[str] = mapped_column(String(200))
    objections: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[DiagnosisOutcome | None] = mapped_column(
        state_column(DiagnosisOutcome, "diagnosis_outcome")
    )
    outcome_on: Mapped[date | None]
    outcome_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    outcome_note: Mapped[str | None] = mapped_column(Text)

    school: Mapped[School] = relationship(lazy="raise_on_sql")
