"""One matching run: its progress, its pairs, "why not?", its marks, and publishing."""

from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.forms.reader import kept
from service.blueprints.forms.runs import PAIR_ARGUMENTS, pair_filters
from service.blueprints.run_sheets import pairs_sheet, without_sheet
from service.errors import Conflict, NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models import Run
from service.models.enums import MarkKind, RunState
from service.operations.run_documents import score_weights
from service.operations.run_marks import mark_pair
from service.operations.why import Why, why
from service.permissions import Action, can
from service.queries.listing import Listing
from service.queries.named_schools import NamedSchool, named_schools, schools_called
from service.queries.run_comparison import ComparisonContents, comparison_of
from service.queries.run_lists import PairFilters, narrowed_pairs, narrowed_without, one_page
from service.queries.run_pages import MarkLine, Moved, run_contents
from service.queries.runs import asked_by, drafts_of, get_run, place_of_run
from service.queries.schools import find_school
from service.text import say
from service.web import reading, transaction

WAITING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class RunPage:
    """What the page of one run shows."""

    run: Run
    territory: str
    asked_by: str | None
    filters: PairFilters
    query: dict[str, str]
    listing: Listing[Any] | None
    pairs: int
    without: int
    phases: list[Any]
    marks: tuple[MarkLine, ...]
    moved: Moved | None
    blocking: tuple[tuple[NamedSchool, NamedSchool], ...]
    comparison: ComparisonContents | None
    broken: dict[int, str]
    weights: dict[str, int]
    may_run: bool
    may_publish: bool
    drafts: int


@dataclass(frozen=True, slots=True)
class WhyPage:
    """What "why not?" shows: the two schools asked for, or those that the words may mean."""

    run: Run
    territory: str
    asked_school: str
    asked_leader: str
    school: NamedSchool | None
    leader: NamedSchool | None
    school_choices: list[NamedSchool]
    leader_choices: list[NamedSchool]
    answer: Why | None
    reasons: list[dict[str, Any]]
    names: dict[int, NamedSchool]
    may_run: bool


@bp.get("/corridas/<int:run_id>")
@login_required
def run_show(run_id: int) -> ResponseReturnValue:
    """A run: how far it is, why it failed, or what it found."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor, whole=True)
    filters = pair_filters()
    place = place_of_run(session, run)
    shown: dict[str, Any] = {
        "listing": None,
        "pairs": 0,
        "without": 0,
        "phases": [],
        "marks": (),
        "moved": None,
        "blocking": (),
        "comparison": None,
        "broken": {},
    }
    if run.result is not None:
        contents = run_contents(session, run)
        if filters.view == "without":
            listing = one_page(narrowed_without(contents.without, filters), filters.page)
        else:
            listing = one_page(narrowed_pairs(contents.pairs, filters), filters.page)
        shown = {
            "listing": listing,
            "pairs": len(contents.pairs),
            "without": len(contents.without),
            "phases": sorted({line.phase for line in contents.pairs}),
            "marks": contents.marks,
            "moved": contents.moved,
            "blocking": contents.blocking,
            "comparison": comparison_of(session, run) if filters.view == "compare" else None,
            "broken": {
                code: one.name
                for code, one in named_schools(session, run.system, _codes_of_rules(run.result)).items()
            },
        }
    page = RunPage(
        run=run,
        territory=territory_of_run(run),
        asked_by=asked_by(session, run),
        filters=filters,
        query=kept(PAIR_ARGUMENTS),
        weights=score_weights(),
        may_run=can(actor, Action.RUN_MATCHING, place),
        may_publish=can(actor, Action.PUBLISH, place),
        drafts=drafts_of(session, run),
        **shown,
    )
    return render_template("coordination/run_show.html", page=page)


@bp.get("/corridas/<int:run_id>/avance")
@login_required
def run_progress(run_id: int) -> ResponseReturnValue:
    """How far a run is, for the page that waits; once it has ended, the way to its page."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor)
    may_run = can(actor, Action.RUN_MATCHING, place_of_run(session, run))
    response = make_response(render_template("coordination/_run_progress.html", run=run, may_run=may_run))
    if run.state not in WAITING:
        response.headers["HX-Redirect"] = url_for(".run_show", run_id=run.id)
    return response


@bp.get("/corridas/<int:run_id>/exportar.<kind>")
@login_required
def run_export(run_id: int, kind: str) -> ResponseReturnValue:
    """The table looked at, as a file."""
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
    session = reading()
    run = get_run(session, run_id, actor=current_actor(), whole=True)
    filters, contents = pair_filters(), run_contents(session, run)
    if filters.view == "without":
        return download(without_sheet(run, narrowed_without(contents.without, filters)), kind)
    return download(pairs_sheet(run, narrowed_pairs(contents.pairs, filters)), kind)


@bp.post("/corridas/<int:run_id>/marcas")
@login_required
def run_mark(run_id: int) -> ResponseReturnValue:
    """Lock or forbid a pair for the next run, or take the mark away."""
    actor, sent = current_actor(), request.form
    wanted = sent.get("kind", "")
    if wanted not in ("lock", "forbid", "none"):
        raise NotFound(say("No se entiende qué hacer con el par."))
    kind = None if wanted == "none" else MarkKind(wanted)
    with transaction() as session:
        run = get_run(session, run_id, actor=actor)
        school = find_school(session, f"{run.system}:{sent.get('school', '')}")
        leader = find_school(session, f"{run.system}:{sent.get('leader', '')}")
        mark_pair(
            session,
            actor=actor,
            run=run,
            school=school,
            leader_school=leader,
            kind=kind,
            note=sent.get("note", "").strip()[:500] or None,
        )
    said = {
        "lock": _("Par fijado: valdrá al volver a emparejar."),
        "forbid": _("Par descartado: valdrá al volver a emparejar."),
        "none": _("Se quitó la marca."),
    }
    flash(said[wanted])
    filters = pair_filters(sent)
    looked_at = {"view": filters.view, "q": filters.q, "page": filters.page}
    arguments: dict[str, Any] = {
        key: value for key, value in looked_at.items() if value and value not in ("pairs", 1)
    }
    return redirect(url_for(".run_show", run_id=run_id, **arguments, _anchor="marcas"))


@bp.get("/corridas/<int:run_id>/por-que")
@login_required
def run_why(run_id: int) -> ResponseReturnValue:
    """Why two schools were matched, or not."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor, whole=True)
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado; espere su resultado.", run=run.id))
    asked_school, asked_leader = (request.args.get(key, "").strip()[:200] for key in ("school", "leader"))
    schools = schools_called(session, run.system, asked_school) if asked_school else []
    leaders = schools_called(session, run.system, asked_leader) if asked_leader else []
    school = schools[0] if len(schools) == 1 else None
    leader = leaders[0] if len(leaders) == 1 else None
    answer, names = None, {}
    if school is not None and leader is not None:
        answer = why(
            session,
            run=run,
            school=find_school(session, school.key),
            leader_school=find_school(session, leader.key),
        )
        names = named_schools(session, run.system, _codes_of(answer))
    page = WhyPage(
        run=run,
        territory=territory_of_run(run),
        asked_school=asked_school,
        asked_leader=asked_leader,
        school=school,
        leader=leader,
        school_choices=schools,
        leader_choices=leaders,
        answer=answer,
        reasons=[] if answer is None else answer.to_dict(run.system)["reasons"],
        names=names,
        may_run=can(actor, Action.RUN_MATCHING, place_of_run(session, run)),
    )
    return render_template("coordination/run_why.html", page=page)


def territory_of_run(run: Run) -> str:
    """The name of the territory of a run, as it was called then."""
    return str(run.summary.get("territory_name") or run.territory)


def _codes_of_rules(result: dict[str, Any]) -> set[int]:
    """Schools and leaders that the rules of an infeasible run name."""
    codes: set[int] = set()
    for one in result.get("infeasible", ()):
        codes |= {int(code) for code in one["schools"]} if one["kind"] == "together" else set()
        codes |= {int(one["leader"])} if "leader" in one else set()
    return codes


def _codes_of(answer: Why) -> set[int]:
    cost = answer.cost or {}
    codes = {*cost.get("taken_by", ()), *cost.get("loses_place", ())}
    for move in cost.get("moves", ()):
        codes |= {one for one in (move["school"], move["before"], move["after"]) if one is not None}
    return codes
