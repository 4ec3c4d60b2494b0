"""What is given in any order, put in the canonical one: ids, their figures and labels, the pairs.

All raise InstanceError on what cannot be.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.array_checks import check_scores, positions, whole_numbers
from matching.arrays import FloatArray, IntArray
from matching.errors import InstanceError
from matching.instance_checks import check_repeated_pairs, pair_order
from matching.pair_index import Id, canonical
from matching.rules import Labels


def side_in_order(
    ids: Sequence[Id] | npt.NDArray[Any], figures: npt.ArrayLike, least: int, where: str, name: str
) -> tuple[tuple[Id, ...], IntArray, IntArray]:
    """Ids in order, where each given position went, and the figure of each id in that order."""
    ordered, went = canonical(ids, where)
    return ordered, went, figures_in_order(figures, went, least, where, name)


def figures_in_order(figures: npt.ArrayLike, went: IntArray, least: int, where: str, name: str) -> IntArray:
    """One whole number for each id, not below ``least``, in canonical order."""
    given = whole_numbers(figures, went.size, least, where, name)
    ordered = np.empty_like(given)
    ordered[went] = given
    return ordered


def pairs_in_order(
    pair_school: npt.NDArray[np.integer[Any]],
    pair_leader: npt.NDArray[np.integer[Any]],
    score: npt.NDArray[np.floating[Any]],
    schools: tuple[tuple[Id, ...], IntArray],
    leaders: tuple[tuple[Id, ...], IntArray],
) -> tuple[IntArray, IntArray, FloatArray]:
    """Positions of the pairs' ends and their scores, by school and then leader.

    Parameters
    ----------
    pair_school, pair_leader : ndarray of int, shape (n_pairs,)
        Positions as given.
    score : ndarray of float, shape (n_pairs,)
    schools, leaders : tuple of ids in order, and where each given position went
    """
    rows = positions(pair_school, schools[1].size, "school")
    columns = positions(pair_leader, leaders[1].size, "leader")
    scores = np.asarray(score, dtype=np.float64)
    if not rows.shape == columns.shape == scores.shape:
        raise InstanceError("school, leader and score must have the same length", "pairs")
    check_scores(scores)
    rows, columns = schools[1][rows], leaders[1][columns]
    order = pair_order(rows, columns, leaders[1].size)
    check_repeated_pairs(rows, columns, order, schools[0], leaders[0])
    return rows[order], columns[order], scores[order]


def labels_in_order(labels: Sequence[Labels], went: IntArray, where: str) -> tuple[Labels, ...]:
    """The labels of each id, in canonical order; none if nobody has any."""
    if not any(labels):
        return ()
    if len(labels) != went.size:
        raise InstanceError("labels must be given for each id", where)
    ordered: list[Labels] = [{}] * went.size
    for n, at in enumerate(went.tolist()):
        ordered[at] = labels[n]
    return tuple(ordered)
