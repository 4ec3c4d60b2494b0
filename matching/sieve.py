"""Pairs that surely break a rule, ruled out by three matrix products in single precision.

Too far, not better, not alike: each is one product of figures of the school and figures of
the leader, with room for its own rounding, so that no allowed pair is ever lost. What is
left still has to be asked every rule.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from matching.arrays import BoolArray, FloatArray, IntArray, SingleArray
from matching.places import EARTH_RADIUS_KM
from matching.refusals import RefusalCode
from matching.sides import Field

_UNIT = float(np.finfo(np.float32).eps)
_NEVER = -1e6


class Sieve:
    """Rules out pairs of a field, never one that is allowed.

    Parameters
    ----------
    field : Field
    """

    settles = frozenset({RefusalCode.TOO_FEW_RESULTS, RefusalCode.NOT_SURELY_ABOVE_ZERO})
    """Rules that need not be asked of what is left."""

    def __init__(self, field: Field) -> None:
        self.field = field
        angle = min(field.preset.max_km / EARTH_RADIUS_KM, np.pi)
        # three products of numbers up to 1, and their own rounding
        self.least_cosine = np.float32(np.cos(angle) - 16 * _UNIT)
        near = field.schools.at.points, field.leaders.at.points
        better_here, better_there, self.better_slack = _better_factors(field)
        parts = (near, (better_here, better_there), _likeness_factors(field))
        # side by side, so that a block takes its rows and columns once
        self.here = np.column_stack([here.astype(np.float32) for here, _ in parts])
        self.there = np.vstack([there.T.astype(np.float32) for _, there in parts])
        widths = [here.shape[1] for here, _ in parts]
        self.alike_from = widths[0] + widths[1]
        self.better_from = widths[0]

    def left(self, schools: IntArray, leaders: IntArray, *, near: bool) -> tuple[IntArray, IntArray]:
        """The pairs of a block that may be allowed, by school and then leader, in the order given.

        Parameters
        ----------
        schools, leaders : ndarray of int
            Rows of the two sides; with a place each, if ``near``.
        near : bool
            Whether a pair that is too far is ruled out.
        """
        here, there = self.here.take(schools, axis=0), self.there.take(leaders, axis=1)
        first, second = self.better_from, self.alike_from
        may: BoolArray = here[:, second:] @ there[second:] <= 0
        may &= here[:, first:second] @ there[first:second] >= -self.better_slack
        if near:
            may &= here[:, :first] @ there[:first] >= self.least_cosine
        kept = np.flatnonzero(may)
        a = kept // leaders.size
        return schools[a], leaders[kept - a * leaders.size]


def _likeness_factors(field: Field) -> tuple[SingleArray, SingleArray]:
    """L, R with L @ R.T <= 0 wherever the context distance is within the line.

    square - line² x weight <= 0 is one product, because both sums are. A last column
    takes off what single precision may have added: for k terms at most about k units in
    the last place of the product of the two norms (Higham 2002, §3.1).
    """
    left, right, known = field.space.factors
    width = known.shape[1]
    line = field.like_within**2 * field.space.feature_weights
    here = left.take(field.schools.at.row, axis=0)
    there = right.take(np.maximum(field.leaders.at.row, 0), axis=0)
    here[:, :width] -= line * here[:, width : 2 * width]
    # what everybody publishes needs no column a feature: one takes in the sum of all
    known_here, known_there = here[:, width : 2 * width], there[:, :width]
    always = known_here.all(axis=0) & known_there.all(axis=0)
    columns = [
        (here[:, :width][:, ~always], known_there[:, ~always]),
        (known_here[:, ~always], there[:, width : 2 * width][:, ~always]),
        (here[:, 2 * width :], there[:, 2 * width :]),
        (here[:, :width][:, always].sum(axis=1, keepdims=True), np.ones((len(there), 1))),
        (np.ones((len(here), 1)), there[:, width : 2 * width][:, always].sum(axis=1, keepdims=True)),
    ]
    here, there = (np.hstack([pair[side] for pair in columns]) for side in (0, 1))
    used = here.any(axis=0) & there.any(axis=0)
    here, there = here[:, used], there[:, used]
    slack = (here.shape[1] + 8) * _UNIT
    extra_here = [-slack * _norm(here) - 1e-30]
    extra_there = [_norm(there)]
    if field.preset.same_rurality:
        # two columns that are 0 unless the rurality differs, and then outweigh all others
        rural, theirs = field.schools.at.rural, field.leaders.at.rural
        both = field.leaders.worked_rural & field.leaders.worked_urban
        extra_here += [-_NEVER * (rural == 1), -_NEVER * (rural == 0)]
        extra_there += [(theirs == 0) & ~both, (theirs == 1) & ~both]
    return (
        np.column_stack([here, *extra_here]).astype(np.float32),
        np.column_stack([there, *extra_there]).astype(np.float32),
    )


def _norm(rows: FloatArray) -> FloatArray:
    length: FloatArray = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return length


def _better_factors(field: Field) -> tuple[SingleArray, SingleArray, np.float32]:
    """L, R with L @ R.T >= -slack wherever the leader's school may be surely better.

    gap >= z sqrt(s² + t²) implies gap >= z (s + t) / sqrt(2), which is one product; for
    a probability below one half the smallest gap stands alone. Schools judged by
    assessment pass. A leader without enough results in an area, or not surely above zero
    there, is never better in it: that is decided here for good.
    """
    preset, schools, leaders = field.preset, field.schools, field.leaders
    # from z = 8.3 on, the probability is 1 in double precision
    z = min(max(float(ndtri(preset.min_probability_better)), 0.0), 8.0) / np.sqrt(2)
    with np.errstate(invalid="ignore"):
        sure = ndtr(leaders.level / leaders.level_sd) >= preset.min_probability_above_zero
    usable = sure & leaders.by_results
    least = np.where(z > 0, 0.0, preset.min_gap)
    level = np.where(schools.by_results, schools.level + z * schools.level_sd + least, 0.0)
    there = leaders.level - z * leaders.level_sd
    sizes = [np.abs(values[which]) for values, which in ((there, usable), (level, np.isfinite(level)))]
    size = sum(float(values.max(initial=0.0)) for values in sizes)
    there = np.where(usable, there, _NEVER - 4 * size)
    here = np.zeros((schools.ids.size, there.shape[1] + 1))
    compared = np.flatnonzero(schools.by_results)
    here[compared, schools.area[compared]] = 1.0
    here[:, -1] = -level
    there = np.column_stack([there, np.ones(leaders.ids.size)])
    slack = np.float32(16 * _UNIT * (1.0 + size))
    return here.astype(np.float32), there.astype(np.float32), slack
