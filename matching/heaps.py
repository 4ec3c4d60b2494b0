"""A heap of whole numbers in two arrays, for the shortest paths (Williams 1964, Commun. ACM 7)."""

from matching.arrays import IntArray
from matching.compiled import compiled


@compiled
def push(key: IntArray, item: IntArray, size: int, new_key: int, new_item: int) -> int:
    """Put an item in; the heap's new size.

    Parameters
    ----------
    key, item : ndarray of int
        The first ``size`` positions are the heap, its least key first; changed in place.
    size : int
    new_key, new_item : int
    """
    hole = size
    while hole > 0:
        above = (hole - 1) >> 1
        if key[above] <= new_key:
            break
        key[hole], item[hole] = key[above], item[above]
        hole = above
    key[hole], item[hole] = new_key, new_item
    return size + 1


@compiled
def drop_least(key: IntArray, item: IntArray, size: int) -> int:
    """Take the item of least key out; the heap's new size.

    Parameters
    ----------
    key, item : ndarray of int
        As in :func:`push`; changed in place.
    size : int
        At least 1.
    """
    size -= 1
    last_key, last_item = key[size], item[size]
    hole = 0
    while 2 * hole + 1 < size:
        below = 2 * hole + 1
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= last_key:
            break
        key[hole], item[hole] = key[below], item[below]
        hole = below
    key[hole], item[hole] = last_key, last_item
    return size
