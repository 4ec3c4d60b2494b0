"""Self-assessment: a school's answers side by side, its own form, and the one-off links of teachers."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.letters import HERE
from service.login import current_actor
from service.models import School
from service.models.columns import local_today
from service.operations import self_assessments
from service.permissions import Action, require
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.queries.self_answers import SelfAnswersPage, open_answer_link, self_answers
from service.security import limiter
from service.web import reading, settings, transaction
from service.wording import translated
from service.wording.rubric import QUESTIONS

bp = Blueprint("assessments", __name__, url_prefix="/autoevaluacion")


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The answers of a school, with what was typed if it was refused."""

    found: SelfAnswersPage
    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The form that a teacher's link opens."""

    school: School | None
    values: Any
    errors: dict[str, str]
    done: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Links to cut out and hand over; shown once."""

    school: School
    links: list[str]


@bp.get("/<code>")
@login_required
def show(code: str) -> ResponseReturnValue:
    """The answers of a school."""
    return _page(code, {}, {})


@bp.post("/<code>")
@login_required
def answer(code: str) -> ResponseReturnValue:
    """Keep one's own answers."""
    actor = current_actor()
    _may(code)
    try:
        answers, comment = _answers()
        with transaction() as session:
            self_assessments.answer_self(session, code, answers, comment, actor=actor, today=local_today())
    except InvalidInput as error:
        return _page(code, request.form, error.fields), 422
    flash(_("Sus respuestas quedaron guardadas; puede cambiarlas durante el año."))
    return redirect(url_for("assessments.show", code=code))


@bp.post("/<code>/enlaces")
@login_required
def links(code: str) -> ResponseReturnValue:
    """Make links for teachers: a sheet to print, or by mail."""
    actor = current_actor()
    _may(code)
    try:
        reader = FieldReader(request.form)
        copies = reader.whole("copies", low=0, high=self_assessments.MOST_LINKS, required=False) or 0
        addresses = re.split(r"[\s,;]+", reader.text("addresses", required=False, longest=2000))
        reader.check()
        with transaction() as session:
            made = self_assessments.make_links(
                session,
                code,
                copies=copies,
                addresses=[one for one in addresses if one],
                actor=actor,
                today=local_today(),
            )
    except InvalidInput as error:
        return _page(code, request.form, error.fields), 422
    if not made:
        flash(_("Los enlaces van en camino por correo."))
        return redirect(url_for("assessments.show", code=code))
    base = (settings().base_url or request.url_root).rstrip("/")
    page = SheetPage(find_school(reading(), code), [url.replace(HERE, base) for url in made])
    return render_template("assessments/sheet.html", page=page)


@bp.get("/responder/<token>")
def by_link(token: str) -> ResponseReturnValue:
    """The form of a teacher."""
    school = open_answer_link(reading(), self_assessments.hashed_token(token))
    if school is None:
        raise self_assessments.link_is_void()
    return render_template("assessments/answer.html", page=LinkPage(school, {}, {}, False))


@bp.post("/responder/<token>")
@limiter.limit("60 per hour")
def answer_by_link(token: str) -> ResponseReturnValue:
    """Keep a teacher's answers, once."""
    school = open_answer_link(reading(), self_assessments.hashed_token(token))
    if school is None:
        raise self_assessments.link_is_void()
    try:
        answers, comment = _answers()
        with transaction() as session:
            self_assessments.answer_by_link(session, token, answers, comment, today=local_today())
    except InvalidInput as error:
        told = {name: translated(sentence) for name, sentence in error.fields.items()}
        return render_template(
            "assessments/answer.html", page=LinkPage(school, request.form, told, False)
        ), 422
    return render_template("assessments/answer.html", page=LinkPage(None, {}, {}, True))


def _may(code: str) -> None:
    """Refuse before the form is read; a foreign school is not known to have such a page."""
    actor = current_actor()
    self_answers(reading(), code, local_today().year, actor=actor)
    require(actor, Action.ANSWER_SELF, place_of(find_school(reading(), code)))


def _answers() -> tuple[dict[str, int], str]:
    reader = FieldReader(request.form)
    found = {name: reader.whole(name, low=1, high=4, required=False) for name in QUESTIONS}
    comment = reader.text("comment", required=False, longest=2000)
    reader.check()
    return {name: level for name, level in found.items() if level is not None}, comment


def _page(code: str, values: Any, errors: dict[str, str]) -> str:
    year = FieldReader(request.args).whole("year", low=2000, high=2100, required=False)
    found = self_answers(reading(), code, year or local_today().year, actor=current_actor())
    told = {name: translated(sentence) for name, sentence in errors.items()}
    return render_template("assessments/show.html", page=AnswersPage(found, values, told))
