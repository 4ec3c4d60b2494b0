"""What is told of a territory's support: the figures of a day, and the file for others."""

from datetime import date
from typing import Any

from network.build import SchoolGraph, build_graph
from network.coverage import caseload, coverage
from network.errors import GraphError
from network.exchange import NetworkFile, as_file
from network.metrics import ei_index, measure
from service.snapshots.support import Support

GROUPS = ("owner", "service", "ses_group", "rural")


def graph_on(support: Support, day: date) -> SchoolGraph:
    """The support graph of a territory on a day."""
    nodes, ties = support.on(day)
    return build_graph(nodes, ties, on=day)


def metrics_document(support: Support, day: date) -> dict[str, Any]:
    """The figures of one day, schools by their public code.

    ``articulation``, ``isolated_schools`` and ``missing`` list schools of the territory and those tied to it.
    """
    graph = graph_on(support, day)
    found = measure(graph)
    key = {one.id: one.key for one in support.schools.values()}
    need = coverage(graph, support.in_need)
    places = {node: one.capacity for node in graph if (one := support.schools[node]).capacity is not None}
    alone = [key[node] for node in found.isolated if isinstance(node, int)]
    return {
        "territory": support.territory,
        "at": day.isoformat(),
        "nodes": found.nodes,
        "outside": sum(not support.schools[node].inside for node in graph),
        "edges": found.edges,
        "hours": round(float(sum(data["hours"] for _, _, data in graph.edges(data=True))), 2),
        "components": found.components,
        "largest_component": found.largest_component,
        "isolated": len(alone),
        "isolated_schools": alone,
        "reciprocity": found.reciprocity,
        "density": found.density,
        "centralisation": found.centralisation,
        "out_centralisation": found.out_centralisation,
        "ei_index": bridging(graph, "owner"),
        "ei_by": {group: bridging(graph, group) for group in GROUPS},
        "articulation": [key[node] for node in found.articulation if isinstance(node, int)],
        "coverage": {
            "in_need": len(support.in_need),
            "assessed": support.assessed,
            "reached": [key[one] for one in need.reached],
            "missing": [key[one] for one in need.missing],
            "share": need.share,
        },
        "caseload": [
            {
                "school": key[one.school],
                "supported": [key[school] for school in one.supported],
                "hours": round(one.hours, 2),
                "capacity": one.capacity,
                "over": one.over,
            }
            for one in caseload(graph, places)
        ],
    }


def bridging(graph: SchoolGraph, group: str) -> float | None:
    """The E-I index; None where no tie has a group at both ends, or nobody's group is known."""
    try:
        return ei_index(graph, group)
    except GraphError:
        return None


def network_file(support: Support) -> NetworkFile:
    """All ties of a territory, with their days, under public codes."""
    nodes, ties = support.on(None)
    return as_file(nodes, ties, {one.id: one.key for one in support.schools.values()})
