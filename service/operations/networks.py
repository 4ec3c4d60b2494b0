"""Networks: forming them, who is in them, and what they do together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.models import (
    Network,
    NetworkPerson,
    NetworkSchool,
    School,
)
from service.models.columns import utc_now
from service.models.enums import Element
from service.models.network_kinds import NetworkRole
from service.operations.events import record_event
from service.permissions import Action, Actor, Place, require
from service.queries.networks import LEAST, MOST, current_members, find_network
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
            raise wrong("schools", error.message) from error
        if school in schools:
            raise wrong("schools", say("%(name)s está dos veces en la lista.", name=school.name))
        schools.append(school)
    if not LEAST <= len(schools) <= MOST:
        raise wrong(
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
    record_in_network(
        session, actor, "network_formed", network.id, {"schools": [one.code for one in schools]}
    )
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
    network = working(find_network(session, network_id, actor, Action.FORM_NETWORKS))
    session.execute(select(Network.id).where(Network.id == network_id).with_for_update())
    try:
        school = find_school(session, code)
    except (InvalidInput, NotFound) as error:
        raise wrong("school", error.message) from error
    place = place_of(school)
    require(actor, Action.FORM_NETWORKS, place)
    members = session.scalars(
        select(NetworkSchool.school_id).where(
            NetworkSchool.network_id == network_id, NetworkSchool.end_on.is_(None)
        )
    ).all()
    if len(members) >= MOST and school.id not in members:
        raise wrong(
            "school", say("La red ya tiene %(most)s escuelas, que es lo más que puede tener.", most=MOST)
        )
    try:
        with session.begin_nested():
            session.add(NetworkSchool(network_id=network.id, school_id=school.id, start_on=today))
            session.flush()
    except IntegrityError as error:
        raise Conflict(say("Esa escuela ya está en la red."), code="already_member") from error
    record_in_network(session, actor, "network_school_added", network.id, {"school": school.code})


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
    record_in_network(session, actor, "network_school_left", network_id, {"school_id": school_id})


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
    network = working(find_network(session, network_id, actor, Action.TAKE_PART))
    of_network(network, [school_id] if school_id else [], "person_school")
    session.add(
        NetworkPerson(network_id=network.id, name=name, role=role, school_id=school_id, start_on=today)
    )
    record_in_network(session, actor, "network_person_added", network.id, {"role": role.value})


def working(network: Network) -> Network:
    """The network, unless it has ended.

    Raises
    ------
    Conflict
    """
    if network.end_on is not None:
        raise Conflict(say("La red terminó; ya no se le agrega nada."), code="network_ended")
    return network


def _common_place(places: list[Place]) -> dict[str, int | None]:
    services = {place.service_id for place in places}
    owners = {place.owner_id for place in places}
    service = services.pop() if len(services) == 1 else None
    owner = owners.pop() if len(owners) == 1 else None
    if service is None and owner is None:
        raise wrong(
            "schools", say("Las escuelas tienen que ser de un mismo servicio o de un mismo sostenedor.")
        )
    return {"service_id": service, "owner_id": owner}


def wrong(field: str, sentence: Sentence | str) -> InvalidInput:
    """One fault at one field of a form."""
    return InvalidInput(say("Hay datos por corregir."), {field: sentence}, code=f"network_{field}")


def record_in_network(
    session: Session, actor: Actor, action: str, network_id: int, data: dict[str, object]
) -> None:
    """Write down what was done in a network."""
    record_event(session, actor=actor, action=action, object_type="network", object_id=network_id, data=data)


def of_network(network: Network, schools: Collection[int], field: str) -> None:
    """Refuse schools that are not in the network today.

    Raises
    ------
    InvalidInput
    """
    if set(schools) - set(current_members(network)):
        raise wrong(field, say("Esa escuela no está hoy en la red."))
