"""Write a directory: new schools, what changed of those known, and who owned them when.

A newer directory tells what a school is now; an older one only adds to the history of its owner.
What a coordinator corrected by hand stands until somebody accepts the file's value. Nothing is
deleted because a file does not list it.
"""

from typing import Any

from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.records import IndicatorRecord, SchoolRecord
from service.models import School
from service.models.enums import ChangeKind, SchoolStatus
from service.operations.imports.bulk import update_rows
from service.operations.imports.corrections import COLUMNS, told, told_levels
from service.operations.imports.directory_changes import DirectoryChanges, kind_of
from service.operations.imports.indicators import store
from service.operations.imports.known import FACTS, Known, KnownSchool, load_known
from service.operations.imports.outcome import Decisions, Outcome
from service.operations.imports.ownership import Holding, Period, observe
from service.operations.imports.pending_rows import PendingRows, period_columns
from service.operations.imports.places import (
    ensure_communes,
    ensure_owners,
    ensure_services,
    services_by_commune,
)
from service.text import say

CHANGED_FACTS = {
    "name": ("name", "name_folded"),
    "status": ("status", "closed_on"),
    "commune_id": ("commune_id",),
    "successor_id": ("successor_id",),
}
"""Facts whose change is shown for decision, with those that go along."""


def write_schools(
    session: Session,
    batch_id: int,
    system: str,
    source: str,
    readings: list[Reading],
    outcome: Outcome,
    decisions: Decisions,
) -> None:
    """Store one or several directories, the oldest first."""
    years = sorted({record.year for reading in readings for _, record in reading.records})  # type: ignore[union-attr]
    written: set[int] = set()
    for year in years:
        rows = [
            (reading.upload.name, row, record)
            for reading in readings
            for row, record in reading.records
            if isinstance(record, SchoolRecord) and record.year == year
        ]
        known = load_known(session, system, source)
        known.years |= written
        _Directory(session, batch_id, system, year, known, outcome, decisions).write(rows)
        written.add(year)


class _Directory:
    """One year's directory on its way into the database."""

    def __init__(
        self,
        session: Session,
        batch_id: int,
        system: str,
        year: int,
        known: Known,
        outcome: Outcome,
        decisions: Decisions,
    ) -> None:
        self.session = session
        self.batch_id = batch_id
        self.system = system
        self.year = year
        self.known = known
        self.outcome = outcome
        self.first = not known.schools
        self.newest = max((one.directory_year or 0 for one in known.schools.values()), default=0)
        self.pending = PendingRows()
        self.changes = DirectoryChanges(session, batch_id, system, self.pending, outcome, decisions)

    def write(self, rows: list[tuple[str, int, SchoolRecord]]) -> None:
        """Store the rows of this year."""
        rows = self._without_repeats(rows)
        records = [record for _, _, record in rows]
        self.communes = ensure_communes(
            self.session, self.system, (r.commune for r in records if r.commune is not None)
        )
        self.commune_codes = {id_: code for code, id_ in self.communes.items()}
        self.owners = ensure_owners(
            self.session, self.system, {r.owner_code: r.owner_name for r in records if r.owner_code}
        )
        self.services = ensure_services(
            self.session,
            self.system,
            {r.service_code: r.service_name or r.service_code for r in records if r.service_code},
            self.batch_id,
        )
        self.by_commune = services_by_commune(self.session, self.system)
        for _, row, record in rows:
            stored = self.known.schools.get(record.code)
            if stored is None:
                self._add(row, record)
            else:
                self._compare(row, record, stored)
        if self.year >= self.newest:
            self.changes.warn_absent(records, self.known, self.communes)
        self._store(rows)

    def _without_repeats(
        self, rows: list[tuple[str, int, SchoolRecord]]
    ) -> list[tuple[str, int, SchoolRecord]]:
        seen: set[int] = set()
        kept = []
        for file, row, record in rows:
            if record.code in seen:
                sentence = say("El establecimiento %(code)s viene más de una vez.", code=record.code)
                self.outcome.reject(file, row, "duplicate_school", sentence)
                continue
            seen.add(record.code)
            kept.append((file, row, record))
        return kept

    def _facts(self, record: SchoolRecord) -> dict[str, Any]:
        return dict(zip(FACTS, self._values(record, record.status), strict=True))

    def _values(self, record: SchoolRecord, status: SchoolStatus) -> tuple[Any, ...]:
        """The facts in their order."""
        commune = self.communes[record.commune.code] if record.commune else None
        return (
            record.check_digit,
            record.name,
            record.name_folded,
            status,
            record.has_enrolment,
            record.enrolment,
            record.special_enrolment,
            record.rural,
            commune,
            record.latitude,
            record.longitude,
            record.closed_on,
            None,
        )

    def _holding(self, record: SchoolRecord) -> tuple[Holding, int | None]:
        """Who owns it by this row, and the year its commune's schools pass to a service."""
        service = self.services.get(record.service_code) if record.service_code else None
        transfer = None
        if record.service_by_commune and record.commune:
            service, transfer = self.by_commune.get(self.communes[record.commune.code], (None, None))
        owner = self.owners.get(record.owner_code) if record.owner_code else None
        return Holding(record.owner_type, owner, service), transfer

    def _add(self, row: int, record: SchoolRecord) -> None:
        if not self.first and not self.changes.accepts(ChangeKind.OPENED, record, None, None, record.name):
            self.outcome.count(is_new=False, differs=False)
            return
        status = record.status
        if self.year < self.newest and status is not SchoolStatus.CLOSED:
            status = SchoolStatus.CLOSED
            self.outcome.notes.add(
                "absent_from_newer",
                say("Figuran en este directorio y no en uno más nuevo: se registran como cerrados."),
                record.code,
            )
        facts = self._values(record, status)
        self.pending.new.append((self.system, record.code, self.year, *facts, self.batch_id, row))
        self.pending.new_levels[record.code] = record.levels
        self.pending.new_periods.append((record.code, Period(self._holding(record)[0])))
        self.outcome.count(is_new=True, differs=False)

    def _compare(self, row: int, record: SchoolRecord, stored: KnownSchool) -> None:
        differs = self._compare_owner(record, stored)
        is_current = stored.directory_year is None or self.year >= stored.directory_year
        if is_current:
            facts = self._accepted_facts(record, stored)
            levels = self._accepted_levels(record, stored)
            levels_differ = levels != self.known.levels.get(stored.id, ())
            if levels_differ:
                self.pending.cleared_levels.append(stored.id)
                self.pending.new_levels[record.code] = levels
            provenance = {"directory_year": self.year, "batch_id": self.batch_id, "source_row": row}
            if facts != stored.facts:
                differs = True
                self.pending.changed.append({"id": stored.id} | facts | provenance)
            elif stored.directory_year != self.year or levels_differ:
                self.pending.seen_again.append({"id": stored.id} | provenance)
            differs = differs or levels_differ
        self.outcome.count(is_new=False, differs=differs)

    def _accepted_facts(self, record: SchoolRecord, stored: KnownSchool) -> dict[str, Any]:
        """The file's facts, save those corrected here or whose change was rejected."""
        facts = self._facts(record)
        facts["successor_id"] = stored.facts["successor_id"]
        if facts["closed_on"] is None and facts["status"] is SchoolStatus.CLOSED:
            facts["closed_on"] = stored.facts["closed_on"]
        corrections = self.known.corrections.get(stored.id, {})
        for field in [one for one in COLUMNS if one in corrections]:
            if field == "closed_on" and facts["status"] is stored.facts["status"]:
                facts["closed_on"] = facts["closed_on"] or stored.facts["closed_on"]
            here, there = (told(field, one, self.commune_codes) for one in (stored.facts, facts))
            if self.changes.stands(corrections[field], record, field, here, there):
                for name in COLUMNS[field]:
                    facts[name] = stored.facts[name]
        for field, together in CHANGED_FACTS.items():
            before, after = stored.facts[field], facts[field]
            kind = kind_of(field, before, after)
            if kind is ChangeKind.MOVED:
                before, after = self.changes.commune(before), self.changes.commune(after)
            if kind is not None and not self.changes.accepts(kind, record, field, before, after):
                for name in together:
                    facts[name] = stored.facts[name]
        return facts

    def _accepted_levels(self, record: SchoolRecord, stored: KnownSchool) -> tuple[Any, ...]:
        """The file's levels, unless those corrected here stand."""
        known = self.known.levels.get(stored.id, ())
        correction = self.known.corrections.get(stored.id, {}).get("levels")
        if correction is None:
            return record.levels
        here, there = told_levels(known), told_levels(record.levels)
        return known if self.changes.stands(correction, record, "levels", here, there) else record.levels

    def _compare_owner(self, record: SchoolRecord, stored: KnownSchool) -> bool:
        """Add this year's owner to the history; tells whether the history changed."""
        holding, transfer = self._holding(record)
        years = self.known.years if stored.directory_year is not None else set()
        before = self.known.periods.get(stored.id, ())
        correction = self.known.corrections.get(stored.id, {}).get("owner_type")
        if correction is not None and before:
            here = before[-1].holding.owner_type.value
            if self.year < self.newest or self.changes.stands(
                correction, record, "owner_type", here, record.owner_type.value
            ):
                return False
        after = observe(before, years, self.year, holding, transfer)
        if after == before:
            return False
        if before and not after[-1].holding.agrees(before[-1].holding):
            old, new = (
                self.changes.holding_told(before[-1].holding),
                self.changes.holding_told(after[-1].holding),
            )
            if not self.changes.accepts(ChangeKind.OWNER_CHANGED, record, "owner", old, new):
                return False
        known = {period.id: period for period in before}
        still = {period.id for period in after}
        self.pending.gone_periods += [one for one in known if one is not None and one not in still]
        for period in after:
            if period.id is None:
                self.pending.new_periods.append((record.code, period))
            elif period != known[period.id]:
                self.pending.changed_periods.append({"id": period.id} | period_columns(period))
        return True

    def _store(self, rows: list[tuple[str, int, SchoolRecord]]) -> None:
        session = self.session
        ids = self.pending.store(session, self.system, self.batch_id)
        self._link_successors(rows, ids)
        figures: list[tuple[int, int, IndicatorRecord]] = [
            (row, ids[record.code], figure)
            for _, row, record in rows
            if record.code in ids
            for figure in record.indicators
        ]
        if figures:
            store(session, self.batch_id, figures)

    def _link_successors(self, rows: list[tuple[str, int, SchoolRecord]], ids: dict[int, int]) -> None:
        """A closed school keeps a link to the one that took over, where the file tells one."""
        links = []
        codes = {one.id: code for code, one in self.known.schools.items()}
        for _, _, record in rows:
            stored = self.known.schools.get(record.code)
            successor = ids.get(record.successor) if record.successor else None
            if successor is None or record.code not in ids or successor == ids[record.code]:
                continue
            before = stored.facts["successor_id"] if stored else None
            corrected = self.known.corrections.get(stored.id, {}) if stored else {}
            if before == successor or "successor" in corrected:
                continue
            sides = codes.get(before) if before else None, record.successor
            if stored is None or self.changes.accepts(ChangeKind.MERGED, record, "successor_id", *sides):
                links.append({"id": ids[record.code], "successor_id": successor})
        update_rows(self.session, School, links)
