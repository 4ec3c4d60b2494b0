"""The schools most like a school, exactly: by distance, ties by official number."""

from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.errors import ProfileError
from matching.similarity import ContextSpace

_BLOCK_PAIRS = 2_000_000
# rounding of a product of k terms is at most about k units in the last place of their sizes
_ROUNDING = 256 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """The schools most like each of some schools, nearest first.

    Parameters
    ----------
    rows : ndarray of int of shape (n,)
        Rows of the context whose neighbours these are.
    neighbours : ndarray of int of shape (n, k)
        Rows of the context, -1 where there are fewer than k.
    distance, coverage : ndarray of shape (n, k)
        NaN where there is none.
    """

    rows: IntArray
    neighbours: IntArray
    distance: FloatArray
    coverage: FloatArray


def nearest(
    space: ContextSpace,
    k: int,
    rows: IntArray | None = None,
    among: BoolArray | None = None,
    min_coverage: float = 0.6,
) -> Neighbours:
    """The k schools most like each of some schools, exactly; ties by official number.

    Parameters
    ----------
    space : ContextSpace
    k : int
        Neighbours asked for, >= 1.
    rows : ndarray of int, optional
        Whose neighbours; all schools if not given.
    among : ndarray of bool of shape (n_schools,), optional
        Who may be a neighbour; all if not given. Nobody is a neighbour of itself.
    min_coverage : float
        Pairs that share less of the weight are not compared.

    Returns
    -------
    Neighbours

    Raises
    ------
    ProfileError
        k is below 1.
    """
    if k < 1:
        raise ProfileError("ask for at least one neighbour", "k")
    size = space.context.ids.size
    wanted = np.arange(size) if rows is None else np.asarray(rows, dtype=np.int64)
    pool = np.arange(size) if among is None else np.flatnonzero(among)
    left, right, known = space.factors
    found = np.full((wanted.size, k), -1, dtype=np.int64)
    distance, coverage = np.full((wanted.size, k), np.nan), np.full((wanted.size, k), np.nan)
    answer = Neighbours(rows=wanted, neighbours=found, distance=distance, coverage=coverage)
    if not pool.size or not wanted.size:
        return answer
    # a lower bound of the true square: the product less what rounding may have added
    reach = np.abs(right[pool]).max(axis=0)
    step = max(1, _BLOCK_PAIRS // pool.size)
    for start in range(0, wanted.size, step):
        block = wanted[start : start + step]
        slack = np.abs(left[block]) @ reach * _ROUNDING
        weight = (known[block] * space.feature_weights) @ known[pool].T
        total = left[block] @ right[pool].T
        with np.errstate(divide="ignore", invalid="ignore"):
            lower = (total - slack[:, None]) / weight
        lower[~(weight > 0)] = np.inf
        lower[weight < (min_coverage - 1e-9) * space.feature_weights.sum()] = np.inf
        lower[block[:, None] == pool[None, :]] = np.inf
        for place, row in enumerate(block, start=start):
            _nearest_of(space, row, pool, lower[place - start], min_coverage, answer, place)
    return answer


def _nearest_of(
    space: ContextSpace,
    row: int,
    pool: IntArray,
    lower: FloatArray,
    min_coverage: float,
    answer: Neighbours,
    place: int,
) -> None:
    """Fill in one school's neighbours from lower bounds of their squared distances."""
    k = answer.neighbours.shape[1]

    def measured(candidates: IntArray) -> tuple[FloatArray, FloatArray]:
        apart, cover = space.distance(np.full(candidates.size, row), candidates)
        return np.where(cover >= min_coverage, apart, np.inf), cover

    if k < lower.size:
        likely = np.argpartition(lower, k - 1)[:k]
        farthest = measured(pool[likely])[0].max()
        candidates = pool[lower <= np.nextafter(farthest**2, np.inf)]
    else:
        candidates = pool
    candidates = candidates[candidates != row]
    apart, cover = measured(candidates)
    order = np.lexsort((candidates, apart))[:k]
    order = order[np.isfinite(apart[order])]
    answer.neighbours[place, : order.size] = candidates[order]
    answer.distance[place, : order.size] = apart[order]
    answer.coverage[place, : order.size] = cover[order]
