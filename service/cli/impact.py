"""What support changed: difference-in-differences on any table, no database."""

from collections.abc import Iterator
from typing import Any

import click

from network.group_time import Control
from network.impact import Effect, Impact, difference_in_differences
from network.panels import Panel, make_panel
from network.tables import read_table
from network.two_by_two import ESTIMATORS
from service.cli.context import emit, json_option
from service.cli.groups import MingaGroup


@click.group(
    "impact",
    cls=MingaGroup,
    commands_at={
        "placebo": ("service.cli.placebo:placebo_command", "The effect found where nothing was given."),
        "programme": ("service.cli.programme:programme_command", "Both sides of the partnerships."),
    },
)
def impact_group() -> None:
    """Change against similar units that got no support."""


class SeveralCovariates(click.Command):
    """A command whose ``--covariates`` takes all words up to the next option, if the file stands first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-"):
            args = list(_one_by_one(args))
        return super().parse_args(ctx, args)


def _one_by_one(args: list[str]) -> Iterator[str]:
    """``--covariates a b`` as ``--covariates a --covariates b``."""
    taken = None
    for word in args:
        if word.startswith("-"):
            taken = 0 if word == "--covariates" else None
        elif taken is not None:
            if taken:
                yield "--covariates"
            taken += 1
        yield word


@impact_group.command("did", cls=SeveralCovariates)
@click.argument("path", metavar="FILE.csv")
@click.option("--unit", required=True, help="Column that names the unit, such as the school.")
@click.option("--time", required=True, help="Column of whole numbers, such as the year.")
@click.option("--cohort", required=True, help="Column: first treated time; 0 for a unit never treated.")
@click.option("--outcome", required=True, help="Column of numbers.")
@click.option(
    "--control",
    type=click.Choice([kind.value for kind in Control]),
    default=Control.NEVER.value,
    show_default=True,
    help="Compare with units never treated, or also with those treated later.",
)
@click.option("--covariates", multiple=True, help="Columns of numbers, one or several.")
@click.option("--method", type=click.Choice(sorted(ESTIMATORS)), default="dr", show_default=True)
@json_option
def did_command(
    path: str,
    unit: str,
    time: str,
    cohort: str,
    outcome: str,
    control: str,
    covariates: tuple[str, ...],
    method: str,
    as_json: bool,
) -> None:
    """Estimate what treatment changed, by cohort and time (Callaway and Sant'Anna 2021)."""
    table = read_table(path)
    panel = make_panel(
        table.filled(unit),
        table.whole_numbers(time),
        table.whole_numbers(cohort),
        table.numbers(outcome),
        [table.numbers(name) for name in covariates],
    )
    impact = difference_in_differences(panel, control=Control(control), method=method)
    for note in _notes(panel, impact):
        click.echo(f"minga: {note}", err=True)
    document = {
        "control": control,
        "method": method,
        "covariates": list(covariates),
        **_document(panel, impact),
    }
    emit(document, as_json, lambda: _sentence(impact))


def _document(panel: Panel, impact: Impact) -> dict[str, Any]:
    return {
        **_effect(impact.overall),
        "treated": impact.treated,
        "controls": impact.controls,
        "times": panel.times.tolist(),
        "group_time": [
            {"group": one.group, "time": one.time, **_effect(one.effect)} for one in impact.group_time
        ],
        "group": [{"group": group, **_effect(effect)} for group, effect in impact.group.items()],
        "group_overall": _effect(impact.group_overall),
        "dynamic": [{"event_time": event, **_effect(effect)} for event, effect in impact.dynamic.items()],
        "dynamic_overall": _effect(impact.dynamic_overall),
        "pretrend": {
            "statistic": impact.pretrend.statistic,
            "df": impact.pretrend.df,
            "p": impact.pretrend.p,
        },
        "left_out": {
            "incomplete": list(panel.incomplete),
            "already_treated": list(panel.already_treated),
            "without_controls": [{"group": group, "time": time} for group, time in impact.without_controls],
        },
        "small_cohorts": list(impact.small_cohorts),
    }


def _effect(effect: Effect) -> dict[str, float | None]:
    return {"att": effect.att, "se": effect.se, "lower": effect.lower, "upper": effect.upper}


def _notes(panel: Panel, impact: Impact) -> list[str]:
    """What a reader of the figures should know, a sentence each."""
    notes = []
    if panel.incomplete:
        notes.append(
            f"{len(panel.incomplete)} units lack an outcome or covariate at some time and are left out"
        )
    if panel.already_treated:
        notes.append(
            f"{len(panel.already_treated)} units were treated from the first time on and are left out"
        )
    if impact.without_controls:
        notes.append(
            f"{len(impact.without_controls)} cohorts and times have fewer than two controls: no effect given"
        )
    if impact.small_cohorts:
        small = ", ".join("never treated" if not cohort else str(cohort) for cohort in impact.small_cohorts)
        notes.append(f"few units in cohorts {small}: their figures lean on one or two units")
    return notes


def _sentence(impact: Impact) -> str:
    """The answer for people; its wording follows the interval."""
    overall, trend = impact.overall, impact.pretrend
    if overall.lower is None or overall.upper is None:
        verdict = f"The change is {_figure(overall.att)}, but nothing tells how uncertain it is."
    else:
        between = f"between {_figure(overall.lower)} and {_figure(overall.upper)} (95 %)"
        if overall.lower <= 0 <= overall.upper:
            verdict = f"We cannot tell yet: the effect lies {between}, so it may be none."
        else:
            verdict = f"Treated units changed by {_figure(overall.att)} more than the others, {between}."
    lines = [f"{verdict} {impact.treated} treated units, {impact.controls} never treated."]
    lines += [
        f"  {event:+d}: {_figure(effect.att)}" + ("" if effect.se is None else f" (se {_figure(effect.se)})")
        for event, effect in impact.dynamic.items()
    ]
    if trend.p is not None:
        said = (
            "moved apart before treatment already" if trend.p < 0.05 else "did not visibly move apart before"
        )
        lines.append(
            f"Before treatment: the cohorts {said} (Wald {_figure(trend.statistic)}, p {trend.p:.3f})."
        )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
