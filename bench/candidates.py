"""Candidates exactly: allowed pairs and each school's best 30, beside BallTree + the same rules.

Synthetic countries by seed: towns along a long country, schools in need, leaders that
meet the measurable criteria. CPU time of one thread, both ways in the same run.
"""

import os
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.special import ndtr
from sklearn.neighbors import BallTree

from matching.arrays import IntArray
from matching.features import context_matrix
from matching.pair_figures import Pairs
from matching.pairs import PairTable, _allowed, _table, _unbarred, allowed_pairs
from matching.phase_evidence import AREAS, PhaseEvidence
from matching.places import EARTH_RADIUS_KM
from matching.preparation import prepare
from matching.presets import PRESETS
from matching.profiles import LeaderProfile, NeedProfile, OwnerKind, Phase, SchoolProfile
from matching.scoring import score_pairs
from matching.shortlist import shortlist
from matching.sides import Field
from matching.similarity import ContextSpace, likeness_line
from matching.weights import EXPERT

BEST = 30
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """One instance: how many of whom, and over how many degrees of latitude."""

    name: str
    schools: int
    leaders: int
    degrees: float


SIZES = (
    Size("3,500 x 1,000", 3_500, 1_000, 8.0),
    Size("22,000 x 5,000", 22_000, 5_000, 18.0),
)


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


def with_ball_tree(field: Field) -> PairTable:
    """The same pairs the usual way: all within the radius from BallTree, then the rules."""
    schools, leaders = _unbarred(field)
    here = np.radians(np.column_stack([field.schools.at.latitude, field.schools.at.longitude]))[schools]
    there = np.radians(np.column_stack([field.leaders.at.latitude, field.leaders.at.longitude]))[leaders]
    tree = BallTree(there, metric="haversine")
    found = []
    for start in range(0, schools.size, 1000):
        near = tree.query_radius(here[start : start + 1000], field.preset.max_km / EARTH_RADIUS_KM)
        lengths = np.array([one.size for one in near])
        school = np.repeat(schools[start : start + 1000], lengths)
        found.append(_allowed(Pairs(field, school, leaders[np.concatenate(near)])))
    return _table(field, found)


def with_plain_rules(field: Field) -> tuple[IntArray, IntArray]:
    """As a careful analyst would write it: BallTree with distances, then numpy on every pair."""
    schools, leaders = _unbarred(field)
    at, there, preset = field.schools, field.leaders, field.preset
    radians = [np.radians(np.column_stack([s.at.latitude, s.at.longitude])) for s in (at, there)]
    tree = BallTree(radians[1][leaders], metric="haversine")
    context, weights = field.space.context.values, field.space.column_weights
    found = []
    for start in range(0, schools.size, 1000):
        near, angle = tree.query_radius(
            radians[0][schools[start : start + 1000]],
            preset.max_km / EARTH_RADIUS_KM,
            return_distance=True,
        )
        a = np.repeat(schools[start : start + 1000], [one.size for one in near])
        b, km = leaders[np.concatenate(near)], np.concatenate(angle) * EARTH_RADIUS_KM
        level, sd = there.level[b, at.area[a]], there.level_sd[b, at.area[a]]
        gap = level - at.level[a]
        may = (gap >= preset.min_gap) & (ndtr(level / sd) >= preset.min_probability_above_zero)
        may &= ndtr(gap / np.hypot(sd, at.level_sd[a])) >= preset.min_probability_better
        may &= ~(np.abs(at.at.ses_group[a] - there.at.ses_group[b]) > preset.max_ses_difference + 1e-9)
        may &= at.at.rural[a] == there.at.rural[b]
        urban = (at.at.rural[a] == 0) & (there.at.rural[b] == 0)
        may &= ~(urban & (at.at.owner[a] != there.at.owner[b]) & (km <= preset.rival_km))
        a, b = a[may], b[may]
        apart = context[at.at.row[a]] - context[there.at.row[b]]
        known = ~np.isnan(apart)
        shared = known @ weights
        distance = np.sqrt((np.where(known, apart, 0.0) ** 2) @ weights / shared)
        alike = (distance <= field.like_within) & (shared / weights.sum() >= preset.min_coverage)
        found.append((a[alike], b[alike]))
    a, b = (np.concatenate(side) for side in zip(*found, strict=True))
    order = np.lexsort((b, a))
    return a[order], b[order]


def cpu_seconds(work: Callable[[Field], T], field: Field) -> tuple[float, T]:
    """CPU time of this process, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        table = work(field)
        times.append(time.process_time() - start)
    return min(times), table


def run(report: MutableMapping[str, object]) -> None:
    """Measure every size; results under ``candidates``."""
    rows = []
    for size in SIZES:
        field = synthetic_field(size)
        _ = field.space.factors
        ours, table = cpu_seconds(allowed_pairs, field)
        usual, same = cpu_seconds(with_ball_tree, field)
        plain, pairs = cpu_seconds(with_plain_rules, field)
        if not (np.array_equal(table.school_row, pairs[0]) and np.array_equal(table.leader_row, pairs[1])):
            raise AssertionError("the plain rules find different pairs")
        if not (np.array_equal(table.school, same.school) and np.array_equal(table.leader, same.leader)):
            raise AssertionError("the two ways find different pairs")
        start = time.process_time()
        best = shortlist(score_pairs(field, table), BEST)
        choosing = time.process_time() - start
        rows.append(
            {
                "instance": size.name,
                "allowed_pairs": table.size,
                "short_listed": int(best.size),
                "seconds": round(ours, 3),
                "ball_tree_same_rules_seconds": round(usual, 3),
                "ball_tree_plain_rules_seconds": round(plain, 3),
                "score_and_shortlist_seconds": round(choosing, 3),
                "times_faster_than_same_rules": round(usual / ours, 2),
                "times_faster_than_plain_rules": round(plain / ours, 2),
            }
        )
    report["candidates"] = rows


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    figures: dict[str, object] = {}
    run(figures)
    for row in figures["candidates"]:  # type: ignore[attr-defined]
        print(row)
