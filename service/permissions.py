"""Who may do what: one place, asked by every operation and every private query.

An :class:`Actor` is who acts: a signed-in person with roles, or the operator of the machine
who runs commands. A territory is what a role reaches.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from service.errors import NotAllowed
from service.models.enums import Role
from service.text import say


class Action(StrEnum):
    """What can be asked for."""

    SEE_SCHOOLS = "see_schools"
    SEE_NEED = "see_need"
    SEE_RUNS = "see_runs"
    IMPORT_OFFICIAL = "import_official"
    IMPORT_OWN = "import_own"
    EDIT_SCHOOL = "edit_school"
    EDIT_LEADER = "edit_leader"
    APPLY_TO_LEAD = "apply_to_lead"
    DECIDE_LEADER = "decide_leader"
    PROPOSE_CRITERIA = "propose_criteria"
    APPROVE_CRITERIA = "approve_criteria"
    ASSESS = "assess"
    DISPUTE_FIGURE = "dispute_figure"
    DECIDE_DISPUTE = "decide_dispute"
    VALIDATE_DIAGNOSIS = "validate_diagnosis"
    RUN_MATCHING = "run_matching"
    PUBLISH = "publish"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_REQUEST = "see_request"
    ASK_FOR_PEER = "ask_for_peer"
    ANSWER_SELF = "answer_self"
    KEEP_REQUESTS = "keep_requests"
    ANSWER_OFFER = "answer_offer"
    SEE_PARTNERSHIPS = "see_partnerships"
    COORDINATE_PARTNERSHIPS = "coordinate_partnerships"
    SET_PROGRAMME = "set_programme"
    SEE_NETWORKS = "see_networks"
    FORM_NETWORKS = "form_networks"
    TAKE_PART = "take_part"


@dataclass(frozen=True, slots=True)
class Scope:
    """What one role of an actor reaches; all empty means every territory."""

    role: Role
    service_id: int | None = None
    owner_id: int | None = None
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the object of an action belongs; all empty means it belongs to no territory."""

    service_id: int | None = None
    owner_id: int | None = None
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    account_id: int | None
    name: str
    scopes: tuple[Scope, ...] = field(default=())
    operator: bool = False

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of these roles, anywhere."""
        return any(scope.role in roles for scope in self.scopes)

    @property
    def everywhere(self) -> bool:
        """Whether the actor sees every territory."""
        return self.operator or self.has(Role.MINISTRY)

    @property
    def service_ids(self) -> frozenset[int]:
        """Services that the actor coordinates, or may look at."""
        return frozenset(
            s.service_id for s in self.scopes if s.role in WITH_TERRITORY and s.service_id is not None
        )

    @property
    def owner_ids(self) -> frozenset[int]:
        """Owners whose schools the actor coordinates, or may look at."""
        return frozenset(
            s.owner_id for s in self.scopes if s.role in WITH_TERRITORY and s.owner_id is not None
        )

    @property
    def coordinated(self) -> tuple[frozenset[int], frozenset[int]]:
        """Services and owners that the actor coordinates: where it may change something."""
        mine = [scope for scope in self.scopes if scope.role is Role.COORDINATOR]
        return (
            frozenset(s.service_id for s in mine if s.service_id is not None),
            frozenset(s.owner_id for s in mine if s.owner_id is not None),
        )


OPERATOR = Actor(account_id=None, name="operator", operator=True)
NOBODY = Actor(account_id=None, name="")

SIGNED_IN = frozenset(Role)
COORDINATING = frozenset({Role.COORDINATOR})
OVERSEEING = frozenset({Role.COORDINATOR, Role.MINISTRY})
LOOKING = OVERSEEING | {Role.READ_ONLY}
WITH_TERRITORY = frozenset({Role.COORDINATOR, Role.READ_ONLY})
"""Roles whose territory is a service or an owner's schools, and who see its judgements."""
AT_SCHOOL = frozenset({Role.DIRECTOR, Role.CURRICULUM_HEAD, Role.LEADER})
"""Roles that belong to one school."""

ROLES_FOR: dict[Action, frozenset[Role]] = {
    Action.SEE_SCHOOLS: SIGNED_IN,
    Action.SEE_NEED: LOOKING,
    Action.SEE_RUNS: LOOKING,
    Action.IMPORT_OFFICIAL: OVERSEEING,
    Action.IMPORT_OWN: COORDINATING,
    Action.EDIT_SCHOOL: COORDINATING,
    Action.EDIT_LEADER: COORDINATING,
    Action.APPLY_TO_LEAD: frozenset({Role.DIRECTOR, Role.LEADER}),
    Action.DECIDE_LEADER: OVERSEEING,
    Action.PROPOSE_CRITERIA: OVERSEEING,
    Action.APPROVE_CRITERIA: frozenset({Role.MINISTRY}),
    Action.ASSESS: frozenset({Role.ASSESSOR}),
    Action.DISPUTE_FIGURE: frozenset({Role.DIRECTOR, Role.CURRICULUM_HEAD, Role.LEADER}),
    Action.DECIDE_DISPUTE: COORDINATING,
    Action.VALIDATE_DIAGNOSIS: COORDINATING,
    Action.RUN_MATCHING: OVERSEEING,
    Action.PUBLISH: COORDINATING,
    Action.MANAGE_ACCOUNTS: OVERSEEING,
    Action.SEE_REQUEST: COORDINATING | {Role.READ_ONLY, Role.DIRECTOR, Role.CURRICULUM_HEAD},
    Action.ASK_FOR_PEER: frozenset({Role.DIRECTOR}),
    Action.ANSWER_SELF: COORDINATING | {Role.DIRECTOR, Role.CURRICULUM_HEAD},
    Action.KEEP_REQUESTS: COORDINATING,
    Action.ANSWER_OFFER: frozenset({Role.LEADER}),
    Action.SEE_PARTNERSHIPS: LOOKING | AT_SCHOOL,
    Action.COORDINATE_PARTNERSHIPS: COORDINATING,
    Action.SET_PROGRAMME: OVERSEEING,
    Action.SEE_NETWORKS: LOOKING | AT_SCHOOL,
    Action.FORM_NETWORKS: COORDINATING,
    Action.TAKE_PART: COORDINATING | AT_SCHOOL,
}
"""Roles that may do an action within their territory."""


def can(actor: Actor, action: Action, place: Place | None = None) -> bool:
    """Tell whether an actor may do this there.

    Parameters
    ----------
    place : Place, optional
        Where the object belongs; without it, whether the actor may do it anywhere at all.
    """
    if actor.operator:
        return True
    return any(
        scope.role in ROLES_FOR[action] and (place is None or _reaches(scope, place))
        for scope in actor.scopes
    )


def require(actor: Actor, action: Action, place: Place | None = None) -> None:
    """Refuse what an actor may not do.

    Raises
    ------
    NotAllowed
        The sentence says whom to ask.
    """
    if not can(actor, action, place):
        raise NotAllowed(
            say("Su cuenta no permite hacer esto aquí. Pídalo a la coordinación de su servicio local."),
            action=action.value,
        )


def sees_a_territory(actor: Actor) -> bool:
    """Whether an actor sees the judgements on many schools: such an account wants a second factor."""
    return actor.has(Role.MINISTRY, *WITH_TERRITORY)


def belongs_to(actor: Actor, place: Place) -> bool:
    """Whether a role of the actor is over this service or owner itself: the ministry's, over all, is not."""
    return actor.operator or any(
        scope.role in WITH_TERRITORY and _reaches(scope, Place(place.service_id, place.owner_id))
        for scope in actor.scopes
    )


def can_grant(actor: Actor, role: Role, place: Place) -> bool:
    """Tell whether an actor may give this role there.

    The ministry gives any; a coordinator any but the ministry's, in the own territory.

    Parameters
    ----------
    place : Place
        What the role reaches; of a school, with the service and owner it belongs to.
    """
    if role is Role.MINISTRY:
        return actor.everywhere
    return can(actor, Action.MANAGE_ACCOUNTS, place)


def _reaches(scope: Scope, place: Place) -> bool:
    if scope.role is Role.MINISTRY:
        return True
    return any(
        mine is not None and mine == theirs
        for mine, theirs in (
            (scope.service_id, place.service_id),
            (scope.owner_id, place.owner_id),
            (scope.school_id, place.school_id),
        )
    )
