"""What it would cost to give a school another supporting school, one candidate after the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.assignment import solve
from matching.errors import InstanceError
from matching.what_if import Displacement, displaced
from service.errors import Conflict, NotFound
from service.models import Run, School
from service.operations.packing import unpacked
from service.operations.stored_runs import stored_instance
from service.text import say

MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One other leader that every rule allows, by the number of its school.

    ``change`` is what making the pair would do to the others; None where locks or extra rules
    leave no room for it. ``school_rank`` is its place in the school's stated ranking, from 1.
    """

    leader: int
    score: float
    school_rank: int | None
    change: Displacement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swaps:
    """The present pair of a school, None if it has none, and the others that are allowed."""

    school: int
    present: int | None
    score: float | None
    allowed: int
    others: tuple[Swap, ...]


def swaps_of(run: Run, school: School, most: int = MOST) -> Swaps:
    """Solve a stored run again with each of a school's best other leaders; it must be loaded whole.

    Raises
    ------
    Conflict
        The run has not finished.
    NotFound
        The run asked nothing for this school.
    """
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    document = unpacked(run.inputs)
    instance, _ = stored_instance(document)
    if school.system != run.system or school.code not in instance.school_ids:
        raise NotFound(say("La corrida %(run)s no buscó a nadie para esa escuela.", run=run.id))
    base = solve(instance, policy=document["options"]["policy"])
    row = instance.school_ids.index(school.code)
    own = np.flatnonzero(instance.allowed & (instance.pair_school == row))
    made = int(base.pair_of[row])
    order = own[np.lexsort((instance.pair_leader[own], -instance.score[own]))]
    others = []
    for pair in [int(one) for one in order if one != made][:most]:
        leader: Any = instance.leader_ids[int(instance.pair_leader[pair])]
        try:
            change = displaced(instance, base, school.code, leader)
        except InstanceError:
            change = None
        ranked = instance.school_place is not None and bool(instance.school_ranks[row])
        place = int(instance.school_place[pair]) + 1 if instance.school_place is not None and ranked else None
        others.append(
            Swap(leader=leader, score=float(instance.score[pair]), school_rank=place, change=change)
        )
    present: Any = None if made < 0 else instance.leader_ids[int(instance.pair_leader[made])]
    return Swaps(
        school=school.code,
        present=present,
        score=None if made < 0 else float(instance.score[made]),
        allowed=int(own.size),
        others=tuple(others),
    )
