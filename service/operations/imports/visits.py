"""Write visits that took place, times on the way, and the school calendar."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from service.errors import InvalidInput
from service.imports.file import Reading
from service.imports.records import CalendarDaysRecord, TravelTimeRecord, VisitRecord
from service.models import CalendarDay, Partnership, School, TravelTime, Visit
from service.models.columns import local_today, utc_now
from service.models.states import VisitDirection, VisitState
from service.operations.imports.bulk import insert_rows, update_rows
from service.operations.imports.outcome import Outcome
from service.operations.imports.own import OwnSchools
from service.permissions import Actor
from service.queries.calendars import time_zone_of
from service.queries.visits import local_day
from service.text import say
from service.time_zones import MAINLAND, moment_at

NOON = time(12)
"""Of an imported visit only the day is known; noon exists on every day."""


def write_visits(
    session: Session, batch_id: int, readings: list[Reading], outcome: Outcome, actor: Actor
) -> None:
    """Store visits that took place; one of the same pair, day, kind and direction is there already."""
    schools = OwnSchools.load(session, actor)
    partnerships: dict[tuple[int, int], list[Partnership]] = {}
    for one in session.scalars(select(Partnership).order_by(Partnership.start_on.desc())):
        partnerships.setdefault((one.school_id, one.leader_school_id), []).append(one)
    zones = _zones(session, {school for pair in partnerships for school in pair})
    known = {
        (
            visit.partnership_id,
            local_day(visit),
            visit.kind,
            visit.direction,
        )
        for visit in session.scalars(select(Visit).where(Visit.state == VisitState.HELD))
    }
    today = local_today()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, VisitRecord)
            file = reading.upload.name
            school = schools.find(outcome, file, row, record.system, record.code)
            if school is None:
                continue
            other = schools.known(record.leader_system, record.leader_code)
            found = next(
                (one for one in partnerships.get((school, other or 0), ()) if one.start_on <= record.on), None
            )
            if found is None:
                sentence = say("Esas dos escuelas no tenían un acompañamiento ese día.")
                outcome.reject(file, row, "no_partnership", sentence, "leader_school")
                continue
            if record.on > today:
                outcome.reject(file, row, "visit_ahead", say("La visita todavía no llega."), "on")
                continue
            key = (found.id, record.on, record.kind, record.direction)
            is_new = key not in known
            if is_new:
                known.add(key)
                session.add(_visit(found, record, zones, batch_id))
            outcome.count(is_new=is_new, differs=False)
    session.flush()


def write_travel_times(
    session: Session, batch_id: int, readings: list[Reading], outcome: Outcome, actor: Actor
) -> None:
    """Store times on the way; a later row on the same way takes the place of the earlier."""
    schools = OwnSchools.load(session, actor)
    known = {
        (one, other): (row_id, minutes)
        for row_id, one, other, minutes in session.execute(
            select(TravelTime.id, TravelTime.from_school_id, TravelTime.to_school_id, TravelTime.minutes)
        )
    }
    new: dict[tuple[int, int], dict[str, Any]] = {}
    changed: dict[int, dict[str, Any]] = {}
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, TravelTimeRecord)
            file = reading.upload.name
            start = schools.find(outcome, file, row, record.system, record.code)
            end = schools.known(record.to_system, record.to_code)
            if start is None:
                continue
            if end is None or end == start:
                sentence = say("El destino no se conoce, o es el mismo establecimiento.")
                outcome.reject(file, row, "unknown_school", sentence, "to")
                continue
            stored = known.get((start, end))
            differs = stored is not None and stored[1] != record.minutes
            if stored is None:
                new[start, end] = {
                    "from_school_id": start,
                    "to_school_id": end,
                    "minutes": record.minutes,
                    "batch_id": batch_id,
                }
            elif differs:
                changed[stored[0]] = {"id": stored[0], "minutes": record.minutes, "batch_id": batch_id}
            outcome.count(is_new=stored is None, differs=differs)
    insert_rows(session, TravelTime, list(new.values()))
    update_rows(session, TravelTime, list(changed.values()))


def write_calendar_days(
    session: Session, batch_id: int, readings: list[Reading], outcome: Outcome, actor: Actor
) -> None:
    """Store the school calendar of a country; the file is the whole of each year that it tells of.

    A coordinator's file is of the own service; the operator's and the ministry's, of everybody.
    """
    service = None if actor.everywhere else min(actor.coordinated[0], default=None)
    years = set()
    rows: list[dict[str, Any]] = []
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, CalendarDaysRecord)
            if service is None and not actor.everywhere:
                sentence = say("Su cuenta no coordina un servicio con calendario propio.")
                outcome.reject(reading.upload.name, row, "not_allowed", sentence, "first_on")
                continue
            years.add(record.first_on.year)
            for kind, code in record.places or ((None, None),):
                rows.append(
                    {
                        "system": "cl",
                        "kind": record.kind,
                        "first_on": record.first_on,
                        "last_on": record.last_on,
                        "name": record.name,
                        "region_code": code if kind == "region" else None,
                        "commune_code": code if kind == "commune" else None,
                        "service_id": service,
                        "source": record.source,
                        "batch_id": batch_id,
                        "account_id": actor.account_id,
                    }
                )
            outcome.count(is_new=True, differs=False)
    from_files = session.scalars(
        select(CalendarDay).where(
            CalendarDay.service_id.is_not_distinct_from(service), CalendarDay.batch_id.is_not(None)
        )
    )
    old = [one.id for one in from_files if one.first_on.year in years]
    session.execute(delete(CalendarDay).where(CalendarDay.id.in_(old)))
    insert_rows(session, CalendarDay, rows)


def _zones(session: Session, school_ids: set[int]) -> dict[int, str]:
    schools = session.scalars(
        select(School).where(School.id.in_(sorted(school_ids))).options(selectinload(School.commune))
    )
    return {school.id: time_zone_of(school) for school in schools}


def _visit(partnership: Partnership, record: VisitRecord, zones: dict[int, str], batch_id: int) -> Visit:
    to_supported = record.direction is VisitDirection.TO_SUPPORTED
    host = partnership.school_id if to_supported else partnership.leader_school_id
    zone = zones.get(host, MAINLAND)
    try:
        start = moment_at(record.on, NOON, zone)
    except InvalidInput:
        start = datetime.combine(record.on, NOON, ZoneInfo(zone))
    minutes = None if record.hours is None else max(1, round(record.hours * 60))
    return Visit(
        partnership_id=partnership.id,
        state=VisitState.HELD,
        kind=record.kind,
        direction=record.direction,
        mode=record.mode,
        purpose="",
        place="",
        way_there="",
        starts_at=start,
        minutes=minutes or 60,
        time_zone=zone,
        hour_known=False,
        held_at=start,
        held_minutes=minutes,
        held_people=record.people,
        held_mode=record.mode,
        uid=f"visita-{partnership.id}-{record.on.isoformat()}-{record.kind.value}-{record.direction.value}@minga",
        batch_id=batch_id,
        created_at=utc_now(),
    )
