"""What it costs a school to be in a network: need not shared, unlike circumstances, the way there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.errors import GraphError
from network.peer_records import PeerSchool, PeerSettings

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

UNKNOWN = 0.5
"""Cost of a term that nothing is known of: it neither draws schools together nor drives them apart."""
FARTHEST = 3.0
EARTH_KM = 6_371.0088
"""Mean radius (IUGG)."""
LARGEST = 6_000
"""Schools at once: every pair is looked at."""


@dataclass(frozen=True, slots=True)
class PeerTerms:
    """The terms of all schools.

    Parameters
    ----------
    themes : tuple of str
        Elements somebody needs.
    pair : ndarray of shape (n, n)
        Unlike circumstances and the way, weighted.
    miss : ndarray of shape (n, n_themes + 1)
        Cost of meeting on each theme, weighted; the last column is *no theme*.
    needs, strong : ndarray of bool, shape (n, n_themes + 1)
    likeness, km : ndarray of shape (n, n)
        In SDs and km; NaN where not known.
    """

    themes: tuple[str, ...]
    pair: FloatArray
    miss: FloatArray
    needs: BoolArray
    strong: BoolArray
    likeness: FloatArray
    km: FloatArray


def peer_terms(schools: Sequence[PeerSchool], settings: PeerSettings) -> PeerTerms:
    """Compute the terms of all pairs and themes.

    Raises
    ------
    GraphError
        A school comes twice, contexts differ in length, or there are too many schools for one go.
    """
    if len({school.id for school in schools}) < len(schools):
        raise GraphError("a school comes twice: in two services, perhaps; give it once")
    if len(schools) > LARGEST:
        raise GraphError(f"{len(schools)} schools are too many at once; form networks territory by territory")
    if len({len(school.context) for school in schools}) > 1:
        raise GraphError("contexts have different numbers of features")
    likeness, km = _likeness(schools), _kilometres(schools)
    themes = tuple(sorted({theme for school in schools for theme in school.needs}))
    needs = np.array([[theme in one.needs for theme in (*themes, None)] for one in schools], dtype=bool)
    strong = np.array([[theme in one.strengths for theme in (*themes, None)] for one in schools], dtype=bool)
    shape = (len(schools), len(themes) + 1)
    needs, strong = needs.reshape(shape), strong.reshape(shape)
    miss = np.where(needs | strong, 0.0, 1.0)
    silent = np.array([not (school.needs or school.strengths) for school in schools], dtype=bool)
    miss[silent] = UNKNOWN
    miss[:, -1] = UNKNOWN
    pair = settings.likeness_weight * np.nan_to_num(np.minimum(likeness / settings.alike_sd, 3), nan=UNKNOWN)
    pair += settings.nearness_weight * np.nan_to_num(np.minimum(km / settings.near_km, FARTHEST), nan=UNKNOWN)
    np.fill_diagonal(pair, 0.0)
    return PeerTerms(themes, pair, settings.need_weight * miss, needs, strong, likeness, km)


def _likeness(schools: Sequence[PeerSchool]) -> FloatArray:
    """Root mean square difference over the features that both publish; NaN where they share none."""
    found = np.array([school.context for school in schools], dtype=np.float64).reshape(len(schools), -1)
    known = (~np.isnan(found)).astype(np.float64)
    values = np.nan_to_num(found)
    shared = known @ known.T
    squares = (values**2) @ known.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.maximum(0.0, squares + squares.T - 2 * values @ values.T) / shared)


def _kilometres(schools: Sequence[PeerSchool]) -> FloatArray:
    """Great-circle distances; NaN where a place is not known."""
    nowhere = float("nan")
    latitude = np.radians([nowhere if one.latitude is None else one.latitude for one in schools])
    longitude = np.radians([nowhere if one.longitude is None else one.longitude for one in schools])
    half = np.sin((latitude[:, None] - latitude) / 2) ** 2
    half += np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    distance: FloatArray = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance
