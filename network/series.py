"""How the support graph changes over time, as tidy rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from network.build import build_graph
from network.coverage import coverage
from network.metrics import measure
from network.records import SchoolNode, Tie


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One figure on one day; None where it is not defined on that day."""

    on: date
    metric: str
    value: float | None


def support_series(
    schools: Iterable[SchoolNode],
    ties: Iterable[Tie],
    days: Iterable[date],
    *,
    in_need: Mapping[date, Collection[int]] | None = None,
    group: str | None = None,
) -> tuple[SeriesRow, ...]:
    """Measure the support graph on several days.

    Parameters
    ----------
    schools, ties
        As in :func:`network.build.build_graph`.
    days : iterable of date
        A day before any tie has a graph without edges.
    in_need : mapping of date to ids, optional
        Schools in need, by day; ``coverage_share`` only on days named here.
    group : str, optional
        What the E-I index is about, such as ``owner``.

    Returns
    -------
    tuple of SeriesRow
        By day, then metric; each day once.

    Raises
    ------
    GraphError
        As :func:`network.build.build_graph` and :func:`network.metrics.ei_index`.

    Examples
    --------
    >>> tie = Tie(supporting=1, supported=2, started_on=date(2024, 3, 1), state="active")
    >>> schools = [SchoolNode(id=1), SchoolNode(id=2)]
    >>> rows = support_series(schools, [tie], [date(2024, 1, 1), date(2024, 6, 1)])
    >>> [row.value for row in rows if row.metric == "edges"]
    [0, 1]
    """
    schools, ties = list(schools), list(ties)
    rows = []
    for day in sorted(set(days)):
        graph = build_graph(schools, ties, on=day)
        found = measure(graph, group)
        figures: dict[str, float | None] = {
            "articulation": len(found.articulation),
            "centralisation": found.centralisation,
            "components": found.components,
            "density": found.density,
            "edges": found.edges,
            "hours": sum(data["hours"] for _, _, data in graph.edges(data=True)),
            "isolated": len(found.isolated),
            "nodes": found.nodes,
            "out_centralisation": found.out_centralisation,
            "reciprocity": found.reciprocity,
        }
        if group is not None:
            figures["ei_index"] = found.ei_index
        if in_need is not None and day in in_need:
            figures["coverage_share"] = coverage(graph, in_need[day]).share
        rows += [SeriesRow(day, metric, figures[metric]) for metric in sorted(figures)]
    return tuple(rows)
