"""Short surveys of partnerships: who may answer is kept apart from what was answered."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import state_column
from service.models.partnerships import Partnership
from service.models.states import Side
from service.models.survey_kinds import SurveyGroup, SurveyMoment


class Survey(Base):
    """One short survey of a partnership; ``occasion`` (days:30, visit:17, closing) is asked once."""

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("partnership_id", "occasion"),
        CheckConstraint("issued_on <= closes_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)
    moment: Mapped[SurveyMoment] = mapped_column(state_column(SurveyMoment, "survey_moment"))
    occasion: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date]
    closes_on: Mapped[date] = mapped_column(index=True)
    reminded_on: Mapped[date | None]
    low: Mapped[bool] = mapped_column(default=False)
    handled_on: Mapped[date | None]

    partnership: Mapped[Partnership] = relationship(lazy="raise_on_sql")


class SurveyRespondent(Base):
    """Who may answer once: a person of the partnership, or whoever holds a printed link.

    ``draft`` is what somebody wrote and did not send; it is emptied when the answer is sent.
    """

    __tablename__ = "survey_respondents"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "survey_side"))
    role: Mapped[SurveyGroup] = mapped_column(state_column(SurveyGroup, "survey_respondent_role"))
    answered: Mapped[bool] = mapped_column(default=False)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    survey: Mapped[Survey] = relationship(lazy="raise_on_sql")


class SurveyLink(Base):
    """A link that opens one respondent's survey, by mail or from a sheet; only its hash is kept."""

    __tablename__ = "survey_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    respondent_id: Mapped[int] = mapped_column(
        ForeignKey("survey_respondents.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)

    respondent: Mapped[SurveyRespondent] = relationship(lazy="raise_on_sql")


class SurveyAnswer(Base):
    """What somebody answered, without who and when: 1 to 4 for each question that was answered.

    A question left out is absent, never zero. ``comment`` is read by the coordination, without a name.
    """

    __tablename__ = "survey_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(state_column(Side, "survey_answer_side"))
    role: Mapped[SurveyGroup] = mapped_column(state_column(SurveyGroup, "survey_answer_role"))
    levels: Mapped[dict[str, int]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text, default="")
