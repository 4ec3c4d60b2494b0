"""Concerns: raised by a side or the coordination, resolved with its steps confirmed, or escalated (P7)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.lifecycles import CONCERN
from service.models import Concern
from service.models.states import ConcernReason, ConcernState
from service.operations.partnership_access import WITH_COORDINATION, note_change, opened, side_of
from service.operations.transitions import advance
from service.permissions import Actor
from service.text import say


def raise_concern(
    session: Session, partnership_id: int, *, reason: ConcernReason, words: str, actor: Actor, today: date
) -> Concern:
    """Say what worries; both schools and their coordination read it."""
    partnership, parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    concern = Concern(
        partnership_id=partnership_id,
        state=ConcernState.RAISED,
        reason=reason,
        words=words,
        side=side_of(parties),
        account_id=actor.account_id,
        raised_on=today,
    )
    session.add(concern)
    session.flush()
    note_change(session, partnership, "concern_raised", actor, concern=concern.id, about=reason.value)
    return concern


def decide_concern(
    session: Session,
    partnership_id: int,
    concern_id: int,
    name: str,
    *,
    decision: str,
    steps_confirmed: bool,
    actor: Actor,
    today: date,
) -> Concern:
    """Resolve a concern, once its steps were taken, or hand it to the coordination.

    Raises
    ------
    InvalidInput
        It is resolved without saying how, or without confirming the steps.
    Conflict
        Somebody decided it meanwhile.
    """
    _partnership, parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    concern = session.scalar(
        select(Concern).where(Concern.id == concern_id, Concern.partnership_id == partnership_id)
    )
    if concern is None or name not in {one.name for one in CONCERN.transitions}:
        raise NotFound(say("Esa preocupación no está aquí."), code="unknown_concern")
    if name == "resolve" and not (steps_confirmed and decision):
        sentence = say("Diga qué se hizo y confirme que los pasos se dieron.")
        raise InvalidInput(sentence, {"decision": sentence}, code="steps_confirmed")
    advance(session, CONCERN, concern, name, actor=actor, parties=parties, reason=decision)
    concern.decided_on, concern.decision = today, decision
    concern.steps_confirmed = name == "resolve"
    session.flush()
    return concern
