"""Which surveys are due in a partnership on a day. Pure: dates in, occasions out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from service.models.states import PartnershipState
from service.models.survey_kinds import SurveyMoment

WORKING = frozenset({PartnershipState.TRIAL, PartnershipState.ACTIVE, PartnershipState.TAPERING})
LATE = timedelta(days=30)
"""What happened longer ago is not asked about any more: nobody remembers a visit of last term."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a survey is asked for, once; ``key`` is what makes it the same one."""

    moment: SurveyMoment
    key: str


def due_occasions(
    *,
    today: date,
    state: PartnershipState,
    start_on: date,
    closed_on: date | None,
    visits: Collection[tuple[int, date]],
    asked: Collection[str],
    last_regular: date | None,
    first_days: int,
    every_days: int,
) -> tuple[Occasion, ...]:
    """What is due and was not asked yet.

    Of the regular ones only the latest is asked, however long the worker stood still, and never
    within half an interval of the one before: a shorter interval set later asks nobody twice.

    Parameters
    ----------
    visits : collection of (int, date)
        Id and day of each visit that was held.
    asked : collection of str
        Keys of the surveys that were issued.
    last_regular : date or None
        When the last regular survey was issued.
    first_days, every_days : int
        Days from the start to the first one, and from one to the next.

    Examples
    --------
    >>> due_occasions(today=date(2026, 6, 1), state=PartnershipState.ACTIVE, start_on=date(2026, 3, 2),
    ...               closed_on=None, visits=[], asked=(), last_regular=None, first_days=30, every_days=60)
    (Occasion(moment=<SurveyMoment.REGULAR: 'regular'>, key='days:90'),)
    """
    found = []
    if state in WORKING:
        days = (today - start_on).days
        if days >= first_days:
            number = first_days + (days - first_days) // every_days * every_days
            near = last_regular is not None and (today - last_regular).days < every_days // 2
            if not near:
                found.append(Occasion(SurveyMoment.REGULAR, f"days:{number}"))
        found += [
            Occasion(SurveyMoment.VISIT, f"visit:{visit_id}")
            for visit_id, day in sorted(visits)
            if day < today <= day + LATE
        ]
    if (
        closed_on is not None
        and closed_on <= today <= closed_on + LATE
        and state is not PartnershipState.STOPPED
    ):
        found.append(Occasion(SurveyMoment.CLOSING, "closing"))
    return tuple(one for one in found if one.key not in asked)
