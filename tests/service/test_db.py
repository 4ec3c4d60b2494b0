"""Transactions are all or nothing, and writers see each other."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service import schema
from service.db import Database
from service.models import Commune, Event, School
from service.models.enums import SchoolStatus


def _school(code: int, **values: object) -> School:
    return School(
        system="cl", code=code, name="Escuela", name_folded="escuela", status=SchoolStatus.WORKING, **values
    )


def test_an_error_in_a_transaction_leaves_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as session:
            session.add(_school(1))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()

    with database.reading() as session:
        assert session.scalar(select(func.count(School.id))) == 0


def test_a_second_school_with_the_same_number_is_refused(database: Database) -> None:
    with database.transaction() as session:
        session.add(_school(1))

    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(_school(1))


def test_half_a_place_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(_school(1, latitude=-33.0))


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 12, 10, 0)  # noqa: DTZ001  the case itself
    event = Event(at=naive, action="x", object_type="x", object_id=1)

    with pytest.raises(Exception, match="time zone"), database.transaction() as session:
        session.add(event)


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    moment = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    with database.transaction() as session:
        session.add(Event(at=moment, action="x", object_type="x", object_id=1))

    with database.reading() as session:
        assert session.scalar(select(Event.at)) == moment


def test_writers_at_the_same_time_lose_no_change(tmp_path: Path) -> None:
    database = Database.at(f"sqlite:///{tmp_path}/minga.sqlite")
    schema.upgrade(database)
    with database.transaction() as session:
        session.add(Commune(system="cl", code="1", name="0"))

    def count_up() -> None:
        for _ in range(25):
            with database.transaction() as session:
                commune = session.scalars(select(Commune)).one()
                commune.name = str(int(commune.name) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalars(select(Commune.name)).one() == "100"
