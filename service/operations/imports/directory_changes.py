"""What a directory changes of what is stored, each change with its decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from service.imports.records import SchoolRecord
from service.models import Commune, EducationService, Owner
from service.models.enums import ChangeDecision, ChangeKind, SchoolStatus
from service.operations.imports.corrections import plain
from service.operations.imports.known import Known, KnownCorrection
from service.operations.imports.outcome import Decisions, Outcome
from service.operations.imports.ownership import Holding
from service.operations.imports.pending_rows import PendingRows
from service.operations.imports.places import told_places
from service.text import say


@dataclass(slots=True)
class DirectoryChanges:
    """Writes changes down as they are found, and tells which of them are accepted."""

    session: Session
    batch_id: int
    system: str
    pending: PendingRows
    outcome: Outcome
    decisions: Decisions
    told: dict[Any, dict[int, dict[str, str | None]]] = field(default_factory=dict)

    def stands(
        self, correction: KnownCorrection, record: SchoolRecord, field: str, here: Any, there: Any
    ) -> bool:
        """Whether a correction stands; it ends once the file says the same or is believed."""
        if here == there or self.accepts(ChangeKind.CORRECTED_HERE, record, field, here, there):
            self.pending.ended_corrections.append(correction.id)
            return False
        if there != correction.official:
            self.pending.new_officials.append({"id": correction.id, "official": there})
        return True

    def accepts(
        self, kind: ChangeKind, record: SchoolRecord, field: str | None, before: Any, after: Any
    ) -> bool:
        """Write the change down with its decision; what was corrected here is kept unless told."""
        usual = ChangeDecision.REJECTED if kind is ChangeKind.CORRECTED_HERE else ChangeDecision.ACCEPTED
        decision = self.decisions.get((kind, record.code, field), usual)
        self.outcome.changes.append(
            {
                "batch_id": self.batch_id,
                "system": self.system,
                "school_code": record.code,
                "school_name": record.name,
                "kind": kind,
                "field": field,
                "before": plain(before),
                "after": plain(after),
                "decision": decision,
            }
        )
        return decision is ChangeDecision.ACCEPTED

    def _told_place(self, model: Any, place: int | None) -> dict[str, str | None] | None:
        """Code and name of a commune, owner or service; looked up once, where anything changed."""
        if model not in self.told:
            self.told[model] = told_places(self.session, model, self.system)
        return self.told[model].get(place) if place is not None else None

    def commune(self, commune: int | None) -> dict[str, str | None] | None:
        """Code and name of a commune."""
        return self._told_place(Commune, commune)

    def holding_told(self, holding: Holding) -> dict[str, Any]:
        """Who owns, by code and name: the ids of a checked import mean nothing afterwards."""
        return {
            "owner_type": holding.owner_type.value,
            "owner": self._told_place(Owner, holding.owner_id),
            "service": self._told_place(EducationService, holding.service_id),
        }

    def warn_absent(self, records: list[SchoolRecord], known: Known, communes: Mapping[str, int]) -> None:
        """Schools known in the file's communes that it does not list: kept, and told."""
        listed = {record.code for record in records}
        covered = {communes[record.commune.code] for record in records if record.commune}
        for code, stored in known.schools.items():
            if (
                code not in listed
                and stored.directory_year is not None
                and stored.facts["status"] is not SchoolStatus.CLOSED
                and stored.facts["commune_id"] in covered
            ):
                self.outcome.notes.add(
                    "absent_from_directory",
                    say("Establecimientos que el directorio ya no trae: se conservan como estaban."),
                    code,
                )


def kind_of(field: str, before: Any, after: Any) -> ChangeKind | None:
    """What a change of this fact is called; None where there is none to decide on."""
    if before == after:
        return None
    if field == "name":
        return ChangeKind.RENAMED
    if field == "commune_id":
        return ChangeKind.MOVED if before is not None and after is not None else None
    if field == "status" and after is SchoolStatus.CLOSED:
        return ChangeKind.CLOSED
    if field == "status" and before is SchoolStatus.CLOSED:
        return ChangeKind.REOPENED
    return None
