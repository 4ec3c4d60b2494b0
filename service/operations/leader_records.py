"""What is on record of a leader: consents, training, team, what they offer, own learning."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.models import Leader, LeaderConsent, LeaderTraining, OwnGoal, TeamMember
from service.models.enums import Element
from service.models.leader_states import ConsentKind, ConsentWay, TeamRole
from service.operations.events import record_event
from service.operations.leader_letters import tell_coordination
from service.operations.leader_states import hold
from service.operations.offer_endings import release_leader
from service.permissions import Actor
from service.queries.leader_access import kept_leader, oneself, own_or_kept
from service.text import say

MOST_GOALS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a leader and the school offer."""

    capacity: int
    days_per_term: int
    elements: dict[str, int]
    languages: tuple[str, ...]
    online: bool
    max_km: float | None
    exchange_kinds: tuple[str, ...]
    weekdays: tuple[str, ...]


def give_consent(
    session: Session,
    leader_id: int,
    kind: ConsentKind,
    *,
    given_on: date,
    given_by: str,
    way: ConsentWay,
    actor: Actor,
) -> LeaderConsent:
    """Record a consent: the person gives the own one here, the coordination notes what came otherwise.

    Raises
    ------
    NotAllowed
        A leader cannot give the owner's consent.
    Conflict
        It stands already.
    """
    leader, own = own_or_kept(session, leader_id, actor)
    if own and kind is ConsentKind.OWNER:
        kept_leader(session, leader_id, actor)
    hold(session, leader)
    if _standing(leader, kind) is not None:
        raise Conflict(say("Ese consentimiento ya está registrado."), code="consent_given")
    consent = LeaderConsent(
        leader_id=leader.id,
        kind=kind,
        given_on=given_on,
        given_by=leader.person.name if own else given_by,
        way=ConsentWay.HERE if own else way,
        account_id=actor.account_id,
    )
    session.add(consent)
    _stand(leader, kind, given_on)
    session.flush()
    _record(session, actor, "consent_given", leader, {"kind": kind.value, "on": given_on.isoformat()})
    return consent


def withdraw_consent(
    session: Session, leader_id: int, kind: ConsentKind, *, reason: str, actor: Actor, today: date
) -> None:
    """Take a consent back, from now on: no proposal is published, and none is sent, without it.

    Raises
    ------
    Conflict
        There is none to withdraw.
    """
    leader, own = own_or_kept(session, leader_id, actor)
    if own and kind is ConsentKind.OWNER:
        kept_leader(session, leader_id, actor)
    hold(session, leader)
    since = _standing(leader, kind)
    if since is None:
        raise Conflict(say("Ese consentimiento no está vigente."), code="no_consent")
    consent = session.scalar(
        select(LeaderConsent).where(
            LeaderConsent.leader_id == leader.id,
            LeaderConsent.kind == kind,
            LeaderConsent.withdrawn_on.is_(None),
        )
    )
    if consent is None:
        consent = LeaderConsent(
            leader_id=leader.id,
            kind=kind,
            given_on=min(since, today),
            given_by=leader.source or leader.person.name,
            way=ConsentWay.LETTER,
        )
        consent.given_by = consent.given_by[:160]
        session.add(consent)
    consent.withdrawn_on = max(today, consent.given_on)
    consent.withdrawn_by_id, consent.withdrawn_reason = actor.account_id, reason or None
    _stand(leader, kind, None)
    session.flush()
    _record(session, actor, "consent_withdrawn", leader, {"kind": kind.value}, reason)
    release_leader(session, leader.id, actor=actor, today=today)
    tell_coordination(session, leader, "consent", f"leader_consent:{consent.id}:withdrawn")


def record_training(
    session: Session,
    leader_id: int,
    *,
    name: str,
    given_by: str,
    completed_on: date,
    hours: float,
    actor: Actor,
) -> LeaderTraining:
    """Record a course or induction: without one no first proposal is published."""
    leader = kept_leader(session, leader_id, actor)
    training = LeaderTraining(
        leader_id=leader.id,
        name=name,
        given_by=given_by,
        completed_on=completed_on,
        hours=hours,
        account_id=actor.account_id,
    )
    session.add(training)
    leader.trained_on = min(completed_on, leader.trained_on or completed_on)
    session.flush()
    _record(session, actor, "training_recorded", leader, {"on": completed_on.isoformat(), "hours": hours})
    return training


def keep_offer(session: Session, leader_id: int, offer: Offer, *, actor: Actor) -> Leader:
    """Keep what a leader offers; a pause keeps it too."""
    leader, _own = own_or_kept(session, leader_id, actor)
    leader.capacity, leader.days_per_term = offer.capacity, offer.days_per_term
    leader.elements = dict(offer.elements)
    leader.languages, leader.online, leader.max_km = list(offer.languages), offer.online, offer.max_km
    leader.exchange_kinds, leader.weekdays = list(offer.exchange_kinds), list(offer.weekdays)
    session.flush()
    data = {"capacity": offer.capacity, "days": offer.days_per_term}
    _record(session, actor, "preferences_kept", leader, data)
    return leader


def join_team(
    session: Session,
    leader_id: int,
    *,
    name: str,
    role: TeamRole,
    expertise: tuple[Element, ...],
    start_on: date,
    actor: Actor,
) -> TeamMember:
    """Name somebody of the school who works along: the school is designated with its head."""
    leader, _own = own_or_kept(session, leader_id, actor)
    member = TeamMember(
        leader_id=leader.id,
        name=name,
        role=role,
        expertise=[element.value for element in expertise],
        start_on=start_on,
    )
    session.add(member)
    session.flush()
    _record(session, actor, "team_joined", leader, {"member": member.id, "role": role.value})
    return member


def leave_team(session: Session, leader_id: int, member_id: int, *, actor: Actor, today: date) -> None:
    """Somebody leaves the team; that they were in it stays.

    Raises
    ------
    NotFound
        Nobody of this team has that number, or they left.
    """
    leader, _own = own_or_kept(session, leader_id, actor)
    member = session.get(TeamMember, member_id)
    if member is None or member.leader_id != leader.id or member.end_on is not None:
        raise NotFound(say("Esa persona ya no está en el equipo."), code="unknown_member")
    member.end_on = max(today, member.start_on)
    session.flush()
    _record(session, actor, "team_left", leader, {"member": member.id})


def set_goal(
    session: Session, leader_id: int, *, goal: str, element: Element | None, actor: Actor, today: date
) -> OwnGoal:
    """Write down what the own school wants to learn: both sides gain, and both are reported.

    Raises
    ------
    InvalidInput
        There are too many open ones to be followed.
    """
    leader = oneself(session, leader_id, actor)
    waiting = session.scalars(
        select(OwnGoal.id).where(OwnGoal.leader_id == leader.id, OwnGoal.gain.is_(None))
    ).all()
    if len(waiting) >= MOST_GOALS:
        sentence = say("Ya tiene %(n)s metas abiertas: cuente primero qué se ganó en alguna.", n=MOST_GOALS)
        raise InvalidInput(sentence, {"goal": sentence}, code="too_many_goals")
    found = OwnGoal(leader_id=leader.id, goal=goal, element=element, set_on=today)
    session.add(found)
    session.flush()
    _record(session, actor, "own_goal_set", leader, {"goal": found.id})
    return found


def tell_gain(
    session: Session, leader_id: int, goal_id: int, *, gain: str, actor: Actor, today: date
) -> OwnGoal:
    """Tell what the own school gained on a goal.

    Raises
    ------
    NotFound
        There is no such goal of this leader.
    Conflict
        It was told already.
    """
    leader = oneself(session, leader_id, actor)
    found = session.get(OwnGoal, goal_id)
    if found is None or found.leader_id != leader.id:
        raise NotFound(say("Esa meta no está entre las suyas."), code="unknown_goal")
    if found.gain is not None:
        raise Conflict(say("Ya contó qué ganó su escuela con esta meta."), code="gain_told")
    found.gain, found.gained_on = gain, today
    session.flush()
    _record(session, actor, "own_gain_told", leader, {"goal": found.id})
    return found


def _standing(leader: Leader, kind: ConsentKind) -> date | None:
    return leader.consent_on if kind is ConsentKind.LEADER else leader.owner_consent_on


def _stand(leader: Leader, kind: ConsentKind, day: date | None) -> None:
    if kind is ConsentKind.LEADER:
        leader.consent_on = day
    else:
        leader.owner_consent_on = day


def _record(
    session: Session,
    actor: Actor,
    action: str,
    leader: Leader,
    data: Mapping[str, object],
    reason: str | None = None,
) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="leader",
        object_id=leader.id,
        reason=reason or None,
        data=dict(data),
    )
