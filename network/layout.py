"""Where each school stands in the picture: computed once, kept, and never moved by newcomers."""

import math
from collections.abc import Collection, Hashable, Mapping
from typing import TypeAlias

import networkx as nx
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from network.indexed import Node
from network.metrics import components, in_order

Position: TypeAlias = tuple[float, float]
FloatArray: TypeAlias = NDArray[np.float64]

SPRINGS_UP_TO = 3_000
"""Nodes of a part; springs take time with the square of them, a tree does not."""
ROUNDS = 200
GAP = 2.0
"""Between parts, in lengths of a tie."""
CLOSEST = 0.6
"""A newcomer stands at least so far from everybody, in lengths of a tie."""
GOLDEN = math.pi * (3 - math.sqrt(5))


def lay_out(
    graph: "nx.Graph[Node]", kept: Mapping[Node, Position] | None = None, *, seed: int = 0
) -> dict[Node, Position]:
    """Give every node a place; the length of a tie is about 1.

    Parameters
    ----------
    graph : nx.DiGraph or nx.Graph
    kept : mapping of node to (x, y), optional
        Places given earlier: they stay as they are, and newcomers are put beside whom they are tied to, or
        at the edge. Without any, everything is placed anew.
    seed : int

    Returns
    -------
    dict of node to (x, y)
        In the order of the nodes; the same for the same input on every machine with the same libraries.

    Notes
    -----
    Parts of up to 3,000 nodes by springs (Fruchterman & Reingold 1991, Software: Practice and Experience 21),
    larger ones as a tree in rings about the node with most ties (Eades 1992, *Drawing free trees*); parts
    stand side by side in rows, largest first, nodes without ties in a grid after them.

    Examples
    --------
    >>> first = lay_out(nx.path_graph(3))
    >>> later = lay_out(nx.path_graph(4), first)
    >>> all(later[node] == first[node] for node in first)
    True
    """
    plain: nx.Graph[Node] = nx.Graph()
    plain.add_nodes_from(in_order(graph))
    plain.add_edges_from(sorted(((a, b) for a, b in graph.edges() if a != b), key=str))
    known = {node: place for node, place in (kept or {}).items() if node in plain}
    if not known:
        return _anew(plain, seed)
    return _with_newcomers(plain, known)


def _anew(plain: "nx.Graph[Node]", seed: int) -> dict[Node, Position]:
    parts = components(plain)
    drawn = [_part(plain, part, seed) for part in parts if len(part) > 1]
    lone = [part[0] for part in parts if len(part) == 1]
    sizes = [(*(found.max(axis=0) - found.min(axis=0)),) for found in drawn]
    area = sum((width + GAP) * (height + GAP) for width, height in sizes) + len(lone)
    width = max([math.sqrt(area) * 1.25, *(size[0] for size in sizes)], default=1.0)
    places: dict[Node, Position] = {}
    x = y = tall = 0.0
    tied = [part for part in parts if len(part) > 1]
    for part, found, (wide, high) in zip(tied, drawn, sizes, strict=True):
        if x and x + wide > width:
            x, y, tall = 0.0, y + tall + GAP, 0.0
        moved = found - found.min(axis=0) + (x, y)
        places |= {node: _rounded(*place) for node, place in zip(part, moved.tolist(), strict=True)}
        x, tall = x + wide + GAP, max(tall, high)
    floor = y + tall + GAP if tied else 0.0
    columns = max(1, int(width))
    for number, node in enumerate(lone):
        places[node] = _rounded(float(number % columns), floor + number // columns)
    return {node: places[node] for node in plain}


def _part(plain: "nx.Graph[Node]", part: Collection[Node], seed: int) -> FloatArray:
    """Places of the nodes of one part, in their order."""
    if len(part) > SPRINGS_UP_TO:
        return _rings(plain, part)
    place = {node: number for number, node in enumerate(part)}
    made: rx.PyGraph[None, None] = rx.PyGraph()
    made.add_nodes_from([None] * len(part))
    made.add_edges_from_no_data([(place[a], place[b]) for a, b in plain.subgraph(part).edges()])
    rounds = max(50, min(ROUNDS, 200_000 // len(part)))
    found = rx.spring_layout(made, seed=seed, num_iter=rounds)
    spots = np.array([found[number] for number in range(len(part))], dtype=np.float64)
    ends = np.array([(place[a], place[b]) for a, b in plain.subgraph(part).edges()])
    length = np.median(np.hypot(*(spots[ends[:, 0]] - spots[ends[:, 1]]).T))
    return spots / max(float(length), 1e-9)


def _rings(plain: "nx.Graph[Node]", part: Collection[Node]) -> FloatArray:
    """A tree of shortest ways from the node with most ties, each branch in a wedge as wide as its leaves."""
    root = max(part, key=lambda node: plain.degree[node])
    children: dict[Node, list[Node]] = {node: [] for node in part}
    order = [root]
    seen = {root}
    for node in order:
        for near in sorted(plain[node], key=str):
            if near not in seen:
                seen.add(near)
                children[node].append(near)
                order.append(near)
    leaves = dict.fromkeys(order, 1)
    for node in reversed(order):
        if children[node]:
            leaves[node] = sum(leaves[child] for child in children[node])
    wedge: dict[Node, tuple[float, float, int]] = {root: (0.0, 2 * math.pi, 0)}
    spacing = max(1.0, leaves[root] / (2 * math.pi * max(1, _depth(children, order))))
    for node in order:
        begin, width, ring = wedge[node]
        for child in children[node]:
            share = width * leaves[child] / leaves[node]
            wedge[child] = (begin, share, ring + 1)
            begin += share
    spots = [
        (ring * spacing * math.cos(begin + width / 2), ring * spacing * math.sin(begin + width / 2))
        for begin, width, ring in (wedge[node] for node in part)
    ]
    return np.array(spots)


def _depth(children: Mapping[Node, list[Node]], order: list[Node]) -> int:
    deep: dict[Hashable, int] = {order[0]: 0}
    for node in order:
        for child in children[node]:
            deep[child] = deep[node] + 1
    return max(deep.values())


def _with_newcomers(plain: "nx.Graph[Node]", known: dict[Node, Position]) -> dict[Node, Position]:
    """Place who is new: beside those they are tied to, the best tied first; the others below everybody."""
    places = dict(known)
    tied = {node: sum(near in places for near in plain[node]) for node in plain if node not in places}
    while tied:
        chosen = max(tied, key=lambda node: tied[node])
        if tied.pop(chosen):
            near = [places[one] for one in plain[chosen] if one in places]
            wanted = (sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near))
        else:
            wanted = (min(x for x, _ in places.values()), max(y for _, y in places.values()) + GAP)
        places[chosen] = _free(wanted, np.array(list(places.values())))
        for one in plain[chosen]:
            if one in tied:
                tied[one] += 1
    return {node: places[node] for node in plain}


def _free(wanted: Position, taken: FloatArray) -> Position:
    """The first spot of a spiral about the wanted one with nobody close by."""
    for number in range(len(taken) * 4 + 1):
        radius = CLOSEST * math.sqrt(number)
        x, y = wanted[0] + radius * math.cos(GOLDEN * number), wanted[1] + radius * math.sin(GOLDEN * number)
        if np.hypot(taken[:, 0] - x, taken[:, 1] - y).min() >= CLOSEST:
            return _rounded(x, y)
    return _rounded(wanted[0], float(taken[:, 1].max()) + GAP)


def _rounded(x: float, y: float) -> Position:
    """Two decimals are enough for a picture, and alike however the last digits fall."""
    return round(x, 2), round(y, 2)
