"""Would it pay to state a shorter or an untrue list? Counted by trying.

Under ``stable`` no school can gain (Dubins & Freedman 1981; Roth 1985, J. Econ. Theory 36); a
leader can, and under the other policies, where a list only says who is acceptable, so can a school.
"""

from dataclasses import dataclass, replace

import numpy as np

from matching.arrays import IntArray
from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.pair_index import RANKED_OUT, Id
from matching.preferences import leader_liking, school_liking

SIDES = ("schools", "leaders")


@dataclass(frozen=True, slots=True)
class Misreport:
    """A list that would have paid.

    Parameters
    ----------
    who : int or str
    told : tuple of ids
        The list stated instead of the true one, best first.
    before, after : tuple of ids
        Partners got by the true list and by the other.
    """

    who: Id
    told: tuple[Id, ...]
    before: tuple[Id, ...]
    after: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Incentives:
    """How often an untrue list would pay.

    Parameters
    ----------
    policy, side : str
    people : int
        Who was tried: with a choice to misstate, and not settled by a lock.
    gaining : int
        Those of them for whom some list paid.
    lists : int
        Lists tried in all.
    found : tuple of Misreport
        The first list that paid, for each of those.
    """

    policy: str
    side: str
    people: int
    gaining: int
    lists: int
    found: tuple[Misreport, ...]


def untrue_lists(
    instance: Instance, policy: str, side: str, *, people: int = 30, lists: int = 6, seed: int = 0
) -> Incentives:
    """Try shorter and misordered lists, one person at a time, and count whom they help.

    Parameters
    ----------
    instance : Instance
        What it says is taken for the truth.
    policy : str
    side : str
        ``schools`` or ``leaders``.
    people : int
        How many to try, drawn by the seed.
    lists : int
        How many lists each: half of them cut short, half in another order.
    seed : int

    Returns
    -------
    Incentives
        A leader gains if place by place its schools are liked as much, and one more.

    Examples
    --------
    >>> greedy = Instance.from_arrays(
    ...     [1, 2], [1, 1], [8, 9], [1, 1], np.array([0, 0, 1]), np.array([0, 1, 0]),
    ...     np.array([0.9, 0.5, 0.4]))
    >>> untrue_lists(greedy, "total", "schools").found
    (Misreport(who=1, told=(8,), before=(9,), after=(8,)),)
    >>> untrue_lists(greedy, "stable", "schools").gaining
    0
    """
    draw = np.random.default_rng(seed)
    truth = _Truth(instance, side)
    candidates = truth.with_choice()
    chosen = np.sort(draw.permutation(candidates)[:people])
    before = solve(instance, policy=policy).pair_of
    tried, found = 0, []
    for person in chosen.tolist():
        own = truth.list_of(person)
        for told in _other_lists(own, lists, draw):
            tried += 1
            after = solve(truth.told(person, told), policy=policy).pair_of
            if truth.gains(person, before, after):
                found.append(truth.misreport(person, told, before, after))
                break
    return Incentives(policy, side, chosen.size, len(found), tried, tuple(found))


def _other_lists(own: IntArray, lists: int, draw: np.random.Generator) -> list[IntArray]:
    """Shorter lists, spread over the lengths, and lists in another order."""
    lengths = np.unique(np.linspace(1, own.size - 1, max(1, lists // 2)).astype(np.int64))
    shorter = [own[:length] for length in lengths.tolist()]
    return shorter + [draw.permutation(own) for _ in range(lists - len(shorter))]


class _Truth:
    """The lists that an instance states, or implies by score, of one side."""

    def __init__(self, instance: Instance, side: str) -> None:
        of_schools = side == SIDES[0]
        self.instance = instance
        self.of_schools = of_schools
        self.ids = instance.school_ids if of_schools else instance.leader_ids
        self.partners = instance.leader_ids if of_schools else instance.school_ids
        self.owner = instance.pair_school if of_schools else instance.pair_leader
        self.partner = instance.pair_leader if of_schools else instance.pair_school
        liking = school_liking(instance) if of_schools else leader_liking(instance)
        open_pairs = np.flatnonzero(instance.free & (instance.free_capacity > 0)[instance.pair_leader])
        order = instance.leader_order if of_schools else instance.school_order
        sorted_by = np.lexsort((order[self.partner[open_pairs]], liking[open_pairs], self.owner[open_pairs]))
        self.lists = open_pairs[sorted_by]
        self.starts = np.searchsorted(self.owner[self.lists], np.arange(len(self.ids) + 1))

    def with_choice(self) -> IntArray:
        """Who has at least two partners to choose from."""
        return np.flatnonzero(np.diff(self.starts) > 1)

    def list_of(self, person: int) -> IntArray:
        """Pairs of a person, best first."""
        return self.lists[self.starts[person] : self.starts[person + 1]]

    def told(self, person: int, pairs: IntArray) -> Instance:
        """The instance with that list stated; locked partners stay on it."""
        instance = self.instance
        ranks = (instance.school_ranks if self.of_schools else instance.leader_ranks).copy()
        stated = instance.school_place if self.of_schools else instance.leader_place
        place = np.zeros(self.owner.size, dtype=np.int64) if stated is None else stated.copy()
        mine = self.owner == person
        place[mine & ~instance.locked] = RANKED_OUT
        place[mine & instance.locked] = 0
        place[pairs] = np.arange(pairs.size)
        ranks[person] = True
        if self.of_schools:
            return replace(instance, school_ranks=ranks, school_place=place)
        return replace(instance, leader_ranks=ranks, leader_place=place)

    def got(self, person: int, pair_of: IntArray) -> IntArray:
        """Places in the true list of what a person got, best first."""
        made = pair_of[pair_of != NO_PAIR]
        return np.flatnonzero(np.isin(self.list_of(person), made))

    def gains(self, person: int, before: IntArray, after: IntArray) -> bool:
        """Whether a person got more in the true eyes: as good place by place, and better in one."""
        size = self.list_of(person).size
        old, new = (np.full(size, size) for _ in range(2))
        for places, pair_of in ((old, before), (new, after)):
            held = self.got(person, pair_of)
            places[: held.size] = held
        return bool((new <= old).all() and (new < old).any())

    def misreport(self, person: int, told: IntArray, before: IntArray, after: IntArray) -> Misreport:
        """The list and what it brought, by ids."""
        own = self.list_of(person)
        return Misreport(
            self.ids[person],
            *(
                tuple(self.partners[at] for at in self.partner[pairs].tolist())
                for pairs in (told, own[self.got(person, before)], own[self.got(person, after)])
            ),
        )
