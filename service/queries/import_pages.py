"""Imports as their pages show them: who may see which batch, and what one batch says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy import func as sql
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.imports.registry import SOURCES
from service.models import (
    Account,
    Batch,
    BatchIssue,
    Change,
    Grant,
    Person,
    School,
)
from service.models.enums import ChangeDecision, ChangeKind, Role
from service.permissions import Action, Actor, can
from service.queries.listing import PAGE_SIZE, Listing
from service.text import fold, say

OWN_SOURCES = tuple(name for name, source in SOURCES.items() if not source.official)
OFFICIAL_SOURCES = tuple(name for name, source in SOURCES.items() if source.official)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that keeps the batches an actor may know of.

    Official files concern everybody who oversees; an own list only the territory of who uploaded
    it, and the ministry.
    """
    if actor.everywhere:
        return true()
    return or_(Batch.source.in_(OFFICIAL_SOURCES), _of_the_same_territory(actor))


def reads_rows(session: Session, batch: Batch, actor: Actor) -> bool:
    """Whether an actor may read the rows of a batch, with the people named in them."""
    if actor.operator or batch.source in OFFICIAL_SOURCES:
        return True
    return (
        session.scalar(select(Batch.id).where(Batch.id == batch.id, _of_the_same_territory(actor)))
        is not None
    )


def visible_batch(session: Session, batch_id: int, actor: Actor) -> Batch:
    """A batch with its files.

    Raises
    ------
    NotFound
        There is none, or this actor may not know of it.
    """
    batch = session.scalar(
        select(Batch)
        .where(Batch.id == batch_id, seen_by(actor))
        .options(selectinload(Batch.files))
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise NotFound(say("Esa importación no existe, o su cuenta no puede verla."), code="unknown_batch")
    return batch


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch: what it says, and the part of it that is looked at."""

    batch: Batch
    who: str | None
    reads_rows: bool
    decides: bool
    kinds: dict[ChangeKind, dict[ChangeDecision, int]]
    rejections: dict[str, int]
    view: str
    changes: Listing[Change] | None
    known: frozenset[int]
    issues: Listing[BatchIssue] | None

    @property
    def left_out(self) -> int:
        """Changes that are not taken over."""
        return sum(counts.get(ChangeDecision.REJECTED, 0) for counts in self.kinds.values())

    @property
    def changes_something(self) -> bool:
        """Whether any row is new or differs."""
        counts = self.batch.counts
        return bool(counts.get("created") or counts.get("updated"))


def batch_view(
    session: Session, batch_id: int, actor: Actor, *, view: str = "", q: str = "", page: int = 1
) -> BatchView:
    """Read a batch, and a page of its rejected rows or of one kind of change."""
    batch = visible_batch(session, batch_id, actor)
    official = batch.source in OFFICIAL_SOURCES
    reads = reads_rows(session, batch, actor)
    kinds = _kinds(session, batch_id)
    rejections = _rejections(session, batch_id)
    known_views = [*(kind.value for kind in kinds), *(["rejected"] if rejections else [])]
    chosen = view if view in known_views else next(iter(known_views), "")
    changes = issues = None
    if chosen == "rejected":
        issues = _issues(session, batch_id, q, page) if reads else None
    elif chosen:
        changes = _changes(session, batch_id, ChangeKind(chosen), q, page)
    shown = changes.lines if changes else ()
    return BatchView(
        batch=batch,
        who=_uploader(session, batch),
        reads_rows=reads,
        decides=can(actor, Action.IMPORT_OFFICIAL if official else Action.IMPORT_OWN),
        kinds=kinds,
        rejections=rejections,
        view=chosen,
        changes=changes,
        known=_known_codes(session, shown),
        issues=issues,
    )


def all_issues(session: Session, batch_id: int) -> list[BatchIssue]:
    """Every rejected row of a batch."""
    query = select(BatchIssue).where(BatchIssue.batch_id == batch_id)
    return list(session.scalars(query.order_by(BatchIssue.file, BatchIssue.row, BatchIssue.id)))


def _of_the_same_territory(actor: Actor) -> ColumnElement[bool]:
    coordinators = select(Grant.account_id).where(
        Grant.role == Role.COORDINATOR,
        or_(
            Grant.service_id.in_(sorted(actor.service_ids)),
            Grant.owner_id.in_(sorted(actor.owner_ids)),
        ),
    )
    return Batch.account_id.in_(coordinators)


def _uploader(session: Session, batch: Batch) -> str | None:
    if batch.account_id is None:
        return None
    return session.scalar(
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == batch.account_id)
    )


def _kinds(session: Session, batch_id: int) -> dict[ChangeKind, dict[ChangeDecision, int]]:
    """How many changes of each kind, by decision; those that need thought come first."""
    found: dict[ChangeKind, dict[ChangeDecision, int]] = {}
    for kind, decision, count in session.execute(
        select(Change.kind, Change.decision, sql.count())
        .where(Change.batch_id == batch_id)
        .group_by(Change.kind, Change.decision)
    ):
        found.setdefault(kind, {})[decision] = count
    return {kind: found[kind] for kind in TAB_ORDER if kind in found}


def _rejections(session: Session, batch_id: int) -> dict[str, int]:
    rows = session.execute(
        select(BatchIssue.code, sql.count().label("rows"))
        .where(BatchIssue.batch_id == batch_id)
        .group_by(BatchIssue.code)
        .order_by(sql.count().desc(), BatchIssue.code)
    )
    return {row.code: row.rows for row in rows}


def _issues(session: Session, batch_id: int, q: str, page: int) -> Listing[BatchIssue]:
    query = select(BatchIssue).where(BatchIssue.batch_id == batch_id)
    if q.isdecimal():
        query = query.where(or_(BatchIssue.row == int(q[:9]), BatchIssue.message.contains(q)))
    elif q:
        query = query.where(
            or_(
                BatchIssue.message.icontains(q, autoescape=True),
                BatchIssue.column.icontains(q, autoescape=True),
                BatchIssue.file.icontains(q, autoescape=True),
            )
        )
    return _page(session, query, (BatchIssue.file, BatchIssue.row, BatchIssue.id), page)


def _changes(session: Session, batch_id: int, kind: ChangeKind, q: str, page: int) -> Listing[Change]:
    query = select(Change).where(Change.batch_id == batch_id, Change.kind == kind)
    number = q.rpartition(":")[2].partition("-")[0]
    if number.isdecimal():
        query = query.where(Change.school_code == int(number[:9]))
    else:
        for word in fold(q).split():
            query = query.where(
                or_(
                    Change.school_name.icontains(word, autoescape=True),
                    Change.school_code.in_(
                        select(School.code).where(School.name_folded.contains(word, autoescape=True))
                    ),
                )
            )
    return _page(session, query, (Change.school_name, Change.school_code, Change.id), page)


def _page(session: Session, query: Any, order: Sequence[Any], page: int) -> Listing[Any]:
    total = session.scalar(select(sql.count()).select_from(query.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    rows = session.scalars(query.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Listing(tuple(rows), total, page)


def _known_codes(session: Session, changes: Sequence[Change]) -> frozenset[int]:
    """Schools of the shown changes that have a page already."""
    if not changes:
        return frozenset()
    codes = {change.school_code for change in changes}
    query = select(School.code).where(School.system == changes[0].system, School.code.in_(codes))
    return frozenset(session.scalars(query))


TAB_ORDER = (
    ChangeKind.CORRECTED_HERE,
    ChangeKind.CLOSED,
    ChangeKind.MERGED,
    ChangeKind.REOPENED,
    ChangeKind.OPENED,
    ChangeKind.OWNER_CHANGED,
    ChangeKind.MOVED,
    ChangeKind.RENAMED,
)
