"""What a batch keeps: its files, counts and warnings, the rejected rows, the changes to decide on."""

from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.source import Source
from service.models import Batch, BatchFile, BatchIssue, Change
from service.models.columns import utc_now
from service.models.enums import BatchState
from service.operations.imports.bulk import insert_rows
from service.operations.imports.report import Report
from service.permissions import Actor
from service.text import stored


def new_batch(
    session: Session,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    state: BatchState,
    strict: bool,
    kept_as: list[str],
) -> Batch:
    """A batch with its files; ``kept_as`` names the stored ones."""
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
                stored_as=kept_as[place] if kept_as else None,
                sha256=reading.sha256,
                size=reading.upload.size,
                rows=reading.rows,
            )
        )
    session.flush()
    return batch


def describe(session: Session, batch: Batch, report: Report) -> None:
    """Keep the report with the batch: counts, warnings, rejected rows, changes."""
    batch.counts = report.counts
    batch.warnings = [one | {"sentence": stored(one["message"])} for one in report.warnings]
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
                "sentence": stored(error["message"]),
            }
            for error in report.errors
        ],
    )
    insert_rows(session, Change, [change | {"batch_id": batch.id} for change in report.changes])
