"""Disputed figures of a school, and which figures can be disputed."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, FigureDispute, Indicator, Result, School
from service.models.leader_states import DisputeState


def disputable_figures(session: Session, school: School) -> dict[str, str]:
    """Published figures of a school by key, with what is shown; the newest first.

    An absent figure can be disputed too: a school may say that its pupils were tested.
    """
    figures: dict[str, str] = {}
    for row in session.scalars(
        select(Result)
        .where(Result.school_id == school.id)
        .order_by(Result.year.desc(), Result.test, Result.subject)
    ):
        shown = "–" if row.score is None else f"{row.score:g}"
        figures[f"result:{row.test}:{row.year}:{row.subject.value}"] = shown
    for found in session.scalars(
        select(Indicator)
        .where(Indicator.school_id == school.id)
        .order_by(Indicator.year.desc(), Indicator.kind)
    ):
        figures[f"indicator:{found.kind.value}:{found.year}"] = (
            "–" if found.value is None else f"{found.value:g}"
        )
    if school.enrolment is not None:
        figures["enrolment"] = f"{school.enrolment}"
    return figures


def disputes_of(session: Session, school: School, *, open_only: bool) -> list[FigureDispute]:
    """Disputes of a school: the open ones, or all with how they were decided."""
    query = (
        select(FigureDispute)
        .where(FigureDispute.school_id == school.id)
        .options(selectinload(FigureDispute.account).selectinload(Account.person))
        .order_by(FigureDispute.id.desc())
    )
    if open_only:
        query = query.where(FigureDispute.state == DisputeState.OPEN)
    return list(session.scalars(query))
