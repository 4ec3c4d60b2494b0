"""What writing a batch did, or would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.imports.file import Rejection
from service.imports.source import Notes
from service.models.enums import ChangeDecision, ChangeKind
from service.text import Sentence, say

Decisions = Mapping[tuple[ChangeKind, int, str | None], ChangeDecision]
"""What a person decided on a change: by kind, school code and field."""


def unknown_school(code: object) -> Sentence:
    """Why a row about a school that no directory told of comes back."""
    return say("No se conoce el establecimiento %(code)s: importe antes el directorio.", code=code)


def repeated_school(code: object) -> Sentence:
    """Why a second row on the same school comes back."""
    return say("El establecimiento %(code)s ya venía en otro archivo.", code=code)


@dataclass(slots=True)
class Outcome:
    """Counts of rows, rows rejected on the way, changes of known schools, warnings."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def reject(self, file: str, row: int, code: str, message: Sentence, column: str | None = None) -> None:
        """Set a row aside."""
        self.rejected.append(Rejection(file, row, column, code, message))

    def count(self, *, is_new: bool, differs: bool) -> None:
        """Count one row that was used."""
        if is_new:
            self.created += 1
        elif differs:
            self.updated += 1
        else:
            self.unchanged += 1
