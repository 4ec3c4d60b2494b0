"""The earlier programme: who supported whom, how it ended and what it truly changed."""

from dataclasses import dataclass, replace

import numpy as np

from service.demo.calendar import Calendar
from service.demo.chance import Chance, FloatArray
from service.demo.laws import Laws
from service.demo.schools import School
from service.demo.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPartnership:
    """One school's support by another in the earlier programme.

    ``effect`` is what the full three years truly added to the supported school, in points.
    """

    supported: int
    supporting: int
    start: int
    end: int
    tapered: bool
    fit: float
    effect: float


def wave_years(calendar: Calendar, laws: Laws) -> tuple[int, ...]:
    """First years of support: the year after a test, and over before the last one."""
    return tuple(
        year
        for year in calendar.all_years
        if year - 1 in calendar.test_years and year + laws.support_years <= calendar.all_years[-1]
    )


def run_programme(
    rng: np.random.Generator, laws: Laws, schools: tuple[School, ...], chance: Chance, truth: Truth
) -> tuple[Truth, tuple[PastPartnership, ...]]:
    """Choose by one year's low result, as programmes did, and let support work and fade."""
    partnerships: list[PastPartnership] = []
    support = truth.support.copy()
    calendar = truth.calendar
    used: set[int] = set()
    helped: dict[int, int] = {}
    for start in wave_years(calendar, laws):
        seen = _seen(replace(truth, support=support.copy()), chance, start - 1)
        able = [i for i, school in enumerate(schools) if _can_take_part(school, start, laws, float(seen[i]))]
        chosen = sorted((i for i in able if i not in used and i not in helped), key=lambda i: (seen[i], i))
        standing = truth.standing()[:, calendar.index(start - 1)]
        good = {i for i in able if standing[i] > np.quantile(standing[able], 0.7)} if able else set()
        for supported in chosen[: max(1, round(laws.wave_share * len(schools)))]:
            free = [
                i for i in good if i not in used and helped.get(i, start - 9) + laws.support_years <= start
            ]
            if not free or supported in good:
                continue
            supporting = min(free, key=lambda i: (_distance(schools[supported], schools[i], start), i))
            used.add(supported)
            helped[supporting] = start
            partnership = _partnership(rng, laws, schools, truth, supported, supporting, start)
            partnerships.append(partnership)
            _add(support, laws, calendar, supported, partnership.effect, start, partnership.tapered)
            _add(support, laws, calendar, supporting, laws.supporter_gain, start, True)
    return replace(truth, support=support), tuple(partnerships)


def _seen(truth: Truth, chance: Chance, year: int) -> FloatArray:
    """The mean of both subjects that the file of a year shows; NaN under five pupils."""
    at = truth.calendar.index(year)
    pupils = chance.pupils["4b"][:, at]
    noise = truth.laws.pupil_sd * chance.luck["4b"][:, at] / np.sqrt(np.maximum(pupils, 1))
    seen = truth.expected("4b", year) + chance.shock["4b"][:, at] + noise
    return np.where(pupils >= 5, seen, np.nan)


def _can_take_part(school: School, start: int, laws: Laws, seen: float) -> bool:
    stays = all(school.works(year) for year in range(start - 1, start + laws.support_years + 1))
    return school.owner_class == "public" and school.teaches_primary and stays and bool(np.isfinite(seen))


def _distance(one: School, other: School, year: int) -> tuple[int, int, float]:
    """Same owner first, then same region, then the nearest circumstances."""
    return (
        int(one.owner_in(year) != other.owner_in(year)),
        int(one.commune.region != other.commune.region),
        abs(one.social_index - other.social_index) + (one.rural != other.rural),
    )


def _partnership(
    rng: np.random.Generator,
    laws: Laws,
    schools: tuple[School, ...],
    truth: Truth,
    supported: int,
    supporting: int,
    start: int,
) -> PastPartnership:
    one, other = schools[supported], schools[supporting]
    fit = laws.fit(one.social_index - other.social_index, one.rural != other.rural)
    return PastPartnership(
        supported=supported,
        supporting=supporting,
        start=start,
        end=start + laws.support_years - 1,
        tapered=bool(rng.random() < laws.tapered_share),
        fit=fit,
        effect=float(truth.leader_effect[supporting]) * fit,
    )


def _add(
    support: FloatArray, laws: Laws, calendar: Calendar, school: int, effect: float, start: int, tapered: bool
) -> None:
    for year in calendar.all_years:
        support[school, calendar.index(year)] += laws.support(effect, year - start, tapered)
