"""Visits that took place, times on the way and the school calendar come in as files."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from service.db import Database
from service.imports.reading import Upload
from service.models import CalendarDay, TravelTime, Visit
from service.models.enums import Role
from service.models.states import Side, VisitDirection, VisitState
from service.operations.demo_visits import CALENDAR, make_visits
from service.operations.imports import run_import
from service.permissions import OPERATOR
from service.queries.agendas import reciprocity_of
from service.queries.calendars import school_days_at
from service.queries.visits import activities_of
from tests.factories.accounts import make_actor
from tests.factories.schools import make_commune, make_school
from tests.factories.visits import NOW, Pair, make_pair


@pytest.fixture
def pair(database: Database) -> Pair:
    with database.transaction() as session:
        return make_pair(session, start_on=date(2026, 3, 2))


def load(database: Database, instance: Path, source: str, *rows: str, actor: object = OPERATOR) -> object:
    upload = Upload(f"{source}.csv", "\n".join(rows).encode())
    return run_import(database, source, [upload], actor=actor, instance=instance)  # type: ignore[arg-type]


def test_visits_of_a_file_are_kept_once_and_what_is_not_told_stays_unknown(
    database: Database, pair: Pair, tmp_path: Path
) -> None:
    both = f"cl:{pair.school.code},cl:{pair.leader_school.code}"
    rows = (
        "school,leader_school,on,kind,direction,mode,hours,people",
        f"{both},2026-05-12,team,to_supported,on_site,2,9",
        f"{both},2026-06-02,teachers,to_supporting,online,,",
        f"{both},2026-02-02,team,to_supported,on_site,2,9",
        f"{both},2099-05-12,team,to_supported,on_site,2,9",
        f"{both},2026-05-13,dance,to_supported,on_site,2,9",
        f"{both},2026-05-13,team,to_supported,on_site,99,9",
    )
    load(database, tmp_path, "visits", *rows)
    load(database, tmp_path, "visits", *rows)

    with database.reading() as session:
        activities = activities_of(session, pair.partnership.id)
        visits = session.scalars(select(Visit).order_by(Visit.starts_at)).all()
    assert [(one.on, one.minutes, one.led_by) for one in activities] == [
        (date(2026, 5, 12), 120, None),
        (date(2026, 6, 2), None, None),
    ]
    assert [(one.held_people, one.hour_known) for one in visits] == [(9, False), (None, False)]


def test_only_the_coordination_of_the_supported_school_brings_its_visits(
    database: Database, pair: Pair, tmp_path: Path
) -> None:
    foreign = make_actor(Role.COORDINATOR, service_id=999_999)
    row = f"cl:{pair.school.code},cl:{pair.leader_school.code},2026-05-12,team,to_supported,on_site,2,9"
    load(
        database,
        tmp_path,
        "visits",
        "school,leader_school,on,kind,direction,mode,hours,people",
        row,
        actor=foreign,
    )
    with database.reading() as session:
        assert session.scalars(select(Visit)).all() == []


def test_times_on_the_way_are_taken_over_and_corrected(
    database: Database, pair: Pair, tmp_path: Path
) -> None:
    way = f"cl:{pair.school.code},cl:{pair.leader_school.code}"
    load(database, tmp_path, "travel-times", "from,to,minutes", f"{way},45")
    load(database, tmp_path, "travel-times", "from,to,minutes", f"{way},50", "cl:1,cl:2,5")
    with database.reading() as session:
        assert [one.minutes for one in session.scalars(select(TravelTime))] == [50]


def test_the_calendar_that_comes_with_minga_closes_winter_by_region(
    database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        schools = [
            make_school(session, commune=make_commune(session, region_code=region)) for region in ("13", "12")
        ]
    for _time in range(2):
        upload = Upload(CALENDAR.name, CALENDAR.read_bytes())
        run_import(database, "school-calendar", [upload], actor=OPERATOR, instance=tmp_path)
    with database.reading() as session:
        mainland, south = (school_days_at(session, one.id) for one in schools)
        lines = len(session.scalars(select(CalendarDay)).all())
    assert lines == 49
    assert mainland.closed(date(2026, 6, 24)) == "Vacaciones de invierno."
    assert south.closed(date(2026, 6, 24)) is None
    assert south.closed(date(2026, 7, 8)) == "Vacaciones de invierno."
    assert str(mainland.quiet(date(2026, 12, 1))).startswith("Última semana con jornada")
    assert mainland.closed(date(2026, 12, 22)) == "No hay clases ese día."


def test_the_demo_gives_partnerships_a_life_of_visits(database: Database, pair: Pair) -> None:
    with database.transaction() as session:
        made = make_visits(session, date(2026, 5, 20))
        visits = session.scalars(select(Visit).order_by(Visit.starts_at)).all()
        line = reciprocity_of(session, pair.lead, NOW)[0]
    assert made == len(visits) == 5
    states = [one.state for one in visits]
    assert states.count(VisitState.HELD) == 2
    assert {VisitState.MISSED, VisitState.AGREED, VisitState.PROPOSED} < set(states)
    assert line.held[VisitDirection.TO_SUPPORTED] == line.held[VisitDirection.TO_SUPPORTING] == 1
    waiting = next(one for one in visits if one.state is VisitState.PROPOSED)
    assert waiting.proposed_by is Side.SUPPORTED
