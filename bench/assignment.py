"""The exact assignment (policy total) beside scipy's sparse matching and networkx's flow; fair and stable.

Synthetic instances by seed: schools and leaders at random places, each school with its
nearest leaders as allowed pairs, scores from quality, place and chance. CPU time of this
process, least of three runs (baselines of more than two seconds: one run). ``fair`` and ``stable`` are set
beside ``total`` on the same instance, and ``stable`` beside offers written the plain way.
"""

import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import cKDTree

from matching.arrays import IntArray
from matching.assignment import POLICIES, solve
from matching.certificate import certify
from matching.incentives import untrue_lists
from matching.instances import Instance
from matching.objective import objective_of

Answer = TypeVar("Answer")

LONG = 2.0
STEP = 100_000.0
"""Weight of one urgency in the baselines, in scores: more than all scores together."""


@dataclass(frozen=True, slots=True)
class Size:
    """One instance, and which baselines are bearable on it."""

    name: str
    schools: int
    leaders: int
    near: int
    places: int
    scipy: bool = True
    networkx: bool = False


SIZES = (
    Size("30 x 12", 30, 12, 8, 3, networkx=True),
    Size("3,500 x 1,000, one place", 3_500, 1_000, 22, 1),
    Size("3,500 x 1,000", 3_500, 1_000, 22, 3, networkx=True),
    Size("22,000 x 5,000, one place", 22_000, 5_000, 30, 1),
    Size("22,000 x 5,000", 22_000, 5_000, 30, 3),
    Size("100,000 x 10,000", 100_000, 10_000, 17, 8, scipy=False),
)


def synthetic_instance(size: Size, seed: int = 0) -> Instance:
    """A country with as many schools and leaders, up to ``places`` places a leader."""
    draw = np.random.default_rng(seed)
    schools, leaders = draw.random((size.schools, 2)), draw.random((size.leaders, 2))
    distance, leader = cKDTree(leaders).query(schools, k=size.near)
    school = np.repeat(np.arange(size.schools), size.near)
    quality = draw.random(size.leaders)
    near = 1 - distance.ravel() / distance.max()
    score = 0.5 * quality[leader.ravel()] + 0.3 * draw.random(school.size) + 0.2 * near
    return Instance.from_arrays(
        np.arange(size.schools),
        draw.integers(1, 4, size.schools),
        np.arange(size.leaders),
        draw.integers(1, size.places + 1, size.leaders),
        school,
        leader.ravel(),
        score,
    )


def with_scipy(instance: Instance) -> float:
    """Total of the same optimum from scipy."""
    return float(instance.score[scipy_pairs(instance)].sum())


def scipy_pairs(instance: Instance) -> IntArray:
    """Pairs of the same optimum from scipy: a column for each place, and one of its own for each school."""
    copies = np.repeat(np.arange(instance.score.size), instance.capacity[instance.pair_leader])
    first = np.cumsum(instance.capacity) - instance.capacity
    nth = np.arange(copies.size) - np.searchsorted(copies, copies)
    schools, places = len(instance.school_ids), int(instance.capacity.sum())
    weight = instance.score + STEP * (4 - instance.urgency[instance.pair_school])
    dummy = 5 * STEP
    rows = np.concatenate([instance.pair_school[copies], np.arange(schools)])
    columns = np.concatenate([first[instance.pair_leader[copies]] + nth, places + np.arange(schools)])
    costs = np.concatenate([dummy - weight[copies], np.full(schools, dummy)])
    graph = csr_array((costs, (rows, columns)), shape=(schools, places + schools))
    graph.indices, graph.indptr = graph.indices.astype(np.int32), graph.indptr.astype(np.int32)
    row, column = min_weight_full_bipartite_matching(graph)
    made = column < places
    leader = np.searchsorted(first + instance.capacity, column[made], side="right")
    keys = instance.pair_school * len(instance.leader_ids) + instance.pair_leader
    pairs: IntArray = np.searchsorted(keys, row[made] * len(instance.leader_ids) + leader)
    return pairs


def with_networkx(instance: Instance) -> float:
    """The same optimum from networkx: a maximum flow of least cost."""
    graph: nx.DiGraph = nx.DiGraph()
    for school in range(len(instance.school_ids)):
        graph.add_edge("source", ("school", school), capacity=1, weight=0)
    for leader, places in enumerate(instance.capacity.tolist()):
        graph.add_edge(("leader", leader), "sink", capacity=places, weight=0)
    weight = np.rint((instance.score + STEP * (4 - instance.urgency[instance.pair_school])) * 1e6)
    for school, leader, worth in zip(
        instance.pair_school.tolist(), instance.pair_leader.tolist(), weight.tolist(), strict=True
    ):
        graph.add_edge(("school", school), ("leader", leader), capacity=1, weight=-int(worth))
    flow = nx.max_flow_min_cost(graph, "source", "sink")
    return sum(
        float(score)
        for school, leader, score in zip(
            instance.pair_school.tolist(), instance.pair_leader.tolist(), instance.score, strict=True
        )
        if flow["school", school].get(("leader", leader))
    )


def cpu_seconds(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """CPU time of this process, the least of three runs; one if it takes long."""
    times: list[float] = []
    while True:
        start = time.process_time()
        answer = work()
        times.append(time.process_time() - start)
        if len(times) == 3 or times[0] > LONG:
            return min(times), answer


def peak_megabytes(number: int) -> float:
    """Memory that a fresh process needs at most to make and solve one instance."""
    solve(synthetic_instance(SIZES[number]))
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def run(report: MutableMapping[str, object]) -> None:
    """Measure every size; results under ``assignment``, ``policies`` and ``untrue_lists``."""
    report["assignment"] = [_row(number, size) for number, size in enumerate(SIZES)]
    report["policies"] = [_policies(size) for size in SIZES if size.scipy]
    report["untrue_lists"] = [_untrue(policy, side) for policy in POLICIES for side in ("schools", "leaders")]


def with_plain_offers(instance: Instance) -> float:
    """The same stable assignment by offers written down as in the textbook, over lists and dicts."""
    lists: dict[int, list[tuple[float, int]]] = {}
    pairs = zip(
        instance.pair_school.tolist(), instance.pair_leader.tolist(), instance.score.tolist(), strict=True
    )
    for school, leader, score in pairs:
        lists.setdefault(school, []).append((-score, leader))
    for choices in lists.values():
        choices.sort(reverse=True)
    held: dict[int, list[tuple[float, int]]] = {j: [] for j in range(len(instance.leader_ids))}
    places = instance.capacity.tolist()
    asking = list(lists)
    while asking:
        school = asking.pop()
        if not lists[school]:
            continue
        dislike, leader = lists[school].pop()
        held[leader] = sorted([*held[leader], (dislike, school)])
        if len(held[leader]) > places[leader]:
            asking.append(held[leader].pop()[1])
    return -sum(dislike for kept in held.values() for dislike, _ in kept)


def _policies(size: Size) -> dict[str, object]:
    instance = synthetic_instance(size)
    seconds, answers = {}, {}
    for policy in POLICIES:
        seconds[policy], answers[policy] = cpu_seconds(partial(solve, instance, policy=policy))
    plain, total = cpu_seconds(lambda: with_plain_offers(instance))
    if abs(total - answers["stable"].total(instance)) > 1e-6:
        raise AssertionError("the plain offers end elsewhere")
    return {
        "instance": size.name,
        **{f"{policy}_s": round(seconds[policy], 4) for policy in POLICIES},
        "plain_offers_s": round(plain, 4),
        "fair_to_total": seconds["fair"] / seconds["total"],
        "stable_to_total": seconds["stable"] / seconds["total"],
        **{f"{policy}_status": answers[policy].status.value for policy in ("fair", "stable")},
        **{f"{policy}_score": answers[policy].total(instance) for policy in POLICIES},
        **{f"{policy}_worst": answers[policy].worst(instance) for policy in POLICIES},
        **{f"{policy}_blocking": answers[policy].blocking.count for policy in POLICIES},
    }


def _untrue(policy: str, side: str) -> dict[str, object]:
    """How often a shorter or misordered list pays (on an instance of 300 schools and 100 leaders)."""
    instance = synthetic_instance(Size("300 x 100", 300, 100, 12, 3))
    found = untrue_lists(instance, policy, side, people=40)
    return {
        "policy": policy,
        "who": side,
        "tried": found.people,
        "gaining": found.gaining,
        "lists": found.lists,
    }


def _row(number: int, size: Size) -> dict[str, object]:
    instance = synthetic_instance(size)
    ours, best = cpu_seconds(lambda: solve(instance))
    weights = objective_of(instance)
    proof, certificate = cpu_seconds(lambda: certify(instance, weights, best.pair_of))
    if not certificate.proven:
        raise AssertionError(certificate.fault)
    scipy_seconds = _baseline(with_scipy, instance, best.objective.total) if size.scipy else None
    networkx_seconds = _baseline(with_networkx, instance, best.objective.total) if size.networkx else None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        memory = fresh.submit(peak_megabytes, number).result()
    return {
        "instance": size.name,
        "pairs": int(instance.score.size),
        "matched": sum(best.objective.matched_by_urgency.values()),
        "gap": best.gap,
        "solve_s": round(ours, 4),
        "of_it_proof_and_prices_s": round(proof, 4),
        "scipy_s": scipy_seconds,
        "scipy_ratio": scipy_seconds / ours if scipy_seconds else None,
        "networkx_s": networkx_seconds,
        "networkx_ratio": networkx_seconds / ours if networkx_seconds else None,
        "peak_mb": round(memory),
    }


def _baseline(work: Callable[[Instance], float], instance: Instance, expected: float) -> float:
    """CPU time of a baseline, which must find the same optimum."""
    seconds, total = cpu_seconds(lambda: work(instance))
    if abs(total - expected) > 1e-6 * len(instance.school_ids):
        raise AssertionError(f"{work.__name__} finds another optimum: {total} and {expected}")
    return seconds
