"""Keeping a school's data right: add one, correct it, undo, close or merge it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.schools import (
    ClosingForm,
    SchoolForm,
)
from service.blueprints.schools import bp, in_words
from service.errors import InvalidInput
from service.login import current_actor
from service.models import School
from service.models.columns import local_today
from service.operations import schools
from service.operations.school_closing import close_school
from service.permissions import Action, require
from service.queries.reach import place_of
from service.queries.school_pages import communes_of_system
from service.queries.schools import find_school
from service.web import reading, transaction


@dataclass(frozen=True, slots=True)
class EditPage:
    """What the form of a school shows."""

    school: School | None
    values: Any
    ticked: list[str]
    communes: list[tuple[str, str]]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class ClosePage:
    """What the form of a closure shows."""

    school: School
    values: Any
    today: str
    errors: dict[str, str]


@bp.get("/establecimientos/nuevo")
@login_required
def new() -> ResponseReturnValue:
    """The form to add a school."""
    actor = current_actor()
    require(actor, Action.EDIT_SCHOOL, schools.territory_to_add(actor))
    return _edit_page(None, {}, [], {})


@bp.post("/establecimientos/nuevo")
@login_required
def add() -> ResponseReturnValue:
    """Add a school to the territory of the coordinator."""
    actor = current_actor()
    place = schools.territory_to_add(actor)
    require(actor, Action.EDIT_SCHOOL, place)
    try:
        form = SchoolForm.from_request()
        with transaction() as session:
            school = schools.add_school(
                session,
                request.form.get("code", ""),
                form.details,
                territory=place,
                source=form.source,
                actor=actor,
            )
            target = url_for("schools.show", code=f"{school.system}:{school.code}")
    except InvalidInput as error:
        return _edit_page(None, request.form, request.form.getlist("phases"), error.fields), 422
    flash(_("Quedó registrado. Un archivo oficial posterior completará sus datos."))
    return redirect(target)


@bp.get("/establecimientos/<code>/editar")
@login_required
def edit(code: str) -> ResponseReturnValue:
    """The form to correct a school."""
    school = find_school(reading(), code)
    require(current_actor(), Action.EDIT_SCHOOL, place_of(school))
    details = schools.details_of(school)
    values = {
        **{key: "" if value is None else value for key, value in details.stored().items()},
        "rurality": "" if details.rural is None else "rural" if details.rural else "urban",
        "latitude": details.place[0] if details.place else "",
        "longitude": details.place[1] if details.place else "",
    }
    return _edit_page(school, values, [phase.value for phase in details.levels], {})


@bp.post("/establecimientos/<code>/editar")
@login_required
def correct(code: str) -> ResponseReturnValue:
    """Correct the fields that differ; the official values stay beside."""
    actor = current_actor()
    school = find_school(reading(), code)
    require(actor, Action.EDIT_SCHOOL, place_of(school))
    try:
        form = SchoolForm.from_request()
        with transaction() as session:
            schools.correct_school(session, code, form.details, source=form.source, actor=actor)
    except InvalidInput as error:
        school = find_school(reading(), code)
        return _edit_page(school, request.form, request.form.getlist("phases"), error.fields), 422
    flash(_("Corregido. Lo oficial queda al lado, y un archivo posterior no lo deshace sin avisar."))
    return redirect(url_for("schools.show", code=code))


@bp.post("/establecimientos/<code>/correcciones/<int:correction_id>/deshacer")
@login_required
def undo(code: str, correction_id: int) -> ResponseReturnValue:
    """Give a field its official value back."""
    with transaction() as session:
        schools.undo_correction(session, code, correction_id, actor=current_actor())
    flash(_("Vuelve a valer lo oficial."))
    return redirect(url_for("schools.show", code=code))


@bp.get("/establecimientos/<code>/cerrar")
@login_required
def closing(code: str) -> ResponseReturnValue:
    """The form to close a school, or to merge it into another."""
    school = find_school(reading(), code)
    require(current_actor(), Action.EDIT_SCHOOL, place_of(school))
    return _close_page(school, {"closed_on": local_today().isoformat()}, {})


@bp.post("/establecimientos/<code>/cerrar")
@login_required
def close(code: str) -> ResponseReturnValue:
    """Close a school; with a successor it was merged."""
    actor = current_actor()
    require(actor, Action.EDIT_SCHOOL, place_of(find_school(reading(), code)))
    try:
        form = ClosingForm.from_request(local_today())
        with transaction() as session:
            close_school(
                session,
                code,
                closed_on=form.closed_on,
                successor=form.successor,
                source=form.source,
                actor=actor,
            )
    except InvalidInput as error:
        return _close_page(find_school(reading(), code), request.form, error.fields), 422
    flash(_("El cierre quedó registrado."))
    return redirect(url_for("schools.show", code=code))


def _edit_page(school: School | None, values: Any, ticked: list[str], errors: dict[str, str]) -> str:
    system = school.system if school is not None else "cl"
    communes = communes_of_system(reading(), system)
    page = EditPage(school, values, ticked, communes, in_words(errors))
    return render_template("schools/edit.html", page=page)


def _close_page(school: School, values: Any, errors: dict[str, str]) -> str:
    page = ClosePage(school, values, local_today().isoformat(), in_words(errors))
    return render_template("schools/close.html", page=page)
