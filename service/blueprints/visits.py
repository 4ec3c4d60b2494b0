"""The visits of a partnership: plan, answer, move, call off, write down, and the note."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.blueprints.forms.visits import (
    Looked,
    looked_for,
    plan_from_request,
    time_from_request,
)
from service.errors import Conflict, InvalidInput, MingaError, NotAllowed
from service.formats import day as day_words
from service.lifecycles import VISIT, Party
from service.login import current_actor
from service.models import Message, Partnership, Visit
from service.models.columns import local_today, utc_now
from service.models.states import Side, VisitDirection, VisitState
from service.operations.visit_guards import WORKING, side_of
from service.operations.visits import agree_visit, cancel_visit, move_visit, plan_visit
from service.queries.partnerships import get_partnership, parties_of
from service.queries.visit_slots import Suggestion, suggest_slots
from service.queries.visits import (
    Participant,
    find_visit,
    local_start,
    messages_about,
    names_of,
    participants_of,
    receiving_school,
    visiting_school,
    visits_of,
)
from service.text import say
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("visits", __name__, url_prefix="/acompanamientos")
bp.add_app_template_global(local_start)
INSIDERS = frozenset({Party.SUPPORTED, Party.SUPPORTING, Party.COORDINATION})
"""Who reads what was agreed, the purpose and the notes; others see dates and states."""


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """The visits of one partnership."""

    partnership: Partnership
    visits: tuple[Visit, ...]
    upcoming: Visit | None
    held: dict[VisitDirection, int]
    ahead: dict[VisitDirection, int]
    plans: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The one screen on which a visit is planned, or a new time is chosen for ``visit``."""

    partnership: Partnership
    visit: Visit | None
    looked: Looked
    suggestion: Suggestion
    people: tuple[Participant, ...]
    chosen: frozenset[int]
    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything about one visit that the reader may see."""

    partnership: Partnership
    visit: Visit
    host: str
    guest: str
    supported: tuple[str, ...]
    supporting: tuple[str, ...]
    inside: bool
    side: Side | None
    open: frozenset[str]
    mine_to_answer: bool
    past: bool
    messages: tuple[Message, ...]


@bp.get("/<int:partnership_id>/visitas")
@login_required
def index(partnership_id: int) -> ResponseReturnValue:
    """Every visit of a partnership, and whether they go both ways."""
    session, actor = reading(), current_actor()
    partnership = get_partnership(session, partnership_id, actor)
    visits = tuple(visits_of(session, partnership.id))
    now = utc_now()
    live = [one for one in visits if one.state in (VisitState.PROPOSED, VisitState.AGREED)]
    ahead = [one for one in live if one.starts_at >= now]
    page = VisitsPage(
        partnership,
        visits,
        ahead[-1] if ahead else None,
        {
            way: sum(v.state is VisitState.HELD and v.direction is way for v in visits)
            for way in VisitDirection
        },
        {way: sum(v.direction is way for v in ahead) for way in VisitDirection},
        side_of(session, actor, partnership) is not None and partnership.state in WORKING,
    )
    return render_template("visits/index.html", page=page)


@bp.get("/<int:partnership_id>/visitas/nueva")
@login_required
def new(partnership_id: int) -> ResponseReturnValue:
    """The screen on which a visit is planned."""
    require_side(partnership_id)
    return _plan_page(partnership_id, {}, {})


@bp.post("/<int:partnership_id>/visitas/nueva")
@login_required
def plan(partnership_id: int) -> ResponseReturnValue:
    """Propose the visit; with another button, look for days anew."""
    require_side(partnership_id)
    if request.form.get("do") == "look":
        return _plan_page(partnership_id, request.form, {})
    try:
        given = plan_from_request()
        with transaction() as session:
            visit = plan_visit(session, partnership_id, given, actor=current_actor(), now=utc_now())
            told = _told(visit)
            target = url_for("visits.show", partnership_id=partnership_id, visit_id=visit.id)
    except (InvalidInput, Conflict) as error:
        return _plan_page(partnership_id, request.form, errors_of(error)), error.http_status
    flash(told)
    return redirect(target)


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>")
@login_required
def show(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """One visit: when, where, who, what for; what comes next; what was written and told."""
    return render_template("visits/show.html", page=visit_page(partnership_id, visit_id))


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/acordar")
@login_required
def agree(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Say yes."""
    with transaction() as session:
        agree_visit(session, partnership_id, visit_id, actor=current_actor(), now=utc_now())
    flash(_("La visita quedó acordada. A cada persona le llega para su calendario."))
    return back_to(partnership_id, visit_id)


@bp.get("/<int:partnership_id>/visitas/<int:visit_id>/mover")
@login_required
def other_time(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Choose another time."""
    require_side(partnership_id)
    return _plan_page(partnership_id, {}, {}, visit_id)


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/mover")
@login_required
def move(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Propose another time for the same visit."""
    require_side(partnership_id)
    try:
        day, hour = time_from_request()
        with transaction() as session:
            visit = move_visit(
                session, partnership_id, visit_id, day=day, hour=hour, actor=current_actor(), now=utc_now()
            )
            told = _told(visit)
    except (InvalidInput, Conflict) as error:
        return _plan_page(partnership_id, request.form, errors_of(error), visit_id), error.http_status
    flash(told)
    return back_to(partnership_id, visit_id)


@bp.post("/<int:partnership_id>/visitas/<int:visit_id>/cancelar")
@login_required
def cancel(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Call a visit off."""
    reason = FieldReader(request.form).text("reason", required=False, longest=500)[:500]
    with transaction() as session:
        cancel_visit(session, partnership_id, visit_id, reason=reason, actor=current_actor(), now=utc_now())
    flash(_("La visita quedó cancelada. Les avisamos a quienes venían."))
    return back_to(partnership_id, visit_id)


def require_side(partnership_id: int) -> Side:
    """The side the reader speaks for.

    Raises
    ------
    NotFound, NotAllowed
        Others may look, and do not plan.
    """
    session, actor = reading(), current_actor()
    side = side_of(session, actor, get_partnership(session, partnership_id, actor))
    if side is None:
        raise NotAllowed(
            say("Las visitas las planifican las dos escuelas. Pídalo a una de sus direcciones."),
            action="visit_plan",
        )
    return side


def visit_page(partnership_id: int, visit_id: int) -> VisitPage:
    """What the pages of one visit show."""
    session, actor, now = reading(), current_actor(), utc_now()
    partnership, visit = find_visit(session, partnership_id, visit_id, actor)
    parties = parties_of(session, actor, partnership)
    side = side_of(session, actor, partnership)
    inside = not INSIDERS.isdisjoint(parties)
    return VisitPage(
        partnership=partnership,
        visit=visit,
        host=receiving_school(partnership, visit.direction).name,
        guest=visiting_school(partnership, visit.direction).name,
        supported=tuple(names_of(visit.people, Side.SUPPORTED)),
        supporting=tuple(names_of(visit.people, Side.SUPPORTING)),
        inside=inside,
        side=side,
        open=frozenset(one.name for one in VISIT.open_to(visit.state, parties)),
        mine_to_answer=visit.state is VisitState.PROPOSED and side is not None and side != visit.proposed_by,
        past=visit.starts_at <= now,
        messages=tuple(messages_about(session, visit.id)) if inside else (),
    )


def _plan_page(partnership_id: int, values: Any, errors: dict[str, str], visit_id: int | None = None) -> str:
    session, actor, now = reading(), current_actor(), utc_now()
    visit = None
    if visit_id is None:
        partnership = get_partnership(session, partnership_id, actor)
    else:
        partnership, visit = find_visit(session, partnership_id, visit_id, actor)
    people = tuple(participants_of(session, partnership, local_today()))
    if visit is None:
        looked = looked_for(_usual_direction(partnership))
        ticked = request.form.getlist("people") if request.method == "POST" else None
        usual = {one.person_id for one in partnership.people if one.end_on is None}
        chosen = usual if ticked is None else {int(one) for one in ticked if one.isdecimal()}
    else:
        looked = Looked(visit.direction, visit.mode, visit.minutes, looked_for(visit.direction).first_day)
        chosen = {one.person_id for one in visit.people}
    suggestion = suggest_slots(
        session,
        partnership,
        [one for one in people if one.person_id in chosen],
        direction=looked.direction,
        mode=looked.mode,
        minutes=looked.minutes,
        first_day=max(looked.first_day or date.min, local_today() + timedelta(days=3)),
        now=now,
        without_visit=visit_id,
    )
    page = PlanPage(partnership, visit, looked, suggestion, people, frozenset(chosen), values, errors)
    return render_template("visits/plan.html", page=page)


def _usual_direction(partnership: Partnership) -> VisitDirection:
    """The way in which there were fewer visits: both schools learn from both (V7)."""
    visits = [one for one in visits_of(reading(), partnership.id) if one.state is not VisitState.CANCELLED]
    return min(VisitDirection, key=lambda way: sum(one.direction is way for one in visits))


def _told(visit: Visit) -> str:
    """What was done, and what happens next."""
    start = local_start(visit)
    others = [one.person.name for one in visit.people if one.side is not visit.proposed_by]
    return _(
        "Queda propuesta para el %(day)s, %(hour)s. Le avisamos a %(people)s; "
        "si no contesta en 3 días, se lo recordamos.",
        day=day_words(start),
        hour=f"{start:%H:%M}",
        people=", ".join(others),
    )


def errors_of(error: MingaError) -> dict[str, str]:
    """The faults of a form; a conflict is told at the choice of the time."""
    fields = error.fields if isinstance(error, InvalidInput) and error.fields else {"at": error.message}
    return {name: translated(sentence) for name, sentence in fields.items()}


def back_to(partnership_id: int, visit_id: int) -> ResponseReturnValue:
    """Go to the page of a visit."""
    return redirect(url_for("visits.show", partnership_id=partnership_id, visit_id=visit_id))
