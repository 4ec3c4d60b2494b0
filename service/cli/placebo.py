"""The effect found for schools that were given nothing: the check of the method on real results."""

from dataclasses import asdict

import click

from network.placebo import Placebo, Selection, placebo_effect
from service.cli.context import emit, json_option, open_context
from service.snapshots.histories import result_history
from service.systems import system_of_test

YEAR = click.IntRange(1900, 2200)


@click.command("placebo")
@click.option("--test", required=True, help="Test: 4b, 2m, ks2.")
@click.option("--year", type=YEAR, required=True, help="Schools are picked by their mean of this year.")
@click.option("--outcome-year", type=YEAR, required=True, help="The test in which the effect is looked for.")
@click.option("--share", type=click.FloatRange(0, 0.5, min_open=True), default=0.1, show_default=True)
@click.option(
    "--select", type=click.Choice([kind.value for kind in Selection]), default="lowest", show_default=True
)
@click.option("--seed", type=int, default=0, show_default=True, help="For --select random.")
@json_option
def placebo_command(
    test: str,
    year: int,
    outcome_year: int,
    share: float,
    select: str,
    seed: int,
    as_json: bool,
) -> None:
    """Pick schools by one year's result, treat none, and tell which effect the method finds."""
    system_of, _phase = system_of_test(test)
    with open_context().database.reading() as session:
        history = result_history(session, system_of, test)
    found = placebo_effect(
        history, year=year, outcome_year=outcome_year, share=share, select=Selection(select), seed=seed
    )
    document = {
        "test": test,
        "year": year,
        "outcome_year": outcome_year,
        "share": share,
        "select": select,
        **asdict(found),
    }
    emit(document, as_json, lambda: _sentence(found))


def _sentence(found: Placebo) -> str:
    verdict = "as it should" if found.lower <= 0 <= found.upper else "though nothing was given"
    holds = "holds no effect" if found.lower <= 0 <= found.upper else "holds an effect"
    return (
        f"{found.treated} schools picked, {found.controls} others. Naive change: {found.naive:+.1f} points. "
        f"Estimated effect: {found.att:+.1f}, between {found.lower:+.1f} and {found.upper:+.1f} (95 %): the "
        f"interval {holds}, {verdict}. Sampling error {found.sampling_se:.1f}, spread between "
        f"{found.pairs} other pairs of tests {found.spread:.1f}."
    )
