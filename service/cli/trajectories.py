"""How results move over years, and whether a rise lasted: from files, no database."""

from collections import Counter
from typing import Any

import click

from network.clusters import Mobility, disagreements, mobility
from network.level_tables import level_pairs
from network.published_tables import published_table
from network.result_tables import supported_series
from network.sustained import Judged, Rule, Verdict, judge
from network.tables import read_table
from service.cli.context import emit, json_option
from service.cli.options import territory_option
from service.cli.windows import windows_document, windows_text
from service.errors import InvalidInput


@click.group("trajectories")
def trajectories_group() -> None:
    """How results move over years, and whether a rise lasted."""


@trajectories_group.command("mobility")
@click.option("--pairs", metavar="FILE.csv", help="Columns unit, start, end: a level at two times.")
@click.option("--table", metavar="FILE.csv", help="A printed table of moves: a row a start, a column an end.")
@click.option("--total", type=click.IntRange(min=0), help="Units that the source of --table prints.")
@click.option("--from", "first", metavar="Y1-Y2", help="First window of years, of the results kept.")
@click.option("--to", "last", metavar="Y1-Y2", help="Second window.")
@click.option("--test", help="Test of the two windows: 4b, 2m, ks2.")
@click.option("--recipe", metavar="FILE.json", help="Another recipe of the index than Minga's.")
@territory_option
@json_option
def mobility_command(
    pairs: str | None,
    table: str | None,
    total: int | None,
    first: str | None,
    last: str | None,
    test: str | None,
    recipe: str | None,
    territory: str,
    as_json: bool,
) -> None:
    """Count who rose, stayed and fell between two times."""
    windows = (first, last, test)
    if sum([pairs is not None, table is not None, any(one is not None for one in windows)]) != 1:
        raise InvalidInput("give one of --pairs, --table, or --from with --to and --test")
    if total is not None and table is None:
        raise InvalidInput("--total belongs to --table")
    if first is not None or last is not None or test is not None:
        if first is None or last is None or test is None:
            raise InvalidInput("--from, --to and --test belong together")
        document = windows_document(first, last, test, recipe, territory)
        emit(document, as_json, lambda: windows_text(document))
        return
    if recipe is not None or territory != "all":
        raise InvalidInput("--recipe and --territory belong to --from, --to and --test")
    document = {}
    if pairs is not None:
        levels = level_pairs(read_table(pairs))
        found = mobility(levels.start, levels.end)
        document["missing"] = list(levels.missing)
        if levels.missing:
            click.echo(
                f"minga: {len(levels.missing)} units lack a start or an end and are not counted", err=True
            )
    else:
        printed = published_table(read_table(str(table)), total)
        found = mobility(*printed.pairs())
        faults = disagreements(printed)
        for fault in faults:
            said = f"the cells add to {fault.added}, printed is {fault.printed}"
            click.echo(f"minga: {fault.where}: {said}", err=True)
        document["disagreements"] = [
            {"where": fault.where, "added": fault.added, "printed": fault.printed} for fault in faults
        ]
    emit({**_mobility_document(found), **document}, as_json, lambda: _mobility_text(found))


@trajectories_group.command("sustained")
@click.option(
    "--file",
    "path",
    required=True,
    metavar="FILE.csv",
    help="Columns unit, year, subject, score, start, end.",
)
@click.option("--rise", type=float, default=10.0, show_default=True, help="Points both subjects must pass.")
@click.option("--fall", type=float, default=5.0, show_default=True, help="Points a lasting rise may lose.")
@click.option(
    "--near", type=float, default=5.0, show_default=True, help="Points that are near the level before."
)
@json_option
def sustained_command(path: str, rise: float, fall: float, near: float, as_json: bool) -> None:
    """Tell of each supported unit whether its rise lasted three years."""
    rule = Rule(rise=rise, fall=fall, near=near)
    judged = [judge(series, rule) for series in supported_series(read_table(path))]
    counts = Counter(one.verdict for one in judged)
    document = {
        "rise": rule.rise,
        "fall": rule.fall,
        "near": rule.near,
        "counts": {verdict.value: counts[verdict] for verdict in Verdict},
        "verdicts": [_verdict_document(one) for one in judged],
    }
    emit(document, as_json, lambda: "\n".join(_verdict_line(one) for one in judged))


def _mobility_document(found: Mobility) -> dict[str, Any]:
    return {
        "n": found.n,
        "up": found.up,
        "same": found.same,
        "down": found.down,
        "up_share": found.up_share,
        "same_share": found.same_share,
        "down_share": found.down_share,
        "matrix": [list(row) for row in found.matrix],
        "labels": [_label(label) for label in found.labels],
    }


def _label(level: float) -> float | int:
    return int(level) if level == int(level) else level


def _mobility_text(found: Mobility) -> str:
    """The matrix with its sum in words."""
    width = max(len(str(found.n)), *(len(f"{label:g}") for label in found.labels)) + 2
    lines = ["".join(["".rjust(width), *(f"{label:g}".rjust(width) for label in found.labels)])]
    for label, row in zip(found.labels, found.matrix, strict=True):
        lines.append("".join([f"{label:g}".rjust(width), *(str(count).rjust(width) for count in row)]))
    shares = f"{found.up_share:.1%} rose, {found.same_share:.1%} stayed, {found.down_share:.1%} fell"
    return "\n".join([*lines, f"Of {found.n} units {shares}."])


def _verdict_document(one: Judged) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "verdict": one.verdict.value,
        "before_year": one.before_year,
        "end_year": one.end_year,
        "after_years": list(one.after_years),
        "subjects": [
            {
                "subject": part.subject,
                "before": part.before,
                "at_end": part.at_end,
                "rise": part.rise,
                "after": list(part.after),
                "greatest_fall": part.greatest_fall,
                "above_before": part.above_before,
            }
            for part in one.subjects
        ],
        "missing": list(one.missing),
    }


def _verdict_line(one: Judged) -> str:
    if one.missing:
        return f"{one.unit}: {one.verdict.value}; missing: {', '.join(one.missing)}"
    parts = [f"{part.subject} {part.rise:+g}, then {part.above_before:+g}" for part in one.subjects]
    return f"{one.unit}: {one.verdict.value} ({'; '.join(parts)} against {one.before_year})"
