"""What ends an offer from outside: a leader released, a consent or a proposal taken back."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.lifecycles import PROPOSAL, Party
from service.models import Candidate, Leader, LeaderConsent, Offer, Proposal
from service.models.enums import ProposalState
from service.models.leader_states import ConsentKind
from service.models.states import (
    OPEN_OFFERS,
    CandidateState,
    DeclineReason,
)
from service.operations.cascade import (
    ask_next,
    candidate_of,
    end_without_peer,
    is_live,
    take_back,
)
from service.operations.events import record_event
from service.operations.holding import hold_proposal
from service.operations.peer_letters import tell_school
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.askable import may_be_asked
from service.queries.reach import place_of
from service.queries.shortlists import find_proposal
from service.text import say


def release_leader(
    session: Session, leader_id: int, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> int:
    """A leader can no longer be asked (consent taken back, pause, another school): who waits for them
    is passed on to the next, and a shortlist on which nobody is left ends; answers how many schools
    were passed on. The caller changed the leader."""
    passed = 0
    for proposal_id in _waiting(session, leader_id):
        held = hold_proposal(session, proposal_id)
        for offer in held.open_offers:
            if offer.leader_id != leader_id or not is_live(held):
                continue
            candidate_of(held, offer).state = CandidateState.UNAVAILABLE
            offer.reason = DeclineReason.CONSENT_WITHDRAWN
            take_back(session, held, offer, actor=actor, party=Party.SUPPORTING)
            passed += 1
            ask_next(session, held, actor=actor, today=today, closed=closed)
        if held.proposal.state is ProposalState.PUBLISHED and not may_be_asked(
            session, held.school, held.leaders.values(), today
        ):
            end_without_peer(session, held, actor=actor, template="nobody_left")
    return passed


def hold_with_waiting(session: Session, leader: Leader) -> None:
    """Hold a leader together with all who stand on the same open shortlists, by ascending id.

    Releasing the leader passes each school on to one of those: whoever held this one first and the
    others later would wait for somebody who does it the other way round.
    """
    session.flush()
    others = session.scalars(
        select(Candidate.leader_id).where(Candidate.proposal_id.in_(_waiting(session, leader.id)))
    )
    numbers = sorted({leader.id, *others})
    session.execute(select(Leader.id).where(Leader.id.in_(numbers)).order_by(Leader.id).with_for_update())
    session.refresh(leader, [one.key for one in inspect(Leader).column_attrs])


def _waiting(session: Session, leader_id: int) -> list[int]:
    """Ids of the proposals that ask this leader, or show them to a school that has not chosen."""
    asked = select(Offer.proposal_id).where(Offer.leader_id == leader_id, Offer.state.in_(OPEN_OFFERS))
    shown = (
        select(Candidate.proposal_id)
        .join(Proposal, Proposal.id == Candidate.proposal_id)
        .where(Candidate.leader_id == leader_id, Proposal.state == ProposalState.PUBLISHED)
    )
    return sorted({*session.scalars(asked), *session.scalars(shown)})


def withdraw_leader_consent(
    session: Session, leader_id: int, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> Leader:
    """A leader takes the consent back, any day and without a reason (feature C8)."""
    require(actor, Action.ANSWER_OFFER)
    leader = session.get(Leader, leader_id)
    if leader is None or not any(scope.school_id == leader.school_id for scope in actor.scopes):
        raise NotFound(say("Esa página no existe."), code="unknown_leader")
    hold_with_waiting(session, leader)
    leader.consent_on = None
    session.execute(
        update(LeaderConsent)
        .where(
            LeaderConsent.leader_id == leader.id,
            LeaderConsent.kind == ConsentKind.LEADER,
            LeaderConsent.withdrawn_on.is_(None),
        )
        .values(withdrawn_on=today, withdrawn_by_id=actor.account_id)
    )
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
