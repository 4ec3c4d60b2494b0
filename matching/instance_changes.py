"""Copies of an instance with one thing changed: a place more, a pair locked."""

from dataclasses import replace

from matching.errors import InstanceError
from matching.instance_checks import check_locks
from matching.instances import Instance
from matching.pair_index import Id


def with_place(instance: Instance, leader: Id, places: int = 1) -> Instance:
    """Copy in which one leader has that many places more."""
    if leader not in instance.leader_ids:
        raise InstanceError(f"nobody among the leaders has the id {leader!r}", "leader")
    capacity = instance.capacity.copy()
    capacity[instance.leader_ids.index(leader)] += places
    return replace(instance, capacity=capacity)


def with_lock(instance: Instance, school: Id, leader: Id) -> Instance:
    """Copy in which that pair is locked, besides the pairs already locked.

    Raises
    ------
    InstanceError
        The pair is not allowed, the school is locked elsewhere, or locks fill the leader.
    """
    pair = instance.pair(school, leader)
    if pair is None:
        raise InstanceError(f"{school!r} and {leader!r} are not an allowed pair", "locked")
    locked = instance.locked.copy()
    locked[pair] = True
    changed = replace(instance, locked=locked)
    check_locks(changed)
    return changed
