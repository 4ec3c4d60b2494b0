"""Complaints about leaders, and who may make one."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Complaint, Leader, Partnership, Proposal, School
from service.models.leader_states import OPEN_COMPLAINTS
from service.permissions import AT_SCHOOL, Actor
from service.queries.leader_access import kept_leader


def complaints_of(session: Session, leader: Leader) -> list[Complaint]:
    """Complaints about a leader, open ones first, then the newest."""
    rows = session.scalars(
        select(Complaint)
        .where(Complaint.leader_id == leader.id)
        .options(selectinload(Complaint.school), selectinload(Complaint.account).selectinload(Account.person))
        .order_by(Complaint.id.desc())
    )
    return sorted(rows, key=lambda one: one.state not in OPEN_COMPLAINTS)


def suspended_leaders(session: Session) -> frozenset[int]:
    """Leaders whom an open complaint keeps out of new matches."""
    return frozenset(
        session.scalars(
            select(Complaint.leader_id).where(Complaint.state.in_(OPEN_COMPLAINTS), Complaint.suspends)
        )
    )


def leader_to_complain_of(session: Session, leader_id: int, actor: Actor) -> tuple[Leader, bool]:
    """A leader about whom the actor may complain, and whether as the coordination.

    Raises
    ------
    NotFound
        The actor has nothing to do with this leader.
    NotAllowed
        The actor may know of them, but is not the coordination; or is this leader.
    """
    leader = session.scalar(
        select(Leader)
        .where(Leader.id == leader_id)
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
    )
    if leader is not None and complaining_school(session, leader, actor) is not None:
        return leader, False
    return kept_leader(session, leader_id, actor), True


def complaining_school(session: Session, leader: Leader, actor: Actor) -> int | None:
    """A school of the actor that has to do with a leader: a partnership, or a proposal it was told of."""
    mine = sorted(
        scope.school_id for scope in actor.scopes if scope.role in AT_SCHOOL and scope.school_id is not None
    )
    together = session.scalar(
        select(Partnership.school_id)
        .where(Partnership.leader_id == leader.id, Partnership.school_id.in_(mine))
        .limit(1)
    )
    if together is not None:
        return together
    return session.scalar(
        select(Proposal.school_id)
        .where(
            Proposal.leader_id == leader.id, Proposal.school_id.in_(mine), Proposal.published_at.is_not(None)
        )
        .limit(1)
    )
