"""What a graph looks like: any graph file, no database."""

from typing import Any

import click

from network.files import read_graph
from network.metrics import GraphMetrics, measure, without_parallel
from service.cli.context import emit, json_option


@click.group("network")
def network_group() -> None:
    """Who is tied to whom, and on whom it hangs."""


@network_group.command("analyse")
@click.argument("path", metavar="FILE.graphml|FILE.csv")
@click.option("--group", metavar="ATTRIBUTE", help="Attribute of nodes, for the E-I index.")
@json_option
def analyse_command(path: str, group: str | None, as_json: bool) -> None:
    """Measure a graph from GraphML, or from a CSV of edges (source, target)."""
    graph, parallel = without_parallel(read_graph(path))
    found = measure(graph, group)
    if parallel:
        click.echo(f"minga: {parallel} parallel edges are counted with the first of their kind", err=True)
    document = {
        "nodes": found.nodes,
        "edges": found.edges,
        "directed": graph.is_directed(),
        "parallel_edges": parallel,
        "loops": found.loops,
        "components": found.components,
        "largest_component": found.largest_component,
        "isolated": len(found.isolated),
        "isolated_nodes": list(found.isolated),
        "reciprocity": found.reciprocity,
        "density": found.density,
        "centralisation": found.centralisation,
        "out_centralisation": found.out_centralisation,
        "ei_index": found.ei_index,
        "articulation": list(found.articulation),
    }
    emit(document, as_json, lambda: _text(found, graph.is_directed()))


def _text(found: GraphMetrics, directed: bool) -> str:
    """The figures as a table, and a sentence of what is to be seen."""
    figures: list[tuple[str, Any]] = [
        ("nodes", found.nodes),
        ("edges", found.edges),
        ("components", found.components),
        ("isolated", len(found.isolated)),
        ("reciprocity", found.reciprocity if directed else "not directed"),
        ("density", found.density),
        ("centralisation", found.centralisation),
        ("E-I index", found.ei_index),
        ("articulation", len(found.articulation)),
    ]
    lines = [f"{name:<16}{'-' if value is None else _shown(value)}" for name, value in figures]
    return "\n".join([*lines, _sentence(found)])


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _sentence(found: GraphMetrics) -> str:
    if not found.edges:
        return "Nobody is tied to anybody."
    share = found.largest_component / found.nodes
    crucial = len(found.articulation)
    hangs = f"; without any one of {crucial} nodes a part of it falls apart" if crucial else ""
    return f"{share:.0%} of the nodes hang together{hangs}."
