"""What schools and leaders said of whom they would rather work with."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session

from service.blueprints.coordination import bp
from service.blueprints.forms.reader import FieldReader
from service.blueprints.forms.school_lists import read_schools
from service.errors import InvalidInput, MingaError, NotFound
from service.login import current_actor
from service.models import School
from service.models.columns import local_today
from service.models.enums import RankingSide
from service.operations.rankings import remove_ranking, state_ranking
from service.permissions import Action, can, require
from service.queries.rankings import RankingLine, ranking_lines
from service.queries.schools import find_school
from service.text import say
from service.web import reading, transaction


@dataclass(frozen=True, slots=True)
class RankingsPage:
    """The stated preferences of a territory, and the form to write one down.

    Who said it, and where, is for the territory only: the ministry sees no private notes.
    """

    lines: tuple[RankingLine, ...]
    edits: bool
    shows_who: bool
    values: dict[str, str]
    errors: dict[str, str]


@bp.get("/preferencias")
@login_required
def rankings() -> ResponseReturnValue:
    """Who said whom they would rather work with."""
    require(current_actor(), Action.SEE_RUNS)
    return _page({}, {}), 200


@bp.post("/preferencias")
@login_required
def ranking_save() -> ResponseReturnValue:
    """Write one down; said again, it takes the place of the old one."""
    actor = current_actor()
    require(actor, Action.EDIT_SCHOOL)
    reader = FieldReader(request.form)
    side = reader.choice("side", RankingSide)
    own = reader.text("school")
    said_by = reader.text("said_by")
    reader.text("partners", longest=2_000)
    try:
        reader.check()
        with transaction() as session:
            school = _school(session, own)
            state_ranking(
                session,
                actor=actor,
                side=side or RankingSide.SCHOOL,
                school=school,
                partners=read_schools(session, "partners", request.form["partners"], school.system),
                only_these=reader.flag("only_these"),
                said_by=said_by,
                today=local_today(),
            )
    except InvalidInput as error:
        return _page(dict(request.form), error.fields), 422
    flash(_("Quedó registrado. Las corridas lo tendrán en cuenta desde ahora."))
    return redirect(url_for(".rankings"))


@bp.post("/preferencias/<int:ranking_id>/quitar")
@login_required
def ranking_remove(ranking_id: int) -> ResponseReturnValue:
    """Take one back."""
    actor = current_actor()
    require(actor, Action.EDIT_SCHOOL)
    with transaction() as session:
        if ranking_id not in {line.id for line in ranking_lines(session, actor)}:
            raise NotFound(say("Esa preferencia ya no está registrada."))
        remove_ranking(session, ranking_id, actor=actor)
    flash(_("Se quitó la preferencia."))
    return redirect(url_for(".rankings"))


def _school(session: Session, text: str) -> School:
    """The school that a field names by its number."""
    try:
        return find_school(session, text)
    except MingaError as error:
        reason = say("«%(text)s» no es el RBD de una escuela.", text=text[:40])
        raise InvalidInput(reason, {"school": reason}) from error


def _page(values: dict[str, str], errors: dict[str, str]) -> str:
    session, actor = reading(), current_actor()
    page = RankingsPage(
        lines=ranking_lines(session, actor),
        edits=can(actor, Action.EDIT_SCHOOL),
        shows_who=not actor.everywhere,
        values=values,
        errors=errors,
    )
    return render_template("coordination/rankings.html", page=page)
