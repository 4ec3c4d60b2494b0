"""What a school cannot choose, as numbers that can be compared.

The context of a school is never a result and never anything the school decides. Each
figure is put in national robust standard deviations of the phase (interquartile range
/ 1.349; the plain standard deviation where that is 0), over all working schools of the
phase, whoever owns them. A figure nobody published stays missing: it is never 0 and
never the middle of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.spatial import KDTree

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.errors import ProfileError
from matching.places import EARTH_RADIUS_KM, unit_vectors
from matching.profiles import OwnerKind, Phase, SchoolProfile


class Feature(StrEnum):
    """One thing about a school's circumstances that it cannot choose."""

    SES_GROUP = "ses_group"
    VULNERABILITY = "vulnerability_share"
    SIZE = "size"
    RURAL = "rural"
    PHASES = "phases"
    OWNER_KIND = "owner_kind"
    REGION = "region"
    REMOTENESS = "remoteness"
    COMMUNE_SES = "commune_ses"
    SPECIAL_NEEDS = "special_needs_share"


CATEGORICAL = (Feature.PHASES, Feature.OWNER_KIND, Feature.REGION)

MISMATCH_SD = 2.0
"""Standard deviations that two different owner kinds, regions or sets of phases are apart."""

REMOTENESS_NEIGHBOURS = 10
"""Remoteness is the distance to the tenth nearest school of the phase."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContextMatrix:
    """The context of every school of a phase, one row a school, ascending by id.

    Parameters
    ----------
    phase : Phase
    ids : ndarray of shape (n,)
        Official numbers, ascending.
    values : ndarray of shape (n, n_columns)
        National robust SDs from the centre; NaN where nothing was published.
    features : tuple of Feature
        Those at least one school publishes.
    feature_of_column : ndarray of shape (n_columns,)
        Index into `features`; a category takes a column per kind.
    centres, scales : ndarray of shape (n_columns,)
        What was taken off and divided by: value = (figure - centre) / scale.

    Notes
    -----
    A category with k columns has ``MISMATCH_SD * sqrt(k / 2)`` in the column of its kind
    and 0 elsewhere: averaged over its columns, a mismatch is MISMATCH_SD apart.
    """

    phase: Phase
    ids: IntArray
    values: FloatArray
    features: tuple[Feature, ...]
    feature_of_column: IntArray
    centres: FloatArray
    scales: FloatArray

    def rows(self, ids: IntArray) -> IntArray:
        """Row of each school, -1 for one that is not there."""
        if not self.ids.size:
            return np.full(len(ids), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        return np.where(self.ids[place] == ids, place, -1)

    @property
    def known(self) -> BoolArray:
        """Which school publishes which feature, of shape (n, n_features)."""
        first = np.searchsorted(self.feature_of_column, np.arange(len(self.features)))
        return np.isfinite(self.values[:, first])


def context_matrix(profiles: Sequence[SchoolProfile]) -> ContextMatrix:
    """Put the schools of a phase on one scale.

    Parameters
    ----------
    profiles : sequence of SchoolProfile
        All working schools of one phase, all owners, in any order.

    Returns
    -------
    ContextMatrix

    Raises
    ------
    ProfileError
        No school, two phases, or the same school twice.

    Notes
    -----
    Size is the logarithm of the tested cohort; in a phase where no school has one
    (no national test) it is that of the enrolment, for all schools alike. The two are
    never mixed: a school without a cohort where others have one has no size.
    Remoteness is the logarithm of 1 + the kilometres to the tenth nearest school of the
    phase; missing where the place is only the commune's mean point. The commune's
    composition is the mean socio-economic group of its *other* schools.
    """
    if not profiles:
        raise ProfileError("a phase needs at least one school", "profiles")
    schools = sorted(profiles, key=lambda profile: profile.id)
    ids = np.array([school.id for school in schools], dtype=np.int64)
    if len({school.phase for school in schools}) > 1:
        raise ProfileError("schools of two phases cannot share a scale", "profiles")
    if np.any(ids[1:] == ids[:-1]):
        twice = int(ids[1:][ids[1:] == ids[:-1]][0])
        raise ProfileError("appears twice", f"school {twice}")
    columns: list[FloatArray] = []
    features: list[Feature] = []
    of_column: list[int] = []
    centres: list[float] = []
    scales: list[float] = []
    for feature in Feature:
        raw = _raw_columns(feature, schools)
        if not raw.shape[1] or not np.isfinite(raw).any():
            continue
        for column in raw.T:
            centre, scale = (0.0, 1.0) if feature in CATEGORICAL else _robust_scale(column)
            columns.append((column - centre) / scale)
            of_column.append(len(features))
            centres.append(centre)
            scales.append(scale)
        features.append(feature)
    return ContextMatrix(
        phase=schools[0].phase,
        ids=ids,
        values=np.column_stack(columns) if columns else np.empty((len(schools), 0)),
        features=tuple(features),
        feature_of_column=np.array(of_column, dtype=np.int64),
        centres=np.array(centres),
        scales=np.array(scales),
    )


def _robust_scale(column: FloatArray) -> tuple[float, float]:
    """Median and robust SD of what is known; the plain SD, then 1, where that is 0."""
    known = column[np.isfinite(column)]
    low, middle, high = np.percentile(known, [25, 50, 75])
    scale = float(high - low) / 1.349 or float(known.std()) or 1.0
    return float(middle), scale


def _raw_columns(feature: Feature, schools: list[SchoolProfile]) -> FloatArray:
    """The figures of one feature, a column each; categories as columns of kinds."""
    if feature is Feature.SIZE:
        return _size(schools)[:, None]
    if feature is Feature.REMOTENESS:
        return _remoteness(schools)[:, None]
    if feature is Feature.COMMUNE_SES:
        return _commune_ses(schools)[:, None]
    if feature is Feature.PHASES:
        return _kinds(["+".join(p for p in Phase if p in school.phases) for school in schools])
    if feature is Feature.OWNER_KIND:
        return _kinds([school.owner_kind for school in schools])
    if feature is Feature.REGION:
        return _kinds([school.region for school in schools])
    figures: list[float | None]
    if feature is Feature.SES_GROUP:
        figures = [school.ses_group for school in schools]
    elif feature is Feature.VULNERABILITY:
        figures = [school.vulnerability_share for school in schools]
    elif feature is Feature.RURAL:
        figures = [school.rural for school in schools]
    else:
        figures = [school.special_needs_share for school in schools]
    return np.array([[np.nan if figure is None else float(figure)] for figure in figures])


def _size(schools: list[SchoolProfile]) -> FloatArray:
    cohort = np.array([school.cohort_size or np.nan for school in schools])
    if not np.isfinite(cohort).any():
        cohort = np.array([float(school.enrolment or np.nan) for school in schools])
    return np.asarray(np.log(cohort), dtype=np.float64)


def _remoteness(schools: list[SchoolProfile]) -> FloatArray:
    placed = [school.latitude is not None and not school.place_estimated for school in schools]
    rows = np.flatnonzero(placed)
    remoteness = np.full(len(schools), np.nan)
    if rows.size <= REMOTENESS_NEIGHBOURS:
        return remoteness
    latitude = np.array([schools[row].latitude for row in rows], dtype=float)
    longitude = np.array([schools[row].longitude for row in rows], dtype=float)
    points = unit_vectors(latitude, longitude)
    # the nearest point to a school is itself, hence the neighbour after
    chords, _ = KDTree(points).query(points, k=[REMOTENESS_NEIGHBOURS + 1])
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords[:, 0] / 2, 1.0))
    remoteness[rows] = np.log1p(km)
    return remoteness


def _commune_ses(schools: list[SchoolProfile]) -> FloatArray:
    groups: dict[str, list[float]] = {}
    for school in schools:
        if school.commune is not None and school.ses_group is not None:
            groups.setdefault(school.commune, []).append(school.ses_group)
    means = np.full(len(schools), np.nan)
    for row, school in enumerate(schools):
        if school.commune is None:
            continue
        others = groups.get(school.commune, [])
        count = len(others) - (school.ses_group is not None)
        if count > 0:
            means[row] = (sum(others) - (school.ses_group or 0.0)) / count
    return means


def _kinds(labels: Sequence[OwnerKind | str | None]) -> FloatArray:
    """One column a kind, sized so that two kinds are MISMATCH_SD apart."""
    kinds = sorted({str(label) for label in labels if label is not None})
    columns = np.zeros((len(labels), len(kinds)))
    place = {kind: column for column, kind in enumerate(kinds)}
    for row, label in enumerate(labels):
        if label is None:
            columns[row] = np.nan
        else:
            columns[row, place[str(label)]] = MISMATCH_SD * np.sqrt(len(kinds) / 2)
    return columns
