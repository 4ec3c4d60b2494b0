"""Positions in arrays that are laid out in groups."""

import numpy as np

from matching.arrays import IntArray


def ranges(starts: IntArray, groups: IntArray) -> IntArray:
    """Join the positions ``starts[g]`` to ``starts[g + 1]`` of each group.

    Examples
    --------
    >>> ranges(np.array([0, 2, 5]), np.array([1, 0]))
    array([2, 3, 4, 0, 1])
    """
    first, size = starts[groups], starts[groups + 1] - starts[groups]
    offset = np.cumsum(size) - size
    joined: IntArray = np.arange(int(size.sum())) + np.repeat(first - offset, size)
    return joined


def first_ranges(starts: IntArray, k: int) -> IntArray:
    """Join the first k positions of each group that begins at ``starts[g]``.

    Examples
    --------
    >>> first_ranges(np.array([0, 2, 5]), 2)
    array([0, 1, 2, 3])
    """
    size = np.minimum(np.diff(starts), k)
    bounds = np.concatenate([[0], np.cumsum(size)])
    joined: IntArray = np.arange(int(bounds[-1])) + np.repeat(starts[:-1] - bounds[:-1], size)
    return joined
