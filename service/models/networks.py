"""Networks of schools that meet on a shared problem: members, sessions, agreements, goals, exchanges."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Element
from service.models.network_kinds import AgreementState, GoalSource, NetworkRole, TieKind
from service.models.schools import School

LASTING = "end_on IS NULL"


class Network(Base):
    """A network of a service or an owner's schools, with what it is for."""

    __tablename__ = "networks"
    __table_args__ = (
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
        CheckConstraint("service_id IS NOT NULL OR owner_id IS NOT NULL", name="somewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(500))
    theme: Mapped[Element | None] = mapped_column(state_column(Element, "network_theme"))
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    schools: Mapped[list["NetworkSchool"]] = relationship(
        back_populates="network", lazy="raise_on_sql", order_by="NetworkSchool.id"
    )
    people: Mapped[list["NetworkPerson"]] = relationship(lazy="raise_on_sql", order_by="NetworkPerson.id")
    sessions: Mapped[list["NetworkSession"]] = relationship(
        back_populates="network", lazy="raise_on_sql", order_by="NetworkSession.held_on, NetworkSession.id"
    )
    agreements: Mapped[list["NetworkAgreement"]] = relationship(
        lazy="raise_on_sql", order_by="NetworkAgreement.id"
    )
    goals: Mapped[list["NetworkGoal"]] = relationship(lazy="raise_on_sql", order_by="NetworkGoal.id")
    internships: Mapped[list["Internship"]] = relationship(
        lazy="raise_on_sql", order_by="Internship.began_on, Internship.id"
    )


class NetworkSchool(Base):
    """A school in a network, from when to when; it may leave and come back."""

    __tablename__ = "network_schools"
    __table_args__ = (
        Index(
            "uq_network_schools_now",
            "network_id",
            "school_id",
            unique=True,
            sqlite_where=text(LASTING),
            postgresql_where=text(LASTING),
        ),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    chosen: Mapped[bool] = mapped_column(default=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None]

    network: Mapped[Network] = relationship(back_populates="schools", lazy="raise_on_sql")
    school: Mapped[School] = relationship(lazy="raise_on_sql")


class NetworkPerson(Base):
    """Who takes part, in which role, from when to when (W1)."""

    __tablename__ = "network_people"
    __table_args__ = (CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[NetworkRole] = mapped_column(state_column(NetworkRole, "network_role"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    start_on: Mapped[date]
    end_on: Mapped[date | None]

    school: Mapped[School | None] = relationship(lazy="raise_on_sql")


class NetworkSession(Base):
    """A meeting of a network that was held."""

    __tablename__ = "network_sessions"
    __table_args__ = (CheckConstraint("hours > 0 AND hours <= 24", name="hours_of_a_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date]
    hours: Mapped[float]
    topic: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(String(2000))

    network: Mapped[Network] = relationship(back_populates="sessions", lazy="raise_on_sql")
    attendance: Mapped[list["NetworkAttendance"]] = relationship(
        lazy="raise_on_sql", order_by="NetworkAttendance.id"
    )


class NetworkAttendance(Base):
    """A school at a session: how many of its people, and whether it showed its practice to the others."""

    __tablename__ = "network_attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "school_id"),
        CheckConstraint("people > 0", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("network_sessions.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    people: Mapped[int]
    presented: Mapped[bool] = mapped_column(default=False)

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class NetworkAgreement(Base):
    """What a network agreed on, who does it, by when, and what became of it."""

    __tablename__ = "network_agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    responsible: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[AgreementState] = mapped_column(state_column(AgreementState, "agreement_state"))
    follow_up: Mapped[str | None] = mapped_column(String(500))
    followed_up_on: Mapped[date | None]


class NetworkGoal(Base):
    """A goal of a network and who proposed it: how many come from the members tells its autonomy (W3)."""

    __tablename__ = "network_goals"
    __table_args__ = (
        CheckConstraint("(source = 'member') = (school_id IS NOT NULL)", name="school_of_member"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    source: Mapped[GoalSource] = mapped_column(state_column(GoalSource, "goal_source"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    agreed_on: Mapped[date]

    school: Mapped[School | None] = relationship(lazy="raise_on_sql")


class Internship(Base):
    """Teachers of one school who worked some time at another of the network (W6)."""

    __tablename__ = "internships"
    __table_args__ = (
        CheckConstraint("from_school_id <> to_school_id", name="not_itself"),
        CheckConstraint("teachers > 0 AND hours > 0", name="something"),
        CheckConstraint("ended_on IS NULL OR began_on <= ended_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    from_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    to_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    teachers: Mapped[int]
    hours: Mapped[float]
    focus: Mapped[str] = mapped_column(String(300))
    began_on: Mapped[date]
    ended_on: Mapped[date | None]

    from_school: Mapped[School] = relationship(foreign_keys=[from_school_id], lazy="raise_on_sql")
    to_school: Mapped[School] = relationship(foreign_keys=[to_school_id], lazy="raise_on_sql")


class SchoolTie(Base):
    """A tie between two schools that no partnership tells: one they chose, or one laid down (W2)."""

    __tablename__ = "school_ties"
    __table_args__ = (
        CheckConstraint("school_id <> other_school_id", name="not_itself"),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    other_school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    kind: Mapped[TieKind] = mapped_column(state_column(TieKind, "tie_kind"))
    about: Mapped[str] = mapped_column(String(300))
    hours: Mapped[float] = mapped_column(default=0.0)
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="raise_on_sql")
    other_school: Mapped[School] = relationship(foreign_keys=[other_school_id], lazy="raise_on_sql")


class GraphPlace(Base):
    """Where a school stands in the picture of a territory, kept so that it looks the same tomorrow."""

    __tablename__ = "graph_places"
    __table_args__ = (UniqueConstraint("territory", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(String(60))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    x: Mapped[float]
    y: Mapped[float]
