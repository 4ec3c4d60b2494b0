"""From profiles and evidence of one phase to the columns that the rules read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.elements import MEASURED_AREAS, Element
from matching.errors import ProfileError
from matching.phase_evidence import AREAS, PhaseEvidence
from matching.places import unit_vectors
from matching.presets import Preset
from matching.profiles import LeaderProfile, NeedProfile, SchoolProfile
from matching.residuals import Area
from matching.sides import ELEMENTS, Field, LeaderSide, SchoolSide, Surroundings
from matching.similarity import ContextSpace


def prepare(
    profiles: Sequence[SchoolProfile],
    needs: Iterable[NeedProfile],
    leaders: Iterable[LeaderProfile],
    evidence: PhaseEvidence,
    space: ContextSpace,
    preset: Preset,
    *,
    like_within: float,
    exploratory: bool = False,
    partnered: Collection[int] = (),
    worked_together: Collection[tuple[int, int]] = (),
    travel_minutes: Mapping[tuple[int, int], float] | None = None,
) -> Field:
    """Bring schools, leaders and evidence of one phase to columns.

    Parameters
    ----------
    profiles : sequence of SchoolProfile
        All working schools of the phase, as `space` was made from.
    needs : iterable of NeedProfile
        Schools to be supported, of this phase, each once.
    leaders : iterable of LeaderProfile
        Each once; one whose school does not teach the phase is refused by rule.
    evidence : PhaseEvidence
    space : ContextSpace
    preset : Preset
    like_within : float
        :func:`~matching.similarity.likeness_line` of the phase.
    exploratory : bool
        A run of suggested schools.
    partnered : collection of int
        Schools with an open partnership.
    worked_together : collection of (int, int)
        School and leader id that were partners before.
    travel_minutes : mapping of (int, int) to float, optional
        By supported and supporting school.

    Returns
    -------
    Field

    Raises
    ------
    ProfileError
        A school in need has no profile in the phase, or someone appears twice.
    """
    by_id = {profile.id: profile for profile in profiles}
    asking = sorted(needs, key=lambda need: need.school)
    helping = sorted(leaders, key=lambda leader: leader.id)
    _refuse_twice([need.school for need in asking], "school")
    _refuse_twice([leader.id for leader in helping], "leader")
    for need in asking:
        if need.school not in by_id or need.phase != space.context.phase:
            raise ProfileError(f"has no profile in phase {space.context.phase}", f"school {need.school}")
    owners = {owner: n for n, owner in enumerate(sorted({p.owner for p in profiles if p.owner}))}
    tongues = {word for need in asking for word in need.languages}
    tongues |= {word for leader in helping for word in leader.languages}
    bits = {word: 1 << n for n, word in enumerate(sorted(tongues))}
    school_side = _school_side(asking, by_id, owners, bits, evidence, space, preset, set(partnered))
    leader_side = _leader_side(helping, by_id, owners, bits, evidence, space, preset)
    width = len(helping)
    rows_of_school = {need.school: row for row, need in enumerate(asking)}
    row_of_leader = {leader.id: row for row, leader in enumerate(helping)}
    leaders_of: dict[int, list[int]] = {}
    for row, leader in enumerate(helping):
        leaders_of.setdefault(leader.school, []).append(row)

    def keys_of(barred: str) -> IntArray:
        pairs = [
            rows_of_school[school] * width + row
            for row, leader in enumerate(helping)
            for school in getattr(leader, barred)
            if school in rows_of_school
        ]
        return np.array(sorted(pairs), dtype=np.int64)

    excluded = [
        row * width + other
        for row, need in enumerate(asking)
        for school in need.excluded
        for other in leaders_of.get(school, ())
    ]
    together = [
        rows_of_school[school] * width + row_of_leader[leader]
        for school, leader in worked_together
        if school in rows_of_school and leader in row_of_leader
    ]
    times = sorted(
        (rows_of_school[school] * width + row, minutes)
        for (school, other), minutes in (travel_minutes or {}).items()
        if school in rows_of_school
        for row in leaders_of.get(other, ())
    )
    return Field(
        phase=space.context.phase,
        preset=preset,
        exploratory=exploratory,
        like_within=like_within,
        space=space,
        schools=school_side,
        leaders=leader_side,
        conflicts=keys_of("conflicts"),
        excluded=np.array(sorted(excluded), dtype=np.int64),
        declined=keys_of("declined"),
        together=np.array(sorted(together), dtype=np.int64),
        minutes_pairs=np.array([key for key, _ in times], dtype=np.int64),
        minutes=np.array([minutes for _, minutes in times], dtype=np.float64),
    )


def _refuse_twice(ids: list[int], noun: str) -> None:
    for before, after in pairwise(ids):
        if before == after:
            raise ProfileError("appears twice", f"{noun} {after}")


def _surroundings(
    schools: list[int], by_id: Mapping[int, SchoolProfile], owners: Mapping[str, int], space: ContextSpace
) -> Surroundings:
    found = [by_id.get(school) for school in schools]

    def column(name: str) -> FloatArray:
        values = [None if profile is None else getattr(profile, name) for profile in found]
        return np.array([np.nan if value is None else float(value) for value in values])

    latitude, longitude = column("latitude"), column("longitude")
    return Surroundings(
        row=space.context.rows(np.array(schools, dtype=np.int64)),
        latitude=latitude,
        longitude=longitude,
        ses_group=column("ses_group"),
        rural=column("rural"),
        points=unit_vectors(latitude, longitude),
        place_estimated=np.array([p is not None and p.place_estimated for p in found], dtype=bool),
        owner=np.array([owners.get(p.owner or "", -1) if p else -1 for p in found], dtype=np.int64),
    )


def _levels(
    schools: list[int], evidence: PhaseEvidence, preset: Preset
) -> tuple[IntArray, FloatArray, FloatArray, BoolArray, IntArray]:
    """Row of the evidence (-1 if absent), level, SD, whether results suffice, tests."""
    place = {int(school): row for row, school in enumerate(evidence.ids)}
    rows = np.array([place.get(school, -1) for school in schools], dtype=np.int64)
    there = (rows >= 0)[:, None]
    if not evidence.ids.size:
        empty = np.full((rows.size, len(AREAS)), np.nan)
        none = np.zeros(empty.shape, dtype=np.int64)
        return rows, empty, empty, none.astype(bool), none
    level = np.where(there, evidence.level[rows], np.nan)
    level_sd = np.where(there, evidence.level_sd[rows], np.nan)
    tests = np.where(there, evidence.recent_tests[rows], 0)
    return rows, level, level_sd, np.isfinite(level) & (tests >= preset.min_tests), tests


def _elements(stated: Mapping[Element, int]) -> list[int]:
    return [stated.get(element, 0) for element in ELEMENTS]


def _bits(languages: Iterable[str], bits: Mapping[str, int]) -> int:
    return sum(bits[word] for word in languages)


def _area(areas: tuple[Element, ...]) -> int:
    """The one area named, or the mean of both."""
    named = {str(area) for area in areas if area in MEASURED_AREAS}
    return AREAS.index(Area(named.pop())) if len(named) == 1 else AREAS.index(Area.BOTH)


def _school_side(
    asking: list[NeedProfile],
    by_id: Mapping[int, SchoolProfile],
    owners: Mapping[str, int],
    bits: Mapping[str, int],
    evidence: PhaseEvidence,
    space: ContextSpace,
    preset: Preset,
    partnered: set[int],
) -> SchoolSide:
    ids = [need.school for need in asking]
    _, level, level_sd, sufficient, _ = _levels(ids, evidence, preset)
    area = np.array([_area(need.areas) for need in asking], dtype=np.int64)
    every = np.arange(len(ids))
    return SchoolSide(
        ids=np.array(ids, dtype=np.int64),
        at=_surroundings(ids, by_id, owners, space),
        area=area,
        level=level[every, area],
        level_sd=level_sd[every, area],
        by_results=sufficient[every, area],
        needs=np.array([_elements(need.needs) for need in asking]).reshape(-1, len(ELEMENTS)),
        languages=np.array([_bits(need.languages, bits) for need in asking], dtype=np.int64),
        online=np.array([need.online for need in asking], dtype=bool),
        partnered=np.array([school in partnered for school in ids], dtype=bool),
    )


def _leader_side(
    helping: list[LeaderProfile],
    by_id: Mapping[int, SchoolProfile],
    owners: Mapping[str, int],
    bits: Mapping[str, int],
    evidence: PhaseEvidence,
    space: ContextSpace,
    preset: Preset,
) -> LeaderSide:
    schools = [leader.school for leader in helping]
    rows, level, level_sd, sufficient, tests = _levels(schools, evidence, preset)

    def flag(name: str) -> BoolArray:
        return np.array([getattr(leader, name) for leader in helping], dtype=bool)

    def flagged(values: BoolArray) -> BoolArray:
        return np.array([row >= 0 and bool(values[row]) for row in rows], dtype=bool)

    def number(name: str) -> FloatArray:
        values = [getattr(leader, name) for leader in helping]
        return np.array([np.nan if value is None else float(value) for value in values])

    return LeaderSide(
        ids=np.array([leader.id for leader in helping], dtype=np.int64),
        schools=np.array(schools, dtype=np.int64),
        at=_surroundings(schools, by_id, owners, space),
        level=level,
        level_sd=level_sd,
        by_results=sufficient,
        recent_tests=tests,
        first_year=np.array([evidence.first_year[row] if row >= 0 else 0 for row in rows], dtype=np.int64),
        strengths=np.array([_elements(one.strengths) for one in helping]).reshape(-1, len(ELEMENTS)),
        in_need=flagged(evidence.in_need) | flagged(evidence.in_need_by_value_added),
        falling=flagged(evidence.falling),
        designated=flag("designated"),
        active=flag("active"),
        consents=flag("consents"),
        complaint=flag("complaint_open"),
        online=flag("online"),
        worked_rural=flag("worked_rural"),
        worked_urban=flag("worked_urban"),
        years_in_post=number("years_in_post"),
        max_km=number("max_km"),
        capacity=np.array([leader.capacity for leader in helping], dtype=np.int64),
        languages=np.array([_bits(leader.languages, bits) for leader in helping], dtype=np.int64),
    )
