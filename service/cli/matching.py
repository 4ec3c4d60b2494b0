"""Commands that match, explain and publish."""

from typing import Any

import click

from matching.assignment import POLICIES
from matching.presets import PRESETS
from matching.weights import WeightKind
from service.cli.context import emit, json_option, open_context, progress_bar
from service.cli.options import (
    as_of_option,
    choose_system,
    choose_year,
    owners_option,
    system_option,
    territory_option,
)
from service.errors import InvalidInput
from service.models import Run
from service.models.columns import utc_now
from service.models.enums import RunState
from service.operations.matching import match, perform_or_wait, request_run
from service.operations.proposals import publication_of, publish
from service.operations.run_documents import input_document, packed, result_document
from service.operations.why import find_run, why
from service.permissions import OPERATOR
from service.queries.runs import get_run
from service.queries.schools import find_school
from service.queries.territories import parse_territory
from service.snapshots.matching import RunOptions


@click.command("match")
@territory_option
@as_of_option
@click.option("--rule", default="value_added", show_default=True, help="A need rule: minga need rules.")
@owners_option
@click.option(
    "--leaders", type=click.Choice(["designated", "suggested"]), default="designated", show_default=True
)
@click.option("--leaders-from", type=click.Choice(["all", "territory"]), default="all", show_default=True)
@click.option("--preset", type=click.Choice(sorted(PRESETS)), default="nle", show_default=True)
@click.option(
    "--weights", type=click.Choice([kind.value for kind in WeightKind]), default="learned", show_default=True
)
@click.option("--policy", type=click.Choice(POLICIES), default="total", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--dry-run", is_flag=True, help="Compute and print; keep nothing.")
@system_option
@json_option
def match_command(
    territory: str,
    as_of: int | None,
    rule: str,
    owners: str,
    leaders: str,
    leaders_from: str,
    preset: str,
    weights: str,
    policy: str,
    seed: int,
    dry_run: bool,
    system: str | None,
    as_json: bool,
) -> None:
    """Match the schools in need of a territory with leaders; nothing is published by running."""
    context = open_context()
    with context.database.reading() as session:
        place = parse_territory(session, territory)
        chosen = choose_system(session, system, place.system)
        options = RunOptions(
            territory=place.text,
            as_of=choose_year(session, chosen, as_of),
            rule=rule,
            owners=owners,
            leaders=leaders,
            leaders_from=leaders_from,
            preset=preset,
            weights=weights,
            policy=policy,
            seed=seed,
        )
    with progress_bar("minga match") as progress:
        if dry_run:
            with context.database.reading() as session:
                done = match(session, chosen, options, utc_now().date(), progress=progress)
            document = result_document(done.inputs, done.round, done.seconds)
            document["input_hash"] = packed(input_document(done.inputs, done.round))[1]
        else:
            with context.database.transaction() as session:
                run_id = request_run(session, actor=OPERATOR, system=chosen, options=options).id
            perform_or_wait(context.database, run_id, progress)
            with context.database.reading() as session:
                run = get_run(session, run_id, whole=True)
                if run.state is RunState.FAILED or run.result is None:
                    raise InvalidInput(run.failure or "", code="run_failed")
                document = run.result
    emit(document, as_json, lambda: match_text(document))


def match_text(document: dict[str, Any]) -> str:
    """A run in four lines."""
    by_urgency = ", ".join(f"{u}: {n}" for u, n in document["matched_by_urgency"].items())
    rule, preset = document["rule"]["name"], document["preset"]["name"]
    ending = (
        "Exploratory: it can never be published." if document["exploratory"] else "Nothing was published."
    )
    return "\n".join(
        [
            f"Run {document['run'] or '(not kept)'}: {document['matched']} of {document['schools']} schools "
            f"in need matched (urgency {by_urgency}); {document['leaders']} leaders, "
            f"{document['allowed_pairs']} allowed pairs.",
            f"Rule {rule}, preset {preset}, as of {document['as_of']}.",
            _proof(document),
            ending,
        ]
    )


def _proof(document: dict[str, Any]) -> str:
    """How good the answer is known to be; a stable one is judged by its blocking pairs."""
    if document["objective"] is None:
        return f"{document['status']}, {document['blocking_count']} blocking pairs."
    return f"{document['status']}, gap {document['gap']}, total {document['objective']['total']:.5f}."


@click.command("why")
@click.argument("school")
@click.argument("leader")
@click.option("--run", "number", type=int, help="The newest by default.")
@json_option
def why_command(school: str, leader: str, number: int | None, as_json: bool) -> None:
    """Tell why a school and a leader (by the number of the leader's school) were matched or not."""
    context = open_context()
    with context.database.reading() as session, progress_bar("minga why") as progress:
        asked, leading = find_school(session, school), find_school(session, leader)
        run = find_run(session, OPERATOR, number, asked)
        progress("rules", 0.2)
        answer = why(session, run=run, school=asked, leader_school=leading)
    emit(answer.to_dict(asked.system), as_json)


@click.command("publish")
@click.argument("number", metavar="RUN", type=int)
@click.option("--yes", is_flag=True, help="Publish; without it only what would be published is listed.")
@json_option
def publish_command(number: int, yes: bool, as_json: bool) -> None:
    """Publish the proposals of a run whose guards hold: diagnosis, consents, training."""
    context = open_context()
    if yes:
        with context.database.transaction() as session:
            document = publish(
                session, actor=OPERATOR, run=session.get(Run, number), today=utc_now().date()
            ).to_dict()
    else:
        with context.database.reading() as session:
            document = publication_of(session, actor=OPERATOR, run=session.get(Run, number)).to_dict()
    emit(document, as_json)
