"""What goes on between schools in the demo country: requests, a shortlist to look at, an invitation that
waits, and a no for the coordination to see. Everything goes through the operations, as people's steps do."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Candidate, Diagnosis, Grant, Leader, Offer, Proposal, School
from service.models.enums import Element, ProposalState, Role
from service.models.states import DeclineReason, DiagnosisOutcome, OfferState
from service.operations.choices import choose
from service.operations.offers import decline_offer
from service.operations.requests import (
    Possibilities,
    Purpose,
    begin_request,
    decide_outcome,
    keep_possibilities,
    keep_purpose,
    submit_request,
)
from service.operations.self_assessments import answer_self
from service.permissions import Actor, Scope
from service.queries.accounts import actor_of
from service.queries.own_school import school_with_place
from service.queries.requests import find_request
from service.queries.shortlists import live_proposal_of

WORDS = (
    "Tenemos clases ordenadas, pero cada quien prepara sola. Quisiéramos ver cómo otra escuela como la "
    "nuestra logró tiempo para mirarse las clases."
)
ANSWERS = {"trust": 3, "focus": 2, "observation": 1, "leadership": 2, "professional": 2, "resources": 2}


def tell_requests(session: Session, coordinator: Actor, today: date) -> None:
    """The demo's heads ask for a peer; in the coordinator's own territory one has been diagnosed."""
    sent = 0
    for director, school_id in _accounts(session, Role.DIRECTOR):
        school = school_with_place(session, school_id)
        if school is None:
            continue
        answer_self(session, f"{school.system}:{school.code}", ANSWERS, "", actor=director, today=today)
        if live_proposal_of(session, school_id) is not None:
            continue
        draft = begin_request(session, school, actor=director)
        keep_purpose(
            session, draft, Purpose((Element.OBSERVATION, Element.PROFESSIONAL), WORDS), actor=director
        )
        keep_possibilities(
            session,
            draft,
            Possibilities(1.5, online=True, max_km=60, languages=("es",), avoided=()),
            actor=director,
        )
        own = any(period.service_id in coordinator.service_ids for period in school.ownerships)
        if not own:
            continue
        request = submit_request(session, find_request(session, draft.id, actor=director), actor=director)
        sent += 1
        diagnosed = session.scalar(select(Diagnosis.id).where(Diagnosis.school_id == school_id))
        if sent % 2 == 0 and diagnosed is not None:
            decide_outcome(
                session,
                request.id,
                outcome=DiagnosisOutcome.MATCH,
                note="",
                actor=coordinator,
                today=today,
            )


def tell_offers(session: Session, today: date) -> None:
    """One school has chosen a leader who signs in to the demo; another has got a no."""
    leading = {school: actor for actor, school in _accounts(session, Role.LEADER)}
    directed = {school for _, school in _accounts(session, Role.DIRECTOR)}
    waiting, declined = False, False
    for proposal in session.scalars(
        select(Proposal).where(Proposal.state == ProposalState.PUBLISHED).order_by(Proposal.id)
    ).all():
        if proposal.school_id in directed:
            continue
        cards = session.scalars(
            select(Candidate).where(Candidate.proposal_id == proposal.id).order_by(Candidate.place)
        ).all()
        known = [card for card in cards if card.leader_school_id in leading]
        head = _head_of(session, proposal.school_id)
        if known and not waiting:
            _choose(session, proposal, known[:1], head, today)
            waiting = True
        elif cards and not declined:
            _choose(session, proposal, list(cards[:2]), head, today)
            declined = _decline(session, proposal, today)
        if waiting and declined:
            return


def _choose(session: Session, proposal: Proposal, cards: list[Candidate], head: Actor, today: date) -> None:
    numbers = [card.id for card in cards]
    choose(session, proposal.id, numbers, asks_others=True, actor=head, today=today)


def _decline(session: Session, proposal: Proposal, today: date) -> bool:
    offer = session.scalar(
        select(Offer).where(Offer.proposal_id == proposal.id, Offer.state == OfferState.ASKED)
    )
    if offer is None:
        return False
    school_id = session.scalars(select(Leader.school_id).where(Leader.id == offer.leader_id)).one()
    decline_offer(
        session,
        offer.id,
        reason=DeclineReason.NO_TIME,
        note="Este semestre acompaño a otra escuela; el próximo año me encantaría.",
        actor=Actor(None, "Líder", (Scope(Role.LEADER, school_id=school_id),)),
        today=today,
    )
    return True


def _head_of(session: Session, school_id: int) -> Actor:
    name = session.scalars(select(School.name).where(School.id == school_id)).one()
    return Actor(None, name, (Scope(Role.DIRECTOR, school_id=school_id),))


def _accounts(session: Session, role: Role) -> list[tuple[Actor, int]]:
    """The demo's accounts with a role at a school."""
    accounts = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.role == role, Account.demo)
        .options(selectinload(Account.person), selectinload(Account.grants))
        .order_by(Account.id)
    ).unique()
    return [
        (actor_of(account), grant.school_id)
        for account in accounts
        for grant in account.grants
        if grant.role is role and grant.school_id is not None
    ]
