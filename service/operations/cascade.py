"""Who is asked next: the school's ranked candidates one after the other, then, if it said so, the
rest of its shortlist; when nobody is left, the next run (feature C1).

Every function here works on a :class:`~service.operations.holding.Held` proposal.
"""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.lifecycles import OFFER, PROPOSAL, Party
from service.models import Candidate, Decline, Offer
from service.models.columns import utc_now
from service.models.enums import ProposalState
from service.models.states import CandidateState, DeclineReason, OfferState, Side
from service.operations.events import record_event
from service.operations.holding import Held, has_place
from service.operations.peer_letters import tell_coordination, tell_leader, tell_school
from service.operations.transitions import advance
from service.permissions import Actor
from service.queries.askable import may_be_asked
from service.queries.calendars import school_days_at
from service.queries.reach import place_of
from service.queries.settings import settings_of
from service.workdays import add_working_days

CLOCK = frozenset({Party.CLOCK})
DAY = timedelta(days=1)
QUIET_AHEAD = 100
"""Days looked ahead for one on which a leader may be written to; longer than the summer holidays."""


def first_contact_on(today: date, closed: Collection[date]) -> date:
    """The first day from today on which somebody may be written to for the first time (feature C7)."""
    day = today
    while day in closed:
        day += DAY
    return day


def ask_next(
    session: Session, held: Held, *, actor: Actor, today: date, closed: Collection[date] = ()
) -> None:
    """Ask as many leaders as may be asked at once; with nobody left, the proposal ends.

    A leader without a place, or who may not be asked any more (``queries.askable``), is passed over.
    """
    values = settings_of(session, place_of(held.school))
    at_once = int(values["offers_at_once"])
    if any(offer.state is OfferState.ACCEPTED for offer in held.open_offers):
        return
    askable = may_be_asked(session, held.school, held.leaders.values(), today)
    for candidate in _in_turn(held):
        if len(held.open_offers) >= at_once:
            return
        leader = held.leaders[candidate.leader_id]
        if leader.id not in askable or not has_place(session, leader):
            candidate.state = CandidateState.UNAVAILABLE
            session.flush()
            continue
        _make_offer(session, held, candidate, actor, today, closed, days=int(values["offer_working_days"]))
    if not held.open_offers:
        end_without_peer(session, held, actor=actor, template="nobody_left")


def ask_now(session: Session, held: Held, offer: Offer, *, actor: Actor) -> None:
    """Write to the leader: from here the time to answer runs."""
    advance(session, OFFER, offer, "ask", actor=actor, parties=CLOCK)
    offer.asked_at = utc_now()
    tell_leader(session, offer, held.leaders[offer.leader_id], "offer_asked", school=held.school)


def end_without_peer(session: Session, held: Held, *, actor: Actor, template: str) -> None:
    """Nobody of the shortlist came to be; the school and its coordination are told what follows."""
    advance(session, PROPOSAL, held.proposal, "expire", actor=actor, parties=CLOCK, data={"why": template})
    tell_school(session, held.proposal, held.school, template)
    tell_coordination(session, held.proposal, held.school, f"{template}_coordination")


def bar_pair(
    session: Session,
    held: Held,
    candidate: Candidate,
    *,
    side: Side,
    reason: DeclineReason,
    note: str | None,
    actor: Actor,
    today: date,
) -> None:
    """Keep that this pair, and no other, is not proposed again for a time (feature C3)."""
    session.add(
        Decline(
            school_id=held.proposal.school_id,
            leader_id=candidate.leader_id,
            side=side,
            reason=reason,
            note=note,
            declined_on=today,
            proposal_id=held.proposal.id,
            account_id=actor.account_id,
        )
    )


def take_back(session: Session, held: Held, offer: Offer, *, actor: Actor, party: Party) -> None:
    """An offer is no longer needed; a leader who knew of it is told."""
    knew = offer.state is not OfferState.WAITING
    advance(session, OFFER, offer, "withdraw", actor=actor, parties={party})
    if knew and party is not Party.SUPPORTING:
        tell_leader(session, offer, held.leaders[offer.leader_id], "offer_withdrawn", school=held.school)


def candidate_of(held: Held, offer: Offer) -> Candidate:
    """The card an offer came from."""
    return next(one for one in held.candidates if one.id == offer.candidate_id)


def _in_turn(held: Held) -> list[Candidate]:
    """Who may still be asked, in order: those the school chose by its rank, then the run's order."""
    chosen = [one for one in held.candidates if one.state is CandidateState.CHOSEN]
    others = [one for one in held.candidates if one.state is CandidateState.SHOWN]
    ranked = sorted(chosen, key=lambda one: (one.rank or 0, one.place))
    return ranked + (others if held.proposal.asks_others else [])


def _make_offer(
    session: Session,
    held: Held,
    candidate: Candidate,
    actor: Actor,
    today: date,
    closed: Collection[date],
    *,
    days: int,
) -> None:
    quiet = _quiet_days(session, candidate.leader_school_id, today) | set(closed)
    ask_on = first_contact_on(today, quiet)
    offer = Offer(
        candidate_id=candidate.id,
        proposal_id=held.proposal.id,
        leader_id=candidate.leader_id,
        school_id=held.proposal.school_id,
        state=OfferState.WAITING,
        ask_on=ask_on,
        due_on=add_working_days(ask_on, days, system=held.school.system, closed=closed),
    )
    candidate.state = CandidateState.ASKED
    session.add(offer)
    session.flush()
    held.offers.append(offer)
    record_event(
        session,
        actor=actor,
        action="offer_made",
        object_type="offer",
        object_id=offer.id,
        data={
            "proposal": held.proposal.id,
            "leader": candidate.leader_id,
            "due_on": offer.due_on.isoformat(),
        },
    )
    if ask_on <= today:
        ask_now(session, held, offer, actor=actor)


def _quiet_days(session: Session, school_id: int, today: date) -> set[date]:
    """Days from today on which no first contact is made with a school (feature C7)."""
    days = school_days_at(session, school_id)
    coming = (today + DAY * number for number in range(QUIET_AHEAD))
    return {day for day in coming if days.quiet(day) is not None}


def is_live(held: Held) -> bool:
    """Whether the proposal still waits for somebody's answer."""
    return held.proposal.state in (ProposalState.PUBLISHED, ProposalState.OFFERED)
