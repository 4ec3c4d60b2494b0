"""An open survey of the partnership of the small country, with what somebody told the coordination."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Account, Survey, SurveyAnswer, SurveyRespondent
from service.models.columns import local_today
from service.models.states import Side
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.operations.surveys import new_link


def seed_survey(session: Session, partnership_id: int, service_id: int, director: str) -> tuple[int, str]:
    """The survey and a printed link of it; the director was asked and has yet to answer."""
    today = local_today()
    survey = Survey(
        partnership_id=partnership_id,
        moment=SurveyMoment.REGULAR,
        occasion="days:30",
        issued_on=today,
        closes_on=today + timedelta(days=21),
        low=True,
    )
    session.add(survey)
    session.flush()
    person_id = session.scalars(select(Account.person_id).where(Account.email == director)).one()
    asked = SurveyRespondent(
        survey_id=survey.id, person_id=person_id, side=Side.SUPPORTED, role=SurveyGroup.LEADERSHIP
    )
    printed = SurveyRespondent(survey_id=survey.id, side=Side.SUPPORTED, role=SurveyGroup.TEACHERS)
    said = SurveyAnswer(
        survey_id=survey.id,
        side=Side.SUPPORTING,
        role=SurveyGroup.TEACHERS,
        levels={"useful": 1},
        comment=f"CANARIO-{service_id}-todas-survey_answers-comment",
    )
    session.add_all([asked, printed, said])
    session.flush()
    return survey.id, new_link(session, printed)
