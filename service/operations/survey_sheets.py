"""What schools and coordination do with a survey: printed links, and a concern that was talked over."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.lifecycles import Party
from service.models import Survey, SurveyRespondent
from service.models.states import PartnershipState, Side
from service.models.survey_kinds import SHEET_GROUPS, SurveyGroup
from service.operations.events import record_event
from service.operations.surveys import new_link
from service.permissions import Actor
from service.queries.partnerships import get_partnership, parties_of
from service.text import say

MOST_LINKS = 60
MOST_OF_A_SCHOOL = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """Printed links for one group of one school; shown once, for only their hashes are kept."""

    survey: Survey
    side: Side
    role: SurveyGroup
    codes: tuple[str, ...]


def make_sheet(
    session: Session,
    partnership_id: int,
    survey_id: int,
    *,
    side: Side,
    role: SurveyGroup,
    number: int,
    replace: bool,
    actor: Actor,
    today: date,
) -> Sheet:
    """Make printed links for the teachers or families of one's own school.

    ``replace`` takes back the unused ones of that school and group: a lost sheet opens nothing.

    Raises
    ------
    NotAllowed
        The school is not the actor's.
    Conflict
        The survey is over.
    InvalidInput
        Too many, or a group that answers by mail.
    """
    survey = _survey_of_pair(session, partnership_id, survey_id, actor, Party(side.value))
    if survey.closes_on < today or survey.partnership.state is PartnershipState.STOPPED:
        raise Conflict(say("Esta encuesta ya cerró; espere la próxima."), code="survey_closed")
    if role not in SHEET_GROUPS:
        raise InvalidInput(say("Elija una de las opciones."), {"role": say("Elija una de las opciones.")})
    mine = (
        SurveyRespondent.survey_id == survey_id,
        SurveyRespondent.side == side,
        SurveyRespondent.role == role,
        SurveyRespondent.person_id.is_(None),
    )
    if replace:
        session.execute(delete(SurveyRespondent).where(*mine, ~SurveyRespondent.answered))
    there = len(session.scalars(select(SurveyRespondent.id).where(*mine)).all())
    if not 1 <= number <= MOST_LINKS or there + number > MOST_OF_A_SCHOOL:
        sentence = say(
            "Se hacen de 1 a %(most)s enlaces por hoja, y hasta %(all)s por encuesta.",
            most=MOST_LINKS,
            all=MOST_OF_A_SCHOOL,
        )
        raise InvalidInput(sentence, {"number": sentence})
    codes = []
    for _ in range(number):
        respondent = SurveyRespondent(survey_id=survey_id, side=side, role=role)
        session.add(respondent)
        session.flush()
        codes.append(new_link(session, respondent))
    record_event(
        session,
        actor=actor,
        action="survey_sheet_made",
        object_type="survey",
        object_id=survey_id,
        data={"side": side.value, "role": role.value, "number": number, "replaced": replace},
    )
    return Sheet(survey, side, role, tuple(codes))


def handle_concern(
    session: Session, partnership_id: int, survey_id: int, *, actor: Actor, today: date
) -> None:
    """Note that the coordination talked to the schools about a survey; it leaves the list of attention.

    Raises
    ------
    NotAllowed
        The actor does not coordinate this partnership.
    """
    survey = _survey_of_pair(session, partnership_id, survey_id, actor, Party.COORDINATION)
    if survey.handled_on is None:
        survey.handled_on = today
        record_event(
            session, actor=actor, action="survey_concern_handled", object_type="survey", object_id=survey_id
        )


def _survey_of_pair(
    session: Session, partnership_id: int, survey_id: int, actor: Actor, party: Party
) -> Survey:
    partnership = get_partnership(session, partnership_id, actor)
    survey = session.scalar(
        select(Survey)
        .where(Survey.id == survey_id, Survey.partnership_id == partnership_id)
        .options(selectinload(Survey.partnership))
    )
    if survey is None:
        raise NotFound(say("Esa encuesta no es de este acompañamiento."), code="unknown_survey")
    if party not in parties_of(session, actor, partnership):
        raise NotAllowed(
            say("Esto lo hace la coordinación, o la escuela misma. Pídaselo a ella."), code="not_of_the_pair"
        )
    return survey
