"""Imports from file to database: uploaded, checked, applied in one transaction or not at all.

Files are read before the transaction begins; only one import runs at a time. A check is the very
import, rolled back at its end, so what it reports is what applying will do.
"""

import gc
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict, ImportRejected, InvalidInput, NotFound
from service.imports.file import Progress, Reading, read_file
from service.imports.reading import Upload
from service.imports.registry import source_named
from service.imports.source import Source
from service.locks import exclusive
from service.models import Batch, BatchFile, BatchIssue, Change
from service.models.columns import utc_now
from service.models.enums import BatchState, ChangeDecision
from service.operations.events import record_event
from service.operations.imports.accounts import write_accounts
from service.operations.imports.bulk import insert_rows
from service.operations.imports.indicators import write_indicators
from service.operations.imports.leaders import write_leaders
from service.operations.imports.needs import write_needs
from service.operations.imports.outcome import Decisions, Outcome
from service.operations.imports.rejected import write_rejected
from service.operations.imports.report import Report, all_rejected, make_report
from service.operations.imports.results import write_results
from service.operations.imports.schools import write_schools
from service.operations.imports.services import write_services
from service.permissions import Action, Actor, require

BUSY = "Hay otra importación en marcha; espere a que termine e inténtelo de nuevo."


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the cyclic garbage collector back: it would walk over every record again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _RolledBack(Exception):
    """Ends a transaction that only wanted to know."""


def run_import(
    database: Database,
    source_name: str,
    uploads: Sequence[Upload],
    *,
    actor: Actor,
    instance: Path,
    year: int | None = None,
    dry_run: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Read, check and apply at once, as the command does.

    Raises
    ------
    ImportRejected
        A file is refused whole, or a row under ``strict``; nothing was applied.
    Conflict
        Another import is running.
    """
    source = source_named(source_name)
    _ask(actor, source)
    with exclusive(database, "import", BUSY), _without_collector():
        readings = _read(source, uploads, year, progress)
        if dry_run:
            report = _rehearse(database, source, readings, actor, {}, progress)
            _refuse_if_strict(report, strict)
            return report
        return _apply(database, source, readings, actor, instance, {}, strict, progress)


def check_import(
    database: Database,
    source_name: str,
    uploads: Sequence[Upload],
    *,
    actor: Actor,
    instance: Path,
    year: int | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Keep the files and report what applying them would do; nothing is applied.

    The batch stands at *checked*, with its rejected rows and its changes to decide on.
    """
    source = source_named(source_name)
    _ask(actor, source)
    with exclusive(database, "import", BUSY), _without_collector():
        readings = _read(source, uploads, year, progress)
        report = _rehearse(database, source, readings, actor, {}, progress)
        stored = [_keep(instance, upload) for upload in uploads]
        try:
            with database.transaction() as session:
                batch = _new_batch(session, source, readings, actor, BatchState.CHECKED, strict, stored)
                batch.year = year if year is not None else report.counts["year"]
                report.batch = batch.id
                report.counts["asked_year"] = year
                _describe(session, batch, report)
                record_event(
                    session, actor=actor, action="import.checked", object_type="batch", object_id=batch.id
                )
        except BaseException:
            for name in stored:
                (_uploads(instance) / name).unlink(missing_ok=True)
            raise
    return report


def apply_import(
    database: Database, batch_id: int, *, actor: Actor, instance: Path, progress: Progress | None = None
) -> Report:
    """Apply a checked batch in one transaction, as its changes were decided.

    Raises
    ------
    Conflict
        The batch is not waiting to be applied, or another import is running.
    """
    with exclusive(database, "import", BUSY), _without_collector():
        with database.reading() as session:
            batch = _waiting(session, batch_id)
            source = source_named(batch.source)
            _ask(actor, source)
            files = session.scalars(
                select(BatchFile).where(BatchFile.batch_id == batch_id).order_by(BatchFile.id)
            ).all()
            uploads = [Upload(one.name, _kept(instance, one)) for one in files]
            decisions = {
                (one.kind, one.school_code, one.field): one.decision
                for one in session.scalars(select(Change).where(Change.batch_id == batch_id))
            }
            year, strict = batch.counts.get("asked_year"), batch.strict
        readings = _read(source, uploads, year, progress)
        return _apply(database, source, readings, actor, instance, decisions, strict, progress, batch_id)


def decide(
    session: Session, batch_id: int, change_id: int, decision: ChangeDecision, *, actor: Actor
) -> Change:
    """Accept or reject one change of a checked batch."""
    batch = _waiting(session, batch_id)
    _ask(actor, source_named(batch.source))
    change = session.get(Change, change_id)
    if change is None or change.batch_id != batch_id:
        raise NotFound("Ese cambio no es de esta importación.", code="unknown_change")
    change.decision = decision
    return change


def discard_import(session: Session, batch_id: int, *, actor: Actor) -> Batch:
    """Put a checked batch aside without applying it."""
    batch = _waiting(session, batch_id)
    _ask(actor, source_named(batch.source))
    batch.state = BatchState.DISCARDED
    record_event(session, actor=actor, action="import.discarded", object_type="batch", object_id=batch_id)
    return batch


def _ask(actor: Actor, source: Source) -> None:
    require(actor, Action.IMPORT_OFFICIAL if source.official else Action.IMPORT_OWN)


def _read(
    source: Source, uploads: Sequence[Upload], year: int | None, progress: Progress | None
) -> list[Reading]:
    if not uploads:
        raise InvalidInput("No se dio ningún archivo.", code="no_file")
    return [read_file(source, upload, year, progress) for upload in uploads]


def _write(
    session: Session,
    batch_id: int,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    decisions: Decisions,
) -> Outcome:
    """Write the records, each kind by its own rules."""
    outcome = Outcome()
    system = source.system or ""
    writers: dict[str, Callable[[], None]] = {
        "schools": lambda: write_schools(
            session, batch_id, system, source.name, readings, outcome, decisions
        ),
        "services": lambda: write_services(session, batch_id, system, readings, outcome),
        "results": lambda: write_results(session, batch_id, system, readings, outcome),
        "indicators": lambda: write_indicators(session, batch_id, system, readings, outcome),
        "leaders": lambda: write_leaders(session, batch_id, readings, outcome, actor),
        "accounts": lambda: write_accounts(session, readings, outcome, actor),
        "needs": lambda: write_needs(session, batch_id, readings, outcome, actor),
    }
    writers[source.holds]()
    return outcome


def _rehearse(
    database: Database,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    decisions: Decisions,
    progress: Progress | None,
) -> Report:
    """Do it all and take it back."""
    if progress is not None:
        progress("comprobando", 0.7)
    report: Report | None = None
    try:
        with database.transaction() as session:
            batch = _new_batch(session, source, readings, actor, BatchState.UPLOADED, False, [])
            outcome = _write(session, batch.id, source, readings, actor, decisions)
            report = make_report(source, readings, outcome, None)
            raise _RolledBack
    except _RolledBack:
        assert report is not None
        return report


def _apply(
    database: Database,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    instance: Path,
    decisions: Decisions,
    strict: bool,
    progress: Progress | None,
    batch_id: int | None = None,
) -> Report:
    if progress is not None:
        progress("escribiendo", 0.7)
    path: Path | None = None
    try:
        with database.transaction() as session:
            if batch_id is None:
                batch = _new_batch(session, source, readings, actor, BatchState.UPLOADED, strict, [])
            else:
                batch = _waiting(session, batch_id)
                session.execute(delete(Change).where(Change.batch_id == batch_id))
                session.execute(delete(BatchIssue).where(BatchIssue.batch_id == batch_id))
            outcome = _write(session, batch.id, source, readings, actor, decisions)
            report = make_report(source, readings, outcome, batch.id)
            _refuse_if_strict(report, strict)
            if report.errors:
                path = instance / "rejected" / f"importacion-{batch.id}.csv"
                write_rejected(path, readings, all_rejected(readings, outcome))
                report.rejected_file = str(path)
                batch.rejected_file = path.name
            batch.state, batch.applied_at = BatchState.APPLIED, utc_now()
            batch.year = report.counts["year"]
            _describe(session, batch, report)
            record_event(
                session,
                actor=actor,
                action="import.applied",
                object_type="batch",
                object_id=batch.id,
                data={name: report.counts[name] for name in ("rows", "created", "updated", "rejected")},
            )
    except BaseException:
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    return report


def _new_batch(
    session: Session,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    state: BatchState,
    strict: bool,
    stored: list[str],
) -> Batch:
    batch = Batch(
        source=source.name,
        state=state,
        strict=strict,
        account_id=actor.account_id,
        created_at=utc_now(),
        counts={},
        warnings=[],
    )
    session.add(batch)
    session.flush()
    for place, reading in enumerate(readings):
        session.add(
            BatchFile(
                batch_id=batch.id,
                name=reading.upload.name[:200],
                stored_as=stored[place] if stored else None,
                sha256=reading.sha256,
                size=len(reading.upload.content),
                rows=reading.rows,
            )
        )
    session.flush()
    return batch


def _describe(session: Session, batch: Batch, report: Report) -> None:
    """Keep the report with the batch: counts, warnings, rejected rows, changes."""
    batch.counts = report.counts
    batch.warnings = report.warnings
    session.flush()
    insert_rows(
        session,
        BatchIssue,
        [
            {
                "batch_id": batch.id,
                "file": error["file"][:200],
                "row": error["row"],
                "column": (error["column"] or "")[:80] or None,
                "code": error["code"],
                "message": error["message"],
            }
            for error in report.errors
        ],
    )
    insert_rows(session, Change, [change | {"batch_id": batch.id} for change in report.changes])


def _refuse_if_strict(report: Report, strict: bool) -> None:
    if strict and report.errors:
        first = report.errors[0]
        raise ImportRejected(
            f"{len(report.errors)} filas rechazadas y nada importado; la primera: "
            f"{first['file']}, fila {first['row']}: {first['message']}",
            report.errors,
            code="rows_rejected",
        )


def _waiting(session: Session, batch_id: int) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound("Esa importación no existe.", code="unknown_batch")
    if batch.state is not BatchState.CHECKED:
        raise Conflict(
            "Esa importación ya no espera una decisión; suba el archivo de nuevo si hace falta.",
            code="batch_state",
            state=batch.state.value,
        )
    return batch


def _uploads(instance: Path) -> Path:
    return instance / "uploads"


def _keep(instance: Path, upload: Upload) -> str:
    """Store the bytes under a random name; the name it came with is only told."""
    folder = _uploads(instance)
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    (folder / name).write_bytes(upload.content)
    return name


def _kept(instance: Path, file: Any) -> bytes:
    try:
        return (_uploads(instance) / (file.stored_as or "")).read_bytes()
    except OSError as error:
        raise Conflict(
            f"El archivo {file.name} ya no está guardado; súbalo de nuevo.", code="file_gone", file=file.name
        ) from error
