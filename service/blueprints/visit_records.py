"""What became of a visit, and the note that both schools agree."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.blueprints.forms.visits import (
    missed_from_request,
    note_from_request,
    record_from_request,
)
from service.blueprints.visits import back_to, bp, errors_of, require_side
from service.errors import Conflict, InvalidInput
from service.login import current_actor
from service.models import Partnership, Visit
from service.models.columns import utc_now
from service.models.states import Side, VisitState
from service.operations.visit_notes import agree_note, object_to_note, write_note
from service.operations.visit_records import (
    hold_visit,
    miss_visit,
    suggested_record,
)
from service.queries.visits import (
    find_visit,
)
from service.text import say
from service.web import reading, transaction


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The forms of what became of a visit, and of its note."""

    partnership: Partnership
    visit: Visit
    side: Side
    values: Any
    errors: dict[str, str]


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>/registrar")
@login_required
def record(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """The form of what became of a visit."""
    return _record_page(partnership_id, visit_id, None, {})


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/registrar")
@login_required
def hold(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Write down that it took place, or that somebody did not come."""
    actor, now = current_actor(), utc_now()
    try:
        if request.form.get("do") == "missed":
            missed_by, reason = missed_from_request()
            with transaction() as session:
                miss_visit(
                    session,
                    partnership_id,
                    visit_id,
                    missed_by=missed_by,
                    reason=reason,
                    actor=actor,
                    now=now,
                )
            flash(_("Quedó anotado que la visita no se hizo. Puede proponer otra fecha."))
            return back_to(partnership_id, visit_id)
        given = record_from_request()
        with transaction() as session:
            hold_visit(session, partnership_id, visit_id, given, actor=actor, now=now)
    except InvalidInput as error:
        return _record_page(partnership_id, visit_id, request.form, errors_of(error)), 422
    flash(_("La visita quedó registrada. Escriba ahora la nota, mientras está fresca."))
    return redirect(url_for("visits.note", partnership_id=partnership_id, visit_id=visit_id))


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>/nota")
@login_required
def note(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """The form of the note."""
    return _note_page(partnership_id, visit_id, None, {})


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/nota")
@login_required
def save_note(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Write the note, agree it, or say what one does not agree with."""
    actor, now = current_actor(), utc_now()
    try:
        texts, version = note_from_request()
        with transaction() as session:
            where = (session, partnership_id, visit_id)
            match request.form.get("do"):
                case "agree":
                    agree_note(*where, version=version, actor=actor, now=now)
                    told = _("Quedó anotado que está de acuerdo con la nota.")
                case "object":
                    text = FieldReader(request.form).text("objection", required=False, longest=2000)
                    object_to_note(*where, version=version, text=text[:2000], actor=actor, now=now)
                    told = _("Su desacuerdo quedó junto a la nota; no se borra.")
                case _other:
                    write_note(*where, texts, version=version, actor=actor, now=now)
                    told = _("La nota quedó guardada. La otra escuela la leerá para acordarla.")
    except (InvalidInput, Conflict) as error:
        return _note_page(partnership_id, visit_id, request.form, errors_of(error)), error.http_status
    flash(told)
    return back_to(partnership_id, visit_id)


def _record_page(partnership_id: int, visit_id: int, values: Any, errors: dict[str, str]) -> str:
    side = require_side(partnership_id)
    partnership, visit = find_visit(reading(), partnership_id, visit_id, current_actor())
    if visit.state is not VisitState.AGREED:
        raise Conflict(
            say("Esta visita ya no está por registrar. Vuelva a su página para ver cómo está ahora."),
            code="state_changed",
            state=visit.state.value,
        )
    page = RecordPage(partnership, visit, side, values or suggested_record(visit), errors)
    return render_template("visits/record.html", page=page)


def _note_page(partnership_id: int, visit_id: int, values: Any, errors: dict[str, str]) -> str:
    side = require_side(partnership_id)
    partnership, visit = find_visit(reading(), partnership_id, visit_id, current_actor())
    if visit.state is not VisitState.HELD:
        raise Conflict(
            say("La nota se escribe cuando la visita ya se hizo; registre primero qué pasó."),
            code="not_held",
            state=visit.state.value,
        )
    page = RecordPage(partnership, visit, side, values or _note_values(visit, side), errors)
    return render_template("visits/note.html", page=page)


def _note_values(visit: Visit, side: Side) -> dict[str, Any]:
    if visit.note is None:
        return {}
    fields = ("done", "learned", "next_steps", "version")
    values = {name: getattr(visit.note, name) for name in fields}
    return values | {"surprised": getattr(visit.note, f"surprised_{side.value}")}
