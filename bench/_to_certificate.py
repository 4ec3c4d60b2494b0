"""scipy's sparse matching brought to the same end as ours: the optimum, with prices that prove it.

The matching gives no prices. They are found by relaxation over all moves at once (Bellman 1958),
which stops at the first round without a rise, and are then checked; scipy's own ``bellman_ford``
would run as many rounds as there are leaders.
"""

import numpy as np

from bench.assignment import STEP, scipy_pairs
from matching.instances import Instance


def scipy_to_certificate(instance: Instance) -> float:
    """Total of scipy's optimum, after its proof; an AssertionError if the proof fails."""
    made = scipy_pairs(instance)
    school, leader = instance.pair_school, instance.pair_leader
    weight = instance.score + STEP * (4 - instance.urgency[school])
    own, at = np.zeros(len(instance.school_ids)), np.full(len(instance.school_ids), -1)
    own[school[made]], at[school[made]] = weight[made], leader[made]
    order = np.argsort(leader, kind="stable")
    by_school, by_weight = school[order], weight[order]
    present = np.flatnonzero(np.bincount(leader, minlength=len(instance.leader_ids)))
    starts = np.searchsorted(leader[order], present)
    matched = at >= 0
    price, left = np.zeros(len(instance.leader_ids)), own.copy()
    for _ in range(price.size + 1):
        risen = np.maximum(np.maximum.reduceat(by_weight - left[by_school], starts), 0.0)
        if (risen <= price[present] + 1e-7).all():
            break
        price[present] = np.maximum(price[present], risen)
        left[matched] = own[matched] - price[at[matched]]
    load = np.bincount(leader[made], minlength=price.size)
    proven = (
        (left[school] + price[leader] - weight >= -1e-6).all()
        and (left >= -1e-6).all()
        and (price[load < instance.capacity] <= 1e-6).all()
    )
    if not proven:
        raise AssertionError("scipy's matching could not be proven best")
    return float(instance.score[made].sum())
