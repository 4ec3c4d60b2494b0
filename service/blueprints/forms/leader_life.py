"""Forms of a leader's life."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from service.blueprints.forms.leaders import LANGUAGE
from service.blueprints.forms.reader import FieldReader
from service.models.enums import Element
from service.models.leader_states import (
    ComplaintState,
    ConsentKind,
    ConsentWay,
    InterestKind,
    Recommendation,
    ReviewDecision,
    TeamRole,
)
from service.operations.leader_records import Offer
from service.operations.leader_states import Move
from service.text import say
from service.wording.leader_life import WORDS

LONG = 2000


def reader() -> FieldReader:
    """The form that was sent."""
    return FieldReader(request.form)


def step_form() -> dict[str, Any]:
    """One step of a leader's life."""
    form = reader()
    step = form.choice("step", Move)
    reason = form.text("reason", required=False, longest=500)
    until = form.day("term_end_on", required=False)
    form.check()
    return {"step": step, "reason": reason, "term_end_on": until}


def term_form() -> dict[str, Any]:
    """Another last day."""
    form = reader()
    until, reason = form.day("until"), form.text("reason", longest=500)
    form.check()
    return {"until": until, "reason": reason}


def consent_form(today: date, *, own: bool) -> dict[str, Any]:
    """A consent: of oneself here, or noted by the coordination."""
    form = reader()
    kind = form.choice("kind", ConsentKind)
    if own:
        form.check()
        return {"kind": kind, "given_on": today, "given_by": "", "way": ConsentWay.HERE}
    given_on = form.day("given_on", latest=today)
    given_by, way = form.text("given_by", longest=160), form.choice("way", ConsentWay)
    form.check()
    return {"kind": kind, "given_on": given_on, "given_by": given_by, "way": way}


def withdrawal_form(*, own: bool) -> dict[str, Any]:
    """A consent taken back: one's own needs no reason."""
    form = reader()
    kind = form.choice("kind", ConsentKind)
    reason = form.text("reason", required=not own, longest=500)
    form.check()
    return {"kind": kind, "reason": reason}


def training_form(today: date) -> dict[str, Any]:
    """A course or induction."""
    form = reader()
    found = {
        "name": form.text("name"),
        "given_by": form.text("given_by", longest=160),
        "completed_on": form.day("completed_on", latest=today),
        "hours": form.decimal("hours", low=0.5, high=500),
    }
    form.check()
    return found


def offer_form() -> Offer:
    """What a leader offers."""
    form = reader()
    elements = {}
    for element in Element:
        level = form.whole(f"element_{element.value}", low=1, high=4, required=False)
        if level is not None:
            elements[element.value] = level
    languages = tuple(dict.fromkeys(filter(LANGUAGE.fullmatch, request.form.getlist("languages"))))
    if not languages:
        form.refuse("languages", say("Elija al menos un idioma."))
    offer = Offer(
        capacity=form.whole("capacity", low=0, high=20, default=0) or 0,
        days_per_term=form.whole("days_per_term", low=0, high=60, default=0) or 0,
        elements=elements,
        languages=languages,
        online=form.flag("online"),
        max_km=form.decimal("max_km", low=0, high=5000, required=False),
        exchange_kinds=_ticked(form, "exchange_kinds", "offered_exchange"),
        weekdays=_ticked(form, "weekdays", "weekday"),
    )
    form.check()
    return offer


def member_form(today: date) -> dict[str, Any]:
    """Somebody who works along."""
    form = reader()
    found = {
        "name": form.text("name", longest=160),
        "role": form.choice("role", TeamRole),
        "expertise": form.several("expertise", Element),
        "start_on": form.day("start_on", required=False, latest=today) or today,
    }
    form.check()
    return found


def interest_form(today: date) -> dict[str, Any]:
    """What binds the person to another school."""
    form = reader()
    found = {
        "school_key": form.text("school", longest=20),
        "kind": form.choice("kind", InterestKind),
        "start_on": form.day("start_on", required=False, latest=today) or today,
        "end_on": form.day("end_on", required=False),
        "note": form.text("note", required=False, longest=300),
    }
    form.check()
    return found


def complaint_form() -> dict[str, Any]:
    """A complaint."""
    form = reader()
    found = {"text": form.text("text", longest=LONG), "suspends": form.flag("suspends")}
    form.check()
    return found


def complaint_step_form() -> dict[str, Any]:
    """What becomes of a complaint; closing it needs words."""
    form = reader()
    state = form.choice("state", ComplaintState)
    closing = state not in (ComplaintState.OPEN, ComplaintState.EXAMINED)
    decision = form.text("decision", required=closing, longest=LONG)
    form.check()
    return {"state": state, "suspends": form.flag("suspends"), "decision": decision}


def review_form() -> dict[str, Any]:
    """The decision of a review."""
    form = reader()
    decision, reason = form.choice("decision", ReviewDecision), form.text("reason", longest=500)
    form.check()
    return {"decision": decision, "reason": reason}


def goal_form() -> dict[str, Any]:
    """What the own school wants to learn."""
    form = reader()
    found = {
        "goal": form.text("goal", longest=LONG),
        "element": form.choice("element", Element, required=False),
    }
    form.check()
    return found


def gain_form() -> str:
    """What it gained."""
    form = reader()
    gain = form.text("gain", longest=LONG)
    form.check()
    return gain


def declaration_form() -> dict[str, Any]:
    """Whether something binds an assessor to a candidate."""
    form = reader()
    answer = form.text("conflict")
    known = {kind.value for kind in InterestKind}
    if answer and answer != "none" and answer not in known:
        form.refuse("conflict", say("Elija una de las opciones."))
    note = form.text("note", required=False, longest=500)
    form.check()
    return {"conflict": None if answer == "none" else InterestKind(answer), "note": note}


def judgement_form() -> dict[str, Any]:
    """A judgement with its reasons."""
    form = reader()
    found = {
        "judgements": {
            name.removeprefix("asked_"): value
            for name, value in request.form.items()
            if name.startswith("asked_")
        },
        "recommendation": form.choice("recommendation", Recommendation),
        "reasons": form.text("reasons", longest=LONG),
    }
    form.check()
    return found


@dataclass(frozen=True, slots=True)
class Nomination:
    """Somebody put forward, or oneself."""

    school: str
    name: str
    email: str
    in_post_since: date | None
    words: str

    @classmethod
    def from_request(cls, today: date, *, own: bool) -> "Nomination":
        """Read the form; of oneself only the words are asked.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        form = reader()
        email = form.text("email", required=not own, longest=254).lower()
        if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
            form.refuse("email", say("No es una dirección de correo."))
        found = cls(
            school=form.text("school", required=not own, longest=20),
            name=form.text("name", required=not own, longest=160),
            email=email,
            in_post_since=form.day("in_post_since", required=False, latest=today),
            words=form.text("words", longest=LONG),
        )
        form.check()
        return found


def criteria_form() -> dict[str, Any]:
    """A version of the criteria, made from a published one: what stays, and with which thresholds."""
    form = reader()
    asked = sorted(name.removeprefix("ask_") for name in request.form if name.startswith("ask_"))
    found = {
        "base": form.text("base", longest=80),
        "version": form.text("version", longest=40),
        "reason": form.text("reason", longest=500),
        "thresholds": {
            name: form.whole(f"threshold_{name}", low=0, high=99, required=False) for name in asked
        },
    }
    form.check()
    return found


def decision_form() -> dict[str, Any]:
    """Whether a proposed version holds, and from when."""
    form = reader()
    found = {
        "approve": form.one_of("decision", ("approve", "reject")) == "approve",
        "in_force_from": form.day("in_force_from", required=False),
        "reason": form.text("reason", longest=500),
    }
    form.check()
    return found


def _ticked(form: FieldReader, name: str, noun: str) -> tuple[str, ...]:
    known = WORDS[noun]
    ticked = set(request.form.getlist(name))
    if ticked - set(known):
        form.refuse(name, say("Elija una de las opciones."))
    return tuple(value for value in known if value in ticked)
