"""What more leaders would change: how many more schools, and how well off the worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matching.arrays import BoolArray
from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.errors import InstanceError
from matching.instances import Instance
from matching.pair_index import Id


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A leader that might be won.

    Parameters
    ----------
    leader : int or str
        An id that nobody has.
    capacity : int
    scores : mapping of school id to float
        Of the schools that it would be allowed to help.
    labels : mapping of str to str
    """

    leader: Id
    capacity: int
    scores: Mapping[Id, float]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gain:
    """The change from the best assignment without newcomers to the best one with them.

    Parameters
    ----------
    matched_by_urgency : dict of int to int
        More matched of each urgency.
    total : float
    worst_before, worst_after : float or None
        Lowest score among the matched; it may fall when more are matched.
    newly_matched : tuple of school ids
    helped_by : dict of leader id to int
        Schools that each newcomer would have.
    """

    matched_by_urgency: dict[int, int]
    total: float
    worst_before: float | None
    worst_after: float | None
    newly_matched: tuple[Id, ...]
    helped_by: dict[Id, int]


def gain_of(instance: Instance, newcomers: Sequence[Newcomer], *, policy: str = "total") -> Gain:
    """Tell what newcomers would change, by solving with and without them.

    Parameters
    ----------
    instance : Instance
    newcomers : sequence of Newcomer
    policy : str

    Raises
    ------
    InstanceError
        An id is taken, a school is not known, or somebody has stated a ranking (which could
        not name the newcomers).

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [1, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> won = gain_of(two, [Newcomer("new", 1, {2: 0.75})])
    >>> won.matched_by_urgency, won.newly_matched, won.helped_by
    ({1: 1}, (2,), {'new': 1})
    """
    wider = with_newcomers(instance, newcomers)
    before, after = solve(instance, policy=policy), solve(wider, policy=policy)
    new = (before.pair_of == NO_PAIR) & (after.pair_of != NO_PAIR)
    helped = [leader for _, leader in after.pairs(wider)]
    counts = before.objective.matched_by_urgency
    return Gain(
        {u: n - counts[u] for u, n in after.objective.matched_by_urgency.items()},
        after.objective.total - before.objective.total,
        before.worst(instance),
        after.worst(wider),
        tuple(instance.school_ids[school] for school in np.flatnonzero(new).tolist()),
        {one.leader: helped.count(one.leader) for one in newcomers},
    )


def with_newcomers(instance: Instance, newcomers: Sequence[Newcomer]) -> Instance:
    """The instance with newcomers among its leaders.

    Raises
    ------
    InstanceError
        As :func:`gain_of`.
    """
    if instance.school_ranks.any() or instance.leader_ranks.any():
        raise InstanceError("stated rankings do not name newcomers, so their gain is not known", "newcomers")
    at = {name: n for n, name in enumerate(instance.school_ids)}
    for one in newcomers:
        for school in one.scores:
            if school not in at:
                raise InstanceError(
                    f"nobody among the schools has the id {school!r}", f"newcomer {one.leader!r}"
                )
    pairs = [(at[i], n, score) for n, one in enumerate(newcomers) for i, score in one.scores.items()]
    first = len(instance.leader_ids)
    labels = instance.leader_labels or ({},) * first
    previous = [] if instance.previous is None else _named(instance, instance.previous)
    wider = Instance.from_arrays(
        instance.school_ids,
        instance.urgency,
        [*instance.leader_ids, *(one.leader for one in newcomers)],
        np.append(instance.capacity, np.array([one.capacity for one in newcomers], dtype=np.int64)),
        np.append(instance.pair_school, np.array([school for school, _, _ in pairs], dtype=np.int64)),
        np.append(instance.pair_leader, np.array([first + n for _, n, _ in pairs], dtype=np.int64)),
        np.append(instance.score, np.array([score for _, _, score in pairs], dtype=np.float64)),
        forbidden=_named(instance, instance.forbidden),
        locked=_named(instance, instance.locked),
        waited=instance.waited,
        previous=previous,
        change_price=instance.change_price if previous else 0.0,
        lottery=instance.lottery,
        rules=instance.rules,
        school_labels=instance.school_labels,
        leader_labels=[*labels, *(one.labels for one in newcomers)],
    )
    return replace(wider, proposals=instance.proposals, change_price=instance.change_price)


def _named(instance: Instance, mask: BoolArray) -> list[tuple[Id, Id]]:
    ends = zip(instance.pair_school[mask].tolist(), instance.pair_leader[mask].tolist(), strict=True)
    return [(instance.school_ids[school], instance.leader_ids[leader]) for school, leader in ends]
