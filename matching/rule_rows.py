"""The rules beyond flows as rows of an integer programme, each with the rule it came from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.rules import Labels, Limit


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``low <= sum of sign × pairs <= high``.

    Parameters
    ----------
    pairs : ndarray of int
    sign : ndarray of float
    low, high : float
    rule : str
        In words; empty for what nobody can relax.
    asked : int or None
        The figure of the rule that a smallest change would move.
    """

    pairs: IntArray
    sign: FloatArray
    low: float
    high: float
    rule: str = ""
    asked: int | None = None


def rows_of(instance: Instance) -> list[Row]:
    """Every row: one leader a school, places, minimum loads, limits, schools that go together."""
    return [
        *_schools(instance),
        *_places(instance),
        *_minimum(instance),
        *_limits(instance),
        *_groups(instance),
    ]


def rows_on_numbers(instance: Instance) -> list[Row]:
    """The rows that only count pairs, and that no flow can keep: minimum loads and limits."""
    return [*_minimum(instance), *_limits(instance)]


def covered(instance: Instance, limit: Limit) -> BoolArray:
    """Pairs whose school and whose leader have all the labels of a limit."""
    schools = _having(instance.school_labels, limit.schools, len(instance.school_ids))
    leaders = _having(instance.leader_labels, limit.leaders, len(instance.leader_ids))
    return schools[instance.pair_school] & leaders[instance.pair_leader]


def places_of(instance: Instance) -> IntArray:
    """Places that each school takes: one, but a group takes its own with its first school."""
    places = np.ones(len(instance.school_ids), dtype=np.int64)
    for group, members in _members(instance):
        places[members] = 0
        places[members[:1]] = group
    return places


def fault_of_rules(instance: Instance, pair_of: IntArray) -> str | None:
    """Check an assignment against every rule, trusting no solver; None if it keeps them all."""
    made: BoolArray = np.zeros(instance.score.size, dtype=bool)
    made[pair_of[pair_of != NO_PAIR]] = True
    if (made & ~instance.allowed).any():
        return "a chosen pair is not allowed"
    if (instance.locked & ~made).any():
        return "a locked pair was not kept"
    for row in rows_of(instance):
        figure = float(row.sign[made[row.pairs]].sum())
        if not row.low <= figure <= row.high:
            return row.rule or "a school has more than one leader"
    return None


def reason_of(instance: Instance, pair_of: IntArray, school: int) -> str:
    """Why an unmatched school with allowed pairs got none under the rules.

    Returns
    -------
    str
        ``kept_together``, ``limit_reached``, ``minimum_elsewhere`` (a place is left, but other rules
        need it so), or ``no_place_left``.
    """
    if any(school in members for _, members in _members(instance)):
        return "kept_together"
    made = pair_of[pair_of != NO_PAIR]
    load = np.bincount(
        instance.pair_leader[made],
        weights=places_of(instance)[instance.pair_school[made]],
        minlength=instance.capacity.size,
    )
    own = np.flatnonzero(instance.allowed & (instance.pair_school == school))
    open_pairs = own[load[instance.pair_leader[own]] < instance.capacity[instance.pair_leader[own]]]
    if not open_pairs.size:
        return "no_place_left"
    for limit in instance.rules.limits:
        mask = covered(instance, limit)
        if limit.most is not None and mask[open_pairs].any() and mask[made].sum() >= limit.most:
            return "limit_reached"
    return "minimum_elsewhere"


def _schools(instance: Instance) -> Iterator[Row]:
    starts = np.searchsorted(instance.pair_school, np.arange(len(instance.school_ids) + 1))
    for first, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        if end > first:
            yield Row(np.arange(first, end), np.ones(end - first), 0, 1)


def _places(instance: Instance) -> Iterator[Row]:
    takes = places_of(instance)[instance.pair_school].astype(np.float64)
    for leader, pairs in enumerate(_by_leader(instance)):
        if pairs.size:
            capacity = int(instance.capacity[leader])
            rule = f"leader {instance.leader_ids[leader]} has places for {capacity}"
            yield Row(pairs, takes[pairs], 0, capacity, rule, capacity)


def _minimum(instance: Instance) -> Iterator[Row]:
    pairs = _by_leader(instance)
    for leader, least in instance.rules.minimum.items():
        if least:
            own = pairs[instance.leader_ids.index(leader)]
            yield Row(own, np.ones(own.size), least, np.inf, f"leader {leader} has at least {least}", least)


def _limits(instance: Instance) -> Iterator[Row]:
    for limit in instance.rules.limits:
        pairs = np.flatnonzero(covered(instance, limit))
        ones = np.ones(pairs.size)
        if limit.least:
            yield Row(pairs, ones, limit.least, np.inf, str(limit), limit.least)
        if limit.most is not None:
            yield Row(pairs, ones, -np.inf, limit.most, str(limit), limit.most)


def _groups(instance: Instance) -> Iterator[Row]:
    """Each school of a group has the leader of the first one, and the other way round."""
    for group, (_, members) in zip(instance.rules.together, _members(instance), strict=True):
        pairs = {(int(s), int(j)): n for n, (s, j) in _ends(instance, members)}
        leaders = sorted({leader for _, leader in pairs})
        for school in members[1:].tolist():
            for leader in leaders:
                both = [pairs.get((int(members[0]), leader)), pairs.get((school, leader))]
                known = [
                    (pair, sign) for pair, sign in zip(both, (1.0, -1.0), strict=True) if pair is not None
                ]
                if known:
                    yield Row(
                        np.array([pair for pair, _ in known]),
                        np.array([sign for _, sign in known]),
                        0,
                        0,
                        str(group),
                    )


def _ends(instance: Instance, members: IntArray) -> Iterator[tuple[int, tuple[int, int]]]:
    for pair in np.flatnonzero(np.isin(instance.pair_school, members)).tolist():
        yield pair, (instance.pair_school[pair], instance.pair_leader[pair])


def _members(instance: Instance) -> Iterator[tuple[int, IntArray]]:
    at = {name: n for n, name in enumerate(instance.school_ids)}
    for group in instance.rules.together:
        yield group.places, np.array(sorted(at[name] for name in group.schools), dtype=np.int64)


def _by_leader(instance: Instance) -> list[IntArray]:
    order = np.argsort(instance.pair_leader, kind="stable")
    return np.split(order, np.searchsorted(instance.pair_leader[order], np.arange(1, instance.capacity.size)))


def _having(labels: tuple[Labels, ...], wanted: Labels, size: int) -> BoolArray:
    if not wanted:
        return np.ones(size, dtype=bool)
    return np.array(
        [all(of.get(name) == label for name, label in wanted.items()) for of in labels or ({},) * size],
        dtype=bool,
    )
