"""On how many shortest ways a school lies: exact where that is quick, else from a sample with its error."""

import math
from collections.abc import Hashable
from dataclasses import dataclass

import networkx as nx
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from network.indexed import Indexed, IntArray, Node, indexed, plain

EXACT_UP_TO = 2_000
"""Nodes; above it the exact figure takes more than a second."""
PIVOTS = 1_024
"""Sources of a sample: values are then known to within 0.01 to 0.04."""
WORK = 4_000_000
"""Edges times sources looked at together: bounds the memory of a batch to about 150 MB."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Betweenness:
    """Betweenness of every node, as a share of the pairs it could lie between.

    Parameters
    ----------
    values : dict
        By node, in the order of the graph; in [0, 1].
    exact : bool
    pivots : int
        Sources from which ways were counted; all nodes if exact.
    errors : dict
        Half-width of an interval that holds each value with at least 95 % probability; 0 if exact.
    bound : float
        With 95 % probability no value is further off than this (all nodes at once); 0 if exact.
    """

    values: dict[Hashable, float]
    exact: bool
    pivots: int
    errors: dict[Hashable, float]
    bound: float


def betweenness(
    graph: "nx.Graph[Node]", *, exact_up_to: int = EXACT_UP_TO, pivots: int = PIVOTS, seed: int = 0
) -> Betweenness:
    """Measure on how many shortest ways (unweighted) between two others each node lies.

    Parameters
    ----------
    graph : nx.DiGraph or nx.Graph
        Without parallel edges.
    exact_up_to : int
        Nodes up to which it is exact.
    pivots : int
        Sources drawn otherwise, without repetition; >= 2.
    seed : int

    Notes
    -----
    Exact: Brandes (2001, *A faster algorithm for betweenness centrality*, Journal of Mathematical
    Sociology 25), equal to ``networkx.betweenness_centrality``. Sampled: uniform sources, each node's
    dependencies scaled up by nodes / pivots (Brandes & Pich 2007, *Centrality estimation in large networks*,
    International Journal of Bifurcation and Chaos 17); ``errors`` are the
    smaller of the empirical Bernstein bound (Maurer & Pontil 2009, *Empirical Bernstein bounds and sample
    variance penalization*, COLT) and Hoeffding's (1963); ``bound`` is Hoeffding's for all nodes at once.
    Intervals from the standard error would hold far less often than they say: few sources carry most of a
    node's ways.

    Examples
    --------
    >>> betweenness(nx.path_graph(3)).values
    {0: 0.0, 1: 1.0, 2: 0.0}
    """
    columns = indexed(graph)
    size = len(columns.nodes)
    if size <= max(exact_up_to, 2) or pivots >= size:
        return _exact(columns)
    chosen = np.sort(np.random.default_rng(seed).choice(size, max(2, pivots), replace=False))
    total, squares = _dependencies(columns, chosen)
    count = len(chosen)
    mean = total / count / (size - 2)  # of shares in [0, 1]
    variance = np.maximum(0.0, squares / count / (size - 2) ** 2 - mean**2) * count / (count - 1)
    surely = math.log(2 / 0.05)
    bernstein = np.sqrt(2 * variance * surely / count) + 7 * surely / (3 * (count - 1))
    errors = np.minimum(bernstein, math.sqrt(surely / (2 * count))) * size / (size - 1)
    bound = math.sqrt(math.log(2 * size / 0.05) / (2 * count)) * size / (size - 1)
    return Betweenness(
        dict(zip(columns.nodes, np.minimum(1.0, mean * size / (size - 1)).tolist(), strict=True)),
        exact=False,
        pivots=count,
        errors=dict(zip(columns.nodes, errors.tolist(), strict=True)),
        bound=bound,
    )


def _exact(columns: Indexed[Node]) -> Betweenness:
    if columns.directed:
        made: rx.PyDiGraph[None, None] = rx.PyDiGraph()
        made.add_nodes_from([None] * len(columns.nodes))
        made.add_edges_from_no_data(
            [(a, b) for a, b in zip(columns.source.tolist(), columns.target.tolist(), strict=True) if a != b]
        )
        found = rx.digraph_betweenness_centrality(made)
    else:
        found = rx.graph_betweenness_centrality(plain(len(columns.nodes), columns.pairs()))
    values: dict[Hashable, float] = {node: float(found[place]) for place, node in enumerate(columns.nodes)}
    return Betweenness(values, True, len(values), dict.fromkeys(values, 0.0), 0.0)


def _dependencies(columns: Indexed[Node], sources: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sum over the sources of each node's dependency, and of its square."""
    start, neighbour = _adjacency(columns)
    size = len(columns.nodes)
    total, squares = np.zeros(size), np.zeros(size)
    batch = max(1, min(len(sources), WORK // max(1, len(neighbour) + size)))
    for first in range(0, len(sources), batch):
        found = _batch(start, neighbour, sources[first : first + batch])
        total += found.sum(axis=0)
        squares += (found**2).sum(axis=0)
    return total, squares


def _adjacency(columns: Indexed[Node]) -> tuple[IntArray, IntArray]:
    """Neighbours that each node's edges lead to, node after node, and where each node's begin."""
    source, target = columns.source, columns.target
    if not columns.directed:
        source, target = np.concatenate([source, target]), np.concatenate([target, source])
    apart = source != target
    source, target = source[apart], target[apart]
    order = np.argsort(source, kind="stable")
    start = np.concatenate([[0], np.bincount(source, minlength=len(columns.nodes)).cumsum()])
    return start.astype(np.int64), target[order]


def _batch(start: IntArray, neighbour: IntArray, sources: IntArray) -> FloatArray:
    """Dependencies of all nodes on several sources, shape (n_sources, n_nodes); all sources step together."""
    size, count = len(start) - 1, len(sources)
    distance = np.full(count * size, -1, dtype=np.int32)
    ways = np.zeros(count * size)
    front = np.arange(count) * size + sources
    distance[front], ways[front] = 0, 1.0
    steps: list[tuple[IntArray, IntArray]] = []
    step = 0
    while len(front):
        step += 1
        degree = start[front % size + 1] - start[front % size]
        begin = np.repeat(start[front % size] - np.concatenate([[0], degree.cumsum()[:-1]]), degree)
        here = np.repeat(front, degree)
        there = here - here % size + neighbour[begin + np.arange(len(here))]
        fresh = distance[there] < 0
        distance[there[fresh]] = step
        shortest = distance[there] == step
        here, there = here[shortest], there[shortest]
        np.add.at(ways, there, ways[here])
        steps.append((here, there))
        front = np.unique(there)
    found = np.zeros(count * size)
    for here, there in reversed(steps):
        np.add.at(found, here, ways[here] / ways[there] * (1 + found[there]))
    answer = found.reshape(count, size)
    answer[np.arange(count), sources] = 0.0
    return answer
