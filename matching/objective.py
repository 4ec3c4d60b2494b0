"""The order of preference among assignments, written as whole numbers.

As many schools of urgency 1 as possible, then of urgency 2, … (those that waited longer first
among the equally urgent), then the greatest total score, less what changed proposals cost. The sets
of schools that can be matched together are the independent sets of a
transversal matroid (Edmonds & Fulkerson 1965, J. Res. NBS 69B), and so are those of any
prefix of urgencies: a set that is best for the first urgencies extends to a largest one.
Hence a *linear* ladder of weights, one step a level, is enough to keep the order, where a
general lexicographic order would need a geometric one. For the same reason the waiting
changes nothing in the numbers by urgency.
"""

from dataclasses import dataclass
from math import floor, log10

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.errors import InstanceError
from matching.instances import Instance

WIDEST = 2**61
"""No sum or difference of two weights may leave 64 bits."""

FINEST_DIGITS = 9
"""Scores are rounded to 1e-9 where the numbers fit, finer if all scores are closer together."""


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """Weights of the pairs that are free to be made.

    Parameters
    ----------
    urgencies : tuple of int
        Urgency of each *level*: ascending; once for each length of waiting that occurs.
    level : ndarray of shape (n_schools,)
    base : float
        Lowest score among the free pairs: what zero units stand for.
    resolution : float
        Score of one unit.
    units : ndarray of shape (n_pairs,)
        Score above ``base`` in units, for free pairs; 0 for the others. A pair proposed before has
        the price of its change on top.
    step : int
        Weight of one level: more than any two assignments can differ in units.
    weight : ndarray of shape (n_pairs,)
        ``units`` plus ``step`` × (number of levels - level): > 0, so that one more
        school is always better.
    kept_units : int
        Units on top of a pair proposed before; 0 if changes are free.
    outweighing : float
        The price of a change where it outweighs all scores together, else 0. Such a price
        is written with fewer units, and decides the same.
    """

    urgencies: tuple[int, ...]
    level: IntArray
    base: float
    resolution: float
    units: IntArray
    step: int
    weight: IntArray
    kept_units: int = 0
    outweighing: float = 0.0

    def split(self, value: IntArray) -> tuple[IntArray, FloatArray]:
        """Read changes of weight as a level gained (-1: none) and a change of total score.

        Parameters
        ----------
        value : ndarray of int
            Changes of the best weight that at most one more matched school brings.

        Returns
        -------
        level : ndarray of int
        total : ndarray of float
        """
        gained = (value + self.step // 2) // self.step
        level: IntArray = np.where(gained > 0, len(self.urgencies) - gained, -1)
        units = value - gained * self.step
        kept = np.zeros_like(units)
        if self.outweighing:
            kept = (units + self.kept_units // 2) // self.kept_units
        scores = (units - kept * self.kept_units) * self.resolution
        total: FloatArray = scores + kept * self.outweighing + np.where(gained > 0, self.base, 0.0)
        return level, total


def objective_of(instance: Instance) -> Objective:
    """Weigh the free pairs of an instance.

    Raises
    ------
    InstanceError
        So many urgencies and schools that even scores rounded to nothing overflow 64 bits.

    Examples
    --------
    >>> weighed = objective_of(Instance.from_arrays(
    ...     [1, 2], [1, 3], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.25, 0.5])))
    >>> weighed.units
    array([        0, 250000000])
    >>> weighed.urgencies, weighed.weight // weighed.step
    ((1, 3), array([2, 1]))
    """
    urgencies, level = levels_by_urgency(instance)
    free = instance.free
    scores = instance.compared[free]
    base = float(scores.min()) if scores.size else 0.0
    spread = float(scores.max()) - base if scores.size else 0.0
    schools = int(np.count_nonzero(np.bincount(instance.pair_school[free])))
    price = min(instance.change_price, 4 * (schools + 1) * spread or 1.0)
    outweighing = instance.change_price if price < instance.change_price else 0.0
    people = len(instance.school_ids) + len(instance.leader_ids)
    resolution = 10.0 ** -_digits(spread, price, schools, len(urgencies), people)
    if instance.lottery is not None:
        resolution = max(resolution, instance.lottery.width)
    units = np.zeros(free.size, dtype=np.int64)
    units[free] = np.rint((scores - base) / resolution)
    kept_units = 0
    if price and instance.previous is not None:
        kept_units = max(1, round(price / resolution))
        units[free & instance.previous] += kept_units
    step = 2 * (schools + 1) * int(units.max(initial=0)) + 2
    height = (len(urgencies) - level)[instance.pair_school]
    weight = np.where(free, units + step * height, 0)
    return Objective(urgencies, level, base, resolution, units, step, weight, kept_units, outweighing)


def levels_by_urgency(instance: Instance) -> tuple[tuple[int, ...], IntArray]:
    """Urgency of each level and level of each school: by urgency, then by the rounds waited."""
    if instance.waited is None:
        values, level = np.unique(instance.urgency, return_inverse=True)
        return tuple(values.tolist()), level.astype(np.int64)
    both = np.stack([instance.urgency, -instance.waited], axis=1)
    rows, level = np.unique(both, axis=0, return_inverse=True)
    return tuple(rows[:, 0].tolist()), level.reshape(-1).astype(np.int64)


def _digits(spread: float, price: float, schools: int, levels: int, nodes: int) -> int:
    """Most decimal digits whose weights and flow costs stay within 64 bits."""
    digits = FINEST_DIGITS
    if 0 < spread < 1:
        digits -= floor(log10(spread)) + 1
    largest = WIDEST / max(1, (levels + 2) * 2 * (schools + 2), 2 * (nodes + 4))
    while (spread + price) * 10.0**digits >= largest / 2:
        digits -= 1
    if (levels + 2) * 2 >= largest:
        raise InstanceError("too many schools and urgencies for whole numbers of 64 bits", "schools")
    return digits
