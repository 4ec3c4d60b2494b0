"""What is on record of a leader: consents, training, the school team, own learning, complaints."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Account, Person
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Element
from service.models.leader_states import ComplaintState, ConsentKind, ConsentWay, InterestKind, TeamRole
from service.models.leaders import Leader
from service.models.schools import School


class LeaderConsent(Base):
    """A consent: who gave it, when and how, and when it was withdrawn."""

    __tablename__ = "leader_consents"
    __table_args__ = (CheckConstraint("withdrawn_on IS NULL OR given_on <= withdrawn_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(state_column(ConsentKind, "consent_kind"))
    given_on: Mapped[date]
    given_by: Mapped[str] = mapped_column(String(160))
    way: Mapped[ConsentWay] = mapped_column(state_column(ConsentWay, "consent_way"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_on: Mapped[date | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))


class LeaderTraining(Base):
    """A course or induction that a leader went through."""

    __tablename__ = "leader_trainings"
    __table_args__ = (CheckConstraint("hours > 0", name="hours_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    given_by: Mapped[str] = mapped_column(String(160))
    completed_on: Mapped[date]
    hours: Mapped[float]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class TeamMember(Base):
    """Somebody of the leader's school who works along: the school is designated with its head."""

    __tablename__ = "leader_team"
    __table_args__ = (CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    role: Mapped[TeamRole] = mapped_column(state_column(TeamRole, "team_role"))
    expertise: Mapped[list[str]] = mapped_column(JSON, default=list)
    start_on: Mapped[date]
    end_on: Mapped[date | None]


class OwnGoal(Base):
    """What the supporting school wants to learn, and what it gained: both sides learn (P9)."""

    __tablename__ = "leader_goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id", ondelete="CASCADE"), index=True)
    element: Mapped[Element | None] = mapped_column(state_column(Element, "goal_element"))
    goal: Mapped[str] = mapped_column(Text)
    set_on: Mapped[date]
    gain: Mapped[str | None] = mapped_column(Text)
    gained_on: Mapped[date | None]


class Interest(Base):
    """What binds a person to a school: such a pair is never assigned, nor judged by that person."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("person_id", "school_id", "kind", "start_on"),
        CheckConstraint("end_on IS NULL OR start_on <= end_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(state_column(InterestKind, "interest_kind"))
    note: Mapped[str | None] = mapped_column(String(300))
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Complaint(Base):
    """A complaint about a leader; while it is open it may keep the leader out of new matches."""

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    raised_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ComplaintState] = mapped_column(state_column(ComplaintState, "complaint_state"), index=True)
    suspends: Mapped[bool]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str | None] = mapped_column(Text)

    leader: Mapped[Leader] = relationship(lazy="raise_on_sql")
    school: Mapped[School | None] = relationship(lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id], lazy="raise_on_sql")
