"""Questionnaires for reflection: how a network works, year by year, and the profile of a service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session

from service.blueprints.forms.questionnaires import answered_levels, codes_wanted
from service.errors import InvalidInput
from service.login import current_actor
from service.models import Questionnaire
from service.models.columns import local_today
from service.operations import questionnaires
from service.operations.questionnaires import CodeSheet
from service.queries.questionnaire_results import (
    BodyLine,
    FunctioningPage,
    ProfilePage,
    bodies_seen,
    functioning_page,
    profile_page,
)
from service.queries.questionnaires import (
    OpenQuestionnaire,
    questionnaire_of_account,
    questionnaire_of_link,
    questionnaires_waiting,
)
from service.questionnaire_items import CULTURES, ITEMS, LEVELS
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("questionnaires", __name__)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A questionnaire to answer, and what was chosen."""

    asked: OpenQuestionnaire
    action: str
    values: Any
    errors: dict[str, str]
    levels: tuple[int, ...] = LEVELS

    @property
    def items(self) -> tuple[str, ...]:
        """Its statements, in the order in which they are asked."""
        return ITEMS[self.asked.kind]


@dataclass(frozen=True, slots=True)
class NetworkResultsPage:
    """How a network works, over the years."""

    results: FunctioningPage
    waiting: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BodyPage:
    """The profiles of a service."""

    results: ProfilePage
    waiting: tuple[int, ...]
    cultures: dict[str, tuple[str, ...]] = field(default_factory=lambda: CULTURES)


@dataclass(frozen=True, slots=True)
class BodiesPage:
    """The profiles that somebody may open, and what waits for an answer."""

    lines: list[BodyLine]
    waiting: list[OpenQuestionnaire]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Codes to print."""

    sheet: CodeSheet
    back: str
    levels: tuple[int, ...] = LEVELS


@dataclass(frozen=True, slots=True)
class AgainPage:
    """The form of a sheet, with what was wrong."""

    asked: Questionnaire
    back: str
    errors: dict[str, str]
    values: Any


@bp.get("/cuestionario/<code>")
def answer(code: str) -> ResponseReturnValue:
    """The questionnaire that a printed code opens."""
    asked = questionnaire_of_link(reading(), code)
    return _answer_page(asked, url_for("questionnaires.send", code=code))


@bp.post("/cuestionario/<code>")
def send(code: str) -> ResponseReturnValue:
    """Send the answer."""
    return _answered(
        lambda session: questionnaire_of_link(session, code), url_for("questionnaires.send", code=code)
    )


@bp.get("/cuestionarios/<int:questionnaire_id>/responder")
@login_required
def own_answer(questionnaire_id: int) -> ResponseReturnValue:
    """The same, signed in."""
    asked = questionnaire_of_account(reading(), questionnaire_id, current_actor())
    return _answer_page(asked, url_for("questionnaires.own_send", questionnaire_id=questionnaire_id))


@bp.post("/cuestionarios/<int:questionnaire_id>/responder")
@login_required
def own_send(questionnaire_id: int) -> ResponseReturnValue:
    """Send the answer, signed in."""
    return _answered(
        lambda session: questionnaire_of_account(session, questionnaire_id, current_actor()),
        url_for("questionnaires.own_send", questionnaire_id=questionnaire_id),
    )


@bp.get("/redes/<int:network_id>/cuestionario")
@login_required
def network(network_id: int) -> ResponseReturnValue:
    """How a network works, as its members say, over the years."""
    results = functioning_page(reading(), network_id, current_actor(), local_today())
    page = NetworkResultsPage(results, _waiting())
    return render_template("questionnaires/network.html", page=page)


@bp.post("/redes/<int:network_id>/cuestionario")
@login_required
def ask_network(network_id: int) -> ResponseReturnValue:
    """Open this year's."""
    with transaction() as session:
        questionnaires.ask_network(session, network_id, actor=current_actor(), today=local_today())
    flash(_("El cuestionario está abierto: cada persona de la red lo ve al entrar."))
    return redirect(url_for("questionnaires.network", network_id=network_id))


@bp.get("/perfil")
@login_required
def bodies() -> ResponseReturnValue:
    """The profiles that may be opened."""
    actor = current_actor()
    page = BodiesPage(bodies_seen(reading(), actor), questionnaires_waiting(reading(), actor))
    return render_template("questionnaires/bodies.html", page=page)


@bp.get("/perfil/<kind>/<int:body_id>")
@login_required
def body(kind: str, body_id: int) -> ResponseReturnValue:
    """The profile of a service, as it and its schools see it."""
    page = BodyPage(profile_page(reading(), kind, body_id, current_actor()), _waiting())
    return render_template("questionnaires/body.html", page=page)


@bp.post("/perfil/<kind>/<int:body_id>")
@login_required
def ask_body(kind: str, body_id: int) -> ResponseReturnValue:
    """Open a profile."""
    with transaction() as session:
        questionnaires.ask_about_body(session, kind, body_id, actor=current_actor(), today=local_today())
    flash(_("El perfil está abierto: cada persona del equipo y de las escuelas lo ve al entrar."))
    return redirect(url_for("questionnaires.body", kind=kind, body_id=body_id))


@bp.post("/cuestionarios/<int:questionnaire_id>/cierre")
@login_required
def close(questionnaire_id: int) -> ResponseReturnValue:
    """Nobody answers any more."""
    with transaction() as session:
        one = questionnaires.close_questionnaire(
            session, questionnaire_id, actor=current_actor(), today=local_today()
        )
        target = _page_of(one)
    flash(_("Quedó cerrado. Se muestra lo que tiene respuestas suficientes."))
    return redirect(target)


@bp.post("/cuestionarios/<int:questionnaire_id>/compartir")
@login_required
def share(questionnaire_id: int) -> ResponseReturnValue:
    """Let schools and ministry read a profile, or no longer."""
    shared = request.form.get("shared") == "yes"
    with transaction() as session:
        one = questionnaires.share_profile(
            session, questionnaire_id, shared=shared, actor=current_actor(), today=local_today()
        )
        target = _page_of(one)
    flash(
        _("Ahora lo leen también sus escuelas y el ministerio.")
        if shared
        else _("Ya no lo lee nadie de fuera del equipo.")
    )
    return redirect(target)


@bp.post("/cuestionarios/<int:questionnaire_id>/hoja")
@login_required
def sheet(questionnaire_id: int) -> ResponseReturnValue:
    """Codes to print: shown once. What is wrong is said on the page it came from."""
    with transaction() as session:
        one = questionnaires.kept_questionnaire(session, questionnaire_id, current_actor())
        target = _page_of(one)
    try:
        side, number = codes_wanted()
        with transaction() as session:
            made = questionnaires.make_codes(
                session, questionnaire_id, side=side, number=number, actor=current_actor()
            )
            return render_template("questionnaires/sheet.html", page=SheetPage(made, target))
    except InvalidInput as error:
        errors = _errors(error)
        return render_template(
            "questionnaires/again.html", page=AgainPage(one, target, errors, request.form)
        ), 422


def _answered(find: Callable[[Session], OpenQuestionnaire], action: str) -> ResponseReturnValue:
    asked = find(reading())
    try:
        levels = answered_levels(asked.kind)
        with transaction() as session:
            questionnaires.answer_questionnaire(session, asked, levels)
    except InvalidInput as error:
        return _answer_page(asked, action, request.form, _errors(error)), 422
    return redirect(url_for("surveys.thanks"))


def _answer_page(
    asked: OpenQuestionnaire, action: str, values: Any = None, errors: dict[str, str] | None = None
) -> str:
    page = AnswerPage(asked, action, values or {}, errors or {})
    return render_template("questionnaires/answer.html", page=page)


def _waiting() -> tuple[int, ...]:
    return tuple(one.id for one in questionnaires_waiting(reading(), current_actor()))


def _page_of(one: Questionnaire) -> str:
    if one.network_id is not None:
        return url_for("questionnaires.network", network_id=one.network_id)
    if one.service_id is not None:
        return url_for("questionnaires.body", kind="servicio", body_id=one.service_id)
    return url_for("questionnaires.body", kind="sostenedor", body_id=one.owner_id)


def _errors(error: InvalidInput) -> dict[str, str]:
    return {name: translated(sentence) for name, sentence in error.fields.items()}
