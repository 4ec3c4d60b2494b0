"""Visits by time: a person's agenda, a territory's month, what is ahead, and both ways (V7)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from service.models import (
    Partnership,
    Visit,
    VisitPerson,
)
from service.models.states import (
    OPEN_PARTNERSHIPS,
    VisitDirection,
    VisitState,
)
from service.permissions import Actor
from service.queries.partnerships import known_partnerships
from service.queries.visits import COUNTED, IN_LISTS, LIVE


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """Visits of one partnership in each direction: planned ahead, and held (feature V7)."""

    partnership_id: int
    school_name: str
    leader_school_name: str
    held: dict[VisitDirection, int]
    ahead: dict[VisitDirection, int]

    @property
    def missing(self) -> tuple[VisitDirection, ...]:
        """Directions in which nothing was held and nothing is planned."""
        return tuple(way for way in VisitDirection if not self.held[way] and not self.ahead[way])


def next_visit_of(session: Session, partnership_ids: Collection[int], now: datetime) -> Visit | None:
    """The next visit ahead of some partnerships, proposed or agreed."""
    return session.scalar(
        select(Visit)
        .where(
            Visit.partnership_id.in_(sorted(partnership_ids)),
            Visit.state.in_(LIVE),
            Visit.starts_at >= now,
        )
        .options(*IN_LISTS)
        .order_by(Visit.starts_at, Visit.id)
        .limit(1)
    )


def agenda_of(session: Session, actor: Actor, *, first: datetime, last: datetime) -> list[Visit]:
    """Visits between two moments, of every partnership the actor may know of."""
    query = (
        select(Visit)
        .join(Visit.partnership)
        .where(
            known_partnerships(actor),
            Visit.starts_at >= first,
            Visit.starts_at < last,
            Visit.state != VisitState.CANCELLED,
        )
        .options(*IN_LISTS)
        .order_by(Visit.starts_at, Visit.id)
        .limit(500)
    )
    return list(session.scalars(query))


def visits_for_feed(session: Session, person_id: int, now: datetime) -> list[Visit]:
    """What a person's calendar holds: own visits from a year ago on, the cancelled ones too."""
    return list(
        session.scalars(
            select(Visit)
            .where(Visit.id.in_(_own_ids(person_id)), Visit.starts_at >= now - timedelta(days=366))
            .options(*IN_LISTS)
            .order_by(Visit.starts_at, Visit.id)
            .limit(1000)
        )
    )


def reciprocity_of(session: Session, actor: Actor, now: datetime) -> list[Reciprocity]:
    """Every open partnership the actor may know of, with its visits in each direction (V7)."""
    partnerships = session.scalars(
        select(Partnership)
        .where(known_partnerships(actor), Partnership.state.in_(sorted(OPEN_PARTNERSHIPS)))
        .options(selectinload(Partnership.school), selectinload(Partnership.leader_school))
        .order_by(Partnership.id)
    ).all()
    counts: Counter[tuple[int, VisitDirection, bool]] = Counter()
    rows = session.execute(
        select(Visit.partnership_id, Visit.direction, Visit.state, Visit.starts_at).where(
            Visit.partnership_id.in_([one.id for one in partnerships]), Visit.state.in_(COUNTED)
        )
    )
    for partnership_id, direction, state, starts_at in rows:
        if state is VisitState.HELD or starts_at >= now:
            counts[partnership_id, direction, state is VisitState.HELD] += 1
    return [
        Reciprocity(
            partnership_id=one.id,
            school_name=one.school.name,
            leader_school_name=one.leader_school.name,
            held={way: counts[one.id, way, True] for way in VisitDirection},
            ahead={way: counts[one.id, way, False] for way in VisitDirection},
        )
        for one in partnerships
    ]


def _own_ids(person_id: int) -> Select[int]:
    return select(VisitPerson.visit_id).where(VisitPerson.person_id == person_id)
