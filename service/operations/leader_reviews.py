"""Designations looked at again: when the head left, when the own school needs its head, at the end.

The own school comes first (feature L7): Minga opens the review by itself, a person decides it.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, NotFound
from service.models import Assessment, EvidenceSet, Leader, LeaderReview, School
from service.models.enums import LeaderStatus
from service.models.leader_states import ReviewDecision, ReviewReason
from service.operations.events import record_event
from service.operations.leader_letters import tell_coordination, tell_leader
from service.operations.leader_states import Move, hold, move
from service.operations.offer_endings import release_leader
from service.permissions import OPERATOR, Actor
from service.queries.leader_access import kept_leader
from service.queries.reach import place_of
from service.text import say

STANDING = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE, LeaderStatus.PAUSED)
TERM_OVER = say("Se cumplió el plazo de la designación.")


def open_review(
    session: Session,
    leader: Leader,
    because: ReviewReason,
    basis: str,
    *,
    facts: Mapping[str, object],
    actor: Actor,
    today: date,
) -> LeaderReview | None:
    """Open a review once for each reason and what it rests on; None where it was opened before."""
    hold(session, leader)
    if leader.status not in STANDING:
        return None
    known = session.scalar(
        select(LeaderReview.id).where(
            LeaderReview.leader_id == leader.id,
            LeaderReview.because == because,
            LeaderReview.basis == basis,
        )
    )
    if known is not None:
        return None
    review = LeaderReview(
        leader_id=leader.id, because=because, basis=basis, opened_on=today, facts=dict(facts)
    )
    session.add(review)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="leader_review_due",
        object_type="leader",
        object_id=leader.id,
        data={"because": because.value, "on": today.isoformat(), "review": review.id},
    )
    tell_coordination(session, leader, "review", f"leader_review:{review.id}")
    tell_leader(session, leader, "review", f"leader_review:{review.id}:person")
    if because is ReviewReason.LEFT_POST:
        release_leader(session, leader.id, actor=actor, today=today)
    return review


def decide_review(
    session: Session,
    review_id: int,
    *,
    decision: ReviewDecision,
    reason: str,
    actor: Actor,
    today: date,
) -> LeaderReview:
    """Decide a review: the leader goes on, pauses, or the designation ends.

    Raises
    ------
    NotFound
        There is none in the actor's territory.
    Conflict
        Somebody decided it in the meantime.
    """
    review = session.get(LeaderReview, review_id)
    if review is None:
        raise NotFound(say("No existe esa revisión."), code="unknown_review")
    leader = kept_leader(session, review.leader_id, actor)
    place = place_of(leader.school)
    hold(session, leader)
    session.refresh(review)
    if review.decision is not None:
        raise Conflict(say("Alguien ya decidió esta revisión."), code="decided")
    if decision is ReviewDecision.PAUSE and leader.status is not LeaderStatus.PAUSED:
        move(session, leader, Move.PAUSE, actor=actor, place=place, today=today, reason=reason)
    elif decision is ReviewDecision.PAUSE:
        leader.paused_by_leader = False
    elif decision is ReviewDecision.LAPSE:
        move(session, leader, Move.LAPSE, actor=actor, place=place, today=today, reason=reason)
        leader.term_end_on = min(leader.term_end_on or today, today)
    review.decision, review.reason = decision, reason
    review.decided_on, review.decided_by_id = today, actor.account_id
    session.flush()
    record_event(
        session,
        actor=actor,
        action="leader_reviewed",
        object_type="leader",
        object_id=leader.id,
        reason=reason,
        data={"review": review.id, "decision": decision.value},
    )
    if decision is not ReviewDecision.CONTINUE:
        told = "pause" if decision is ReviewDecision.PAUSE else "lapse"
        tell_leader(session, leader, told, f"leader_review:{review.id}:{told}", reason=reason)
    return review


def review_own_schools(session: Session, *, today: date) -> int:
    """Open a review for each leader whose own school the newest evidence points at; answers how many.

    Once a year of results and reason: a review that was decided is not opened again by the same
    figures computed anew.
    """
    opened = 0
    rows = session.execute(
        select(Leader, Assessment, EvidenceSet)
        .join(Assessment, Assessment.school_id == Leader.school_id)
        .join(EvidenceSet, EvidenceSet.id == Assessment.set_id)
        .where(Leader.status.in_(STANDING))
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
        .order_by(Leader.id, EvidenceSet.phase)
    ).all()
    for leader, found, kept in rows:
        because = _because(found)
        if because is None:
            continue
        basis = f"{kept.phase.value}:{kept.as_of}"
        facts = {"phase": kept.phase.value, "as_of": kept.as_of}
        if open_review(session, leader, because, basis, facts=facts, actor=OPERATOR, today=today):
            opened += 1
    return opened


def due_for_review(session: Session) -> bool:
    """Whether some leader's own school is pointed at without a review; a cheap question for the clock."""
    rows = session.execute(
        select(Leader.id, Assessment, EvidenceSet.phase, EvidenceSet.as_of)
        .join(Assessment, Assessment.school_id == Leader.school_id)
        .join(EvidenceSet, EvidenceSet.id == Assessment.set_id)
        .where(Leader.status.in_(STANDING))
    ).all()
    wanted = {
        (leader, because, f"{phase.value}:{as_of}")
        for leader, found, phase, as_of in rows
        if (because := _because(found)) is not None
    }
    known = {
        tuple(row)
        for row in session.execute(select(LeaderReview.leader_id, LeaderReview.because, LeaderReview.basis))
    }
    return bool(wanted - known)


def lapse_due_terms(session: Session, *, today: date) -> int:
    """End the designations whose last day is past, with a notice; answers how many."""
    over = session.scalars(
        select(Leader)
        .where(Leader.status.in_(STANDING), Leader.term_end_on < today)
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
        .order_by(Leader.id)
    ).all()
    for leader in over:
        place = place_of(leader.school)
        move(session, leader, Move.LAPSE, actor=OPERATOR, place=place, today=today, reason=TERM_OVER)
        tell_leader(session, leader, "lapse", f"leader:{leader.id}:lapse:{leader.term_end_on}")
    return len(over)


def terms_over(session: Session, *, today: date) -> bool:
    """Whether a designation has ended by its date."""
    return (
        session.scalar(
            select(Leader.id).where(Leader.status.in_(STANDING), Leader.term_end_on < today).limit(1)
        )
        is not None
    )


def _because(found: Assessment) -> ReviewReason | None:
    """What the evidence says against leading now: need first, then falling results."""
    if found.status == "in_need":
        return ReviewReason.OWN_SCHOOL_IN_NEED
    falling = any(
        piece["criterion"] == "falling" and piece["holds"] is False for piece in found.leading_evidence
    )
    return ReviewReason.OWN_SCHOOL_FALLING if falling else None
