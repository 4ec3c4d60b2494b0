"""What is sent with the pages of questionnaires."""

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.network_kinds import AnswerSide, QuestionnaireKind
from service.questionnaire_items import ITEMS, LEVELS


def answered_levels(kind: QuestionnaireKind) -> dict[str, int]:
    """Read an answer; a statement left out is absent."""
    reader = FieldReader(request.form)
    words = tuple(str(level) for level in LEVELS)
    found = {code: reader.one_of(code, words) for code in ITEMS[kind]}
    reader.check()
    return {code: int(level) for code, level in found.items() if level}


def codes_wanted() -> tuple[AnswerSide, int]:
    """Read for which side codes are printed, and how many."""
    reader = FieldReader(request.form)
    side = reader.choice("side", AnswerSide)
    number = reader.whole("number", low=1, high=999)
    reader.check()
    assert side is not None
    assert number is not None
    return side, number
