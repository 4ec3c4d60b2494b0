"""Rules that no flow can keep: minimum loads, limits on groups, schools that go together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.pair_index import Id

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many pairs of a kind there may be.

    Parameters
    ----------
    schools, leaders : mapping of str to str
        The pairs whose school and whose leader have all these labels; empty: any.
    least : int
    most : int or None
    """

    schools: Labels = field(default_factory=dict)
    leaders: Labels = field(default_factory=dict)
    least: int = 0
    most: int | None = None

    def __str__(self) -> str:
        sides = [
            f"{side} with " + " and ".join(f"{name} {label}" for name, label in labels.items())
            for side, labels in (("schools", self.schools), ("leaders", self.leaders))
            if labels
        ]
        bounds = [f"at least {self.least}"] if self.least else []
        bounds += [] if self.most is None else [f"at most {self.most}"]
        return f"{' and '.join(bounds)} pairs of {' and '.join(sides) or 'any kind'}"


@dataclass(frozen=True, slots=True)
class Together:
    """Schools matched as one: all with the same leader, or none of them.

    Parameters
    ----------
    schools : tuple of school ids
    places : int
        What they take of the leader's places, all together.
    """

    schools: tuple[Id, ...]
    places: int = 1

    def __str__(self) -> str:
        return f"schools {', '.join(map(str, self.schools))} go together"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules beyond flows; without any, the exact flow solves.

    Parameters
    ----------
    minimum : mapping of leader id to int
        Least number of schools with that leader.
    limits : tuple of Limit
    together : tuple of Together
    """

    minimum: Mapping[Id, int] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    together: tuple[Together, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.limits or self.together or any(self.minimum.values()))
