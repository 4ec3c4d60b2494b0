"""Among assignments that are equally good, the one that the ids (or a lot) decide.

The solver returns some best assignment. Which one it is must not hang on the order of the
input or on the solver's inner workings, so the pairs that could be exchanged for nothing
are chosen again: first the schools of lowest id are matched (the sets of schools of
the best assignments are the bases of a matroid, Murota 2003, *Discrete Convex Analysis*,
so least sum of ranks is also first in lexicographic order), then low leaders go to low schools.
"""

import numpy as np

from matching.arrays import IntArray
from matching.exchanges import Exchange
from matching.faces import Face


def settle_ties(face: Face, pair_of: IntArray) -> IntArray:
    """Choose by id among the best assignments.

    Parameters
    ----------
    face : Face
        The best assignments.
    pair_of : ndarray of shape (n_schools,)
        One of them.

    Returns
    -------
    ndarray of shape (n_schools,)
        The one that the ids decide.
    """
    part = Exchange.of(face, pair_of)
    size = part.schools.size
    if not size:
        return pair_of
    asking = part.everybody
    if part.matched < size:
        last_first = np.arange(size, 0, -1)
        chosen = part.cheapest(np.zeros(part.pair.size, dtype=np.int64), last_first)
        asking = np.bincount(part.school[chosen], minlength=size) > 0
    low_to_low = (part.leader + 1) * (size - part.school)
    return part.applied(pair_of, part.cheapest(low_to_low, asking=asking))
