"""Calendars as people see them: the agenda of visits, one's own calendar, journeys, both ways."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.visits import BusyForm
from service.calendar_files import settle
from service.errors import InvalidInput, NotFound
from service.login import current_actor
from service.models import BusyTime, CalendarFeed, School, Visit
from service.models.columns import MAINLAND, local_today, utc_now
from service.operations.calendar_feeds import feed_text
from service.operations.calendars import (
    LARGEST_CALENDAR,
    add_busy,
    end_feed,
    import_busy,
    remove_busy,
    renew_feed,
)
from service.operations.trips import TripPlan, plan_journey
from service.permissions import Action, require
from service.queries.agendas import Reciprocity, agenda_of, reciprocity_of
from service.queries.own_calendar import busy_times_of, feed_of, person_of, zone_of_actor
from service.queries.visits import local_day
from service.text import say
from service.web import reading, settings, transaction
from service.wording import translated

bp = Blueprint("calendars", __name__, url_prefix="/calendario")


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month's grid."""

    day: date
    inside: bool
    visits: int


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """The visits of one month, as a grid and as a list by day."""

    first: date
    weeks: tuple[tuple[Cell, ...], ...]
    days: tuple[tuple[date, tuple[Visit, ...]], ...]
    total: int
    today: date
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One's own calendar: the private address and the busy times."""

    feed: CalendarFeed | None
    address: str | None
    busy: tuple[BusyTime, ...]
    zone: str
    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class TripPage:
    """A journey: the visits that could be in it, the chosen ones in order, and what it takes."""

    visits: tuple[Visit, ...]
    chosen: frozenset[int]
    starts: tuple[School, ...]
    start: int | None
    plan: TripPlan | None
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class BothWaysPage:
    """Which partnerships visit each other both ways (feature V7)."""

    lines: tuple[Reciprocity, ...]
    missing: int


@bp.get("/")
@login_required
def agenda() -> ResponseReturnValue:
    """The visits of a month: one's own, or those of the territory."""
    actor = current_actor()
    require(actor, Action.SEE_PARTNERSHIPS)
    first = _month(request.args.get("mes", ""))
    after = _next_month(first)
    start, end = (datetime(day.year, day.month, day.day, tzinfo=MAINLAND) for day in (first, after))
    visits = agenda_of(reading(), actor, first=start, last=end)
    by_day: dict[date, list[Visit]] = {}
    for visit in visits:
        by_day.setdefault(local_day(visit), []).append(visit)
    weeks = tuple(
        tuple(Cell(day, day.month == first.month, len(by_day.get(day, ()))) for day in week)
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    )
    page = AgendaPage(
        first,
        weeks,
        tuple((day, tuple(by_day[day])) for day in sorted(by_day)),
        len(visits),
        local_today(),
        (first - timedelta(days=1)).strftime("%Y-%m"),
        after.strftime("%Y-%m"),
    )
    return render_template("calendars/agenda.html", page=page)


@bp.get("/mio")
@login_required
def own() -> ResponseReturnValue:
    """The private address, and when one cannot."""
    return _own_page({}, {})


@bp.post("/mio/direccion")
@login_required
def renew() -> ResponseReturnValue:
    """Make the private address anew, or end it; a new one is shown this once."""
    if request.form.get("do") == "end":
        with transaction() as session:
            end_feed(session, actor=current_actor())
        flash(_("La dirección de su calendario ya no abre nada."))
        return redirect(url_for("calendars.own"))
    with transaction() as session:
        key = renew_feed(session, actor=current_actor(), now=utc_now())
    return _own_page({}, {}, f"{settings().base_url}{url_for('calendars.subscribed', feed=key)}")


@bp.post("/mio/ocupado")
@login_required
def busy() -> ResponseReturnValue:
    """Say when one cannot, or bring one's own calendar."""
    actor = current_actor()
    zone = zone_of_actor(reading(), actor)
    try:
        if request.form.get("do") == "import":
            upload = request.files.get("calendar")
            if upload is None or not upload.filename:
                sentence = say("Elija el archivo .ics de su calendario.")
                raise InvalidInput(sentence, {"calendar": sentence})
            content = upload.read(LARGEST_CALENDAR + 1)
            with transaction() as session:
                number = import_busy(session, content, zone=zone, actor=actor, now=utc_now())
            flash(_("Se tomaron %(n)s horarios ocupados; de qué se trata no se guardó.", n=number))
        else:
            form = BusyForm.from_request()
            with transaction() as session:
                add_busy(session, day=form.day, starts=form.starts, ends=form.ends, zone=zone, actor=actor)
            flash(_("Anotado: en ese horario no se le proponen visitas."))
    except InvalidInput as error:
        errors = {
            "day" if name == "at" else name: translated(sentence) for name, sentence in error.fields.items()
        }
        return _own_page(request.form, errors), 422
    return redirect(url_for("calendars.own"))


@bp.post("/mio/ocupado/<int:busy_id>/quitar")
@login_required
def free(busy_id: int) -> ResponseReturnValue:
    """Take back a busy time."""
    with transaction() as session:
        remove_busy(session, busy_id, actor=current_actor())
    return redirect(url_for("calendars.own"))


@bp.get("/<feed>.ics")
def subscribed(feed: str) -> ResponseReturnValue:
    """One person's visits, for whoever holds the private address."""
    text = feed_text(reading(), feed, now=utc_now())
    if text is None:
        raise NotFound(say("Esta dirección de calendario ya no abre nada. Haga una nueva en su calendario."))
    answer = Response(settle(text, settings().base_url), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = 'inline; filename="minga.ics"'
    return answer


@bp.get("/viaje")
@login_required
def trip() -> ResponseReturnValue:
    """Several visits in one journey: the quickest round, its time and its cost."""
    actor, session, now = current_actor(), reading(), utc_now()
    require(actor, Action.SEE_PARTNERSHIPS)
    visits = tuple(
        one
        for one in agenda_of(session, actor, first=now, last=now + timedelta(days=120))
        if one.mode.value == "on_site" and one.state.value in ("proposed", "agreed")
    )
    chosen = frozenset(
        int(one) for one in request.args.getlist("visita") if one.isdecimal() and len(one) < 10
    )
    starts = {
        school.id: school
        for one in visits
        for school in (one.partnership.leader_school, one.partnership.school)
    }
    wanted = request.args.get("desde", "")
    start = int(wanted) if wanted.isdecimal() and len(wanted) < 10 and int(wanted) in starts else None
    plan, errors = None, {}
    picked = [one for one in visits if one.id in chosen]
    if picked:
        try:
            plan = plan_journey(session, picked, start=None if start is None else starts[start])
        except InvalidInput as error:
            errors = {name: translated(sentence) for name, sentence in error.fields.items()}
    page = TripPage(
        visits,
        frozenset(one.id for one in picked),
        tuple(sorted(starts.values(), key=lambda one: one.name)),
        start,
        plan,
        errors,
    )
    return render_template("calendars/trip.html", page=page), 422 if errors else 200


@bp.get("/ida-y-vuelta")
@login_required
def both_ways() -> ResponseReturnValue:
    """Whether each partnership has, or plans, a visit in each direction."""
    actor = current_actor()
    require(actor, Action.SEE_PARTNERSHIPS)
    lines = tuple(reciprocity_of(reading(), actor, utc_now()))
    page = BothWaysPage(lines, sum(bool(one.missing) for one in lines))
    return render_template("calendars/both_ways.html", page=page)


def _own_page(values: Any, errors: dict[str, str], address: str | None = None) -> str:
    session, actor = reading(), current_actor()
    person_id = person_of(session, actor) or 0
    zone = zone_of_actor(session, actor)
    page = OwnPage(
        feed_of(session, person_id),
        address,
        tuple(busy_times_of(session, person_id, utc_now())),
        zone,
        values,
        errors,
    )
    return render_template("calendars/own.html", page=page, here=ZoneInfo(zone))


def _month(text: str) -> date:
    """The first day of the month of an address, ``2026-05``; of this month where it is not understood."""
    try:
        found = datetime.strptime(text, "%Y-%m").replace(tzinfo=MAINLAND).date()
    except ValueError:
        return local_today().replace(day=1)
    return found if 2000 <= found.year <= 2100 else local_today().replace(day=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
