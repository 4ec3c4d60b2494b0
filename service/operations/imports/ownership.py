"""The history of who owned a school, from yearly directories in whatever order they come.

A directory only says who owns a school at its cut-off date. Each is one observation; the change
between two of them is dated to the first of January of the later one, or to the year in which the
commune's schools passed to the local service where that is known and lies between them. A period
ends on its last day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.models.enums import OwnerType

CUT_OFF = (4, 30)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who owns: type, owner, responsible service. None is not known, and contradicts nothing."""

    owner_type: OwnerType
    owner_id: int | None
    service_id: int | None

    def agrees(self, other: "Holding") -> bool:
        """Whether both may be the same owner."""
        return (
            self.owner_type is other.owner_type
            and (self.owner_id is None or other.owner_id is None or self.owner_id == other.owner_id)
            and (self.service_id is None or other.service_id is None or self.service_id == other.service_id)
        )

    def completed(self, other: "Holding") -> "Holding":
        """With what only the other one knows."""
        return Holding(
            self.owner_type,
            other.owner_id if self.owner_id is None else self.owner_id,
            other.service_id if self.service_id is None else self.service_id,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A holding from day to day; an open start is *as far back as known*, an open end *now*."""

    holding: Holding
    start: date | None = None
    end: date | None = None
    id: int | None = None

    def covers(self, on: date) -> bool:
        """Whether the day lies within."""
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


def observe(
    periods: Sequence[Period],
    known_years: Collection[int],
    year: int,
    holding: Holding,
    transfer_year: int | None = None,
) -> tuple[Period, ...]:
    """Add what one year's directory says.

    Parameters
    ----------
    periods : sequence of Period
        In order of time.
    known_years : collection of int
        Years of the directories taken in before.
    transfer_year : int, optional
        Year in which the commune's public schools pass to the local service.

    Examples
    --------
    >>> town, service = Holding(OwnerType.MUNICIPAL, 1, None), Holding(OwnerType.LOCAL_SERVICE, 2, 7)
    >>> [(p.start, p.end) for p in observe([Period(town)], {2024}, 2025, service)]
    [(None, datetime.date(2024, 12, 31)), (datetime.date(2025, 1, 1), None)]
    """
    if not periods:
        return (Period(holding),)
    place = next((i for i, p in enumerate(periods) if p.covers(date(year, *CUT_OFF))), None)
    if place is None:
        return (*periods, Period(holding, date(year, 1, 1))) if periods[-1].end else tuple(periods)
    period = periods[place]
    if period.holding.agrees(holding):
        filled = replace(period, holding=period.holding.completed(holding))
        return (*periods[:place], filled, *periods[place + 1 :])
    before = max((known for known in known_years if known < year), default=None)
    after = min((known for known in known_years if known > year), default=None)
    follows = before is not None and period.covers(date(before, *CUT_OFF))
    precedes = after is not None and period.covers(date(after, *CUT_OFF))
    start = _change(holding, before, year, transfer_year) if follows else period.start
    back = _change(period.holding, year, after, transfer_year) if precedes and after else None
    parts: list[Period] = []
    if follows and start is not None:
        parts.append(replace(period, end=start - DAY))
    kept = None if follows or back else period.id
    parts.append(Period(holding, start, back - DAY if back else period.end, kept))
    if back is not None:
        parts.append(Period(period.holding, back, period.end, None if follows else period.id))
    return _joined((*periods[:place], *parts, *periods[place + 1 :]))


def _joined(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Neighbours of one holding become one period."""
    joined: list[Period] = []
    for period in periods:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.end
            and last.end + DAY == period.start
            and last.holding.agrees(period.holding)
        ):
            kept = period.id if last.id is None else last.id
            joined[-1] = Period(last.holding.completed(period.holding), last.start, period.end, kept)
        else:
            joined.append(period)
    return tuple(joined)


def _change(later: Holding, before: int | None, year: int, transfer_year: int | None) -> date:
    """The day a change seen between two observations is dated to."""
    if (
        later.owner_type is OwnerType.LOCAL_SERVICE
        and transfer_year is not None
        and (before is None or before < transfer_year)
        and transfer_year <= year
    ):
        return date(transfer_year, 1, 1)
    return date(year, 1, 1)
