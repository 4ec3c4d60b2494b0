"""What the partnerships changed, on both sides."""

from typing import Any

import click

from service.cli.context import emit, json_option, open_context
from service.cli.options import territory_option
from service.models.states import Side
from service.queries.territories import parse_territory, school_codes_in
from service.snapshots.histories import result_history
from service.snapshots.programme_evidence import programme_document
from service.systems import system_of_test


@click.command("programme")
@territory_option
@click.option("--test", default="4b", show_default=True, help="Test: 4b, 2m, ks2.")
@json_option
def programme_command(territory: str, test: str, as_json: bool) -> None:
    """Estimate what partnerships changed, for supported and supporting schools."""
    system, _phase = system_of_test(test)
    with open_context().database.reading() as session:
        history = result_history(session, system, test)
        where = parse_territory(session, territory)
        codes = None if territory == "all" else school_codes_in(session, where, system.code)
        found = programme_document(session, system, history, codes)
    document: dict[str, Any] = {"territory": territory, "test": test, **found}
    emit(
        document,
        as_json,
        lambda: "\n".join(f"{side.value}: {_sentence(document[side.value])}" for side in Side),
    )


def _sentence(side: dict[str, Any]) -> str:
    if side["overall"] is None:
        return str(side["refusal"])
    overall = side["overall"]
    between = f"between {overall['lower']:+.1f} and {overall['upper']:+.1f} points (95 %)"
    schools = f"{overall['schools']} schools, {side['controls']} for comparison"
    if overall["lower"] <= 0 <= overall["upper"]:
        return f"we cannot tell yet: the change lies {between}; {schools}"
    return f"{overall['att']:+.1f} points more than similar schools, {between}; {schools}"
