"""What a leader does with an offer, what the clock does, and how two schools begin once all said yes."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.lifecycles import OFFER, PROPOSAL, REQUEST, Party
from service.models import Offer, Partnership, Proposal
from service.models.columns import utc_now
from service.models.enums import ProposalState
from service.models.states import (
    GIVEN_REASONS,
    OPEN_OFFERS,
    CandidateState,
    DeclineReason,
    OfferState,
    PartnershipOrigin,
    RequestState,
    Side,
)
from service.operations.cascade import (
    CLOCK,
    ask_next,
    ask_now,
    bar_pair,
    candidate_of,
    is_live,
    take_back,
)
from service.operations.holding import Held, hold_proposal
from service.operations.partnerships import begin_partnership
from service.operations.peer_letters import tell_coordination, tell_leader, tell_school
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.askable import may_be_asked
from service.queries.offers import find_offer
from service.queries.reach import place_of
from service.queries.settings import setting_of
from service.queries.shortlists import find_proposal
from service.text import say

LEADER = frozenset({Party.SUPPORTING})
REMINDED_BEFORE = timedelta(days=2)


def accept_offer(session: Session, offer_id: int, *, actor: Actor, today: date) -> Partnership | None:
    """The leader says yes; answers the partnership, or None while the coordination has to agree too.

    Raises
    ------
    Conflict
        The time to answer has passed, or somebody changed it meanwhile.
    """
    held, offer = _answering(session, offer_id, actor, today)
    _answer(session, offer, "accept", actor)
    candidate_of(held, offer).state = CandidateState.ACCEPTED
    for other in held.open_offers:
        if other.id != offer.id:
            candidate_of(held, other).state = CandidateState.CHOSEN
            take_back(session, held, other, actor=actor, party=Party.CLOCK)
    if setting_of(session, "coordinator_agrees", place_of(held.school)):
        tell_coordination(session, held.proposal, held.school, "to_agree", key=str(offer.id))
        return None
    return _begin(session, held, offer, actor=actor, name="accept", parties=LEADER, today=today)


def agree(session: Session, proposal_id: int, *, actor: Actor, today: date) -> Partnership:
    """The coordination says yes too, where the service asks for it (feature C2).

    Raises
    ------
    Conflict
        The two sides have not both said yes.
    """
    proposal = find_proposal(session, proposal_id, actor=actor)
    require(actor, Action.KEEP_REQUESTS, place_of(proposal.school))
    held = hold_proposal(session, proposal_id)
    offer = next((one for one in held.open_offers if one.state is OfferState.ACCEPTED), None)
    if offer is None:
        raise Conflict(
            say("Todavía no han dicho que sí las dos partes; vuelva a abrir la página."), code="not_both"
        )
    return _begin(
        session, held, offer, actor=actor, name="agree", parties=frozenset({Party.COORDINATION}), today=today
    )


def decline_offer(
    session: Session,
    offer_id: int,
    *,
    reason: DeclineReason,
    note: str,
    actor: Actor,
    today: date,
    closed: Collection[date] = (),
) -> None:
    """The leader says no, without penalty: only this pair is barred, and the next one is asked."""
    if reason not in GIVEN_REASONS:
        raise InvalidInput(say("Elija un motivo."), {"reason": say("Elija un motivo.")})
    held, offer = _answering(session, offer_id, actor, today)
    _answer(session, offer, "decline", actor, reason=reason)
    offer.note = note or None
    _said_no(session, held, offer, CandidateState.DECLINED, reason, actor=actor, today=today, note=note)
    tell_coordination(session, held.proposal, held.school, "leader_declined", key=str(offer.id))
    ask_next(session, held, actor=actor, today=today, closed=closed)


def due_offers(session: Session, today: date) -> list[int]:
    """Ids of the offers in which the clock has something to do."""
    soon = today + REMINDED_BEFORE
    return list(
        session.scalars(
            select(Offer.id)
            .where(
                or_(
                    (Offer.state == OfferState.WAITING) & (Offer.ask_on <= today),
                    (Offer.state == OfferState.ASKED) & (Offer.due_on < today),
                    (Offer.state == OfferState.ASKED)
                    & (Offer.due_on <= soon)
                    & (Offer.ask_on < today)
                    & Offer.reminded_on.is_(None),
                )
            )
            .order_by(Offer.id)
        )
    )


def due_choices(session: Session, today: date) -> list[int]:
    """Ids of the proposals whose school let the time to choose pass."""
    return list(
        session.scalars(
            select(Proposal.id)
            .where(Proposal.state == ProposalState.PUBLISHED, Proposal.choice_due_on < today)
            .order_by(Proposal.id)
        )
    )


def follow_offer(
    session: Session, offer_id: int, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> None:
    """Do what the day asks for: the first contact, a reminder, or, after the deadline, the next leader."""
    proposal_id = session.scalar(select(Offer.proposal_id).where(Offer.id == offer_id))
    if proposal_id is None:
        return
    held = hold_proposal(session, proposal_id)
    offer = next(one for one in held.offers if one.id == offer_id)
    if not is_live(held):
        return
    if offer.state is OfferState.WAITING and offer.ask_on <= today and today not in closed:
        leader = held.leaders[offer.leader_id]
        if may_be_asked(session, held.school, [leader], today):
            ask_now(session, held, offer, actor=actor)
        else:
            candidate_of(held, offer).state = CandidateState.UNAVAILABLE
            take_back(session, held, offer, actor=actor, party=Party.CLOCK)
            ask_next(session, held, actor=actor, today=today, closed=closed)
    elif offer.state is OfferState.ASKED and offer.due_on < today:
        reason = DeclineReason.NO_ANSWER
        _answer(session, offer, "expire", actor, reason=reason, parties=CLOCK)
        _said_no(session, held, offer, CandidateState.EXPIRED, reason, actor=actor, today=today, note="")
        tell_leader(session, offer, held.leaders[offer.leader_id], "offer_expired", school=held.school)
        ask_next(session, held, actor=actor, today=today, closed=closed)
    elif (
        offer.state is OfferState.ASKED
        and offer.reminded_on is None
        and offer.due_on - today <= REMINDED_BEFORE
        and offer.ask_on < today
    ):
        offer.reminded_on = today
        tell_leader(session, offer, held.leaders[offer.leader_id], "offer_reminder", school=held.school)


def _answering(session: Session, offer_id: int, actor: Actor, today: date) -> tuple[Held, Offer]:
    found = find_offer(session, offer_id, actor=actor)
    held = hold_proposal(session, found.proposal_id)
    offer = next(one for one in held.offers if one.id == offer_id)
    late = offer.state is OfferState.ASKED and today > offer.due_on
    if late or offer.state is OfferState.EXPIRED:
        raise Conflict(
            say(
                "El plazo para contestar venció el %(day)s y la invitación pasó a otra persona. Si todavía "
                "quiere ayudar, avise a la coordinación de su servicio local.",
                day=offer.due_on.isoformat(),
            ),
            code="deadline_passed",
        )
    if not is_live(held) and offer.state in OPEN_OFFERS:
        raise Conflict(
            say("La invitación ya no está abierta: la escuela o la coordinación la retiró."),
            code="state_changed",
        )
    return held, offer


def _answer(
    session: Session,
    offer: Offer,
    name: str,
    actor: Actor,
    *,
    reason: DeclineReason | None = None,
    parties: frozenset[Party] = LEADER,
) -> None:
    advance(
        session,
        OFFER,
        offer,
        name,
        actor=actor,
        parties=parties,
        reason=None if reason is None else reason.value,
    )
    offer.answered_at, offer.answered_by_id, offer.reason = utc_now(), actor.account_id, reason


def _said_no(
    session: Session,
    held: Held,
    offer: Offer,
    state: CandidateState,
    reason: DeclineReason,
    *,
    actor: Actor,
    today: date,
    note: str,
) -> None:
    candidate = candidate_of(held, offer)
    candidate.state = state
    bar_pair(
        session,
        held,
        candidate,
        side=Side.SUPPORTING,
        reason=reason,
        note=note or None,
        actor=actor,
        today=today,
    )
    session.flush()


def _begin(
    session: Session,
    held: Held,
    offer: Offer,
    *,
    actor: Actor,
    name: str,
    parties: frozenset[Party],
    today: date,
) -> Partnership:
    """All have said yes: the proposal is accepted, the request answered, the partnership begins."""
    advance(session, PROPOSAL, held.proposal, name, actor=actor, parties=parties)
    partnership = begin_partnership(
        session,
        school_id=held.proposal.school_id,
        leader=held.leaders[offer.leader_id],
        phase=candidate_of(held, offer).phase,
        actor=actor,
        today=today,
        origin=PartnershipOrigin.RUN,
        proposal=held.proposal,
    )
    if held.request is not None and held.request.state is RequestState.DIAGNOSED:
        advance(session, REQUEST, held.request, "match", actor=actor, parties=CLOCK)
    tell_school(session, held.proposal, held.school, "both_said_yes")
    tell_leader(session, offer, held.leaders[offer.leader_id], "both_said_yes_leader", school=held.school)
    return partnership
