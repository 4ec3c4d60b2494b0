"""What a graph of support looks like: how dense, how mutual, how much it hangs on few."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import networkx as nx
import numpy as np
import rustworkx as rx

from network.errors import GraphError
from network.indexed import Indexed, IntArray, Node, indexed, plain

Direction = Literal["all", "in", "out"]


@dataclass(frozen=True, slots=True)
class GraphMetrics:
    """Figures of one graph; None where a figure is not defined.

    Parameters
    ----------
    nodes, edges, loops : int
        An edge is an ordered pair in a directed graph; a loop is an edge too.
    components, largest_component : int
        Parts that hang together, whatever the direction (weak); nodes of the largest.
    isolated : tuple of nodes
        Nodes without any edge.
    reciprocity, density, centralisation, out_centralisation, ei_index : float or None
    articulation : tuple of nodes
        Nodes without which a part falls apart.
    """

    nodes: int
    edges: int
    loops: int
    components: int
    largest_component: int
    isolated: tuple[Hashable, ...]
    reciprocity: float | None
    density: float
    centralisation: float | None
    out_centralisation: float | None
    ei_index: float | None
    articulation: tuple[Hashable, ...]


def measure(graph: "nx.Graph[Node]", group: str | None = None) -> GraphMetrics:
    """All figures of a graph but those that need every shortest path.

    Parameters
    ----------
    graph : nx.DiGraph or nx.Graph
        Without parallel edges.
    group : str, optional
        Attribute of nodes for the E-I index.

    Notes
    -----
    Equal to networkx's ``weakly_connected_components``, ``isolates``, ``overall_reciprocity``,
    ``density`` and ``articulation_points`` (of the undirected graph).

    Examples
    --------
    >>> measure(nx.DiGraph([(1, 2), (2, 1), (2, 3)])).articulation
    (2,)
    """
    columns = indexed(graph)
    pairs = columns.pairs()
    undirected = plain(len(columns.nodes), pairs)
    sizes = [len(part) for part in rx.connected_components(undirected)]
    lone, crucial = _isolated(columns), _named(columns, rx.articulation_points(undirected))
    return GraphMetrics(
        nodes=len(columns.nodes),
        edges=len(columns.source),
        loops=int((columns.source == columns.target).sum()),
        components=len(sizes),
        largest_component=max(sizes, default=0),
        isolated=lone,
        reciprocity=_reciprocity(columns),
        density=float(nx.density(graph)),
        centralisation=_centralisation(columns, "all", pairs),
        out_centralisation=_centralisation(columns, "out") if columns.directed else None,
        ei_index=ei_index(graph, group) if group is not None else None,
        articulation=crucial,
    )


def components(graph: "nx.Graph[Node]") -> tuple[tuple[Node, ...], ...]:
    """Parts that hang together, whatever the direction: the largest first, then by first node."""
    columns = indexed(graph)
    parts = [
        in_order(columns.nodes[place] for place in part) for part in rx.connected_components(_plain(columns))
    ]
    return tuple(sorted(parts, key=lambda part: (-len(part), _rank(part[0]))))


def isolated(graph: "nx.Graph[Node]") -> tuple[Node, ...]:
    """Nodes without any edge, in order."""
    return _isolated(indexed(graph))


def reciprocity(graph: "nx.Graph[Node]") -> float | None:
    """Share of edges that are answered by one in the other direction; a loop is not.

    None for an undirected graph and for one without edges.

    Examples
    --------
    >>> reciprocity(nx.DiGraph([(1, 2), (2, 1), (2, 3), (3, 3)]))
    0.5
    """
    return _reciprocity(indexed(graph))


def density(graph: "nx.Graph[Node]") -> float:
    """Edges of those that could be; 0 for fewer than two nodes. Loops count above, not below."""
    return float(nx.density(graph))


def articulation(graph: "nx.Graph[Node]") -> tuple[Node, ...]:
    """Nodes without which a part falls apart, whatever the direction, in order."""
    columns = indexed(graph)
    return _named(columns, rx.articulation_points(_plain(columns)))


def centralisation(graph: "nx.Graph[Node]", direction: Direction = "all") -> float | None:
    """How far the degrees are from equal: 0 all alike, 1 a star.

    Parameters
    ----------
    graph : nx.DiGraph or nx.Graph
    direction : {"all", "in", "out"}
        ``all``: neighbours in the undirected graph; ``in`` and ``out`` need a directed one.

    Returns
    -------
    float or None
        None with fewer than three nodes (two in a given direction).

    Notes
    -----
    Freeman (1979, *Centrality in social networks*, Social Networks 1); loops are left out.

    Examples
    --------
    >>> centralisation(nx.star_graph(4)), centralisation(nx.cycle_graph(4))
    (1.0, 0.0)
    """
    return _centralisation(indexed(graph), direction)


def ei_index(graph: "nx.Graph[Node]", group: str) -> float | None:
    """How much edges bridge groups: -1 all within, 1 all between.

    Parameters
    ----------
    graph : nx.DiGraph or nx.Graph
    group : str
        Attribute of nodes, such as ``owner``. Edges at a node without it are left out, and loops.

    Returns
    -------
    float or None
        None where no edge has a group at both ends.

    Raises
    ------
    GraphError
        There are nodes and none has the attribute.

    Notes
    -----
    Krackhardt & Stern (1988, *Informal networks and organizational crises*, Social Psychology
    Quarterly 51): (external - internal) / (external + internal).

    Examples
    --------
    >>> graph = nx.DiGraph([(1, 2), (2, 3)])
    >>> nx.set_node_attributes(graph, {1: "a", 2: "a", 3: "b"}, "owner")
    >>> ei_index(graph, "owner")
    0.0
    """
    known: dict[Node, object] = {node: data.get(group) for node, data in graph.nodes(data=True)}
    if known and all(value is None for value in known.values()):
        raise GraphError(f"no node has the attribute '{group}'")
    external = internal = 0
    for a, b in graph.edges():
        if a != b and known[a] is not None and known[b] is not None:
            external += known[a] != known[b]
            internal += known[a] == known[b]
    return (external - internal) / (external + internal) if external + internal else None


def without_parallel(graph: "nx.Graph[Node]") -> tuple["nx.Graph[Node]", int]:
    """The graph with parallel edges made one, and how many were taken away.

    ``weight`` is added up, 1 where an edge has none that is a number; other attributes are those of
    the first edge.
    """
    if not graph.is_multigraph():
        return graph, 0
    single: nx.Graph[Node] = nx.DiGraph() if graph.is_directed() else nx.Graph()
    single.add_nodes_from(graph.nodes(data=True))
    for a, b, data in graph.edges(data=True):
        if single.has_edge(a, b):
            edge = single.edges[a, b]
            edge["weight"] = _weight(edge) + _weight(data)
        else:
            single.add_edge(a, b, **data)
    return single, graph.number_of_edges() - single.number_of_edges()


def in_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Nodes in an order that does not depend on chance: numbers by size, then words."""
    return tuple(sorted(nodes, key=_rank))


def _weight(edge: Mapping[str, object]) -> float:
    weight = edge.get("weight")
    return weight if isinstance(weight, int | float) else 1


def _plain(columns: Indexed[Node]) -> "rx.PyGraph[None, None]":
    return plain(len(columns.nodes), columns.pairs())


def _named(columns: Indexed[Node], places: Iterable[int]) -> tuple[Node, ...]:
    return in_order(columns.nodes[place] for place in places)


def _isolated(columns: Indexed[Node]) -> tuple[Node, ...]:
    tied = np.zeros(len(columns.nodes), dtype=bool)
    tied[columns.source] = tied[columns.target] = True
    return _named(columns, np.flatnonzero(~tied).tolist())


def _reciprocity(columns: Indexed[Node]) -> float | None:
    if not columns.directed or not len(columns.source):
        return None
    size = len(columns.nodes)
    there = columns.source * size + columns.target
    back = (columns.target * size + columns.source)[columns.source != columns.target]
    return float(np.isin(back, there).sum() / len(there))


def _centralisation(
    columns: Indexed[Node], direction: Direction, pairs: IntArray | None = None
) -> float | None:
    size = len(columns.nodes)
    if direction == "all":
        ends, most = (columns.pairs() if pairs is None else pairs).ravel(), (size - 1) * (size - 2)
    else:
        ends = columns.source if direction == "out" else columns.target
        ends, most = ends[columns.source != columns.target], (size - 1) ** 2
    if not size or most <= 0:
        return None
    degrees = np.bincount(ends, minlength=size)
    return float((size * degrees.max() - degrees.sum()) / most)


def _rank(node: Hashable) -> tuple[int, int, str]:
    if type(node) is int and node >= 0:
        return 0, node, ""
    text = str(node)
    digits = text.removeprefix("-")
    return (
        (0, int(text), text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else (1, 0, text)
    )
