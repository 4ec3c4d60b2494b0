"""From schools and ties to the support graph, as it stands on a day."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from network.errors import GraphError
from network.records import REACHING, SchoolNode, Tie

if TYPE_CHECKING:
    SchoolGraph: TypeAlias = nx.DiGraph[int]
else:
    SchoolGraph = nx.DiGraph


def build_graph(schools: Iterable[SchoolNode], ties: Iterable[Tie], *, on: date | None = None) -> SchoolGraph:
    """Build the support graph.

    Parameters
    ----------
    schools : iterable of SchoolNode
        All that are to be seen, with or without ties.
    ties : iterable of Tie
    on : date, optional
        Only ties that hold on this day; all ties if not given. A day before any tie gives
        schools alone.

    Returns
    -------
    nx.DiGraph
        School ids ascending, with their groups; edges supporting -> supported with ``hours`` (added up),
        ``ties`` (how many), ``kinds`` and ``leaders`` (sorted) and ``state``, the one in which support
        arrives if any is.

    Raises
    ------
    GraphError
        A school comes twice, or a tie names one that is not among the schools.

    Examples
    --------
    >>> schools = [SchoolNode(id=12), SchoolNode(id=40)]
    >>> tie = Tie(supporting=12, supported=40, started_on=date(2024, 3, 1), hours=6, state="active")
    >>> list(build_graph(schools, [tie, tie]).edges(data="hours"))
    [(12, 40, 12.0)]
    """
    graph: SchoolGraph = nx.DiGraph()
    for school in sorted(schools, key=lambda school: school.id):
        if school.id in graph:
            raise GraphError(f"school {school.id} comes twice: in two services, perhaps; give it once")
        graph.add_node(school.id, **school.groups)
    for tie in sorted(ties, key=_order):
        for end in (tie.supporting, tie.supported):
            if end not in graph:
                raise GraphError(f"a tie names school {end}, which is not among the schools")
        if on is None or tie.lasts_on(on):
            _add(graph, tie)
    return graph


def _order(tie: Tie) -> tuple[object, ...]:
    return (
        tie.supporting,
        tie.supported,
        tie.started_on,
        tie.kind,
        tie.hours,
        tie.state or "",
        tie.leader or "",
    )


def _add(graph: SchoolGraph, tie: Tie) -> None:
    if not graph.has_edge(tie.supporting, tie.supported):
        graph.add_edge(tie.supporting, tie.supported, hours=0.0, ties=0, kinds=(), leaders=(), state=None)
    edge = graph.edges[tie.supporting, tie.supported]
    edge["hours"] += tie.hours
    edge["ties"] += 1
    edge["kinds"] = tuple(sorted({*edge["kinds"], tie.kind}))
    if tie.leader is not None:
        edge["leaders"] = tuple(sorted({*edge["leaders"], tie.leader}))
    if tie.state is not None and (edge["state"] is None or tie.state in REACHING):
        edge["state"] = tie.state
