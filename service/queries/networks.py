"""Networks: who may know of one, the list, and the page of one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    Internship,
    Network,
    NetworkGoal,
    NetworkPerson,
    NetworkSchool,
    NetworkSession,
    School,
)
from service.models.network_kinds import AgreementState, GoalSource
from service.permissions import AT_SCHOOL, Action, Actor, Place, belongs_to, can, require
from service.text import say

LEAST, MOST = 5, 15
"""Schools of a network (feature W1)."""


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """A network as the list shows it."""

    id: int
    name: str
    theme: str | None
    schools: int
    sessions: int
    last_on: date | None
    open_agreements: int
    ended: bool


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """One network: what was done, what is agreed, and what this person may do.

    ``reads``: whether the texts of its members are theirs to read; the ministry sees the figures only.
    ``attendance``: share of the schools of the day that came, over all sessions; None without any.
    ``own_goals``: goals that members proposed, of all.
    """

    network: Network
    members: tuple[NetworkSchool, ...]
    former: tuple[NetworkSchool, ...]
    reads: bool
    takes_part: bool
    forms: bool
    attendance: float | None
    own_goals: tuple[int, int]
    late: int


def place_of_network(network: Network) -> Place:
    """Where a network belongs."""
    return Place(service_id=network.service_id, owner_id=network.owner_id)


def school_ids_of(actor: Actor) -> frozenset[int]:
    """Schools at which the actor works."""
    return frozenset(
        scope.school_id for scope in actor.scopes if scope.role in AT_SCHOOL and scope.school_id is not None
    )


def find_network(session: Session, network_id: int, actor: Actor, action: Action) -> Network:
    """Read a network that an actor may act on, whole.

    Coordination of its territory, and the schools that are in it now.

    Raises
    ------
    NotFound
        There is none, or the actor may not know of it.
    NotAllowed
        The actor knows it but may not do this.
    """
    network = session.scalar(
        select(Network)
        .where(Network.id == network_id)
        .options(
            selectinload(Network.schools).selectinload(NetworkSchool.school),
            selectinload(Network.people).selectinload(NetworkPerson.school),
            selectinload(Network.sessions).selectinload(NetworkSession.attendance),
            selectinload(Network.agreements),
            selectinload(Network.goals).selectinload(NetworkGoal.school),
            selectinload(Network.internships).selectinload(Internship.from_school),
            selectinload(Network.internships).selectinload(Internship.to_school),
        )
    )
    if network is None or not (_oversees(actor, network) or _is_member(actor, network)):
        raise NotFound(say("No hay una red con ese número, o no es de las suyas."), code="unknown_network")
    if not (action is not Action.FORM_NETWORKS and _is_member(actor, network)):
        require(actor, action, place_of_network(network))
    return network


def network_page(session: Session, network_id: int, actor: Actor, today: date) -> NetworkPage:
    """Read what the page of a network shows."""
    network = find_network(session, network_id, actor, Action.SEE_NETWORKS)
    member = _is_member(actor, network)
    place = place_of_network(network)
    now = tuple(one for one in network.schools if one.end_on is None)
    came = expected = 0
    for held in network.sessions:
        there = [
            one
            for one in network.schools
            if one.start_on <= held.held_on and (one.end_on is None or held.held_on <= one.end_on)
        ]
        expected += len(there)
        ids = {one.school_id for one in there}
        came += sum(one.school_id in ids for one in held.attendance)
    own = sum(goal.source is GoalSource.MEMBER for goal in network.goals)
    return NetworkPage(
        network=network,
        members=tuple(sorted(now, key=lambda one: one.school.name)),
        former=tuple(one for one in network.schools if one.end_on is not None),
        reads=member or belongs_to(actor, place),
        takes_part=network.end_on is None and (member or can(actor, Action.TAKE_PART, place)),
        forms=network.end_on is None and can(actor, Action.FORM_NETWORKS, place),
        attendance=came / expected if expected else None,
        own_goals=(own, len(network.goals)),
        late=sum(one.state is AgreementState.OPEN and one.due_on < today for one in network.agreements),
    )


def networks_seen(session: Session, actor: Actor) -> list[NetworkLine]:
    """The networks of an actor's territory, and those the actor's schools are in; working ones first."""
    require(actor, Action.SEE_NETWORKS)
    query = select(Network).options(
        selectinload(Network.schools), selectinload(Network.sessions), selectinload(Network.agreements)
    )
    if not actor.everywhere:
        mine = select(NetworkSchool.network_id).where(
            NetworkSchool.school_id.in_(sorted(school_ids_of(actor))), NetworkSchool.end_on.is_(None)
        )
        query = query.where(
            or_(
                Network.service_id.in_(sorted(actor.service_ids)),
                Network.owner_id.in_(sorted(actor.owner_ids)),
                Network.id.in_(mine),
            )
        )
    found = session.scalars(query.order_by(Network.end_on.is_not(None), Network.name, Network.id))
    return [
        NetworkLine(
            id=one.id,
            name=one.name,
            theme=None if one.theme is None else one.theme.value,
            schools=sum(member.end_on is None for member in one.schools),
            sessions=len(one.sessions),
            last_on=max((held.held_on for held in one.sessions), default=None),
            open_agreements=sum(agreed.state is AgreementState.OPEN for agreed in one.agreements),
            ended=one.end_on is not None,
        )
        for one in found
    ]


def current_members(network: Network) -> dict[int, School]:
    """The schools of a network now, by id."""
    return {one.school_id: one.school for one in network.schools if one.end_on is None}


def _oversees(actor: Actor, network: Network) -> bool:
    return can(actor, Action.SEE_NEED, place_of_network(network))


def _is_member(actor: Actor, network: Network) -> bool:
    return bool(school_ids_of(actor) & {one.school_id for one in network.schools if one.end_on is None})
