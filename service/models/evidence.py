"""What was computed about schools from the published figures, kept with its parameters."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import Phase
from service.models.schools import School


class EvidenceSet(Base):
    """One computation for a system, a phase and an as-of year, from one state of the data."""

    __tablename__ = "evidence_sets"
    __table_args__ = (UniqueConstraint("system", "phase", "as_of", "data_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(8))
    phase: Mapped[Phase] = mapped_column(state_column(Phase, "evidence_phase"))
    test: Mapped[str] = mapped_column(String(8))
    as_of: Mapped[int]
    data_version: Mapped[str] = mapped_column(String(64))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Estimate(Base):
    """Value added of one school in one area, in points of the test, with its uncertainty."""

    __tablename__ = "estimates"
    __table_args__ = (UniqueConstraint("set_id", "school_id", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("evidence_sets.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    area: Mapped[str] = mapped_column(String(20))
    level: Mapped[float]
    level_sd: Mapped[float]
    forecast: Mapped[float]
    forecast_sd: Mapped[float]
    years: Mapped[int]
    tested: Mapped[float]
    last_year: Mapped[int]
    recent_tests: Mapped[int]


class Assessment(Base):
    """Whether a school needs support by the default rule, and whether it could give it."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("set_id", "school_id"),
        Index("ix_assessments_set_status", "set_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("evidence_sets.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(40))
    evidence: Mapped[list[Any]] = mapped_column(JSON, default=list)
    could_lead: Mapped[bool] = mapped_column(default=False)
    leading_evidence: Mapped[list[Any]] = mapped_column(JSON, default=list)

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Likeness(Base):
    """One of the schools most like a school, by the weights kept with the set."""

    __tablename__ = "likenesses"
    __table_args__ = (
        UniqueConstraint("set_id", "school_id", "place"),
        CheckConstraint("school_id <> like_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("evidence_sets.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    like_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    place: Mapped[int]
    distance: Mapped[float]
    coverage: Mapped[float]
    features: Mapped[list[str]] = mapped_column(JSON)


class ProgrammeFinding(Base):
    """What was computed about the programme in a territory, as a document; kept so that pages open at once.

    ``version`` names the state of the data and of the partnerships it rests on.
    """

    __tablename__ = "programme_findings"
    __table_args__ = (UniqueConstraint("kind", "test", "territory"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    system: Mapped[str] = mapped_column(String(8))
    test: Mapped[str] = mapped_column(String(8))
    territory: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
