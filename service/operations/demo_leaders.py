"""The life of the demo country's leaders: every state has somebody in it, all of them invented.

Steps are taken the way people take them; only what lies in the past is written directly.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import (
    Account,
    Assessment,
    Leader,
    LeaderConsent,
    LeaderTraining,
    Ownership,
    OwnGoal,
    School,
    TeamMember,
)
from service.models.enums import Element, LeaderStatus, Role
from service.models.leader_states import ConsentKind, ConsentWay, Recommendation, TeamRole
from service.operations.accounts import add_account
from service.operations.applications import nominate, take_step
from service.operations.assessments import ask_assessor, declare, judge
from service.operations.complaints import raise_complaint
from service.operations.leader_reviews import STANDING, review_own_schools
from service.operations.leader_states import Move
from service.permissions import OPERATOR, Actor, Place
from service.queries.accounts import DEMO_PASSWORD, actor_of
from service.queries.candidates import criteria_in_force

PEOPLE = ("Amanda Leiva", "Bruno Catrileo", "Celeste Oyarce", "Darío Huenchul")
ASSESSORS = ("Elena Marambio", "Fermín Quilodrán")
TEAM = (("Gloria Paillao", TeamRole.CURRICULUM_HEAD), ("Hernán Toledo", TeamRole.TEACHER))
WORDS = "Su escuela avanza más que escuelas parecidas, y su equipo trabaja en conjunto desde hace años."
REASONS = "Observé dos consejos de profesores: se conversa de las clases, y quien dirige escucha."


def live_as_leaders(session: Session, coordinators: list[tuple[Actor, str]], today: date) -> None:
    """Give every leader who stands a record, and each territory something to decide."""
    leaders = _standing(session)
    for place, leader in enumerate(leaders):
        _record(session, leader, place, today)
    with_account = set(session.scalars(select(Account.person_id).where(Account.demo)))
    for place, leader in enumerate(one for one in leaders if one.person_id in with_account):
        _own_life(session, leader, place, today)
    session.flush()
    review_own_schools(session, today=today)
    assessors: list[Actor] = []
    for place, (actor, _territory) in enumerate(coordinators):
        service = min(actor.service_ids, default=None)
        if service is None:
            continue
        assessors = assessors or _assessors(session, service)
        _applications(session, actor, service, assessors, place, today)
        others = [one for one in _standing(session, service) if one.person_id not in with_account]
        if others:
            raise_complaint(
                session,
                others[0].id,
                text="No llegó a dos reuniones acordadas y no avisó. Queremos conversarlo antes de seguir.",
                suspends=True,
                actor=actor,
                today=today,
            )


def _standing(session: Session, service: int | None = None) -> list[Leader]:
    query = (
        select(Leader)
        .where(Leader.status.in_(STANDING))
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
        .order_by(Leader.id)
    )
    if service is not None:
        query = query.join(
            Ownership, (Ownership.school_id == Leader.school_id) & Ownership.end_on.is_(None)
        ).where(Ownership.service_id == service)
    return list(session.scalars(query))


def _record(session: Session, leader: Leader, place: int, today: date) -> None:
    """What was put on record when the designation began."""
    begin = leader.consent_on or today - timedelta(days=400)
    leader.status_on, leader.term_start_on = begin, begin
    leader.term_end_on = today + timedelta(days=120 + 37 * (place % 20))
    leader.days_per_term, leader.exchange_kinds = 6 + place % 7, ["head", "team", "teachers"]
    leader.weekdays = ["tue", "thu"] if place % 2 else ["wed"]
    if leader.status is LeaderStatus.PAUSED:
        leader.paused_by_leader = place % 2 == 0
        leader.status_reason = "Este semestre la escuela estrena edificio."
    given = (
        (ConsentKind.LEADER, leader.consent_on, ConsentWay.HERE, leader.person.name),
        (ConsentKind.OWNER, leader.owner_consent_on, ConsentWay.LETTER, "Dirección ejecutiva"),
    )
    for kind, day, way, by in given:
        if day is not None:
            session.add(LeaderConsent(leader_id=leader.id, kind=kind, given_on=day, given_by=by, way=way))
    if leader.trained_on is not None:
        session.add(
            LeaderTraining(
                leader_id=leader.id,
                name="Acompañar a una escuela par",
                given_by="Servicio local",
                completed_on=leader.trained_on,
                hours=24,
            )
        )


def _own_life(session: Session, leader: Leader, place: int, today: date) -> None:
    """The team and the own learning of somebody who signs in."""
    for name, role in TEAM:
        session.add(
            TeamMember(
                leader_id=leader.id,
                name=name,
                role=role,
                expertise=[Element.OBSERVATION.value, Element.FOCUS.value],
                start_on=today - timedelta(days=200),
            )
        )
    session.add(
        OwnGoal(
            leader_id=leader.id,
            element=Element.OBSERVATION,
            goal="Que cada docente observe a otro al menos una vez por semestre.",
            set_on=today - timedelta(days=150),
            gain="Once de catorce docentes ya lo hicieron, y lo pidieron para el próximo año.",
            gained_on=today - timedelta(days=20),
        )
    )
    session.add(
        OwnGoal(
            leader_id=leader.id,
            element=Element.PROFESSIONAL,
            goal="Aprender cómo otra escuela rural organiza los cursos combinados.",
            set_on=today - timedelta(days=40 + place),
        )
    )


def _assessors(session: Session, service: int) -> list[Actor]:
    """Two people who assess for every service; they come from no school."""
    found = []
    for number, name in enumerate(ASSESSORS):
        account = add_account(
            session,
            actor=OPERATOR,
            email=f"evaluacion{number + 1}@minga.example.org",
            name=name,
            password=DEMO_PASSWORD,
            role=Role.ASSESSOR,
            place=Place(service_id=service),
            demo=True,
        )
        session.flush()
        found.append(actor_of(account))
    return found


def _applications(
    session: Session,
    actor: Actor,
    service: int,
    assessors: list[Actor],
    place: int,
    today: date,
) -> None:
    """Somebody just put forward, somebody being assessed, somebody who waits for the decision."""
    schools = session.scalars(
        select(School)
        .join(Ownership, (Ownership.school_id == School.id) & Ownership.end_on.is_(None))
        .join(Assessment, Assessment.school_id == School.id)
        .where(
            Ownership.service_id == service,
            Assessment.could_lead,
            School.id.not_in(select(Leader.school_id)),
        )
        .distinct()
        .order_by(School.id)
        .limit(3)
    ).all()
    for stage, school in enumerate(schools):
        day = today - timedelta(days=8 + 9 * stage)
        name = PEOPLE[(stage + place) % len(PEOPLE)]
        application = nominate(
            session,
            f"{school.system}:{school.code}",
            name=name,
            email=f"direccion@escuela{school.code}.example",
            in_post_since=today - timedelta(days=365 * 5 + 40 * stage),
            words=WORDS,
            actor=actor,
            today=day,
        )
        if stage == 0:
            continue
        leader_id = application.leader_id
        reason = "La evidencia alcanza, y lo conversamos con su sostenedor."
        take_step(session, leader_id, Move.CONFIRM, actor=actor, today=day, reason=reason)
        for number, judge_of in enumerate(assessors):
            asked = ask_assessor(session, leader_id, judge_of.account_id or 0, actor=actor, today=day)
            if stage == 2 or number == 1:
                _judge(session, asked.id, judge_of, number, today)
        if stage == 2:
            take_step(
                session,
                leader_id,
                Move.ASSESS,
                actor=actor,
                today=today,
                reason="Llegaron los dos juicios, con opiniones distintas.",
            )


def _judge(session: Session, assessor_id: int, actor: Actor, number: int, today: date) -> None:
    """One says not yet, the other says yes: dissent stays on record."""
    declare(session, assessor_id, conflict=None, note="", actor=actor, today=today)
    criteria = criteria_in_force(session, "cl", today)
    judge(
        session,
        assessor_id,
        judgements={one.asked.value: "yes" if number else "unknown" for one in criteria.judged},
        recommendation=Recommendation.DESIGNATE if number else Recommendation.NOT_YET,
        reasons=REASONS if number else "Conviene esperar un año: su equipo directivo se renovó recién.",
        actor=actor,
        today=today,
    )
