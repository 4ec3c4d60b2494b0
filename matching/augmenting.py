"""Shortest augmenting paths from either side of a matching, compiled.

One more school, or one more place, is matched along the path that costs least, and prices rise so that
what is matched stays best (Edmonds & Karp 1972, J. ACM 19; Jonker & Volgenant 1987, Computing 38).
Which side paths start from decides how long they are, never what is found: from the side
that lacks partners less, a path soon meets somebody free.
"""

from matching.compiled import compiled
from matching.heaps import drop_least, push
from matching.ladder_state import FAR, NONE, Graph, Search, Seats


@compiled
def bid(graph: Graph, seats: Seats, root: int, zone: int) -> int:
    """Let a school take the place that leaves it most, and raise its price as far as it can.

    The step that begins Jonker & Volgenant's method: the price rises until the school's second best
    would leave it as much, and whoever held the place goes. Leaders with several places are taken only
    while one is free, as one price holds for all their places.

    Parameters
    ----------
    graph, seats
        ``seats`` is changed.
    root : int
        A school that is not matched.
    zone : int

    Returns
    -------
    int
        The school that is without a place now: the one that had it, the root itself, or ``NONE``.
    """
    best, second, chosen = -FAR, -FAR, NONE
    for e in range(graph.of_school[root], graph.of_school[root + 1]):
        leader = graph.leader[e]
        if seats.leader_zone[leader] != zone or not graph.places[leader]:
            continue
        left = graph.units[e] - seats.leader_price[leader]
        if left > best:
            best, second, chosen = left, best, e
        elif left > second:
            second = left
    if chosen == NONE:
        return root
    leader = graph.leader[chosen]
    if seats.load[leader] < graph.places[leader]:
        seats.held[graph.first_place[leader] + seats.load[leader]] = chosen
        seats.load[leader] += 1
        seats.edge[root], seats.school_price[root] = chosen, best
        return NONE
    if graph.places[leader] > 1 or second == -FAR or second == best:
        return root
    place = graph.first_place[leader]
    gone = int(graph.school[seats.held[place]])
    seats.edge[gone], seats.held[place] = NONE, chosen
    seats.leader_price[leader] += best - second
    seats.edge[root], seats.school_price[root] = chosen, second
    return gone


@compiled
def seat_school(graph: Graph, seats: Seats, search: Search, root: int, number: int, zone: int) -> bool:
    """Match one more school within its zone, along the path that costs least.

    Parameters
    ----------
    graph, seats, search
        ``seats`` and ``search`` are changed.
    root : int
        A school that is not matched.
    number : int
        Of this search; greater than any before.
    zone : int
        Leaders of other zones are closed.

    Returns
    -------
    bool
        Whether there was a path.
    """
    best = -FAR
    for e in range(graph.of_school[root], graph.of_school[root + 1]):
        if seats.leader_zone[graph.leader[e]] == zone:
            best = max(best, graph.units[e] - seats.leader_price[graph.leader[e]])
    seats.school_price[root] = best
    search.waiting[0], search.reached[0], search.reached_at[root] = root, root, 0
    waiting, reached, passed, size = 1, 1, 0, 0
    here, end, end_at = 0, NONE, FAR
    while True:
        for w in range(waiting):
            school = search.waiting[w]
            start = here + seats.school_price[school]
            for e in range(graph.of_school[school], graph.of_school[school + 1]):
                leader = graph.leader[e]
                far = start + seats.leader_price[leader] - graph.units[e]
                if far >= end_at or seats.leader_zone[leader] != zone:
                    continue
                if search.seen[leader] == number and far >= search.distance[leader]:
                    continue
                search.seen[leader], search.distance[leader], search.via[leader] = number, far, e
                if seats.load[leader] < graph.places[leader]:
                    end, end_at = leader, far
                elif graph.places[leader]:
                    size = push(search.heap_key, search.heap_item, size, far, leader)
        leader, size = _nearest(search, size, number)
        if leader == NONE or search.distance[leader] >= end_at:
            break
        here = search.distance[leader]
        search.done[leader], search.passed[passed] = number, leader
        passed, waiting = passed + 1, 0
        for place in range(graph.first_place[leader], graph.first_place[leader] + seats.load[leader]):
            school = graph.school[seats.held[place]]
            search.reached[reached], search.reached_at[school] = school, here
            search.waiting[waiting] = school
            reached, waiting = reached + 1, waiting + 1
    if end == NONE:
        return False
    for n in range(reached):
        seats.school_price[search.reached[n]] -= end_at - search.reached_at[search.reached[n]]
    for n in range(passed):
        seats.leader_price[search.passed[n]] += end_at - search.distance[search.passed[n]]
    seats.load[end] += 1
    leader, old = end, NONE
    while True:
        new = search.via[leader]
        _replace(graph, seats, leader, old, new)
        school = graph.school[new]
        old, seats.edge[school] = seats.edge[school], new
        if school == root:
            return True
        leader = graph.leader[old]


@compiled
def fill_place(graph: Graph, seats: Seats, search: Search, root: int, number: int, zone: int) -> bool:
    """Fill one more place of a leader with a school of its zone, along the path that costs least.

    Parameters
    ----------
    graph, seats, search
        ``seats`` and ``search`` are changed.
    root : int
        A leader with a place left.
    number : int
        Of this search; greater than any before.
    zone : int
        Schools of other zones are closed.

    Returns
    -------
    bool
        Whether there was a path.
    """
    search.reached[0], search.reached_at[root], search.passed[root] = root, 0, number
    reached, size = 1, 0
    here, end, end_at, leader = 0, NONE, FAR, root
    while True:
        start = here + seats.leader_price[leader]
        for n in range(graph.of_leader[leader], graph.of_leader[leader + 1]):
            school = graph.school_of[n]
            far = start + seats.school_price[school] - graph.units_of[n]
            if far >= end_at or seats.school_zone[school] != zone:
                continue
            if search.seen[school] == number and far >= search.distance[school]:
                continue
            now = seats.edge[school]
            if now != NONE and search.passed[graph.leader[now]] == number:
                continue
            search.seen[school], search.distance[school], search.via[school] = number, far, n
            if now == NONE:
                end, end_at = school, far
            else:
                size = push(search.heap_key, search.heap_item, size, far, school)
        school, size = _nearest_held(graph, seats, search, size, number)
        if school == NONE or search.distance[school] >= end_at:
            break
        here, leader = search.distance[school], graph.leader[seats.edge[school]]
        search.reached[reached], search.reached_at[leader] = leader, here
        search.passed[leader], search.entry[leader] = number, school
        reached += 1
    if end == NONE:
        return False
    for n in range(reached):
        leader = search.reached[n]
        change = end_at - search.reached_at[leader]
        seats.leader_price[leader] -= change
        first = graph.first_place[leader]
        for place in range(first, first + seats.load[leader]):
            seats.school_price[graph.school[seats.held[place]]] += change
    school = end
    while True:
        new = graph.by_leader[search.via[school]]
        seats.edge[school] = new
        leader = graph.leader[new]
        if leader == root:
            seats.held[graph.first_place[root] + seats.load[root]] = new
            seats.load[root] += 1
            return True
        school = search.entry[leader]
        _replace(graph, seats, leader, seats.edge[school], new)


@compiled
def lower_prices(graph: Graph, seats: Seats, search: Search, zone: int) -> None:
    """Make the nearest unmatched school cost each leader nothing, so that the first paths are found at once.

    From the unmatched schools of the zone, how far is each leader? By so much its price falls and those of
    the schools it holds rise; no edge comes to be worth more than its ends (Dijkstra 1959, Numer. Math. 1).

    Parameters
    ----------
    graph, seats, search
        ``seats`` is changed; the prices of the unmatched schools are 0 and stay so.
    zone : int
    """
    size, farthest = 0, -FAR
    for leader in range(graph.places.size):
        if seats.leader_zone[leader] != zone:
            continue
        search.reached_at[leader], search.entry[leader] = FAR, 0
        for n in range(graph.of_leader[leader], graph.of_leader[leader + 1]):
            school = graph.school_of[n]
            if seats.school_zone[school] == zone and seats.edge[school] == NONE:
                far = seats.leader_price[leader] - graph.units_of[n]
                search.reached_at[leader] = min(search.reached_at[leader], far)
        if search.reached_at[leader] < FAR:
            size = push(search.heap_key, search.heap_item, size, search.reached_at[leader], leader)
    while size:
        far, leader = search.heap_key[0], search.heap_item[0]
        size = drop_least(search.heap_key, search.heap_item, size)
        if search.entry[leader]:
            continue
        search.entry[leader], farthest = 1, far
        first = graph.first_place[leader]
        for place in range(first, first + seats.load[leader]):
            school = graph.school[seats.held[place]]
            for e in range(graph.of_school[school], graph.of_school[school + 1]):
                other = graph.leader[e]
                if seats.leader_zone[other] != zone:
                    continue
                farther = far + seats.leader_price[other] + seats.school_price[school] - graph.units[e]
                if farther < search.reached_at[other]:
                    search.reached_at[other] = farther
                    size = push(search.heap_key, search.heap_item, size, farther, other)
    if farthest == -FAR:
        return
    for leader in range(graph.places.size):
        if seats.leader_zone[leader] != zone:
            continue
        change = min(search.reached_at[leader], farthest)
        seats.leader_price[leader] -= change
        first = graph.first_place[leader]
        for place in range(first, first + seats.load[leader]):
            seats.school_price[graph.school[seats.held[place]]] += change


@compiled
def _nearest(search: Search, size: int, number: int) -> tuple[int, int]:
    """The nearest leader that was not passed yet, and the heap's size without it."""
    while size:
        leader = search.heap_item[0]
        size = drop_least(search.heap_key, search.heap_item, size)
        if search.done[leader] != number:
            return leader, size
    return NONE, size


@compiled
def _nearest_held(graph: Graph, seats: Seats, search: Search, size: int, number: int) -> tuple[int, int]:
    """The nearest school whose leader was not reached yet, and the heap's size without it."""
    while size:
        school = search.heap_item[0]
        size = drop_least(search.heap_key, search.heap_item, size)
        if search.passed[graph.leader[seats.edge[school]]] != number:
            return school, size
    return NONE, size


@compiled
def _replace(graph: Graph, seats: Seats, leader: int, old: int, new: int) -> None:
    """Let another edge fill a leader's place."""
    place = graph.first_place[leader]
    while seats.held[place] != old:
        place += 1
    seats.held[place] = new
