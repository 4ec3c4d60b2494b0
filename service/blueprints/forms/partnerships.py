"""Forms about partnerships."""

from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from service.blueprints.forms.reader import FieldReader
from service.models.enums import Element
from service.models.states import (
    ConcernReason,
    ExchangeKind,
    NoteLevel,
    ObjectiveArea,
    RatingMoment,
    ReviewMark,
    ReviewOverall,
    Side,
)
from service.operations.agreements import AgreementText
from service.operations.attachments import MAXIMUM_BYTES, UploadedFile
from service.operations.partnership_notes import Counted, HandoverText
from service.operations.plans import ActivityText, ObjectiveText
from service.operations.reviews import ReviewText
from service.text import say
from service.wording.partnerships import CHECKLIST

LONG = 2_000


def agreement_text() -> AgreementText:
    """Read an agreement."""
    reader = FieldReader(request.form)
    days = reader.decimal("days", low=0.5, high=20)
    end_on = reader.day("end_on")
    text = {
        "focus": reader.several("focus", Element, required=True),
        "kinds": reader.several("kinds", ExchangeKind, required=True),
        "conduct": reader.text("conduct", longest=LONG),
    }
    reader.check()
    return AgreementText(days=days or 1, end_on=end_on or date.max, **text)  # type: ignore[arg-type]


def objective_text() -> ObjectiveText:
    """Read an objective."""
    reader = FieldReader(request.form)
    side = reader.choice("side", Side) or Side.SUPPORTED
    area = reader.choice("area", ObjectiveArea) or ObjectiveArea.TEACHING
    words = reader.text("words", longest=500)
    measure = reader.text("measure", required=False, longest=300)
    baseline = reader.decimal("baseline", low=-1e6, high=1e6, required=False)
    target = reader.decimal("target", low=-1e6, high=1e6, required=False)
    expected_on = reader.day("expected_on", required=False)
    reader.check()
    return ObjectiveText(
        side=side,
        area=area,
        words=words,
        measure=measure,
        baseline=baseline,
        target=target,
        expected_on=expected_on,
    )


def activity_text() -> ActivityText:
    """Read an activity."""
    reader = FieldReader(request.form)
    words, responsible = reader.text("words", longest=500), reader.text("responsible", longest=160)
    led_by = reader.choice("led_by", Side) or Side.SUPPORTED
    kind = reader.choice("kind", ExchangeKind) or ExchangeKind.TEAM
    due_on = reader.day("due_on")
    reader.check()
    return ActivityText(
        words=words, responsible=responsible, led_by=led_by, kind=kind, due_on=due_on or date.max
    )


def activity_step() -> tuple[str, dict[str, Any]]:
    """Read what became of an activity."""
    reader = FieldReader(request.form)
    name = reader.text("step", longest=20)
    values = {
        "done_on": reader.day("done_on", required=False),
        "evidence": reader.text("evidence", required=False, longest=LONG),
        "reason": reader.text("reason", required=False, longest=500),
    }
    reader.check()
    return name, values


def uploaded_file() -> UploadedFile:
    """Read the file that was sent; no more of it than may be kept, and a byte."""
    reader = FieldReader(request.form)
    sent: FileStorage | None = request.files.get("file")
    if sent is None or not sent.filename:
        reader.refuse("file", say("Elija un archivo."))
    reader.check()
    if sent is None:
        raise AssertionError("refused above")
    return UploadedFile(sent.filename or "", sent.stream.read(MAXIMUM_BYTES + 1))


def review_text(objectives: list[int]) -> ReviewText:
    """Read one side's review of these objectives."""
    reader = FieldReader(request.form)
    held_on = reader.day("held_on")
    overall = reader.choice("overall", ReviewOverall)
    marks: dict[int, tuple[ReviewMark, str]] = {}
    for number in objectives:
        mark = reader.choice(f"mark_{number}", ReviewMark)
        words = reader.text(f"words_{number}", required=False, longest=500)
        if mark is not None:
            marks[number] = (mark, words)
    text = {
        "reviewer": reader.text("reviewer", longest=160),
        "words": reader.text("words", required=False, longest=LONG),
        "next_steps": reader.text("next_steps", required=False, longest=LONG),
        "next_on": reader.day("next_on", required=False),
        "none_needed": reader.flag("none_needed"),
    }
    reader.check()
    return ReviewText(
        held_on=held_on or date.max,
        overall=overall or ReviewOverall.NOT_YET,
        marks=marks,
        **text,  # type: ignore[arg-type]
    )


def note_text() -> tuple[NoteLevel, str]:
    """Read a note."""
    reader = FieldReader(request.form)
    level, text = reader.choice("level", NoteLevel), reader.text("text", longest=LONG)
    reader.check()
    return level or NoteLevel.PAIR, text


def concern_text() -> tuple[ConcernReason, str]:
    """Read a concern."""
    reader = FieldReader(request.form)
    reason, words = reader.choice("reason", ConcernReason), reader.text("words", longest=LONG)
    reader.check()
    return reason or ConcernReason.OTHER, words


def counted() -> Counted:
    """Read how many took part."""
    reader = FieldReader(request.form)
    teachers = reader.whole("teachers", low=1, high=500)
    teachers_in = reader.whole("teachers_in", low=0, high=500)
    leadership = reader.whole("leadership", low=1, high=50)
    leadership_in = reader.whole("leadership_in", low=0, high=50)
    reader.check()
    return Counted(
        teachers=teachers or 1,
        teachers_in=teachers_in or 0,
        leadership=leadership or 1,
        leadership_in=leadership_in or 0,
    )


def handover_text(today: date) -> HandoverText:
    """Read the closing checklist."""
    reader = FieldReader(request.form)
    text = HandoverText(
        successor=reader.text("successor", required=False, longest=160),
        successor_trained_on=reader.day("successor_trained_on", required=False, latest=today),
        materials=reader.text("materials", required=False, longest=500),
        induction=reader.text("induction", required=False, longest=500),
        policy=reader.text("policy", required=False, longest=500),
        without_reason=reader.text("without_reason", required=False, longest=500),
    )
    reader.check()
    return text


def rating() -> tuple[RatingMoment, dict[str, tuple[int, str]]]:
    """Read the sustainability checklist; what nobody can judge is left out."""
    reader = FieldReader(request.form)
    moment = reader.choice("moment", RatingMoment)
    items: dict[str, tuple[int, str]] = {}
    for code in CHECKLIST:
        level = reader.whole(f"level_{code}", low=1, high=4, required=False)
        words = reader.text(f"evidence_{code}", required=False, longest=300)
        if level is not None:
            items[code] = (level, words)
    reader.check()
    return moment or RatingMoment.MIDTERM, items


def person_named() -> dict[str, Any]:
    """Read who works for a side from now on."""
    reader = FieldReader(request.form)
    values = {
        "side": reader.choice("side", Side),
        "name": reader.text("name", longest=160),
        "role": reader.one_of("role", ("head", "curriculum_head", "teacher", "other"), "other"),
        "start_on": reader.day("start_on"),
    }
    reader.check()
    return values


def practice_text() -> dict[str, Any]:
    """Read the story of a practice."""
    reader = FieldReader(request.form)
    values: dict[str, Any] = {"element": reader.choice("element", Element)}
    for name in ("problem", "context", "done", "evidence"):
        values[name] = reader.text(name, longest=LONG)
    reader.check()
    return values


def reason_given() -> str:
    """Read why a step is taken."""
    reader = FieldReader(request.form)
    reason = reader.text("reason", required=False, longest=500)
    reader.check()
    return reason
