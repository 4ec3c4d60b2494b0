"""Publishing a run: what is ready, what is missing, and the sending."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.run_results import territory_of_run
from service.errors import Conflict
from service.login import current_actor
from service.models import Run
from service.models.columns import local_today
from service.operations.proposals import Publication, publication_of, publish
from service.queries.named_schools import reached_among
from service.queries.runs import get_run
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What publishing a run would send, and what is missing; ``refusal`` where it cannot be.

    ``own`` are the ids of the supporting schools in the actor's territory, whose leaders it may mend.
    """

    run: Run
    territory: str
    found: Publication | None
    refusal: str = ""
    own: frozenset[int] = frozenset()


@bp.get("/corridas/<int:run_id>/publicar")
@login_required
def run_publish(run_id: int) -> ResponseReturnValue:
    """What publishing would send, to whom, and what is still missing."""
    session, actor = reading(), current_actor()
    run = get_run(session, run_id, actor=actor)
    try:
        found = publication_of(session, actor=actor, run=run)
    except Conflict as error:
        return _cannot_publish(run, error)
    own = reached_among(session, actor, [check.proposal.leader_school_id for check in found.checks])
    page = PublishPage(run, territory_of_run(run), found, own=own)
    return render_template("coordination/run_publish.html", page=page)


@bp.post("/corridas/<int:run_id>/publicar")
@login_required
def run_publish_now(run_id: int) -> ResponseReturnValue:
    """Publish the proposals that are ready."""
    actor = current_actor()
    try:
        with transaction() as session:
            run = get_run(session, run_id, actor=actor)
            published = publish(session, actor=actor, run=run, today=local_today()).published
    except Conflict as error:
        return _cannot_publish(get_run(reading(), run_id, actor=actor), error), 409
    flash(_("Propuestas publicadas: %(n)s. Ya puede contárselo a las escuelas.", n=published))
    return redirect(url_for(".run_show", run_id=run_id))


def _cannot_publish(run: Run, error: Conflict) -> str:
    page = PublishPage(run, territory_of_run(run), None, translated(error.message))
    return render_template("coordination/run_publish.html", page=page)
