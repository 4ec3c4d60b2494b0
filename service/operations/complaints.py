"""Complaints about a leader: raised, examined, decided; one may keep the leader out of new matches."""

from datetime import date

from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed, NotFound
from service.models import Complaint
from service.models.leader_states import OPEN_COMPLAINTS, ComplaintState
from service.operations.events import record_event
from service.operations.leader_letters import tell_coordination
from service.operations.offer_endings import release_leader
from service.permissions import Action, Actor, require
from service.queries.complaints import complaining_school, leader_to_complain_of
from service.queries.leader_access import known_leader
from service.queries.leader_people import is_leader_themself
from service.queries.reach import place_of
from service.text import say

NEXT: dict[ComplaintState, tuple[ComplaintState, ...]] = {
    ComplaintState.OPEN: (
        ComplaintState.EXAMINED,
        ComplaintState.NOT_UPHELD,
        ComplaintState.WITHDRAWN,
    ),
    ComplaintState.EXAMINED: (
        ComplaintState.UPHELD,
        ComplaintState.NOT_UPHELD,
        ComplaintState.WITHDRAWN,
    ),
}
"""Nothing is upheld before it was examined."""


def raise_complaint(
    session: Session, leader_id: int, *, text: str, suspends: bool, actor: Actor, today: date
) -> Complaint:
    """Open a case: by the coordination, or by the head of a school that has to do with the leader.

    Whether new matches stop is the coordination's to say, at once or later.

    Raises
    ------
    NotFound, NotAllowed
        The actor has nothing to do with this leader, or is this leader.
    """
    leader, coordinates = leader_to_complain_of(session, leader_id, actor)
    if is_leader_themself(session, actor, leader):
        raise NotAllowed(say("Nadie hace un reclamo sobre sí."), code="not_yours")
    school_id = None if coordinates else complaining_school(session, leader, actor)
    complaint = Complaint(
        leader_id=leader.id,
        school_id=school_id,
        account_id=actor.account_id,
        raised_on=today,
        text=text,
        state=ComplaintState.OPEN,
        suspends=suspends and coordinates,
    )
    session.add(complaint)
    session.flush()
    _record(session, actor, "complaint_raised", complaint)
    if complaint.suspends:
        release_leader(session, leader.id, actor=actor, today=today)
    if not coordinates:
        tell_coordination(session, leader, "complaint", f"complaint:{complaint.id}")
    return complaint


def decide_complaint(
    session: Session,
    complaint_id: int,
    *,
    state: ComplaintState,
    suspends: bool,
    decision: str,
    actor: Actor,
    today: date,
) -> Complaint:
    """Take a complaint a step further; closing it ends the suspension.

    Raises
    ------
    NotFound
        There is none in the actor's territory.
    Conflict
        It is closed, or the step is none of the listed ones.
    """
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound(say("No existe ese reclamo."), code="unknown_complaint")
    leader = known_leader(session, complaint.leader_id, actor)
    require(actor, Action.EDIT_LEADER, place_of(leader.school))
    if is_leader_themself(session, actor, leader):
        raise NotAllowed(say("Nadie decide un reclamo sobre sí."), code="not_yours")
    session.refresh(complaint, ["state", "suspends", "decision"], with_for_update=True)
    if complaint.state not in OPEN_COMPLAINTS:
        raise Conflict(say("Este reclamo ya se cerró."), code="closed")
    if state is not complaint.state and state not in NEXT[complaint.state]:
        raise Conflict(say("Antes de acoger un reclamo hay que examinarlo."), code="not_examined")
    was = complaint.suspends
    changed = state is not complaint.state
    complaint.state = state
    complaint.suspends = suspends and state in OPEN_COMPLAINTS
    if state not in OPEN_COMPLAINTS:
        complaint.decided_on, complaint.decided_by_id = today, actor.account_id
        complaint.decision = decision
    session.flush()
    if changed:
        examined = state is ComplaintState.EXAMINED
        _record(session, actor, "complaint_examined" if examined else "complaint_decided", complaint)
    if was != complaint.suspends:
        _record(session, actor, "complaint_suspension", complaint)
    if complaint.suspends and not was:
        release_leader(session, leader.id, actor=actor, today=today)
    return complaint


def _record(session: Session, actor: Actor, action: str, complaint: Complaint) -> None:
    """What is written down says that, never what: the text stays with the case."""
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="leader",
        object_id=complaint.leader_id,
        data={
            "complaint": complaint.id,
            "state": complaint.state.value,
            "suspends": complaint.suspends,
        },
    )
