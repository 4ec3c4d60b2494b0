"""Betweenness: networkx's where exact, and within its stated error where sampled."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.betweenness import betweenness

GRAPHS = st.tuples(st.integers(0, 30), st.floats(0, 0.3), st.integers(0, 99), st.booleans()).map(
    lambda given: nx.gnp_random_graph(given[0], given[1], seed=given[2], directed=given[3])
)


@settings(max_examples=80, deadline=None)
@given(GRAPHS)
def test_exact_figures_are_those_of_networkx(graph: nx.Graph) -> None:
    found = betweenness(graph)

    assert found.exact
    assert found.values == pytest.approx(nx.betweenness_centrality(graph))


@settings(max_examples=60, deadline=None)
@given(GRAPHS.filter(lambda graph: len(graph) > 3))
def test_counting_from_every_source_gives_the_exact_figure(graph: nx.Graph) -> None:
    """The sample counts right: over all possible samples of two sources its mean is the truth."""
    truth = nx.betweenness_centrality(graph)
    found = [betweenness(graph, exact_up_to=0, pivots=len(graph) - 1, seed=seed).values for seed in range(60)]

    for node in graph:
        drawn = np.array([one[node] for one in found])
        assert drawn.mean() == pytest.approx(truth[node], abs=0.02 + 4 * drawn.std() / 60**0.5)


def test_a_sample_tells_how_far_off_it_may_be() -> None:
    graph = nx.gnp_random_graph(400, 0.01, seed=3, directed=True)
    truth = nx.betweenness_centrality(graph)
    within, worst = [], 0.0
    for seed in range(20):
        found = betweenness(graph, exact_up_to=0, pivots=100, seed=seed)
        assert (found.exact, found.pivots) == (False, 100)
        within += [abs(found.values[node] - truth[node]) <= found.errors[node] + 1e-12 for node in graph]
        worst = max(worst, *(abs(found.values[node] - truth[node]) for node in graph))

    assert np.mean(within) >= 0.95
    assert worst <= betweenness(graph, exact_up_to=0, pivots=100).bound


def test_the_same_seed_draws_the_same_sources() -> None:
    graph = nx.gnp_random_graph(100, 0.05, seed=3)

    assert betweenness(graph, exact_up_to=0, pivots=20, seed=4) == betweenness(
        graph, exact_up_to=0, pivots=20, seed=4
    )
    assert betweenness(graph, exact_up_to=0, pivots=20, seed=4) != betweenness(
        graph, exact_up_to=0, pivots=20, seed=5
    )
