"""The answer to an import, as scripts rely on it."""

from dataclasses import dataclass
from typing import Any

from service.imports.file import Reading
from service.imports.source import Notes, Source
from service.operations.imports.outcome import Outcome


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    batch: int | None
    source: str
    counts: dict[str, Any]
    warnings: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    rejected_file: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The fields of the answer, in order."""
        counted = {name: self.counts[name] for name in COUNTED}
        kinds: dict[str, int] = {}
        for change in self.changes:
            kinds[str(change["kind"])] = kinds.get(str(change["kind"]), 0) + 1
        return {
            "batch": self.batch,
            "source": self.source,
            **counted,
            "warnings": self.warnings,
            "errors": self.errors,
            "rejected_file": self.rejected_file,
            "year": self.counts["year"],
            "changes": kinds,
        }


COUNTED = ("files", "rows", "created", "updated", "unchanged", "rejected", "results", "absent")


def make_report(source: Source, readings: list[Reading], outcome: Outcome, batch_id: int | None) -> Report:
    """Add up what reading and writing told."""
    notes = Notes()
    for reading in readings:
        notes.merge(reading.notes)
    notes.merge(outcome.notes)
    rejected = sorted(all_rejected(readings, outcome), key=lambda one: (one.file, one.row))
    years = sorted({reading.year for reading in readings if reading.year is not None})
    counts = {
        "files": len(readings),
        "rows": sum(reading.rows for reading in readings),
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": len(rejected),
        "results": sum(reading.results for reading in readings),
        "absent": sum(reading.absent for reading in readings),
        "year": years[-1] if years else None,
        "years": years,
    }
    return Report(
        batch_id, source.name, counts, notes.as_list(), [one.as_dict() for one in rejected], outcome.changes
    )


def all_rejected(readings: list[Reading], outcome: Outcome) -> list[Any]:
    """Rows set aside while reading and while writing."""
    return [one for reading in readings for one in reading.rejected] + outcome.rejected
