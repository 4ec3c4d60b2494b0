"""Leaders: who is designated, who could be, and their registration."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.leaders import LeaderForm, leader_filters
from service.blueprints.forms.reader import kept_filters
from service.blueprints.sheets import leaders_sheet, suggested_sheet
from service.errors import InvalidInput, NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models import Leader
from service.models.columns import local_today
from service.operations import leaders
from service.permissions import Action, can, require
from service.queries.leaders import (
    LeaderFilters,
    LeaderLine,
    SuggestedLine,
    all_leader_lines,
    all_suggested_lines,
    find_leader,
    leader_lines,
    suggested_lines,
)
from service.queries.listing import Listing
from service.queries.reach import territory_name
from service.queries.schools_lists import SchoolFilters, communes_in
from service.text import say
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("leaders", __name__, url_prefix="/lideres")


@dataclass(frozen=True, slots=True)
class LeadersPage:
    """What the two lists show; ``listing`` is that of the open tab."""

    filters: LeaderFilters
    query: dict[str, str]
    listing: Listing[LeaderLine] | Listing[SuggestedLine]
    communes: list[tuple[int, str]]
    territory: str | None
    edits: bool


@dataclass(frozen=True, slots=True)
class LeaderPage:
    """What the form of a leader shows."""

    leader: Leader | None
    values: Any
    languages: list[str]
    errors: dict[str, str]


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """The designated leaders of the territory."""
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_NEED)
    filters = leader_filters()
    return render_template("leaders/index.html", page=_page(filters, leader_lines(session, filters, actor)))


@bp.get("/quienes-podrian")
@login_required
def suggested() -> ResponseReturnValue:
    """The schools that meet the measurable criteria, with the evidence for each."""
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_NEED)
    filters = leader_filters()
    listing = suggested_lines(session, filters, actor)
    return render_template("leaders/suggested.html", page=_page(filters, listing))


@bp.get("/exportar.<kind>")
@login_required
def export(kind: str) -> ResponseReturnValue:
    """The list of leaders as a file."""
    actor = current_actor()
    require(actor, Action.SEE_NEED)
    lines = all_leader_lines(reading(), leader_filters(), actor)
    return download(leaders_sheet(lines, with_contact=can(actor, Action.EDIT_LEADER)), _kind(kind))


@bp.get("/quienes-podrian/exportar.<kind>")
@login_required
def export_suggested(kind: str) -> ResponseReturnValue:
    """The list of those who could lead as a file."""
    actor = current_actor()
    require(actor, Action.SEE_NEED)
    lines = all_suggested_lines(reading(), leader_filters(), actor)
    return download(suggested_sheet(lines), _kind(kind))


@bp.get("/nuevo")
@login_required
def new() -> ResponseReturnValue:
    """The form to register a leader."""
    require(current_actor(), Action.EDIT_LEADER)
    values = {"school": request.args.get("school", ""), "capacity": 1, "status": "applied"}
    return _form_page(None, values, ["es"], {})


@bp.post("/nuevo")
@login_required
def add() -> ResponseReturnValue:
    """Register a leader."""
    actor = current_actor()
    require(actor, Action.EDIT_LEADER)
    try:
        form = LeaderForm.from_request(local_today())
        with transaction() as session:
            leaders.register_leader(session, form.details, source=form.source, actor=actor)
    except InvalidInput as error:
        return _form_page(None, request.form, request.form.getlist("languages"), error.fields), 422
    flash(_("Quedó en la lista de líderes."))
    return redirect(url_for("leaders.index"))


@bp.get("/<int:leader_id>/editar")
@login_required
def edit(leader_id: int) -> ResponseReturnValue:
    """The form to correct a leader."""
    leader = find_leader(reading(), leader_id, actor=current_actor(), action=Action.EDIT_LEADER)
    return _form_page(leader, _values(leader), list(leader.languages), {})


@bp.post("/<int:leader_id>/editar")
@login_required
def correct(leader_id: int) -> ResponseReturnValue:
    """Correct what is known of a leader."""
    actor = current_actor()
    leader = find_leader(reading(), leader_id, actor=actor, action=Action.EDIT_LEADER)
    try:
        form = LeaderForm.from_request(local_today(), school=_key(leader))
        with transaction() as session:
            leaders.correct_leader(session, leader_id, form.details, source=form.source, actor=actor)
    except InvalidInput as error:
        leader = find_leader(reading(), leader_id, actor=actor, action=Action.EDIT_LEADER)
        return _form_page(leader, request.form, request.form.getlist("languages"), error.fields), 422
    flash(_("Los datos quedaron corregidos."))
    return redirect(url_for("leaders.index"))


def _page(filters: LeaderFilters, listing: Listing[LeaderLine] | Listing[SuggestedLine]) -> LeadersPage:
    session, actor = reading(), current_actor()
    return LeadersPage(
        filters=filters,
        query=kept_filters(LeaderFilters),
        listing=listing,
        communes=communes_in(session, SchoolFilters(territory="mine"), actor),
        territory=None if actor.everywhere else territory_name(session, actor),
        edits=can(actor, Action.EDIT_LEADER),
    )


def _form_page(leader: Leader | None, values: Any, languages: list[str], errors: dict[str, str]) -> str:
    page = LeaderPage(
        leader, values, languages, {name: translated(sentence) for name, sentence in errors.items()}
    )
    return render_template("leaders/edit.html", page=page)


def _key(leader: Leader) -> str:
    return f"{leader.school.system}:{leader.school.code}"


def _values(leader: Leader) -> dict[str, Any]:
    """A leader as the form's fields."""
    fields = ("in_post_since", "capacity", "max_km", "consent_on", "owner_consent_on", "trained_on", "source")
    values: dict[str, Any] = {name: getattr(leader, name) for name in fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    return {
        **values,
        **{f"element_{element}": level for element, level in leader.elements.items()},
        "name": leader.person.name,
        "email": leader.person.email or "",
        "school": _key(leader),
        "status": leader.status.value,
        "online": leader.online,
    }


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
    return kind
