"""Several visits in one journey: the quickest round over a few stops, exactly (feature V9).

Held and Karp (1962, J. SIAM 10, 196-210): the shortest way through a set of stops that ends at one
of them, built up from smaller sets. Exact; with ten stops a few milliseconds.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MOST_STOPS = 10
DETOUR = 1.3
"""Roads are longer than the line on the map: about 1.3 times (Ballou, Rahardja and Sakai 2002,
Transportation Research A 36, 843-848; 1.2 to 1.6 by country)."""
KM_PER_HOUR = 50.0
"""Assumed where no file tells the time on the way."""
DAY_MINUTES = 9 * 60


@dataclass(frozen=True, slots=True)
class Leg:
    """From one stop to the next; places are positions in the given list, 0 the start."""

    origin: int
    target: int
    minutes: float
    km: float | None


@dataclass(frozen=True, slots=True)
class Trip:
    """A round: its legs in order, and what it takes together."""

    legs: tuple[Leg, ...]
    travel_minutes: float
    visit_minutes: int
    km: float | None
    nights: int

    @property
    def total_minutes(self) -> float:
        """On the way and at the schools."""
        return self.travel_minutes + self.visit_minutes


def shortest_round(minutes: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """Order of stops of the quickest round from place 0 and back; the first of equals by number.

    Parameters
    ----------
    minutes : sequence of sequences of float
        From each place (row) to each (column), minutes >= 0; need not be the same both ways.

    Returns
    -------
    tuple of int
        Places 1..n-1 in the order of the round.

    Raises
    ------
    ValueError
        More stops than can be solved exactly in a moment.

    Examples
    --------
    >>> shortest_round([[0, 10, 30], [10, 0, 5], [5, 40, 0]])
    (1, 2)
    """
    n = len(minutes)
    if n - 1 > MOST_STOPS:
        raise ValueError(f"at most {MOST_STOPS} stops")
    if n <= 1:
        return ()
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {
        (1 << (k - 1), k): (float(minutes[0][k]), (k,)) for k in range(1, n)
    }
    for size in range(2, n):
        for (held, last), (cost, order) in [
            item for item in best.items() if item[0][0].bit_count() == size - 1
        ]:
            for k in range(1, n):
                bit = 1 << (k - 1)
                if held & bit:
                    continue
                found = (cost + minutes[last][k], (*order, k))
                if (held | bit, k) not in best or found < best[held | bit, k]:
                    best[held | bit, k] = found
    whole = (1 << (n - 1)) - 1
    return min((best[whole, k][0] + minutes[k][0], best[whole, k][1]) for k in range(1, n))[1]


def plan_trip(
    minutes: Sequence[Sequence[float]],
    km: Sequence[Sequence[float | None]],
    visit_minutes: Sequence[int],
) -> Trip:
    """The quickest round with its totals; ``visit_minutes`` are of the stops, in the given order.

    A night is spent wherever a working day of nine hours does not suffice. Kilometres are None
    where a place on the way is not known.

    Examples
    --------
    >>> trip = plan_trip([[0, 60], [60, 0]], [[0, 50.0], [50.0, 0]], [120])
    >>> trip.total_minutes, trip.km, trip.nights
    (240.0, 100.0, 0)
    """
    order = (0, *shortest_round(minutes), 0)
    legs = tuple(Leg(a, b, float(minutes[a][b]), km[a][b]) for a, b in itertools.pairwise(order))
    travel = sum(leg.minutes for leg in legs)
    known = [leg.km for leg in legs if leg.km is not None]
    total = sum(known) if len(known) == len(legs) else None
    at_schools = sum(visit_minutes)
    nights = max(0, ceil((travel + at_schools) / DAY_MINUTES) - 1)
    return Trip(legs, travel, at_schools, total, nights)
