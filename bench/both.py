"""From schools and leaders to a proven assignment (best 30, then ``total``), beside BallTree + scipy.

The synthetic countries of ``candidates``, urgencies 1 to 3 by seed, two places a leader. CPU time of this
process, the least of three (one where it is long); memory of a fresh process that does ours alone.
"""

from collections.abc import MutableMapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from bench._countries import (
    SIZES,
    WHOLE,
    Size,
    country_instance,
    peak_megabytes_of_both,
    solved_country,
    synthetic_field,
)
from bench.assignment import cpu_seconds, with_scipy
from bench.candidates import best_with_ball_tree
from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.flows import cheapest_pairs
from matching.greatest_total import best_pairs
from matching.objective import objective_of
from matching.sides import Field

ASKED = {SIZES[0].name: (2.5, 200), SIZES[1].name: (9.0, 300), WHOLE.name: (None, 700)}


def run(report: MutableMapping[str, object]) -> None:
    """Measure every size; results under ``both``."""
    report["both"] = [_row(size) for size in (*SIZES, WHOLE)]


def usual_way(field: Field) -> float:
    """Total score by BallTree, plain rules, our scores and scipy's sparse matching."""
    school, leader, units = best_with_ball_tree(field)
    return with_scipy(country_instance(field, school, leader, units))


def _row(size: Size) -> dict[str, object]:
    field = synthetic_field(size)
    _ = field.space.factors
    ours, (instance, best) = cpu_seconds(lambda: solved_country(field))
    asked, asked_mb = ASKED[size.name]
    usual = None
    if asked is not None:
        usual, total = cpu_seconds(lambda: usual_way(field))
        if abs(total - best.objective.total) > 1e-6 * len(instance.school_ids):
            raise AssertionError(f"the usual way finds another optimum: {total}")
    weights = objective_of(instance)
    ends = instance.pair_school, instance.pair_leader

    made = weights.level[best.pair_of != NO_PAIR]
    matched = np.bincount(made, minlength=len(weights.urgencies))
    # the solver by itself: one call over all pairs, told how many of each urgency there will be
    from_solver, _ = cpu_seconds(
        lambda: cheapest_pairs(*ends, -weights.units, instance.capacity, weights.level, matched)
    )
    matching, _ = cpu_seconds(lambda: best_pairs(instance, weights))
    solving, _ = cpu_seconds(lambda: solve(instance))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        memory = fresh.submit(peak_megabytes_of_both, size).result()
    ratio = usual / ours if usual else None
    return {
        "instance": size.name,
        "pairs": int(instance.score.size),
        "status": best.status.value,
        "ours_s": round(ours, 3),
        "ball_tree_scipy_s": usual,
        "ratio": ratio,
        "asked": asked,
        "reached": None if ratio is None or asked is None else "yes" if ratio >= asked else "no",
        "solve_s": round(solving, 4),
        "matching_in_it_s": round(matching, 4),
        "solver_alone_s": round(from_solver, 4),
        "more_than_solver": solving / from_solver - 1,
        "asked_more": 0.2,
        "peak_mb": round(memory),
        "asked_mb": asked_mb,
        "memory_reached": "yes" if memory < asked_mb else "no",
    }
