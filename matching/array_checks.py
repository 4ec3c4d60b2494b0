"""Checks of the arrays that make an instance; each fault is one sentence naming its place.

All raise InstanceError.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.arrays import FloatArray, IntArray
from matching.errors import InstanceError

SCORE_LIMIT = 1e15
"""Largest absolute score accepted: beyond it a double no longer tells whole units apart."""


def whole_numbers(values: npt.ArrayLike, size: int, least: int, where: str, name: str) -> IntArray:
    """One whole number for each id, not below ``least``."""
    array = np.asarray(values)
    if array.shape != (size,):
        raise InstanceError(f"{name} must have one figure for each id", where)
    if size and not np.issubdtype(array.dtype, np.integer):
        raise InstanceError(f"{name} must be whole numbers", where)
    array = array.astype(np.int64)
    if (array < least).any():
        n = int(np.argmax(array < least))
        raise InstanceError(f"{array[n]} is below {least}", f"{where}[{n}].{name}")
    return array


def positions(values: npt.NDArray[np.integer[Any]], size: int, name: str) -> IntArray:
    """Positions in a list of that size."""
    array = np.asarray(values).astype(np.int64)
    outside = (array < 0) | (array >= size)
    if outside.any():
        n = int(np.argmax(outside))
        raise InstanceError(f"position {array[n]} is outside the list", f"pairs[{n}].{name}")
    return array


def check_scores(scores: FloatArray) -> None:
    """Refuse a score that is not a finite number of a sensible size."""
    wrong = ~(np.abs(scores) <= SCORE_LIMIT)
    if wrong.any():
        n = int(np.argmax(wrong))
        raise InstanceError(f"{scores[n]} is not a number within ±{SCORE_LIMIT:g}", f"pairs[{n}].score")
