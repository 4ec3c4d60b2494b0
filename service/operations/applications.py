"""Applications to lead: made by the head or for them, checked by figures, decided by people."""

from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.designation import check, meets
from service.errors import Conflict, InvalidInput, NotFound
from service.models import Leader, LeaderApplication, LeaderAssessor, Person, Post, School
from service.models.columns import utc_now
from service.models.enums import LeaderStatus, PostRole
from service.models.leader_states import ApplicationOutcome
from service.operations.events import record_event
from service.operations.leader_letters import tell_coordination, tell_leader
from service.operations.leader_states import Move, hold, missing_for, move, open_application
from service.permissions import Action, Actor, require
from service.queries.candidates import candidate_figures, criteria_in_force, head_since
from service.queries.leader_access import decided_leader, known_leader
from service.queries.leader_people import GONE, person_of
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say

LONGEST_TERM = timedelta(days=5 * 366)
"""A designation holds five years at most; then it is asked for anew (ours)."""
OUTCOMES = {
    Move.DESIGNATE: ApplicationOutcome.DESIGNATED,
    Move.DECLINE: ApplicationOutcome.DECLINED,
    Move.WITHDRAW: ApplicationOutcome.WITHDRAWN,
}
TOLD = {Move.CONFIRM, Move.DESIGNATE, Move.DECLINE, Move.ACTIVATE, Move.PAUSE, Move.LAPSE}


def apply_to_lead(
    session: Session, school_key: str, *, words: str, actor: Actor, today: date
) -> LeaderApplication:
    """The head of a school applies, with the school that stands behind.

    Raises
    ------
    NotAllowed
        The actor does not head that school.
    InvalidInput, Conflict
        There is an application or a designation already.
    """
    school = find_school(session, school_key)
    require(actor, Action.APPLY_TO_LEAD, place_of(school))
    person = person_of(session, actor)
    if person is None:
        raise InvalidInput(say("Postula una persona con su propia cuenta."), code="no_person")
    leader = _leader(session, person, school, actor, today, words or say("Postulación propia"))
    return _enter(session, leader, nominated=False, words=words, actor=actor, today=today)


def nominate(
    session: Session,
    school_key: str,
    *,
    name: str,
    email: str,
    in_post_since: date | None,
    words: str,
    actor: Actor,
    today: date,
) -> LeaderApplication:
    """A coordinator, or an owner, puts the head of a school forward; the person is told by mail.

    Raises
    ------
    InvalidInput
        The school is not known, the address belongs to somebody else, or there is an application.
    """
    try:
        school = find_school(session, school_key)
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(error.message, {"school": error.message}, code="unknown_school") from error
    require(actor, Action.EDIT_LEADER, place_of(school))
    person = session.scalar(select(Person).where(Person.email == email)) or Person(name=name, email=email)
    session.add(person)
    session.flush()
    if head_since(session, person.id, school.id) is None:
        session.add(
            Post(person_id=person.id, school_id=school.id, role=PostRole.HEAD, start_on=in_post_since)
        )
        session.flush()
    leader = _leader(session, person, school, actor, today, words)
    application = _enter(session, leader, nominated=True, words=words, actor=actor, today=today)
    tell_leader(session, leader, "nominated", f"leader_application:{application.id}:nominated")
    return application


def take_step(
    session: Session,
    leader_id: int,
    step: Move,
    *,
    actor: Actor,
    today: date,
    reason: str,
    term_end_on: date | None = None,
) -> Leader:
    """Take one step of a leader's life; decisions close the application they answer.

    Raises
    ------
    NotFound, NotAllowed, Conflict, InvalidInput
        As :func:`service.operations.leader_states.move`; also where whoever assessed would decide.
    """
    leader = known_leader(session, leader_id, actor)
    place = place_of(leader.school)
    application = open_application(session, leader)
    if step is Move.APPLY_AGAIN:
        raise Conflict(say("Para postular de nuevo, use el formulario de postulación."), code="form")
    if step is Move.DESIGNATE:
        _not_the_assessor(session, application, actor)
        if leader.status is LeaderStatus.ASSESSED:
            _set_term(leader, term_end_on, today)
    if step is Move.CONFIRM and not reason.strip() and _meets(application):
        reason = say("Cumple lo que se puede medir.")
    move(session, leader, step, actor=actor, place=place, today=today, reason=reason)
    if application is not None and step in OUTCOMES:
        application.outcome = OUTCOMES[step]
        application.decided_on, application.decided_by_id = today, actor.account_id
        application.decision_reason = leader.status_reason
    if step is Move.LAPSE:
        leader.term_end_on = min(leader.term_end_on or today, today)
    session.flush()
    if step in TOLD:
        told = leader.status_reason or ""
        tell_leader(session, leader, step.value, _news_key(leader, step), reason=told)
    return leader


def extend_term(
    session: Session, leader_id: int, *, until: date | None, reason: str, actor: Actor, today: date
) -> Leader:
    """Give a designation another last day.

    Raises
    ------
    Conflict
        There is no designation to extend.
    InvalidInput
        The day is not ahead, or more than five years.
    """
    leader = decided_leader(session, leader_id, actor)
    hold(session, leader)
    if leader.status not in (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE, LeaderStatus.PAUSED):
        raise Conflict(say("No hay una designación que prolongar."), code="not_designated")
    before = leader.term_end_on
    _set_term(leader, until, today)
    record_event(
        session,
        actor=actor,
        action="term_set",
        object_type="leader",
        object_id=leader.id,
        reason=reason,
        data={"before": None if before is None else before.isoformat(), "after": str(leader.term_end_on)},
    )
    session.flush()
    return leader


def steps_missing(session: Session, leader: Leader, step: Move, today: date) -> list[str]:
    """What has to come before a step; a term is asked for with the designation itself."""
    return [code for code in missing_for(session, leader, step, today) if code != "term"]


def _meets(application: LeaderApplication | None) -> bool:
    """Whether figures say yes to everything that must hold."""
    return application is not None and all(one["holds"] for one in application.answers if one["must"])


def _set_term(leader: Leader, until: date | None, today: date) -> None:
    sentence = None
    if until is None or until <= today:
        sentence = say("Escriba hasta cuándo vale: una fecha posterior a hoy.")
    elif until > today + LONGEST_TERM:
        sentence = say("Una designación vale cinco años como máximo; después se postula de nuevo.")
    if sentence is not None:
        raise InvalidInput(sentence, {"term_end_on": sentence}, code="term")
    leader.term_start_on, leader.term_end_on = leader.term_start_on or today, until


def _not_the_assessor(session: Session, application: LeaderApplication | None, actor: Actor) -> None:
    """Who judged an application does not also decide it."""
    if application is None or actor.account_id is None:
        return
    if session.scalar(
        select(LeaderAssessor.id).where(
            LeaderAssessor.application_id == application.id,
            LeaderAssessor.account_id == actor.account_id,
        )
    ):
        raise Conflict(say("Usted evaluó esta postulación: la decide otra persona."), code="assessor")


def _leader(
    session: Session, person: Person, school: School, actor: Actor, today: date, reason: str
) -> Leader:
    """The line of this person with this school, ready for an application."""
    leader = session.scalar(
        select(Leader).where(Leader.person_id == person.id, Leader.school_id == school.id).with_for_update()
    )
    since = head_since(session, person.id, school.id)
    if leader is None:
        leader = Leader(
            person_id=person.id,
            school_id=school.id,
            status=LeaderStatus.APPLIED,
            in_post_since=since,
            status_on=today,
            capacity=1,
            elements={},
            languages=["es"],
        )
        session.add(leader)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict(
                say("Alguien postuló a esta persona en este momento."), code="duplicate_leader"
            ) from error
        session.refresh(leader, ["person", "school"])
        session.refresh(leader.school, ["ownerships"])
        return leader
    session.refresh(leader, ["person", "school"])
    session.refresh(leader.school, ["ownerships"])
    if leader.status not in GONE:
        sentence = say("Ya hay una postulación o una designación de esta persona con esta escuela.")
        raise InvalidInput(sentence, {"school": sentence}, code="applied_already")
    leader.in_post_since = since or leader.in_post_since
    leader.term_start_on = leader.term_end_on = None
    step = Move.APPLY_AGAIN
    move(session, leader, step, actor=actor, place=place_of(school), today=today, reason=reason)
    return leader


def _enter(
    session: Session, leader: Leader, *, nominated: bool, words: str, actor: Actor, today: date
) -> LeaderApplication:
    """Keep the application with the criteria in force and the evidence of the day."""
    criteria = criteria_in_force(session, leader.school.system, today)
    since = leader.in_post_since or head_since(session, leader.person_id, leader.school_id)
    figures = candidate_figures(session, leader.school, since, today)
    answers = check(criteria, figures)
    application = LeaderApplication(
        leader_id=leader.id,
        applied_on=today,
        nominated=nominated,
        account_id=actor.account_id,
        words=words,
        criteria=criteria.to_dict(),
        figures=asdict(figures),
        answers=[asdict(one) | {"asked": one.asked.value} for one in answers],
    )
    session.add(application)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="leader_nominated" if nominated else "leader_applied",
        object_type="leader",
        object_id=leader.id,
        data={"criteria": criteria.key, "meets": meets(answers), "application": application.id},
    )
    tell_coordination(session, leader, "applied", f"leader_application:{application.id}")
    return application


def _news_key(leader: Leader, step: Move) -> str:
    return f"leader:{leader.id}:{step.value}:{utc_now().isoformat()}"
