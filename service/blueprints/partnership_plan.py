"""What two schools agree and plan: agreement, objectives, activities and the files beside them."""

from io import BytesIO

from flask import Response, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms import partnerships as forms
from service.blueprints.partnerships import bp, page_of
from service.errors import InvalidInput, NotFound
from service.login import current_actor
from service.models.columns import local_today
from service.operations.agreements import propose_agreement, sign_agreement
from service.operations.attachments import FOLDER, keep_file, remove_file
from service.operations.plans import add_activity, add_objective, advance_activity, tell_gain
from service.queries.partnership_page import partnership_facts
from service.text import say
from service.web import reading, stored_file_path, transaction
from service.web import settings as settings_of_app


def _done(partnership_id: int, endpoint: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for(f"partnerships.{endpoint}", partnership_id=partnership_id))


@bp.get("/<int:partnership_id>/acuerdo")
@login_required
def agreement(partnership_id: int) -> ResponseReturnValue:
    """The agreement in force, its versions, and the form of a new one."""
    return page_of("agreement", partnership_id, coordination=True)


@bp.post("/<int:partnership_id>/acuerdo")
@login_required
def propose(partnership_id: int) -> ResponseReturnValue:
    """Propose a version."""
    try:
        with transaction() as session:
            propose_agreement(
                session,
                partnership_id,
                forms.agreement_text(),
                actor=current_actor(),
                today=local_today(),
            )
    except InvalidInput as error:
        return page_of("agreement", partnership_id, pair=True, error=error)
    return _done(partnership_id, "agreement", _("Quedó propuesto y firmado por su escuela; falta la otra."))


@bp.post("/<int:partnership_id>/acuerdo/<int:version>/firmar")
@login_required
def sign(partnership_id: int, version: int) -> ResponseReturnValue:
    """Sign the newest version."""
    with transaction() as session:
        sign_agreement(session, partnership_id, version, actor=current_actor())
    return _done(partnership_id, "show", _("Quedó firmado."))


@bp.get("/<int:partnership_id>/plan")
@login_required
def plan(partnership_id: int) -> ResponseReturnValue:
    """The plan, with what became of each activity."""
    return page_of("plan", partnership_id, pair=True)


@bp.get("/<int:partnership_id>/plan/nuevo")
@login_required
def ask_objective(partnership_id: int) -> ResponseReturnValue:
    """The form of an objective."""
    return page_of("objective_new", partnership_id, pair=True)


@bp.post("/<int:partnership_id>/plan/nuevo")
@login_required
def new_objective(partnership_id: int) -> ResponseReturnValue:
    """Add an objective."""
    try:
        with transaction() as session:
            add_objective(session, partnership_id, forms.objective_text(), actor=current_actor())
    except InvalidInput as error:
        return page_of("objective_new", partnership_id, pair=True, error=error)
    return _done(partnership_id, "plan", _("El objetivo quedó en el plan."))


@bp.get("/<int:partnership_id>/plan/<int:objective_id>")
@login_required
def objective(partnership_id: int, objective_id: int) -> ResponseReturnValue:
    """An objective: add an activity, tell what came of it."""
    return page_of("objective", partnership_id, pair=True, item=("objective", objective_id))


@bp.post("/<int:partnership_id>/plan/<int:objective_id>/actividades")
@login_required
def new_activity(partnership_id: int, objective_id: int) -> ResponseReturnValue:
    """Add an activity."""
    try:
        with transaction() as session:
            add_activity(session, partnership_id, objective_id, forms.activity_text(), actor=current_actor())
    except InvalidInput as error:
        item = ("objective", objective_id)
        return page_of("objective", partnership_id, pair=True, error=error, item=item)
    return _done(partnership_id, "plan", _("La actividad quedó en el plan."))


@bp.post("/<int:partnership_id>/plan/<int:objective_id>/logro")
@login_required
def gain(partnership_id: int, objective_id: int) -> ResponseReturnValue:
    """Tell what came of an objective."""
    with transaction() as session:
        words = forms.reason_given()
        tell_gain(session, partnership_id, objective_id, words, actor=current_actor())
    return _done(partnership_id, "plan", _("Quedó registrado lo que se ganó."))


@bp.get("/<int:partnership_id>/actividades/<int:activity_id>")
@login_required
def activity(partnership_id: int, activity_id: int) -> ResponseReturnValue:
    """An activity: what became of it, and the files that show it."""
    return page_of("activity", partnership_id, pair=True, item=("activity", activity_id))


@bp.post("/<int:partnership_id>/actividades/<int:activity_id>")
@login_required
def change_activity(partnership_id: int, activity_id: int) -> ResponseReturnValue:
    """Start, finish, drop or take up an activity."""
    try:
        name, given = forms.activity_step()
        with transaction() as session:
            advance_activity(
                session,
                partnership_id,
                activity_id,
                name,
                actor=current_actor(),
                today=local_today(),
                **given,
            )
    except InvalidInput as error:
        return page_of("activity", partnership_id, pair=True, error=error, item=("activity", activity_id))
    return _done(partnership_id, "plan", _("La actividad quedó al día."))


@bp.post("/<int:partnership_id>/actividades/<int:activity_id>/archivos")
@login_required
def new_file(partnership_id: int, activity_id: int) -> ResponseReturnValue:
    """Keep a file beside an activity."""
    try:
        file = forms.uploaded_file()
        with transaction() as session:
            keep_file(
                session,
                settings_of_app().uploads,
                partnership_id,
                activity_id,
                file,
                actor=current_actor(),
            )
    except InvalidInput as error:
        return page_of("activity", partnership_id, pair=True, error=error, item=("activity", activity_id))
    return _done(partnership_id, "plan", _("El archivo quedó guardado."))


@bp.get("/<int:partnership_id>/archivos/<int:attachment_id>")
@login_required
def file(partnership_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand a file over to be saved, never shown here."""
    facts = partnership_facts(reading(), partnership_id, current_actor(), local_today())
    found = next((one for one in facts.files if one.id == attachment_id), None)
    path = None if found is None else stored_file_path(FOLDER) / found.stored
    if found is None or path is None or not path.is_file():
        raise NotFound(say("Ese archivo ya no está."), code="unknown_file")
    answer: Response = send_file(
        BytesIO(path.read_bytes()),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.name,
        max_age=0,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.post("/<int:partnership_id>/archivos/<int:attachment_id>/quitar")
@login_required
def drop_file(partnership_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a file away."""
    with transaction() as session:
        remove_file(session, settings_of_app().uploads, partnership_id, attachment_id, actor=current_actor())
    return _done(partnership_id, "plan", _("El archivo se quitó."))
