"""What a graph looks like: any graph file without a database, and the support of a territory."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from network.betweenness import betweenness
from network.exchange import NetworkFile, schools_csv, ties_csv
from network.exchange_xml import to_gexf, to_graphml
from network.files import AnyGraph, read_graph
from network.metrics import GraphMetrics, measure, without_parallel
from service.cli.context import emit, json_option, open_context
from service.cli.options import territory_option
from service.errors import InvalidInput
from service.models.columns import local_today
from service.queries.territories import parse_territory
from service.snapshots.support import support_of
from service.snapshots.support_figures import metrics_document, network_file
from service.text import say


@click.group("network")
def network_group() -> None:
    """Who is tied to whom, and on whom it hangs."""


@network_group.command("analyse")
@click.argument("path", metavar="FILE.graphml|FILE.csv|FILE.gexf")
@click.option("--group", metavar="ATTRIBUTE", help="Attribute of nodes, for the E-I index.")
@click.option("--betweenness", "between", is_flag=True, help="On how many shortest ways each node lies.")
@json_option
def analyse_command(path: str, group: str | None, between: bool, as_json: bool) -> None:
    """Measure a graph from GraphML, GEXF, or a CSV of edges (source, target)."""
    graph, parallel = without_parallel(read_graph(path))
    found = measure(graph, group)
    if parallel:
        click.echo(f"minga: {parallel} parallel edges are counted with the first of their kind", err=True)
    document: dict[str, Any] = {
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
    if between:
        document["betweenness"] = _betweenness(graph)
    emit(document, as_json, lambda: _text(found, graph.is_directed()))


def _betweenness(graph: AnyGraph) -> dict[str, Any]:
    """Every node's figure, greatest first, and how it was found."""
    found = betweenness(graph)
    order = sorted(found.values, key=lambda node: (-found.values[node], str(node)))
    return {
        "exact": found.exact,
        "sources": found.pivots,
        "error_of_all": found.bound,
        "nodes": [{"node": node, "value": found.values[node], "error": found.errors[node]} for node in order],
    }


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


@network_group.command("metrics")
@territory_option
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="The day looked at; today by default.")
@json_option
def metrics_command(territory: str, at: datetime | None, as_json: bool) -> None:
    """Measure the support of a territory on a day."""
    context = open_context()
    day = at.date() if at else local_today()
    with context.database.reading() as session:
        support = support_of(session, parse_territory(session, territory))
    document = metrics_document(support, day)
    emit(document, as_json, lambda: _metrics_text(document))


@network_group.command("export")
@click.option("--format", "kind", type=click.Choice(["graphml", "gexf", "csv"]), required=True)
@click.argument("out", metavar="OUT")
@territory_option
@json_option
def export_command(kind: str, out: str, territory: str, as_json: bool) -> None:
    """Write the support of a territory, with the days each tie held, for other programs."""
    context = open_context()
    with context.database.reading() as session:
        support = support_of(session, parse_territory(session, territory))
    path = Path(out)
    network = network_file(support)
    beside = path.with_name(f"{path.stem}-schools{path.suffix or '.csv'}")
    files = {path: {"graphml": to_graphml, "gexf": to_gexf, "csv": _ties}[kind](network)}
    if kind == "csv":
        files[beside] = schools_csv(network).encode()
    for target, data in files.items():
        try:
            target.write_bytes(data)
        except OSError as error:
            sentence = say(
                "No se puede escribir %(path)s: %(why)s.", path=str(target), why=str(error.strerror)
            )
            raise InvalidInput(sentence, code="file") from error
    document = {
        "format": kind,
        "files": [str(target) for target in files],
        "schools": len(network.schools),
        "ties": len(network.ties),
    }
    emit(document, as_json, f"{len(network.schools)} schools and {len(network.ties)} ties in {out}")


def _ties(network: NetworkFile) -> bytes:
    return ties_csv(network).encode()


def _metrics_text(document: dict[str, Any]) -> str:
    """The figures as a table; lists as their length."""
    lines = []
    for name, value in document.items():
        if isinstance(value, dict):
            continue
        shown = len(value) if isinstance(value, list) else value
        lines.append(f"{name:<16}{'-' if shown is None else _shown(shown)}")
    need = document["coverage"]
    lines.append(f"{len(need['reached'])} of {need['in_need']} schools in need are reached.")
    return "\n".join(lines)
