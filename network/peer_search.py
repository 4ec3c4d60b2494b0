"""The search for networks that lie close: exact sharing out, better middles, small regions anew."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from network.peer_terms import BoolArray, FloatArray, IntArray, PeerTerms

LACKING = 1_000.0
"""What it costs a network to have nobody strong in its theme: more than any way round."""
NEVER = 1e7
NEIGHBOURS = 5
REGION_PASSES = 4
SHAKES_UP_TO = 600
"""Schools up to which the search shakes itself free of what is best nearby only."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How schools are shared out: so many networks, of ``low`` or ``low + 1`` schools; the rest in none."""

    networks: int
    low: int
    larger: int
    left_out: int


def balanced_sizes(schools: int, *, least: int, most: int, target: int) -> Sizes:
    """As many networks as come closest to the wished size, with sizes that differ by one at most.

    Examples
    --------
    >>> balanced_sizes(47, least=5, most=15, target=10)
    Sizes(networks=5, low=9, larger=2, left_out=0)
    >>> balanced_sizes(13, least=10, most=12, target=10)
    Sizes(networks=1, low=12, larger=0, left_out=1)
    """
    fewest, many = math.ceil(schools / most), schools // least
    if many == 0:
        return Sizes(0, 0, 0, schools)
    if fewest > many:
        return Sizes(many, most, 0, schools - many * most)
    wanted = min(range(fewest, many + 1), key=lambda count: (abs(schools / count - target), count))
    return Sizes(wanted, schools // wanted, schools % wanted, 0)


@dataclass(slots=True)
class Groups:
    """A state of the search: the network of each school (-1: none), middles and themes of the networks."""

    label: IntArray
    middle: IntArray
    theme: IntArray
    cost: FloatArray

    def copy(self) -> "Groups":
        """An independent state."""
        return Groups(self.label.copy(), self.middle.copy(), self.theme.copy(), self.cost.copy())


def search(terms: PeerTerms, sizes: Sizes, seed: int) -> IntArray:
    """Find the network of each school, -1 for none.

    Notes
    -----
    A capacitated clustering problem (Mulvey & Beck 1984, European Journal of Operational Research 18).
    Middles are drawn apart (Arthur & Vassilvitskii 2007), then in turns: schools are shared out exactly under
    the sizes, with a strong school in each network where there are enough (an assignment problem), and each
    network chooses the best middle and theme. Then each network with its nearest ones is solved anew as a
    region, over and over; up to 600 schools, middles are also moved at random and kept where that is better.
    Whole and local problems are shared out exactly; the middles are a heuristic, compared with an integer
    programme in the bench.
    """
    count = len(terms.pair)
    if not sizes.networks:
        return np.full(count, -1, dtype=np.int64)
    draw = np.random.default_rng(seed)
    starts = max(1, min(8, 400 // count))
    tried = [_start(terms, sizes, draw) for _ in range(starts)]
    best = min(tried, key=lambda groups: groups.cost.sum())
    _regions(terms, best)
    if count <= SHAKES_UP_TO:
        for _ in range(min(300, 30_000 // count)):
            other = best.copy()
            _shake(terms, other, draw)
            if other.cost.sum() < best.cost.sum() - 1e-9:
                best = other
    return best.label


def choose(terms: PeerTerms, members: IntArray) -> tuple[int, int, float]:
    """The best middle and theme of a network (positions) and its cost, lacking strength included."""
    among = terms.pair[np.ix_(members, members)].sum(axis=0)
    middle = int(among.argmin())
    missing = terms.miss[members].sum(axis=0)
    wanted: BoolArray = np.any(terms.needs[members], axis=0)
    missing[:-1] += np.where(terms.strong[members][:, :-1].any(axis=0), 0.0, LACKING)
    missing[:-1][~wanted[:-1]] = NEVER
    if wanted.any():
        missing[-1] = NEVER
    theme = int(missing.argmin())
    return int(members[middle]), theme, float(among[middle] + missing[theme])


def _start(terms: PeerTerms, sizes: Sizes, draw: np.random.Generator) -> Groups:
    count = len(terms.pair)
    middles = [int(draw.integers(count))]
    nearest = terms.pair[middles[0]].copy()
    while len(middles) < sizes.networks:
        weight = nearest**2 + 1e-12
        weight[middles] = 0.0
        middles.append(int(draw.choice(count, p=weight / weight.sum())))
        nearest = np.minimum(nearest, terms.pair[middles[-1]])
    middle = np.array(middles)
    theme = _first_themes(terms, middle)
    high = sizes.low + (1 if sizes.larger else 0)
    groups = Groups(np.full(count, -1), middle, theme, np.full(sizes.networks, np.inf))
    everyone, every = np.arange(count), np.arange(sizes.networks)
    label = _share_out(terms, everyone, middle, theme, high, sizes.left_out)
    _take_over(terms, groups, everyone, every, label)
    if count <= SHAKES_UP_TO:
        _settle(terms, groups, every, high, everyone, sizes.left_out)
    return groups


def _first_themes(terms: PeerTerms, middle: IntArray) -> IntArray:
    """For each middle the theme of its own needs that those near it share most; any, where it has none."""
    near = np.argsort(terms.pair[middle], axis=1, kind="stable")[:, :12]
    missing = terms.miss[near].sum(axis=1)
    missing[:, -1] = NEVER if terms.themes else 0.0
    own: BoolArray = terms.needs[middle]
    having: BoolArray = np.any(own, axis=1)
    missing[having[:, None] & ~own] = NEVER
    found: IntArray = np.argmin(missing, axis=1)
    return found


def _share_out(
    terms: PeerTerms, ids: IntArray, middle: IntArray, theme: IntArray, high: int, left_out: int
) -> IntArray:
    """Put each school where all together cost least: exact, each network full or one short."""
    networks = len(middle)
    cost = terms.pair[np.ix_(ids, middle)] + terms.miss[np.ix_(ids, theme)]
    rows = networks * high + left_out
    table = np.empty((rows, rows))
    table[: len(ids), : networks * high] = np.repeat(cost, high, axis=1)
    lacks: BoolArray = ~terms.strong[np.ix_(ids, theme)]
    lacks[:, theme == len(terms.themes)] = False
    # The first place of each network is for a school strong in its theme.
    table[: len(ids), 0 : networks * high : high] += np.where(lacks, LACKING, 0.0)
    table[: len(ids), networks * high :] = 0.0
    # Nobody may take the last place of a network, and that only.
    table[len(ids) :] = NEVER
    table[len(ids) :, high - 1 : networks * high : high] = 0.0
    _, chosen = linear_sum_assignment(table)
    label = chosen[: len(ids)] // high
    return np.where(label < networks, label, -1).astype(np.int64)


def _take_over(terms: PeerTerms, groups: Groups, ids: IntArray, which: IntArray, label: IntArray) -> None:
    """Write a sharing out into the state and let each network choose its middle and theme."""
    groups.label[ids] = np.where(label < 0, -1, which[label])
    for number in which:
        members = np.flatnonzero(groups.label == number)
        groups.middle[number], groups.theme[number], groups.cost[number] = choose(terms, members)


def _settle(
    terms: PeerTerms, groups: Groups, which: IntArray, high: int, ids: IntArray, left_out: int
) -> None:
    """Share out and choose in turns for some networks, as long as it gets better."""
    for _ in range(20):
        before = groups.copy()
        label = _share_out(terms, ids, groups.middle[which], groups.theme[which], high, left_out)
        _take_over(terms, groups, ids, which, label)
        if groups.cost[which].sum() >= before.cost[which].sum() - 1e-9:
            groups.label, groups.middle, groups.theme, groups.cost = (
                before.label,
                before.middle,
                before.theme,
                before.cost,
            )
            return


def _region(terms: PeerTerms, groups: Groups, number: int) -> tuple[IntArray, IntArray]:
    """A network with its nearest ones, and their schools."""
    near = np.argsort(terms.pair[groups.middle[number], groups.middle], kind="stable")
    which = np.sort(np.unique([number, *near[: NEIGHBOURS + 1].tolist()]))
    return which, np.flatnonzero(np.isin(groups.label, which))


def _high(groups: Groups, ids: IntArray, which: IntArray) -> int:
    return int(np.bincount(groups.label[ids], minlength=int(which.max()) + 1).max())


def _regions(terms: PeerTerms, groups: Groups) -> None:
    """Solve each network with its neighbours anew until nothing gets better."""
    for _ in range(REGION_PASSES):
        before = groups.cost.sum()
        for number in range(len(groups.middle)):
            which, ids = _region(terms, groups, number)
            _settle(terms, groups, which, _high(groups, ids, which), ids, 0)
        if groups.cost.sum() >= before - 1e-9:
            return


def _shake(terms: PeerTerms, groups: Groups, draw: np.random.Generator) -> None:
    """Move the middle of one network to another school of its region, try another theme, and settle."""
    number = int(draw.integers(len(groups.middle)))
    which, ids = _region(terms, groups, number)
    groups.middle[number] = int(draw.choice(ids))
    wanted = np.flatnonzero(terms.needs[ids].any(axis=0))
    if len(wanted) and draw.random() < 0.5:
        groups.theme[number] = int(draw.choice(wanted))
    high = _high(groups, ids, which)
    label = _share_out(terms, ids, groups.middle[which], groups.theme[which], high, 0)
    _take_over(terms, groups, ids, which, label)
    _settle(terms, groups, which, high, ids, 0)
