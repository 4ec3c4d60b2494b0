"""Offers as the leader who is asked sees them: the school and why, never how to reach anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    Account,
    Candidate,
    Commune,
    Leader,
    Offer,
    Ownership,
    Partnership,
    Post,
    Proposal,
    Request,
    School,
)
from service.models.enums import PostRole, ProposalState, Role
from service.models.states import OPEN_OFFERS, OPEN_PARTNERSHIPS, OfferState, RequestState
from service.permissions import Action, Actor, require
from service.queries.schools import current_ownership
from service.text import say
from service.workdays import is_working_day

SHOWN = (OfferState.ASKED, OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer in a list: which school, and how long there is to answer."""

    id: int
    school_key: str
    school_name: str
    commune: str | None
    state: OfferState
    due_on: date
    days_left: int


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What a leader reads before answering (feature C4)."""

    offer: Offer
    school: School
    school_key: str
    owner: str | None
    phases: tuple[str, ...]
    elements: tuple[str, ...]
    reasons: tuple[dict[str, Any], ...]
    days_left: int
    answers: bool
    partnership_id: int | None
    contact: tuple[str, str | None] | None


def find_offer(session: Session, offer_id: int, *, actor: Actor) -> Offer:
    """One offer to a leader of the actor's school that the leader was told of.

    Raises
    ------
    NotAllowed
        The account is no leader's.
    NotFound
        There is none, or it is somebody else's.
    """
    require(actor, Action.ANSWER_OFFER)
    offer = session.scalar(
        select(Offer)
        .join(Leader, Leader.id == Offer.leader_id)
        .where(Offer.id == offer_id, Offer.asked_at.is_not(None), Leader.school_id.in_(_own_schools(actor)))
    )
    if offer is None:
        raise NotFound(say("Esa invitación no existe."), code="unknown_offer")
    return offer


def offers_of(
    session: Session, actor: Actor, today: date, *, states: Collection[OfferState] = (OfferState.ASKED,)
) -> tuple[OfferLine, ...]:
    """Offers to the actor as a leader, those that end first on top."""
    query: Any = (
        select(Offer, School, Commune.name)
        .join(School, School.id == Offer.school_id)
        .join(Leader, Leader.id == Offer.leader_id)
        .join(Proposal, Proposal.id == Offer.proposal_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(
            Leader.school_id.in_(_own_schools(actor)),
            Offer.state.in_(tuple(states)),
            Offer.asked_at.is_not(None),
            Proposal.state == ProposalState.OFFERED,
        )
        .order_by(Offer.due_on, Offer.id)
    )
    return tuple(
        OfferLine(
            id=offer.id,
            school_key=f"{school.system}:{school.code}",
            school_name=school.name,
            commune=commune,
            state=offer.state,
            due_on=offer.due_on,
            days_left=working_days_left(today, offer.due_on, school.system),
        )
        for offer, school, commune in session.execute(query)
    )


def offer_page(session: Session, offer_id: int, *, actor: Actor, today: date) -> OfferPage:
    """Everything a leader may know of the school before answering."""
    offer = find_offer(session, offer_id, actor=actor)
    school = session.scalars(
        select(School)
        .where(School.id == offer.school_id)
        .options(
            selectinload(School.commune),
            selectinload(School.levels),
            selectinload(School.ownerships).selectinload(Ownership.owner),
        )
    ).one()
    candidate = session.get_one(Candidate, offer.candidate_id)
    proposal = session.get_one(Proposal, offer.proposal_id)
    period = current_ownership(school)
    request = session.scalars(
        select(Request)
        .where(Request.school_id == school.id, Request.state != RequestState.DRAFT)
        .order_by(Request.id.desc())
        .limit(1)
    ).first()
    partnership = session.scalar(
        select(Partnership).where(
            Partnership.proposal_id == proposal.id, Partnership.leader_id == offer.leader_id
        )
    )
    return OfferPage(
        offer=offer,
        school=school,
        school_key=f"{school.system}:{school.code}",
        owner=period.owner.name if period is not None and period.owner is not None else None,
        phases=tuple(sorted(level.phase.value for level in school.levels)),
        elements=tuple(request.elements) if request is not None else (),
        reasons=tuple(candidate.reasons),
        days_left=working_days_left(today, offer.due_on, school.system),
        answers=offer.state is OfferState.ASKED
        and proposal.state is ProposalState.OFFERED
        and today <= offer.due_on,
        partnership_id=None if partnership is None else partnership.id,
        contact=_contact(session, partnership),
    )


def working_days_left(today: date, due_on: date, system: str) -> int:
    """Working days left to answer, today among them; 0 once the time has passed."""
    days = (date.fromordinal(number) for number in range(today.toordinal(), due_on.toordinal() + 1))
    return sum(is_working_day(day, system=system) for day in days)


def has_open_offers(session: Session, leader_id: int) -> bool:
    """Whether a leader still has something to answer, or said yes to something not begun yet."""
    query = select(Offer.id).where(Offer.leader_id == leader_id, Offer.state.in_(OPEN_OFFERS)).limit(1)
    return session.scalar(query) is not None


def _own_schools(actor: Actor) -> list[int]:
    return sorted({s.school_id for s in actor.scopes if s.role is Role.LEADER and s.school_id is not None})


def _contact(session: Session, partnership: Partnership | None) -> tuple[str, str | None] | None:
    """Name and address of the head, while the two schools work together and no longer (C4, C8)."""
    if partnership is None or partnership.state not in OPEN_PARTNERSHIPS:
        return None
    post = session.scalars(
        select(Post)
        .where(Post.school_id == partnership.school_id, Post.role == PostRole.HEAD, Post.end_on.is_(None))
        .options(selectinload(Post.person))
    ).first()
    if post is None:
        return None
    address = session.scalar(select(Account.email).where(Account.person_id == post.person_id))
    return post.person.name, address or post.person.email
