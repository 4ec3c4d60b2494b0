"""Comparing a school with schools of one's own choice, and back to those most like it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.school_lists import read_schools
from service.blueprints.schools import bp
from service.errors import InvalidInput
from service.login import current_actor
from service.models import School
from service.operations.comparators import choose_comparators
from service.permissions import Action, require
from service.queries.named_schools import NamedSchool, named_schools
from service.queries.rankings import chosen_comparators
from service.queries.schools import find_school
from service.web import reading, transaction


@dataclass(frozen=True, slots=True)
class ComparatorsPage:
    """A school, and those that this account compares it with."""

    school: School
    chosen: tuple[NamedSchool, ...]
    text: str
    error: str


@bp.get("/establecimientos/<code>/comparar-con")
@login_required
def comparators(code: str) -> ResponseReturnValue:
    """Choose with whom to compare a school."""
    return _page(code, None, "")


@bp.post("/establecimientos/<code>/comparar-con")
@login_required
def choose(code: str) -> ResponseReturnValue:
    """Keep the choice; an empty one, or the button to go back, brings back the most similar schools."""
    actor = current_actor()
    text = "" if request.form.get("action") == "revert" else request.form.get("others", "")
    try:
        with transaction() as session:
            school = find_school(session, code)
            others = read_schools(session, "others", text, school.system)
            choose_comparators(session, actor=actor, school=school, others=others)
            key = f"{school.system}:{school.code}"
    except InvalidInput as error:
        return _page(code, text, error.fields.get("others", error.message)), 422
    flash(_("Se compara con las escuelas que eligió.") if others else _("Se compara con las más parecidas."))
    return redirect(url_for("schools.show", code=key, _anchor="added-title"))


def _page(code: str, text: str | None, error: str) -> str:
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_SCHOOLS)
    school = find_school(session, code)
    codes = chosen_comparators(session, actor, school)
    names = named_schools(session, school.system, codes)
    chosen = tuple(names[one] for one in codes if one in names)
    shown = "\n".join(f"{one.code} {one.name}" for one in chosen) if text is None else text
    page = ComparatorsPage(school, chosen, shown, error)
    return render_template("schools/comparators.html", page=page)
