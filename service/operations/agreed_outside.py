"""A partnership that no run proposed: agreed by the two schools, or imposed with a named legal basis."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.lifecycles import REQUEST, Party
from service.models import Leader, Partnership, Request, School, SchoolLevel
from service.models.enums import LeaderStatus, Phase, SchoolStatus
from service.models.states import PartnershipOrigin, RequestState
from service.operations.holding import has_place, hold_leaders
from service.operations.partnerships import begin_partnership
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.queries.shortlists import live_proposal_of
from service.text import Sentence, say

WORKING = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the form says: both yeses with their day, or the norm that imposes the pair."""

    school: str
    leader_school: str
    imposed: bool
    legal_basis: str
    school_yes_on: date | None
    leader_yes_on: date | None
    note: str


def enter_partnership(session: Session, said: Agreed, *, actor: Actor, today: date) -> Partnership:
    """Enter it; places, working schools and consents are asked for as ever (features C2, C5).

    Raises
    ------
    InvalidInput
        A school is not known, a yes is missing, or an imposed pair names no norm.
    Conflict
        No place is left, a proposal of the school is open, or it works with somebody already.
    """
    school = _school(session, said.school, "school")
    other = _school(session, said.leader_school, "leader_school")
    require(actor, Action.KEEP_REQUESTS, place_of(school))
    if school.id == other.id:
        raise _wrong("leader_school", say("Una escuela no puede acompañarse a sí misma."))
    if said.imposed and not said.legal_basis.strip():
        raise _wrong("legal_basis", say("Un par dispuesto sin acuerdo necesita la norma que lo dispone."))
    if not said.imposed and (said.school_yes_on is None or said.leader_yes_on is None):
        raise _wrong("school_yes_on", say("Anote qué día dijo que sí cada parte."))
    leader = _leader(session, other)
    if live_proposal_of(session, school.id) is not None:
        raise Conflict(
            say("La escuela tiene una propuesta publicada; retírela antes de registrar otro acuerdo."),
            code="proposal_open",
        )
    if not has_place(session, leader):
        raise Conflict(say("A quien acompaña no le quedan cupos."), code="no_place_left")
    origin = PartnershipOrigin.IMPOSED if said.imposed else PartnershipOrigin.BY_HAND
    partnership = begin_partnership(
        session,
        school_id=school.id,
        leader=leader,
        phase=_phase(session, school, other),
        actor=actor,
        today=today,
        origin=origin,
        legal_basis=said.legal_basis.strip() or None,
        note=_note(said),
    )
    request = session.scalar(
        select(Request)
        .where(Request.school_id == school.id, Request.state == RequestState.DIAGNOSED)
        .with_for_update()
    )
    if request is not None:
        advance(session, REQUEST, request, "match", actor=actor, parties={Party.COORDINATION})
    return partnership


def _note(said: Agreed) -> str:
    if said.imposed:
        return said.note
    return f"{said.note} ({said.school_yes_on}, {said.leader_yes_on})"[:500]


def _school(session: Session, code: str, field: str) -> School:
    try:
        found = find_school(session, code)
    except (InvalidInput, NotFound) as error:
        raise _wrong(field, error.message) from error
    if found.status is not SchoolStatus.WORKING:
        raise _wrong(field, say("Esa escuela ya no funciona."))
    return found


def _leader(session: Session, school: School) -> Leader:
    found = session.scalar(
        select(Leader.id)
        .where(Leader.school_id == school.id, Leader.status.in_(WORKING))
        .order_by(Leader.id)
        .limit(1)
    )
    if found is None:
        raise _wrong("leader_school", say("Esa escuela no tiene una o un líder en ejercicio."))
    leader = hold_leaders(session, [found])[found]
    if leader.consent_on is None or leader.owner_consent_on is None:
        raise _wrong("leader_school", say("Falta el consentimiento de quien acompaña o de su sostenedor."))
    return leader


def _phase(session: Session, school: School, other: School) -> Phase:
    taught = [
        set(session.scalars(select(SchoolLevel.phase).where(SchoolLevel.school_id == one.id)))
        for one in (school, other)
    ]
    shared = taught[0] & taught[1]
    found = next((phase for phase in Phase if phase in shared), None)
    if found is None:
        raise _wrong("leader_school", say("Las dos escuelas no imparten ningún nivel en común."))
    return found


def _wrong(field: str, sentence: Sentence | str) -> InvalidInput:
    return InvalidInput(sentence, {field: sentence})
