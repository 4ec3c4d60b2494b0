"""How the results of a school left to itself go on: what lasts, drifts, shocks and is noise.

The residual of school i in year t (its result minus what its context predicts) is
``m_k + a_i + d_it + u_it + e_it``: a lasting part, a part that fades with the calendar years,
a shock of that school in that year, and noise that falls with the number tested. Most schools
belong to an ordinary class k; a few lie far out, mostly above, and stay there. One normal law
for all would draw those back too far: what looks like the effect of picking extreme schools.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from network.errors import ImpactError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

ClassPart = tuple[float, float, FloatArray, FloatArray]
"""Of one class: mean, scale, solved residuals, covariance."""

FEWEST_REPEATED = 30
"""Schools with results in two years or more that a fit needs. Ours."""
FITTED_SCHOOLS = 2500
"""So many schools, evenly spread over their order, fix the parameters well enough. Ours: with 5,000 no
parameter of the Chilean fourth grade moves by more than a tenth of what the years themselves differ by."""
PRIOR_SD = 2.0
SHOCK_PRIOR_SD = 0.4
START = np.array([log(0.45), log(0.6), log(0.25), log(3.0), 1.7, log(2.0), -2.0, 0.0])
"""Log SDs in units of the residuals' SD (lasting, drifting, shock, noise of one pupil), logit of the
persistence, log scale, log odds and mean (in SDs) of the far class: where the search starts and, with
``PRIOR_SD``, what decides where the data leave something open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelModel:
    """Parameters in points of the test.

    Parameters
    ----------
    lasting_sd, drifting_sd, noise_sd : float
        Of the ordinary class; ``noise_sd`` of one pupil.
    persistence : float
        Correlation of the drifting part with itself one calendar year later, in (0, 1).
    shock_sd : tuple of float
        One for each year.
    far_scale, far_share, far_mean : float
        The class of schools far out: how many times as wide its level spreads, its share of all
        schools in [0, 1], and its mean above the ordinary one.
    """

    lasting_sd: float
    drifting_sd: float
    noise_sd: float
    persistence: float
    shock_sd: tuple[float, ...]
    far_scale: float
    far_share: float
    far_mean: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    """Residuals of schools (rows) in test years (columns), with the number tested."""

    years: FloatArray
    residual: FloatArray
    tested: FloatArray
    present: BoolArray


def fit_level_model(found: Residuals) -> LevelModel:
    """Estimate the parameters by penalised maximum likelihood.

    Parameters
    ----------
    found : Residuals
        What happened to treated schools since their treatment is marked absent. Since the results
        they were picked by are present, picking them biases nothing (Rubin 1976: missing at random).

    Raises
    ------
    ImpactError
        Fewer than :data:`FEWEST_REPEATED` schools have results in two years, or all are alike.
    """
    repeated = int((found.present.sum(axis=1) >= 2).sum())
    if repeated < FEWEST_REPEATED:
        raise ImpactError(
            f"{repeated} schools have results in two years or more: at least {FEWEST_REPEATED} are needed "
            "to tell what lasts from what is noise"
        )
    rows = np.flatnonzero(found.present.any(axis=1))
    if rows.size > FITTED_SCHOOLS:
        rows = rows[np.linspace(0, rows.size - 1, FITTED_SCHOOLS).astype(int)]
    part = Residuals(
        years=found.years,
        residual=np.where(found.present, found.residual, 0.0)[rows],
        tested=found.tested[rows],
        present=found.present[rows],
    )
    unit = float(part.residual[part.present].std())
    if unit == 0:
        raise ImpactError("all results are what the context predicts: there is no noise to learn from")
    start = np.concatenate([START, np.zeros(part.years.size)])
    spread = np.concatenate([np.full(START.size, PRIOR_SD), np.full(part.years.size, SHOCK_PRIOR_SD)])

    def cost(theta: FloatArray) -> tuple[float, FloatArray]:
        likelihood, slope = _likelihood(theta, unit, part)
        off = (theta - start) / spread
        return float(0.5 * (off**2).sum() - likelihood), off / spread - slope

    best = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return _model(best.x, unit)


def expected_level(model: LevelModel, known: Residuals, year: float) -> FloatArray:
    """Expected residual of each school in ``year``, from the residuals present.

    Returns
    -------
    ndarray of shape (n_schools,)
        In points; 0 for a school without any result, whose context is all that is known.
    """
    weights, solutions = _classes(model, known)
    weights = np.exp(weights - logsumexp(weights, axis=1, keepdims=True))
    lag = np.abs(known.years - year)
    level = model.lasting_sd**2 + model.drifting_sd**2 * model.persistence**lag
    expected = np.zeros(known.residual.shape[0])
    for k, (mean, scale, solved, _covariance) in enumerate(solutions):
        pull = (np.where(known.present, level * scale**2, 0.0) * solved).sum(axis=1)
        expected += weights[:, k] * (mean + pull)
    return np.where(known.present.any(axis=1), expected, 0.0)


def _model(theta: FloatArray, unit: float) -> LevelModel:
    lasting, drifting, shock, noise = (float(x) for x in np.exp(theta[:4]) * unit)
    return LevelModel(
        lasting_sd=lasting,
        drifting_sd=drifting,
        noise_sd=noise,
        persistence=float(expit(theta[4])),
        shock_sd=tuple(float(x) for x in shock * np.exp(theta[START.size :])),
        far_scale=float(np.exp(theta[5])),
        far_share=float(expit(theta[6])),
        far_mean=float(theta[7] * unit),
    )


def _likelihood(theta: FloatArray, unit: float, found: Residuals) -> tuple[float, FloatArray]:
    """Log likelihood of all schools, and its slope along each parameter as searched."""
    model = _model(theta, unit)
    logs, classes = _classes(model, found)
    whole = logsumexp(logs, axis=1, keepdims=True)
    weight = np.exp(logs - whole)
    lag = np.abs(np.subtract.outer(found.years, found.years))
    fading = model.persistence**lag
    faster = model.drifting_sd**2 * lag * fading * (1 - model.persistence)
    shock = np.array(model.shock_sd) ** 2
    tested = np.where(found.present, found.tested, 1.0)
    level = model.lasting_sd**2 + model.drifting_sd**2 * fading
    both = found.present[:, :, None] & found.present[:, None, :]
    share = model.far_share
    slope = np.zeros(theta.size)
    drawn = np.zeros(2)
    for k, (_mean, scale, solved, covariance) in enumerate(classes):
        # d log N / dC = (C^-1 r r' C^-1 - C^-1) / 2, summed over schools with their class weight.
        pull = solved[:, :, None] * solved[:, None, :] - np.where(both, np.linalg.inv(covariance), 0.0)
        pull *= weight[:, k, None, None]
        total = pull.sum(axis=0)
        own = np.diagonal(pull, axis1=1, axis2=2)
        slope[0] += model.lasting_sd**2 * scale**2 * total.sum()
        slope[1] += model.drifting_sd**2 * scale**2 * (fading * total).sum()
        slope[3] += model.noise_sd**2 * (own / tested * found.present).sum()
        slope[4] += 0.5 * scale**2 * (faster * total).sum()
        years = shock * own.sum(axis=0)
        slope[2] += years.sum()
        slope[START.size :] += years
        if k == 1:
            slope[5] += scale**2 * (level * total).sum()
        drawn[k] = (weight[:, k] * solved.sum(axis=1)).sum()
    far = float(weight[:, 1].sum())
    towards = share * (1 - share)
    slope[6] = far - share * weight.shape[0] - towards * model.far_mean * drawn.sum()
    slope[7] = unit * (drawn[1] - share * drawn.sum())
    return float(whole.sum()), slope


def _classes(model: LevelModel, found: Residuals) -> tuple[FloatArray, list[ClassPart]]:
    """Log weight of each class for each school; per class its mean, scale, solved residuals, covariance."""
    lag = np.abs(np.subtract.outer(found.years, found.years))
    level = model.lasting_sd**2 + model.drifting_sd**2 * model.persistence**lag
    both = found.present[:, :, None] & found.present[:, None, :]
    shared = np.where(both, level, 0.0)
    own = np.array(model.shock_sd) ** 2 + model.noise_sd**2 / np.where(found.present, found.tested, 1.0)
    diagonal = np.arange(found.years.size)
    share = min(max(model.far_share, 1e-12), 1 - 1e-12)
    ordinary_mean = -share * model.far_mean
    logs: list[FloatArray] = []
    solutions: list[ClassPart] = []
    for weight, mean, scale in (
        (1 - share, ordinary_mean, 1.0),
        (share, ordinary_mean + model.far_mean, model.far_scale),
    ):
        covariance = shared * scale**2
        covariance[:, diagonal, diagonal] += np.where(found.present, own, 1.0)
        centred = np.where(found.present, found.residual - mean, 0.0)
        factor = np.linalg.cholesky(covariance)
        solved: FloatArray = np.linalg.solve(covariance, centred[:, :, None])[:, :, 0].astype(np.float64)
        determinant = 2 * np.log(factor[:, diagonal, diagonal]).sum(axis=1)
        logs.append(log(weight) - 0.5 * (determinant + (centred * solved).sum(axis=1)))
        solutions.append((mean, scale, solved, covariance))
    return np.stack(logs, axis=1), solutions
