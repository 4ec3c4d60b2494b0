"""The open partnerships of the reader's own school: where each stands, what comes next, the next visit."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.models import Leader, Ownership, Partnership, School, Visit
from service.models.states import OPEN_PARTNERSHIPS
from service.permissions import AT_SCHOOL, Actor
from service.queries.agendas import next_visit_of
from service.queries.partnership_next import NextStep, next_step
from service.queries.partnership_situation import situations
from service.queries.partnership_tasks import Situation
from service.queries.partnerships import parties_of


@dataclass(frozen=True, slots=True)
class OwnPartnership:
    """A partnership as the first page of one of its two sides shows it."""

    partnership: Partnership
    situation: Situation
    next: NextStep
    visit: Visit | None


def own_partnerships(
    session: Session, actor: Actor, *, today: date, now: datetime
) -> tuple[OwnPartnership, ...]:
    """Open partnerships of the schools at which the actor works, the oldest first."""
    own = sorted(s.school_id for s in actor.scopes if s.role in AT_SCHOOL and s.school_id is not None)
    school = (selectinload(School.commune), selectinload(School.ownerships).selectinload(Ownership.service))
    rows = session.scalars(
        select(Partnership)
        .where(
            or_(Partnership.school_id.in_(own), Partnership.leader_school_id.in_(own)),
            Partnership.state.in_(sorted(OPEN_PARTNERSHIPS)),
        )
        .options(
            selectinload(Partnership.school).options(*school),
            selectinload(Partnership.leader_school).options(*school),
            selectinload(Partnership.leader).selectinload(Leader.person),
        )
        .order_by(Partnership.start_on, Partnership.id)
    ).all()
    found = situations(session, rows, today)
    return tuple(
        OwnPartnership(
            partnership=one,
            situation=found[one.id],
            next=next_step(found[one.id], parties_of(session, actor, one)),
            visit=next_visit_of(session, [one.id], now),
        )
        for one in rows
    )
