"""Requests: a school asks for a peer in three screens; its coordination goes through the queue."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.requests import (
    outcome_form,
    possibilities_form,
    purpose_form,
    reason_form,
    request_filters,
)
from service.errors import InvalidInput
from service.login import current_actor
from service.models import Request, School
from service.models.columns import local_today
from service.operations import requests
from service.permissions import Action, require
from service.queries.funnel import Funnel, funnel
from service.queries.listing import Listing
from service.queries.own_school import director_school
from service.queries.reach import place_of, territory_name
from service.queries.requests import (
    RequestFilters,
    RequestLine,
    RequestPage,
    draft_of,
    find_request,
    request_page,
    request_queue,
)
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("requests", __name__, url_prefix="/solicitudes")


@dataclass(frozen=True, slots=True)
class AskPage:
    """One of the three screens."""

    step: int
    school: School
    request: Request | None
    values: Any
    ticked: list[str]
    languages: list[str]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue of a territory."""

    filters: RequestFilters
    listing: Listing[RequestLine]
    funnel: Funnel
    territory: str | None


@dataclass(frozen=True, slots=True)
class OnePage:
    """One request, with what was typed if it was refused."""

    found: RequestPage
    values: Any
    errors: dict[str, str]


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """The queue of the coordination."""
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_NEED)
    require(actor, Action.SEE_REQUEST)
    filters = request_filters()
    page = QueuePage(
        filters=filters,
        listing=request_queue(session, filters, actor),
        funnel=funnel(session, actor),
        territory=territory_name(session, actor),
    )
    return render_template("requests/index.html", page=page)


@bp.get("/pedir")
@login_required
def ask() -> ResponseReturnValue:
    """First screen: what for; a draft goes on where it was left."""
    school = _own()
    requests.refuse_second(reading(), school)
    draft = draft_of(reading(), school.id)
    words = "" if draft is None else draft.words
    ticked = [] if draft is None else list(draft.elements)
    return _screen(1, school, draft, {"words": words}, ticked=ticked)


@bp.post("/pedir")
@login_required
def keep_purpose() -> ResponseReturnValue:
    """Keep what for, and go on."""
    school = _own()
    try:
        form = purpose_form()
    except InvalidInput as error:
        draft = draft_of(reading(), school.id)
        ticked = request.form.getlist("elements")
        return _screen(1, school, draft, request.form, ticked=ticked, error=error), 422
    actor = current_actor()
    with transaction() as session:
        draft = requests.begin_request(session, director_school(session, actor), actor=actor)
        requests.keep_purpose(session, draft, form, actor=actor)
    return redirect(url_for("requests.possibilities"))


@bp.get("/pedir/posible")
@login_required
def possibilities() -> ResponseReturnValue:
    """Second screen: what is possible for us."""
    school, draft = _own_draft()
    if draft is None:
        return redirect(url_for("requests.ask"))
    values = {
        "days": draft.days,
        "max_km": draft.max_km,
        "online": draft.online,
        "avoided": ", ".join(f"{one.school.system}:{one.school.code}" for one in draft.avoided),
    }
    return _screen(2, school, draft, values, languages=list(draft.languages) or ["es"])


@bp.post("/pedir/posible")
@login_required
def keep_possibilities() -> ResponseReturnValue:
    """Keep what is possible, and go on."""
    school, draft = _own_draft()
    if draft is None:
        return redirect(url_for("requests.ask"))
    actor = current_actor()
    try:
        form = possibilities_form()
        with transaction() as session:
            kept = find_request(session, draft.id, actor=actor)
            requests.keep_possibilities(session, kept, form, actor=actor)
    except InvalidInput as error:
        languages = request.form.getlist("languages")
        school, draft = _own_draft()
        return _screen(2, school, draft, request.form, languages=languages, error=error), 422
    return redirect(url_for("requests.check"))


@bp.get("/pedir/revisar")
@login_required
def check() -> ResponseReturnValue:
    """Third screen: check and send, with what happens next and when."""
    school, draft = _own_draft()
    if draft is None:
        return redirect(url_for("requests.ask"))
    return _screen(3, school, draft, {})


@bp.post("/pedir/revisar")
@login_required
def send() -> ResponseReturnValue:
    """Send the request."""
    school, draft = _own_draft()
    if draft is None:
        requests.refuse_second(reading(), school)
        return redirect(url_for("requests.ask"))
    actor = current_actor()
    try:
        with transaction() as session:
            sent = requests.submit_request(session, find_request(session, draft.id, actor=actor), actor=actor)
            target = url_for("requests.show", request_id=sent.id)
    except InvalidInput:
        return redirect(url_for("requests.ask"))
    flash(_("Su solicitud llegó a la coordinación de su servicio local."))
    return redirect(target)


@bp.get("/<int:request_id>")
@login_required
def show(request_id: int) -> ResponseReturnValue:
    """One request, for its school and its coordination."""
    return _request_page(request_id, {}, {})


@bp.post("/<int:request_id>/resultado")
@login_required
def decide(request_id: int) -> ResponseReturnValue:
    """What the diagnosis led to."""
    actor = current_actor()
    try:
        outcome, note = outcome_form()
        with transaction() as session:
            requests.decide_outcome(
                session, request_id, outcome=outcome, note=note, actor=actor, today=local_today()
            )
    except InvalidInput as error:
        return _request_page(request_id, request.form, error.fields), 422
    flash(_("Quedó anotado, y la escuela lo sabe."))
    return redirect(url_for("requests.show", request_id=request_id))


@bp.post("/<int:request_id>/cerrar")
@login_required
def close(request_id: int) -> ResponseReturnValue:
    """Close a request, with the reason."""
    try:
        reason = reason_form()
        with transaction() as session:
            requests.close_request(session, request_id, reason=reason, actor=current_actor())
    except InvalidInput as error:
        return _request_page(request_id, request.form, error.fields), 422
    flash(_("La solicitud quedó cerrada, y la escuela sabe por qué."))
    return redirect(url_for("requests.index"))


@bp.post("/<int:request_id>/retirar")
@login_required
def withdraw(request_id: int) -> ResponseReturnValue:
    """The school takes its request back."""
    with transaction() as session:
        requests.withdraw_request(session, request_id, actor=current_actor(), today=local_today())
    flash(_("Retiramos su solicitud. Puede pedir de nuevo cuando quiera."))
    return redirect(url_for("schools.mine"))


def _own() -> School:
    actor = current_actor()
    require(actor, Action.ASK_FOR_PEER)
    return director_school(reading(), actor)


def _own_draft() -> tuple[School, Request | None]:
    school = _own()
    return school, draft_of(reading(), school.id)


def _screen(
    step: int,
    school: School,
    draft: Request | None,
    values: Any,
    *,
    ticked: list[str] | None = None,
    languages: list[str] | None = None,
    error: InvalidInput | None = None,
) -> str:
    errors = {} if error is None else error.fields
    page = AskPage(
        step=step,
        school=school,
        request=draft,
        values=values,
        ticked=ticked or [],
        languages=languages or [],
        errors={name: translated(sentence) for name, sentence in errors.items()},
    )
    return render_template(f"requests/ask_{step}.html", page=page)


def _request_page(request_id: int, values: Any, errors: dict[str, str]) -> str:
    found = request_page(reading(), request_id, actor=current_actor())
    if errors:
        require(current_actor(), Action.KEEP_REQUESTS, place_of(found.school))
    page = OnePage(found, values, {name: translated(sentence) for name, sentence in errors.items()})
    return render_template("requests/show.html", page=page)
