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
