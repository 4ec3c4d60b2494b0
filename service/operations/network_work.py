"""What the schools of a network do together: sessions, agreements, goals, internships."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import (
    Internship,
    NetworkAgreement,
    NetworkAttendance,
    NetworkGoal,
    NetworkSession,
)
from service.models.network_kinds import AgreementState, GoalSource
from service.operations.networks import of_network, record_in_network, working, wrong
from service.permissions import Action, Actor
from service.queries.networks import current_members, find_network, school_ids_of
from service.text import say


def record_session(
    session: Session,
    network_id: int,
    *,
    held_on: date,
    hours: float,
    topic: str,
    note: str | None,
    attendance: Mapping[int, int],
    presented: Collection[int],
    actor: Actor,
) -> NetworkSession:
    """Record a session that was held: which schools came, how many people, and who showed its practice.

    Raises
    ------
    InvalidInput
        A school is not in the network, nobody came, or one showed its practice without coming.
    """
    network = working(find_network(session, network_id, actor, Action.TAKE_PART))
    if not attendance:
        raise wrong("attendance", say("Diga qué escuelas asistieron y con cuántas personas."))
    of_network(network, [*attendance, *presented], "attendance")
    if set(presented) - set(attendance):
        raise wrong(
            "attendance", say("Una escuela que mostró su práctica tiene que estar entre las que vinieron.")
        )
    held = NetworkSession(network_id=network.id, held_on=held_on, hours=hours, topic=topic, note=note)
    session.add(held)
    session.flush()
    for school_id, people in sorted(attendance.items()):
        there = NetworkAttendance(
            session_id=held.id, school_id=school_id, people=people, presented=school_id in presented
        )
        session.add(there)
    record_in_network(session, actor, "network_session_recorded", network.id, {"session": held.id})
    return held


def record_agreement(
    session: Session, network_id: int, *, text: str, responsible: str, due_on: date, actor: Actor, today: date
) -> None:
    """Write down what was agreed, who does it and by when."""
    network = working(find_network(session, network_id, actor, Action.TAKE_PART))
    if due_on < today:
        raise wrong("due_on", say("El plazo no puede ser anterior a hoy."))
    session.add(
        NetworkAgreement(
            network_id=network.id,
            text=text,
            responsible=responsible,
            agreed_on=today,
            due_on=due_on,
            state=AgreementState.OPEN,
        )
    )
    record_in_network(session, actor, "network_agreed", network.id, {})


def follow_up_agreement(
    session: Session,
    network_id: int,
    agreement_id: int,
    *,
    state: AgreementState,
    note: str,
    actor: Actor,
    today: date,
) -> None:
    """Tell what became of an agreement.

    Raises
    ------
    Conflict
        Somebody told it before.
    """
    find_network(session, network_id, actor, Action.TAKE_PART)
    done = session.execute(
        update(NetworkAgreement)
        .where(
            NetworkAgreement.id == agreement_id,
            NetworkAgreement.network_id == network_id,
            NetworkAgreement.state == AgreementState.OPEN,
        )
        .values(state=state, follow_up=note, followed_up_on=today)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            say("Ese acuerdo ya tiene seguimiento; mire en la página de la red qué se anotó."),
            code="followed_up",
        )
    record_in_network(
        session, actor, "network_followed_up", network_id, {"agreement": agreement_id, "state": state.value}
    )


def add_goal(session: Session, network_id: int, *, text: str, actor: Actor, today: date) -> None:
    """Set a goal; who proposed it is who writes it: a school of the network, or the coordination."""
    network = working(find_network(session, network_id, actor, Action.TAKE_PART))
    own = sorted(school_ids_of(actor) & set(current_members(network)))
    session.add(
        NetworkGoal(
            network_id=network.id,
            text=text,
            source=GoalSource.MEMBER if own else GoalSource.COORDINATION,
            school_id=own[0] if own else None,
            agreed_on=today,
        )
    )
    record_in_network(session, actor, "network_goal_set", network.id, {"by_member": bool(own)})


def record_internship(
    session: Session,
    network_id: int,
    *,
    from_school: int,
    to_school: int,
    teachers: int,
    hours: float,
    focus: str,
    began_on: date,
    actor: Actor,
) -> None:
    """Note that teachers of one school worked some time at another of the network.

    Raises
    ------
    InvalidInput
        A school is not in the network, or both are the same.
    """
    network = working(find_network(session, network_id, actor, Action.TAKE_PART))
    of_network(network, [from_school, to_school], "from_school")
    if from_school == to_school:
        raise wrong("to_school", say("Elija dos escuelas distintas."))
    session.add(
        Internship(
            network_id=network.id,
            from_school_id=from_school,
            to_school_id=to_school,
            teachers=teachers,
            hours=hours,
            focus=focus,
            began_on=began_on,
        )
    )
    record_in_network(session, actor, "internship_recorded", network.id, {})
