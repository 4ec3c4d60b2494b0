"""Versions of the criteria of leadership: which holds, who would change, propose and approve."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.leader_life import criteria_form, decision_form
from service.blueprints.leaders import bp
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import local_today
from service.operations import criteria
from service.permissions import Action, can, require
from service.queries.criteria import (
    AffectedApplication,
    CriteriaLine,
    affected_by,
    criteria_lines,
    find_criteria,
)
from service.web import reading, transaction
from service.wording import translated

SYSTEM = "cl"


@dataclass(frozen=True, slots=True)
class CriteriaPage:
    """All versions, or one of them with whom it would change."""

    lines: list[CriteriaLine]
    line: CriteriaLine
    affected: list[AffectedApplication]
    applications: int
    proposes: bool
    approves: bool
    today: str
    wrong: str
    values: Any
    errors: dict[str, str]


@bp.get("/criterios")
@login_required
def criteria_index() -> ResponseReturnValue:
    """Which versions there are, and which one holds."""
    require(current_actor(), Action.SEE_NEED)
    return render_template("leaders/criteria.html", page=_page(None))


@bp.get("/criterios/<key>")
@login_required
def criteria_show(key: str) -> ResponseReturnValue:
    """One version, and which applications it would judge otherwise."""
    require(current_actor(), Action.SEE_NEED)
    return render_template("leaders/criteria_show.html", page=_page(key))


@bp.post("/criterios/<key>/proponer")
@login_required
def propose_criteria(key: str) -> ResponseReturnValue:
    """Propose a version that begins from this one."""
    actor = current_actor()
    require(actor, Action.PROPOSE_CRITERIA)
    find_criteria(reading(), key, SYSTEM, local_today())
    try:
        form = criteria_form()
        document = criteria.version_from(**form)
        with transaction() as session:
            kept = criteria.propose_criteria(
                session, document, system=SYSTEM, reason=form["reason"], actor=actor
            )
            target = str(kept.id)
    except InvalidInput as error:
        return render_template("leaders/criteria_show.html", page=_page(key, "propose", error.fields)), 422
    flash(_("Propuesta guardada. Vale solo cuando otra persona la apruebe."))
    return redirect(url_for("leaders.criteria_show", key=target))


@bp.post("/criterios/<int:criteria_id>/decidir")
@login_required
def decide_criteria(criteria_id: int) -> ResponseReturnValue:
    """Approve a version from a day on, or reject it."""
    actor = current_actor()
    require(actor, Action.APPROVE_CRITERIA)
    key = str(criteria_id)
    find_criteria(reading(), key, SYSTEM, local_today())
    try:
        form = decision_form()
        with transaction() as session:
            criteria.decide_criteria(session, criteria_id, actor=actor, today=local_today(), **form)
    except InvalidInput as error:
        return render_template("leaders/criteria_show.html", page=_page(key, "decide", error.fields)), 422
    flash(_("La decisión quedó registrada. Las postulaciones anteriores conservan su versión."))
    return redirect(url_for("leaders.criteria_show", key=key))


def _page(key: str | None, wrong: str = "", errors: dict[str, str] | None = None) -> CriteriaPage:
    session, actor, today = reading(), current_actor(), local_today()
    lines = criteria_lines(session, SYSTEM, today)
    if key is None:
        line = next(one for one in lines if one.in_force)
        affected: list[AffectedApplication] = []
        applications = 0
    else:
        line = find_criteria(session, key, SYSTEM, today)
        affected, applications = affected_by(session, line.version, actor)
    return CriteriaPage(
        lines=lines,
        line=line,
        affected=affected,
        applications=applications,
        proposes=can(actor, Action.PROPOSE_CRITERIA),
        approves=can(actor, Action.APPROVE_CRITERIA),
        today=today.isoformat(),
        wrong=wrong,
        values=request.form if wrong else {},
        errors={name: translated(sentence) for name, sentence in (errors or {}).items()},
    )
