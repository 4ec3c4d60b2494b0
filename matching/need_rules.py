"""Rules for who needs support, as data: named, versioned, with their source.

A rule is explicit so that it can be published, disputed and moved (Ontario began from
a line anybody could read). Two kinds are known. A ``level`` rule looks at shrunk value
added, so one bad year of a small school is not a need. A ``share`` rule is a line of a
published programme on the share of pupils at the standard; it takes no account of
context or chance.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from matching.errors import RuleError
from matching.residuals import Area


class RuleKind(StrEnum):
    """What a rule looks at."""

    LEVEL = "level"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRule:
    """One rule for who needs support.

    Parameters
    ----------
    name, version : str
    kind : RuleKind
    area : Area
        The subject; a share rule names one subject, for a line that calls most schools
        in need in one and few in the other means nothing without it.
    threshold : float
        Level rule: percentile rank in (0, 1) of the levels of all schools of the phase
        that sets the line. Share rule: share of pupils at the standard, in (0, 1).
    inclusive : bool
        A share equal to the threshold is under the line.
    window : int
        Last tests held that are looked at.
    required : int
        Level rule: tests of the window a school needs to be assessed. Share rule: tests
        of the window under the line.
    minimum_n : int
        Pupils tested for a result to count.
    probability : float or None
        Level rule: how probably a school is below the line to be low.
    urgent_probability : float or None
        Level rule: the same for urgency 1.
    falling_probability : float or None
        Level rule: how probably a school lies below its own level of three years before
        to be falling.
    source : str
        Where the numbers come from.

    Raises
    ------
    RuleError
        A figure is out of its range, or one that its kind needs is missing.
    """

    name: str
    version: str
    kind: RuleKind
    area: Area
    threshold: float
    window: int
    required: int
    minimum_n: int = 5
    inclusive: bool = False
    probability: float | None = None
    urgent_probability: float | None = None
    falling_probability: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.version:
            raise RuleError("a rule has a name and a version", self.name or "rule")
        if not 0 < self.threshold < 1:
            raise RuleError("threshold lies between 0 and 1", self.name)
        if not 1 <= self.required <= self.window:
            raise RuleError("required lies between 1 and the window", self.name)
        if self.minimum_n < 1:
            raise RuleError("minimum_n is at least 1", self.name)
        if self.kind is RuleKind.SHARE and self.area is Area.BOTH:
            raise RuleError("a share rule names one subject", self.name)
        for key in ("probability", "urgent_probability", "falling_probability"):
            value = getattr(self, key)
            if (value is None) == (self.kind is RuleKind.LEVEL):
                raise RuleError(f"{key} goes with a level rule, and only with it", self.name)
            if value is not None and not 0 < value < 1:
                raise RuleError(f"{key} lies between 0 and 1", self.name)

    def to_dict(self) -> dict[str, Any]:
        """Give the rule as it is stored and published."""
        return {key: str(v) if isinstance(v, StrEnum) else v for key, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "NeedRule":
        """Read a rule as stored; unknown, missing or wrong entries are refused.

        Examples
        --------
        >>> NeedRule.from_dict(VALUE_ADDED.to_dict()) == VALUE_ADDED
        True
        """
        where = str(stored.get("name", "rule"))
        unknown = set(stored) - {part.name for part in fields(cls)}
        if unknown:
            raise RuleError(f"unknown entries: {', '.join(sorted(map(str, unknown)))}", where)
        for key, value in stored.items():
            if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and key != "inclusive"):
                raise RuleError(f"{key} cannot be {value!r}", where)
        try:
            return cls(**{**stored, "kind": RuleKind(stored["kind"]), "area": Area(stored["area"])})
        except (KeyError, TypeError) as missing:
            raise RuleError(f"an entry is missing: {missing}", where) from missing
        except RuleError:
            raise
        except ValueError as wrong:
            raise RuleError(str(wrong), where) from wrong


_NUMBER: tuple[type, ...] = (int, float)
_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "version": (str,),
    "kind": (str,),
    "area": (str,),
    "threshold": _NUMBER,
    "window": (int,),
    "required": (int,),
    "minimum_n": (int,),
    "inclusive": (bool,),
    "probability": (*_NUMBER, type(None)),
    "urgent_probability": (*_NUMBER, type(None)),
    "falling_probability": (*_NUMBER, type(None)),
    "source": (str,),
}

VALUE_ADDED = NeedRule(
    name="value_added",
    version="1",
    kind=RuleKind.LEVEL,
    area=Area.BOTH,
    threshold=0.20,
    window=3,
    required=2,
    probability=0.5,
    urgent_probability=0.8,
    falling_probability=0.8,
    source="Ours. Shrunk levels, so that chance in one year is not taken for need.",
)
"""The default rule. Low: below the 20th percentile of the shrunk levels of all schools of
the phase, with probability 0.5. Falling: below its own level of three years before with
probability 0.8. In need: low, or falling and below the median."""


def _standard_30(subject: Area) -> NeedRule:
    return NeedRule(
        name=f"standard_30_{subject}",
        version="1",
        kind=RuleKind.SHARE,
        area=subject,
        threshold=0.30,
        inclusive=True,
        window=1,
        required=1,
        source=(
            "Anderson, on Ontario's intervention programme: primary schools where 30 % or "
            "fewer of the pupils met the standard; 20 % of schools, about 800."
        ),
    )


def _ofip_34(subject: Area) -> NeedRule:
    return NeedRule(
        name=f"ofip_34_{subject}",
        version="1",
        kind=RuleKind.SHARE,
        area=subject,
        threshold=0.34,
        window=3,
        required=2,
        source=(
            "Ontario Focused Intervention Partnership, OFIP-1: fewer than 34 % of pupils at "
            "the standard in any two of the last three years (stated there for reading)."
        ),
    )


NEED_RULES: Mapping[str, NeedRule] = {
    rule.name: rule
    for rule in (
        VALUE_ADDED,
        _standard_30(Area.READING),
        _standard_30(Area.MATHEMATICS),
        _ofip_34(Area.READING),
        _ofip_34(Area.MATHEMATICS),
    )
}
"""The rules that come with Minga, by name."""


def need_rule(name: str) -> NeedRule:
    """Find a rule that comes with Minga.

    Raises
    ------
    RuleError
        There is none of that name; the message lists those there are.
    """
    try:
        return NEED_RULES[name]
    except KeyError:
        known = ", ".join(NEED_RULES)
        raise RuleError(f"no rule {name!r}; there are: {known}", "rule") from None
