"""The best pairs when urgency comes first, level by level: exact, and split where nobody competes.

As many schools of each prefix of levels are matched as can be; among all such matchings, one of greatest
worth. Schools are added level by level to a largest matching. When a level's schools cannot all be
matched, those that some largest matching leaves out, and the leaders they ask, become a *zone*: those
leaders are full, and with these schools only, in every largest matching (Dulmage & Mendelsohn 1958, Can. J.
Math. 10), so a zone is solved by itself and closed. In it earlier levels are matched school by school,
then the places left are filled from the leaders' side, where free schools are never far. What no zone holds
can be matched whole, from the schools' side.
"""

import numpy as np

from matching.arrays import IntArray
from matching.augmenting import bid, fill_place, lower_prices, seat_school
from matching.compiled import compiled
from matching.ladder_state import NONE, Graph, Search, Seats, empty_seats, graph_of, search_of

PLACED, LEFT_OUT, STOPPED = 1, 0, -1


def best_edges(
    school: IntArray, leader: IntArray, units: IntArray, places: IntArray, level: IntArray
) -> IntArray:
    """Choose the edges of greatest worth that match as many schools of each level, in order, as can be.

    Parameters
    ----------
    school, leader : ndarray of shape (n_edges,)
        Edges, by position; ascending by school.
    units : ndarray of shape (n_edges,)
        Worth; whole numbers below 2**60 in size.
    places : ndarray of shape (n_leaders,)
        >= 0.
    level : ndarray of shape (n_schools,)
        From 0, the first to be served.

    Returns
    -------
    ndarray of int, ascending
        Positions of the edges.

    Raises
    ------
    ArithmeticError
        A place that must be filled could not be: a fault of the engine.

    Examples
    --------
    >>> school, leader = np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0])
    >>> best_edges(school, leader, np.array([9, 5, 2, 3]), np.array([1, 1]), np.array([0, 0, 1]))
    array([1, 2])
    """
    if not school.size:
        return np.zeros(0, dtype=np.int64)
    graph = graph_of(school, leader, units, places, level.size)
    seats, largest = empty_seats(graph), empty_seats(graph)
    heap = np.empty((2, school.size + 1), dtype=np.int64)
    from_school = search_of(places.size, level.size, heap)
    from_leader = search_of(level.size, places.size, heap)
    by_level = np.argsort(level, kind="stable")
    steps = np.searchsorted(level[by_level], np.arange(1, int(level.max()) + 1))
    number = 0
    for k, rising in enumerate(np.split(by_level, steps)):
        number, left_out = _extend(graph, largest, seats, from_school, rising.copy(), number, k + 1)
        if left_out and number != NONE:
            number = _solve_zone(graph, seats, from_school, from_leader, level, k, number)
    asking = np.flatnonzero((largest.edge != NONE) & (seats.school_zone == 0))
    if number == NONE or _seat(graph, seats, from_school, asking, number, 0) == NONE:
        raise ArithmeticError("a place that must be filled could not be, which is a fault")
    return np.sort(seats.edge[seats.edge != NONE])


@compiled
def _extend(
    graph: Graph, largest: Seats, seats: Seats, search: Search, rising: IntArray, number: int, zone: int
) -> tuple[int, int]:
    """Add a level's schools to a largest matching; the number of the last search, and how many are left out.

    Those left out, and the leaders that stand between them and a free place, become a zone. While many find a
    place, searches do not enter where another of the same round has been (Pothen & Fan 1990, ACM Trans.
    Math. Softw. 16), and who was stopped by that tries again. ``rising`` is used up.
    """
    path = np.empty(graph.of_school.size, dtype=np.int64)
    left, out, together = rising.size, 0, True
    while left:
        floor, tried, left, placed = number + 1, left, 0, 0
        for n in range(tried):
            number += 1
            school = rising[n]
            asked, end = 0, NONE
            for e in range(graph.of_school[school], graph.of_school[school + 1]):
                leader = graph.leader[e]
                if not seats.leader_zone[leader]:
                    asked += 1
                    if largest.load[leader] < graph.places[leader]:
                        end = e
                        break
            if end != NONE:
                leader = graph.leader[end]
                largest.held[graph.first_place[leader] + largest.load[leader]] = end
                largest.load[leader] += 1
                largest.edge[school] = end
                found = PLACED
            elif asked:
                since = floor if together else number
                found = _add(graph, largest, seats.leader_zone, search, path, school, number, since, zone)
            else:
                found = LEFT_OUT
            if found == PLACED:
                placed += 1
            elif found == LEFT_OUT:
                seats.school_zone[school], out = zone, out + 1
            else:
                rising[left] = school
                left += 1
        together = 8 * placed > tried
    if out:
        for i in range(graph.of_school.size - 1):
            now = largest.edge[i]
            if now != NONE and not seats.school_zone[i] and seats.leader_zone[graph.leader[now]] == zone:
                seats.school_zone[i] = zone
    return number, out


@compiled
def _seat(graph: Graph, seats: Seats, search: Search, queue: IntArray, number: int, zone: int) -> int:
    """Match the schools of the queue, which is used up; the last search, or ``NONE`` if one failed."""
    left = 0
    for n in range(queue.size):
        gone = bid(graph, seats, queue[n], zone)
        if gone != NONE:
            queue[left] = gone
            left += 1
    for n in range(left):
        number += 1
        if not seat_school(graph, seats, search, queue[n], number, zone):
            return NONE
    return number


@compiled
def _add(
    graph: Graph,
    largest: Seats,
    zone_of: IntArray,
    search: Search,
    path: IntArray,
    root: int,
    number: int,
    since: int,
    zone: int,
) -> int:
    """Add a school to a largest matching: ``PLACED``, ``LEFT_OUT`` or ``STOPPED``.

    The leaders that a search without success has met never lead to a free place again, unless it was
    stopped by another since that number: they become the zone.
    """
    path[0], size, end, met, stopped = root, 1, NONE, 0, False
    while size and end == NONE:
        size -= 1
        school = path[size]
        for e in range(graph.of_school[school], graph.of_school[school + 1]):
            leader = graph.leader[e]
            if zone_of[leader] or search.seen[leader] == number:
                continue
            if search.seen[leader] >= since:
                stopped = True
                continue
            search.seen[leader], search.via[leader], search.passed[met] = number, e, leader
            met += 1
            if largest.load[leader] < graph.places[leader]:
                end = leader
                break
            first = graph.first_place[leader]
            for place in range(first, first + largest.load[leader]):
                path[size] = graph.school[largest.held[place]]
                size += 1
    if end == NONE and stopped:
        return STOPPED
    if end == NONE:
        for n in range(met):
            zone_of[search.passed[n]] = zone
        return LEFT_OUT
    place = graph.first_place[end] + largest.load[end]
    largest.load[end] += 1
    while True:
        new = search.via[end]
        largest.held[place] = new
        school = graph.school[new]
        old, largest.edge[school] = largest.edge[school], new
        if school == root:
            return PLACED
        end = graph.leader[old]
        place = graph.first_place[end]
        while largest.held[place] != old:
            place += 1


@compiled
def _solve_zone(
    graph: Graph,
    seats: Seats,
    from_school: Search,
    from_leader: Search,
    level: IntArray,
    k: int,
    number: int,
) -> int:
    """Match the zone that level k has closed; the number of the last search, ``NONE`` if one failed."""
    zone, queue, asking = k + 1, np.empty(level.size, dtype=np.int64), 0
    for i in range(level.size):
        if seats.school_zone[i] == zone and level[i] < k:
            queue[asking] = i
            asking += 1
    number = _seat(graph, seats, from_school, queue[:asking], number, zone)
    if number == NONE:
        return NONE
    lower_prices(graph, seats, from_leader, zone)
    for leader in range(graph.places.size):
        while seats.leader_zone[leader] == zone and seats.load[leader] < graph.places[leader]:
            number += 1
            if not fill_place(graph, seats, from_leader, leader, number, zone):
                return NONE
    return number
