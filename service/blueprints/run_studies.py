"""Beside the pairs of a run: what a swap costs, whether it repeats, and where leaders are missing."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from service.blueprints.coordination import bp
from service.errors import Conflict
from service.login import current_actor
from service.models import Run
from service.models.enums import RunState
from service.operations.run_preview import codes_of_moves
from service.operations.stored_runs import Replay, place_prices, replay
from service.operations.swaps import Swaps, swaps_of
from service.permissions import Action, can
from service.queries.named_schools import NamedSchool, named_schools
from service.queries.run_recruiting import RecruitingContents, recruiting_of
from service.queries.runs import get_run, place_of_run
from service.queries.schools import find_school
from service.text import say
from service.web import reading


@dataclass(frozen=True, slots=True)
class SwapPage:
    """A school of a run, and what each other supporting school would cost."""

    run: Run
    school: NamedSchool
    found: Swaps
    names: dict[int, NamedSchool]
    may_mark: bool


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """A run repeated from what it kept."""

    run: Run
    found: Replay
    names: dict[int, NamedSchool]


@dataclass(frozen=True, slots=True)
class RecruitPage:
    """Where to look for leaders, from one run."""

    run: Run
    territory: str
    found: RecruitingContents
    may_run: bool


@bp.get("/corridas/<int:run_id>/cambiar")
@login_required
def run_swap(run_id: int) -> ResponseReturnValue:
    """What it costs to give one school another supporting school."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor, whole=True)
    school = find_school(session, f"{run.system}:{request.args.get('school', '')}")
    found = swaps_of(run, school)
    codes = {school.code, *(one.leader for one in found.others)}
    codes |= {found.present} if found.present is not None else set()
    for one in found.others:
        if one.change is not None:
            codes |= codes_of_moves(one.change.moves)
    names = named_schools(session, run.system, codes)
    page = SwapPage(
        run=run,
        school=names[school.code],
        found=found,
        names=names,
        may_mark=run.state is RunState.FINISHED
        and can(actor, Action.RUN_MATCHING, place_of_run(session, run)),
    )
    return render_template("coordination/run_swap.html", page=page)


@bp.get("/corridas/<int:run_id>/repetir")
@login_required
def run_replay(run_id: int) -> ResponseReturnValue:
    """Repeat a run from what it kept, and tell whether everything comes out again."""
    session = reading()
    run = get_run(session, run_id, actor=current_actor(), whole=True)
    found = replay(run)
    names = named_schools(session, run.system, codes_of_moves(found.differences))
    return render_template("coordination/run_replay.html", page=ReplayPage(run, found, names))


@bp.get("/corridas/<int:run_id>/donde-buscar-lideres")
@login_required
def run_recruit(run_id: int) -> ResponseReturnValue:
    """Where one more place, or more leaders, would match more schools."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor, whole=True)
    if run.result is None:
        raise Conflict(say("La corrida %(run)s no ha terminado; espere su resultado.", run=run.id))
    page = RecruitPage(
        run=run,
        territory=str(run.summary.get("territory_name") or run.territory),
        found=recruiting_of(session, run, place_prices(run)),
        may_run=can(actor, Action.RUN_MATCHING, place_of_run(session, run)),
    )
    return render_template("coordination/run_recruit.html", page=page)
