"""What writing a batch did, or would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.imports.file import Rejection
from service.imports.source import Notes
from service.models.enums import ChangeDecision, ChangeKind

UNKNOWN = "No se conoce el establecimiento {code}: importe antes el directorio."
REPEATED = "El establecimiento {code} ya venía en otro archivo."
Decisions = Mapping[tuple[ChangeKind, int, str | None], ChangeDecision]
"""What a person decided on a change: by kind, school code and field."""


@dataclass(slots=True)
class Outcome:
    """Counts of rows, rows rejected on the way, changes of known schools, warnings."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def reject(self, file: str, row: int, code: str, message: str, column: str | None = None) -> None:
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
