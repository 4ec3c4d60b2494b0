"""What lasts, what drifts and what is noise in a school's residuals.

The residual of school i in year t is ``a_i + d_it + u_it + e_it``: a lasting part, a
part that drifts away with the calendar years, a shock of that year (the cohort, the
day, the teacher), and noise that falls with the number of pupils tested.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import isfinite

import numpy as np

from matching.arrays import BoolArray, FloatArray
from matching.errors import EvidenceError

MINIMUM_REPEATED = 30
"""Schools with residuals in two years or more that a fit needs. Ours."""

PRIOR_SD = 2.0
"""SD of the weak normal prior of each log variance (and of the logit of the
persistence) around its starting value. It only decides what the data leave open, such
as lasting against drifting part when there are two years. Ours."""

START_SHARES = (0.2, 0.4, 0.1, 0.3)
"""Lasting, drifting, shock and noise as shares of the variance where the search starts."""

START_PERSISTENCE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class StateParameters:
    """Size and persistence of the parts of a residual; SDs in points of the test.

    Parameters
    ----------
    lasting_sd : float
        Of the part that stays with the school.
    drifting_sd : float
        Of the part that fades and is renewed; its correlation between two years is
        ``persistence ** (calendar years apart)``, so a year without test is a gap.
    persistence : float
        In (0, 1), per calendar year.
    shock_sd : float
        Of what touches one school in one year, however many pupils it tested.
    noise_sd : float
        Of one pupil: the mean of n pupils has variance ``noise_sd ** 2 / n``.

    Raises
    ------
    EvidenceError
        A figure is not finite, an SD is negative, ``noise_sd`` is 0 or ``persistence``
        lies outside (0, 1).
    """

    lasting_sd: float
    drifting_sd: float
    persistence: float
    shock_sd: float
    noise_sd: float

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if not (isfinite(value) and value >= 0):
                raise EvidenceError(f"{value} is not a finite figure of 0 or more", part.name)
        if not 0 < self.persistence < 1:
            raise EvidenceError("must lie between 0 and 1", "persistence")
        if self.noise_sd == 0:
            raise EvidenceError("must be above 0", "noise_sd")

    def covariance(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Covariance of a school's level (lasting and drifting part) between years.

        Examples
        --------
        >>> parts = StateParameters(
        ...     lasting_sd=3, drifting_sd=4, persistence=0.5, shock_sd=1, noise_sd=50)
        >>> parts.covariance(np.array([2018.0]), np.array([2018.0, 2019.0, 2022.0]))
        array([[25., 17., 10.]])
        """
        lag = np.abs(np.subtract.outer(first, second))
        level: FloatArray = self.lasting_sd**2 + self.drifting_sd**2 * self.persistence**lag
        return level

    def to_dict(self) -> dict[str, float]:
        """Give the parameters as they are stored and printed."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, float]) -> "StateParameters":
        """Read what :meth:`to_dict` gave."""
        return cls(**stored)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Residuals of one area, a row a school and a column a year.

    Parameters
    ----------
    years : ndarray of shape (n_years,)
    residual, tested : ndarray of shape (n_schools, n_years)
        0 and 1 where absent.
    present : ndarray of bool, same shape
    """

    years: FloatArray
    residual: FloatArray
    tested: FloatArray
    present: BoolArray


def observed_covariance(parameters: StateParameters, series: Series) -> FloatArray:
    """Covariance of each school's residuals, with a row of the identity where absent.

    Returns
    -------
    ndarray of shape (n_schools, n_years, n_years)
    """
    level = parameters.covariance(series.years, series.years)
    both = series.present[:, :, None] & series.present[:, None, :]
    covariance = np.where(both, level, 0.0)
    own = parameters.shock_sd**2 + parameters.noise_sd**2 / series.tested
    diagonal = np.arange(series.years.size)
    covariance[:, diagonal, diagonal] += np.where(series.present, own, 1.0)
    return covariance


def fit(series: Series) -> StateParameters:
    """Estimate the parameters by maximum likelihood over all schools.

    Parameters
    ----------
    series : Series
        Of every school of the test, so that the parts are those of the country.

    Returns
    -------
    StateParameters

    Raises
    ------
    EvidenceError
        Fewer than :data:`MINIMUM_REPEATED` schools have two years, or all residuals
        are 0.

    Notes
    -----
    Gaussian likelihood with the exact gradient, searched by L-BFGS-B from a fixed
    start, so the same data give the same answer. The variance of the mean of n pupils
    falls as 1/n; with Kane and Staiger (2002), *The promise and pitfalls of using
    imprecise school accountability measures*, Journal of Economic Perspectives 16(4),
    what is persistent is told apart from what is not by the covariance between years.
    Normal parts make one extreme year of a school weigh as much as its numbers say.
    """
    if int(np.sum(series.present.sum(axis=1) >= 2)) < MINIMUM_REPEATED:
        raise EvidenceError(
            f"fewer than {MINIMUM_REPEATED} schools have results in two years, so what "
            "lasts cannot be told from what passes"
        )
    variance = float(np.mean(series.residual[series.present] ** 2))
    if not variance > 0:
        raise EvidenceError("all residuals are 0")
    per_school = float(np.mean(1 / series.tested[series.present]))
    lasting, drifting, shock, noise = (share * variance for share in START_SHARES)
    odds = START_PERSISTENCE / (1 - START_PERSISTENCE)
    start = np.log([lasting, drifting, shock, noise / per_school, odds])
    # here and not above: the optimiser takes more memory than many a run
    from scipy.optimize import minimize

    found = minimize(
        _penalised_deviance,
        start,
        args=(series, start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(s - 5 * PRIOR_SD, s + 5 * PRIOR_SD) for s in start],
        options={"maxiter": 200, "ftol": 1e-10},
    )
    return _parameters(found.x)


def _parameters(theta: FloatArray) -> StateParameters:
    lasting, drifting, shock, noise = (float(sd) for sd in np.exp(theta[:4] / 2))
    return StateParameters(
        lasting_sd=lasting,
        drifting_sd=drifting,
        persistence=float(1 / (1 + np.exp(-theta[4]))),
        shock_sd=shock,
        noise_sd=noise,
    )


def _penalised_deviance(theta: FloatArray, series: Series, start: FloatArray) -> tuple[float, FloatArray]:
    """Minus the log posterior (up to a constant) and its gradient in ``theta``."""
    parameters = _parameters(theta)
    covariance = observed_covariance(parameters, series)
    precision = np.linalg.inv(covariance)
    weighed = np.einsum("ist,it->is", precision, series.residual)
    value = 0.5 * (np.linalg.slogdet(covariance)[1].sum() + np.sum(weighed * series.residual))
    # d value = 0.5 trace(slope @ d covariance), summed over schools.
    both = series.present[:, :, None] & series.present[:, None, :]
    slope = np.where(both, precision - weighed[:, :, None] * weighed[:, None, :], 0.0)
    summed = slope.sum(axis=0)
    own = np.einsum("itt->it", slope)
    lag = np.abs(np.subtract.outer(series.years, series.years))
    fading = parameters.persistence**lag
    gradient = 0.5 * np.array(
        [
            parameters.lasting_sd**2 * summed.sum(),
            parameters.drifting_sd**2 * np.sum(summed * fading),
            parameters.shock_sd**2 * own.sum(),
            parameters.noise_sd**2 * np.sum(own / series.tested),
            parameters.drifting_sd**2 * np.sum(summed * lag * fading) * (1 - parameters.persistence),
        ]
    )
    off = (theta - start) / PRIOR_SD
    return float(value + 0.5 * np.sum(off**2)), gradient + off / PRIOR_SD
