"""Whose turn is the next visit: a fair split in a leader's school team (feature V8).

Weights first, then least recently used: a member with twice the weight makes twice the visits.
A newcomer begins level with whoever has the least behind them, so that nobody new is flooded
with the visits that others made before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TeamTurn:
    """A member of a team: visits made, and the last one.

    ``weight`` is the share of visits a member takes on, > 0; 0 takes none.
    """

    person_id: int
    weight: float
    visits: int
    last_on: date | None


def order_of_turns(team: Sequence[TeamTurn]) -> tuple[int, ...]:
    """Person ids, who is next first; whoever has no weight is left out.

    Examples
    --------
    >>> ana = TeamTurn(1, 1.0, 4, date(2026, 5, 4))
    >>> beto = TeamTurn(2, 2.0, 6, date(2026, 5, 6))
    >>> carla = TeamTurn(3, 1.0, 4, date(2026, 4, 1))
    >>> order_of_turns([ana, beto, carla])
    (2, 3, 1)
    """
    taking = [one for one in team if one.weight > 0]
    return tuple(one.person_id for one in sorted(taking, key=_rank))


def with_newcomers(team: Sequence[TeamTurn]) -> tuple[TeamTurn, ...]:
    """Let whoever has made no visit yet begin level with the least loaded of the others.

    Examples
    --------
    >>> team = [TeamTurn(1, 1.0, 4, date(2026, 5, 4)), TeamTurn(2, 1.0, 0, None)]
    >>> [one.visits for one in with_newcomers(team)]
    [4, 4]
    """
    loads = [one.visits / one.weight for one in team if one.weight > 0 and one.visits]
    least = min(loads, default=0.0)
    return tuple(
        TeamTurn(one.person_id, one.weight, round(least * one.weight), one.last_on)
        if one.visits == 0 and one.weight > 0
        else one
        for one in team
    )


def _rank(one: TeamTurn) -> tuple[float, date, int]:
    return one.visits / one.weight, one.last_on or date.min, one.person_id
