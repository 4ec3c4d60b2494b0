"""Networks: the list, one network with what it does, and networks that propose themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session

from service.blueprints.forms import networks as forms
from service.blueprints.networks import bp
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import local_today
from service.operations import network_plans, network_work, networks
from service.permissions import Action, Actor, can, require
from service.queries.networks import NetworkLine, NetworkPage, network_page, networks_seen
from service.queries.questionnaires import OpenQuestionnaire, questionnaires_waiting
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class NetworksPage:
    """What the list shows."""

    lines: list[NetworkLine]
    forms: bool
    oversees: bool
    waiting: list[OpenQuestionnaire]


@dataclass(frozen=True, slots=True)
class NewNetworkPage:
    """What the form of a new network shows."""

    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class OneNetworkPage:
    """What the page of a network shows, with a form that came back."""

    found: NetworkPage
    values: Any
    errors: dict[str, str]


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """The networks of a territory, or of one's school."""
    actor = current_actor()
    page = NetworksPage(
        networks_seen(reading(), actor),
        can(actor, Action.FORM_NETWORKS),
        can(actor, Action.SEE_NEED),
        questionnaires_waiting(reading(), actor),
    )
    return render_template("networks/index.html", page=page)


@bp.get("/nueva")
@login_required
def new() -> ResponseReturnValue:
    """The form of a new network; a proposal fills it in."""
    require(current_actor(), Action.FORM_NETWORKS)
    values = {"start_on": local_today().isoformat(), **request.args.to_dict()}
    return render_template("networks/new.html", page=NewNetworkPage(values, {}))


@bp.post("/nueva")
@login_required
def form_network() -> ResponseReturnValue:
    """Form a network."""
    actor = current_actor()
    require(actor, Action.FORM_NETWORKS)
    try:
        details = forms.network_details(local_today())
        with transaction() as session:
            network_id = networks.form_network(session, details, actor=actor).id
    except InvalidInput as error:
        page = NewNetworkPage(request.form, _in_words(error))
        return render_template("networks/new.html", page=page), 422
    flash(_("La red quedó formada."))
    return redirect(url_for("networks.show", network_id=network_id))


@bp.get("/propuestas")
@login_required
def proposals() -> ResponseReturnValue:
    """Networks that propose themselves, and what moving a school costs."""
    asked = forms.plan_question()
    page = network_plans.plan_page(
        reading(),
        current_actor(),
        territory=asked.territory,
        size=asked.size,
        groups=asked.groups,
        move=asked.move,
        to=asked.to,
    )
    return render_template("networks/proposals.html", page=page, size=asked.size)


@bp.get("/<int:network_id>")
@login_required
def show(network_id: int) -> ResponseReturnValue:
    """One network: members, sessions, agreements, goals, internships."""
    return _page(network_id, {}, {})


@bp.post("/<int:network_id>/escuelas")
@login_required
def add_school(network_id: int) -> ResponseReturnValue:
    """Take a school in."""
    code = request.form.get("school", "").strip()

    def act(session: Session, actor: Actor) -> None:
        networks.add_member(session, network_id, code, actor=actor, today=local_today())

    return _act(network_id, act, _("La escuela entró a la red."))


@bp.post("/<int:network_id>/escuelas/<int:school_id>/salida")
@login_required
def end_school(network_id: int, school_id: int) -> ResponseReturnValue:
    """A school leaves."""

    def act(session: Session, actor: Actor) -> None:
        networks.end_membership(session, network_id, school_id, actor=actor, today=local_today())

    return _act(network_id, act, _("La escuela salió de la red; lo que hizo en ella queda."))


@bp.post("/<int:network_id>/personas")
@login_required
def add_person(network_id: int) -> ResponseReturnValue:
    """Note who takes part."""

    def act(session: Session, actor: Actor) -> None:
        networks.add_person(session, network_id, **forms.person_fields(), actor=actor, today=local_today())

    return _act(network_id, act, _("Quedó entre quienes participan."))


@bp.post("/<int:network_id>/sesiones")
@login_required
def add_session(network_id: int) -> ResponseReturnValue:
    """Record a session."""

    def act(session: Session, actor: Actor) -> None:
        network_work.record_session(session, network_id, **forms.session_fields(local_today()), actor=actor)

    return _act(network_id, act, _("La sesión quedó registrada."))


@bp.post("/<int:network_id>/acuerdos")
@login_required
def add_agreement(network_id: int) -> ResponseReturnValue:
    """Write an agreement down."""

    def act(session: Session, actor: Actor) -> None:
        fields = forms.agreement_fields()
        network_work.record_agreement(session, network_id, **fields, actor=actor, today=local_today())

    return _act(network_id, act, _("El acuerdo quedó anotado."))


@bp.post("/<int:network_id>/acuerdos/<int:agreement_id>")
@login_required
def follow_up(network_id: int, agreement_id: int) -> ResponseReturnValue:
    """Tell what became of an agreement."""

    def act(session: Session, actor: Actor) -> None:
        network_work.follow_up_agreement(
            session,
            network_id,
            agreement_id,
            **forms.follow_up_fields(),
            actor=actor,
            today=local_today(),
        )

    return _act(network_id, act, _("El seguimiento quedó anotado."))


@bp.post("/<int:network_id>/metas")
@login_required
def add_goal(network_id: int) -> ResponseReturnValue:
    """Set a goal."""

    def act(session: Session, actor: Actor) -> None:
        network_work.add_goal(session, network_id, text=forms.goal_text(), actor=actor, today=local_today())

    return _act(network_id, act, _("La meta quedó anotada."))


@bp.post("/<int:network_id>/pasantias")
@login_required
def add_internship(network_id: int) -> ResponseReturnValue:
    """Note an internship."""

    def act(session: Session, actor: Actor) -> None:
        fields = forms.internship_fields(local_today())
        network_work.record_internship(session, network_id, **fields, actor=actor)

    return _act(network_id, act, _("La pasantía quedó registrada."))


def _act(network_id: int, act: Callable[[Session, Actor], None], done: str) -> ResponseReturnValue:
    """Do it and go back to the page; what is wrong comes back on the same page, with nothing lost."""
    actor = current_actor()
    network_page(reading(), network_id, actor, local_today())
    try:
        with transaction() as session:
            act(session, actor)
    except InvalidInput as error:
        return _page(network_id, request.form, _in_words(error)), 422
    flash(done)
    return redirect(url_for("networks.show", network_id=network_id))


def _page(network_id: int, values: Any, errors: dict[str, str]) -> str:
    found = network_page(reading(), network_id, current_actor(), local_today())
    return render_template("networks/show.html", page=OneNetworkPage(found, values, errors))


def _in_words(error: InvalidInput) -> dict[str, str]:
    return {name: translated(sentence) for name, sentence in error.fields.items()}
