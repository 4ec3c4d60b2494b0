"""Where to look for leaders: what k more with a strength, in an area, would change, by solving.

The candidates are real schools whose heads might be won, each with one place; which k of them are
best is part of what is solved. One newcomer can add at most one matched school, so the number
matched grows by one with each until it stops (the sets of leaders that can be used together are the
independent sets of a matroid, Edmonds & Fulkerson 1965, J. Res. NBS 69B).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from matching.answers import Assignment, Status
from matching.assignment import solve
from matching.certificate import NO_PAIR
from matching.instances import Instance
from matching.pair_index import Id
from matching.recruiting import Newcomer, with_newcomers
from matching.rules import Limit

NEWCOMER = {"newcomer": "yes"}
STEPS = (1, 2, 3, 5)
MOST_PAIRS_TO_CHOOSE = 30_000
"""Above this many pairs only what all candidates together give is solved: the choice of the best k
of them is an integer programme."""


@dataclass(frozen=True, slots=True)
class RecruitingStep:
    """What so many newcomers would change.

    Parameters
    ----------
    leaders : int
    matched : int
        More schools matched.
    matched_by_urgency : dict of int to int
    worst_before, worst_after : float or None
        Lowest score among the matched; it may fall when more are matched.
    total : float
        Change of the total score.
    newly_matched : tuple of school ids
    who : tuple of leader ids
        Newcomers that would be used.
    proven : bool
        False where the time ran out: then it is at least this.
    """

    leaders: int
    matched: int
    matched_by_urgency: dict[int, int]
    worst_before: float | None
    worst_after: float | None
    total: float
    newly_matched: tuple[Id, ...]
    who: tuple[Id, ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class RecruitingOffer:
    """An area and a strength in which leaders are missing.

    Parameters
    ----------
    area, strength : str
    candidates : int
        Schools there that might lead.
    steps : tuple of RecruitingStep
        By number of leaders, ascending; the last one matches as many as all candidates would.
    """

    area: str
    strength: str
    candidates: int
    steps: tuple[RecruitingStep, ...]

    def as_document(self) -> dict[str, Any]:
        """As it is printed and kept."""
        document = asdict(self)
        for step in document["steps"]:
            step["matched_by_urgency"] = {str(u): n for u, n in step["matched_by_urgency"].items()}
        return document


def recruiting_plan(
    instance: Instance,
    newcomers: Mapping[tuple[str, str], Sequence[Newcomer]],
    *,
    policy: str = "total",
    most_offers: int = 12,
    time_limit: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[RecruitingOffer, ...]:
    """Tell for each area and strength what more leaders would change.

    Parameters
    ----------
    instance : Instance
        Lotteries, stated rankings and the price of changes are left aside; whoever a
        ranking leaves out stays out.
    newcomers : mapping of (area, strength) to sequence of Newcomer
    policy : str
        ``total`` or ``fair``.
    most_offers : int
        So many areas and strengths, those that reach most unmatched schools first.
    time_limit : float, optional
        Seconds for each solve.
    progress : callable, optional
        Called with the share done.

    Returns
    -------
    tuple of RecruitingOffer
        Those that would match more schools; most schools first, then by name.

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [1, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> (offer,) = recruiting_plan(two, {("north", "both"): [Newcomer("new", 1, {2: 0.75})]})
    >>> [(step.leaders, step.matched, step.worst_after) for step in offer.steps]
    [(1, 1, 0.75)]
    """
    plain = _plain(instance)
    base = solve(plain, policy=policy, time_limit=time_limit)
    waiting = {plain.school_ids[row] for row in np.flatnonzero(base.pair_of == NO_PAIR).tolist()}
    reach = {
        key: len(waiting & {school for one in found for school in one.scores})
        for key, found in newcomers.items()
    }
    keys = sorted((key for key, n in reach.items() if n), key=lambda key: (-reach[key], key))[:most_offers]
    offers = []
    for done, key in enumerate(keys):
        if progress is not None:
            progress(done / len(keys))
        steps = _steps(plain, base, newcomers[key], policy, time_limit)
        if steps:
            offers.append(RecruitingOffer(*key, len(newcomers[key]), steps))
    return tuple(sorted(offers, key=lambda one: (-one.steps[-1].matched, one.area, one.strength)))


def _plain(instance: Instance) -> Instance:
    return replace(
        instance,
        forbidden=instance.forbidden | ~instance.acceptable,
        school_ranks=np.zeros_like(instance.school_ranks),
        leader_ranks=np.zeros_like(instance.leader_ranks),
        school_place=None,
        leader_place=None,
        previous=None,
        proposals=0,
        change_price=0.0,
        lottery=None,
    )


def _steps(
    instance: Instance,
    base: Assignment,
    newcomers: Sequence[Newcomer],
    policy: str,
    time_limit: float | None,
) -> tuple[RecruitingStep, ...]:
    """One step for each number of newcomers that matches more than the number before."""
    each = [replace(one, capacity=1, labels={**one.labels, **NEWCOMER}) for one in newcomers]
    wider = with_newcomers(instance, each)
    names = frozenset(one.leader for one in each)
    worst = base.worst(instance)
    whole = _step(wider, base, worst, solve(wider, policy=policy, time_limit=time_limit), names)
    if whole.matched <= 0:
        return ()
    if wider.score.size > MOST_PAIRS_TO_CHOOSE:
        return (whole,)
    # more newcomers than schools gained would only make pairs better
    numbers = sorted({*(n for n in STEPS if n < whole.matched), whole.matched})
    found: list[RecruitingStep] = []
    for most in numbers:
        limits = (*wider.rules.limits, Limit(leaders=NEWCOMER, most=most))
        limited = replace(wider, rules=replace(wider.rules, limits=limits))
        answer = solve(limited, policy=policy, time_limit=time_limit)
        if answer.status in (Status.OPTIMAL, Status.FEASIBLE):
            found.append(_step(wider, base, worst, answer, names))
    return tuple(step for step in found if step.matched > 0) or (whole,)


def _step(
    wider: Instance, base: Assignment, worst_before: float | None, answer: Assignment, names: frozenset[Id]
) -> RecruitingStep:
    used = sorted({str(leader): leader for _, leader in answer.pairs(wider) if leader in names}.items())
    counts = base.objective.matched_by_urgency
    more = {u: n - counts[u] for u, n in answer.objective.matched_by_urgency.items()}
    new = np.flatnonzero((base.pair_of == NO_PAIR) & (answer.pair_of != NO_PAIR))
    return RecruitingStep(
        leaders=len(used),
        matched=sum(more.values()),
        matched_by_urgency=more,
        worst_before=worst_before,
        worst_after=answer.worst(wider),
        total=answer.objective.total - base.objective.total,
        newly_matched=tuple(wider.school_ids[row] for row in new.tolist()),
        who=tuple(leader for _, leader in used),
        proven=answer.status is Status.OPTIMAL and base.status is Status.OPTIMAL,
    )
