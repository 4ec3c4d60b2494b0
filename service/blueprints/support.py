"""Support of schools: level of the year, joint inquiry, who else supports it, and one's own watchlist."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import local_today
from service.models.states import SupportKind
from service.operations import support
from service.permissions import Action, require
from service.queries.reach import place_of
from service.queries.support import Moves, SupportPage, find_supported, level_moves, support_page
from service.text import say
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("support", __name__, url_prefix="/apoyos")


@dataclass(frozen=True, slots=True)
class OnePage:
    """The support of a school, with what was typed if it was refused."""

    found: SupportPage
    values: Any
    errors: dict[str, str]
    year: int


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """Who moved between levels, and the schools one watches."""
    actor = current_actor()
    require(actor, Action.SEE_NEED)
    require(actor, Action.SEE_REQUEST)
    page: Moves = level_moves(reading(), actor, local_today().year)
    return render_template("support/index.html", page=page)


@bp.get("/<code>")
@login_required
def show(code: str) -> ResponseReturnValue:
    """All support of one school."""
    return _page(code, {}, {})


@bp.post("/<code>/nivel")
@login_required
def level(code: str) -> ResponseReturnValue:
    """Set the level of the year."""
    _may(code)
    reader = FieldReader(request.form)
    wanted = reader.whole("level", low=1, high=3)
    reason = reader.text("reason", longest=1000)
    if reader.errors:
        return _page(code, request.form, reader.errors), 422
    with transaction() as session:
        support.set_level(
            session, code, level=wanted or 1, reason=reason, actor=current_actor(), today=local_today()
        )
    flash(_("El nivel de apoyo quedó guardado."))
    return redirect(url_for("support.show", code=code))


@bp.post("/<code>/indagacion")
@login_required
def inquiry(code: str) -> ResponseReturnValue:
    """Keep the joint inquiry."""
    _may(code)
    reader = FieldReader(request.form)
    parts = {name: reader.text(name, required=False, longest=2000) for name in support.PARTS}
    if reader.errors:
        return _page(code, request.form, reader.errors), 422
    with transaction() as session:
        support.keep_inquiry(session, code, parts, actor=current_actor(), today=local_today())
    flash(_("La indagación quedó guardada."))
    return redirect(url_for("support.show", code=code))


@bp.post("/<code>/externos")
@login_required
def external(code: str) -> ResponseReturnValue:
    """Add an external support."""
    _may(code)
    try:
        reader = FieldReader(request.form)
        kind = reader.choice("kind", SupportKind)
        name = reader.text("name", longest=200)
        start = reader.whole("start_year", low=1990, high=local_today().year)
        end = reader.whole("end_year", low=1990, high=2100, required=False)
        if start and end and end < start:
            reader.refuse("end_year", say("El término no puede ser anterior al comienzo."))
        reader.check()
        with transaction() as session:
            support.add_external(
                session,
                code,
                kind=kind or SupportKind.OTHER,
                name=name,
                start_year=start or local_today().year,
                end_year=end,
                actor=current_actor(),
            )
    except InvalidInput as error:
        return _page(code, request.form, error.fields), 422
    flash(_("Quedó anotado."))
    return redirect(url_for("support.show", code=code))


@bp.post("/<code>/seguir")
@login_required
def watch(code: str) -> ResponseReturnValue:
    """Put a school on one's own list, or take it off."""
    with transaction() as session:
        support.watch(session, code, on=bool(request.form.get("on")), actor=current_actor())
    return redirect(url_for("support.show", code=code))


def _may(code: str) -> None:
    actor = current_actor()
    require(actor, Action.KEEP_REQUESTS, place_of(find_supported(reading(), code, actor=actor)))


def _page(code: str, values: Any, errors: dict[str, str]) -> str:
    year = local_today().year
    found = support_page(reading(), code, actor=current_actor(), year=year)
    told = {name: translated(sentence) for name, sentence in errors.items()}
    return render_template("support/show.html", page=OnePage(found, values, told, year))
