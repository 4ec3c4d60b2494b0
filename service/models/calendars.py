"""Calendars: the school year, days closed or quiet, people's busy times, feeds, ways between schools."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Person
from service.models.columns import UtcDateTime, state_column
from service.models.schools import EducationService
from service.models.states import BusySource, CalendarDayKind


class CalendarDay(Base):
    """Days of one kind, first to last, everywhere or in one region, commune or service.

    From the operator's file (``service_id`` empty) or added by a service. ``term`` says when
    classes are held; a year without any term is one whose calendar nobody has entered.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="in_order"),
        Index("ix_calendar_days_first_on", "first_on", "last_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    kind: Mapped[CalendarDayKind] = mapped_column(state_column(CalendarDayKind, "calendar_day_kind"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    region_code: Mapped[str | None] = mapped_column(String(20))
    commune_code: Mapped[str | None] = mapped_column(String(20))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"), index=True)
    source: Mapped[str] = mapped_column(String(300), default="")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    service: Mapped[EducationService | None] = relationship(lazy="raise_on_sql")


class BusyTime(Base):
    """A time at which a person cannot: only that, never why; of an imported calendar no title is kept."""

    __tablename__ = "busy_times"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index("ix_busy_times_person", "person_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    source: Mapped[BusySource] = mapped_column(state_column(BusySource, "busy_source"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class CalendarFeed(Base):
    """A person's private calendar address: 256 random bits, of which only the hash is kept.

    The address is shown once, when it is made; making a new one ends the old.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class TravelTime(Base):
    """Minutes on the way from one school to another, as a file told."""

    __tablename__ = "travel_times"
    __table_args__ = (
        UniqueConstraint("from_school_id", "to_school_id"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("from_school_id <> to_school_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    to_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    minutes: Mapped[int]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
