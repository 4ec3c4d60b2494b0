"""Places in the picture: alike tomorrow, and nobody moves because somebody came."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network import layout
from network.layout import CLOSEST, lay_out

GRAPHS = st.tuples(st.integers(0, 40), st.floats(0, 0.2), st.integers(0, 99)).map(
    lambda given: nx.gnp_random_graph(given[0], given[1], seed=given[2], directed=True)
)


@settings(max_examples=40, deadline=None)
@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_same_graph_has_the_same_picture_whatever_the_order(graph: nx.DiGraph, chance) -> None:  # type: ignore[no-untyped-def]
    nodes, edges = list(graph), list(graph.edges())
    chance.shuffle(nodes)
    chance.shuffle(edges)
    other = nx.DiGraph()
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)

    found = lay_out(graph)

    assert found == lay_out(other)
    assert sorted(found) == sorted(graph)
    assert np.isfinite(list(found.values())).all()


@settings(max_examples=40, deadline=None)
@given(GRAPHS, GRAPHS)
def test_who_comes_later_moves_nobody_and_stands_apart(first: nx.DiGraph, second: nx.DiGraph) -> None:
    kept = lay_out(first)

    later = lay_out(nx.compose(first, second), kept)

    assert {node: later[node] for node in kept} == kept
    spots = np.array(list(later.values())).reshape(-1, 2)
    fresh = [number for number, node in enumerate(later) if node not in kept]
    for number in fresh:
        if kept:
            apart = np.hypot(*(np.delete(spots, number, axis=0) - spots[number]).T)
            assert apart.min(initial=np.inf) >= CLOSEST - 0.02


def test_a_newcomer_stands_beside_whom_it_is_tied_to() -> None:
    graph = nx.star_graph(30)
    kept = lay_out(graph)
    graph.add_edge(7, "new")

    x, y = lay_out(graph, kept)["new"]

    assert np.hypot(x - kept[7][0], y - kept[7][1]) < 3


def test_parts_do_not_lie_on_each_other_and_schools_alone_stand_below() -> None:
    graph = nx.disjoint_union_all([nx.path_graph(6), nx.star_graph(5), nx.empty_graph(4)])
    places = lay_out(graph)
    boxes = []
    for part in (range(6), range(6, 12)):
        spots = np.array([places[node] for node in part])
        boxes.append((*spots.min(axis=0), *spots.max(axis=0)))
    (ax, ay, aX, aY), (bx, by, bX, bY) = boxes  # noqa: N806

    assert aX < bx or bX < ax or aY < by or bY < ay
    assert min(places[node][1] for node in range(12, 16)) > max(aY, bY)


def test_a_large_part_is_drawn_as_a_tree_in_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SPRINGS_UP_TO", 20)
    graph = nx.balanced_tree(3, 4)
    graph.add_edges_from((0, f"more {number}") for number in range(3))

    places = lay_out(graph)

    deep = nx.shortest_path_length(graph, 0)
    rings = [
        np.array([np.hypot(*np.subtract(places[node], places[0])) for node in graph if deep[node] == ring])
        for ring in range(5)
    ]
    assert all(np.ptp(ring) < 0.05 for ring in rings)
    assert [ring.mean() for ring in rings] == sorted(ring.mean() for ring in rings)


def test_empty_graph_has_no_places() -> None:
    assert lay_out(nx.DiGraph()) == {}
