"""Value added: what a school gives beyond what its context predicts, with its interval.

One year's residual is mostly noise. All years up to the as-of year are pooled, each
weighed by the pupils tested and by how long ago it was, and drawn towards 0, the mean
of schools in the same context, as far as the evidence is thin.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from matching.arrays import FloatArray, IntArray
from matching.errors import EvidenceError
from matching.residuals import Area, Residuals
from matching.state_model import Series, StateParameters, fit, observed_covariance

INTERVAL_SDS = 1.959963984540054
"""Half width of a 95 % interval in SDs of a normal distribution."""

RECENT_TESTS = 3
"""How many of the last tests held count as recent."""

FALL_YEARS = 3
"""A school's level is compared with the one so many calendar years before."""

CERTAIN_SD = 1e-6
"""Points of the test under which an SD is rounding, such as when nothing drifts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueAdded:
    """Value added of every school with a residual up to the year, in points of the test.

    Parameters
    ----------
    area : Area
    as_of : int
    tests : tuple of int
        Years of the tests held up to the as-of year.
    parameters : StateParameters
    school : ndarray of int
        Ascending; the other arrays follow it.
    estimate, standard_error : ndarray of float
        Expected residual in ``target_year`` and the SD of the true one (lasting and
        drifting part, without year shock and noise).
    lower, upper : ndarray of float
        95 % interval of that true one.
    level, level_sd : ndarray of float
        Lasting and drifting part in the as-of year.
    change, change_sd : ndarray of float
        Level minus the level :data:`FALL_YEARS` before; exact, since both come from one
        joint posterior.
    years : ndarray of int
        Number of years with a residual.
    recent_tests : ndarray of int
        Of them, among the last :data:`RECENT_TESTS` tests held.
    first_year, last_year : ndarray of int
        Of the school's first and last residual up to the as-of year.
    tested : ndarray of float
        Pupils of the last test, mean of both subjects.
    target_year : int
        The year after the as-of year unless another was asked for.
    """

    area: Area
    as_of: int
    target_year: int
    tests: tuple[int, ...]
    parameters: StateParameters
    school: IntArray
    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: FloatArray
    level_sd: FloatArray
    change: FloatArray
    change_sd: FloatArray
    years: IntArray
    recent_tests: IntArray
    first_year: IntArray
    last_year: IntArray
    tested: FloatArray

    def rows(self) -> Mapping[int, int]:
        """Map each school to its row."""
        return {int(school): row for row, school in enumerate(self.school)}

    def level_above(self, value: float) -> FloatArray:
        """Probability that the level in the as-of year lies above a value."""
        return normal_probability(self.level - value, self.level_sd)

    def level_below(self, line: float) -> FloatArray:
        """Probability that the level in the as-of year lies below a line."""
        return normal_probability(line - self.level, self.level_sd)

    def falling(self) -> FloatArray:
        """Probability that the level lies below that of :data:`FALL_YEARS` before."""
        return normal_probability(-self.change, self.change_sd)

    def falling_schools(self, probability: float) -> frozenset[int]:
        """Give the schools that are falling with at least a probability."""
        return frozenset(int(school) for school in self.school[self.falling() >= probability])


def value_added(
    found: Residuals,
    as_of: int,
    *,
    area: Area = Area.BOTH,
    target_year: int | None = None,
    parameters: StateParameters | None = None,
) -> ValueAdded:
    """Pool the residuals of each school up to a year and shrink them.

    Parameters
    ----------
    found : Residuals
        Rows after ``as_of`` are not looked at.
    as_of : int
    area : Area, default both
    target_year : int, optional
        Year the estimate speaks of, from ``as_of`` on; the one after it by default,
        because the calendar of tests is not known.
    parameters : StateParameters, optional
        Fitted on the same rows by default.

    Returns
    -------
    ValueAdded

    Raises
    ------
    EvidenceError
        There is no residual up to the year, ``target_year`` comes before ``as_of``, or
        the parameters cannot be fitted.

    Notes
    -----
    The exact posterior of the Gaussian model of :mod:`matching.state_model`: with K the
    covariance of a school's residuals y, and c that between them and a level, the
    level has mean ``c' K^-1 y`` and covariances ``C - c' K^-1 c`` (Searle, Casella and
    McCulloch 1992, *Variance Components*, ch. 7). The uncertainty of the parameters
    themselves is not in the interval; with thousands of schools it is small.

    Examples
    --------
    One test of 25 pupils, 10 points above its context; 50 / 5 = 10 points of noise,
    and a level that varies by 10 points between schools: half of it is believed.

    >>> one = Residuals(
    ...     school=np.array([7]), year=np.array([2024]), both=np.array([10.0]),
    ...     reading=np.array([10.0]), mathematics=np.array([10.0]), tested=np.array([25.0]),
    ...     fits=(), tests=(2024,), left_out={})
    >>> parts = StateParameters(
    ...     lasting_sd=10, drifting_sd=0, persistence=0.9, shock_sd=0, noise_sd=50)
    >>> answer = value_added(one, 2024, parameters=parts)
    >>> answer.estimate.round(6), answer.standard_error.round(2)
    (array([5.]), array([7.07]))
    """
    target = as_of + 1 if target_year is None else target_year
    if target < as_of:
        raise EvidenceError(f"{target} comes before the as-of year {as_of}", "target_year")
    rows = found.year <= as_of
    if not rows.any():
        raise EvidenceError(f"no school has a residual up to {as_of}")
    school, first = np.unique(found.school[rows], return_inverse=True)
    years, second = np.unique(found.year[rows], return_inverse=True)
    residual = np.zeros((school.size, years.size))
    tested = np.ones_like(residual)
    present = np.zeros(residual.shape, dtype=bool)
    residual[first, second] = found.of(area)[rows]
    tested[first, second] = found.tested[rows]
    present[first, second] = True
    series = Series(years=years.astype(np.float64), residual=residual, tested=tested, present=present)
    used = fit(series) if parameters is None else parameters
    mean, covariance = _posterior(used, series, np.array([as_of, as_of - FALL_YEARS, target], dtype=float))
    tests = tuple(year for year in found.tests if year <= as_of)
    last = years.size - 1 - np.argmax(present[:, ::-1], axis=1)
    error = np.sqrt(covariance[:, 2, 2])
    change_variance = covariance[:, 0, 0] + covariance[:, 1, 1] - 2 * covariance[:, 0, 1]
    return ValueAdded(
        area=area,
        as_of=as_of,
        target_year=target,
        tests=tests,
        parameters=used,
        school=school,
        estimate=mean[:, 2],
        standard_error=error,
        lower=mean[:, 2] - INTERVAL_SDS * error,
        upper=mean[:, 2] + INTERVAL_SDS * error,
        level=mean[:, 0],
        level_sd=np.sqrt(covariance[:, 0, 0]),
        change=mean[:, 0] - mean[:, 1],
        change_sd=np.sqrt(np.maximum(change_variance, 0)),
        years=present.sum(axis=1),
        recent_tests=present[:, np.isin(years, tests[-RECENT_TESTS:])].sum(axis=1),
        first_year=years[np.argmax(present, axis=1)],
        last_year=years[last],
        tested=tested[np.arange(school.size), last],
    )


def _posterior(parameters: StateParameters, series: Series, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean (n_schools, n_at) and covariance (n_schools, n_at, n_at) of the levels."""
    between = parameters.covariance(series.years, at)
    between = np.where(series.present[:, :, None], between, 0.0)
    gain = np.linalg.solve(observed_covariance(parameters, series), between)
    mean = np.einsum("ita,it->ia", gain, series.residual)
    covariance = parameters.covariance(at, at) - np.einsum("ita,itb->iab", gain, between)
    return mean, covariance


def normal_probability(excess: FloatArray, sd: FloatArray) -> FloatArray:
    """Probability that a normal quantity is above 0; 0 or 1 where nothing is uncertain."""
    certain = sd < CERTAIN_SD
    probability = ndtr(excess / np.where(certain, 1.0, sd))
    return np.where(certain, (excess > CERTAIN_SD).astype(np.float64), probability)
