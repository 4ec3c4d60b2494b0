"""The addresses of the lists of runs, and the four steps of a new run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.blueprints.forms.run_rules import EXTRA_LIMITS, choice_fields, read_choice
from service.errors import InvalidInput
from service.models.enums import Phase, RunState
from service.queries.listing import MAXIMUM_PAGE
from service.queries.run_lists import PAIR_SORTS, PairFilters
from service.queries.runs import RunFilters
from service.snapshots.run_options import RunOptions
from service.systems import System
from service.text import say
from service.wording.preset import PRESET

RULES = (
    "value_added",
    "standard_30_reading",
    "standard_30_mathematics",
    "ofip_34_reading",
    "ofip_34_mathematics",
)
CHOICES: dict[str, tuple[str, ...]] = {
    "owners": ("public", "all"),
    "leaders": ("designated", "suggested"),
    "leaders_from": ("all", "territory"),
    "weights": ("learned", "expert", "equal"),
}
LOWEST, HIGHEST = 5, 60
"""Per cent between which the threshold of the rule moves."""
LIMITS: dict[str, tuple[float, float]] = {
    "min_years_in_post": (0, 40),
    "suggested_capacity": (1, 5),
    "min_probability_better": (0, 1),
    "min_gap": (0, 60),
    "min_probability_above_zero": (0, 1),
    "min_tests": (1, 3),
    "like_percentile": (1, 100),
    "max_ses_difference": (0, 4),
    "min_coverage": (0, 1),
    "max_km": (0, 5000),
    "max_minutes": (0, 1440),
    "rival_km": (0, 50),
    "decline_months": (0, 60),
}
WHOLE = ("suggested_capacity", "min_tests", "decline_months")
RUN_ARGUMENTS = ("state", "year", "type")
PAIR_ARGUMENTS = ("view", "q", "phase", "urgency", "moved", "sort", "direction")
SWITCHES = ("same_rurality", "same_owner_bars")
STEPS: dict[int, tuple[str, ...]] = {
    1: ("territory", "as_of", "rule", "threshold", "owners"),
    2: ("leaders", "leaders_from"),
    3: (
        "weights",
        "policy",
        "waited",
        "change",
        "lottery",
        "lottery_seed",
        "minutes",
        *(f"preset_{name}" for name in (*LIMITS, *SWITCHES)),
        *EXTRA_LIMITS,
    ),
    4: (),
}
"""The fields of each step of a new run."""


def run_filters() -> RunFilters:
    """Read the address of the list of runs."""
    reader = FieldReader(request.args)
    return RunFilters(
        state=reader.choice("state", RunState, required=False),
        year=reader.whole("year", low=1990, high=2100, required=False),
        kind=reader.one_of("type", ("real", "exploratory")),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


def pair_filters(values: Mapping[str, str] | None = None) -> PairFilters:
    """Read which part of a run is looked at."""
    reader = FieldReader(request.args if values is None else values)
    return PairFilters(
        view=reader.one_of("view", ("pairs", "without", "compare", "method"), "pairs"),
        q=reader.text("q", required=False)[:200],
        phase=reader.choice("phase", Phase, required=False),
        urgency=reader.whole("urgency", low=1, high=3, required=False),
        moved=reader.flag("moved"),
        sort=reader.one_of("sort", PAIR_SORTS, "urgency"),
        direction=reader.one_of("direction", ("asc", "desc"), "asc"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """What was chosen for a new run, as options and as the fields show it.

    ``errors`` has a sentence for each field that cannot be used; its value is then the default.
    """

    options: RunOptions
    threshold: int
    preset: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def choice(self) -> dict[str, Any]:
        """The values of the fields that say how to choose; empty where nothing is asked."""
        return choice_fields(self.options)

    def sent(self) -> dict[str, str]:
        """Every field of the form by name, so that a step keeps what the others hold."""
        options = self.options
        values: dict[str, Any] = {
            "territory": options.territory,
            "as_of": options.as_of,
            "rule": options.rule,
            "threshold": self.threshold,
        }
        values |= {name: getattr(options, name) for name in CHOICES}
        values |= {
            f"preset_{name}": ("yes" if value else "no") if isinstance(value, bool) else value
            for name, value in self.preset.items()
        }
        return {name: str(value) for name, value in (values | self.choice).items()}

    def address(self) -> dict[str, Any]:
        """The arguments that bring back this form; what stands as published is left out."""
        options = self.options
        plain = RunOptions(as_of=options.as_of)
        chosen: dict[str, Any] = {"territory": options.territory, "as_of": options.as_of}
        for name in ("rule", *CHOICES):
            if getattr(options, name) != getattr(plain, name):
                chosen[name] = getattr(options, name)
        if "threshold" in options.rule_changes:
            chosen["threshold"] = self.threshold
        for name, value in options.preset_changes.items():
            chosen[f"preset_{name}"] = ("yes" if value else "no") if isinstance(value, bool) else value
        return chosen | {name: value for name, value in self.choice.items() if value not in ("", None)}


def read_plan(values: Mapping[str, str], *, territory: str, years: Sequence[int], system: System) -> PlanForm:
    """Read the four steps from an address or from what was sent.

    Parameters
    ----------
    values : mapping of str to str
    territory : str
        Where the run looks, already known to be the actor's.
    years : sequence of int
        Years to choose from, the newest first; the newest is the default.
    """
    reader = FieldReader(values)
    asked = reader.whole("as_of", low=1990, high=2100, required=False)
    chosen: dict[str, Any] = {name: reader.one_of(name, known, known[0]) for name, known in CHOICES.items()}
    rule = reader.one_of("rule", RULES, RULES[0])
    options = RunOptions(
        territory=territory,
        as_of=asked if asked is not None and asked in years else max(years, default=0),
        rule=rule,
        **chosen,
    )
    published = round(100 * options.need_rule().threshold)
    threshold = reader.whole("threshold", low=LOWEST, high=HIGHEST, required=False)
    # another rule was chosen: its own line holds, not the one the slider stood on
    if threshold is None or values.get("rule_shown", rule) != rule:
        threshold = published
    plain = options.rules(system).as_dict()
    preset = {name: _number(reader, name, plain[name]) for name in LIMITS}
    preset |= {name: _switch(values, name, plain[name]) for name in SWITCHES}
    if preset["min_tests"] > plain["tests_window"]:
        reader.refuse("preset_min_tests", say("No puede pedir más pruebas de las que se miran."))
    rule_changes = {} if threshold == published else {"threshold": threshold / 100}
    choice = read_choice(reader)
    changed = {name: value for name, value in preset.items() if value != plain[name]}
    chosen_options = RunOptions(
        **{**options.to_dict(), **choice, "rule_changes": rule_changes, "preset_changes": changed}
    )
    try:
        chosen_options.check()
    except InvalidInput as error:
        reader.errors.setdefault(error.code, error.message)
    return PlanForm(
        options=chosen_options,
        threshold=threshold,
        preset=preset,
        errors=reader.errors,
    )


def preset_names() -> list[str]:
    """The numbers that can be set, in the order of the form."""
    return [name for name in PRESET if name in LIMITS]


def _number(reader: FieldReader, name: str, published: Any) -> Any:
    key = f"preset_{name}"
    if not reader.values.get(key):
        return published
    low, high = LIMITS[name]
    if name in WHOLE:
        value: Any = reader.whole(key, low=int(low), high=int(high))
    else:
        value = reader.decimal(key, low=low, high=high)
    return published if value is None else value


def _switch(values: Mapping[str, str], name: str, published: bool) -> bool:
    """A box of the form; in an address, ``yes`` or ``no``, and as published where it is not named."""
    key = f"preset_{name}"
    if "rule_shown" in values:
        return values.get(key) == "yes"
    return {"yes": True, "no": False}.get(values.get(key, ""), published)
