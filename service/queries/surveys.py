"""Surveys: what a link opens, what somebody still has to answer, and what needs attention."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from service.errors import Conflict, NotFound
from service.lifecycles import Party
from service.models import (
    Account,
    Partnership,
    School,
    Survey,
    SurveyLink,
    SurveyRespondent,
)
from service.models.states import PartnershipState, Side
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.permissions import Actor
from service.queries.partnerships import known_partnerships
from service.text import say

PAIR = frozenset({Party.SUPPORTED, Party.SUPPORTING})
RECENT = timedelta(days=90)
ENOUGH_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """A survey as who may answer it sees it; ``draft`` is what they wrote before."""

    survey_id: int
    respondent_id: int
    partnership_id: int
    moment: SurveyMoment
    side: Side
    role: SurveyGroup
    school_name: str
    other_name: str
    closes_on: date
    draft: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SurveyConcern:
    """A survey that needs the coordination: ``low`` (somebody says no) or ``late`` (few answered)."""

    reason: str
    survey_id: int
    partnership_id: int
    school_name: str
    other_name: str
    since: date
    invited: int
    answered: int


def link_is_void() -> NotFound:
    """What is said of a link that no survey knows."""
    return NotFound(
        say("Este enlace no abre ninguna encuesta: revise que esté completo o pida otro a su dirección."),
        code="unknown_survey_link",
    )


def hash_of_link(token: str) -> str:
    """What is kept of a link; typed by hand it may carry spaces, hyphens and capitals."""
    plain = "".join(c for c in token.lower() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def survey_of_link(session: Session, token: str, today: date) -> OpenSurvey:
    """What a link opens.

    Raises
    ------
    NotFound
        No survey has this link.
    Conflict
        It was answered, its time is over, or the partnership stopped.
    """
    respondent = session.scalar(
        select(SurveyRespondent)
        .join(SurveyLink, SurveyLink.respondent_id == SurveyRespondent.id)
        .where(SurveyLink.token_hash == hash_of_link(token))
        .options(*_WHOLE)
    )
    if respondent is None:
        raise link_is_void()
    return _opened(respondent, today)


def survey_of_account(session: Session, survey_id: int, actor: Actor, today: date) -> OpenSurvey:
    """The same for who signed in: their own survey only.

    Raises
    ------
    NotFound
        There is none for them.
    Conflict
        As with a link.
    """
    respondent = session.scalar(
        select(SurveyRespondent)
        .join(Account, Account.person_id == SurveyRespondent.person_id)
        .where(SurveyRespondent.survey_id == survey_id, Account.id == actor.account_id)
        .options(*_WHOLE)
    )
    if respondent is None:
        raise NotFound(say("No hay una encuesta para usted aquí."), code="unknown_survey")
    return _opened(respondent, today)


def surveys_to_answer(session: Session, actor: Actor, today: date) -> tuple[OpenSurvey, ...]:
    """What somebody was asked and did not answer yet, the most urgent first."""
    rows = session.scalars(
        select(SurveyRespondent)
        .join(Account, Account.person_id == SurveyRespondent.person_id)
        .join(Survey, Survey.id == SurveyRespondent.survey_id)
        .join(Partnership, Partnership.id == Survey.partnership_id)
        .where(
            Account.id == actor.account_id,
            ~SurveyRespondent.answered,
            Survey.closes_on >= today,
            Partnership.state != PartnershipState.STOPPED,
        )
        .options(*_WHOLE)
        .order_by(Survey.closes_on, Survey.id)
    )
    return tuple(_opened(one, today) for one in rows)


def survey_concerns(session: Session, actor: Actor, today: date) -> tuple[SurveyConcern, ...]:
    """Surveys of an actor's territory that need attention, the oldest first; two queries.

    ``low``: somebody said, on the whole, rather no, and nobody talked to the schools about it yet.
    ``late``: it closed in the last ninety days, and less than half answered.
    """
    school, other = aliased(School), aliased(School)
    counted = (
        select(
            SurveyRespondent.survey_id,
            func.count().label("invited"),
            func.count().filter(SurveyRespondent.answered).label("answered"),
        )
        .group_by(SurveyRespondent.survey_id)
        .subquery()
    )
    few = counted.c.answered < ENOUGH_SHARE * counted.c.invited
    late = and_(Survey.closes_on < today, Survey.closes_on >= today - RECENT, few)
    rows = session.execute(
        select(Survey, school.name, other.name, counted.c.invited, counted.c.answered)
        .join(Partnership, Partnership.id == Survey.partnership_id)
        .join(school, school.id == Partnership.school_id)
        .join(other, other.id == Partnership.leader_school_id)
        .join(counted, counted.c.survey_id == Survey.id)
        .where(
            known_partnerships(actor),
            Survey.handled_on.is_(None),
            Partnership.state != PartnershipState.STOPPED,
            or_(Survey.low, late),
        )
        .order_by(Survey.issued_on, Survey.id)
    )
    return tuple(
        SurveyConcern(
            "low" if survey.low else "late",
            survey.id,
            survey.partnership_id,
            name,
            other_name,
            survey.issued_on if survey.low else survey.closes_on,
            invited,
            answered,
        )
        for survey, name, other_name, invited, answered in rows
    )


_PARTNERSHIP = selectinload(Survey.partnership)
_WHOLE = (
    selectinload(SurveyRespondent.survey).options(
        _PARTNERSHIP.selectinload(Partnership.school), _PARTNERSHIP.selectinload(Partnership.leader_school)
    ),
)


def _opened(respondent: SurveyRespondent, today: date) -> OpenSurvey:
    survey = respondent.survey
    partnership = survey.partnership
    if respondent.answered:
        raise answered_already()
    if survey.closes_on < today:
        raise Conflict(
            say(
                "Esta encuesta cerró el %(day)s; la próxima le llegará a su tiempo.",
                day=survey.closes_on.isoformat(),
            ),
            code="survey_closed",
        )
    if partnership.state is PartnershipState.STOPPED:
        raise Conflict(
            say("Este acompañamiento se detuvo: ya no hace falta contestar."), code="survey_closed"
        )
    school, other = partnership.school.name, partnership.leader_school.name
    if respondent.side is Side.SUPPORTING:
        school, other = other, school
    return OpenSurvey(
        survey.id,
        respondent.id,
        partnership.id,
        survey.moment,
        respondent.side,
        respondent.role,
        school,
        other,
        survey.closes_on,
        respondent.draft or {},
    )


def answered_already() -> Conflict:
    """What is said of a link used twice."""
    return Conflict(
        say("Esta encuesta ya se contestó con este enlace; cada enlace sirve una sola vez."),
        code="survey_answered",
    )
