"""The two sides of a matching in one phase, as columns: who needs, who may help.

Whoever has profiles makes a :class:`Field` once (``matching.preparation``); the rules, the search for allowed
pairs, the score and the explanations all read the same columns.
"""

from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.elements import Element
from matching.phase_evidence import AREAS
from matching.presets import Preset
from matching.profiles import Phase
from matching.residuals import Area
from matching.similarity import ContextSpace

ELEMENTS: tuple[Element, ...] = tuple(Element)
"""Order of the columns of needs and strengths."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """Where some schools are and what they are like; a row each.

    Parameters
    ----------
    row : ndarray of int
        Row of the context matrix, -1 for a school that does not teach the phase.
    latitude, longitude, ses_group, rural : ndarray of float
        NaN where unknown; rural is 1 or 0.
    points : ndarray of shape (n, 3)
        Unit vectors.
    place_estimated : ndarray of bool
        The place is the mean point of the commune.
    owner : ndarray of int
        The same number for the same owner; -1 if unknown.
    """

    row: IntArray
    latitude: FloatArray
    longitude: FloatArray
    ses_group: FloatArray
    rural: FloatArray
    points: FloatArray
    place_estimated: BoolArray
    owner: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchoolSide:
    """The schools to be supported, ascending by number.

    Parameters
    ----------
    ids : ndarray of int of shape (n,)
    at : Surroundings
    area : ndarray of int
        Column of :data:`~matching.phase_evidence.AREAS` in which the leader's school
        must be better.
    level, level_sd : ndarray of float
        Value added in that area; NaN where unknown.
    by_results : ndarray of bool
        Results suffice to compare; otherwise need and "better" rest on assessment.
    needs : ndarray of int of shape (n, n_elements)
        Rubric level 1 to 4 where the school stands; 0 where it names no need.
    languages : ndarray of int
        One bit a language.
    online, partnered : ndarray of bool
    """

    ids: IntArray
    at: Surroundings
    area: IntArray
    level: FloatArray
    level_sd: FloatArray
    by_results: BoolArray
    needs: IntArray
    languages: IntArray
    online: BoolArray
    partnered: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaderSide:
    """The leaders, ascending by id.

    Parameters
    ----------
    ids, schools : ndarray of int of shape (n,)
        The leader and the school behind.
    at : Surroundings
        Of that school.
    level, level_sd : ndarray of shape (n, 3)
        By :data:`~matching.phase_evidence.AREAS`; NaN where unknown.
    by_results : ndarray of bool of shape (n, 3)
        Results suffice to compare.
    recent_tests : ndarray of int of shape (n, 3)
    first_year : ndarray of int
        Year of the first result the level rests on; 0 if unknown.
    strengths : ndarray of int of shape (n, n_elements)
        Rubric level 1 to 4; 0 where none is stated.
    in_need, falling, designated, active, consents, complaint, online : ndarray of bool
    worked_rural, worked_urban : ndarray of bool
    years_in_post, max_km : ndarray of float
        NaN where unknown or not limited.
    capacity, languages : ndarray of int
    """

    ids: IntArray
    schools: IntArray
    at: Surroundings
    level: FloatArray
    level_sd: FloatArray
    by_results: BoolArray
    recent_tests: IntArray
    first_year: IntArray
    strengths: IntArray
    in_need: BoolArray
    falling: BoolArray
    designated: BoolArray
    active: BoolArray
    consents: BoolArray
    complaint: BoolArray
    online: BoolArray
    worked_rural: BoolArray
    worked_urban: BoolArray
    years_in_post: FloatArray
    max_km: FloatArray
    capacity: IntArray
    languages: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """All that decides who may help whom in one phase.

    Parameters
    ----------
    phase : Phase
    preset : Preset
    exploratory : bool
        A run of suggested schools: designation, time in post, pause and consent are
        waived.
    like_within : float
        The line of likeness, in SDs.
    space : ContextSpace
    schools : SchoolSide
    leaders : LeaderSide
    conflicts, excluded, declined, together : ndarray of int
        Pairs as ``school row * n_leaders + leader row``, ascending.
    minutes_pairs : ndarray of int
        Pairs with a travel time, likewise.
    minutes : ndarray of float
        Those times.
    """

    phase: Phase
    preset: Preset
    exploratory: bool
    like_within: float
    space: ContextSpace
    schools: SchoolSide
    leaders: LeaderSide
    conflicts: IntArray
    excluded: IntArray
    declined: IntArray
    together: IntArray
    minutes_pairs: IntArray
    minutes: FloatArray

    def keys(self, school: IntArray, leader: IntArray) -> IntArray:
        """One number for each pair of rows."""
        return school.astype(np.int64) * self.leaders.ids.size + leader

    def area_of(self, school: int) -> Area:
        """The area in which a school's leader must be better."""
        return AREAS[int(self.schools.area[school])]
