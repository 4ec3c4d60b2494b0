"""Published figures about schools: each keeps its year, its n and the file it came from."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.models.columns import state_column
from service.models.enums import AbsenceReason, IndicatorKind, OwnerType, Subject


class Result(Base):
    """The result of a school in one test, year and subject.

    Either ``score`` or ``absence`` is set, never both, never neither.
    """

    __tablename__ = "results"
    __table_args__ = (
        UniqueConstraint("school_id", "test", "year", "subject"),
        CheckConstraint("(score IS NULL) <> (absence IS NULL)", name="score_or_absence"),
        CheckConstraint("score IS NULL OR score > 0", name="score_above_zero"),
        CheckConstraint("tested IS NULL OR tested >= 0", name="tested_not_negative"),
        Index("ix_results_test_year", "test", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    test: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    subject: Mapped[Subject] = mapped_column(state_column(Subject, "subject"))
    score: Mapped[float | None]
    tested: Mapped[int | None]
    absence: Mapped[AbsenceReason | None] = mapped_column(state_column(AbsenceReason, "absence"))
    remark: Mapped[str | None] = mapped_column(String(120))
    share_below: Mapped[float | None]
    share_basic: Mapped[float | None]
    share_standard: Mapped[float | None]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    source_row: Mapped[int]


class SchoolYear(Base):
    """What a result file says of the school itself in that year."""

    __tablename__ = "school_years"
    __table_args__ = (
        UniqueConstraint("school_id", "test", "year"),
        Index("ix_school_years_test_year", "test", "year"),
        CheckConstraint("ses_group IS NULL OR ses_group BETWEEN 1 AND 5", name="ses_group_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    test: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    ses_group: Mapped[int | None]
    owner_type: Mapped[OwnerType | None] = mapped_column(state_column(OwnerType, "year_owner_type"))
    rural: Mapped[bool | None]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    source_row: Mapped[int]


class Indicator(Base):
    """A yearly figure that is no test result: a share in [0, 1] or a count."""

    __tablename__ = "indicators"
    __table_args__ = (
        UniqueConstraint("school_id", "kind", "year"),
        CheckConstraint("(value IS NULL) <> (absence IS NULL)", name="value_or_absence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    kind: Mapped[IndicatorKind] = mapped_column(state_column(IndicatorKind, "indicator_kind"))
    year: Mapped[int]
    value: Mapped[float | None]
    n: Mapped[int | None]
    absence: Mapped[AbsenceReason | None] = mapped_column(state_column(AbsenceReason, "indicator_absence"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    source_row: Mapped[int]
