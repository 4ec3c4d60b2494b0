"""Which years have a test and which have a directory, as in the real calendar."""

from dataclasses import dataclass

LAST_TEST_YEAR = 2024
YEARS_WITHOUT_TEST = frozenset({2019, 2020, 2021})
FEWEST_YEARS, MOST_YEARS = 3, 11
"""Files of 2014 to 2024 are the layouts we know; under three years nothing can be told."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar years of a demo country.

    Examples
    --------
    >>> Calendar(10).test_years
    (2015, 2016, 2017, 2018, 2022, 2023, 2024)
    >>> Calendar(10).directory_years[-1]
    2025
    """

    years: int

    def __post_init__(self) -> None:
        if not FEWEST_YEARS <= self.years <= MOST_YEARS:
            raise ValueError(f"years must be from {FEWEST_YEARS} to {MOST_YEARS}, not {self.years}")

    @property
    def all_years(self) -> tuple[int, ...]:
        """Every year that the laws run through."""
        return tuple(range(LAST_TEST_YEAR - self.years + 1, LAST_TEST_YEAR + 1))

    @property
    def first(self) -> int:
        """First year of the country."""
        return self.all_years[0]

    @property
    def test_years(self) -> tuple[int, ...]:
        """Years with a national test; none was held from 2019 to 2021."""
        return tuple(year for year in self.all_years if year not in YEARS_WITHOUT_TEST)

    @property
    def directory_years(self) -> tuple[int, ...]:
        """Every year and the one after, whose directory appears in April."""
        return (*self.all_years, LAST_TEST_YEAR + 1)

    def index(self, year: int) -> int:
        """Place of a year among ``all_years``."""
        return year - self.first
