"""The fields of a new run that say how to choose: policy, rerun, who waited, lots, extra rules."""

from collections.abc import Mapping
from typing import Any

from service.blueprints.forms.reader import FieldReader
from service.snapshots.run_options import POLICIES, WAITED, RunOptions

CHANGE_PRICES: dict[str, float] = {"free": 0.0, "some": 0.05, "much": 0.2, "least": 10.0}
"""What each proposal that is not made again costs, in scores, by the word for it. A score lies
between 0 and 1, so 10 outweighs any gain a single school may have."""
EXTRA_LIMITS: dict[str, tuple[float, float]] = {
    "extra_owner_most": (1, 1000),
    "extra_minimum": (1, 20),
    "extra_rural_experience": (1, 1000),
    "extra_rural_schools": (1, 1000),
    "extra_small_pupils": (1, 200),
    "extra_floor": (0, 1),
}
DECIMAL = ("extra_floor",)
LONGEST_MINUTES = 60


def read_choice(reader: FieldReader) -> dict[str, Any]:
    """Read the options of how to choose."""
    wants_lots = reader.values.get("lottery") == "yes"
    seed = reader.whole("lottery_seed", low=0, high=999_999_999, required=False)
    minutes = reader.whole("minutes", low=1, high=LONGEST_MINUTES, required=False)
    return {
        "policy": reader.one_of("policy", POLICIES, POLICIES[0]),
        "waited": reader.one_of("waited", WAITED, WAITED[0]),
        "change_price": CHANGE_PRICES[reader.one_of("change", CHANGE_PRICES, "free")],
        "lottery_seed": (seed or 0) if wants_lots else None,
        "time_limit": None if minutes is None else 60.0 * minutes,
        "extra_rules": _rules(reader),
    }


def choice_fields(options: RunOptions) -> dict[str, Any]:
    """The same options as the values of their fields; empty where nothing is asked."""
    plain = RunOptions(as_of=options.as_of)
    prices = {price: word for word, price in CHANGE_PRICES.items()}
    fields: dict[str, Any] = {
        "policy": "" if options.policy == plain.policy else options.policy,
        "waited": "" if options.waited == plain.waited else options.waited,
        "change": "" if not options.change_price else prices.get(options.change_price, "some"),
        "lottery": "yes" if options.lottery_seed is not None else "",
        "lottery_seed": "" if options.lottery_seed is None else options.lottery_seed,
        "minutes": "" if options.time_limit is None else max(1, round(options.time_limit / 60)),
    }
    return fields | dict.fromkeys(EXTRA_LIMITS, "") | _fields_of_rules(options.extra_rules)


def shown_whole(options: RunOptions) -> bool:
    """Whether the fields can show all the extra rules of a run; a rules file may hold others."""
    fields = _fields_of_rules(options.extra_rules)
    return _document(fields) == dict(options.extra_rules)


def _rules(reader: FieldReader) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (low, high) in EXTRA_LIMITS.items():
        value: float | int | None
        if name in DECIMAL:
            value = reader.decimal(name, low=low, high=high, required=False)
        else:
            value = reader.whole(name, low=int(low), high=int(high), required=False)
        if value is not None:
            found[name] = value
    return _document(found)


def _document(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The rules document of what the fields ask for."""
    document: dict[str, Any] = {}
    limits: list[dict[str, Any]] = []
    if "extra_rural_experience" in fields:
        limits.append({"leaders": {"rural_experience": "yes"}, "least": fields["extra_rural_experience"]})
    if "extra_rural_schools" in fields:
        limits.append({"schools": {"rural": "yes"}, "least": fields["extra_rural_schools"]})
    if limits:
        document["limits"] = limits
    if "extra_owner_most" in fields:
        document["each"] = [{"leaders": "owner", "most": fields["extra_owner_most"]}]
    if "extra_minimum" in fields:
        document["minimum"] = fields["extra_minimum"]
    if "extra_small_pupils" in fields:
        document["small_schools"] = {"pupils": fields["extra_small_pupils"]}
    if "extra_floor" in fields:
        document["floors"] = [{"score": fields["extra_floor"]}]
    return document


def _fields_of_rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for limit in rules.get("limits", ()):
        if limit.get("leaders") == {"rural_experience": "yes"}:
            found["extra_rural_experience"] = limit.get("least")
        elif limit.get("schools") == {"rural": "yes"}:
            found["extra_rural_schools"] = limit.get("least")
    for each in rules.get("each", ()):
        if each.get("leaders") == "owner":
            found["extra_owner_most"] = each.get("most")
    if isinstance(rules.get("minimum"), int):
        found["extra_minimum"] = rules["minimum"]
    if rules.get("small_schools"):
        found["extra_small_pupils"] = rules["small_schools"].get("pupils")
    for floor in rules.get("floors", ()):
        if not floor.get("schools"):
            found["extra_floor"] = floor.get("score")
    return {name: value for name, value in found.items() if value is not None}
