"""All figures of a support graph beside networkx and rustworkx, and effects by cohort and time.

Synthetic countries by seed: ties from leaders of few, sometimes answered. CPU time of
this process, least of three runs.
"""

import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import networkx as nx
import numpy as np
import rustworkx as rx

from network.betweenness import betweenness
from network.impact import difference_in_differences
from network.layout import lay_out
from network.metrics import measure
from network.panels import Panel, make_panel

Answer = TypeVar("Answer")

SIZES = ((300, 700), (12_000, 30_000), (100_000, 300_000))
PANELS = ((500, 5), (4_000, 8))


def country(schools: int, ties: int, seed: int = 0) -> nx.DiGraph:
    """A graph with about as many ties: most leaders support few, a tenth of ties is answered."""
    draw = np.random.default_rng(seed)
    leader = (draw.random(ties) ** 2 * schools).astype(int)
    school = draw.integers(0, schools, ties)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(schools))
    graph.add_edges_from((a, b) for a, b in zip(leader.tolist(), school.tolist(), strict=True) if a != b)
    graph.add_edges_from([(b, a) for a, b in list(graph.edges())[::10]])
    return graph


def with_networkx(graph: nx.DiGraph) -> tuple[int, int, float, float, int]:
    """The same figures, as far as networkx has them."""
    undirected = graph.to_undirected()
    return (
        nx.number_weakly_connected_components(graph),
        nx.number_of_isolates(graph),
        nx.overall_reciprocity(graph),
        nx.density(graph),
        sum(1 for _ in nx.articulation_points(undirected)),
    )


def with_rustworkx(graph: nx.DiGraph) -> tuple[int, int, float, float, int]:
    """The same by rustworkx (Apache-2.0) from the same graph of networkx, the conversion included."""
    made = rx.networkx_converter(graph)
    plain = made.to_undirected(multigraph=False)
    edges = set(made.edge_list())
    return (
        rx.number_weakly_connected_components(made),
        len(rx.isolates(made)),
        sum((b, a) in edges for a, b in edges) / len(edges),
        len(edges) / (len(made) * (len(made) - 1)),
        len(rx.articulation_points(plain)),
    )


def panel(units: int, times: int, seed: int = 0) -> Panel:
    """A staggered panel with one covariate and no effect."""
    draw = np.random.default_rng(seed)
    cohort = draw.choice([0, *range(2, times + 1)], units)
    covariate = draw.normal(size=units)
    outcome = draw.normal(size=(units, times)) + covariate[:, None]
    return make_panel(
        np.repeat(np.arange(units), times).astype(str).tolist(),
        np.tile(np.arange(1, times + 1), units).tolist(),
        np.repeat(cohort, times).tolist(),
        outcome.ravel().tolist(),
        [np.repeat(covariate, times).tolist()],
    )


def cpu_seconds(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """CPU time of this process, the least of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        answer = work()
        times.append(time.process_time() - start)
    return min(times), answer


def peak_megabytes(schools: int, ties: int) -> float:
    """Memory that a fresh process needs at most to make, measure and lay out one graph."""
    graph = country(schools, ties)
    measure(graph)
    lay_out(graph)
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def run(report: MutableMapping[str, object]) -> None:
    """Measure every size; results under ``network`` and ``impact``."""
    report["network"] = [_graph_row(*size) for size in SIZES]
    report["impact"] = [_panel_row(*size) for size in PANELS]


def _graph_row(schools: int, ties: int) -> dict[str, object]:
    graph = country(schools, ties)
    ours, found = cpu_seconds(lambda: measure(graph))
    theirs, expected = cpu_seconds(lambda: with_networkx(graph))
    rust, also = cpu_seconds(lambda: with_rustworkx(graph))
    same = (found.components, len(found.isolated), found.reciprocity, found.density, len(found.articulation))
    if not np.allclose(same, expected) or not np.allclose(same, also):
        raise AssertionError(f"others find other figures: {same}, {expected} and {also}")
    began = time.process_time()
    sampled = betweenness(graph)
    between_s = time.process_time() - began
    began = time.process_time()
    lay_out(graph)
    layout_s = time.process_time() - began
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        memory = fresh.submit(peak_megabytes, schools, ties).result()
    return {
        "schools": schools,
        "ties": graph.number_of_edges(),
        "all_figures_s": round(ours, 4),
        "networkx_s": round(theirs, 4),
        "rustworkx_s": round(rust, 4),
        "of_the_fastest": ours / min(theirs, rust),
        "betweenness_s": round(between_s, 2),
        "pivots": sampled.pivots,
        "error": max(sampled.errors.values()),
        "layout_s": round(layout_s, 2),
        "peak_mb": round(memory),
    }


def _panel_row(units: int, times: int) -> dict[str, object]:
    given = panel(units, times)
    row: dict[str, object] = {"units": units, "times": times}
    for method in ("reg", "ipw", "dr"):
        row[f"{method}_s"] = round(
            cpu_seconds(partial(difference_in_differences, given, method=method))[0], 4
        )
    return row
