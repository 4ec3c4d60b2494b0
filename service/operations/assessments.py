"""Assessors of an application: asked, free of conflicts or kept out, and their judgements.

The file opens only after the assessor said that nothing binds them to the candidate; what Minga
knows of the same school, owner or a recent employer closes it whatever they say.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matching.designation import CriteriaVersion
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import Account, Leader, LeaderApplication, LeaderAssessor, School
from service.models.columns import utc_now
from service.models.enums import LeaderStatus
from service.models.leader_states import InterestKind, Recommendation
from service.operations.events import record_event
from service.operations.leader_letters import tell_assessor, tell_coordination
from service.operations.leader_states import ASSESSORS, open_application
from service.permissions import Action, Actor, require
from service.queries.interests import conflict_of_assessor
from service.queries.leader_access import decided_leader
from service.queries.leader_people import assessor_accounts
from service.text import say

ANSWERS = ("yes", "no", "unknown")
OPEN_FOR_ASSESSORS = (LeaderStatus.APPLIED, LeaderStatus.ELIGIBLE)


def ask_assessor(
    session: Session, leader_id: int, account_id: int, *, actor: Actor, today: date
) -> LeaderAssessor:
    """Ask somebody with the role to assess an application.

    Raises
    ------
    Conflict
        There is no open application, they were asked already, or Minga knows of a conflict.
    InvalidInput
        That account assesses nothing.
    """
    leader = decided_leader(session, leader_id, actor)
    application = open_application(session, leader)
    if application is None or leader.status not in OPEN_FOR_ASSESSORS:
        raise Conflict(say("No hay una postulación que evaluar."), code="no_application")
    account = next((one for one in assessor_accounts(session) if one.id == account_id), None)
    if account is None:
        sentence = say("Elija a alguien con el rol de evaluar.")
        raise InvalidInput(sentence, {"account": sentence}, code="not_an_assessor")
    if conflict_of_assessor(session, account, leader, today) is not None:
        sentence = say(
            "%(name)s tiene un interés en esta postulación que Minga conoce: elija a otra persona.",
            name=account.person.name,
        )
        raise InvalidInput(sentence, {"account": sentence}, code="conflict")
    if session.scalar(
        select(LeaderAssessor.id).where(
            LeaderAssessor.application_id == application.id, LeaderAssessor.account_id == account.id
        )
    ):
        raise Conflict(say("%(name)s ya tiene esta postulación.", name=account.person.name), code="asked")
    assessor = LeaderAssessor(
        application_id=application.id, account_id=account.id, asked_on=today, judgements={}
    )
    session.add(assessor)
    session.flush()
    _record(session, actor, "assessor_asked", leader, {"assessor": assessor.id})
    tell_assessor(session, account, leader, assessor.id)
    return assessor


def declare(
    session: Session,
    assessor_id: int,
    *,
    conflict: InterestKind | None,
    note: str,
    actor: Actor,
    today: date,
) -> LeaderAssessor:
    """Say whether something binds the assessor to the candidate; with a conflict the file stays shut.

    Raises
    ------
    NotFound
        It was asked of somebody else.
    Conflict
        It was declared already.
    """
    assessor = find_assessor(session, assessor_id, actor=actor, lock=True)
    if assessor.declared_at is not None:
        raise Conflict(say("Ya declaró sobre esta postulación."), code="declared")
    leader = assessor.application.leader
    assessor.conflict = conflict or conflict_of_assessor(session, assessor.account, leader, today)
    assessor.conflict_note = note or None
    assessor.declared_at = utc_now()
    if assessor.conflict is not None:
        _record(
            session,
            actor,
            "assessor_conflict",
            leader,
            {"assessor": assessor.id, "kind": assessor.conflict.value},
        )
    session.flush()
    return assessor


def judge(
    session: Session,
    assessor_id: int,
    *,
    judgements: Mapping[str, str],
    recommendation: Recommendation,
    reasons: str,
    actor: Actor,
    today: date,
) -> LeaderAssessor:
    """Give a judgement with its reasons; it stays as it was given, dissent included.

    Raises
    ------
    NotAllowed
        The assessor has a conflict, or has not declared yet.
    Conflict
        It was judged already, or the application is closed.
    InvalidInput
        A criterion has no answer.
    """
    assessor = opened(session, assessor_id, actor=actor, today=today)
    if assessor.judged_at is not None:
        raise Conflict(say("Su juicio ya quedó guardado, y no cambia."), code="judged")
    application = assessor.application
    if application.outcome is not None or application.leader.status not in OPEN_FOR_ASSESSORS:
        raise Conflict(say("Esta postulación ya se cerró."), code="closed")
    criteria = CriteriaVersion.from_dict(application.criteria)
    wrong = {
        f"asked_{one.asked.value}": say("Elija una respuesta.")
        for one in criteria.judged
        if judgements.get(one.asked.value) not in ANSWERS
    }
    if wrong:
        raise InvalidInput(say("Hay datos por corregir."), dict(wrong))
    assessor.judgements = {one.asked.value: judgements[one.asked.value] for one in criteria.judged}
    assessor.recommendation, assessor.reasons = recommendation, reasons
    assessor.judged_at = utc_now()
    session.flush()
    leader = application.leader
    _record(session, actor, "assessor_judged", leader, {"assessor": assessor.id})
    if _judged(session, application) == ASSESSORS:
        tell_coordination(session, leader, "judged", f"leader_application:{application.id}:judged")
    return assessor


def opened(session: Session, assessor_id: int, *, actor: Actor, today: date) -> LeaderAssessor:
    """The file for an assessor who may open it.

    Raises
    ------
    NotAllowed
        The assessor has a conflict, or has not declared yet.
    """
    assessor = find_assessor(session, assessor_id, actor=actor)
    leader = assessor.application.leader
    known = conflict_of_assessor(session, assessor.account, leader, today)
    if assessor.conflict is not None or known is not None:
        raise NotAllowed(
            say("Hay un interés en esta postulación: la evalúa otra persona. Gracias por decirlo."),
            code="conflict",
        )
    if assessor.declared_at is None:
        raise NotAllowed(say("Antes de abrirla, diga si tiene algún interés en ella."), code="declare")
    return assessor


def find_assessor(session: Session, assessor_id: int, *, actor: Actor, lock: bool = False) -> LeaderAssessor:
    """What was asked of the actor.

    Raises
    ------
    NotFound
        There is no such thing, or it was asked of somebody else.
    """
    query = (
        select(LeaderAssessor)
        .where(LeaderAssessor.id == assessor_id, LeaderAssessor.account_id == actor.account_id)
        .options(
            selectinload(LeaderAssessor.account).selectinload(Account.person),
            selectinload(LeaderAssessor.application)
            .selectinload(LeaderApplication.leader)
            .options(
                selectinload(Leader.person),
                selectinload(Leader.school).options(
                    selectinload(School.ownerships), selectinload(School.commune)
                ),
            ),
        )
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query.with_for_update(of=LeaderAssessor) if lock else query)
    if found is None or actor.account_id is None:
        raise NotFound(say("Esta postulación no está entre las que usted evalúa."), code="not_asked")
    require(actor, Action.ASSESS)
    return found


def _judged(session: Session, application: LeaderApplication) -> int:
    rows = session.scalars(
        select(LeaderAssessor.id).where(
            LeaderAssessor.application_id == application.id,
            LeaderAssessor.judged_at.is_not(None),
            LeaderAssessor.conflict.is_(None),
        )
    ).all()
    return len(rows)


def _record(session: Session, actor: Actor, action: str, leader: Leader, data: dict[str, object]) -> None:
    record_event(
        session, actor=actor, action=action, object_type="leader", object_id=leader.id, data=dict(data)
    )
