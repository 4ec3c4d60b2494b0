"""A person's own calendar: who one is, the busy times, the private address, the zone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, BusyTime, CalendarFeed, School
from service.permissions import Actor
from service.queries.calendars import time_zone_of
from service.time_zones import MAINLAND


def person_of(session: Session, actor: Actor) -> int | None:
    """The person behind an account; None for the operator of the machine."""
    if actor.account_id is None:
        return None
    return session.scalar(select(Account.person_id).where(Account.id == actor.account_id))


def zone_of_actor(session: Session, actor: Actor) -> str:
    """Zone of the school one works at; of the mainland for everybody else."""
    ids = sorted(scope.school_id for scope in actor.scopes if scope.school_id is not None)
    if not ids:
        return MAINLAND
    school = session.scalar(select(School).where(School.id == ids[0]).options(selectinload(School.commune)))
    return MAINLAND if school is None else time_zone_of(school)


def busy_times_of(session: Session, person_id: int, now: datetime) -> list[BusyTime]:
    """The busy times that are still to come, one's own entries and those of an imported calendar."""
    return list(
        session.scalars(
            select(BusyTime)
            .where(BusyTime.person_id == person_id, BusyTime.ends_at >= now)
            .order_by(BusyTime.starts_at, BusyTime.id)
            .limit(200)
        )
    )


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """The private address of a person, without its key."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == person_id))


def feed_behind(session: Session, key_hash: str) -> CalendarFeed | None:
    """The feed that a key opens, with its person."""
    return session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.key_hash == key_hash)
        .options(selectinload(CalendarFeed.person))
    )
