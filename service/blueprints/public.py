"""What anybody may see: what Minga is, figures in aggregate, and whether it is alive."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service import schema
from service.permissions import Action, can
from service.queries.leader_people import own_leader
from service.queries.public import PublicFigures, public_figures
from service.web import database, reading

bp = Blueprint("public", __name__)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What the public page shows."""

    figures: PublicFigures


@bp.get("/")
def home() -> ResponseReturnValue:
    """Each person's own first page, or the public one."""
    if current_user.is_authenticated:
        if can(current_user.actor, Action.SEE_NEED):
            return redirect(url_for("coordination.home"))
        if own_leader(reading(), current_user.actor) is not None:
            return redirect(url_for("leaders.mine"))
        if can(current_user.actor, Action.ASSESS):
            return redirect(url_for("leaders.assessments_asked"))
        school = next((s.school_id for s in current_user.actor.scopes if s.school_id), None)
        if school is not None:
            return redirect(url_for("schools.mine"))
    return render_template("public/index.html", page=PublicPage(public_figures(reading())))


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process is alive; the database is not asked."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers and stands at the present schema."""
    try:
        reading().execute(text("SELECT 1"))
        ready = schema.current_revision(database()) == schema.head_revision()
    except DBAPIError:
        ready = False
    return {"status": "ready" if ready else "not ready"}, 200 if ready else 503
