"""On whom the network hangs: which schools are alone if a leader leaves."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from network.build import SchoolGraph
from network.coverage import coverage, supporters


@dataclass(frozen=True, slots=True)
class KeyPerson:
    """A supporting school whose leader matters.

    Parameters
    ----------
    school : int
    supported : tuple of int
        Schools its support reaches, ascending.
    alone : tuple of int
        Those of them that nobody else's support reaches.
    """

    school: int
    supported: tuple[int, ...]
    alone: tuple[int, ...]


def alone_without(graph: SchoolGraph, leader: int) -> tuple[int, ...]:
    """Schools that no support reaches any more if this school's leader leaves, ascending.

    Parameters
    ----------
    graph : nx.DiGraph
        As in :func:`network.coverage.coverage`.
    leader : int
        Supporting school; one without ties leaves nobody alone.

    Examples
    --------
    >>> import networkx as nx
    >>> active = {"state": "active"}
    >>> alone_without(nx.DiGraph([(1, 8, active), (1, 9, active), (2, 9, active)]), 1)
    (8,)
    """
    if leader not in graph:
        return ()
    return tuple(sorted(school for school in graph[leader] if supporters(graph, school) == (leader,)))


def key_people(graph: SchoolGraph) -> tuple[KeyPerson, ...]:
    """Supporting schools by how many they would leave alone, most first, then by id."""
    supported: dict[int, list[int]] = {}
    alone: dict[int, list[int]] = {}
    for school in sorted(graph):
        helpers = supporters(graph, school)
        for helper in helpers:
            supported.setdefault(helper, []).append(school)
            if len(helpers) == 1:
                alone.setdefault(helper, []).append(school)
    found = [KeyPerson(one, tuple(supported[one]), tuple(alone.get(one, ()))) for one in supported]
    return tuple(sorted(found, key=lambda person: (-len(person.alone), person.school)))


def robustness_worst_first(graph: SchoolGraph, in_need: Collection[int]) -> tuple[int, ...]:
    """Schools in need still reached after 0, 1, 2, … leaders left, always the one whose leaving costs most.

    The one who reaches most schools in need alone leaves first; ties go by the number reached, then by id.

    Returns
    -------
    tuple of int
        As long as there are leaders, and one more; the last is 0.
    """
    left = graph.copy()
    needed = set(in_need)
    reached = [len(coverage(left, needed).reached)]
    while people := key_people(left):
        worst = min(
            people, key=lambda one: (-len(needed & {*one.alone}), -len(needed & {*one.supported}), one.school)
        )
        left.remove_edges_from(list(left.out_edges(worst.school)))
        reached.append(len(coverage(left, needed).reached))
    return tuple(reached)


def robustness_at_random(
    graph: SchoolGraph, in_need: Collection[int], *, seed: int, repetitions: int = 100
) -> tuple[float, ...]:
    """Schools in need still reached on average after 0, 1, 2, … leaders left in random order.

    Parameters
    ----------
    graph : nx.DiGraph
    in_need : collection of int
    seed : int
    repetitions : int

    Returns
    -------
    tuple of float
        As long as there are leaders, and one more; the last is 0.
    """
    leaders = sorted(person.school for person in key_people(graph))
    place = {leader: n for n, leader in enumerate(leaders)}
    helpers = [[place[one] for one in supporters(graph, school)] for school in sorted(set(in_need))]
    draw = np.random.default_rng(seed)
    total = np.zeros(len(leaders) + 1)
    for _ in range(repetitions):
        leaves_at = draw.permutation(len(leaders))
        # A school is reached until the last of its helpers leaves.
        until = np.array([leaves_at[found].max() for found in helpers if found], dtype=np.int64)
        total[: len(leaders)] += np.bincount(until, minlength=len(leaders))[::-1].cumsum()[::-1]
    return tuple((total / repetitions).tolist())
