"""What a school does with its shortlist: say whom it would like, in order, or none of them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.lifecycles import PROPOSAL, Party
from service.models import Proposal
from service.models.columns import utc_now
from service.models.enums import ProposalState
from service.models.states import GIVEN_REASONS, CandidateState, DeclineReason, Side
from service.operations.cascade import ask_next, bar_pair, end_without_peer, take_back
from service.operations.events import record_event
from service.operations.holding import Held, hold_proposal
from service.operations.peer_letters import tell_coordination
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.shortlists import find_proposal
from service.text import say

SCHOOL = frozenset({Party.SUPPORTED})


def choose(
    session: Session,
    proposal_id: int,
    ranked: Sequence[int],
    *,
    asks_others: bool,
    actor: Actor,
    today: date,
    closed: Collection[date] = (),
) -> Proposal:
    """Keep whom the school would like to work with, in order, and ask the first who has a place.

    Parameters
    ----------
    ranked : sequence of int
        Ids of its candidates, the most wanted first.
    asks_others : bool
        Whether the rest of the shortlist may be asked when none of those can.

    Raises
    ------
    InvalidInput
        Nobody was chosen, or somebody who is not on the list.
    Conflict
        The school chose already, or the time to choose has passed.
    """
    held = _held(session, proposal_id, actor)
    if not ranked:
        raise InvalidInput(
            say("Elija al menos una candidata, o diga que ninguna."),
            {"ranked": say("Elija al menos una candidata.")},
        )
    known = {one.id: one for one in held.candidates}
    if len(set(ranked)) != len(ranked) or not set(ranked) <= known.keys():
        raise InvalidInput(
            say("Una de las candidatas no está en su lista, o está dos veces."),
            {"ranked": say("Ordene solo candidatas de su lista, cada una una vez.")},
        )
    due = held.proposal.choice_due_on
    if held.proposal.state is ProposalState.PUBLISHED and due is not None and today > due:
        raise Conflict(
            say(
                "El plazo para elegir venció el %(day)s. Avise a la coordinación de su servicio local: la "
                "próxima ronda la tendrá en cuenta.",
                day=due.isoformat(),
            ),
            code="deadline_passed",
        )
    advance(
        session,
        PROPOSAL,
        held.proposal,
        "offer",
        actor=actor,
        parties=SCHOOL,
        data={"ranked": [known[number].leader_id for number in ranked], "asks_others": asks_others},
    )
    held.proposal.chosen_at, held.proposal.chosen_by_id = utc_now(), actor.account_id
    held.proposal.asks_others = asks_others
    for rank, number in enumerate(ranked, start=1):
        known[number].rank, known[number].state = rank, CandidateState.CHOSEN
    session.flush()
    ask_next(session, held, actor=actor, today=today, closed=closed)
    return held.proposal


def turn_down(
    session: Session, proposal_id: int, *, reason: DeclineReason, note: str, actor: Actor, today: date
) -> Proposal:
    """None of these: each pair still open is barred for a time, and nothing else follows.

    Raises
    ------
    Conflict
        The school has said so already, or two schools work together by now.
    """
    held = _held(session, proposal_id, actor)
    if reason not in GIVEN_REASONS:
        raise InvalidInput(say("Elija un motivo."), {"reason": say("Elija un motivo.")})
    _end(session, held, reason=reason, note=note, actor=actor, today=today, bars=True)
    tell_coordination(session, held.proposal, held.school, "school_declined")
    return held.proposal


def leave_consent(session: Session, proposal_id: int, *, actor: Actor, today: date) -> Proposal:
    """The school takes its consent back (feature C8): nobody is asked or shown anything any more.

    It bars no pair: the school may come back to the same people.
    """
    held = _held(session, proposal_id, actor)
    reason = DeclineReason.CONSENT_WITHDRAWN
    _end(session, held, reason=reason, note="", actor=actor, today=today, bars=False)
    tell_coordination(session, held.proposal, held.school, "school_declined")
    return held.proposal


def expire_choice(session: Session, proposal_id: int, *, actor: Actor, today: date) -> bool:
    """The time to choose passed without a word: the places are free again; answers whether it had."""
    held = hold_proposal(session, proposal_id)
    due = held.proposal.choice_due_on
    if held.proposal.state is not ProposalState.PUBLISHED or due is None or today <= due:
        return False
    end_without_peer(session, held, actor=actor, template="choice_expired")
    return True


def _held(session: Session, proposal_id: int, actor: Actor) -> Held:
    proposal = find_proposal(session, proposal_id, actor=actor)
    require(actor, Action.ASK_FOR_PEER, place_of(proposal.school))
    return hold_proposal(session, proposal_id)


def _end(
    session: Session, held: Held, *, reason: DeclineReason, note: str, actor: Actor, today: date, bars: bool
) -> None:
    advance(session, PROPOSAL, held.proposal, "decline", actor=actor, parties=SCHOOL, reason=reason.value)
    for offer in held.open_offers:
        take_back(session, held, offer, actor=actor, party=Party.SUPPORTED)
    for candidate in held.candidates:
        if candidate.state not in (CandidateState.SHOWN, CandidateState.CHOSEN, CandidateState.ASKED):
            continue
        candidate.state = CandidateState.TURNED_DOWN
        if bars:
            bar_pair(
                session,
                held,
                candidate,
                side=Side.SUPPORTED,
                reason=reason,
                note=note or None,
                actor=actor,
                today=today,
            )
    if note:
        record_event(
            session,
            actor=actor,
            action="proposal_note",
            object_type="proposal",
            object_id=held.proposal.id,
            data={"written": True},
        )
    session.flush()
