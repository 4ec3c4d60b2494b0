"""Proof that an assignment is the best one, from prices of places.

Give each leader's place a price v >= 0 and each school what its pair leaves it,
u = weight - v >= 0, such that no pair is worth more than u + v. If every chosen pair is tight, every
school with u > 0 is matched and every place with v > 0 is taken, nothing can be better
(linear programming duality; Kuhn 1955, Nav. Res. Logist. 2). Finding the prices and
checking them are two separate steps, and the check trusts neither solver nor prices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.instances import Instance
from matching.objective import Objective

LOOKED_AT = 100_000
"""Leaders looked at before asking whether to go on."""

NO_PAIR = -1
"""In ``pair_of``: the school is not matched."""


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Prices, and what the check of them said.

    Parameters
    ----------
    school_price : ndarray of shape (n_schools,)
        u, in weights of the objective; 0 for locked schools.
    place_price : ndarray of shape (n_leaders,)
        v: the least optimal price, which is what one more place would add.
    fault : str or None
        None if the assignment is proven best; else the first condition that fails.
    """

    school_price: IntArray
    place_price: IntArray
    fault: str | None

    @property
    def proven(self) -> bool:
        """Whether the assignment is proven to be best."""
        return self.fault is None


def certify(
    instance: Instance,
    objective: Objective,
    pair_of: IntArray,
    keep_going: Callable[[], bool] = lambda: True,
) -> Certificate:
    """Find prices for an assignment and check them.

    Parameters
    ----------
    instance : Instance
    objective : Objective
        Of the same instance.
    pair_of : ndarray of shape (n_schools,)
        Position of each school's pair, or ``NO_PAIR``.
    keep_going : callable
        Asked between rounds; False ends the search without a proof.

    Returns
    -------
    Certificate
    """
    u, v = place_prices(instance, objective, pair_of, keep_going)
    return Certificate(u, v, fault_of(instance, objective, pair_of, u, v))


def place_prices(
    instance: Instance,
    objective: Objective,
    pair_of: IntArray,
    keep_going: Callable[[], bool] = lambda: True,
) -> tuple[IntArray, IntArray]:
    """Find the least prices by relaxation on the residual graph.

    The price of a leader's place is the most that any chain of moves started by one more
    place there can add: a school comes, its old place is free, and so on (longest path,
    Bellman 1958, Q. Appl. Math. 16). Only leaders whose price has just risen are looked
    at again. Stops early, with prices that prove nothing, if the assignment is not best.

    Returns
    -------
    school_price : ndarray of shape (n_schools,)
    place_price : ndarray of shape (n_leaders,)
    """
    # here and not above: what compiles takes a third of a second to load
    from matching.relaxation import UNSETTLED, raise_prices

    free, weight = instance.free, objective.weight
    school, leader = instance.pair_school, instance.pair_leader
    starts = np.searchsorted(school, np.arange(len(instance.school_ids) + 1))
    members = np.flatnonzero(pair_of != NO_PAIR)
    members = members[free[pair_of[members]]]
    members = members[np.argsort(leader[pair_of[members]], kind="stable")]
    own_weight = np.zeros(pair_of.size, dtype=np.int64)
    own_weight[members] = weight[pair_of[members]]
    member_starts = np.searchsorted(leader[pair_of[members]], np.arange(len(instance.leader_ids) + 1))
    u, v = own_weight.copy(), np.zeros(len(instance.leader_ids), dtype=np.int64)
    has_place_left = instance.free_capacity > np.diff(member_starts)
    fixed = starts, leader, weight, free, member_starts, members, own_weight, has_place_left, u, v
    queue, state, waiting = np.zeros(v.size, dtype=np.int64), UNSETTLED, -1
    while state == UNSETTLED and keep_going():
        state, waiting = raise_prices(*fixed, queue, waiting, LOOKED_AT)
    return u, v


def fault_of(
    instance: Instance, objective: Objective, pair_of: IntArray, school_price: IntArray, place_price: IntArray
) -> str | None:
    """Check in one pass over the pairs that an assignment is allowed, and best.

    Returns
    -------
    str or None
        None if everything holds, else the first condition that does not.
    """
    allowed = _fault_of_pairs(instance, pair_of)
    if allowed:
        return allowed
    free, weight = instance.free, objective.weight
    school, leader = instance.pair_school, instance.pair_leader
    made = pair_of[pair_of != NO_PAIR]
    open_made = made[free[made]]
    load = np.bincount(leader[open_made], minlength=place_price.size)
    slack = school_price[school] + place_price[leader] - weight
    unmatched = pair_of == NO_PAIR
    conditions = (
        ("a price is negative", (school_price < 0).any() or (place_price < 0).any()),
        ("a pair is worth more than its prices", (slack[free] < 0).any()),
        ("a chosen pair is worth less than its prices", (slack[open_made] != 0).any()),
        ("an unmatched school has a price", (school_price[unmatched] != 0).any()),
        ("a place left over has a price", (place_price[load < instance.free_capacity] != 0).any()),
    )
    return next((words for words, broken in conditions if broken), None)


def _fault_of_pairs(instance: Instance, pair_of: IntArray) -> str | None:
    """Whether the assignment keeps to the pairs, the locks and the places."""
    if pair_of.shape != (len(instance.school_ids),):
        return "the assignment is of another instance"
    if ((pair_of >= instance.score.size) | (pair_of < NO_PAIR)).any():
        return "a chosen pair does not exist"
    matched = np.flatnonzero(pair_of != NO_PAIR)
    made = pair_of[matched]
    if (instance.pair_school[made] != matched).any():
        return "a school is given the pair of another school"
    if not instance.allowed[made].all():
        return "a chosen pair is not allowed"
    is_made: BoolArray = np.zeros(instance.score.size, dtype=bool)
    is_made[made] = True
    if not is_made[instance.locked].all():
        return "a locked pair was not kept"
    load = np.bincount(instance.pair_leader[made], minlength=instance.capacity.size)
    if (load > instance.capacity).any():
        return "a leader has more schools than places"
    return None
