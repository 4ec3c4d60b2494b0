"""Answer a survey: keep a draft, send it once; who answered is not tied to what was answered."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Survey, SurveyAnswer, SurveyRespondent
from service.operations.events import record_event
from service.operations.mail import void_messages
from service.permissions import NOBODY
from service.queries.surveys import OpenSurvey, answered_already
from service.survey_questions import LOW, QUESTIONS, mean_of_course
from service.text import say


def keep_draft(session: Session, survey: OpenSurvey, levels: dict[str, int], comment: str) -> None:
    """Keep what was written so far; whoever opens the link goes on from there.

    Raises
    ------
    Conflict
        The answer was sent meanwhile.
    """
    draft = {"levels": _known(survey, levels), "comment": comment}
    if not _update(session, survey.respondent_id, draft=draft):
        raise answered_already()


def send_answer(session: Session, survey: OpenSurvey, levels: dict[str, int], comment: str) -> None:
    """Send an answer, once: of two at the same time with one link, the second is refused.

    Raises
    ------
    InvalidInput
        Nothing was answered.
    Conflict
        The link was used.
    """
    given = _known(survey, levels)
    if not given and not comment:
        sentence = say("Conteste al menos una pregunta; las demás puede dejarlas sin contestar.")
        raise InvalidInput(sentence, {QUESTIONS[survey.role][0]: sentence})
    if not _update(session, survey.respondent_id, answered=True, draft=None):
        raise answered_already()
    session.add(
        SurveyAnswer(
            survey_id=survey.survey_id, side=survey.side, role=survey.role, levels=given, comment=comment
        )
    )
    void_messages(session, ("survey_respondent", survey.respondent_id))
    mean = mean_of_course(given)
    if mean is not None and mean <= LOW:
        _alert(session, survey.survey_id)
    session.flush()


def _alert(session: Session, survey_id: int) -> None:
    """Put the survey on the coordination's list: that somebody said no, not who and on which side."""
    changed = session.execute(
        update(Survey)
        .where(Survey.id == survey_id, ~Survey.low | Survey.handled_on.is_not(None))
        .values(low=True, handled_on=None)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        record_event(session, actor=NOBODY, action="survey_low", object_type="survey", object_id=survey_id)


def _known(survey: OpenSurvey, levels: dict[str, int]) -> dict[str, int]:
    return {code: levels[code] for code in QUESTIONS[survey.role] if code in levels}


def _update(session: Session, respondent_id: int, **values: Any) -> bool:
    changed = session.execute(
        update(SurveyRespondent)
        .where(SurveyRespondent.id == respondent_id, ~SurveyRespondent.answered)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]
