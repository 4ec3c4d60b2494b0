"""Everything drawn by lot once, before anything is decided: one array for each law."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.demo.calendar import Calendar
from service.demo.laws import GRADES, Grade, Laws
from service.demo.schools import School

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chance:
    """The draws of a country; rows are schools, columns calendar years.

    ``tested`` counts pupils of each grade; ``luck`` and ``luck_taste`` are standard normal
    and become noise once divided by the root of the pupils tested.
    """

    lasting: FloatArray
    drift: FloatArray
    taste: FloatArray
    owner_effect: dict[str, float]
    sizes: dict[Grade, FloatArray]
    pupils: dict[Grade, IntArray]
    shock: dict[Grade, FloatArray]
    shock_taste: dict[Grade, FloatArray]
    luck: dict[Grade, FloatArray]
    luck_taste: dict[Grade, FloatArray]
    group: dict[Grade, IntArray]
    leader_luck: FloatArray


def draw(rng: np.random.Generator, laws: Laws, calendar: Calendar, schools: tuple[School, ...]) -> Chance:
    """Draw it all, in a fixed order, so that a seed gives one country."""
    count, years = len(schools), len(calendar.all_years)
    shape = (count, years)
    lasting = rng.normal(0, laws.lasting_sd, count)
    drift = _drift(rng, laws, shape)
    taste = rng.normal(0, laws.taste_sd, count)
    owners = sorted({school.owner_in(year) for school in schools for year in calendar.directory_years})
    owner_effect = {owner: float(rng.normal(0, laws.owner_sd)) for owner in owners}
    trend = np.exp(rng.normal(0, 0.02, (count, 1)) * (np.arange(years) - years / 2))
    size = {grade: trend * _size(calendar, schools, grade) for grade in GRADES}
    index = np.array([school.social_index for school in schools])[:, None]
    error = {grade: rng.normal(0, laws.group_error_sd, shape) for grade in GRADES}
    return Chance(
        lasting=lasting,
        drift=drift,
        taste=taste,
        owner_effect=owner_effect,
        sizes=size,
        pupils={grade: rng.poisson(size[grade]) for grade in GRADES},
        shock={grade: rng.normal(0, laws.shock_sd, shape) for grade in GRADES},
        shock_taste={grade: rng.normal(0, laws.shock_taste_sd, shape) for grade in GRADES},
        luck={grade: rng.normal(0, 1, shape) for grade in GRADES},
        luck_taste={grade: rng.normal(0, 1, shape) for grade in GRADES},
        group={grade: np.clip(np.rint(index + error[grade]), 1, 5).astype(np.int64) for grade in GRADES},
        leader_luck=rng.normal(0, 1, count),
    )


def _drift(rng: np.random.Generator, laws: Laws, shape: tuple[int, int]) -> FloatArray:
    """Stationary AR(1) over calendar years."""
    steps = rng.normal(0, laws.drift_sd, shape)
    drift = steps.copy()
    for year in range(1, shape[1]):
        drift[:, year] = (
            laws.drift_keeps * drift[:, year - 1] + (1 - laws.drift_keeps**2) ** 0.5 * steps[:, year]
        )
    return drift


def _size(calendar: Calendar, schools: tuple[School, ...], grade: Grade) -> FloatArray:
    """Expected pupils of the grade; a school that takes in another also takes its pupils."""
    own = [school.cohort_primary if grade == "4b" else school.cohort_secondary for school in schools]
    size = np.repeat(np.array(own)[:, None], len(calendar.all_years), axis=1)
    place = {school.number: at for at, school in enumerate(schools)}
    for at, school in enumerate(schools):
        if school.merged_into is not None and school.ended is not None:
            size[place[school.merged_into], max(0, school.ended - calendar.first) :] += own[at]
    return size
