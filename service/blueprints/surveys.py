"""Surveys: answer by a link or signed in, read what they say, print links for who has no account."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.surveys import answer_form, sheet_form, typed_code
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import local_today
from service.operations.survey_answers import keep_draft, send_answer
from service.operations.survey_sheets import Sheet, handle_concern, make_sheet
from service.permissions import Action, require
from service.queries.questionnaires import is_of_questionnaire
from service.queries.survey_results import SurveyResults, TerritorySurveys, survey_results, territory_surveys
from service.queries.surveys import (
    OpenSurvey,
    SurveyConcern,
    survey_concerns,
    survey_of_account,
    survey_of_link,
)
from service.survey_questions import COURSE, LEVELS, QUESTIONS
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("surveys", __name__)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A survey to answer: its questions in two blocks, and what was written."""

    survey: OpenSurvey
    action: str
    course: tuple[str, ...]
    trust: tuple[str, ...]
    values: Any
    errors: dict[str, str]
    levels: tuple[int, ...] = LEVELS


@dataclass(frozen=True, slots=True)
class CodePage:
    """Where a code is typed, or thanks are said."""

    values: Any = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What the surveys of one partnership say."""

    results: SurveyResults
    values: Any = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Links to print."""

    sheet: Sheet
    results: SurveyResults
    questions: tuple[str, ...]
    levels: tuple[int, ...] = LEVELS


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """How surveys go in a territory, and which need somebody."""

    summary: TerritorySurveys
    concerns: tuple[SurveyConcern, ...]


@bp.get("/encuesta")
def enter() -> ResponseReturnValue:
    """Type the code of a printed sheet."""
    return render_template("surveys/enter.html", page=CodePage())


@bp.post("/encuesta")
def enter_code() -> ResponseReturnValue:
    """On to the survey of the code."""
    try:
        code = typed_code()
    except InvalidInput as error:
        return render_template("surveys/enter.html", page=CodePage(request.form, _errors(error))), 422
    where = "questionnaires.answer" if is_of_questionnaire(reading(), code) else "surveys.answer"
    return redirect(url_for(where, code=code))


@bp.get("/encuesta/gracias")
def thanks() -> ResponseReturnValue:
    """After answering."""
    return render_template("surveys/thanks.html", page=CodePage())


@bp.get("/encuesta/<code>")
def answer(code: str) -> ResponseReturnValue:
    """The survey that a link opens, with the draft."""
    survey = survey_of_link(reading(), code, local_today())
    return _answer_page(survey, url_for("surveys.send", code=code))


@bp.post("/encuesta/<code>")
def send(code: str) -> ResponseReturnValue:
    """Keep the draft, or send the answer."""
    return _answered(
        lambda session: survey_of_link(session, code, local_today()),
        url_for("surveys.send", code=code),
        url_for("surveys.answer", code=code),
    )


@bp.get("/acompanamientos/<int:partnership_id>/encuestas")
@login_required
def index(partnership_id: int) -> ResponseReturnValue:
    """What the surveys of a partnership say."""
    results = survey_results(reading(), partnership_id, current_actor(), local_today())
    return render_template("surveys/index.html", page=ResultsPage(results))


@bp.get("/acompanamientos/<int:partnership_id>/encuestas/<int:survey_id>/responder")
@login_required
def own_answer(partnership_id: int, survey_id: int) -> ResponseReturnValue:
    """One's own survey, signed in."""
    actor = current_actor()
    survey = survey_of_account(reading(), survey_id, actor, local_today())
    return _answer_page(
        survey, url_for("surveys.own_send", partnership_id=survey.partnership_id, survey_id=survey_id)
    )


@bp.post("/acompanamientos/<int:partnership_id>/encuestas/<int:survey_id>/responder")
@login_required
def own_send(partnership_id: int, survey_id: int) -> ResponseReturnValue:
    """Keep the draft, or send the answer, signed in."""
    return _answered(
        lambda session: survey_of_account(session, survey_id, current_actor(), local_today()),
        url_for("surveys.own_send", partnership_id=partnership_id, survey_id=survey_id),
        url_for("surveys.own_answer", partnership_id=partnership_id, survey_id=survey_id),
    )


@bp.post("/acompanamientos/<int:partnership_id>/encuestas/<int:survey_id>/hoja")
@login_required
def sheet(partnership_id: int, survey_id: int) -> ResponseReturnValue:
    """Links for teachers or families, to print: shown once."""
    actor, today = current_actor(), local_today()
    results = survey_results(reading(), partnership_id, actor, today)
    try:
        form = sheet_form()
        with transaction() as session:
            made = make_sheet(
                session,
                partnership_id,
                survey_id,
                side=form.side,
                role=form.role,
                number=form.number,
                replace=form.replace,
                actor=actor,
                today=today,
            )
            page = render_template("surveys/sheet.html", page=SheetPage(made, results, QUESTIONS[form.role]))
    except InvalidInput as error:
        page = render_template("surveys/index.html", page=ResultsPage(results, request.form, _errors(error)))
        return page, 422
    return page


@bp.post("/acompanamientos/<int:partnership_id>/encuestas/<int:survey_id>/aviso")
@login_required
def handle(partnership_id: int, survey_id: int) -> ResponseReturnValue:
    """The coordination talked to the schools."""
    with transaction() as session:
        handle_concern(session, partnership_id, survey_id, actor=current_actor(), today=local_today())
    flash(_("Quedó anotado: salió de lo pendiente."))
    return redirect(url_for("surveys.territory"))


@bp.get("/coordinacion/encuestas")
@login_required
def territory() -> ResponseReturnValue:
    """How surveys go in the territory."""
    actor, today = current_actor(), local_today()
    require(actor, Action.COORDINATE_PARTNERSHIPS)
    session = reading()
    page = TerritoryPage(territory_surveys(session, actor, today), survey_concerns(session, actor, today))
    return render_template("surveys/territory.html", page=page)


def _answered(find: Callable[[Any], OpenSurvey], action: str, again: str) -> ResponseReturnValue:
    survey = find(reading())
    try:
        form = answer_form(survey.role)
        with transaction() as session:
            if form.draft:
                keep_draft(session, survey, form.levels, form.comment)
            else:
                send_answer(session, survey, form.levels, form.comment)
    except InvalidInput as error:
        return _answer_page(survey, action, request.form, _errors(error)), 422
    if form.draft:
        flash(_("Lo que escribió quedó guardado. Puede seguir más tarde con el mismo enlace."))
        return redirect(again)
    return redirect(url_for("surveys.thanks"))


def _answer_page(
    survey: OpenSurvey, action: str, values: Any = None, errors: dict[str, str] | None = None
) -> str:
    if values is None:
        draft = survey.draft
        values = {**draft.get("levels", {}), "comment": draft.get("comment", "")}
    codes = QUESTIONS[survey.role]
    page = AnswerPage(
        survey,
        action,
        tuple(code for code in codes if code in COURSE),
        tuple(code for code in codes if code not in COURSE),
        values,
        errors or {},
    )
    return render_template("surveys/answer.html", page=page)


def _errors(error: InvalidInput) -> dict[str, str]:
    return {name: translated(sentence) for name, sentence in error.fields.items()}
