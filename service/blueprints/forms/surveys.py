"""What is sent with the pages of surveys."""

from dataclasses import dataclass

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.states import Side
from service.models.survey_kinds import SurveyGroup
from service.survey_questions import LEVELS, LONGEST_COMMENT, QUESTIONS
from service.text import say


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """Levels of what was answered, and words."""

    levels: dict[str, int]
    comment: str
    draft: bool


@dataclass(frozen=True, slots=True)
class SheetForm:
    """For whom links are printed."""

    side: Side
    role: SurveyGroup
    number: int
    replace: bool


def answer_form(role: SurveyGroup) -> AnswerForm:
    """Read an answer; a question left out is absent."""
    reader = FieldReader(request.form)
    words = tuple(str(level) for level in LEVELS)
    levels = {}
    for code in QUESTIONS[role]:
        level = reader.one_of(code, words)
        if level:
            levels[code] = int(level)
    comment = reader.text("comment", required=False, longest=LONGEST_COMMENT)
    reader.check()
    return AnswerForm(levels, comment, reader.flag("draft"))


def sheet_form() -> SheetForm:
    """Read for whom links are asked for."""
    reader = FieldReader(request.form)
    side = reader.choice("side", Side)
    role = reader.choice("role", SurveyGroup)
    number = reader.whole("number", low=1, high=999)
    reader.check()
    assert side is not None
    assert role is not None
    assert number is not None
    return SheetForm(side, role, number, reader.flag("replace"))


def typed_code() -> str:
    """The code of a sheet as somebody typed it."""
    reader = FieldReader(request.form)
    code = "".join(c for c in reader.text("code", longest=60).lower() if c.isalnum())
    if not code and "code" not in reader.errors:
        reader.refuse("code", say("Escriba el código de su hoja: son letras y números."))
    reader.check()
    return code
