"""The calendar of places and people: school days, quiet dates, busy times."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import BusyTime, CalendarDay, School, VisitBooking
from service.models.states import CalendarDayKind
from service.queries.schools import current_ownership
from service.school_days import NamedDays, SchoolDays
from service.text import Sentence
from service.time_zones import zone_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which somebody or a school cannot; only whose, never why."""

    starts_at: datetime
    ends_at: datetime
    person_id: int | None = None
    school_id: int | None = None


def school_days_of(session: Session, school_ids: Collection[int]) -> dict[int, SchoolDays]:
    """The calendar of each school: three queries, however many schools."""
    schools = session.scalars(
        select(School)
        .where(School.id.in_(sorted(school_ids)))
        .options(selectinload(School.commune), selectinload(School.ownerships))
    ).all()
    spans = session.scalars(select(CalendarDay).order_by(CalendarDay.first_on, CalendarDay.id)).all()
    return {school.id: _days_at(school, spans) for school in schools}


def school_days_at(session: Session, school_id: int) -> SchoolDays:
    """The calendar of one school."""
    return school_days_of(session, (school_id,))[school_id]


def quiet_reason(session: Session, school_id: int, day: date) -> Sentence | None:
    """Why no first contact is made with a school on a day (feature C7); None where it may be."""
    return school_days_at(session, school_id).quiet(day)


def time_zone_of(school: School) -> str:
    """Zone of a school; its commune must be loaded."""
    commune = school.commune
    return zone_of(
        school.system,
        None if commune is None else commune.region_code,
        None if commune is None else commune.code,
    )


def taken_times(
    session: Session,
    *,
    person_ids: Collection[int],
    school_ids: Collection[int],
    first: datetime,
    last: datetime,
    without_visit: int | None = None,
) -> list[Taken]:
    """When these people and schools have a visit or are busy, between two moments."""
    booked = session.execute(
        select(
            VisitBooking.starts_at, VisitBooking.ends_at, VisitBooking.person_id, VisitBooking.school_id
        ).where(
            VisitBooking.person_id.in_(sorted(person_ids)) | VisitBooking.school_id.in_(sorted(school_ids)),
            VisitBooking.starts_at < last,
            VisitBooking.ends_at > first,
            VisitBooking.visit_id != (without_visit or 0),
        )
    )
    busy = session.execute(
        select(BusyTime.starts_at, BusyTime.ends_at, BusyTime.person_id).where(
            BusyTime.person_id.in_(sorted(person_ids)),
            BusyTime.starts_at < last,
            BusyTime.ends_at > first,
        )
    )
    found = [Taken(*row) for row in booked] + [Taken(*row) for row in busy]
    return sorted(
        found, key=lambda one: (one.starts_at, one.ends_at, one.person_id is None, one.person_id or 0)
    )


def calendar_lines(session: Session, *, year: int, service_ids: Collection[int]) -> list[CalendarDay]:
    """What the calendar of a year holds: everybody's days, and those of these services."""
    return list(
        session.scalars(
            select(CalendarDay)
            .where(
                CalendarDay.first_on <= date(year, 12, 31),
                CalendarDay.last_on >= date(year, 1, 1),
                CalendarDay.service_id.is_(None) | CalendarDay.service_id.in_(sorted(service_ids)),
            )
            .options(selectinload(CalendarDay.service))
            .order_by(CalendarDay.first_on, CalendarDay.id)
        )
    )


def _days_at(school: School, spans: Iterable[CalendarDay]) -> SchoolDays:
    commune: Any = school.commune
    period = current_ownership(school)
    service_id = None if period is None else period.service_id
    region, code = (None, None) if commune is None else (commune.region_code, commune.code)
    held = [
        one
        for one in spans
        if one.system == school.system
        and one.region_code in (None, region)
        and one.commune_code in (None, code)
        and one.service_id in (None, service_id)
    ]
    return SchoolDays(
        school.system,
        region,
        code,
        tuple(NamedDays(CalendarDayKind(one.kind), one.first_on, one.last_on, one.name) for one in held),
    )
