"""Figures for everybody: aggregates of ten schools or more, never a school's name."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.small_cells import SMALLEST_SHOWN, Cell, showable
from service.models import Leader, Proposal, Result, School
from service.models.enums import LeaderStatus, SchoolStatus

MINIMUM_PUBLIC_COUNT = SMALLEST_SHOWN
"""Smaller cells are not published (``domain.md``: the public sees aggregates of ten or more)."""


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Counts, and the year of the newest results.

    None where a count is below ten, or one below ten would follow from it and another.
    """

    schools: int | None
    schools_with_results: int | None
    leaders: int | None
    published_proposals: int | None
    newest_year: int | None


def public_figures(session: Session) -> PublicFigures:
    """Count what the public page tells."""
    newest = session.scalar(select(func.max(Result.year)))
    working = frozenset(
        session.scalars(select(School.id).where(School.status == SchoolStatus.WORKING, School.has_enrolment))
    )
    with_results = frozenset(
        session.scalars(
            select(Result.school_id).where(Result.year == newest, Result.score.is_not(None)).distinct()
        )
    )
    cells = (Cell({"schools": "working"}, working), Cell({"schools": "with_results"}, with_results))
    schools, tested = (
        _shown(cell.count) if seen else None for cell, seen in zip(cells, showable(cells), strict=True)
    )
    leaders = session.scalar(
        select(func.count(Leader.id)).where(Leader.status.in_([LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE]))
    )
    return PublicFigures(
        schools=schools,
        schools_with_results=tested,
        leaders=_shown(leaders),
        published_proposals=_shown(
            session.scalar(select(func.count(Proposal.id)).where(Proposal.published_at.is_not(None)))
        ),
        newest_year=newest,
    )


def _shown(count: int | None) -> int | None:
    return count if count is not None and count >= MINIMUM_PUBLIC_COUNT else None
