"""The school calendar of a territory: terms, breaks, test days, quiet dates; a service adds its own."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.coordination import bp
from service.blueprints.forms.reader import FieldReader
from service.blueprints.forms.visits import DaysForm
from service.errors import InvalidInput
from service.login import current_actor
from service.models import CalendarDay
from service.models.columns import local_today
from service.models.states import CalendarDayKind
from service.operations.calendars import add_days, remove_days
from service.permissions import Action, can, require
from service.queries.calendars import calendar_lines
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class SchoolCalendarPage:
    """The calendar of a year; ``service_ids`` are those whose days the reader changes."""

    year: int
    lines: tuple[CalendarDay, ...]
    knows_terms: bool
    service_ids: frozenset[int]
    everywhere: bool
    adds: bool
    values: Any
    errors: dict[str, str]


@bp.get("/calendario")
@login_required
def school_calendar() -> ResponseReturnValue:
    """The year's calendar, and a form for one's own days."""
    require(current_actor(), Action.SEE_NEED)
    return _page({}, {})


@bp.post("/calendario")
@login_required
def add_calendar_days() -> ResponseReturnValue:
    """Add days to the own service's calendar."""
    actor = current_actor()
    services = sorted(actor.coordinated[0])
    if not actor.everywhere:
        require(actor, Action.IMPORT_OWN)
    try:
        form = DaysForm.from_request()
        with transaction() as session:
            for service_id in [None] if actor.everywhere else services:
                add_days(
                    session,
                    system="cl",
                    service_id=service_id,
                    kind=form.kind,
                    first_on=form.first_on,
                    last_on=form.last_on,
                    name=form.name,
                    actor=actor,
                )
    except InvalidInput as error:
        errors = {name: translated(sentence) for name, sentence in error.fields.items()}
        return _page(request.form, errors), 422
    flash(_("Los días quedaron en el calendario."))
    return redirect(url_for("coordination.school_calendar", ano=form.first_on.year))


@bp.post("/calendario/<int:days_id>/quitar")
@login_required
def remove_calendar_days(days_id: int) -> ResponseReturnValue:
    """Take days out again."""
    actor = current_actor()
    if not actor.everywhere:
        require(actor, Action.IMPORT_OWN)
    with transaction() as session:
        remove_days(session, days_id, actor=actor)
    flash(_("Los días ya no están en el calendario."))
    return redirect(url_for("coordination.school_calendar"))


def _page(values: Any, errors: dict[str, str]) -> str:
    actor = current_actor()
    year = FieldReader(request.args).whole("ano", low=2000, high=2100, required=False) or local_today().year
    services = actor.service_ids
    lines = tuple(calendar_lines(reading(), year=year, service_ids=services))
    page = SchoolCalendarPage(
        year=year,
        lines=lines,
        knows_terms=any(one.kind is CalendarDayKind.TERM for one in lines),
        service_ids=actor.coordinated[0],
        everywhere=actor.everywhere,
        adds=actor.everywhere or can(actor, Action.IMPORT_OWN),
        values=values,
        errors=errors,
    )
    return render_template("coordination/calendar.html", page=page)
