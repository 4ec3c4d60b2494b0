"""What ends an offer from outside: a leader released, a consent or a proposal taken back."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.lifecycles import PROPOSAL, Party
from service.models import Leader, Offer, Proposal
from service.models.enums import ProposalState
from service.models.states import (
    OPEN_OFFERS,
    CandidateState,
    DeclineReason,
)
from service.operations.cascade import (
    ask_next,
    candidate_of,
    is_live,
    take_back,
)
from service.operations.events import record_event
from service.operations.holding import hold_proposal
from service.operations.peer_letters import tell_school
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.shortlists import find_proposal
from service.text import say


def release_leader(
    session: Session, leader_id: int, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> int:
    """A leader can no longer be asked (consent taken back, pause, another school): who waits for them
    is passed on to the next; answers how many schools that were. The caller changed the leader."""
    waiting = set(
        session.scalars(
            select(Offer.proposal_id).where(Offer.leader_id == leader_id, Offer.state.in_(OPEN_OFFERS))
        )
    )
    passed = 0
    for proposal_id in sorted(waiting):
        held = hold_proposal(session, proposal_id)
        for offer in held.open_offers:
            if offer.leader_id != leader_id or not is_live(held):
                continue
            candidate_of(held, offer).state = CandidateState.UNAVAILABLE
            offer.reason = DeclineReason.CONSENT_WITHDRAWN
            take_back(session, held, offer, actor=actor, party=Party.SUPPORTING)
            passed += 1
            ask_next(session, held, actor=actor, today=today, closed=closed)
    return passed


def withdraw_leader_consent(
    session: Session, leader_id: int, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> Leader:
    """A leader takes the consent back, any day and without a reason (feature C8)."""
    require(actor, Action.ANSWER_OFFER)
    leader = session.get(Leader, leader_id)
    if leader is None or not any(scope.school_id == leader.school_id for scope in actor.scopes):
        raise NotFound(say("Esa página no existe."), code="unknown_leader")
    leader.consent_on = None
    record_event(
        session, actor=actor, action="leader_consent_withdrawn", object_type="leader", object_id=leader.id
    )
    session.flush()
    release_leader(session, leader_id, actor=actor, today=today, closed=closed)
    return leader


def withdraw_proposal(session: Session, proposal_id: int, *, reason: str, actor: Actor) -> Proposal:
    """The coordination takes a published proposal back, with the reason, which both sides read."""
    proposal = find_proposal(session, proposal_id, actor=actor)
    require(actor, Action.KEEP_REQUESTS, place_of(proposal.school))
    held = hold_proposal(session, proposal_id)
    known = held.proposal.state is not ProposalState.DRAFT
    advance(
        session,
        PROPOSAL,
        held.proposal,
        "withdraw",
        actor=actor,
        parties={Party.COORDINATION},
        reason=reason,
    )
    for offer in held.open_offers:
        candidate_of(held, offer).state = CandidateState.UNAVAILABLE
        take_back(session, held, offer, actor=actor, party=Party.COORDINATION)
    if known:
        tell_school(session, held.proposal, held.school, "proposal_withdrawn")
    return held.proposal
