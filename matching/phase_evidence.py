"""What results say of the schools of a phase, as the rules of matching need it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.errors import EvidenceError
from matching.profiles import Phase
from matching.residuals import Area
from matching.value_added import ValueAdded

AREAS: tuple[Area, ...] = (Area.BOTH, Area.READING, Area.MATHEMATICS)
"""Order of the columns of :class:`PhaseEvidence`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhaseEvidence:
    """Value added and need of the schools of one phase, one row a school, ascending.

    Parameters
    ----------
    phase : Phase
    ids : ndarray of int of shape (n,)
        Official numbers, ascending.
    level, level_sd : ndarray of shape (n, 3)
        True value added in the as-of year and its standard deviation, in points, by
        :data:`AREAS`; NaN where unknown.
    recent_tests : ndarray of int of shape (n, 3)
        How many of the last three tests gave a result that counts.
    first_year : ndarray of int of shape (n,)
        Year of the first result in both subjects that the level rests on; 0 if unknown.
    in_need : ndarray of bool of shape (n,)
        By the run's rule, where that rule bars a leader: a published programme's line
        on raw shares does not, or heads of poor schools would never lead.
    in_need_by_value_added, falling : ndarray of bool of shape (n,)
        By the default rule.

    Raises
    ------
    EvidenceError
        Shapes differ, the ids do not ascend, or a standard deviation is not above 0.
    """

    phase: Phase
    ids: IntArray
    level: FloatArray
    level_sd: FloatArray
    recent_tests: IntArray
    first_year: IntArray
    in_need: BoolArray
    in_need_by_value_added: BoolArray
    falling: BoolArray

    def __post_init__(self) -> None:
        size = len(self.ids)
        if np.any(np.diff(self.ids) <= 0):
            raise EvidenceError("school numbers must ascend, each once", "evidence.ids")
        for name in ("level", "level_sd", "recent_tests"):
            if getattr(self, name).shape != (size, len(AREAS)):
                raise EvidenceError(f"one row a school, {len(AREAS)} areas", f"evidence.{name}")
        for name in ("first_year", "in_need", "in_need_by_value_added", "falling"):
            if getattr(self, name).shape != (size,):
                raise EvidenceError("one figure a school", f"evidence.{name}")
        if np.any(~(self.level_sd > 0) & np.isfinite(self.level)):
            raise EvidenceError("a standard deviation must be above 0", "evidence.level_sd")

    @classmethod
    def collect(
        cls,
        phase: Phase,
        ids: Collection[int],
        value_added: Mapping[Area, ValueAdded],
        *,
        in_need: Collection[int] = (),
        in_need_by_value_added: Collection[int] = (),
        falling: Collection[int] = (),
    ) -> "PhaseEvidence":
        """Bring the estimates of the areas and the schools in need to one order.

        Parameters
        ----------
        phase : Phase
        ids : collection of int
            All schools of the phase; one without estimates has NaN.
        value_added : mapping of Area to ValueAdded
            An area that is not there is unknown for all.
        in_need, in_need_by_value_added, falling : collection of int
        """
        schools = np.array(sorted(set(ids)), dtype=np.int64)
        shape = (schools.size, len(AREAS))
        level, level_sd = np.full(shape, np.nan), np.full(shape, np.nan)
        recent = np.zeros(shape, dtype=np.int64)
        first_year = np.zeros(schools.size, dtype=np.int64)
        for column, area in enumerate(AREAS):
            estimates = value_added.get(area)
            if estimates is None:
                continue
            _, rows, source = np.intersect1d(
                schools, estimates.school, assume_unique=True, return_indices=True
            )
            level[rows, column] = estimates.level[source]
            level_sd[rows, column] = estimates.level_sd[source]
            recent[rows, column] = estimates.recent_tests[source]
            if area is Area.BOTH:
                first_year[rows] = estimates.first_year[source]
        return cls(
            phase=phase,
            ids=schools,
            level=level,
            level_sd=level_sd,
            recent_tests=recent,
            first_year=first_year,
            in_need=np.isin(schools, list(in_need)),
            in_need_by_value_added=np.isin(schools, list(in_need_by_value_added)),
            falling=np.isin(schools, list(falling)),
        )
