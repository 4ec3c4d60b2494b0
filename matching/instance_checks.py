"""Checks of an instance as a whole; each fault is one sentence naming its place.

All raise InstanceError.
"""

from typing import TYPE_CHECKING

import numpy as np

from matching.arrays import IntArray
from matching.errors import InstanceError
from matching.pair_index import Id

if TYPE_CHECKING:
    from matching.instances import Instance


def pair_order(rows: IntArray, columns: IntArray, width: int) -> IntArray:
    """Order of the pairs by school, then leader."""
    keys = rows * width + columns
    if (keys[1:] > keys[:-1]).all():
        return np.arange(keys.size)
    return np.argsort(keys, kind="stable")


def check_repeated_pairs(
    rows: IntArray, columns: IntArray, order: IntArray, schools: tuple[Id, ...], leaders: tuple[Id, ...]
) -> None:
    """Refuse a pair that is listed twice."""
    keys = (rows * len(leaders) + columns)[order]
    same = keys[1:] == keys[:-1]
    if same.any():
        later = int(order[1:][same].min())
        raise InstanceError(
            f"the pair {schools[rows[later]]!r} and {leaders[columns[later]]!r} is listed twice",
            f"pairs[{later}]",
        )


def check_locks(instance: "Instance") -> None:
    """Refuse locks that contradict the bans, the rankings, each other or the places."""
    pairs = np.flatnonzero(instance.locked)
    rows, columns = instance.pair_school[pairs], instance.pair_leader[pairs]
    for mask, words in (
        (instance.forbidden, "are locked and also forbidden"),
        (~instance.acceptable, "are locked, but a stated ranking leaves the partner out"),
    ):
        wrong = np.flatnonzero(mask[pairs])
        if wrong.size:
            school = instance.school_ids[rows[wrong[0]]]
            leader = instance.leader_ids[columns[wrong[0]]]
            raise InstanceError(f"{school!r} and {leader!r} {words}", "locked")
    again = rows[1:] == rows[:-1]
    if again.any():
        school = instance.school_ids[rows[1:][again][0]]
        raise InstanceError(f"{school!r} is locked to more than one leader", "locked")
    over = np.flatnonzero(instance.free_capacity < 0)
    if over.size:
        leader = instance.leader_ids[over[0]]
        places, locks = instance.capacity[over[0]], int((columns == over[0]).sum())
        raise InstanceError(f"leader {leader!r} has places for {places} but {locks} locks", "locked")


def check_rules(instance: "Instance") -> None:
    """Refuse rules that name somebody unknown, or a school in two groups."""
    rules, schools = instance.rules, set(instance.school_ids)
    for name in rules.minimum:
        if name not in instance.leader_ids:
            raise InstanceError(f"nobody among the leaders has the id {name!r}", "minimum")
    for n, limit in enumerate(rules.limits):
        if limit.most is not None and limit.most < limit.least:
            raise InstanceError(f"at least {limit.least} and at most {limit.most} contradict", f"limits[{n}]")
    seen: set[Id] = set()
    for n, group in enumerate(rules.together):
        for name in group.schools:
            where = f"together[{n}].schools"
            if name not in schools:
                raise InstanceError(f"nobody among the schools has the id {name!r}", where)
            if name in seen:
                raise InstanceError(f"{name!r} is in a group already", where)
            seen.add(name)


def check_change_price(price: float, has_previous: bool) -> None:
    """Refuse a price of change that is no price, or that has nothing to be paid for."""
    if not 0 <= price < np.inf:
        raise InstanceError(f"{price} is not a finite number >= 0", "change_price")
    if price and not has_previous:
        raise InstanceError(
            "there are no previous pairs whose change it could be the price of", "change_price"
        )
