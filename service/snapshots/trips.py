"""The stops of a journey as :mod:`service.trips` wants them: minutes and kilometres between schools."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.places import km_between, unit_vectors
from service.models import School, TravelTime
from service.trips import DETOUR, KM_PER_HOUR


def ways_between(
    session: Session, schools: Sequence[School]
) -> tuple[list[list[float]], list[list[float | None]], bool]:
    """Minutes and kilometres from each school to each other.

    Minutes are those of the travel times file where it has the way (or the way back), else the line
    on the map times 1.3 at 50 km/h; an hour where a place is not known.

    Returns
    -------
    minutes, km : square lists
        Kilometres are None where a place is not known.
    estimated : bool
        Whether any of the minutes are not from the file.
    """
    ids = [school.id for school in schools]
    told = {
        (row.from_school_id, row.to_school_id): row.minutes
        for row in session.execute(
            select(TravelTime.from_school_id, TravelTime.to_school_id, TravelTime.minutes).where(
                TravelTime.from_school_id.in_(ids), TravelTime.to_school_id.in_(ids)
            )
        )
    }
    latitude = np.array([np.nan if one.latitude is None else one.latitude for one in schools], dtype=float)
    longitude = np.array([np.nan if one.longitude is None else one.longitude for one in schools], dtype=float)
    points = unit_vectors(latitude, longitude)
    minutes: list[list[float]] = []
    km: list[list[float | None]] = []
    estimated = False
    for a, origin in enumerate(ids):
        line = km_between(np.repeat(points[a : a + 1], len(ids), axis=0), points)
        km.append([float(x) * DETOUR if np.isfinite(x) else None for x in line])
        row = []
        for b, target in enumerate(ids):
            known = told.get((origin, target), told.get((target, origin)))
            road = km[a][b]
            if origin == target:
                known = 0
            if known is None:
                estimated = True
                row.append(60.0 if road is None else road / KM_PER_HOUR * 60)
            else:
                row.append(float(known))
        minutes.append(row)
    return minutes, km, estimated
