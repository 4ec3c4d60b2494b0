"""Schools and ties of support: the frozen inputs from which graphs are built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from network.errors import GraphError

REACHING = frozenset({"active", "tapering"})
"""States of a partnership in which support arrives; in setup and trial it has not begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolNode:
    """A school as the network sees it.

    Parameters
    ----------
    id : int
    groups : mapping of str to str
        What it belongs to, such as ``owner``, ``service`` or ``ses_group``; what is unknown is left out.
    """

    id: int
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Support that one school gave another during some time.

    Parameters
    ----------
    supporting, supported : int
        Ids of two different schools.
    started_on : date
    ended_on : date, optional
        Last day; None while it lasts.
    hours : float
        Time given; >= 0.
    kind : str
        Such as ``partnership``, ``visit`` or ``session``.
    state : str, optional
        Of a partnership; None for other kinds.
    leader : str, optional
        The person at the supporting school on whom the tie rests.
    chosen : bool
        Whether the schools chose each other (False: mandated).
    """

    supporting: int
    supported: int
    started_on: date
    ended_on: date | None = None
    hours: float = 0.0
    kind: str = "partnership"
    state: str | None = None
    leader: str | None = None
    chosen: bool = True

    def __post_init__(self) -> None:
        if self.supporting == self.supported:
            raise GraphError(f"school {self.supporting} cannot support itself")
        if not 0 <= self.hours < float("inf"):
            raise GraphError(f"hours from {self.supporting} to {self.supported} must be a number from 0 up")
        if self.ended_on is not None and self.ended_on < self.started_on:
            ends = f"{self.supporting} to {self.supported} ends on {self.ended_on}"
            raise GraphError(f"the tie from {ends}, before it starts")

    def lasts_on(self, day: date) -> bool:
        """Whether the tie holds on a day."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)
