"""What is chosen for a run of the matching, checked and stored with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from matching.assignment import POLICIES
from matching.lottery import Lottery
from matching.need_rules import VALUE_ADDED, NeedRule, need_rule
from matching.presets import NLE, PRESETS, Preset
from matching.rule_book import RuleBook
from matching.weights import WeightKind
from service.errors import InvalidInput
from service.systems import System
from service.text import say

__all__ = ["POLICIES", "WAITED", "RunOptions"]

WAITED = ("published", "previous", "none")
"""Which rounds count for those that were left without a leader: published ones, the run before too, none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What is chosen for a run; stored with it."""

    territory: str = "all"
    as_of: int
    rule: str = VALUE_ADDED.name
    rule_changes: Mapping[str, Any] = field(default_factory=dict)
    owners: str = "public"
    leaders: str = "designated"
    leaders_from: str = "all"
    preset: str = NLE.name
    preset_changes: Mapping[str, Any] = field(default_factory=dict)
    weights: str = WeightKind.LEARNED.value
    policy: str = "total"
    seed: int = 0
    change_price: float = 0.0
    waited: str = "published"
    lottery_seed: int | None = None
    lottery_width: float = 0.01
    extra_rules: Mapping[str, Any] = field(default_factory=dict)
    time_limit: float | None = None
    compare: bool = False
    incentives: int = 0
    recruiting: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @property
    def exploratory(self) -> bool:
        """A run of suggested schools can never be published."""
        return self.leaders == "suggested"

    def rule_book(self) -> RuleBook:
        """The extra rules, with official numbers for schools and leaders.

        Raises
        ------
        InstanceError
            A rule is not valid; the sentence names the place.
        """
        return RuleBook.from_dict(_numbered(self.extra_rules))

    def lottery(self) -> Lottery | None:
        """The lottery among near-equals, if one is drawn."""
        return None if self.lottery_seed is None else Lottery(self.lottery_seed, self.lottery_width)

    def check(self) -> None:
        """Refuse what no policy can do at once.

        Raises
        ------
        InvalidInput, InstanceError
        """
        book, lottery = self.rule_book(), self.lottery()
        if book.beyond_flows and self.policy == "stable":
            raise InvalidInput(
                say(
                    "Con reglas adicionales puede no haber un reparto estable: elija otra forma de repartir, "
                    "o quite las reglas."
                ),
                code="policy",
            )
        if book.beyond_flows and lottery is not None:
            raise InvalidInput(
                say("Con reglas adicionales no se sortea entre casi iguales: quite una de las dos."),
                code="lottery",
            )

    def need_rule(self) -> NeedRule:
        """The rule, with what was changed for this run."""
        rule = need_rule(self.rule)
        return NeedRule.from_dict({**rule.to_dict(), **self.rule_changes}) if self.rule_changes else rule

    def rules(self, system: System) -> Preset:
        """The preset, with what the country and this run change."""
        if self.preset not in PRESETS:
            known = ", ".join(sorted(PRESETS))
            raise InvalidInput(
                say(
                    "El conjunto de reglas «%(name)s» no existe; hay %(known)s.",
                    name=self.preset,
                    known=known,
                ),
                code="preset",
            )
        stored = PRESETS[self.preset].as_dict()
        if system.same_owner_conflict:
            stored["same_owner_bars"] = True
        stored["min_gap"] = round(stored["min_gap"] * system.point, 9)
        stored |= dict(self.preset_changes)
        return Preset.from_dict(stored)


def _numbered(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Rules whose schools and leaders are named ``cl:2001`` or ``2001``, by their official numbers."""
    found = dict(rules)
    if isinstance(found.get("minimum"), Mapping):
        found["minimum"] = {_number(name): least for name, least in found["minimum"].items()}
    if isinstance(found.get("together"), list):
        found["together"] = [
            {**entry, "schools": [_number(name) for name in entry["schools"]]}
            if isinstance(entry, Mapping) and isinstance(entry.get("schools"), list)
            else entry
            for entry in found["together"]
        ]
    return found


def _number(name: Any) -> Any:
    text = str(name).rpartition(":")[2]
    return int(text) if text.isdecimal() else name
