"""Visits: planned, agreed, held; the same one wherever it is moved to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Person
from service.models.columns import UtcDateTime, state_column
from service.models.partnerships import Partnership
from service.models.states import (
    AttendanceRole,
    ExchangeKind,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)


class Visit(Base):
    """One visit of a partnership, in either direction.

    ``starts_at`` is UTC; ``time_zone`` names the zone of the receiving school, so that 10:00 stays
    10:00 when the clocks change. ``held_*`` are what happened, beside what was planned (V3).
    ``uid`` and ``sequence`` are the calendar's: constant, and rising with each change (V2).
    Of a visit taken over from a file only the day may be known (``hour_known``), and how many came
    without from where (``held_people``).
    """

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("held_minutes IS NULL OR held_minutes >= 0", name="held_minutes_not_negative"),
        Index("ix_visits_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id"), index=True)
    state: Mapped[VisitState] = mapped_column(state_column(VisitState, "visit_state"), index=True)
    kind: Mapped[ExchangeKind] = mapped_column(state_column(ExchangeKind, "exchange_kind"))
    direction: Mapped[VisitDirection] = mapped_column(state_column(VisitDirection, "visit_direction"))
    mode: Mapped[VisitMode] = mapped_column(state_column(VisitMode, "visit_mode"))
    purpose: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    way_there: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(60))
    hour_known: Mapped[bool] = mapped_column(default=True)
    proposed_by: Mapped[Side | None] = mapped_column(state_column(Side, "proposed_by"))
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_minutes: Mapped[int | None]
    held_people: Mapped[int | None]
    held_mode: Mapped[VisitMode | None] = mapped_column(state_column(VisitMode, "held_mode"))
    led_by: Mapped[Side | None] = mapped_column(state_column(Side, "led_by"))
    missed_by: Mapped[Side | None] = mapped_column(state_column(Side, "missed_by"))
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    partnership: Mapped[Partnership] = relationship(lazy="raise_on_sql")
    people: Mapped[list["VisitPerson"]] = relationship(
        back_populates="visit", lazy="raise_on_sql", order_by="VisitPerson.id"
    )
    attendance: Mapped[list["VisitAttendance"]] = relationship(
        back_populates="visit", lazy="raise_on_sql", order_by="VisitAttendance.id"
    )
    note: Mapped["VisitNote | None"] = relationship(back_populates="visit", lazy="raise_on_sql")


class VisitPerson(Base):
    """Who is asked to come, and for which side; moving a visit keeps them (V5)."""

    __tablename__ = "visit_people"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "visit_person_side"))

    visit: Mapped[Visit] = relationship(back_populates="people", lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class VisitBooking(Base):
    """The time a visit takes of one person or of one school, while it is proposed, agreed or held.

    No two of one person, nor of one school, overlap; an end may be the next one's start. The
    database keeps that: exclusion constraints on PostgreSQL, triggers on SQLite (migration 0007).
    """

    __tablename__ = "visit_bookings"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name="one_of_the_two"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index("ix_visit_bookings_person", "person_id", "starts_at"),
        Index("ix_visit_bookings_school", "school_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VisitAttendance(Base):
    """How many took part, by side and role; ``first_time`` of them had not in this partnership before.

    The sum of ``first_time`` is how many different people took part at all: no list of names needed.
    """

    __tablename__ = "visit_attendance"
    __table_args__ = (
        UniqueConstraint("visit_id", "side", "role"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("first_time BETWEEN 0 AND number", name="first_time_within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(state_column(Side, "attendance_side"))
    role: Mapped[AttendanceRole] = mapped_column(state_column(AttendanceRole, "attendance_role"))
    number: Mapped[int]
    first_time: Mapped[int]

    visit: Mapped[Visit] = relationship(back_populates="attendance", lazy="raise_on_sql")


class VisitNote(Base):
    """What both sides write down after a visit, from a template; both agree the text (V4).

    Each change raises ``version`` and takes back the other side's agreement.
    """

    __tablename__ = "visit_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    done: Mapped[str] = mapped_column(Text, default="")
    learned: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[str] = mapped_column(Text, default="")
    surprised_supported: Mapped[str] = mapped_column(Text, default="")
    surprised_supporting: Mapped[str] = mapped_column(Text, default="")
    written_by: Mapped[Side | None] = mapped_column(state_column(Side, "note_written_by"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed_supported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed_supporting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(back_populates="note", lazy="raise_on_sql")
    objections: Mapped[list["NoteObjection"]] = relationship(
        back_populates="note", lazy="raise_on_sql", order_by="NoteObjection.id"
    )


class NoteObjection(Base):
    """What one side does not agree with in a note; it stays, whatever becomes of the text."""

    __tablename__ = "note_objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("visit_notes.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "objection_side"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    note: Mapped[VisitNote] = relationship(back_populates="objections", lazy="raise_on_sql")
