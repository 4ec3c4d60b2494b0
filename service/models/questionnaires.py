"""Questionnaires for reflection: who may answer is kept apart from what was answered."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.network_kinds import AnswerSide, QuestionnaireKind
from service.models.networks import Network


class Questionnaire(Base):
    """One year's questions to the members of a network, or about a service or owner on a date.

    ``shared_on``: since when a service lets its schools and the ministry read its profile.
    """

    __tablename__ = "questionnaires"
    __table_args__ = (
        UniqueConstraint("network_id", "year"),
        UniqueConstraint("service_id", "opened_on"),
        UniqueConstraint("owner_id", "opened_on"),
        CheckConstraint(
            "(kind = 'functioning') = (network_id IS NOT NULL)"
            " AND (kind = 'culture') = (service_id IS NOT NULL OR owner_id IS NOT NULL)",
            name="about_one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[QuestionnaireKind] = mapped_column(state_column(QuestionnaireKind, "questionnaire_kind"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    year: Mapped[int]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    shared_on: Mapped[date | None]

    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")


class Respondent(Base):
    """Who may answer once: an account, or whoever holds the link; never tied to an answer."""

    __tablename__ = "questionnaire_respondents"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "account_id"),
        UniqueConstraint("token_hash"),
        CheckConstraint("account_id IS NOT NULL OR token_hash IS NOT NULL", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    side: Mapped[AnswerSide] = mapped_column(state_column(AnswerSide, "respondent_side"))
    answered: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Answer(Base):
    """What somebody answered, without who and when: a level of 1 to 4 for each question."""

    __tablename__ = "questionnaire_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaires.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[AnswerSide] = mapped_column(state_column(AnswerSide, "answer_side"))
    levels: Mapped[dict[str, int]] = mapped_column(JSON)
