"""What people said of pairs before a run: whom they would rather have, and with whom they compare."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import RankingSide
from service.models.schools import School


class StatedRanking(Base):
    """Whom a school, or the leader of one, would rather work with, best first.

    ``partners`` are official numbers of schools; ``only_these``: nobody else will do.
    """

    __tablename__ = "stated_rankings"
    __table_args__ = (UniqueConstraint("side", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[RankingSide] = mapped_column(state_column(RankingSide, "ranking_side"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    partners: Mapped[list[Any]] = mapped_column(JSON)
    only_these: Mapped[bool] = mapped_column(default=False)
    said_by: Mapped[str] = mapped_column(String(200))
    stated_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    school: Mapped[School] = relationship(lazy="raise_on_sql")


class ComparatorSet(Base):
    """Schools that somebody chose to compare one with, instead of the nearest."""

    __tablename__ = "comparator_sets"
    __table_args__ = (UniqueConstraint("account_id", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    others: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
