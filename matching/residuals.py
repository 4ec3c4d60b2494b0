"""Result minus what the context predicts, one figure per school and year of a test.

The context is what a school cannot choose and what every school publishes: the
socio-economic group, the kind of owner, rural or urban, and the number tested. Each
year is fitted by itself, so a harder test or a new scale does not look like a change
of the schools.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.errors import EvidenceError
from matching.profiles import OwnerKind

MINIMUM_TESTED = 5
"""Fewer pupils tested (mean of both subjects) are not a result to compare. Ours."""

MINIMUM_FREEDOM = 10
"""Schools a year must have beyond what its fit uses up; with fewer, residuals shrink
towards 0 because the fit follows the schools, so the year is left out. Ours."""

OWNER_CODES: Mapping[OwnerKind, int] = MappingProxyType(
    {OwnerKind.PUBLIC: 0, OwnerKind.SUBSIDISED: 1, OwnerKind.PRIVATE: 2}
)
"""How :class:`TestPanel` codes the kind of owner; any other number is unknown."""


class Area(StrEnum):
    """What a residual or a value added speaks of."""

    BOTH = "both"
    READING = "reading"
    MATHEMATICS = "mathematics"


class LeftOut(StrEnum):
    """Why a school-year has no residual."""

    NO_SCORE = "no_score"
    TOO_FEW_PUPILS = "too_few_pupils"
    NO_CONTEXT = "no_context"
    TOO_FEW_SCHOOLS = "too_few_schools"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TestPanel:
    """One test over schools and years: a row a school-year, columns of equal length.

    Parameters
    ----------
    school : ndarray of int
        Official number within one system.
    year : ndarray of int
        Calendar year of the test; a year without a test has no rows.
    reading, mathematics : ndarray of float
        Mean scores in points of the test; NaN where absent, never 0.
    tested : ndarray of float
        Pupils tested, mean of the two subjects; NaN if unknown.
    ses_group : ndarray of float
        Socio-economic group that year, 1 (low) to 5 (high); 0 or NaN if unknown.
    owner_kind : ndarray of int
        As in :data:`OWNER_CODES`; any other number is unknown.
    rural : ndarray of bool

    Raises
    ------
    EvidenceError
        Columns differ in length, a school has two rows in a year, or a score is
        infinite or not above 0.
    """

    __test__ = False  # the name is not a test case

    school: IntArray
    year: IntArray
    reading: FloatArray
    mathematics: FloatArray
    tested: FloatArray
    ses_group: FloatArray
    owner_kind: IntArray
    rural: BoolArray

    def __post_init__(self) -> None:
        lengths = {f.name: np.shape(getattr(self, f.name)) for f in fields(self)}
        if len(set(lengths.values())) != 1 or len(np.shape(self.school)) != 1:
            raise EvidenceError(f"columns differ in length: {lengths}", "panel")
        pairs = np.stack([self.school, self.year])
        if np.unique(pairs, axis=1).shape[1] != self.school.size:
            raise EvidenceError("a school has two rows in one year", "panel")
        for name in ("reading", "mathematics"):
            score = getattr(self, name)
            if np.any(np.isinf(score) | (score <= 0)):
                raise EvidenceError("a score is not above 0; give NaN where absent", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFit:
    """How well the context predicted one year's scores.

    Parameters
    ----------
    year : int
    schools : int
        Schools in the fit.
    explained_share : float or None
        R squared of the mean of both subjects; None if all scores are equal.
    """

    year: int
    schools: int
    explained_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    """Residuals in points of the test, by school and then year, ascending.

    Parameters
    ----------
    school, year : ndarray of int
    both, reading, mathematics : ndarray of float
        ``both`` is the residual of the mean of the two scores. Never NaN.
    tested : ndarray of float
        Pupils, mean of both subjects.
    fits : tuple of YearFit
        Years with a fit, ascending.
    tests : tuple of int
        Years in which any school has a score in either subject, ascending.
    left_out : mapping of (school, year) to LeftOut
        Rows of the panel without a residual, and the first reason.
    """

    school: IntArray
    year: IntArray
    both: FloatArray
    reading: FloatArray
    mathematics: FloatArray
    tested: FloatArray
    fits: tuple[YearFit, ...]
    tests: tuple[int, ...]
    left_out: Mapping[tuple[int, int], LeftOut]

    def of(self, area: Area) -> FloatArray:
        """Give the column of one area."""
        column: FloatArray = getattr(self, area.value)
        return column


def residuals(panel: TestPanel) -> Residuals:
    """Subtract from each school's scores what its context predicts that year.

    Parameters
    ----------
    panel : TestPanel

    Returns
    -------
    Residuals

    Notes
    -----
    Per year, ordinary least squares over the schools with both subjects, at least
    :data:`MINIMUM_TESTED` tested and a known group and owner: socio-economic group and
    owner kind as categories, rural, and the natural logarithm of the number tested.
    Fitted values are those of the minimum-norm solution, so a category nobody or
    everybody belongs to, or one that repeats another, changes nothing. The two
    subjects share one design, hence ``both`` is the mean of the two residuals.

    Region is left out on purpose: correcting for it would hide whole regions that need
    help.

    Examples
    --------
    >>> n = 20
    >>> panel = TestPanel(
    ...     school=np.arange(n), year=np.full(n, 2024),
    ...     reading=250.0 + np.tile([3.0, -3.0], n // 2), mathematics=np.full(n, 240.0),
    ...     tested=np.full(n, 30.0), ses_group=np.full(n, 2.0),
    ...     owner_kind=np.zeros(n, dtype=int), rural=np.zeros(n, dtype=bool))
    >>> residuals(panel).both[:4].round(6)
    array([ 1.5, -1.5,  1.5, -1.5])
    """
    order = np.lexsort((panel.year, panel.school))
    columns = {f.name: np.asarray(getattr(panel, f.name))[order] for f in fields(panel)}
    reason = _reasons(columns)
    year = columns["year"]
    scores = np.column_stack([columns["reading"], columns["mathematics"]])
    found = np.full(scores.shape, np.nan)
    fits = []
    for one in np.unique(year[reason == ""]):
        rows = np.flatnonzero((year == one) & (reason == ""))
        design = _design({name: column[rows] for name, column in columns.items()})
        rank = int(np.linalg.matrix_rank(design))
        if rows.size - rank < MINIMUM_FREEDOM:
            reason[rows] = LeftOut.TOO_FEW_SCHOOLS.value
            continue
        coefficients = np.linalg.lstsq(design, scores[rows], rcond=None)[0]
        found[rows] = scores[rows] - design @ coefficients
        fits.append(_year_fit(int(one), scores[rows], found[rows]))
    kept = reason == ""
    scored = np.isfinite(scores).any(axis=1)
    return Residuals(
        school=columns["school"][kept].astype(np.int64),
        year=year[kept].astype(np.int64),
        both=found[kept].mean(axis=1),
        reading=found[kept, 0],
        mathematics=found[kept, 1],
        tested=columns["tested"][kept].astype(np.float64),
        fits=tuple(fits),
        tests=tuple(int(y) for y in np.unique(year[scored])),
        left_out=MappingProxyType(
            {
                (int(columns["school"][i]), int(year[i])): LeftOut(str(reason[i]))
                for i in np.flatnonzero(~kept)
            }
        ),
    )


def _reasons(columns: Mapping[str, NDArray[np.generic]]) -> NDArray[np.str_]:
    """First reason against each row, empty where it can enter the fit."""
    tested = np.asarray(columns["tested"], dtype=np.float64)
    group = np.asarray(columns["ses_group"], dtype=np.float64)
    scored = np.isfinite(columns["reading"]) & np.isfinite(columns["mathematics"])
    context = (group > 0) & np.isin(columns["owner_kind"], list(OWNER_CODES.values()))
    # A NaN compares as False, so an unknown number tested counts as too few.
    return np.select(
        [(tested > 0) & (tested < MINIMUM_TESTED), ~scored, ~(tested >= MINIMUM_TESTED), ~context],
        [
            LeftOut.TOO_FEW_PUPILS.value,
            LeftOut.NO_SCORE.value,
            LeftOut.TOO_FEW_PUPILS.value,
            LeftOut.NO_CONTEXT.value,
        ],
        default="",
    ).astype("U20")


def _design(columns: Mapping[str, NDArray[np.generic]]) -> FloatArray:
    categories = [
        columns[name] == level
        for name in ("ses_group", "owner_kind")
        for level in np.unique(columns[name])[1:]
    ]
    log_tested = np.log(np.asarray(columns["tested"], dtype=np.float64))
    ones = np.ones_like(log_tested)
    return np.column_stack([ones, *categories, columns["rural"], log_tested]).astype(np.float64)


def _year_fit(year: int, scores: FloatArray, left: FloatArray) -> YearFit:
    total = float(np.var(scores.mean(axis=1)))
    unexplained = float(np.var(left.mean(axis=1)))
    share = 1 - unexplained / total if total > 0 else None
    return YearFit(year=year, schools=len(scores), explained_share=share)
