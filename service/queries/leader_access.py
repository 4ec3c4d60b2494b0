"""Find a leader for somebody who may know of them: the territory, the ministry, or the person."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotAllowed, NotFound
from service.models import Leader, School
from service.permissions import Action, Actor, can
from service.queries.leader_people import is_leader_themself
from service.queries.reach import place_of
from service.text import say

ASK = say("Esto lo hace la coordinación del servicio local de su escuela. Pídaselo a ella.")
OWN = say("Esto lo dice solo la propia persona.")


def known_leader(session: Session, leader_id: int, actor: Actor) -> Leader:
    """A leader whom the actor may know of.

    Raises
    ------
    NotFound
        There is none, or it belongs to another territory and is not the actor.
    """
    leader = session.scalar(
        select(Leader)
        .where(Leader.id == leader_id)
        .options(
            selectinload(Leader.person),
            selectinload(Leader.school).options(
                selectinload(School.ownerships), selectinload(School.commune)
            ),
        )
        .execution_options(populate_existing=True)
    )
    if leader is None or not (
        can(actor, Action.SEE_NEED, place_of(leader.school)) or is_leader_themself(session, actor, leader)
    ):
        raise NotFound(say("Esta persona no está en la lista de su territorio."), code="unknown_leader")
    return leader


def kept_leader(session: Session, leader_id: int, actor: Actor) -> Leader:
    """A leader whose record the actor keeps, as the coordination; nobody keeps their own.

    Raises
    ------
    NotFound, NotAllowed
        As :func:`known_leader`; or the actor may know but not do this.
    """
    leader = known_leader(session, leader_id, actor)
    if is_leader_themself(session, actor, leader) or not can(
        actor, Action.EDIT_LEADER, place_of(leader.school)
    ):
        raise NotAllowed(ASK, code="not_yours")
    return leader


def decided_leader(session: Session, leader_id: int, actor: Actor) -> Leader:
    """A leader of whom the actor decides, as the coordination or the ministry; never of oneself.

    Raises
    ------
    NotFound, NotAllowed
        As :func:`kept_leader`.
    """
    leader = known_leader(session, leader_id, actor)
    if is_leader_themself(session, actor, leader) or not can(
        actor, Action.DECIDE_LEADER, place_of(leader.school)
    ):
        raise NotAllowed(ASK, code="not_yours")
    return leader


def own_or_kept(session: Session, leader_id: int, actor: Actor) -> tuple[Leader, bool]:
    """A leader for the person or the coordination; with whether it is the person.

    Raises
    ------
    NotFound, NotAllowed
        As :func:`kept_leader`.
    """
    leader = known_leader(session, leader_id, actor)
    if is_leader_themself(session, actor, leader):
        return leader, True
    return kept_leader(session, leader_id, actor), False


def oneself(session: Session, leader_id: int, actor: Actor) -> Leader:
    """A leader for the person alone.

    Raises
    ------
    NotFound, NotAllowed
        As :func:`known_leader`; or the actor is somebody else.
    """
    leader = known_leader(session, leader_id, actor)
    if not is_leader_themself(session, actor, leader):
        raise NotAllowed(OWN, code="not_yours")
    return leader
