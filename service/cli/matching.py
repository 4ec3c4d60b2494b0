"""Commands that match, explain and publish."""

from typing import Any

import click
from sqlalchemy.orm import Session

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
from service.cli.solving import read_document
from service.errors import Conflict, InvalidInput
from service.models import Run
from service.models.columns import local_today
from service.models.enums import MarkKind, RunState
from service.operations.matching import match, perform_or_wait, request_run
from service.operations.packing import packed
from service.operations.proposals import publication_of, publish
from service.operations.run_documents import input_document, result_document
from service.operations.run_marks import marks_of
from service.operations.stored_runs import replay
from service.operations.why import find_run, why
from service.permissions import OPERATOR
from service.queries.runs import DONE, get_run
from service.queries.schools import find_school
from service.queries.territories import parse_territory
from service.snapshots.run_options import WAITED, RunOptions
from service.systems import System
from service.text import say


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
@click.option("--previous", type=int, help="A run to start from: with its marks, and what it proposed.")
@click.option(
    "--change-price",
    type=click.FloatRange(0, 1e6),
    default=0.0,
    show_default=True,
    help="In scores, for each pair of the previous run that is not proposed again.",
)
@click.option(
    "--waited",
    type=click.Choice(WAITED),
    default=WAITED[0],
    show_default=True,
    help="Which rounds count for those left without: published ones, the previous run too, or none.",
)
@click.option(
    "--lottery", type=click.IntRange(0, 2**31 - 1), help="Draw lots among near-equals with this seed."
)
@click.option(
    "--lottery-width",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.01,
    show_default=True,
    help="Scores that round to the same multiple of this are near-equal.",
)
@click.option("--rules", "rules_file", metavar="FILE.json", help="Extra rules; see docs/commands.md.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), help="Seconds of the solve.")
@click.option("--compare", "comparing", is_flag=True, help="Every policy beside the others.")
@click.option(
    "--incentives",
    type=click.IntRange(0, 200),
    default=0,
    show_default=True,
    help="Try untrue lists of so many on each side, and count whom they pay.",
)
@click.option("--recruiting", is_flag=True, help="Where more leaders would match more schools.")
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
    previous: int | None,
    change_price: float,
    waited: str,
    lottery: int | None,
    lottery_width: float,
    rules_file: str | None,
    time_limit: float | None,
    comparing: bool,
    incentives: int,
    recruiting: bool,
    dry_run: bool,
    system: str | None,
    as_json: bool,
) -> None:
    """Match the schools in need of a territory with leaders; nothing is published by running."""
    if change_price and previous is None:
        raise click.UsageError("--change-price needs --previous RUN: what has no past cannot change.")
    if waited == "previous" and previous is None:
        raise click.UsageError("--waited previous needs --previous RUN.")
    extra_rules = {} if rules_file is None else read_document(rules_file)
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
            change_price=change_price,
            waited=waited,
            lottery_seed=lottery,
            lottery_width=lottery_width,
            extra_rules=extra_rules,
            time_limit=time_limit,
            compare=comparing,
            incentives=incentives,
            recruiting=recruiting,
        )
    with progress_bar("minga match") as progress:
        if dry_run:
            with context.database.reading() as session:
                before = None if previous is None else _before(session, previous, chosen)
                marks = {} if before is None else marks_of(session, before)
                done = match(
                    session,
                    chosen,
                    options,
                    local_today(),
                    locked=marks.get(MarkKind.LOCK, ()),
                    forbidden=marks.get(MarkKind.FORBID, ()),
                    previous_id=previous,
                    progress=progress,
                )
            document = result_document(done)
            document["input_hash"] = packed(input_document(done))[1]
        else:
            with context.database.transaction() as session:
                before = None if previous is None else _before(session, previous, chosen)
                run_id = request_run(
                    session, actor=OPERATOR, system=chosen, options=options, previous=before
                ).id
            perform_or_wait(context.database, run_id, progress)
            with context.database.reading() as session:
                run = get_run(session, run_id, whole=True)
                if run.state is RunState.FAILED or run.result is None:
                    raise InvalidInput(run.failure or "", code="run_failed")
                document = run.result
    emit(document, as_json, lambda: match_text(document))


def _before(session: Session, number: int, system: System) -> Run:
    """The run to start from.

    Raises
    ------
    NotFound
        There is none.
    InvalidInput
        It is of another country.
    Conflict
        It has not finished.
    """
    run = get_run(session, number)
    if run.system != system.code:
        raise InvalidInput(say("La corrida %(run)s es de otro país.", run=number), code="previous")
    if run.state not in DONE:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=number), code="not_finished")
    return run


def match_text(document: dict[str, Any]) -> str:
    """A run in four lines."""
    by_urgency = ", ".join(f"{u}: {n}" for u, n in document["matched_by_urgency"].items())
    rule, preset = document["rule"]["name"], document["preset"]["name"]
    ending = (
        "Exploratory: it can never be published." if document["exploratory"] else "Nothing was published."
    )
    beside = [*_comparison_text(document), *_infeasible_text(document)]
    return "\n".join(
        [
            f"Run {document['run'] or '(not kept)'}: {document['matched']} of {document['schools']} schools "
            f"in need matched (urgency {by_urgency}); {document['leaders']} leaders, "
            f"{document['allowed_pairs']} allowed pairs.",
            f"Rule {rule}, preset {preset}, as of {document['as_of']}.",
            _proof(document),
            *beside,
            ending,
        ]
    )


def _comparison_text(document: dict[str, Any]) -> list[str]:
    """A line for each policy compared."""
    policies = (document["comparison"] or {}).get("policies", {})
    return [
        f"{name}: {one['matched']} matched, total {one['total']:.5f}, worst "
        f"{'none' if one['worst'] is None else format(one['worst'], '.5f')}, "
        f"{one['blocking_count']} blocking pairs."
        for name, one in policies.items()
    ]


def _infeasible_text(document: dict[str, Any]) -> list[str]:
    """The rules that would have to give way."""
    return [
        f"Would have to give way: {one['rule']} (asked {one['asked']}, enough {one['enough']})."
        for one in document["infeasible"]
    ]


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


@click.command("replay")
@click.argument("number", metavar="RUN", type=int)
@json_option
def replay_command(number: int, as_json: bool) -> None:
    """Repeat a past run from the inputs stored with it, and tell whether everything comes out again."""
    context = open_context()
    with context.database.reading() as session:
        run = get_run(session, number, whole=True)
        found, system = replay(run), run.system
    emit(found.to_dict(system), as_json)
    if not found.equal:
        raise Conflict(say("La corrida %(run)s no se repite igual.", run=number), code="not_equal")


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
                session, actor=OPERATOR, run=session.get(Run, number), today=local_today()
            ).to_dict()
    else:
        with context.database.reading() as session:
            document = publication_of(session, actor=OPERATOR, run=session.get(Run, number)).to_dict()
    emit(document, as_json)
