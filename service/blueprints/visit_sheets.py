"""The form of a visit on paper or as a file, and the way back."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.visits import bp, require_side, visit_page
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import utc_now
from service.operations.visit_sheets import LARGEST, merge_sheet, read_sheet, sheet_of
from service.queries.visits import find_visit
from service.text import say
from service.web import reading, transaction
from service.wording import translated


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>/hoja")
@login_required
def sheet(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """The form for paper, and how to take it along as a file."""
    require_side(partnership_id)
    return render_template("visits/sheet.html", page=visit_page(partnership_id, visit_id), errors={})


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>/hoja.csv")
@login_required
def sheet_file(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """The form as a file."""
    side = require_side(partnership_id)
    _partnership, visit = find_visit(reading(), partnership_id, visit_id, current_actor())
    answer = Response(sheet_of(visit, side), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="visita-{visit.id}.csv"'
    return answer


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/hoja")
@login_required
def bring_sheet(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Take over a form that was filled in without a connection."""
    side = require_side(partnership_id)
    try:
        upload = request.files.get("sheet")
        if upload is None or not upload.filename:
            sentence = say("Elija la hoja que completó.")
            raise InvalidInput(sentence, {"sheet": sentence})
        brought = read_sheet(upload.read(LARGEST + 1))
        with transaction() as session:
            merge_sheet(
                session, partnership_id, visit_id, brought, actor=current_actor(), side=side, now=utc_now()
            )
    except InvalidInput as error:
        errors = {"sheet": translated(error.message)}
        page = visit_page(partnership_id, visit_id)
        return render_template("visits/sheet.html", page=page, errors=errors), 422
    flash(_("La hoja quedó incorporada. Lo que ya estaba escrito se conservó."))
    return redirect(url_for("visits.show", partnership_id=partnership_id, visit_id=visit_id))
