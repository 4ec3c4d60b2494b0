"""What was corrected by hand stands against a file until somebody accepts the file's value.

A correction names a field as the form has it (``place``, ``commune``); here stand the columns of
a school behind each, and a field's value as a correction keeps it.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from service.models.enums import Phase

COLUMNS: dict[str, tuple[str, ...]] = {
    "status": ("status",),
    "closed_on": ("closed_on",),
    "name": ("name", "name_folded"),
    "commune": ("commune_id",),
    "rural": ("rural",),
    "place": ("latitude", "longitude"),
    "enrolment": ("enrolment", "has_enrolment"),
}
"""Columns that a correction of a field sets, in the order in which fields are looked at."""


def told(field: str, facts: Mapping[str, Any], communes: Mapping[int, str]) -> Any:
    """A field of a school as corrections keep it."""
    if field == "commune":
        return communes.get(facts["commune_id"])
    if field == "place":
        return None if facts["latitude"] is None else [facts["latitude"], facts["longitude"]]
    return plain(facts[COLUMNS[field][0]])


def told_levels(levels: tuple[tuple[Phase, int | None], ...]) -> list[str]:
    """Levels as corrections keep them: the phases alone."""
    return sorted(phase.value for phase, _ in levels)


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
