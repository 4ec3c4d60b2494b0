"""How a territory's support would fall as leaders leave, and how its figures moved from month to month."""

from dataclasses import dataclass
from datetime import date

from network.coverage import coverage
from network.key_people import robustness_at_random, robustness_worst_first
from network.series import SeriesRow, support_series
from service.snapshots.support import Support
from service.snapshots.support_figures import graph_on

POINTS = 13
"""Of a small chart: a year of months, or as many days spread over a longer time."""
MOST_MONTHS = 240
REPETITIONS = 200
SEED = 0


@dataclass(frozen=True, slots=True)
class Robustness:
    """Schools in need that support still reaches after 0, 1, 2, … leaders left."""

    at_random: tuple[float, ...]
    worst_first: tuple[int, ...]
    repetitions: int = REPETITIONS

    @property
    def leaders(self) -> int:
        """How many there are to leave."""
        return len(self.worst_first) - 1

    @property
    def half(self) -> int:
        """Half of the leaders, rounded up: what the sentence tells."""
        return (self.leaders + 1) // 2


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure over time; None where it is not defined that day."""

    metric: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class SupportDepth:
    """What stands under the picture; no robustness where support reaches nobody in need."""

    robustness: Robustness | None
    days: tuple[date, ...]
    moved: tuple[Moved, ...]


SHOWN = ("supported", "edges", "isolated", "hours")


def support_depth(support: Support, day: date) -> SupportDepth:
    """Tell how support would fall and how it moved up to a day."""
    months = months_until(support, day)
    days = _spread(months)
    rows = {(row.on, row.metric): row.value for one in days for row in series_of(support, one)}
    moved = tuple(Moved(metric, tuple(rows[one, metric] for one in days)) for metric in SHOWN)
    return SupportDepth(robustness_of(support, day), days, moved)


def robustness_of(support: Support, day: date) -> Robustness | None:
    """Take leaders away, at random and the one first whose leaving costs most."""
    graph, needed = graph_on(support, day), support.in_need
    if not coverage(graph, needed).reached:
        return None
    drawn = robustness_at_random(graph, needed, seed=SEED, repetitions=REPETITIONS)
    return Robustness(drawn, robustness_worst_first(graph, needed))


def series_of(support: Support, day: date) -> tuple[SeriesRow, ...]:
    """Every figure of one day, and how many schools of the territory somebody supports."""
    nodes, ties = support.on(day)
    inside = {node.id for node in nodes if support.schools[node.id].inside}
    reached = len(coverage(graph_on(support, day), inside).reached)
    return (*support_series(nodes, ties, [day]), SeriesRow(day, "supported", reached))


def months_until(support: Support, day: date) -> tuple[date, ...]:
    """The first of each month since the first tie, and the day itself; the newest if there are too many."""
    first = min((tie.started_on for tie in support.ties), default=day)
    first, days, at = first.replace(day=1), [day], day.replace(day=1)
    while at >= first and len(days) < MOST_MONTHS:
        if at != day:
            days.append(at)
        at = at.replace(month=at.month - 1) if at.month > 1 else at.replace(year=at.year - 1, month=12)
    return tuple(reversed(days))


def _spread(days: tuple[date, ...]) -> tuple[date, ...]:
    """At most so many, evenly, the first and the last among them."""
    if len(days) <= POINTS:
        return days
    return tuple(days[round(number * (len(days) - 1) / (POINTS - 1))] for number in range(POINTS))
