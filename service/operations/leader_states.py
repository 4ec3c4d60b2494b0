"""The steps of a leader's life: what has to hold before each, and the one way to take it.

Which step leads where, and whose it is, stands in ``service.lifecycles.LEADER``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.lifecycles import LEADER, Party, transition
from service.models import Leader, LeaderApplication, LeaderAssessor
from service.models.enums import LeaderStatus, Role
from service.operations.events import record_event
from service.operations.offer_endings import hold_with_waiting, release_leader
from service.permissions import Action, Actor, Place, can
from service.queries.askable import WORKING
from service.queries.leader_people import is_leader_themself
from service.text import say
from service.wording.leader_life import MISSING

ASSESSORS = 2
"""Judgements asked for before an application counts as assessed (feature L3)."""
REASON = say("Escriba la razón: queda en el registro.")


class Move(StrEnum):
    """The steps, by their names in ``service.lifecycles.LEADER``."""

    CONFIRM = "confirm"
    ASSESS = "assess"
    DESIGNATE = "designate"
    DECLINE = "decline"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    APPLY_AGAIN = "apply_again"


Guard = Callable[[Session, Leader, date], list[str]]


def open_application(session: Session, leader: Leader) -> LeaderApplication | None:
    """The application of a leader that is not decided yet."""
    return session.scalar(
        select(LeaderApplication).where(
            LeaderApplication.leader_id == leader.id, LeaderApplication.outcome.is_(None)
        )
    )


def _consents(session: Session, leader: Leader, today: date) -> list[str]:
    missing = [] if leader.consent_on else ["leader_consent"]
    return missing if leader.owner_consent_on else [*missing, "owner_consent"]


def _training(session: Session, leader: Leader, today: date) -> list[str]:
    return [] if leader.trained_on else ["training"]


def _capacity(session: Session, leader: Leader, today: date) -> list[str]:
    return [] if leader.capacity >= 1 else ["capacity"]


def _term(session: Session, leader: Leader, today: date) -> list[str]:
    return [] if leader.term_end_on and leader.term_end_on > today else ["term"]


def _judgements(session: Session, leader: Leader, today: date) -> list[str]:
    """Two assessors judged, neither of them with a conflict."""
    application = open_application(session, leader)
    if application is None:
        return ["application"]
    judged = session.scalars(
        select(LeaderAssessor.id).where(
            LeaderAssessor.application_id == application.id,
            LeaderAssessor.judged_at.is_not(None),
            LeaderAssessor.conflict.is_(None),
        )
    ).all()
    return [] if len(judged) >= ASSESSORS else ["judgements"]


def _application(session: Session, leader: Leader, today: date) -> list[str]:
    return [] if open_application(session, leader) else ["application"]


GUARDS: Mapping[str, Guard] = {
    "application": _application,
    "judgements": _judgements,
    "consents": _consents,
    "term": _term,
    "training": _training,
    "capacity": _capacity,
}
"""What a guard of the lifecycle asks; each answers with the codes of what is missing."""


def parties(session: Session, actor: Actor, leader: Leader, place: Place) -> frozenset[Party]:
    """What an actor is to a leader: whoever is this leader decides nothing about themself."""
    if is_leader_themself(session, actor, leader):
        return frozenset({Party.SUPPORTING})
    found = set()
    if actor.operator:
        found.add(Party.CLOCK)
    if can(actor, Action.EDIT_LEADER, place):
        found.add(Party.COORDINATION)
    if actor.has(Role.MINISTRY):
        found.add(Party.MINISTRY)
    return frozenset(found)


def missing_for(session: Session, leader: Leader, step: Move, today: date) -> list[str]:
    """What has to come before a step, as codes; empty where nothing is missing."""
    guards = LEADER.named(step.value).guards
    return [code for name in guards for code in GUARDS[name](session, leader, today)]


def allowed(session: Session, actor: Actor, leader: Leader, place: Place) -> tuple[Move, ...]:
    """The steps that somebody may take from the present state, whether or not something is missing."""
    mine = parties(session, actor, leader, place)
    found = [Move(one.name) for one in LEADER.open_to(leader.status, mine)]
    return tuple(step for step in found if not _kept_paused(leader, step, mine))


def move(
    session: Session, leader: Leader, step: Move, *, actor: Actor, place: Place, today: date, reason: str
) -> Leader:
    """Take one step; the row is locked, so that two people cannot both take it.

    Raises
    ------
    NotAllowed, Conflict
        As :func:`service.lifecycles.transition`; also where something has to come first: says what.
    InvalidInput
        There is no reason.
    """
    hold(session, leader)
    mine = parties(session, actor, leader, place)
    found = transition(LEADER, step.value, leader.status, mine)
    if _kept_paused(leader, step, mine):
        raise NotAllowed(
            say("Esta pausa la decidió su coordinación: pídale a ella terminarla."), code="not_yours"
        )
    if not reason.strip():
        raise InvalidInput(REASON, {"reason": REASON}, code="reason")
    missing = missing_for(session, leader, step, today)
    if missing:
        raise Conflict(
            say("Antes falta: %(what)s.", what="; ".join(MISSING[code] for code in missing)),
            code="missing",
            missing=missing,
        )
    before = leader.status
    leader.status = LeaderStatus(str(found.target))
    leader.status_on, leader.status_reason = today, reason.strip()[:500]
    if step is Move.PAUSE:
        leader.paused_by_leader = Party.SUPPORTING in mine
    record_event(
        session,
        actor=actor,
        action=f"leader_{step.value}",
        object_type="leader",
        object_id=leader.id,
        reason=leader.status_reason,
        data={"from": before.value, "to": leader.status.value, "on": today.isoformat()},
    )
    session.flush()
    if before in WORKING and leader.status not in WORKING:
        release_leader(session, leader.id, actor=actor, today=today)
    return leader


def hold(session: Session, leader: Leader) -> None:
    """Lock a leader's row and read it as it is now, so that a rule sees what it changes."""
    hold_with_waiting(session, leader)


def _kept_paused(leader: Leader, step: Move, mine: frozenset[Party]) -> bool:
    """A pause that the coordination decided is ended by it, not by the leader."""
    return (
        step is Move.RESUME
        and leader.status is LeaderStatus.PAUSED
        and not leader.paused_by_leader
        and Party.COORDINATION not in mine
    )
