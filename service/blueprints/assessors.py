"""Assessors: what was asked of me, the declaration that opens a file, the judgement."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms import leader_life as forms
from service.blueprints.leaders import bp
from service.errors import InvalidInput
from service.login import current_actor
from service.models import LeaderAssessor, TeamMember
from service.models.columns import local_today
from service.operations import assessments
from service.permissions import Action, require
from service.queries.assessors import AssessmentLine, assessment_lines, team_of
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class AssessmentsPage:
    """What was asked of the reader."""

    lines: list[AssessmentLine]


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """A file, or before the declaration only the question about interests."""

    assessor: LeaderAssessor
    opened: bool
    team: tuple[TeamMember, ...]
    values: Any
    errors: dict[str, str]


@bp.get("/evaluaciones")
@login_required
def assessments_asked() -> ResponseReturnValue:
    """What was asked of me."""
    actor = current_actor()
    require(actor, Action.ASSESS)
    return render_template(
        "leaders/assessments.html", page=AssessmentsPage(assessment_lines(reading(), actor))
    )


@bp.get("/evaluaciones/<int:assessor_id>")
@login_required
def assessment(assessor_id: int) -> ResponseReturnValue:
    """The file, once nothing binds me to the candidate."""
    return _page(assessor_id, {}, {})


@bp.post("/evaluaciones/<int:assessor_id>/interes")
@login_required
def declare(assessor_id: int) -> ResponseReturnValue:
    """Say whether something binds me to the candidate."""
    actor = current_actor()
    assessments.find_assessor(reading(), assessor_id, actor=actor)
    try:
        form = forms.declaration_form()
        with transaction() as session:
            found = assessments.declare(session, assessor_id, actor=actor, today=local_today(), **form)
            shut = found.conflict is not None
    except InvalidInput as error:
        return _page(assessor_id, request.form, error.fields), 422
    if shut:
        flash(_("Gracias por decirlo: la postulación queda cerrada para usted y la evalúa otra persona."))
        return redirect(url_for("leaders.assessments_asked"))
    return redirect(url_for("leaders.assessment", assessor_id=assessor_id))


@bp.post("/evaluaciones/<int:assessor_id>/juicio")
@login_required
def judge(assessor_id: int) -> ResponseReturnValue:
    """Give my judgement with its reasons."""
    actor, today = current_actor(), local_today()
    assessments.opened(reading(), assessor_id, actor=actor, today=today)
    try:
        form = forms.judgement_form()
        with transaction() as session:
            assessments.judge(session, assessor_id, actor=actor, today=today, **form)
    except InvalidInput as error:
        return _page(assessor_id, request.form, error.fields), 422
    flash(_("Su juicio quedó guardado con sus razones. Si alguien piensa distinto, quedan los dos."))
    return redirect(url_for("leaders.assessments_asked"))


def _page(assessor_id: int, values: Any, errors: dict[str, str]) -> str:
    session, actor = reading(), current_actor()
    found = assessments.find_assessor(session, assessor_id, actor=actor)
    if found.declared_at is not None:
        found = assessments.opened(session, assessor_id, actor=actor, today=local_today())
    opened = found.declared_at is not None
    page = AssessmentPage(
        assessor=found,
        opened=opened,
        team=team_of(session, found.application.leader_id) if opened else (),
        values=values,
        errors={name: translated(sentence) for name, sentence in errors.items()},
    )
    return render_template("leaders/assessment.html", page=page)
