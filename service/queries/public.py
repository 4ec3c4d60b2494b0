"""Figures for everybody: aggregates of ten schools or more, never a school's name."""

from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from service.models import Leader, Proposal, Result, School
from service.models.enums import LeaderStatus, SchoolStatus

MINIMUM_PUBLIC_COUNT = 10
"""Smaller cells are not published (``domain.md``: the public sees aggregates of ten or more)."""


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Counts, None where they are fewer than ten, and the year of the newest results."""

    schools: int | None
    schools_with_results: int | None
    leaders: int | None
    published_proposals: int | None
    newest_year: int | None


def public_figures(session: Session) -> PublicFigures:
    """Count what the public page tells."""
    newest = session.scalar(select(func.max(Result.year)))
    with_results = session.scalar(
        select(func.count(distinct(Result.school_id))).where(Result.year == newest, Result.score.is_not(None))
    )
    leaders = session.scalar(
        select(func.count(Leader.id)).where(Leader.status.in_([LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE]))
    )
    return PublicFigures(
        schools=_shown(
            session.scalar(
                select(func.count(School.id)).where(
                    School.status == SchoolStatus.WORKING, School.has_enrolment
                )
            )
        ),
        schools_with_results=_shown(with_results),
        leaders=_shown(leaders),
        published_proposals=_shown(
            session.scalar(select(func.count(Proposal.id)).where(Proposal.published_at.is_not(None)))
        ),
        newest_year=newest,
    )


def _shown(count: int | None) -> int | None:
    return count if count is not None and count >= MINIMUM_PUBLIC_COUNT else None
