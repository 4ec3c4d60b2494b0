"""Matching runs: the list, the four steps of a new one, and running again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.forms.reader import kept
from service.blueprints.forms.run_rules import CHANGE_PRICES, EXTRA_LIMITS, shown_whole
from service.blueprints.forms.runs import (
    HIGHEST,
    LIMITS,
    LOWEST,
    RULES,
    RUN_ARGUMENTS,
    STEPS,
    SWITCHES,
    WHOLE,
    PlanForm,
    preset_names,
    read_plan,
    run_filters,
)
from service.blueprints.run_sheets import runs_sheet
from service.errors import Conflict, NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models import Run
from service.models.columns import local_today
from service.operations.matching import request_run
from service.operations.run_documents import score_weights
from service.operations.run_preview import Preview, codes_of_moves, preview
from service.operations.run_upkeep import stop_run
from service.permissions import Action, can, require
from service.queries.listing import Listing
from service.queries.named_schools import NamedSchool, named_schools
from service.queries.runs import (
    RunFilters,
    RunLine,
    all_run_lines,
    get_run,
    newest_run_of,
    result_years,
    run_lines,
    run_years,
    system_of,
    territories_of,
)
from service.queries.territories import Territory
from service.snapshots.run_options import RunOptions
from service.snapshots.run_plan import HelpPlan, NeedPlan, help_plan, need_plan
from service.systems import SYSTEMS, System
from service.text import say
from service.web import reading, transaction
from service.wording.preset import PRESET

INCENTIVES = 15
"""So many on each side whose other lists a run started here tries."""


@dataclass(frozen=True, slots=True)
class RunsPage:
    """What the list of runs shows."""

    filters: RunFilters
    query: dict[str, str]
    listing: Listing[RunLine]
    years: list[int]
    may_run: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the four steps of a new run show."""

    form: PlanForm
    territories: list[Territory]
    territory: Territory
    years: list[int]
    need: NeedPlan
    help: HelpPlan
    rules: dict[str, dict[str, Any]]
    rule: dict[str, Any]
    rule_names: tuple[str, ...]
    limits: tuple[int, int]
    numbers: list[str]
    numbers_said: dict[str, Any]
    number_limits: dict[str, tuple[float, float]]
    whole: tuple[str, ...]
    switches: tuple[str, ...]
    score_weights: dict[str, int]
    previous: Run | None
    step: int
    kept: dict[str, str]
    extra_limits: dict[str, tuple[float, float]]
    prices: tuple[str, ...]
    hidden_rules: bool
    base: int | None
    preview: Preview | None
    names: dict[int, NamedSchool]


@bp.get("/corridas")
@login_required
def runs() -> ResponseReturnValue:
    """The runs of the territory, the newest first."""
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_RUNS)
    filters = run_filters()
    page = RunsPage(
        filters=filters,
        query=kept(RUN_ARGUMENTS),
        listing=run_lines(session, filters, actor),
        years=run_years(session, actor),
        may_run=can(actor, Action.RUN_MATCHING),
    )
    return render_template("coordination/runs.html", page=page)


@bp.get("/corridas/exportar.<kind>")
@login_required
def runs_export(kind: str) -> ResponseReturnValue:
    """The list as a file."""
    actor = current_actor()
    require(actor, Action.SEE_RUNS)
    _known(kind)
    return download(runs_sheet(all_run_lines(reading(), run_filters(), actor)), kind)


@bp.get("/emparejar")
@login_required
def run_new() -> ResponseReturnValue:
    """The four steps; the address keeps what was chosen."""
    require(current_actor(), Action.RUN_MATCHING)
    return _plan_page(request.args, 200)


@bp.post("/emparejar")
@login_required
def run_create() -> ResponseReturnValue:
    """Start the run; or, asked to look first, come back to the page with what was chosen."""
    actor = current_actor()
    require(actor, Action.RUN_MATCHING)
    territory, system, years = _where(request.form)
    form = read_plan(request.form, territory=territory.text, years=years, system=system)
    previous = _previous(request.form)
    if form.errors:
        return _plan_page(request.form, 422)
    action = request.form.get("action", "start")
    if action != "start":
        step = step_of(request.form.get("paso")) + {"next": 1, "back": -1}.get(action, 0)
        again: dict[str, Any] = {} if previous is None else {"previous": previous.id}
        return redirect(url_for(".run_new", **form.address(), **again, paso=min(max(step, 1), 4)))
    if not years:
        raise Conflict(say("Todavía no hay resultados importados: sin ellos no se puede emparejar."))
    studied = replace(form.options, compare=True, incentives=INCENTIVES, recruiting=True)
    return _started(system, studied, previous)


@bp.post("/corridas/<int:run_id>/otra-vez")
@login_required
def run_again(run_id: int) -> ResponseReturnValue:
    """Run again with the same rules, and with the pairs locked and forbidden since."""
    run = get_run(reading(), run_id, actor=current_actor())
    options = replace(RunOptions(**run.options), compare=True, incentives=INCENTIVES, recruiting=True)
    return _started(SYSTEMS[run.system], options, run)


@bp.post("/corridas/<int:run_id>/detener")
@login_required
def run_stop(run_id: int) -> ResponseReturnValue:
    """Stop a run that has not ended."""
    actor = current_actor()
    with transaction() as session:
        stop_run(session, actor=actor, run=get_run(session, run_id, actor=actor))
    flash(_("La corrida se detuvo. No se guardó nada de ella."))
    return redirect(url_for(".runs"))


def _started(system: System, options: RunOptions, previous: Run | None) -> ResponseReturnValue:
    with transaction() as session:
        run = request_run(session, actor=current_actor(), system=system, options=options, previous=previous)
        target = url_for(".run_show", run_id=run.id)
    return redirect(target)


def _plan_page(values: Mapping[str, str], status: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    previous = _previous(values)
    if previous is not None and "rule_shown" not in values and "territory" not in values:
        values = {**_address_of(previous), **values}
    territory, system, years = _where(values)
    form = read_plan(values, territory=territory.text, years=years, system=system)
    step = _step_to_show(values, form)
    found = None
    if step == 4 and previous is not None and not form.errors:
        found = preview(session, get_run(session, previous.id, actor=actor, whole=True), form.options)
    page = PlanPage(
        form=form,
        territories=territories_of(session, actor),
        territory=territory,
        years=years,
        need=need_plan(session, system, territory, form.options, local_today()),
        help=help_plan(session, system, territory),
        rules={name: RunOptions(as_of=0, rule=name).need_rule().to_dict() for name in RULES},
        rule=form.options.need_rule().to_dict(),
        rule_names=RULES,
        limits=(LOWEST, HIGHEST),
        numbers=preset_names(),
        numbers_said=PRESET,
        number_limits=LIMITS,
        whole=WHOLE,
        switches=SWITCHES,
        score_weights=score_weights(),
        previous=previous,
        step=step,
        kept={name: value for name, value in form.sent().items() if name not in STEPS[step]},
        extra_limits=EXTRA_LIMITS,
        prices=tuple(CHANGE_PRICES),
        hidden_rules=previous is not None and not shown_whole(RunOptions(**previous.options)),
        base=newest_run_of(session, actor, territory.text, form.options.exploratory),
        preview=found,
        names={} if found is None else named_schools(session, system.code, codes_of_moves(found.moves)),
    )
    return render_template("coordination/run_new.html", page=page), status


def step_of(text: str | None) -> int:
    """The step that an address or a form names; the first where it names none."""
    return int(text) if text in ("1", "2", "3", "4") else 1


def _step_to_show(values: Mapping[str, str], form: PlanForm) -> int:
    """The step asked for, or the first one with a field that cannot be used."""
    wrong = [step for step, names in STEPS.items() if any(name in form.errors for name in names)]
    return wrong[0] if wrong else step_of(values.get("paso"))


def _where(values: Mapping[str, str]) -> tuple[Territory, System, list[int]]:
    """The territory asked for, if it is the actor's; its system, and the years with results."""
    session = reading()
    mine = territories_of(session, current_actor())
    if not mine:
        raise NotFound(say("Su cuenta no coordina ningún territorio."))
    asked = values.get("territory")
    territory = next((one for one in mine if one.text == asked), None if asked else mine[0])
    if territory is None:
        raise NotFound(say("Ese territorio no existe, o no es el suyo."), code="territory")
    system = SYSTEMS[system_of(session, territory)]
    return territory, system, result_years(session, system.tests.values())


def _previous(values: Mapping[str, str]) -> Run | None:
    number = str(values.get("previous", ""))
    if not number.isdecimal() or len(number) > 9:
        return None
    return get_run(reading(), int(number), actor=current_actor())


def _address_of(run: Run) -> dict[str, str]:
    """The choices of an earlier run as an address."""
    options = RunOptions(**run.options)
    threshold = round(100 * options.need_rule().threshold)
    form = PlanForm(options=options, threshold=threshold, preset={})
    return {name: str(value) for name, value in form.address().items()}


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
