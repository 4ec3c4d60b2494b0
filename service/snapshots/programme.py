"""Which schools worked in a partnership, on which side, and from which test on it could show."""

from collections.abc import Collection
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from network.programme_effects import NEVER
from network.untreated import ResultHistory
from service.models import Partnership, School
from service.models.states import PartnershipState, Side
from service.systems import System

SECOND_HALF = 7
"""Tests are sat late in the year: what begins before July can show in them. Ours."""
NOT_WORKED = (PartnershipState.SETUP, PartnershipState.TRIAL)


def cohort_of(start_on: date) -> int:
    """First year whose test follows at least about half a school year of work.

    Examples
    --------
    >>> cohort_of(date(2024, 4, 2)), cohort_of(date(2024, 8, 1))
    (2024, 2025)
    """
    return start_on.year + (start_on.month >= SECOND_HALF)


def programme_cohorts(
    session: Session,
    system: System,
    history: ResultHistory,
    *,
    side: Side,
    territory: Collection[int] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The cohort of each school of a history on one side, and the schools that are no comparison.

    Parameters
    ----------
    territory : collection of int, optional
        Official numbers of the schools whose partnerships count (on that side); others that took
        part are no comparison either.

    Returns
    -------
    cohort : ndarray of int of shape (n_schools,)
        ``NEVER`` where a school did not work on that side: setting up, or a trial that was not
        followed by work, is no treatment but is no comparison either.
    others : ndarray of bool of shape (n_schools,)
    """
    supporting = aliased(School)
    rows = session.execute(
        select(
            School.code, supporting.code, Partnership.state, Partnership.start_on, Partnership.committed_on
        )
        .join(School, School.id == Partnership.school_id)
        .join(supporting, supporting.id == Partnership.leader_school_id)
        .where(School.system == system.code)
        .order_by(Partnership.start_on, Partnership.id)
    ).all()
    place = {int(code): n for n, code in enumerate(history.school)}
    cohort = np.full(history.school.size, NEVER, dtype=np.int64)
    involved = np.zeros(history.school.size, dtype=bool)
    for supported_code, supporting_code, state, start_on, committed_on in rows:
        for code in (supported_code, supporting_code):
            if code in place:
                involved[place[code]] = True
        mine = supported_code if side is Side.SUPPORTED else supporting_code
        stopped_early = state is PartnershipState.STOPPED and committed_on is None
        if mine not in place or state in NOT_WORKED or stopped_early:
            continue
        if (territory is None or mine in territory) and cohort[place[mine]] == NEVER:
            cohort[place[mine]] = cohort_of(committed_on or start_on)
    return cohort, involved & (cohort == NEVER)
