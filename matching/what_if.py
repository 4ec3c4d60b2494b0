"""What would change if a pair that was not made were made all the same."""

from dataclasses import dataclass

from matching.assignment import Assignment, Status, solve
from matching.certificate import NO_PAIR
from matching.errors import InstanceError
from matching.instance_changes import with_lock
from matching.instances import Instance
from matching.pair_index import Id


@dataclass(frozen=True, slots=True)
class Move:
    """A school whose leader would be another; None stands for no leader."""

    school: Id
    before: Id | None
    after: Id | None


@dataclass(frozen=True, slots=True)
class Displacement:
    """The best assignment that has a given pair, against the best one without it.

    Parameters
    ----------
    school, leader : int or str
        The pair asked about.
    matched_by_urgency : dict of int to int
        Change of the number matched, for every urgency; 0 where nothing changes.
    total : float
        Change of the total score.
    taken_by : tuple of school ids
        Schools that hold the leader's places now.
    loses_place : tuple of school ids
        Those of them that would have to go elsewhere.
    moves : tuple of Move
        Every school whose leader would change, by id.
    """

    school: Id
    leader: Id
    matched_by_urgency: dict[int, int]
    total: float
    taken_by: tuple[Id, ...]
    loses_place: tuple[Id, ...]
    moves: tuple[Move, ...]


def displaced(instance: Instance, assignment: Assignment, school: Id, leader: Id) -> Displacement:
    """Tell what forcing a pair would cost, by solving again with the pair locked.

    Parameters
    ----------
    instance : Instance
    assignment : Assignment
        Best for the instance.
    school, leader : int or str
        An allowed pair.

    Raises
    ------
    InstanceError
        The pair is not allowed, or locks or rules leave no room for it.

    Examples
    --------
    >>> import numpy as np
    >>> two = Instance.from_arrays(
    ...     [1, 2], [1, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.75, 0.5]))
    >>> cost = displaced(two, solve(two), 2, 9)
    >>> cost.total, cost.loses_place
    (-0.25, (1,))
    """
    pair = instance.pair(school, leader)
    if pair is None or not instance.allowed[pair]:
        raise InstanceError(f"{school!r} and {leader!r} are not an allowed pair")
    forced = solve(with_lock(instance, school, leader), policy=assignment.policy)
    if forced.status is Status.INFEASIBLE:
        raise InstanceError(f"the rules leave no room for {school!r} and {leader!r}")
    before, after = _leaders(instance, assignment), _leaders(instance, forced)
    moves = tuple(
        Move(name, old, new)
        for name, old, new in zip(instance.school_ids, before, after, strict=True)
        if old != new
    )
    holders = tuple(name for name, old in zip(instance.school_ids, before, strict=True) if old == leader)
    leaving = {move.school for move in moves}
    now = assignment.objective
    return Displacement(
        school,
        leader,
        {u: n - now.matched_by_urgency[u] for u, n in forced.objective.matched_by_urgency.items()},
        forced.objective.total - now.total,
        holders,
        tuple(name for name in holders if name in leaving),
        moves,
    )


def _leaders(instance: Instance, assignment: Assignment) -> list[Id | None]:
    return [
        None if pair == NO_PAIR else instance.leader_ids[instance.pair_leader[pair]]
        for pair in assignment.pair_of.tolist()
    ]
