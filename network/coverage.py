"""Whom support reaches, and who carries it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from network.build import SchoolGraph
from network.records import REACHING


@dataclass(frozen=True, slots=True)
class Coverage:
    """Schools in need that support reaches, and those it does not; ids ascending."""

    reached: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Reached of all in need; None if nobody is in need."""
        needed = len(self.reached) + len(self.missing)
        return len(self.reached) / needed if needed else None


@dataclass(frozen=True, slots=True)
class Caseload:
    """What one supporting school carries.

    Parameters
    ----------
    school : int
    supported : tuple of int
        Schools it supports, ascending.
    hours : float
    capacity : int or None
        Places it offers; None where not known.
    """

    school: int
    supported: tuple[int, ...]
    hours: float
    capacity: int | None

    @property
    def over(self) -> int:
        """Schools beyond its places; 0 where those are not known."""
        return 0 if self.capacity is None else max(0, len(self.supported) - self.capacity)


def coverage(graph: SchoolGraph, in_need: Collection[int]) -> Coverage:
    """Tell which schools in need an active partnership reaches.

    Parameters
    ----------
    graph : nx.DiGraph
        School ids; edges run supporting -> supported, with ``state``.
    in_need : collection of int
        School ids; one absent from the graph counts as missing.

    Returns
    -------
    Coverage
        ``reached``, ``missing``, ascending; ``share``, None if nobody is in need. A partnership that
        tapers still reaches; one in setup or trial does not yet.

    Examples
    --------
    >>> import networkx as nx
    >>> coverage(nx.DiGraph([(12, 40, {"state": "active"})]), {41, 40})
    Coverage(reached=(40,), missing=(41,))
    """
    reached = [school for school in sorted(set(in_need)) if supporters(graph, school)]
    return Coverage(tuple(reached), tuple(sorted(set(in_need) - set(reached))))


def supporters(graph: SchoolGraph, school: int) -> tuple[int, ...]:
    """Schools whose support reaches this one, ascending; none for a school that is not in the graph."""
    if school not in graph:
        return ()
    helping = [a for a, data in graph.pred[school].items() if data.get("state") in REACHING]
    return tuple(sorted(a for a in helping if a != school))


def caseload(graph: SchoolGraph, capacity: Mapping[int, int] | None = None) -> tuple[Caseload, ...]:
    """Tell what each supporting school carries.

    Parameters
    ----------
    graph : nx.DiGraph
        As in :func:`coverage`, with ``hours``.
    capacity : mapping of int to int, optional
        Places by supporting school; one with places and no tie is listed too.

    Returns
    -------
    tuple of Caseload
        By id.

    Examples
    --------
    >>> import networkx as nx
    >>> caseload(nx.DiGraph([(12, 40, {"state": "active", "hours": 6.0})]), {12: 0})[0].over
    1
    """
    places = dict(capacity or {})
    supported: dict[int, list[int]] = {school: [] for school in places}
    hours: dict[int, float] = {}
    for a, b, data in graph.edges(data=True):
        if data.get("state") in REACHING and a != b:
            supported.setdefault(a, []).append(b)
            hours[a] = hours.get(a, 0.0) + data.get("hours", 0.0)
    return tuple(
        Caseload(school, tuple(sorted(supported[school])), hours.get(school, 0.0), places.get(school))
        for school in sorted(supported)
    )
