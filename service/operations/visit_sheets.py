"""A visit's form for places without a connection: taken along as a file, brought back, merged (V10)."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Visit
from service.models.states import AttendanceRole, Side, VisitMode, VisitState
from service.operations.visit_notes import COMMON, SURPRISES, write_note
from service.operations.visit_records import VisitRecord, hold_visit, suggested_record
from service.permissions import Actor
from service.queries.visits import find_visit
from service.text import say

HEADER = ("field", "before", "value")
TEXTS = (*COMMON, "surprised")
FACTS = ("day", "hour", "minutes", "mode", "led_by")
LARGEST = 200_000
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file brings back: the visit it is of, and each field as taken along and as filled in."""

    uid: str
    before: Mapping[str, str] = field(default_factory=dict)
    value: Mapping[str, str] = field(default_factory=dict)


def sheet_of(visit: Visit, side: Side) -> str:
    """The form as a file that any spreadsheet opens; ``before`` is what was known when it was taken."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerow(("visit", visit.uid, visit.uid))
    for name, text in _known(visit, side).items():
        writer.writerow((name, _inert(text), _inert(text)))
    for name in _count_names():
        writer.writerow((name, "", ""))
    return "\ufeff" + out.getvalue()


def read_sheet(content: bytes) -> Sheet:
    """Read a form that was filled in.

    Raises
    ------
    InvalidInput
        It is too large, is no such form, or a text is too long.
    """
    if len(content) > LARGEST:
        raise _refused(say("El archivo es demasiado grande para ser una hoja de visita."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=";" if ";" in first else ","))
    if not rows or tuple(cell.strip() for cell in rows[0][:3]) != HEADER:
        raise _refused(
            say("No es una hoja de visita: baje la hoja, complétela y súbala sin cambiar sus títulos.")
        )
    cells = {row[0].strip(): (_plain(row[1]), _plain(row[2])) for row in rows[1:] if len(row) >= 3}
    if "visit" not in cells:
        raise _refused(say("La hoja no dice de qué visita es; baje una nueva."))
    for name, (_before, value) in cells.items():
        if len(value) > LONGEST:
            raise _refused(
                say("«%(name)s» es demasiado largo: se admiten %(n)s caracteres.", name=name[:30], n=LONGEST)
            )
    return Sheet(
        cells["visit"][0].strip(),
        {name: before.strip() for name, (before, _value) in cells.items()},
        {name: value for name, (_before, value) in cells.items()},
    )


def merge_sheet(
    session: Session,
    partnership_id: int,
    visit_id: int,
    sheet: Sheet,
    *,
    actor: Actor,
    side: Side,
    now: datetime,
) -> Visit:
    """Take over what a form brings back, losing nothing that was written meanwhile.

    An empty field changes nothing; where both were changed, both texts stay; a form brought
    twice changes nothing the second time.

    Raises
    ------
    InvalidInput
        The form is of another visit, or what it says took place cannot be.
    Conflict, NotAllowed, NotFound
        As for writing by hand.
    """
    _partnership, visit = find_visit(session, partnership_id, visit_id, actor)
    if sheet.uid != visit.uid:
        raise _refused(say("Esta hoja es de otra visita."))
    if visit.state is VisitState.AGREED:
        hold_visit(session, partnership_id, visit_id, _record(sheet), actor=actor, now=now)
        _partnership, visit = find_visit(session, partnership_id, visit_id, actor)
    note = visit.note
    texts = {}
    for name in TEXTS:
        stored = "" if note is None else getattr(note, SURPRISES[side] if name == "surprised" else name)
        merged = merged_text(sheet.before.get(name, ""), stored, sheet.value.get(name, ""))
        if merged != stored:
            texts[name] = merged
    if texts:
        version = 0 if note is None else note.version
        write_note(session, partnership_id, visit_id, texts, version=version, actor=actor, now=now)
    return visit


def merged_text(before: str, stored: str, brought: str) -> str:
    """One text out of what was taken along, what is stored now, and what was brought back.

    Examples
    --------
    >>> merged_text("a", "a", "b"), merged_text("a", "c", "a"), merged_text("a", "c", "")
    ('b', 'c', 'c')
    >>> merged_text("a", "c", "b")
    'c\\n\\nb'
    """
    if not brought or brought == before or brought in stored:
        return stored
    return brought if stored == before else f"{stored}\n\n{brought}"


def _known(visit: Visit, side: Side) -> dict[str, str]:
    facts = {name: str(value) for name, value in suggested_record(visit).items()}
    note = visit.note
    texts = {name: "" if note is None else getattr(note, name) for name in COMMON}
    texts["surprised"] = "" if note is None else getattr(note, SURPRISES[side])
    return facts | texts


def _inert(text: str) -> str:
    """A text that a spreadsheet takes for a text, and never computes."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:2] in "=+-@" else text


def _count_names() -> list[str]:
    names = [f"{side.value}_{role.value}" for side in Side for role in AttendanceRole]
    return [part for name in names for part in (name, f"{name}_first")]


def _record(sheet: Sheet) -> VisitRecord:
    value = sheet.value
    numbers = {}
    try:
        for side in Side:
            for role in AttendanceRole:
                name = f"{side.value}_{role.value}"
                number, first = int(value.get(name) or 0), int(value.get(f"{name}_first") or 0)
                if number or first:
                    numbers[side, role] = (number, first)
        return VisitRecord(
            day=date.fromisoformat(value["day"]),
            hour=time.fromisoformat(value["hour"].zfill(5)),
            minutes=int(value["minutes"]),
            mode=VisitMode(value["mode"]),
            led_by=Side(value["led_by"]),
            numbers=numbers,
        )
    except (KeyError, ValueError) as error:
        raise _refused(
            say(
                "En la hoja falta, o no se entiende, cuándo fue, cuánto duró, cómo, "
                "quién condujo o cuántos fueron."
            )
        ) from error


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"sheet": sentence}, code="visit_sheet")
