"""How results moved, with what chance could do, and what speaks against reading a rise as improvement."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt

import numpy as np

from network.errors import GraphError

NORMAL_95 = 1.959964
WINDOW = 4
"""Tests looked at: one year's change is mostly noise."""
FEWEST = 3
COHORT_CHANGE = 0.3
"""Share by which the pupils tested must have grown or shrunk (either way round alike) to be said."""


class Direction(StrEnum):
    """What the interval of a change allows to say."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Movement:
    """The fitted change of one series from ``first`` to ``last``, in points, with its 95 % interval."""

    first: int
    last: int
    tests: int
    change: float
    standard_error: float

    @property
    def lower(self) -> float:
        """Lower end of the 95 % interval."""
        return self.change - NORMAL_95 * self.standard_error

    @property
    def upper(self) -> float:
        """Upper end of the 95 % interval."""
        return self.change + NORMAL_95 * self.standard_error

    @property
    def direction(self) -> Direction:
        """Up or down only where the interval leaves out 0."""
        if self.lower > 0:
            return Direction.UP
        return Direction.DOWN if self.upper < 0 else Direction.UNKNOWN


@dataclass(frozen=True, slots=True)
class Intake:
    """How those tested changed between two years; None where it did not, or was not published."""

    first: int
    last: int
    groups: tuple[int, int] | None
    cohorts: tuple[int, int] | None


def movement(
    years: Sequence[int], scores: Sequence[float], sds: Sequence[float], *, window: int = WINDOW
) -> Movement | None:
    """Fit a line through the last tests, each weighted by its own noise.

    Parameters
    ----------
    years : sequence of int
        Years with a result, rising; a year without test is absent, not a step.
    scores, sds : sequence of float
        Points of the test; ``sds`` hold the shock of a year and the noise by number tested.
    window : int
        How many of the last tests count.

    Returns
    -------
    Movement or None
        None where fewer than three tests are left: that cannot be assessed.

    Raises
    ------
    GraphError
        The sequences differ in length, years do not rise, or a noise is not above 0.

    Notes
    -----
    Weighted least squares with known variances (Aitken 1935, Proc. R. Soc. Edinburgh 55); the
    change is the slope times the calendar years between the first and the last test.

    Examples
    --------
    >>> found = movement([2018, 2022, 2023, 2024], [250, 258, 260, 262], [2, 2, 2, 2])
    >>> round(found.change, 6), found.direction.value
    (12.0, 'up')
    """
    if not len(years) == len(scores) == len(sds):
        raise GraphError("years, scores and their noise differ in number")
    if any(late <= early for early, late in pairwise(years)):
        raise GraphError("years do not rise")
    if any(not sd > 0 for sd in sds):
        raise GraphError("a result without noise does not exist")
    if len(years) < FEWEST or window < FEWEST:
        return None
    at = np.asarray(years[-window:], dtype=np.float64)
    score = np.asarray(scores[-window:], dtype=np.float64)
    weight = np.asarray(sds[-window:], dtype=np.float64) ** -2.0
    from_middle = at - float(weight @ at / weight.sum())
    information = float(weight @ from_middle**2)
    span = float(at[-1] - at[0])
    # From the first score on, so that a level takes no digits from the change.
    slope = float((weight * from_middle) @ (score - score[0])) / information
    return Movement(int(at[0]), int(at[-1]), at.size, slope * span, span / sqrt(information))


def intake_change(
    years: Sequence[int],
    groups: Sequence[int | None],
    cohorts: Sequence[int | None],
    *,
    share: float = COHORT_CHANGE,
) -> Intake | None:
    """Tell whether other pupils were tested at the end than at the beginning.

    Parameters
    ----------
    years : sequence of int
    groups : sequence of int or None
        Socio-economic group, 1 to 5.
    cohorts : sequence of int or None
        Pupils tested.
    share : float
        In (0, 1): 0.3 asks for 30 % more, or as many fewer as 30 % more undoes.

    Returns
    -------
    Intake or None
        None where nothing changed that was published in both years.

    Examples
    --------
    >>> intake_change([2018, 2024], [1, 2], [30, 33]).groups
    (1, 2)
    >>> intake_change([2018, 2024], [1, None], [30, 33]) is None
    True
    """
    if len(years) < 2:
        return None
    before, after = groups[0], groups[-1]
    moved = (before, after) if before is not None and after is not None and before != after else None
    few, many = cohorts[0], cohorts[-1]
    grew = (few, many) if few and many and max(few, many) + 1e-9 >= (1 + share) * min(few, many) else None
    return Intake(years[0], years[-1], moved, grew) if moved or grew else None


def narrowed(risen: Movement, other: Movement) -> bool:
    """Tell whether one series clearly rose while another fell, in the same years.

    The rise leaves out 0, the other's change is below 0, and their difference leaves out 0 too. Errors
    are taken as independent; the same pupils sit both subjects, so that is the more careful side.

    Examples
    --------
    >>> narrowed(Movement(2018, 2024, 4, 15, 4), Movement(2018, 2024, 4, -3, 4))
    True
    """
    apart = sqrt(risen.standard_error**2 + other.standard_error**2)
    same_years = (risen.first, risen.last) == (other.first, other.last)
    clear = risen.change - other.change > NORMAL_95 * apart
    return same_years and risen.direction is Direction.UP and other.change < 0 and clear
