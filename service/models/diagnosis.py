"""What people say of a school before it is matched: its own answers, its support, what is being asked."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.schools import School
from service.models.states import AnswerRole, SupportKind


class SelfAnswer(Base):
    """One person's answers about a school in a year; a teacher's holds no name (feature N3).

    ``answers`` maps elements and dimensions to a level, 1 to 4; what was not answered is absent.
    """

    __tablename__ = "self_answers"
    __table_args__ = (
        Index(
            "uq_self_answers_named",
            "school_id",
            "year",
            "role",
            unique=True,
            sqlite_where=text("role <> 'teacher'"),
            postgresql_where=text("role <> 'teacher'"),
        ),
        Index("ix_self_answers_school", "school_id", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    year: Mapped[int]
    role: Mapped[AnswerRole] = mapped_column(state_column(AnswerRole, "answer_role"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    answers: Mapped[dict[str, int]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    answered_on: Mapped[date]

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class AnswerLink(Base):
    """A link with which one teacher answers once, without an account; only its hash is kept."""

    __tablename__ = "answer_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    expires_on: Mapped[date]
    by_mail: Mapped[bool] = mapped_column(default=False)
    used: Mapped[bool] = mapped_column(default=False)

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class SupportLevel(Base):
    """How much support a school gets in a year: 1 common, 2 additional, 3 joint inquiry (feature N6)."""

    __tablename__ = "support_levels"
    __table_args__ = (
        UniqueConstraint("school_id", "year"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    year: Mapped[int]
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Inquiry(Base):
    """What a school and its service try to find out together (level 3): not a plan template."""

    __tablename__ = "inquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    question: Mapped[str] = mapped_column(Text, default="")
    hypothesis: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    adaptation: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    opened_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class ExternalSupport(Base):
    """An earlier programme, or somebody who supports a school now; without an end it goes on (N8)."""

    __tablename__ = "external_supports"
    __table_args__ = (CheckConstraint("end_year IS NULL OR start_year <= end_year", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SupportKind] = mapped_column(state_column(SupportKind, "support_kind"))
    name: Mapped[str] = mapped_column(String(200))
    start_year: Mapped[int]
    end_year: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Watched(Base):
    """A school that somebody keeps an eye on (feature N10); each person has an own list."""

    __tablename__ = "watched_schools"
    __table_args__ = (UniqueConstraint("account_id", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    school: Mapped[School] = relationship(lazy="raise_on_sql")
