"""A leader's own pages: what is mine, applying, what I offer, what my school learns, complaints."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session

from service.blueprints.forms import leader_life as forms
from service.blueprints.forms.leader_life import Nomination
from service.blueprints.leader_life import LeaderFilePage, act, file_page
from service.blueprints.leaders import bp
from service.errors import InvalidInput, NotAllowed
from service.login import current_actor
from service.models import Leader, School
from service.models.columns import local_today
from service.operations import applications, complaints, leader_records
from service.permissions import Action, can
from service.queries.candidates import criteria_in_force
from service.queries.complaints import leader_to_complain_of
from service.queries.leader_access import ASK, oneself, own_or_kept
from service.queries.leader_people import own_leader
from service.queries.school_pages import own_school
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class MinePage:
    """The first page of a leader; ``file`` is none for somebody who is not in the list."""

    file: LeaderFilePage | None
    may_apply: bool


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """The form to apply, or to put somebody forward."""

    own: School | None
    criteria: dict[str, Any]
    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What a leader offers, as a form."""

    leader: Leader
    own: bool
    values: Any
    languages: list[str]
    exchange_kinds: list[str]
    weekdays: list[str]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class ComplainPage:
    """The form of a complaint."""

    leader: Leader
    keeps: bool
    values: Any
    errors: dict[str, str]


@bp.get("/mis-acompanamientos")
@login_required
def mine() -> ResponseReturnValue:
    """What is a leader's own: the designation, what is missing, days, pause, consents, learning."""
    session, actor = reading(), current_actor()
    leader = own_leader(session, actor)
    if leader is None:
        school = own_school(session, actor)
        may = school is not None and can(actor, Action.APPLY_TO_LEAD)
        return render_template("leaders/not_yet.html", page=MinePage(None, may))
    return render_template("leaders/mine.html", page=file_page(leader.id))


@bp.get("/postular")
@login_required
def apply() -> ResponseReturnValue:
    """The form to apply for oneself, or to put a head forward."""
    _may_apply()
    return _apply_page({"school": request.args.get("school", "")}, {})


@bp.post("/postular")
@login_required
def send_application() -> ResponseReturnValue:
    """Apply, or put somebody forward."""
    actor, today = current_actor(), local_today()
    own = _may_apply()
    try:
        form = Nomination.from_request(today, own=own is not None)
        with transaction() as session:
            if own is not None:
                key = f"{own.system}:{own.code}"
                found = applications.apply_to_lead(session, key, words=form.words, actor=actor, today=today)
            else:
                found = applications.nominate(
                    session,
                    form.school,
                    name=form.name,
                    email=form.email,
                    in_post_since=form.in_post_since,
                    words=form.words,
                    actor=actor,
                    today=today,
                )
            leader_id = found.leader_id
    except InvalidInput as error:
        return _apply_page(request.form, error.fields or {"words": error.message}), 422
    flash(_("La postulación llegó, con la evidencia que se puede medir. El siguiente paso es de personas."))
    return redirect(url_for("leaders.mine") if own else url_for("leaders.show", leader_id=leader_id))


@bp.get("/<int:leader_id>/oferta")
@login_required
def offer(leader_id: int) -> ResponseReturnValue:
    """The form of what a leader offers."""
    leader, own = own_or_kept(reading(), leader_id, current_actor())
    values: dict[str, Any] = {
        "capacity": leader.capacity,
        "days_per_term": "" if leader.days_per_term is None else leader.days_per_term,
        "max_km": "" if leader.max_km is None else leader.max_km,
        "online": leader.online,
        **{f"element_{element}": level for element, level in leader.elements.items()},
    }
    page = OfferPage(leader, own, values, leader.languages, leader.exchange_kinds, leader.weekdays, {})
    return render_template("leaders/offer.html", page=page)


@bp.post("/<int:leader_id>/oferta")
@login_required
def keep_offer(leader_id: int) -> ResponseReturnValue:
    """Keep what a leader offers."""
    actor = current_actor()
    leader, own = own_or_kept(reading(), leader_id, actor)
    try:
        form = forms.offer_form()
        with transaction() as session:
            leader_records.keep_offer(session, leader_id, form, actor=actor)
    except InvalidInput as error:
        page = OfferPage(
            leader,
            own,
            request.form,
            languages=request.form.getlist("languages"),
            exchange_kinds=request.form.getlist("exchange_kinds"),
            weekdays=request.form.getlist("weekdays"),
            errors=_in_words(error.fields),
        )
        return render_template("leaders/offer.html", page=page), 422
    flash(_("Lo que ofrece quedó guardado."))
    return redirect(url_for("leaders.mine") if own else url_for("leaders.show", leader_id=leader_id))


@bp.post("/<int:leader_id>/metas")
@login_required
def set_goal(leader_id: int) -> ResponseReturnValue:
    """Write down what the own school wants to learn."""
    actor = current_actor()

    def do(session: Session) -> None:
        leader_records.set_goal(session, leader_id, actor=actor, today=local_today(), **forms.goal_form())

    return act(leader_id, "goal", oneself, do, _("La meta de su escuela quedó escrita."))


@bp.post("/<int:leader_id>/metas/<int:goal_id>")
@login_required
def tell_gain(leader_id: int, goal_id: int) -> ResponseReturnValue:
    """Tell what the own school gained."""
    actor = current_actor()

    def do(session: Session) -> None:
        gain = forms.gain_form()
        leader_records.tell_gain(session, leader_id, goal_id, gain=gain, actor=actor, today=local_today())

    return act(leader_id, f"gain{goal_id}", oneself, do, _("Gracias: lo que ganó su escuela quedó escrito."))


@bp.get("/<int:leader_id>/reclamos")
@login_required
def complain(leader_id: int) -> ResponseReturnValue:
    """The form of a complaint about a leader."""
    leader, keeps = leader_to_complain_of(reading(), leader_id, current_actor())
    return render_template("leaders/complain.html", page=ComplainPage(leader, keeps, {}, {}))


@bp.post("/<int:leader_id>/reclamos")
@login_required
def send_complaint(leader_id: int) -> ResponseReturnValue:
    """Open a case about a leader."""
    actor = current_actor()
    leader, keeps = leader_to_complain_of(reading(), leader_id, actor)
    try:
        form = forms.complaint_form()
        with transaction() as session:
            complaints.raise_complaint(session, leader_id, actor=actor, today=local_today(), **form)
    except InvalidInput as error:
        page = ComplainPage(leader, keeps, request.form, _in_words(error.fields))
        return render_template("leaders/complain.html", page=page), 422
    flash(_("El reclamo llegó. Lo lee solo la coordinación de esa escuela, y le contará qué decidió."))
    return redirect(url_for("leaders.show", leader_id=leader_id) if keeps else url_for("public.home"))


def _may_apply() -> School | None:
    """The own school of a head who applies; None for a coordinator who puts somebody forward."""
    session, actor = reading(), current_actor()
    if can(actor, Action.EDIT_LEADER):
        return None
    school = own_school(session, actor)
    if school is None or not can(actor, Action.APPLY_TO_LEAD):
        raise NotAllowed(ASK, code="not_yours")
    return school


def _apply_page(values: Any, errors: dict[str, str]) -> str:
    session, actor = reading(), current_actor()
    own = None if can(actor, Action.EDIT_LEADER) else own_school(session, actor)
    system = "cl" if own is None else own.system
    criteria = criteria_in_force(session, system, local_today()).to_dict()
    page = ApplyPage(own, criteria, values, _in_words(errors))
    return render_template("leaders/apply.html", page=page)


def _in_words(errors: dict[str, str]) -> dict[str, str]:
    return {name: translated(sentence) for name, sentence in errors.items()}
