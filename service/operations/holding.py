"""Hold what two people could change at once: leaders, then the request, then the proposal.

On PostgreSQL the rows are locked in this order and read anew; SQLite has one writer anyway.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import Candidate, Leader, Offer, Proposal, Request, School
from service.models.states import OPEN_OFFERS, RequestState
from service.operations.shortlists import OPEN_REQUESTS
from service.queries.places import places_taken
from service.text import say


@dataclass(frozen=True, slots=True)
class Held:
    """A proposal with all that decides who is asked next, held until the transaction ends."""

    proposal: Proposal
    school: School
    candidates: list[Candidate]
    leaders: dict[int, Leader]
    offers: list[Offer]
    request: Request | None

    @property
    def open_offers(self) -> list[Offer]:
        """Offers that still hold a place."""
        return [offer for offer in self.offers if offer.state in OPEN_OFFERS]


def hold_leaders(session: Session, leader_ids: Iterable[int]) -> dict[int, Leader]:
    """Hold leaders by ascending id, so that their places are counted by one at a time."""
    found = session.scalars(
        select(Leader)
        .where(Leader.id.in_(sorted(set(leader_ids))))
        .order_by(Leader.id)
        .with_for_update(of=Leader)
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
        .execution_options(populate_existing=True)
    )
    return {leader.id: leader for leader in found}


def has_place(session: Session, leader: Leader) -> bool:
    """Whether a held leader has a place left."""
    return places_taken(session, [leader.id])[leader.id] < leader.capacity


def hold_proposal(session: Session, proposal_id: int) -> Held:
    """Hold a proposal with its candidates' leaders and its school's request.

    Raises
    ------
    NotFound
        There is none.
    """
    school_id = session.scalar(select(Proposal.school_id).where(Proposal.id == proposal_id))
    if school_id is None:
        raise NotFound(say("Esa propuesta no existe."), code="unknown_proposal")
    leaders = hold_leaders(
        session, session.scalars(select(Candidate.leader_id).where(Candidate.proposal_id == proposal_id))
    )
    request = session.scalar(
        select(Request)
        .where(Request.school_id == school_id, Request.state.in_(OPEN_REQUESTS))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    proposal = session.scalars(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    ).one()
    school = session.scalars(
        select(School)
        .where(School.id == school_id)
        .options(selectinload(School.ownerships))
        .execution_options(populate_existing=True)
    ).one()
    candidates = session.scalars(
        select(Candidate)
        .where(Candidate.proposal_id == proposal_id)
        .order_by(Candidate.place)
        .execution_options(populate_existing=True)
    )
    offers = session.scalars(
        select(Offer)
        .where(Offer.proposal_id == proposal_id)
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    )
    asked = request if request is not None and request.state is not RequestState.DRAFT else None
    return Held(proposal, school, list(candidates), leaders, list(offers), asked)
