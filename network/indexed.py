"""A graph as numbers: nodes by position, edges as two columns; read once, used by every figure."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import networkx as nx
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

Node = TypeVar("Node", bound=Hashable)
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Indexed(Generic[Node]):
    """Nodes in the graph's own order and the positions of each edge's ends.

    Parameters
    ----------
    nodes : list
        As the graph gives them.
    source, target : ndarray of shape (n_edges,)
        Positions in ``nodes``; an undirected edge stands once.
    directed : bool
    """

    nodes: list[Node]
    source: IntArray
    target: IntArray
    directed: bool

    def pairs(self) -> IntArray:
        """Unordered pairs of different nodes with an edge between, each once, shape (n_pairs, 2)."""
        low, high = np.minimum(self.source, self.target), np.maximum(self.source, self.target)
        keys = np.unique((low * len(self.nodes) + high)[low != high])
        return np.stack(np.divmod(keys, max(1, len(self.nodes))), axis=1)


def plain(size: int, pairs: IntArray) -> "rx.PyGraph[None, None]":
    """The undirected graph without loops and parallel edges, for rustworkx."""
    made: rx.PyGraph[None, None] = rx.PyGraph(multigraph=True)
    made.add_nodes_from([None] * size)
    made.add_edges_from_no_data(list(map(tuple, pairs.tolist())))
    return made


def indexed(graph: "nx.Graph[Node]") -> Indexed[Node]:
    """Read a graph of networkx once."""
    nodes = list(graph)
    place = {node: number for number, node in enumerate(nodes)}
    if graph.is_directed() and not graph.is_multigraph():
        near = [graph.adj[node] for node in nodes]
        source = np.repeat(np.arange(len(nodes)), [len(found) for found in near])
        target = np.fromiter((place[b] for found in near for b in found), dtype=np.int64, count=len(source))
        return Indexed(nodes, source, target, True)
    ends = np.array([(place[a], place[b]) for a, b in graph.edges()], dtype=np.int64).reshape(-1, 2)
    return Indexed(nodes, ends[:, 0], ends[:, 1], graph.is_directed())
