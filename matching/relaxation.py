"""The least prices that prove an assignment best, by relaxation, compiled."""

import numpy as np

from matching.arrays import BoolArray, IntArray
from matching.compiled import compiled

SETTLED, UNSETTLED, NOT_BEST = 0, 1, 2


@compiled
def raise_prices(
    of_school: IntArray,
    leader: IntArray,
    weight: IntArray,
    free: BoolArray,
    of_leader: IntArray,
    member: IntArray,
    own_weight: IntArray,
    has_place_left: BoolArray,
    school_price: IntArray,
    leader_price: IntArray,
    queue: IntArray,
    waiting: int,
    most: int,
) -> tuple[int, int]:
    """Raise the prices of places until nobody would rather be elsewhere, or the patience ends.

    Parameters
    ----------
    of_school : ndarray of shape (n_schools + 1,)
        Where each school's pairs begin.
    leader, weight, free : ndarray of shape (n_pairs,)
    of_leader : ndarray of shape (n_leaders + 1,)
        Where each leader's schools begin in ``member``.
    member : ndarray of int
        Matched schools, leader by leader.
    own_weight : ndarray of shape (n_schools,)
        Weight of the pair made, 0 if there is none.
    has_place_left : ndarray of bool, shape (n_leaders,)
    school_price, leader_price : ndarray of int
        Changed in place.
    queue : ndarray of shape (n_leaders,)
        Leaders whose price has risen, the first ``waiting`` of them; changed in place.
    waiting : int
        Negative at the first call: then every pair is looked at once.
    most : int
        Leaders to look at before coming back.

    Returns
    -------
    state : int
        ``SETTLED``; ``UNSETTLED``, to be called again; ``NOT_BEST``: the assignment can be bettered.
    waiting : int
    """
    size = queue.size
    queued = np.zeros(size, dtype=np.bool_)
    if waiting < 0:
        waiting = 0
        for i in range(of_school.size - 1):
            for e in range(of_school[i], of_school[i + 1]):
                asked = weight[e] - school_price[i]
                if asked > leader_price[leader[e]] and free[e]:
                    leader_price[leader[e]] = asked
        for j in range(size):
            if leader_price[j] > 0:
                if has_place_left[j]:
                    return NOT_BEST, 0
                queue[waiting], waiting = j, waiting + 1
    head = 0
    for n in range(waiting):
        queued[queue[n]] = True
    for _ in range(most):
        if not waiting:
            return SETTLED, 0
        j = queue[head]
        head, waiting, queued[j] = (head + 1) % size, waiting - 1, False
        for n in range(of_leader[j], of_leader[j + 1]):
            i = member[n]
            left = own_weight[i] - leader_price[j]
            if left >= school_price[i]:
                continue
            if left < 0:
                return NOT_BEST, 0
            school_price[i] = left
            for e in range(of_school[i], of_school[i + 1]):
                k = leader[e]
                if weight[e] - left > leader_price[k] and free[e]:
                    if has_place_left[k]:
                        return NOT_BEST, 0
                    leader_price[k] = weight[e] - left
                    if not queued[k]:
                        queue[(head + waiting) % size], queued[k] = k, True
                        waiting += 1
    round_about = queue.copy()
    for n in range(waiting):
        queue[n] = round_about[(head + n) % size]
    return (UNSETTLED if waiting else SETTLED), waiting
