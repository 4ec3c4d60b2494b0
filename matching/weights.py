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
_ROWS = 100


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
    # here and not above: the optimiser takes more memory than many a run
    from scipy.optimize import minimize

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
        """Mean squared error with its penalty, and its gradient, at weights = roots²."""
        weights = roots**2
        scaled = self.values * (weights[self.of_column] * self.column_share)
        loss = _RIDGE * float(weights.sum()) / weights.size
        gradient = np.full(weights.size, _RIDGE / weights.size)
        for start in range(0, self.outcome.size, _ROWS):
            part, slope = self._block(slice(start, start + _ROWS), weights, scaled)
            loss += part
            gradient += slope
        return loss, gradient * 2 * roots

    def _block(self, rows: slice, weights: FloatArray, scaled: FloatArray) -> tuple[float, FloatArray]:
        """The share of some schools in the error, and in its gradient."""
        known, own, values = self.known, self.own, self.values
        squares = (own[rows] * weights) @ known.T
        squares += known[rows] @ (own * weights).T
        squares -= 2 * scaled[rows] @ values.T
        # the mean over shared features, times their number: a missing one is no nearness
        shared = (known[rows] * weights) @ known.T
        np.maximum(shared, 1e-12, out=shared)
        total = weights.sum()
        squares /= shared
        kernel = squares * -total
        mine = np.arange(kernel.shape[0])
        kernel[mine, mine + rows.start] = -np.inf
        kernel -= kernel.max(axis=1, keepdims=True)
        np.exp(kernel, out=kernel)
        kernel /= kernel.sum(axis=1, keepdims=True)
        guess = kernel @ self.outcome
        error = self.outcome[rows] - guess
        # how the error moves with each distance
        kernel *= self.outcome[None, :] - guess[:, None]
        kernel *= (2 / self.outcome.size * error)[:, None]
        squares *= kernel
        gradient: FloatArray = np.full(weights.size, float(squares.sum()))
        squares /= shared
        gradient -= total * ((squares @ known) * known[rows]).sum(axis=0)
        kernel /= shared
        gradient += total * ((kernel @ known) * own[rows]).sum(axis=0)
        gradient += total * ((kernel @ own) * known[rows]).sum(axis=0)
        cross = ((kernel @ values) * values[rows]).sum(axis=0) * self.column_share
        np.subtract.at(gradient, self.of_column, 2 * total * cross)
        return float(error @ error) / self.outcome.size, gradient
