"""Networks: forming them, who is in them, and what they do together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.models import (
    Internship,
    Network,
    NetworkAgreement,
    NetworkAttendance,
    NetworkGoal,
    NetworkPerson,
    NetworkSchool,
    NetworkSession,
    School,
)
from service.models.columns import utc_now
from service.models.enums import Element
from service.models.network_kinds import AgreementState, GoalSource, NetworkRole
from service.operations.events import record_event
from service.permissions import Action, Actor, Place, require
from service.queries.networks import LEAST, MOST, current_members, find_network, school_ids_of
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDetails:
    """What a form says of a new network; ``schools`` are public codes."""

    name: str
    purpose: str
    theme: Element | None
    schools: tuple[str, ...]
    start_on: date


def form_network(session: Session, details: NetworkDetails, *, actor: Actor) -> Network:
    """Form a network of five to fifteen schools of one service, or of one owner.

    Raises
    ------
    InvalidInput
        A school is not known or comes twice, there are too few or too many, or they belong to
        different services.
    NotAllowed
        They are not of the actor's territory.
    """
    require(actor, Action.FORM_NETWORKS)
    schools: list[School] = []
    for text in details.schools:
        try:
            school = find_school(session, text)
        except (InvalidInput, NotFound) as error:
            raise _wrong("schools", error.message) from error
        if school in schools:
            raise _wrong("schools", say("%(name)s está dos veces en la lista.", name=school.name))
        schools.append(school)
    if not LEAST <= len(schools) <= MOST:
        raise _wrong(
            "schools",
            say(
                "Una red tiene de %(least)s a %(most)s escuelas; la lista tiene %(n)s.",
                least=LEAST,
                most=MOST,
                n=len(schools),
            ),
        )
    places = [place_of(school) for school in schools]
    for place in places:
        require(actor, Action.FORM_NETWORKS, place)
    network = Network(
        **_common_place(places),
        name=details.name,
        purpose=details.purpose,
        theme=details.theme,
        start_on=details.start_on,
        account_id=actor.account_id,
        created_at=utc_now(),
    )
    session.add(network)
    session.flush()
    for school in schools:
        member = NetworkSchool(network_id=network.id, school_id=school.id, start_on=details.start_on)
        session.add(member)
    session.flush()
    _record(session, actor, "network_formed", network.id, {"schools": [one.code for one in schools]})
    return network


def add_member(session: Session, network_id: int, code: str, *, actor: Actor, today: date) -> None:
    """Take a school into a network, up to fifteen.

    Raises
    ------
    InvalidInput
        The school is not known, belongs elsewhere, or the network is full.
    Conflict
        It is in the network already.
    """
    network = _working(find_network(session, network_id, actor, Action.FORM_NETWORKS))
    session.execute(select(Network.id).where(Network.id == network_id).with_for_update())
    try:
        school = find_school(session, code)
    except (InvalidInput, NotFound) as error:
        raise _wrong("school", error.message) from error
    place = place_of(school)
    require(actor, Action.FORM_NETWORKS, place)
    members = session.scalars(
        select(NetworkSchool.school_id).where(
            NetworkSchool.network_id == network_id, NetworkSchool.end_on.is_(None)
        )
    ).all()
    if len(members) >= MOST and school.id not in members:
        raise _wrong(
            "school", say("La red ya tiene %(most)s escuelas, que es lo más que puede tener.", most=MOST)
        )
    try:
        with session.begin_nested():
            session.add(NetworkSchool(network_id=network.id, school_id=school.id, start_on=today))
            session.flush()
    except IntegrityError as error:
        raise Conflict(say("Esa escuela ya está en la red."), code="already_member") from error
    _record(session, actor, "network_school_added", network.id, {"school": school.code})


def end_membership(session: Session, network_id: int, school_id: int, *, actor: Actor, today: date) -> None:
    """A school leaves; what it did in the network stays.

    Raises
    ------
    Conflict
        It is not in the network any more.
    """
    find_network(session, network_id, actor, Action.FORM_NETWORKS)
    done = session.execute(
        update(NetworkSchool)
        .where(
            NetworkSchool.network_id == network_id,
            NetworkSchool.school_id == school_id,
            NetworkSchool.end_on.is_(None),
            NetworkSchool.start_on <= today,
        )
        .values(end_on=today)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(say("Esa escuela ya no está en la red, o todavía no empieza."), code="not_member")
    _record(session, actor, "network_school_left", network_id, {"school_id": school_id})


def add_person(
    session: Session,
    network_id: int,
    *,
    name: str,
    role: NetworkRole,
    school_id: int | None,
    actor: Actor,
    today: date,
) -> None:
    """Note who takes part and in which role; of a school, one that is in the network."""
    network = _working(find_network(session, network_id, actor, Action.TAKE_PART))
    _of_network(network, [school_id] if school_id else [], "person_school")
    session.add(
        NetworkPerson(network_id=network.id, name=name, role=role, school_id=school_id, start_on=today)
    )
    _record(session, actor, "network_person_added", network.id, {"role": role.value})


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
    network = _working(find_network(session, network_id, actor, Action.TAKE_PART))
    if not attendance:
        raise _wrong("attendance", say("Diga qué escuelas asistieron y con cuántas personas."))
    _of_network(network, [*attendance, *presented], "attendance")
    if set(presented) - set(attendance):
        raise _wrong(
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
    _record(session, actor, "network_session_recorded", network.id, {"session": held.id})
    return held


def record_agreement(
    session: Session, network_id: int, *, text: str, responsible: str, due_on: date, actor: Actor, today: date
) -> None:
    """Write down what was agreed, who does it and by when."""
    network = _working(find_network(session, network_id, actor, Action.TAKE_PART))
    if due_on < today:
        raise _wrong("due_on", say("El plazo no puede ser anterior a hoy."))
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
    _record(session, actor, "network_agreed", network.id, {})


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
    _record(
        session, actor, "network_followed_up", network_id, {"agreement": agreement_id, "state": state.value}
    )


def add_goal(session: Session, network_id: int, *, text: str, actor: Actor, today: date) -> None:
    """Set a goal; who proposed it is who writes it: a school of the network, or the coordination."""
    network = _working(find_network(session, network_id, actor, Action.TAKE_PART))
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
    _record(session, actor, "network_goal_set", network.id, {"by_member": bool(own)})


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
    network = _working(find_network(session, network_id, actor, Action.TAKE_PART))
    _of_network(network, [from_school, to_school], "from_school")
    if from_school == to_school:
        raise _wrong("to_school", say("Elija dos escuelas distintas."))
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
    _record(session, actor, "internship_recorded", network.id, {})


def _working(network: Network) -> Network:
    if network.end_on is not None:
        raise Conflict(say("La red terminó; ya no se le agrega nada."), code="network_ended")
    return network


def _of_network(network: Network, schools: Collection[int], field: str) -> None:
    if set(schools) - set(current_members(network)):
        raise _wrong(field, say("Esa escuela no está hoy en la red."))


def _common_place(places: list[Place]) -> dict[str, int | None]:
    services = {place.service_id for place in places}
    owners = {place.owner_id for place in places}
    service = services.pop() if len(services) == 1 else None
    owner = owners.pop() if len(owners) == 1 else None
    if service is None and owner is None:
        raise _wrong(
            "schools", say("Las escuelas tienen que ser de un mismo servicio o de un mismo sostenedor.")
        )
    return {"service_id": service, "owner_id": owner}


def _wrong(field: str, sentence: Sentence | str) -> InvalidInput:
    return InvalidInput(say("Hay datos por corregir."), {field: sentence}, code=f"network_{field}")


def _record(session: Session, actor: Actor, action: str, network_id: int, data: dict[str, object]) -> None:
    record_event(session, actor=actor, action=action, object_type="network", object_id=network_id, data=data)
