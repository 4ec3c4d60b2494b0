"""One cohort at one time against its controls: three estimators with their influence functions.

The formulas are those of Sant'Anna & Zhao (2020, *Doubly robust difference-in-differences
estimators*, Journal of Econometrics 219), as the R package ``DRDID`` computes them:
``reg`` regresses the controls' change on the covariates (outcome regression), ``ipw`` weights the
controls by the odds of treatment (normalised, as Hájek), ``dr`` does both and is right when
either model is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from network.errors import ImpactError
from network.panels import FloatArray

MOST_LIKELY = 1 - 1e-6
"""Largest probability of treatment, as in ``DRDID``; beyond it a control stands for a million."""

STEPS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Mean effect on the treated, and each unit's influence on it (mean 0)."""

    att: float
    influence: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """Change that the controls' regression predicts, and each unit's influence on its coefficients."""

    predicted: FloatArray
    influence: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Odds:
    """Odds of treatment for controls (0 for the treated), and the influence on the coefficients."""

    weight: FloatArray
    influence: FloatArray


def by_regression(change: FloatArray, treated: FloatArray, design: FloatArray) -> Difference:
    """Treated units' change minus what the controls' regression predicts for them.

    Parameters
    ----------
    change : ndarray of shape (n,)
        Outcome at the time minus outcome at the base time.
    treated : ndarray of shape (n,)
        1 for a unit of the cohort, 0 for a control.
    design : ndarray of shape (n, 1 + n_covariates)
        A first column of ones, then covariates at the base time.

    Raises
    ------
    ImpactError
        The covariates repeat each other among the controls, or there are too few controls.
    """
    fit = _regress(change, treated, design)
    mean_change, mean_predicted = _mean(treated, change), _mean(treated, fit.predicted)
    influence_treated = treated * (change - mean_change)
    slope = (treated[:, None] * design).mean(axis=0)
    influence_control = treated * (fit.predicted - mean_predicted) + fit.influence @ slope
    return Difference(mean_change - mean_predicted, (influence_treated - influence_control) / treated.mean())


def by_weighting(change: FloatArray, treated: FloatArray, design: FloatArray) -> Difference:
    """Treated units' change minus the controls', weighted to have the treated units' covariates.

    Parameters and errors as in :func:`by_regression`; also refused where the covariates
    tell treated units and controls apart without error.
    """
    odds = _odds(treated, design)
    mean_change, mean_control = _mean(treated, change), _mean(odds.weight, change)
    influence_treated = treated * (change - mean_change) / treated.mean()
    slope = ((odds.weight * (change - mean_control))[:, None] * design).mean(axis=0)
    influence_control = odds.weight * (change - mean_control) + odds.influence @ slope
    influence = influence_treated - influence_control / odds.weight.mean()
    return Difference(mean_change - mean_control, influence)


def doubly_robust(change: FloatArray, treated: FloatArray, design: FloatArray) -> Difference:
    """Both at once: weighting what the regression leaves.

    Parameters and errors as in :func:`by_weighting`.
    """
    fit, odds = _regress(change, treated, design), _odds(treated, design)
    left = change - fit.predicted
    mean_treated, mean_control = _mean(treated, left), _mean(odds.weight, left)
    slope = (treated[:, None] * design).mean(axis=0)
    influence_treated = (treated * (left - mean_treated) - fit.influence @ slope) / treated.mean()
    weighted = odds.weight[:, None] * design
    influence_control = (
        odds.weight * (left - mean_control)
        + odds.influence @ ((left - mean_control)[:, None] * weighted).mean(axis=0)
        - fit.influence @ weighted.mean(axis=0)
    ) / odds.weight.mean()
    return Difference(mean_treated - mean_control, influence_treated - influence_control)


ESTIMATORS: Mapping[str, Callable[[FloatArray, FloatArray, FloatArray], Difference]] = MappingProxyType(
    {"dr": doubly_robust, "reg": by_regression, "ipw": by_weighting}
)


def _mean(weight: FloatArray, value: FloatArray) -> float:
    return float((weight * value).sum() / weight.sum())


def _regress(change: FloatArray, treated: FloatArray, design: FloatArray) -> _Regression:
    control = 1.0 - treated
    inverse = _inverse((control[:, None] * design).T @ design / treated.size)
    coefficients = inverse @ (design.T @ (control * change)) / treated.size
    predicted = design @ coefficients
    influence = (control * (change - predicted))[:, None] * design @ inverse
    return _Regression(predicted, influence)


def _odds(treated: FloatArray, design: FloatArray) -> _Odds:
    """Logistic regression by Newton's method."""
    coefficients = np.zeros(design.shape[1])
    for _ in range(STEPS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(design @ coefficients, -500.0, 500.0)))
        score = (treated - likely)[:, None] * design
        inverse = _inverse((likely * (1.0 - likely))[:, None] * design, design)
        step = inverse @ score.mean(axis=0)
        coefficients = coefficients + step
        if np.abs(design @ step).max() < 1e-10:
            break
    else:
        raise ImpactError(
            "the covariates tell treated units from controls without error: nobody is comparable"
        )
    likely = np.minimum(1.0 / (1.0 + np.exp(-(design @ coefficients))), MOST_LIKELY)
    score = (treated - likely)[:, None] * design
    weight = (1.0 - treated) * likely / (1.0 - likely)
    inverse = _inverse((likely * (1.0 - likely))[:, None] * design, design)
    return _Odds(weight, score @ inverse)


def _inverse(weighted: FloatArray, design: FloatArray | None = None) -> FloatArray:
    """Inverse of a matrix of moments; refuses one that has none."""
    moments = weighted if design is None else weighted.T @ design / design.shape[0]
    scale = np.sqrt(np.maximum(np.diag(moments), 0.0))
    if not np.isfinite(moments).all() or (scale <= 0).any():
        raise ImpactError(_UNCLEAR)
    scaled = moments / np.outer(scale, scale)
    if np.linalg.cond(scaled) > 1e12:
        raise ImpactError(_UNCLEAR)
    answer: FloatArray = np.linalg.inv(scaled) / np.outer(scale, scale)
    return answer


_UNCLEAR = (
    "the covariates repeat each other, do not vary, or tell treated units from controls without error:"
    " give fewer"
)
