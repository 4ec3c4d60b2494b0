"""One import, from checked to applied: what it would do, what is decided, what came back."""

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.forms.imports import DecisionForm, ViewForm
from service.errors import Conflict, InvalidInput, NotAllowed
from service.formats import number
from service.login import current_actor
from service.models.enums import BatchState
from service.operations.imports import apply_import, decide, discard_import
from service.operations.imports.decisions import decide_kind
from service.operations.imports.kept_files import Preview, previews, rejected_rows
from service.permissions import Action, Actor, require
from service.queries.import_pages import (
    OWN_SOURCES,
    BatchView,
    all_issues,
    batch_view,
    reads_rows,
    visible_batch,
)
from service.text import say
from service.web import close_session, database, reading, settings, transaction
from service.wording import imports as wording
from service.wording import translated
from service.wording.import_changes import change_sides

bp.app_template_global("change_sides")(change_sides)


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One import, from checked to applied."""

    found: BatchView
    form: ViewForm
    previews: tuple[Preview, ...]
    lead: str
    problem: str = ""


@bp.get("/datos/<int:batch_id>")
@login_required
def import_show(batch_id: int) -> ResponseReturnValue:
    """What a batch would do, or did."""
    require(current_actor(), Action.IMPORT_OFFICIAL)
    return _batch_page(batch_id)


@bp.post("/datos/<int:batch_id>/aplicar")
@login_required
def import_apply(batch_id: int) -> ResponseReturnValue:
    """Apply a checked batch in one transaction."""
    actor = _who_may_change(batch_id)
    close_session()
    try:
        report = apply_import(database(), batch_id, actor=actor, instance=settings().instance)
    except (Conflict, InvalidInput) as error:
        return _batch_page(batch_id, translated(error.message)), error.http_status
    changed = report.counts["created"] + report.counts["updated"]
    flash(
        ngettext(
            "Aplicada: %(shown)s fila cambió lo guardado.",
            "Aplicada: %(shown)s filas cambiaron lo guardado.",
            changed,
            shown=number(changed),
        ),
        "success",
    )
    return redirect(url_for(".import_show", batch_id=batch_id), 303)


@bp.post("/datos/<int:batch_id>/descartar")
@login_required
def import_discard(batch_id: int) -> ResponseReturnValue:
    """Put a checked batch aside."""
    actor = _who_may_change(batch_id)
    try:
        with transaction() as session:
            discard_import(session, batch_id, actor=actor)
    except Conflict as error:
        return _batch_page(batch_id, translated(error.message)), error.http_status
    flash(_("Descartada: no se aplicó nada."))
    return redirect(url_for(".imports"), 303)


@bp.post("/datos/<int:batch_id>/cambios/<int:change_id>")
@login_required
def import_decide(batch_id: int, change_id: int) -> ResponseReturnValue:
    """Accept or reject one change of a directory."""
    actor = _who_may_change(batch_id)
    form = DecisionForm.from_request()
    try:
        with transaction() as session:
            decide(session, batch_id, change_id, form.decision, actor=actor)
    except Conflict as error:
        return _batch_page(batch_id, translated(error.message)), error.http_status
    return _back_to(batch_id)


@bp.post("/datos/<int:batch_id>/cambios")
@login_required
def import_decide_kind(batch_id: int) -> ResponseReturnValue:
    """Accept or reject every change of a kind."""
    actor = _who_may_change(batch_id)
    form = DecisionForm.from_request(needs_kind=True)
    assert form.kind is not None
    try:
        with transaction() as session:
            decide_kind(session, batch_id, form.kind, form.decision, actor=actor)
    except Conflict as error:
        return _batch_page(batch_id, translated(error.message)), error.http_status
    return _back_to(batch_id)


@bp.get("/datos/<int:batch_id>/rechazadas.csv")
@login_required
def import_rejected(batch_id: int) -> ResponseReturnValue:
    """The rejected rows as they came, with the reason beside each."""
    session, actor = reading(), current_actor()
    require(actor, Action.IMPORT_OFFICIAL)
    batch = visible_batch(session, batch_id, actor)
    if not reads_rows(session, batch, actor):
        raise NotAllowed(
            say("Las filas de una lista propia solo las ve la coordinación que la cargó. Pídaselas a ella.")
        )
    issues = all_issues(session, batch_id)
    content = rejected_rows(batch, issues, settings().instance)
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="filas-rechazadas-{batch_id}.csv"'
    return response


def _who_may_change(batch_id: int) -> Actor:
    """The actor, once it is sure that this batch may be known and decided on."""
    actor = current_actor()
    require(actor, Action.IMPORT_OFFICIAL)
    batch = visible_batch(reading(), batch_id, actor)
    own = batch.source in OWN_SOURCES
    require(actor, Action.IMPORT_OWN if own else Action.IMPORT_OFFICIAL)
    if not reads_rows(reading(), batch, actor):
        raise NotAllowed(say("Esa lista solo la decide la coordinación que la cargó."))
    return actor


def _back_to(batch_id: int) -> ResponseReturnValue:
    """The same part of the page again."""
    form = ViewForm.from_request()
    query: dict[str, Any] = {**form.query} if form.page == 1 else {**form.query, "page": form.page}
    return redirect(url_for(".import_show", batch_id=batch_id, **query, _anchor="detalle"), 303)


def _batch_page(batch_id: int, problem: str = "") -> str:
    close_session()
    session, actor, form = reading(), current_actor(), ViewForm.from_request()
    found = batch_view(session, batch_id, actor, view=form.view, q=form.q, page=form.page)
    own = found.batch.source in OWN_SOURCES
    shows_files = own and found.reads_rows and found.batch.state is BatchState.CHECKED
    page = BatchPage(
        found=found,
        form=ViewForm(found.view, form.q, form.page),
        previews=previews(found.batch, settings().instance) if shows_files else (),
        lead=wording.lead(
            found.batch.state.value, found.batch.counts, found.batch.applied_at, found.left_out
        ),
        problem=problem,
    )
    return render_template("coordination/import_show.html", page=page)
