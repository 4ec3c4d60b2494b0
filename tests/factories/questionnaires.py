"""Made-up questionnaires: asked, answered by as many as wanted, and closed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.models import Answer, Questionnaire, Respondent
from service.models.columns import local_today, utc_now
from service.models.network_kinds import AnswerSide, QuestionnaireKind
from service.queries.surveys import hash_of_link


def make_questionnaire(session: Session, **given: Any) -> Questionnaire:
    """One about the network or body given; closed where ``closed_on`` is."""
    kind = QuestionnaireKind.FUNCTIONING if "network_id" in given else QuestionnaireKind.CULTURE
    values = {"kind": kind, "year": 2026, "opened_on": date(2026, 6, 1)}
    one = Questionnaire(**{**values, **given})
    session.add(one)
    session.flush()
    return one


def answer_as(
    session: Session,
    one: Questionnaire,
    levels: Mapping[str, int],
    times: int,
    side: AnswerSide = AnswerSide.SCHOOL,
    *,
    silent: int = 0,
) -> None:
    """So many people who answered alike, and some who were asked and did not."""
    for number in range(times + silent):
        code = f"{one.id}{side.value}{number}{len(levels)}{sum(levels.values())}"
        answered = number < times
        session.add(
            Respondent(
                questionnaire_id=one.id,
                token_hash=hash_of_link(code),
                side=side,
                answered=answered,
                made_at=utc_now(),
            )
        )
        if answered:
            session.add(Answer(questionnaire_id=one.id, side=side, levels=dict(levels)))
    session.flush()


def seed_questionnaires(session: Session, network_id: int, service_id: int) -> tuple[int, int, str]:
    """An open one of a network with a code, and a closed profile of a service that nobody shares."""
    code = f"abcdefgh{service_id:08d}"
    today = local_today()
    asked = make_questionnaire(session, network_id=network_id, year=today.year, opened_on=today)
    session.add(
        Respondent(
            questionnaire_id=asked.id,
            token_hash=hash_of_link(code),
            side=AnswerSide.SCHOOL,
            made_at=utc_now(),
        )
    )
    before = today - timedelta(days=30)
    profile = make_questionnaire(session, service_id=service_id, opened_on=before, closed_on=today)
    answer_as(session, profile, {"ask_why": 4, "feedback": 4}, 6, AnswerSide.BODY)
    return asked.id, profile.id, code
