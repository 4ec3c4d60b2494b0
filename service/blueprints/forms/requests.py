"""Forms about requests, shortlists and offers."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.models.enums import Element
from service.models.states import DeclineReason, DiagnosisOutcome, RequestState
from service.operations.requests import Possibilities, Purpose
from service.queries.listing import MAXIMUM_PAGE
from service.queries.requests import RequestFilters
from service.text import say

LANGUAGE = re.compile("[a-z]{2,3}")
LONG = 2_000
RANK = "rank_"


def request_filters() -> RequestFilters:
    """Read the address of the queue; what is not understood is left out."""
    reader = FieldReader(request.args)
    state = reader.choice("state", RequestState, required=False)
    return RequestFilters(
        state=None if state is RequestState.DRAFT else state,
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


def purpose_form() -> Purpose:
    """The first screen.

    Raises
    ------
    InvalidInput
        Nothing was ticked or written, or the words are too long.
    """
    reader = FieldReader(request.form)
    elements = reader.several("elements", Element)
    words = reader.text("words", required=False, longest=LONG)
    if not elements and not words:
        reader.refuse("elements", say("Marque al menos una frase, o cuéntelo con sus palabras."))
    reader.check()
    return Purpose(elements, words)


def possibilities_form() -> Possibilities:
    """The second screen: everything may stay empty."""
    reader = FieldReader(request.form)
    said = Possibilities(
        days=reader.decimal("days", low=0, high=20, required=False),
        online=reader.flag("online"),
        max_km=reader.decimal("max_km", low=0, high=5000, required=False),
        languages=tuple(dict.fromkeys(filter(LANGUAGE.fullmatch, request.form.getlist("languages")))),
        avoided=tuple(re.split(r"[\s,;]+", reader.text("avoided", required=False, longest=300)))
        if request.form.get("avoided", "").strip()
        else (),
    )
    reader.check()
    return said


def outcome_form() -> tuple[DiagnosisOutcome, str]:
    """What a diagnosis led to, with notes."""
    reader = FieldReader(request.form)
    outcome = reader.choice("outcome", DiagnosisOutcome)
    note = reader.text("note", required=False, longest=LONG)
    reader.check()
    return outcome or DiagnosisOutcome.MATCH, note


def reason_form() -> str:
    """A reason in words."""
    reader = FieldReader(request.form)
    reason = reader.text("reason", longest=500)
    reader.check()
    return reason


def decline_form() -> tuple[DeclineReason, str]:
    """A reason out of a list, and a note that is not needed."""
    reader = FieldReader(request.form)
    reason = reader.choice("reason", DeclineReason)
    note = reader.text("note", required=False, longest=LONG)
    reader.check()
    return reason or DeclineReason.OTHER, note


def ranked_form() -> list[int]:
    """The candidates that have a number, by that number; each number once.

    Raises
    ------
    InvalidInput
        Two have the same number.
    """
    places: dict[int, int] = {}
    for name, value in request.form.items():
        if not name.startswith(RANK) or not value.strip():
            continue
        number, place = name.removeprefix(RANK), value.strip()
        if not number.isdecimal() or not place.isdecimal() or len(number) > 9 or len(place) > 2:
            raise _ranks()
        if int(place) in places:
            raise _ranks()
        places[int(place)] = int(number)
    return [places[place] for place in sorted(places)]


def kept_ranks(values: Mapping[str, Any]) -> dict[int, str]:
    """What was chosen, to be shown again."""
    return {
        int(name.removeprefix(RANK)): str(value)
        for name, value in values.items()
        if name.startswith(RANK) and name.removeprefix(RANK).isdecimal()
    }


def _ranks() -> InvalidInput:
    sentence = say("Dé a cada candidata un lugar distinto: primera, segunda, tercera…")
    return InvalidInput(sentence, {"ranked": sentence})
