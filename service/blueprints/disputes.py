"""Figures that a school disputes: say so, decide, take back."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.blueprints.schools import bp
from service.errors import InvalidInput
from service.login import current_actor
from service.models import FigureDispute, School
from service.models.columns import local_today
from service.models.leader_states import DisputeState
from service.operations import disputes
from service.permissions import Action, can, require
from service.queries.disputes import disputable_figures, disputes_of
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class DisputePage:
    """The figures of a school, those in dispute, and the form to dispute another."""

    school: School
    key: str
    figures: dict[str, str]
    disputes: list[FigureDispute]
    disputes_figures: bool
    decides: bool
    values: Any
    errors: dict[str, str]
    wrong: int | None


@bp.get("/establecimientos/<code>/cifras")
@login_required
def figures(code: str) -> ResponseReturnValue:
    """What the school disputes, and how it was decided."""
    return _page(code, {}, {}, None)


@bp.post("/establecimientos/<code>/cifras")
@login_required
def dispute(code: str) -> ResponseReturnValue:
    """Say that a published figure is wrong, and why."""
    actor = current_actor()
    require(actor, Action.DISPUTE_FIGURE, place_of(find_school(reading(), code)))
    try:
        reader = FieldReader(request.form)
        figure, reason = reader.text("figure", longest=80), reader.text("reason", longest=1000)
        reader.check()
        with transaction() as session:
            disputes.dispute_figure(
                session, code, figure=figure, reason=reason, actor=actor, today=local_today()
            )
    except InvalidInput as error:
        return _page(code, request.form, error.fields, None), 422
    flash(_("Desde ahora se ve junto a la cifra que su escuela la disputa, hasta que se resuelva."))
    return redirect(url_for("schools.figures", code=code))


@bp.post("/establecimientos/<code>/cifras/<int:dispute_id>")
@login_required
def decide_dispute(code: str, dispute_id: int) -> ResponseReturnValue:
    """Decide a dispute, or take it back."""
    actor = current_actor()
    place = place_of(find_school(reading(), code))
    if not can(actor, Action.DISPUTE_FIGURE, place):
        require(actor, Action.DECIDE_DISPUTE, place)
    try:
        reader = FieldReader(request.form)
        state = reader.choice("state", DisputeState)
        decision = reader.text("decision", required=state is not DisputeState.WITHDRAWN, longest=500)
        reader.check()
        with transaction() as session:
            disputes.decide_dispute(
                session,
                code,
                dispute_id,
                state=state or DisputeState.OPEN,
                decision=decision,
                actor=actor,
                today=local_today(),
            )
    except InvalidInput as error:
        return _page(code, request.form, error.fields, dispute_id), 422
    flash(_("La disputa quedó resuelta. Si la cifra cambia, corríjala con su fuente."))
    return redirect(url_for("schools.figures", code=code))


def _page(code: str, values: Any, errors: dict[str, str], wrong: int | None) -> str:
    session, actor = reading(), current_actor()
    school = find_school(session, code)
    place = place_of(school)
    disputing = can(actor, Action.DISPUTE_FIGURE, place)
    if not disputing:
        require(actor, Action.SEE_NEED, place)
    page = DisputePage(
        school=school,
        key=f"{school.system}:{school.code}",
        figures=disputable_figures(session, school),
        disputes=disputes_of(session, school, open_only=False),
        disputes_figures=disputing,
        decides=can(actor, Action.DECIDE_DISPUTE, place),
        values=values,
        errors={name: translated(sentence) for name, sentence in errors.items()},
        wrong=wrong,
    )
    return render_template("schools/figures.html", page=page)
