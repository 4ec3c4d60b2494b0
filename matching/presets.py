"""The numbers of the hard rules, as data: stored with every run, settable one by one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any

from matching.errors import RuleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Who may help whom, in numbers. Every figure is Minga's own until a service changes it.

    Parameters
    ----------
    name, version : str
        The version changes whenever a figure does.
    min_years_in_post : float
        Full years a leader has led the school.
    suggested_capacity : int
        Places of a school that is only suggested.
    min_probability_better : float
        That the leader's school adds more value than the supported one.
    min_gap : float
        Points of value added between them, at least.
    min_probability_above_zero : float
        That the leader's school adds value at all.
    min_tests, tests_window : int
        Results in at least so many of so many last tests.
    like_percentile : float
        Context distance up to this percentile of random pairs.
    like_pairs : int
        Random pairs drawn for it, with the run's seed.
    max_ses_difference : float
        Between the mean socio-economic groups, 1 to 5.
    same_rurality : bool
        Unless the leader has worked in both kinds.
    min_coverage : float
        Share of the weight of the context that both schools publish.
    max_km, max_minutes : float
        Minutes hold instead of kilometres where travel times are given; neither holds
        where both accept to work on line.
    rival_km : float
        Two urban schools of different owners this near are rivals.
    same_owner_bars : bool
        True where schools of one owner may not help each other through the programme
        (England: the same trust).
    decline_months : int
        How long a declined pair is not proposed again.

    Raises
    ------
    RuleError
        A figure is out of its range.
    """

    name: str
    version: str
    min_years_in_post: float = 3.0
    suggested_capacity: int = 1
    min_probability_better: float = 0.9
    min_gap: float = 5.0
    min_probability_above_zero: float = 0.8
    min_tests: int = 2
    tests_window: int = 3
    like_percentile: float = 20.0
    like_pairs: int = 100_000
    max_ses_difference: float = 1.0
    same_rurality: bool = True
    min_coverage: float = 0.6
    max_km: float = 60.0
    max_minutes: float = 90.0
    rival_km: float = 2.0
    same_owner_bars: bool = False
    decline_months: int = 12

    def __post_init__(self) -> None:
        shares = ("min_probability_better", "min_probability_above_zero", "min_coverage")
        for entry in fields(self):
            value = getattr(self, entry.name)
            where = f"preset.{entry.name}"
            if entry.type in ("str", str):
                if not isinstance(value, str) or not value:
                    raise RuleError("a word is needed", where)
            elif entry.type in ("bool", bool):
                if not isinstance(value, bool):
                    raise RuleError("true or false is needed", where)
            elif isinstance(value, bool) or not isinstance(value, int | float):
                raise RuleError("a number is needed", where)
            elif not (isfinite(value) and value >= 0):
                raise RuleError("a number of 0 or more is needed", where)
            elif entry.type in ("int", int) and not isinstance(value, int):
                raise RuleError("a whole number is needed", where)
            if entry.name in shares and value > 1:
                raise RuleError("a share lies between 0 and 1", where)
        if self.like_percentile > 100:
            raise RuleError("a percentile lies between 0 and 100", "preset.like_percentile")
        if self.like_pairs < 1:
            raise RuleError("at least one pair must be drawn", "preset.like_pairs")
        if not 1 <= self.min_tests <= self.tests_window:
            raise RuleError("at least 1, and at most the window", "preset.min_tests")

    def as_dict(self) -> dict[str, Any]:
        """As it is stored with a run and printed; JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Preset":
        """The preset of a stored run, or a service's own.

        Raises
        ------
        RuleError
            A name is unknown, or name or version is missing.

        Examples
        --------
        >>> Preset.from_dict(PRESETS["nle"].as_dict()) == PRESETS["nle"]
        True
        """
        known = {entry.name for entry in fields(cls)}
        unknown = sorted(set(stored) - known)
        if unknown:
            raise RuleError("there is no such rule", f"preset.{unknown[0]}")
        for name in ("name", "version"):
            if name not in stored:
                raise RuleError("is missing", f"preset.{name}")
        return cls(**stored)


NLE = Preset(name="nle", version="1")
"""After England's National Leaders of Education; where that programme gave no number, ours."""

PRESETS: Mapping[str, Preset] = {NLE.name: NLE}
