"""Synthetic countries by seed for the candidates, and what a fresh process needs for them.

Towns along a long country, schools in need, leaders that meet the measurable criteria. Apart from the
baselines, so that the memory measured is ours alone.
"""

from dataclasses import dataclass

import numpy as np

from bench import peak_of_this_process
from matching.arrays import IntArray
from matching.assignment import Assignment, solve
from matching.features import context_matrix
from matching.instances import Instance
from matching.phase_evidence import AREAS, PhaseEvidence
from matching.preparation import prepare
from matching.presets import PRESETS
from matching.profiles import LeaderProfile, NeedProfile, OwnerKind, Phase, SchoolProfile
from matching.scoring import SCORE_UNITS
from matching.shortlist import best_candidates
from matching.sides import Field
from matching.similarity import ContextSpace, likeness_line
from matching.weights import EXPERT

BEST = 30


@dataclass(frozen=True, slots=True)
class Size:
    """One instance: how many of whom, and over how many degrees of latitude."""

    name: str
    schools: int
    leaders: int
    degrees: float
    asked: float
    asked_mb: int


SIZES = (
    Size("3,500 x 1,000", 3_500, 1_000, 8.0, 3.0, 200),
    Size("22,000 x 5,000", 22_000, 5_000, 18.0, 4.0, 300),
)
WHOLE = Size("100,000 x 10,000", 100_000, 10_000, 38.0, 0.0, 700)


def synthetic_field(size: Size, seed: int = 0) -> Field:
    """A country with towns of very different size, and both sides of a matching in it."""
    draw = np.random.default_rng(seed)
    total = size.schools + size.leaders
    towns = 40 + total // 150
    town_latitude = draw.uniform(-18.0 - size.degrees, -18.0, towns)
    town_longitude = -71.0 + 0.7 * draw.standard_normal(towns)
    popular = draw.zipf(1.6, towns).clip(max=20).astype(float)
    town = draw.choice(towns, size=total, p=popular / popular.sum())
    rural = draw.random(total) < 0.35
    spread = np.where(rural, 0.25, 0.06)
    latitude = town_latitude[town] + spread * draw.standard_normal(total)
    longitude = town_longitude[town] + spread * draw.standard_normal(total)
    group = np.clip(draw.normal(2.3, 0.9, total) - 0.6 * rural, 1, 5)
    known = draw.random(total) < 0.95
    profiles = [
        SchoolProfile(
            id=row + 1,
            phase=Phase.PRIMARY,
            phases=(Phase.PRIMARY, Phase.SECONDARY) if draw_both else (Phase.PRIMARY,),
            owner=f"owner {town[row]}",
            owner_kind=OwnerKind.PUBLIC if row % 3 else OwnerKind.SUBSIDISED,
            region=str(int((latitude[row] + 90) // 3)),
            commune=str(town[row]),
            rural=bool(rural[row]),
            latitude=float(latitude[row]),
            longitude=float(longitude[row]),
            ses_group=float(group[row]) if known[row] else None,
            vulnerability_share=float(np.clip(1 - group[row] / 5, 0, 1)),
            cohort_size=float(np.exp(draw.normal(3.0 - rural[row], 0.8))),
            special_needs_share=0.0,
        )
        for row, draw_both in enumerate(draw.random(total) < 0.15)
    ]
    level = draw.normal(-8.0, 9.0, total)
    level[size.schools :] = np.abs(draw.normal(22.0, 9.0, size.leaders))
    shape = (total, len(AREAS))
    nobody = np.zeros(total, dtype=bool)
    evidence = PhaseEvidence(
        phase=Phase.PRIMARY,
        ids=np.arange(1, total + 1),
        level=np.broadcast_to(level[:, None], shape).copy(),
        level_sd=np.broadcast_to(draw.uniform(5, 13, total)[:, None], shape).copy(),
        recent_tests=np.full(shape, 3),
        first_year=np.full(total, 2022),
        in_need=nobody,
        in_need_by_value_added=nobody,
        falling=nobody,
    )
    space = ContextSpace(context=context_matrix(profiles), weights=EXPERT)
    return prepare(
        profiles,
        [NeedProfile(school=row + 1, phase=Phase.PRIMARY, urgency=2) for row in range(size.schools)],
        [LeaderProfile(id=row + 1, school=row + 1, designated=False) for row in range(size.schools, total)],
        evidence,
        space,
        PRESETS["nle"],
        like_within=likeness_line(space, seed=seed),
        exploratory=True,
    )


def peak_megabytes(number: int) -> float:
    """Memory that a fresh process needs at most to make one country and find its candidates."""
    best_candidates(synthetic_field(SIZES[number]), BEST)
    return peak_of_this_process()


def country_instance(field: Field, school: IntArray, leader: IntArray, score_units: IntArray) -> Instance:
    """The candidates as an instance: urgencies by seed, two places a leader."""
    draw = np.random.default_rng(0)
    return Instance.from_arrays(
        field.schools.ids,
        draw.integers(1, 4, field.schools.ids.size),
        field.leaders.ids,
        np.full(field.leaders.ids.size, 2),
        school,
        leader,
        score_units / SCORE_UNITS,
    )


def solved_country(field: Field) -> tuple[Instance, Assignment]:
    """The best candidates and the assignment among them."""
    best = best_candidates(field, BEST)
    pairs = best.pairs.school_row, best.pairs.leader_row, best.score_units
    del best  # the figures of the pairs are not needed to assign them
    instance = country_instance(field, *pairs)
    return instance, solve(instance)


def peak_megabytes_of_both(size: Size) -> float:
    """Memory that a fresh process needs at most to make a country, find candidates and solve."""
    solved_country(synthetic_field(size))
    return peak_of_this_process()
