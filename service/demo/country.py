"""A whole demo country from a seed."""

from dataclasses import dataclass, field

import numpy as np

from service.demo.calendar import Calendar
from service.demo.chance import FloatArray, draw
from service.demo.laws import Grade, Laws
from service.demo.names import PeopleNames
from service.demo.people import DemoLeader, DemoNeed, DemoPerson, make_leaders, make_needs, make_people
from service.demo.programme import PastPartnership, run_programme
from service.demo.results import Result, make_results
from service.demo.schools import School, make_schools
from service.demo.truth import Truth, make_truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """An invented country and what is true in it.

    Places in ``truth``, ``results``, ``partnerships``, ``leaders``, ``needs`` and ``people`` are
    places in ``schools``.
    """

    seed: int
    laws: Laws
    calendar: Calendar
    schools: tuple[School, ...] = field(repr=False)
    sizes: dict[Grade, FloatArray] = field(repr=False)
    truth: Truth = field(repr=False)
    results: tuple[Result, ...] = field(repr=False)
    partnerships: tuple[PastPartnership, ...] = field(repr=False)
    leaders: tuple[DemoLeader, ...] = field(repr=False)
    needs: tuple[DemoNeed, ...] = field(repr=False)
    people: tuple[DemoPerson, ...] = field(repr=False)

    def cohort(self, grade: Grade, school: int, year_place: int) -> float:
        """Pupils expected in the tested grade of a school in a year."""
        return float(self.sizes[grade][school, year_place])


def generate(seed: int = 7, schools: int = 600, years: int = 10, laws: Laws | None = None) -> Country:
    """Make a country in which the laws hold and everything else is chance.

    Parameters
    ----------
    seed : int
        The same seed, sizes and laws give the same country.
    schools : int
        Schools ever opened, at least 60; a tenth of them no longer works.
    years : int
        Calendar years up to 2024, from 3 to 11; no test was held from 2019 to 2021.
    laws : Laws, optional
        Those of ``docs/decisions/0001-demo-country-laws.md`` unless given.

    Raises
    ------
    ValueError
        Too few schools, or years outside the layouts we know.
    """
    laws = laws or Laws()
    calendar = Calendar(years)
    rng = np.random.default_rng(seed)
    made = make_schools(rng, laws, calendar, schools)
    chance = draw(rng, laws, calendar, made)
    truth, partnerships = run_programme(rng, laws, made, chance, make_truth(laws, calendar, made, chance))
    results = make_results(rng, laws, made, chance, truth)
    names = PeopleNames(rng, set())
    leaders = make_leaders(rng, laws, made, truth, names)
    needs = make_needs(rng, laws, made, truth)
    return Country(
        seed=seed,
        laws=laws,
        calendar=calendar,
        schools=made,
        sizes=chance.sizes,
        truth=truth,
        results=results,
        partnerships=partnerships,
        leaders=leaders,
        needs=needs,
        people=make_people(made, leaders, needs, calendar.directory_years[-1], names),
    )
