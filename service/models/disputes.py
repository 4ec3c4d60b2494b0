"""Figures that a school disputes; the dispute stands beside the figure until it is decided."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.accounts import Account
from service.models.columns import state_column
from service.models.leader_states import DisputeState
from service.models.schools import School


class FigureDispute(Base):
    """One figure of a school, named by ``figure`` (as in ``result:4b:2024:reading``)."""

    __tablename__ = "figure_disputes"
    __table_args__ = (
        Index(
            "uq_figure_disputes_open",
            "school_id",
            "figure",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    figure: Mapped[str] = mapped_column(String(80))
    shown: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[DisputeState] = mapped_column(state_column(DisputeState, "dispute_state"))
    raised_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str | None] = mapped_column(String(500))

    school: Mapped[School] = relationship(lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id], lazy="raise_on_sql")
