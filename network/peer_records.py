"""Schools that could form networks, and networks as they come out: frozen inputs and answers."""

from dataclasses import dataclass

from network.errors import GraphError


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSchool:
    """A school as the forming of networks sees it.

    Parameters
    ----------
    id : int
    needs, strengths : tuple of str
        Elements it needs support in, and those it is strong in; both empty where nothing is known.
    context : tuple of float
        In national robust SDs, the same features for every school; NaN where not published.
    latitude, longitude : float or None
        In degrees; None where not known.
    """

    id: int
    needs: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    context: tuple[float, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSettings:
    """What a network should be.

    Parameters
    ----------
    least, most : int
        Schools of a network.
    target : int
        The size wished for; as many networks as come closest to it, all of the same size, or sizes that
        differ by one.
    need_weight, likeness_weight, nearness_weight : float
        Of the three terms; >= 0.
    alike_sd : float
        Context distance, in SDs, that costs 1.
    near_km : float
        Distance that costs 1; three times that, and beyond, costs 3.
    seed : int

    Notes
    -----
    Five to fifteen schools: the networks described in the design of this project. The weights are ours.
    """

    least: int = 5
    most: int = 15
    target: int = 10
    need_weight: float = 1.0
    likeness_weight: float = 1.0
    nearness_weight: float = 1.0
    alike_sd: float = 2.0
    near_km: float = 60.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.least <= self.target <= self.most:
            raise GraphError(
                f"a network has from {self.least} to {self.most} schools, {self.target} if it can: give at "
                "least 2, and a wish between the two"
            )
        if min(self.need_weight, self.likeness_weight, self.nearness_weight) < 0:
            raise GraphError("a weight is negative; give 0 to leave its term out")
        if min(self.alike_sd, self.near_km) <= 0:
            raise GraphError("the distances that cost 1 must be above 0")


@dataclass(frozen=True, slots=True)
class PeerReason:
    """Why a network hangs together, or what it lacks: a code and its numbers.

    Parameters
    ----------
    code : str
        ``shared_need`` (schools that need the theme), ``strength_inside`` (schools strong in it),
        ``no_strength_inside``, ``no_known_need``, ``alike`` (mean distance in SDs to the school in the
        middle), ``near`` (greatest km to it), ``places_unknown`` (schools), ``contexts_unknown`` (schools).
    value : float
    """

    code: str
    value: float


@dataclass(frozen=True, slots=True)
class PeerNetwork:
    """A network that could be formed.

    Parameters
    ----------
    members : tuple of int
        Ascending.
    middle : int
        The member to which the others are nearest, in circumstances and on the way.
    theme : str or None
        The element that it would meet on; None where no member's need is known.
    strong : tuple of int
        Members strong in the theme.
    cost : float
        Sum over its members; lower is closer.
    reasons : tuple of PeerReason
    """

    members: tuple[int, ...]
    middle: int
    theme: str | None
    strong: tuple[int, ...]
    cost: float
    reasons: tuple[PeerReason, ...]


@dataclass(frozen=True, slots=True)
class PeerPlan:
    """All networks, and who is in none.

    Parameters
    ----------
    networks : tuple of PeerNetwork
        By first member.
    unplaced : dict of int to str
        Why a school is in none: ``too_few`` (fewer schools than a network has), ``sizes`` (no balanced sizes
        take everybody in; those farthest from the others stay out), or ``left_out`` (by hand).
    total : float
        Sum of the networks' costs.
    """

    networks: tuple[PeerNetwork, ...]
    unplaced: dict[int, str]
    total: float


@dataclass(frozen=True, slots=True)
class MoveCost:
    """What moving a school to another network would change.

    Parameters
    ----------
    change : float
        Of the total; above 0 the networks grow apart.
    too_small, too_large : bool
        Whether the one left, or the one entered, breaks the limits.
    loses_strength : bool
        Whether the network left has nobody strong in its theme any more.
    plan : PeerPlan
        As it would be.
    """

    change: float
    too_small: bool
    too_large: bool
    loses_strength: bool
    plan: PeerPlan
