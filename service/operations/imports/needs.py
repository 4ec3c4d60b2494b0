"""Write what schools need: one row a school, year and element."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.records import NeedRecord
from service.models import Need
from service.operations.imports.bulk import insert_rows, update_rows
from service.operations.imports.outcome import Outcome
from service.operations.imports.own import OwnSchools
from service.permissions import Actor
from service.text import say


def write_needs(
    session: Session, batch_id: int, readings: list[Reading], outcome: Outcome, actor: Actor
) -> None:
    """Store what is new or differs; the first row on a school, year and element counts."""
    schools = OwnSchools.load(session, actor)
    known = {
        tuple(key): (row, level, note)
        for *key, row, level, note in session.connection().execute(
            select(Need.school_id, Need.year, Need.element, Need.id, Need.level, Need.note)
        )
    }
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, NeedRecord)
            school = schools.find(outcome, reading.upload.name, row, record.system, record.code)
            if school is None:
                continue
            key = (school, record.year, record.element)
            if key in seen:
                sentence = say("El establecimiento, año y elemento vienen más de una vez.")
                outcome.reject(reading.upload.name, row, "duplicate_row", sentence, "element")
                continue
            seen.add(key)
            source = {"batch_id": batch_id, "account_id": actor.account_id}
            facts = {"level": record.level, "note": record.note}
            stored = known.get(key)
            differs = stored is not None and stored[1:] != (record.level, record.note)
            if stored is None:
                new.append(
                    {"school_id": school, "year": record.year, "element": record.element} | facts | source
                )
            elif differs:
                changed.append({"id": stored[0]} | facts | source)
            outcome.count(is_new=stored is None, differs=differs)
    insert_rows(session, Need, new)
    update_rows(session, Need, changed)
