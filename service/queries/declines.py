"""Pairs that one side said no to not long ago: each bars itself, and nothing else (feature C3)."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Decline


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of a shorter month.

    Examples
    --------
    >>> months_before(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def barred_pairs(
    session: Session, today: date, months: int, school_ids: Collection[int] | None = None
) -> set[tuple[int, int]]:
    """Ids of school and leader of each pair still barred; ``months`` is the programme's setting."""
    query = select(Decline.school_id, Decline.leader_id).where(
        Decline.declined_on > months_before(today, months), Decline.declined_on <= today
    )
    if school_ids is not None:
        query = query.where(Decline.school_id.in_(sorted(school_ids)))
    return {(school, leader) for school, leader in session.execute(query)}
