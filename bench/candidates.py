"""Candidates exactly: each school's best 30 under all rules, beside BallTree + rules written plainly.

Synthetic countries by seed: towns along a long country, schools in need, leaders that
meet the measurable criteria. CPU time of one thread, both ways in the same run, the least of
five. Both ways score what is allowed by the same function and must find the same pairs. Beside
it, all allowed pairs without scores, also against BallTree + our own rule functions.
"""

import os
import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from scipy.special import ndtr
from sklearn.neighbors import BallTree

from bench._countries import BEST, SIZES, peak_megabytes, synthetic_field
from matching.arrays import IntArray
from matching.pair_figures import Pairs
from matching.pairs import PairTable, allowed_pairs, as_they_lie, table_of
from matching.places import EARTH_RADIUS_KM
from matching.scoring import ScoredPairs, score_pairs
from matching.search import keeping_all, unbarred
from matching.shortlist import best_candidates, shortlist
from matching.sides import Field

T = TypeVar("T")


def with_ball_tree(field: Field) -> PairTable:
    """The same pairs the usual way: all within the radius from BallTree, then the rules."""
    schools, leaders = unbarred(field)
    here = np.radians(np.column_stack([field.schools.at.latitude, field.schools.at.longitude]))[schools]
    there = np.radians(np.column_stack([field.leaders.at.latitude, field.leaders.at.longitude]))[leaders]
    tree = BallTree(there, metric="haversine")
    found = []
    for start in range(0, schools.size, 1000):
        near = tree.query_radius(here[start : start + 1000], field.preset.max_km / EARTH_RADIUS_KM)
        lengths = np.array([one.size for one in near])
        school = np.repeat(schools[start : start + 1000], lengths)
        found.append(keeping_all(Pairs(field, school, leaders[np.concatenate(near)])))
    return table_of(field, found)


def with_plain_rules(field: Field) -> tuple[IntArray, IntArray]:
    """As a careful analyst would write it: BallTree with distances, then numpy on every pair."""
    schools, leaders = unbarred(field)
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
    """CPU time of this process, the best of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        table = work(field)
        times.append(time.process_time() - start)
    return min(times), table


def best_with_ball_tree(field: Field) -> tuple[IntArray, IntArray, IntArray]:
    """Leaders of the shortlist the usual way: BallTree, plain rules, score, the best of each school."""
    school, leader = with_plain_rules(field)
    scored = score_pairs(field, as_they_lie(Pairs(field, school, leader)))
    rows = shortlist(scored, BEST)
    return school[rows], leader[rows], scored.score_units[rows]


def run(report: MutableMapping[str, object]) -> None:
    """Measure every size; results under ``candidates``."""
    rows = []
    for number, size in enumerate(SIZES):
        field = synthetic_field(size)
        _ = field.space.factors
        best_seconds, best = cpu_seconds(lambda one: best_candidates(one, BEST), field)
        usual_best, expected = cpu_seconds(best_with_ball_tree, field)
        if not _same_best(best, expected):
            raise AssertionError("the two ways find different candidates")
        ours, table = cpu_seconds(allowed_pairs, field)
        same_rules, same = cpu_seconds(with_ball_tree, field)
        plain, pairs = cpu_seconds(with_plain_rules, field)
        if not (np.array_equal(table.school_row, pairs[0]) and np.array_equal(table.leader_row, pairs[1])):
            raise AssertionError("the plain rules find different pairs")
        if not (np.array_equal(table.school, same.school) and np.array_equal(table.leader, same.leader)):
            raise AssertionError("the two ways find different pairs")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            memory = fresh.submit(peak_megabytes, number).result()
        rows.append(
            {
                "instance": size.name,
                "allowed_pairs": table.size,
                "best_30": best.pairs.size,
                "best_30_s": round(best_seconds, 4),
                "ball_tree_best_30_s": round(usual_best, 4),
                "ratio": usual_best / best_seconds,
                "asked": size.asked,
                "reached": "yes" if usual_best / best_seconds >= size.asked else "no",
                "all_allowed_s": round(ours, 4),
                "ball_tree_plain_rules_s": round(plain, 4),
                "ball_tree_our_rules_s": round(same_rules, 4),
                "ratio_plain": plain / ours,
                "ratio_our_rules": same_rules / ours,
                "peak_mb": round(memory),
                "asked_mb": size.asked_mb,
            }
        )
    report["candidates"] = rows


def _same_best(best: ScoredPairs, expected: tuple[IntArray, IntArray, IntArray]) -> bool:
    school, leader, units = expected
    order = np.lexsort((leader, school))
    return (
        np.array_equal(best.pairs.school_row, school[order])
        and np.array_equal(best.pairs.leader_row, leader[order])
        and np.array_equal(best.score_units, units[order])
    )


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    figures: dict[str, object] = {}
    run(figures)
    for row in figures["candidates"]:  # type: ignore[attr-defined]
        print(row)
