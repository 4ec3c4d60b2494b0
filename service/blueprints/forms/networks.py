"""Forms about networks."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.enums import Element
from service.models.network_kinds import AgreementState, NetworkRole
from service.operations.networks import NetworkDetails
from service.queries.networks import LEAST, MOST
from service.text import say

LARGEST_ID = 999_999_999


def network_details(today: date) -> NetworkDetails:
    """Read the form of a new network."""
    reader = FieldReader(request.form)
    name = reader.text("name", longest=120)
    purpose = reader.text("purpose", longest=500)
    theme = reader.choice("theme", Element, required=False)
    schools = tuple(re.split(r"[\s,;]+", reader.text("schools", longest=600))) or ()
    start_on = reader.day("start_on", latest=today)
    reader.check()
    assert start_on is not None
    return NetworkDetails(
        name=name,
        purpose=purpose,
        theme=theme,
        schools=tuple(one for one in schools if one),
        start_on=start_on,
    )


def session_fields(today: date) -> dict[str, Any]:
    """Read the form of a session: people by school, and the schools that showed their practice."""
    reader = FieldReader(request.form)
    found: dict[str, Any] = {
        "held_on": reader.day("held_on", latest=today),
        "hours": reader.decimal("hours", low=0.25, high=24),
        "topic": reader.text("topic", longest=300),
        "note": reader.text("note", required=False, longest=2000) or None,
    }
    attendance = {}
    for name in request.form:
        if name.startswith("people_") and name[7:].isdecimal():
            people = reader.whole(name, low=0, high=500, required=False)
            if people:
                attendance[int(name[7:])] = people
    presented = [int(one) for one in request.form.getlist("presented") if one.isdecimal()]
    reader.check()
    return {**found, "attendance": attendance, "presented": presented}


def person_fields() -> dict[str, Any]:
    """Read who takes part."""
    reader = FieldReader(request.form)
    found = {
        "name": reader.text("person_name", longest=200),
        "role": reader.choice("role", NetworkRole),
        "school_id": reader.whole("person_school", low=1, high=LARGEST_ID, required=False),
    }
    reader.check()
    return found


def agreement_fields() -> dict[str, Any]:
    """Read an agreement."""
    reader = FieldReader(request.form)
    found = {
        "text": reader.text("text", longest=500),
        "responsible": reader.text("responsible", longest=200),
        "due_on": reader.day("due_on"),
    }
    reader.check()
    return found


def follow_up_fields() -> dict[str, Any]:
    """Read what became of an agreement."""
    reader = FieldReader(request.form)
    state = reader.choice("state", AgreementState)
    if state is AgreementState.OPEN:
        reader.refuse("state", say("Elija una de las opciones."))
    found = {"state": state, "note": reader.text("follow_up", longest=500)}
    reader.check()
    return found


def goal_text() -> str:
    """Read a goal."""
    reader = FieldReader(request.form)
    text = reader.text("goal", longest=500)
    reader.check()
    return text


def internship_fields(today: date) -> dict[str, Any]:
    """Read an internship."""
    reader = FieldReader(request.form)
    found = {
        "from_school": reader.whole("from_school", low=1, high=LARGEST_ID),
        "to_school": reader.whole("to_school", low=1, high=LARGEST_ID),
        "teachers": reader.whole("teachers", low=1, high=500),
        "hours": reader.decimal("stay_hours", low=0.5, high=2000),
        "focus": reader.text("stay_focus", longest=300),
        "began_on": reader.day("began_on", latest=today),
    }
    reader.check()
    return found


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """What is asked of the proposal of networks."""

    territory: str
    size: int
    groups: str
    move: int | None
    to: int | None


def plan_question() -> PlanQuestion:
    """Read the address of the page of proposals; what is not understood is left out."""
    reader = FieldReader(request.args)
    target = reader.whole("size", low=LEAST, high=MOST, required=False) or 10
    return PlanQuestion(
        territory=request.args.get("territory", ""),
        size=target,
        groups=request.args.get("groups", ""),
        move=reader.whole("move", low=1, high=LARGEST_ID, required=False),
        to=reader.whole("to", low=0, high=10_000, required=False),
    )
