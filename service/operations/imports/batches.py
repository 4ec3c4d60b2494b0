"""Imports from file to database: uploaded, checked, applied in one transaction or not at all.

Files are read before the transaction begins; only one import runs at a time. A check is the very
import, rolled back at its end, so what it reports is what applying will do.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, select

from service.db import Database
from service.errors import ImportRejected, InvalidInput
from service.imports.file import Progress, Reading, read_file
from service.imports.reading import Upload
from service.imports.registry import source_named
from service.imports.source import Source
from service.locks import exclusive
from service.models import BatchFile, BatchIssue, Change
from service.models.columns import utc_now
from service.models.enums import BatchState
from service.operations.events import record_event
from service.operations.imports.batch_records import describe, new_batch
from service.operations.imports.decisions import decisions_on, require_import, waiting_batch
from service.operations.imports.kept_files import forget_uploads, keep_upload, kept_upload
from service.operations.imports.outcome import Decisions
from service.operations.imports.rejected import write_rejected
from service.operations.imports.report import Report, all_rejected, make_report
from service.operations.imports.writing import write_records
from service.permissions import Actor
from service.text import say

BUSY = say("Hay otra importación en marcha; espere a que termine e inténtelo de nuevo.")


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
    require_import(actor, source)
    with exclusive(database, "import", BUSY), _without_collector():
        readings = _read(source, uploads, year, progress)
        if dry_run:
            report = _rehearse(database, source, readings, actor, progress)
            _refuse_if_strict(report, strict)
            return report
        return _apply(database, source, readings, actor, instance, strict, progress)


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
    require_import(actor, source)
    with exclusive(database, "import", BUSY), _without_collector():
        readings = _read(source, uploads, year, progress)
        report = _rehearse(database, source, readings, actor, progress)
        stored = [keep_upload(upload, instance) for upload in uploads]
        try:
            with database.transaction() as session:
                batch = new_batch(session, source, readings, actor, BatchState.CHECKED, strict, stored)
                batch.year = year if year is not None else report.counts["year"]
                report.batch = batch.id
                report.counts["asked_year"] = year
                describe(session, batch, report)
                record_event(
                    session, actor=actor, action="import.checked", object_type="batch", object_id=batch.id
                )
        except BaseException:
            forget_uploads(stored, instance)
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
            batch = waiting_batch(session, batch_id, hold=False)
            source = source_named(batch.source)
            require_import(actor, source)
            files = session.scalars(
                select(BatchFile).where(BatchFile.batch_id == batch_id).order_by(BatchFile.id)
            ).all()
            uploads = [kept_upload(one, instance) for one in files]
            year, strict = batch.counts.get("asked_year"), batch.strict
        readings = _read(source, uploads, year, progress)
        return _apply(database, source, readings, actor, instance, strict, progress, batch_id)


def _read(
    source: Source, uploads: Sequence[Upload], year: int | None, progress: Progress | None
) -> list[Reading]:
    if not uploads:
        raise InvalidInput(say("No se dio ningún archivo."), code="no_file")
    return [read_file(source, upload, year, progress) for upload in uploads]


def _rehearse(
    database: Database,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    progress: Progress | None,
) -> Report:
    """Do it all and take it back."""
    if progress is not None:
        progress("comprobando", 0.7)
    report: Report | None = None
    try:
        with database.transaction() as session:
            batch = new_batch(session, source, readings, actor, BatchState.UPLOADED, False, [])
            outcome = write_records(session, batch.id, source, readings, actor, {})
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
    strict: bool,
    progress: Progress | None,
    batch_id: int | None = None,
) -> Report:
    if progress is not None:
        progress("escribiendo", 0.7)
    path: Path | None = None
    decisions: Decisions = {}
    try:
        with database.transaction() as session:
            if batch_id is None:
                batch = new_batch(session, source, readings, actor, BatchState.UPLOADED, strict, [])
            else:
                batch = waiting_batch(session, batch_id)
                decisions = decisions_on(session, batch_id)
                session.execute(delete(Change).where(Change.batch_id == batch_id))
                session.execute(delete(BatchIssue).where(BatchIssue.batch_id == batch_id))
            outcome = write_records(session, batch.id, source, readings, actor, decisions)
            report = make_report(source, readings, outcome, batch.id)
            _refuse_if_strict(report, strict)
            if report.errors:
                path = instance / "rejected" / f"importacion-{batch.id}.csv"
                write_rejected(path, readings, all_rejected(readings, outcome))
                report.rejected_file = str(path)
                batch.rejected_file = path.name
            batch.state, batch.applied_at = BatchState.APPLIED, utc_now()
            batch.year = report.counts["year"]
            describe(session, batch, report)
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


def _refuse_if_strict(report: Report, strict: bool) -> None:
    if strict and report.errors:
        first = report.errors[0]
        raise ImportRejected(
            say(
                "%(n)s filas rechazadas y nada importado; la primera: %(file)s, fila %(row)s: %(problem)s",
                n=len(report.errors),
                file=first["file"],
                row=first["row"],
                problem=first["message"],
            ),
            report.errors,
            code="rows_rejected",
        )
