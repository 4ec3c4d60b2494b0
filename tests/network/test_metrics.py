"""Figures of a graph: by hand, and as networkx itself gives them."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.errors import GraphError
from network.metrics import (
    articulation,
    centralisation,
    components,
    ei_index,
    measure,
    reciprocity,
    without_parallel,
)

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)
FIXTURES = {
    "path": nx.path_graph(5, create_using=nx.DiGraph),
    "cycle of support": nx.cycle_graph(5, create_using=nx.DiGraph),
    "two triangles at one node": nx.DiGraph([(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 3)]),
    "karate club": nx.DiGraph(nx.karate_club_graph()),
    "random": nx.gnp_random_graph(60, 0.03, seed=1, directed=True),
    "scale-free": nx.DiGraph(nx.scale_free_graph(80, seed=2)),
    "loops": nx.DiGraph([(1, 1), (1, 2), (2, 1), (3, 3)]),
    "one node": nx.empty_graph(1, create_using=nx.DiGraph),
    "empty": nx.DiGraph(),
}


def graph_of(edges: list[tuple[int, int]]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(13))
    graph.add_edges_from(edges)
    return graph


@pytest.mark.parametrize("name", FIXTURES)
def test_figures_are_those_of_networkx(name: str) -> None:
    graph = FIXTURES[name]

    found = measure(graph)

    assert (found.nodes, found.edges) == (graph.number_of_nodes(), graph.number_of_edges())
    assert found.components == nx.number_weakly_connected_components(graph)
    assert found.isolated == tuple(sorted(nx.isolates(graph)))
    assert found.density == nx.density(graph)
    assert found.articulation == tuple(sorted(nx.articulation_points(graph.to_undirected())))
    if graph.number_of_edges():
        assert found.reciprocity == pytest.approx(nx.overall_reciprocity(graph))
    else:
        assert found.reciprocity is None


@given(EDGES)
def test_any_graph_has_the_figures_of_networkx(edges: list[tuple[int, int]]) -> None:
    graph = graph_of(edges)

    found = measure(graph)

    assert found.components == nx.number_weakly_connected_components(graph)
    assert found.largest_component == max(map(len, nx.weakly_connected_components(graph)))
    assert found.articulation == tuple(sorted(nx.articulation_points(graph.to_undirected())))
    assert found.reciprocity == (pytest.approx(nx.overall_reciprocity(graph)) if edges else None)


@given(EDGES, st.permutations(range(13)), st.randoms(use_true_random=False))
def test_other_names_and_another_order_change_no_figure(edges, names, chance) -> None:  # type: ignore[no-untyped-def]
    renamed = [(names[a], names[b]) for a, b in edges]
    chance.shuffle(renamed)

    one, other = measure(graph_of(edges)), measure(graph_of(renamed))

    assert [one.edges, one.components, one.loops, one.reciprocity, one.density, one.centralisation] == [
        other.edges,
        other.components,
        other.loops,
        other.reciprocity,
        other.density,
        other.centralisation,
    ]
    assert {names[node] for node in one.articulation} == set(other.articulation)
    assert {names[node] for node in one.isolated} == set(other.isolated)


@settings(max_examples=50)
@given(EDGES)
def test_articulation_is_where_taking_a_node_away_leaves_more_parts(edges: list[tuple[int, int]]) -> None:
    graph = graph_of(edges)
    expected = []
    for node in sorted(graph):
        part = nx.node_connected_component(graph.to_undirected(), node) - {node}
        if part and nx.number_weakly_connected_components(graph.subgraph(part)) > 1:
            expected.append(node)

    assert articulation(graph) == tuple(expected)


def test_undirected_graph_has_no_reciprocity() -> None:
    found = measure(nx.path_graph(3))

    assert (found.reciprocity, found.density, found.out_centralisation) == (None, 2 / 3, None)


@pytest.mark.parametrize(
    ("graph", "direction", "expected"),
    [
        (nx.star_graph(5), "all", 1.0),
        (nx.complete_graph(5), "all", 0.0),
        (nx.path_graph(4), "all", 2 / 6),  # degrees 1, 2, 2, 1: (1 + 1) / (3 x 2)
        (nx.DiGraph([(0, 1), (0, 2), (0, 3)]), "out", 1.0),
        (nx.DiGraph([(0, 1), (0, 2), (0, 3)]), "in", 1 / 9),  # 0, 1, 1, 1: 1 / 9
        (nx.DiGraph([(0, 1)]), "all", None),
        (nx.DiGraph(), "out", None),
    ],
)
def test_centralisation_by_hand(graph: nx.Graph, direction: str, expected: float | None) -> None:
    assert centralisation(graph, direction) == expected  # type: ignore[arg-type]


@given(EDGES, st.lists(st.sampled_from("abc"), min_size=13, max_size=13))
def test_ei_index_agrees_with_networkx_mixing(edges: list[tuple[int, int]], groups: list[str]) -> None:
    graph = graph_of([(a, b) for a, b in edges if a != b])
    nx.set_node_attributes(graph, dict(enumerate(groups)), "owner")
    mixing = nx.attribute_mixing_matrix(graph, "owner", normalized=False)

    found = ei_index(graph, "owner")

    if graph.number_of_edges():
        assert found == pytest.approx((mixing.sum() - 2 * mixing.trace()) / mixing.sum())
    else:
        assert found is None


def test_edges_of_schools_without_a_group_do_not_count() -> None:
    graph = nx.DiGraph([(1, 2), (2, 3), (3, 4), (4, 4)])
    nx.set_node_attributes(graph, {1: "a", 2: "a", 4: "b"}, "owner")

    assert ei_index(graph, "owner") == -1.0


def test_attribute_that_nobody_has_is_refused() -> None:
    with pytest.raises(GraphError, match="no node has the attribute 'owner'"):
        ei_index(nx.DiGraph([(1, 2)]), "owner")


def test_parallel_edges_become_one_with_their_weights_added() -> None:
    words = {"weight": "much"}
    graph = nx.MultiDiGraph([(1, 2, {"weight": 2.0}), (1, 2, words), (2, 1), (3, 3), (3, 3)])

    single, taken = without_parallel(graph)

    assert taken == 2
    assert sorted(single.edges(data="weight", default=1)) == [(1, 2, 3.0), (2, 1, 1), (3, 3, 2)]
    assert reciprocity(single) == 2 / 3


def test_parts_come_largest_first_and_numbers_in_order_of_size() -> None:
    graph = nx.DiGraph([("10", "9"), ("b", "a"), ("a", "2")])

    assert components(graph) == (("2", "a", "b"), ("9", "10"))
