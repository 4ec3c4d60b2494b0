"""Surveys: ask what is due, each once, and remind once."""

import secrets
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.letters import HERE, write_letter
from service.models import (
    Account,
    Ownership,
    Partnership,
    PartnershipPerson,
    Person,
    School,
    Survey,
    SurveyLink,
    SurveyRespondent,
    Visit,
)
from service.models.states import PartnershipState, Side, VisitState
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.operations.events import record_event
from service.operations.mail import queue_message
from service.permissions import OPERATOR
from service.queries.reach import place_of
from service.queries.settings import settings_of
from service.queries.survey_dates import LATE, WORKING, Occasion, due_occasions
from service.queries.surveys import hash_of_link

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody confuses when a link is typed from paper."""
LENGTH = 16


def issue_due_surveys(session: Session, today: date) -> int:
    """Ask what is due today, each once whoever else asks at the same time; answers how many were asked."""
    partnerships = list(
        session.scalars(
            select(Partnership)
            .where(
                Partnership.state.in_(sorted(WORKING))
                | (
                    Partnership.closed_on.is_not(None)
                    & (Partnership.closed_on >= today - LATE)
                    & (Partnership.state != PartnershipState.STOPPED)
                )
            )
            .options(
                selectinload(Partnership.school)
                .selectinload(School.ownerships)
                .selectinload(Ownership.service),
                selectinload(Partnership.leader_school),
                selectinload(Partnership.people),
            )
            .order_by(Partnership.id)
        )
    )
    ids = [one.id for one in partnerships]
    asked: dict[int, list[Survey]] = {number: [] for number in ids}
    for survey in session.scalars(select(Survey).where(Survey.partnership_id.in_(ids))):
        asked[survey.partnership_id].append(survey)
    visits: dict[int, list[tuple[int, date]]] = {number: [] for number in ids}
    for visit in session.scalars(
        select(Visit).where(
            Visit.partnership_id.in_(ids), Visit.state == VisitState.HELD, Visit.batch_id.is_(None)
        )
    ):
        visits[visit.partnership_id].append((visit.id, (visit.held_at or visit.starts_at).date()))
    done = 0
    for one in partnerships:
        rules = settings_of(session, place_of(one.school))
        regular = [s.issued_on for s in asked[one.id] if s.moment is SurveyMoment.REGULAR]
        for occasion in due_occasions(
            today=today,
            state=one.state,
            start_on=one.start_on,
            closed_on=one.closed_on,
            visits=visits[one.id],
            asked={s.occasion for s in asked[one.id]},
            last_regular=max(regular, default=None),
            first_days=int(rules["survey_first_days"]),
            every_days=int(rules["survey_every_days"]),
        ):
            done += _issue(session, one, occasion, today, int(rules["survey_open_days"]))
    return done


def _issue(session: Session, partnership: Partnership, occasion: Occasion, today: date, days: int) -> bool:
    survey = Survey(
        partnership_id=partnership.id,
        moment=occasion.moment,
        occasion=occasion.key,
        issued_on=today,
        closes_on=today + timedelta(days=days),
    )
    try:
        with session.begin_nested():
            session.add(survey)
            session.flush()
    except IntegrityError:
        return False
    working = {
        one.person_id: one
        for one in partnership.people
        if one.start_on <= today and (one.end_on is None or one.end_on >= today)
    }
    for one in working.values():
        respondent = SurveyRespondent(
            survey_id=survey.id, person_id=one.person_id, side=one.side, role=_group(one)
        )
        session.add(respondent)
        session.flush()
        _write(session, partnership, survey, respondent, "survey", today)
    record_event(
        session,
        actor=OPERATOR,
        action="survey_issued",
        object_type="survey",
        object_id=survey.id,
        data={"partnership": partnership.id, "occasion": occasion.key},
    )
    return True


def _group(person: PartnershipPerson) -> SurveyGroup:
    return SurveyGroup.TEACHERS if person.role == "teacher" else SurveyGroup.LEADERSHIP


def remind_of_surveys(session: Session, today: date) -> int:
    """Remind, once for each survey, those by mail who did not answer; answers how many surveys."""
    rows = session.scalars(
        select(Survey)
        .join(Partnership, Partnership.id == Survey.partnership_id)
        .where(
            Survey.reminded_on.is_(None),
            Survey.closes_on > today,
            Survey.issued_on < today,
            Partnership.state != PartnershipState.STOPPED,
        )
        .options(
            selectinload(Survey.partnership).options(
                selectinload(Partnership.school).selectinload(School.ownerships),
                selectinload(Partnership.leader_school),
            )
        )
    ).all()
    done = 0
    for survey in rows:
        days = int(settings_of(session, place_of(survey.partnership.school))["survey_reminder_days"])
        if survey.issued_on + timedelta(days=days) > today:
            continue
        taken = session.scalar(
            update(Survey)
            .where(Survey.id == survey.id, Survey.reminded_on.is_(None))
            .values(reminded_on=today)
            .returning(Survey.id)
        )
        if taken is None:
            continue
        for respondent in session.scalars(
            select(SurveyRespondent).where(
                SurveyRespondent.survey_id == survey.id,
                SurveyRespondent.person_id.is_not(None),
                ~SurveyRespondent.answered,
            )
        ):
            _write(session, survey.partnership, survey, respondent, "survey_reminder", today)
        done += 1
    return done


def _write(
    session: Session,
    partnership: Partnership,
    survey: Survey,
    respondent: SurveyRespondent,
    kind: str,
    today: date,
) -> None:
    """Write the message with a link of its own; who has no address answers signed in, or not at all."""
    row = session.execute(
        select(Person, Account)
        .outerjoin(Account, (Account.person_id == Person.id) & Account.active)
        .where(Person.id == respondent.person_id)
    ).first()
    person, account = (None, None) if row is None else row
    recipient = account.email if account is not None else person.email if person is not None else None
    if person is None or not recipient:
        return
    other = partnership.leader_school if respondent.side is Side.SUPPORTED else partnership.school
    locale = account.locale if account is not None else "es"
    letter = write_letter(
        kind,
        locale,
        name=person.name,
        other=other.name,
        url=f"{HERE}/encuesta/{new_link(session, respondent)}",
        days=(survey.closes_on - today).days,
    )
    queue_message(
        session,
        letter,
        key=f"{kind}:{respondent.id}",
        kind=kind,
        recipient=recipient,
        locale=locale,
        about=("survey_respondent", respondent.id),
        account_id=None if account is None else account.id,
        secret=True,
        void_after=timedelta(days=(survey.closes_on - today).days + 1),
    )


def new_link(session: Session, respondent: SurveyRespondent) -> str:
    """A link for somebody; only its hash is kept."""
    code = new_code()
    session.add(SurveyLink(respondent_id=respondent.id, token_hash=hash_of_link(code)))
    session.flush()
    return code


def new_code() -> str:
    """Eighty bits in letters that can be typed from paper."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
