"""How much each feature of a context counts when two schools are compared.

Three kinds, stored with the run: `equal`; `expert`, published with a sentence for each
weight; `learned`, such that a school's neighbours predict its results.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

import numpy as np
from scipy.optimize import minimize

from matching.arrays import FloatArray, IntArray
from matching.errors import ProfileError
from matching.features import ContextMatrix, Feature


class WeightKind(StrEnum):
    """Where the weights come from."""

    EQUAL = "equal"
    EXPERT = "expert"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextWeights:
    """A weight for each feature, on average 1.

    Parameters
    ----------
    kind : WeightKind
    version : str
        Changes whenever a figure does.
    values : mapping of Feature to float
        Non-negative; a feature not named weighs 0.

    Raises
    ------
    ProfileError
        A weight is negative or not a number, or all are 0.
    """

    kind: WeightKind
    version: str
    values: Mapping[Feature, float]

    def __post_init__(self) -> None:
        for feature, weight in self.values.items():
            if not (isfinite(weight) and weight >= 0):
                raise ProfileError("a weight is a number of 0 or more", f"weights.{feature}")
        if not any(self.values.values()):
            raise ProfileError("at least one weight must be above 0", "weights")
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def of(self, feature: Feature) -> float:
        """The weight of one feature."""
        return float(self.values.get(feature, 0.0))

    def as_dict(self) -> dict[str, object]:
        """As it is stored with a run and printed."""
        values = {str(feature): self.of(feature) for feature in Feature}
        return {"kind": str(self.kind), "version": self.version, "values": values}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "ContextWeights":
        """The weights of a stored run."""
        values = stored.get("values")
        if not isinstance(values, Mapping):
            raise ProfileError("a mapping of feature to weight is missing", "weights.values")
        try:
            return cls(
                kind=WeightKind(str(stored.get("kind"))),
                version=str(stored.get("version", "")),
                values={Feature(str(name)): float(value) for name, value in values.items()},
            )
        except (TypeError, ValueError) as error:
            if isinstance(error, ProfileError):
                raise
            raise ProfileError(f"not a set of weights: {error}", "weights") from error


EQUAL = ContextWeights(kind=WeightKind.EQUAL, version="1", values=dict.fromkeys(Feature, 1.0))

EXPERT_REASONS: Mapping[Feature, str] = MappingProxyType(
    {
        Feature.SES_GROUP: "Families' means say most about what a school works with.",
        Feature.VULNERABILITY: "The index is finer than the group, but old and absent from private schools.",
        Feature.SIZE: "A small school is led, timetabled and staffed in another way than a large one.",
        Feature.RURAL: "Rural schools share multi-grade classes, travel and few colleagues.",
        Feature.PHASES: "A head of secondary classes has other teachers and another day.",
        Feature.OWNER_KIND: "Public and private heads differ in what they may decide.",
        Feature.REGION: "Neighbouring regions differ less than their borders suggest.",
        Feature.REMOTENESS: "Isolation decides whom teachers can meet and who applies for a post.",
        Feature.COMMUNE_SES: "The commune's other schools show from whom the school draws.",
        Feature.SPECIAL_NEEDS: "A school with special classes plans its staff around them.",
    }
)
"""Why each expert weight is what it is; one sentence each."""

EXPERT = ContextWeights(
    kind=WeightKind.EXPERT,
    version="1",
    values={
        Feature.SES_GROUP: 2.5,
        Feature.VULNERABILITY: 1.0,
        Feature.SIZE: 1.5,
        Feature.RURAL: 1.0,
        Feature.PHASES: 0.5,
        Feature.OWNER_KIND: 1.0,
        Feature.REGION: 0.5,
        Feature.REMOTENESS: 1.0,
        Feature.COMMUNE_SES: 0.5,
        Feature.SPECIAL_NEEDS: 0.5,
    },
)

LEARNED_VERSION = "1"
_MOST_SCHOOLS = 2500
_RIDGE = 0.02


def learn_weights(context: ContextMatrix, results: FloatArray, seed: int = 0) -> ContextWeights:
    """Weights with which a school's neighbours predict its results best.

    Parameters
    ----------
    context : ContextMatrix
    results : ndarray of shape (n,)
        A result of each school, of years up to the run's only; NaN where there is none.
        It decides the weights and enters no distance.
    seed : int
        Of the sample drawn where more than 2,500 schools have a result.

    Returns
    -------
    ContextWeights
        On average 1 over the features that the schools publish.

    Raises
    ------
    ProfileError
        Fewer than 50 schools have a result, or the results do not vary.

    Notes
    -----
    Metric learning for kernel regression with a diagonal metric (Weinberger and Tesauro
    2007, AISTATS): the leave-one-out error of a Gaussian kernel regression is minimised
    over the weights, with a small penalty on their size.
    """
    if results.shape != context.ids.shape:
        raise ProfileError("one result a school is needed", "results")
    rows = np.flatnonzero(np.isfinite(results))
    if rows.size < 50 or not np.ptp(results[rows]) > 0:
        raise ProfileError("fewer than 50 schools with results that vary: use equal weights", "results")
    if rows.size > _MOST_SCHOOLS:
        draw = np.random.default_rng(seed)
        rows = np.sort(draw.choice(rows, size=_MOST_SCHOOLS, replace=False))
    outcome = results[rows]
    outcome = (outcome - outcome.mean()) / outcome.std()
    problem = _KernelRegression(context, rows, outcome)
    start = np.full(len(context.features), np.sqrt(4.0 / len(context.features)))
    found = minimize(problem.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60, "ftol": 1e-6})
    weights = found.x**2
    weights = weights / weights.sum() * len(weights)
    values = {f: round(float(w), 4) for f, w in zip(context.features, weights, strict=True)}
    return ContextWeights(kind=WeightKind.LEARNED, version=LEARNED_VERSION, values=values)


class _KernelRegression:
    """Leave-one-out error of a Gaussian kernel regression, and its gradient in the weights."""

    def __init__(self, context: ContextMatrix, rows: IntArray, outcome: FloatArray) -> None:
        values = np.nan_to_num(context.values[rows], nan=0.0)
        of_column = context.feature_of_column
        self.outcome = outcome
        self.known = context.known[rows].astype(np.float64)
        self.share = 1.0 / np.bincount(of_column)
        self.column_share = self.share[of_column]
        self.of_column = of_column
        self.values = values
        self.own = np.zeros_like(self.known)
        np.add.at(self.own.T, of_column, (values**2 * self.column_share).T)

    def loss(self, roots: FloatArray) -> tuple[float, FloatArray]:
        weights = roots**2
        cross = self.values * (weights[self.of_column] * self.column_share)
        own = self.own * weights
        squares = own @ self.known.T
        squares += squares.T
        squares -= 2 * cross @ self.values.T
        # the mean over shared features, times their number: a missing one is no nearness
        scale = (self.known * weights) @ self.known.T
        total = weights.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(scale > 0, total / scale, 0.0)
        distance = squares * factor
        kernel = -distance
        np.fill_diagonal(kernel, -np.inf)
        kernel -= kernel.max(axis=1, keepdims=True)
        np.exp(kernel, out=kernel)
        kernel /= kernel.sum(axis=1, keepdims=True)
        error = self.outcome - kernel @ self.outcome
        size = error.size
        # d loss / d distance_ij
        pull = kernel * (self.outcome[None, :] - (self.outcome - error)[:, None])
        pull *= (2 * error / size)[:, None]
        through = pull * factor
        gradient = self._squares_by_feature(through)
        # d (squares * total / scale): the mean's own dependence on the weights
        gradient += (pull * squares * np.where(factor > 0, 1 / np.where(scale > 0, scale, 1), 0)).sum()
        by_scale = pull * squares * factor / np.where(scale > 0, scale, 1)
        gradient -= ((by_scale @ self.known) * self.known).sum(axis=0)
        loss = float(error @ error) / size + _RIDGE * float(weights.sum()) / weights.size
        gradient += _RIDGE / weights.size
        return loss, gradient * 2 * roots

    def _squares_by_feature(self, pull: FloatArray) -> FloatArray:
        """Sum of pull_ij times each feature's squared difference."""
        both = pull + pull.T
        gradient: FloatArray = ((both @ self.known) * self.own).sum(axis=0)
        cross = ((both @ self.values) * self.values).sum(axis=0) * self.column_share
        np.subtract.at(gradient, self.of_column, cross)
        return gradient
