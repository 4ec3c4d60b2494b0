"""Schools, where they are, who owns them and who is responsible for them, with dates."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import OwnerType, Phase, SchoolStatus


class Commune(Base):
    """A commune (Chile) or local authority district, with its region."""

    __tablename__ = "communes"
    __table_args__ = (UniqueConstraint("system", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str | None] = mapped_column(String(20), index=True)
    region_name: Mapped[str | None] = mapped_column(String(120))


class EducationService(Base):
    """A local education service (SLEP) or local authority, responsible for schools."""

    __tablename__ = "education_services"
    __table_args__ = (UniqueConstraint("system", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(160), index=True)
    region_code: Mapped[str | None] = mapped_column(String(20))
    starts_on: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))

    areas: Mapped[list["ServiceArea"]] = relationship(back_populates="service", lazy="raise_on_sql")


class ServiceArea(Base):
    """A commune of a service and the year its public schools pass to it."""

    __tablename__ = "service_areas"
    __table_args__ = (UniqueConstraint("service_id", "commune_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("education_services.id", ondelete="CASCADE"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("communes.id"), index=True)
    transfer_year: Mapped[int | None]
    is_seat: Mapped[bool] = mapped_column(default=False)

    service: Mapped[EducationService] = relationship(back_populates="areas", lazy="raise_on_sql")
    commune: Mapped[Commune] = relationship(lazy="raise_on_sql")


class Owner(Base):
    """A school owner (sostenedor): municipality, service, trust, foundation, person."""

    __tablename__ = "owners"
    __table_args__ = (UniqueConstraint("system", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str | None] = mapped_column(String(200))


class School(Base):
    """An establishment, known by its official number within a system."""

    __tablename__ = "schools"
    __table_args__ = (
        UniqueConstraint("system", "code"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("successor_id IS NULL OR successor_id <> id", name="not_own_successor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    code: Mapped[int]
    check_digit: Mapped[str | None] = mapped_column(String(1))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200), index=True)
    status: Mapped[SchoolStatus] = mapped_column(state_column(SchoolStatus, "school_status"))
    has_enrolment: Mapped[bool] = mapped_column(default=False)
    enrolment: Mapped[int | None]
    special_enrolment: Mapped[int | None]
    rural: Mapped[bool | None]
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("communes.id"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    closed_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    directory_year: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    source_row: Mapped[int | None]

    commune: Mapped[Commune | None] = relationship(lazy="raise_on_sql")
    levels: Mapped[list["SchoolLevel"]] = relationship(
        back_populates="school", lazy="raise_on_sql", order_by="SchoolLevel.phase"
    )
    ownerships: Mapped[list["Ownership"]] = relationship(
        back_populates="school", lazy="raise_on_sql", order_by="Ownership.id"
    )
    successor: Mapped["School | None"] = relationship(remote_side=[id], lazy="raise_on_sql")


class SchoolLevel(Base):
    """A phase that a school teaches, with its enrolment where published."""

    __tablename__ = "school_levels"
    __table_args__ = (UniqueConstraint("school_id", "phase"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    phase: Mapped[Phase] = mapped_column(state_column(Phase, "phase"))
    enrolment: Mapped[int | None]

    school: Mapped[School] = relationship(back_populates="levels", lazy="raise_on_sql")


class Ownership(Base):
    """Who owned a school, of which type, under which service, from when to when.

    An open start means *as far back as known*; an open end, *now*.
    """

    __tablename__ = "ownerships"
    __table_args__ = (
        Index(
            "uq_ownerships_current",
            "school_id",
            unique=True,
            sqlite_where=text("end_on IS NULL"),
            postgresql_where=text("end_on IS NULL"),
        ),
        CheckConstraint("end_on IS NULL OR start_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    owner_type: Mapped[OwnerType] = mapped_column(state_column(OwnerType, "owner_type"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"), index=True)
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))

    school: Mapped[School] = relationship(back_populates="ownerships", lazy="raise_on_sql")
    owner: Mapped[Owner | None] = relationship(lazy="raise_on_sql")
    service: Mapped[EducationService | None] = relationship(lazy="raise_on_sql")


class Correction(Base):
    """A field that a coordinator set by hand; a later import reports it instead of undoing it."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index(
            "uq_corrections_active",
            "school_id",
            "field",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    official: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[Any] = mapped_column(UtcDateTime)
    ended_at: Mapped[Any | None] = mapped_column(UtcDateTime)
