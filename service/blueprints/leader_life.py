"""The life of one leader: the page of the coordination, the steps, and what is on record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session

from service.blueprints.forms import leader_life as forms
from service.blueprints.leaders import bp
from service.errors import InvalidInput, NotAllowed
from service.login import current_actor
from service.models import Account, Leader
from service.models.columns import local_today, utc_now
from service.operations import (
    applications,
    assessments,
    complaints,
    interests,
    leader_records,
    leader_reviews,
)
from service.operations.leader_states import ASSESSORS, Move, allowed, parties
from service.queries.leader_access import ASK, decided_leader, kept_leader, known_leader, own_or_kept
from service.queries.leader_pages import LeaderFile, leader_file, rights_on
from service.queries.leader_people import assessor_accounts, is_leader_themself
from service.queries.offers import OfferLine, offers_of
from service.queries.own_partnerships import OwnPartnership, own_partnerships
from service.queries.reach import place_of
from service.web import reading, transaction
from service.wording import translated

Finder = Callable[[Session, int, Any], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be taken, and what is missing before."""

    move: Move
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaderFilePage:
    """What the page of a leader shows; ``wrong`` names the form that came back."""

    file: LeaderFile
    offers: tuple[OfferLine, ...]
    together: tuple[OwnPartnership, ...]
    steps: tuple[Step, ...]
    assessors: tuple[Account, ...]
    assessors_wanted: int
    today: str
    wrong: str
    values: Any
    errors: dict[str, str]


@bp.get("/<int:leader_id>")
@login_required
def show(leader_id: int) -> ResponseReturnValue:
    """One leader, for who oversees the territory; the person has an own page."""
    session, actor = reading(), current_actor()
    leader = known_leader(session, leader_id, actor)
    if is_leader_themself(session, actor, leader):
        return redirect(url_for("leaders.mine"))
    return render_template("leaders/show.html", page=file_page(leader_id))


@bp.post("/<int:leader_id>/paso")
@login_required
def step(leader_id: int) -> ResponseReturnValue:
    """Take a step: confirm, designate, pause, withdraw …"""
    actor = current_actor()

    def do(session: Session) -> None:
        applications.take_step(session, leader_id, actor=actor, today=local_today(), **forms.step_form())

    return act(leader_id, "step", _stepping, do, _("El cambio quedó registrado, con su razón."))


@bp.post("/<int:leader_id>/plazo")
@login_required
def term(leader_id: int) -> ResponseReturnValue:
    """Give the designation another last day."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.term_form()
        applications.extend_term(session, leader_id, actor=actor, today=local_today(), **form)

    return act(leader_id, "term", decided_leader, do, _("El plazo quedó fijado."))


@bp.post("/<int:leader_id>/evaluaciones")
@login_required
def ask_assessor(leader_id: int) -> ResponseReturnValue:
    """Ask somebody to assess the application."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.reader()
        account = form.whole("account", low=1, high=999_999_999)
        form.check()
        assessments.ask_assessor(session, leader_id, account or 0, actor=actor, today=local_today())

    return act(leader_id, "assessor", decided_leader, do, _("El mensaje está en camino."))


@bp.post("/<int:leader_id>/consentimientos")
@login_required
def consent(leader_id: int) -> ResponseReturnValue:
    """Record a consent: one's own, or what came otherwise."""
    actor = current_actor()

    def do(session: Session) -> None:
        own = own_or_kept(session, leader_id, actor)[1]
        form = forms.consent_form(local_today(), own=own)
        leader_records.give_consent(session, leader_id, actor=actor, **form)

    return act(leader_id, "consent", own_or_kept, do, _("El consentimiento quedó registrado."))


@bp.post("/<int:leader_id>/consentimientos/retirar")
@login_required
def withdraw_consent(leader_id: int) -> ResponseReturnValue:
    """Take a consent back, from now on."""
    actor = current_actor()

    def do(session: Session) -> None:
        own = own_or_kept(session, leader_id, actor)[1]
        form = forms.withdrawal_form(own=own)
        leader_records.withdraw_consent(session, leader_id, actor=actor, today=local_today(), **form)

    return act(leader_id, "withdrawal", own_or_kept, do, _("El consentimiento ya no vale, desde ahora."))


@bp.post("/<int:leader_id>/formacion")
@login_required
def training(leader_id: int) -> ResponseReturnValue:
    """Record a course or induction."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.training_form(local_today())
        leader_records.record_training(session, leader_id, actor=actor, **form)

    return act(leader_id, "training", kept_leader, do, _("La formación quedó registrada."))


@bp.post("/<int:leader_id>/equipo")
@login_required
def join_team(leader_id: int) -> ResponseReturnValue:
    """Name somebody who works along."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.member_form(local_today())
        leader_records.join_team(session, leader_id, actor=actor, **form)

    return act(leader_id, "team", own_or_kept, do, _("Quedó en el equipo."))


@bp.post("/<int:leader_id>/equipo/<int:member_id>/salir")
@login_required
def leave_team(leader_id: int, member_id: int) -> ResponseReturnValue:
    """Somebody leaves the team."""
    actor = current_actor()

    def do(session: Session) -> None:
        leader_records.leave_team(session, leader_id, member_id, actor=actor, today=local_today())

    return act(
        leader_id, "team", own_or_kept, do, _("Ya no está en el equipo; su paso queda en la historia.")
    )


@bp.post("/<int:leader_id>/intereses")
@login_required
def interest(leader_id: int) -> ResponseReturnValue:
    """Declare what binds the person to another school."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.interest_form(local_today())
        interests.declare_interest(session, leader_id, form.pop("school_key"), actor=actor, **form)

    return act(leader_id, "interest", own_or_kept, do, _("Declarado: con esa escuela no se empareja."))


@bp.post("/<int:leader_id>/intereses/<int:interest_id>/terminar")
@login_required
def end_interest(leader_id: int, interest_id: int) -> ResponseReturnValue:
    """An interest ends."""
    actor = current_actor()

    def do(session: Session) -> None:
        interests.end_interest(session, leader_id, interest_id, actor=actor, today=local_today())

    return act(leader_id, "interest", own_or_kept, do, _("El interés terminó hoy."))


@bp.post("/<int:leader_id>/reclamos/<int:complaint_id>")
@login_required
def decide_complaint(leader_id: int, complaint_id: int) -> ResponseReturnValue:
    """Take a complaint a step further."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.complaint_step_form()
        complaints.decide_complaint(session, complaint_id, actor=actor, today=local_today(), **form)

    return act(leader_id, f"complaint{complaint_id}", kept_leader, do, _("El reclamo quedó al día."))


@bp.post("/<int:leader_id>/revisiones/<int:review_id>")
@login_required
def decide_review(leader_id: int, review_id: int) -> ResponseReturnValue:
    """Decide a review."""
    actor = current_actor()

    def do(session: Session) -> None:
        form = forms.review_form()
        leader_reviews.decide_review(session, review_id, actor=actor, today=local_today(), **form)

    return act(leader_id, f"review{review_id}", kept_leader, do, _("La revisión quedó decidida."))


def act(
    leader_id: int, form: str, find: Finder, do: Callable[[Session], None], said: str
) -> ResponseReturnValue:
    """Find the leader for this actor, do it in one transaction, and go back to the actor's page."""
    actor = current_actor()
    find(reading(), leader_id, actor)
    try:
        with transaction() as session:
            do(session)
    except InvalidInput as error:
        template = "leaders/mine.html" if _own(leader_id) else "leaders/show.html"
        page = file_page(leader_id, wrong=form, errors=error.fields or {"reason": error.message})
        return render_template(template, page=page), 422
    flash(said)
    return redirect(
        url_for("leaders.mine") if _own(leader_id) else url_for("leaders.show", leader_id=leader_id)
    )


def file_page(leader_id: int, *, wrong: str = "", errors: dict[str, str] | None = None) -> LeaderFilePage:
    """The page of a leader, with a form that came back."""
    session, actor, today = reading(), current_actor(), local_today()
    leader = known_leader(session, leader_id, actor)
    own = is_leader_themself(session, actor, leader)
    rights = rights_on(actor, leader, own)
    steps = tuple(
        Step(one, tuple(applications.steps_missing(session, leader, one, today)))
        for one in allowed(session, actor, leader, place_of(leader.school))
        if one is not Move.APPLY_AGAIN
    )
    return LeaderFilePage(
        file=leader_file(session, leader, rights, today),
        offers=offers_of(session, actor, today) if own else (),
        together=own_partnerships(session, actor, today=today, now=utc_now()) if own else (),
        steps=steps,
        assessors=tuple(assessor_accounts(session)) if rights.decides else (),
        assessors_wanted=ASSESSORS,
        today=today.isoformat(),
        wrong=wrong,
        values=request.form if wrong else {},
        errors={f"{wrong}-{name}": translated(sentence) for name, sentence in (errors or {}).items()},
    )


def _own(leader_id: int) -> bool:
    session, actor = reading(), current_actor()
    return is_leader_themself(session, actor, known_leader(session, leader_id, actor))


def _stepping(session: Session, leader_id: int, actor: Any) -> Leader:
    """A leader for whom the actor may take some step."""
    leader = known_leader(session, leader_id, actor)
    if not parties(session, actor, leader, place_of(leader.school)):
        raise NotAllowed(ASK, code="not_yours")
    return leader
