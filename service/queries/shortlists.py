"""A school's shortlist as its direction and its coordination see it: equal cards, in the order of names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    Candidate,
    Commune,
    Leader,
    Offer,
    Ownership,
    Partnership,
    Person,
    Proposal,
    School,
    SchoolLevel,
)
from service.models.enums import ProposalState
from service.models.states import OPEN_PARTNERSHIPS, CandidateState, DeclineReason, OfferState
from service.permissions import Action, Actor, can, require
from service.queries.askable import may_be_asked
from service.queries.places import places_taken
from service.queries.reach import place_of
from service.text import fold, say


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate: never how to reach the person before both said yes (feature C4)."""

    id: int
    leader: str
    school_key: str
    school_name: str
    commune: str | None
    owner: str | None
    pupils: int | None
    phases: tuple[str, ...]
    strengths: tuple[str, ...]
    capacity: int
    free: bool
    online: bool
    reasons: tuple[dict[str, Any], ...]
    state: CandidateState
    rank: int | None
    leader_state: OfferState | None
    due_on: date | None
    reason: DeclineReason | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """A published proposal with its cards, and what its reader may do with it."""

    proposal: Proposal
    school: School
    cards: tuple[Card, ...]
    chooses: bool
    keeps: bool
    to_agree: bool
    partnership_id: int | None
    contact: tuple[str, str | None] | None

    @property
    def asked(self) -> tuple[Card, ...]:
        """Those the school chose, in its own order."""
        return tuple(sorted((c for c in self.cards if c.rank is not None), key=lambda c: c.rank or 0))


def find_proposal(session: Session, proposal_id: int, *, actor: Actor) -> Proposal:
    """One proposal somebody was told of, with its school; of the actor's school or territory only.

    Raises
    ------
    NotAllowed
        The account has nothing to do with requests.
    NotFound
        There is none, nobody was told of it, or it is another territory's.
    """
    require(actor, Action.SEE_REQUEST)
    proposal = session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id, Proposal.published_at.is_not(None))
        .options(
            selectinload(Proposal.school).selectinload(School.ownerships),
            selectinload(Proposal.school).selectinload(School.commune),
        )
    )
    if proposal is None or not can(actor, Action.SEE_REQUEST, place_of(proposal.school)):
        raise NotFound(say("Esa propuesta no existe."), code="unknown_proposal")
    return proposal


def shortlist(session: Session, proposal_id: int, *, actor: Actor, today: date) -> Shortlist:
    """Read a shortlist for one reader."""
    proposal = find_proposal(session, proposal_id, actor=actor)
    place = place_of(proposal.school)
    keeps = can(actor, Action.KEEP_REQUESTS, place)
    cards = _cards(session, proposal, private=keeps, today=today)
    open_one = proposal.state in (ProposalState.PUBLISHED, ProposalState.OFFERED)
    partnership = session.scalar(select(Partnership).where(Partnership.proposal_id == proposal.id))
    return Shortlist(
        proposal=proposal,
        school=proposal.school,
        cards=cards,
        chooses=open_one and can(actor, Action.ASK_FOR_PEER, place),
        keeps=keeps,
        to_agree=keeps
        and proposal.state is ProposalState.OFFERED
        and any(card.leader_state is OfferState.ACCEPTED for card in cards),
        partnership_id=None if partnership is None else partnership.id,
        contact=_contact(session, partnership),
    )


def live_proposal_of(session: Session, school_id: int) -> Proposal | None:
    """The proposal of a school that somebody still has to answer."""
    return session.scalar(
        select(Proposal).where(
            Proposal.school_id == school_id,
            Proposal.state.in_((ProposalState.PUBLISHED, ProposalState.OFFERED)),
        )
    )


def last_proposal_of(session: Session, school_id: int) -> Proposal | None:
    """The newest proposal that a school was told of."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.school_id == school_id, Proposal.published_at.is_not(None))
        .order_by(Proposal.id.desc())
        .limit(1)
    ).first()


def _contact(session: Session, partnership: Partnership | None) -> tuple[str, str | None] | None:
    """Name and address of the leader, while the two schools work together and no longer (C4, C8)."""
    if partnership is None or partnership.state not in OPEN_PARTNERSHIPS:
        return None
    row = session.execute(
        select(Person.name, Person.email)
        .join(Leader, Leader.person_id == Person.id)
        .where(Leader.id == partnership.leader_id, Leader.consent_on.is_not(None))
    ).first()
    return None if row is None else (row[0], row[1])


def _cards(session: Session, proposal: Proposal, *, private: bool, today: date) -> tuple[Card, ...]:
    rows = session.execute(
        select(Candidate, Leader, Person.name, School, Commune.name)
        .join(Leader, Leader.id == Candidate.leader_id)
        .join(Person, Person.id == Leader.person_id)
        .join(School, School.id == Candidate.leader_school_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(Candidate.proposal_id == proposal.id)
        .options(selectinload(School.ownerships).selectinload(Ownership.owner), selectinload(Leader.school))
    ).all()
    ids = [school.id for _, _, _, school, _ in rows]
    phases: dict[int, list[str]] = {}
    for school_id, phase in session.execute(
        select(SchoolLevel.school_id, SchoolLevel.phase).where(SchoolLevel.school_id.in_(ids))
    ):
        phases.setdefault(school_id, []).append(phase.value)
    offers = {
        offer.candidate_id: offer
        for offer in session.scalars(
            select(Offer).where(
                Offer.id.in_(
                    select(func.max(Offer.id))
                    .where(Offer.proposal_id == proposal.id)
                    .group_by(Offer.candidate_id)
                )
            )
        )
    }
    taken = places_taken(session, [leader.id for _, leader, _, _, _ in rows])
    askable = may_be_asked(session, proposal.school, [leader for _, leader, _, _, _ in rows], today)
    cards = []
    for candidate, leader, name, school, commune in rows:
        offer = offers.get(candidate.id)
        waits = offer is None and proposal.state in (ProposalState.PUBLISHED, ProposalState.OFFERED)
        if (waits and leader.id not in askable) or (leader.consent_on is None and not private):
            continue
        period = next((one for one in school.ownerships if one.end_on is None), None)
        own_hold = proposal.state is ProposalState.PUBLISHED and proposal.leader_id == leader.id
        cards.append(
            Card(
                id=candidate.id,
                leader=name,
                school_key=f"{school.system}:{school.code}",
                school_name=school.name,
                commune=commune,
                owner=period.owner.name if period is not None and period.owner is not None else None,
                pupils=school.enrolment,
                phases=tuple(sorted(phases.get(school.id, []))),
                strengths=tuple(sorted(name for name, level in leader.elements.items() if level >= 3)),
                capacity=leader.capacity,
                free=taken[leader.id] - int(own_hold) < leader.capacity,
                online=leader.online,
                reasons=tuple(candidate.reasons),
                state=candidate.state,
                rank=candidate.rank,
                leader_state=None if offer is None else offer.state,
                due_on=None if offer is None else offer.due_on,
                reason=offer.reason if offer is not None and private else None,
                note=offer.note if offer is not None and private else None,
            )
        )
    return tuple(sorted(cards, key=lambda card: (fold(card.school_name), card.school_key)))
