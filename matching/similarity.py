"""How alike two schools are: a distance in context, and a line of likeness.

The squared distance of two schools is the weighted mean, over the features both
publish, of their squared difference in national robust SDs (Gower 1971, Biometrics
27); it is the sum of one contribution a feature. Coverage is the share of the weight
that those features carry.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.errors import ProfileError
from matching.features import CATEGORICAL, MISMATCH_SD, ContextMatrix
from matching.weights import ContextWeights


def context_distance(school: FloatArray, candidates: FloatArray, weights: FloatArray) -> FloatArray:
    """Distance between one school's context and each candidate's.

    Parameters
    ----------
    school : ndarray of shape (n_features,)
        Context in national robust SDs of the phase; NaN where nothing was published.
    candidates : ndarray of shape (n_candidates, n_features)
    weights : ndarray of shape (n_features,)
        Non-negative, no unit.

    Returns
    -------
    ndarray of shape (n_candidates,)
        In SDs, >= 0; NaN where the pair shares no published feature.

    Raises
    ------
    ProfileError
        Column counts differ, or a weight is negative.

    Notes
    -----
    Averages over features both publish (Gower 1971, Biometrics 27), so a missing
    figure neither draws schools together nor drives them apart.

    Examples
    --------
    >>> context_distance(np.zeros(2), np.array([[0.0, 0.0], [2.0, np.nan]]), np.ones(2))
    array([0., 2.])
    """
    if not school.shape[-1] == candidates.shape[-1] == weights.shape[-1]:
        raise ProfileError("school, candidates and weights differ in columns", "context")
    if not np.all(weights >= 0):
        raise ProfileError("a weight is negative or not a number", "weights")
    apart = candidates - school
    shared = np.isfinite(apart)
    total = (np.where(shared, apart, 0.0) ** 2 * weights).sum(axis=-1)
    weight = (shared * weights).sum(axis=-1)
    return np.sqrt(_ratio(total, weight))


@dataclass(frozen=True, kw_only=True, eq=False)
class ContextSpace:
    """The schools of a phase with the weights by which their contexts are compared.

    Parameters
    ----------
    context : ContextMatrix
    weights : ContextWeights

    Notes
    -----
    `squares` and what rests on it work feature by feature in a fixed order, so the same
    pair gives the same figure to the last bit, alone or among millions. `factors` are
    for matrix products, whose last bits vary: use them to rule pairs out, never to decide.
    """

    context: ContextMatrix
    weights: ContextWeights

    @cached_property
    def feature_weights(self) -> FloatArray:
        """Weight of each feature of the context, in its order."""
        return np.array([self.weights.of(feature) for feature in self.context.features])

    @cached_property
    def column_weights(self) -> FloatArray:
        """Weight of each column: a category's is shared among its columns."""
        of_column = self.context.feature_of_column
        share = self.feature_weights / np.bincount(of_column, minlength=len(self.context.features))
        return share[of_column]

    @cached_property
    def _known(self) -> FloatArray:
        return np.ascontiguousarray(self.context.known.T, dtype=np.float64)

    @cached_property
    def _complete(self) -> list[bool]:
        return [bool(row.all()) for row in self._known]

    @cached_property
    def _figures(self) -> FloatArray:
        """One row a feature: its value, or the kind of a category; 0 where missing."""
        rows = []
        for number, feature in enumerate(self.context.features):
            columns = self.context.values[:, self.context.feature_of_column == number]
            single = columns.argmax(axis=1) if feature in CATEGORICAL else columns[:, 0]
            rows.append(np.nan_to_num(single.astype(np.float64), nan=0.0))
        return np.array(rows).reshape(len(rows), self.context.ids.size)

    def contributions(self, a: IntArray, b: IntArray) -> FloatArray:
        """What each feature adds to the squared distance, of shape (n_features, n_pairs).

        Parameters
        ----------
        a, b : ndarray of int of shape (n_pairs,)
            Rows of the context.

        Returns
        -------
        ndarray
            Adds up to the squared distance; NaN for a feature one of them lacks.
        """
        _, shared_weight = self.squares(a, b)
        parts = np.full((len(self.context.features), len(a)), np.nan)
        for number in range(len(self.context.features)):
            shared = self._known[number][a] * self._known[number][b] > 0
            part = self._difference(number, a, b) * self.feature_weights[number]
            parts[number] = np.where(shared, _ratio(part, shared_weight), np.nan)
        return parts

    def squares(self, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
        """Weighted sum of squared differences, and the weight of the shared features."""
        total, weight = np.zeros(len(a)), np.zeros(len(a))
        for number, feature_weight in enumerate(self.feature_weights):
            if feature_weight == 0:
                continue
            part = self._difference(number, a, b)
            part *= feature_weight
            if self._complete[number]:
                weight += feature_weight
            else:
                shared = self._known[number].take(a) * self._known[number].take(b)
                part *= shared
                shared *= feature_weight
                weight += shared
            total += part
        return total, weight

    def distance(self, a: IntArray, b: IntArray) -> tuple[FloatArray, FloatArray]:
        """Distance (SDs; NaN where nothing is shared) and coverage in [0, 1] of pairs of rows."""
        total, weight = self.squares(a, b)
        return np.sqrt(_ratio(total, weight)), weight / self._all_weight

    @cached_property
    def _all_weight(self) -> float:
        # added up in the order of `squares`, so that full coverage is exactly 1
        return float(sum(self.feature_weights.tolist())) or 1.0

    def _difference(self, number: int, a: IntArray, b: IntArray) -> FloatArray:
        figure = self._figures[number]
        if self.context.features[number] in CATEGORICAL:
            unlike: FloatArray = np.multiply(figure.take(a) != figure.take(b), MISMATCH_SD**2)
            return unlike
        apart: FloatArray = figure.take(a)
        apart -= figure.take(b)
        apart *= apart
        return apart

    @cached_property
    def factors(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Arrays L, R, K: `L[a] @ R[b]` is the weighted sum, `(K[a] * w) @ K[b]` the weight."""
        context = self.context
        values = np.nan_to_num(context.values, nan=0.0)
        known = context.known.astype(np.float64)
        own = np.zeros_like(known)
        np.add.at(own.T, context.feature_of_column, (values**2 * self.column_weights).T)
        left = np.hstack([own, known, -2 * values * self.column_weights])
        right = np.hstack([known, own, values])
        return left, right, known


def likeness_line(
    space: ContextSpace, percentile: float = 20.0, pairs: int = 100_000, seed: int = 0
) -> float:
    """Context distance within which two schools count as alike.

    Parameters
    ----------
    space : ContextSpace
        All working schools of the phase, all owners.
    percentile : float
        Of the distances of random pairs of different schools.
    pairs : int
        Pairs drawn; those that share no feature are left out.
    seed : int

    Returns
    -------
    float
        In SDs; NaN with fewer than two schools.
    """
    size = space.context.ids.size
    if size < 2:
        return float("nan")
    draw = np.random.default_rng(seed)
    a = draw.integers(size, size=pairs)
    b = draw.integers(size - 1, size=pairs)
    b = b + (b >= a)
    distance, _ = space.distance(a, b)
    distance = distance[np.isfinite(distance)]
    return float(np.percentile(distance, percentile)) if distance.size else float("nan")


def _ratio(total: FloatArray, weight: FloatArray) -> FloatArray:
    """total / weight; NaN where the weight is 0."""
    out: FloatArray = np.full(total.shape, np.nan)
    np.divide(total, weight, out=out, where=weight > 0)
    return out
