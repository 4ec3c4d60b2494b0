"""Schools: find one, read its page, and keep its data right."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import kept_filters
from service.blueprints.forms.schools import (
    DiagnosisForm,
    NeedForm,
    school_filters,
)
from service.blueprints.sheets import schools_sheet
from service.errors import InvalidInput, NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models.columns import local_today, utc_now
from service.operations import diagnoses
from service.permissions import Action, can, require
from service.queries.likeness import LikeSchools, compared_with
from service.queries.listing import Listing
from service.queries.own_partnerships import OwnPartnership, own_partnerships
from service.queries.own_school import OwnSchool, own_school_state, school_with_place
from service.queries.rankings import chosen_comparators
from service.queries.reach import place_of, territory_name
from service.queries.school_pages import SchoolFacts, own_school, school_facts
from service.queries.schools import find_school
from service.queries.schools_lists import (
    SchoolFilters,
    SchoolLine,
    all_school_lines,
    communes_in,
    school_lines,
)
from service.queries.search import FoundAnything, find_anything
from service.text import say
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("schools", __name__)
AREAS = ("both", "reading", "mathematics")


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list of schools shows."""

    filters: SchoolFilters
    query: dict[str, str]
    listing: Listing[SchoolLine]
    communes: list[tuple[int, str]]
    territory: str | None
    oversees: bool
    edits: bool


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """What a school's page shows."""

    facts: SchoolFacts
    likes: dict[str, LikeSchools]
    area: str
    this_year: int
    today: str
    need_values: dict[str, str]
    diagnosis_values: dict[str, str]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class MinePage:
    """What the first page of a head shows."""

    facts: SchoolFacts
    likes: dict[str, LikeSchools]
    own: OwnSchool
    together: tuple[OwnPartnership, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the search box found."""

    q: str
    found: FoundAnything


@bp.get("/establecimientos/")
@login_required
def index() -> ResponseReturnValue:
    """The list of schools."""
    session, actor = reading(), current_actor()
    filters = school_filters(actor)
    page = ListPage(
        filters=filters,
        query=kept_filters(SchoolFilters),
        listing=school_lines(session, filters, actor),
        communes=communes_in(session, filters, actor),
        territory=territory_name(session, actor),
        oversees=can(actor, Action.SEE_NEED),
        edits=can(actor, Action.EDIT_SCHOOL),
    )
    return render_template("schools/index.html", page=page)


@bp.get("/establecimientos/exportar.<kind>")
@login_required
def export(kind: str) -> ResponseReturnValue:
    """The same list, whole, as a file."""
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
    actor = current_actor()
    lines = all_school_lines(reading(), school_filters(actor), actor)
    return download(schools_sheet(lines, with_need=can(actor, Action.SEE_NEED)), kind)


@bp.get("/buscar")
@login_required
def search() -> ResponseReturnValue:
    """Schools, and leaders of the territory, by what was typed at the top of a page."""
    q = request.args.get("q", "").strip()[:200]
    found = find_anything(reading(), q, current_actor())
    if found.only_school is not None:
        return redirect(url_for("schools.show", code=found.only_school))
    return render_template("schools/search.html", page=SearchPage(q, found))


@bp.get("/mi-escuela")
@login_required
def mine() -> ResponseReturnValue:
    """First page of who works at a school: what is theirs to do, and how it stands."""
    session, actor = reading(), current_actor()
    mine = own_school(session, actor)
    school = None if mine is None else school_with_place(session, mine.id)
    if school is None:
        raise NotFound(say("Su cuenta no tiene una escuela. Pídala a la coordinación de su servicio local."))
    facts = school_facts(session, school, actor)
    page = MinePage(
        facts=facts,
        likes=_likes(facts, chosen_comparators(session, actor, school)),
        own=own_school_state(session, school, actor, local_today()),
        together=own_partnerships(session, actor, today=local_today(), now=utc_now()),
    )
    return render_template("schools/mine.html", page=page)


@bp.get("/establecimientos/<code>")
@login_required
def show(code: str) -> ResponseReturnValue:
    """The page of one school."""
    return _school_page(code)


@bp.post("/establecimientos/<code>/necesidades")
@login_required
def state_need(code: str) -> ResponseReturnValue:
    """Say where the school stands on an element."""
    actor = current_actor()
    require(actor, Action.VALIDATE_DIAGNOSIS, place_of(find_school(reading(), code)))
    try:
        form = NeedForm.from_request(local_today())
        with transaction() as session:
            diagnoses.state_need(
                session,
                code,
                year=form.year,
                element=form.element,
                level=form.level,
                note=form.note,
                actor=actor,
            )
    except InvalidInput as error:
        return _school_page(code, need_values=request.form.to_dict(), errors=error.fields), 422
    flash(_("La necesidad quedó registrada."))
    return redirect(url_for("schools.show", code=code) + "#necesidades")


@bp.post("/establecimientos/<code>/necesidades/<int:need_id>/quitar")
@login_required
def remove_need(code: str, need_id: int) -> ResponseReturnValue:
    """Take back what was said about an element."""
    with transaction() as session:
        diagnoses.remove_need(session, code, need_id, actor=current_actor())
    flash(_("La necesidad se quitó."))
    return redirect(url_for("schools.show", code=code) + "#necesidades")


@bp.post("/establecimientos/<code>/diagnostico")
@login_required
def validate_diagnosis(code: str) -> ResponseReturnValue:
    """Record that the diagnosis was gone through with the school."""
    actor = current_actor()
    require(actor, Action.VALIDATE_DIAGNOSIS, place_of(find_school(reading(), code)))
    try:
        form = DiagnosisForm.from_request(local_today())
        with transaction() as session:
            diagnoses.validate_diagnosis(
                session,
                code,
                validated_on=form.validated_on,
                validated_with=form.validated_with,
                objections=form.objections,
                actor=actor,
            )
    except InvalidInput as error:
        return _school_page(code, diagnosis_values=request.form.to_dict(), errors=error.fields), 422
    flash(_("El diagnóstico quedó validado con la escuela."))
    return redirect(url_for("schools.show", code=code) + "#diagnostico")


def _school_page(
    code: str,
    *,
    need_values: dict[str, str] | None = None,
    diagnosis_values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    session, actor = reading(), current_actor()
    facts = school_facts(session, find_school(session, code), actor)
    area = request.args.get("area", "both")
    today = local_today()
    page = SchoolPage(
        facts=facts,
        likes=_likes(facts, chosen_comparators(session, actor, facts.school)),
        area=area if area in AREAS else "both",
        this_year=today.year,
        today=today.isoformat(),
        need_values=need_values or {},
        diagnosis_values=diagnosis_values or {},
        errors=in_words(errors or {}),
    )
    return render_template("schools/show.html", page=page)


def _likes(facts: SchoolFacts, chosen: tuple[int, ...]) -> dict[str, LikeSchools]:
    session, code = reading(), facts.school.code
    found = {one.phase.value: compared_with(session, one.kept, code, chosen) for one in facts.evidence}
    return {phase: likes for phase, likes in found.items() if likes is not None and likes.schools}


def in_words(errors: dict[str, str]) -> dict[str, str]:
    """The faults of a form, in the language of its reader."""
    return {name: translated(sentence) for name, sentence in errors.items()}
