"""No two visits of one person or school overlap: the database itself refuses, on both engines alike.

``make drill`` tries more cases and more rounds; the plain suite a few.
"""

import os
import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from service import schema
from service.db import Database, make_engine
from service.models import Visit, VisitBooking
from service.models.states import VisitState
from tests.conftest import POSTGRES
from tests.factories.visits import make_pair, make_visit

ROUNDS = int(os.environ.get("MINGA_DRILL_ROUNDS") or 1)
CASES = 300 if ROUNDS == 1 else 10_000
BASE = datetime(2026, 4, 4, 12, tzinfo=UTC)
"""The day before the clocks go back: moments are UTC, so nothing may change then."""


def test_the_same_random_bookings_are_refused_as_a_plain_list_would(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        visit = make_visit(session, pair)
        people = list(pair.people)
        chance = random.Random(11)
        kept: list[tuple[str, int, datetime, datetime]] = []
        answers = []
        for _case in range(CASES):
            column = chance.choice(("person_id", "school_id"))
            who = chance.choice(people if column == "person_id" else [pair.school.id, pair.leader_school.id])
            start = BASE + timedelta(minutes=15 * chance.randrange(CASES // 3))
            end = start + timedelta(minutes=15 * chance.randrange(1, 9))
            expected = not any(c == column and w == who and s < end and start < e for c, w, s, e in kept)
            try:
                with session.begin_nested():
                    session.add(
                        VisitBooking(visit_id=visit.id, starts_at=start, ends_at=end, **{column: who})
                    )
                    session.flush()
                booked = True
                kept.append((column, who, start, end))
            except IntegrityError:
                booked = False
            answers.append(booked == expected)
        assert all(answers)
        assert 0 < len(kept) < CASES
        moved = session.scalars(select(VisitBooking).order_by(VisitBooking.id)).first()
        other = session.scalars(
            select(VisitBooking).where(
                VisitBooking.person_id.is_not_distinct_from(moved.person_id),
                VisitBooking.school_id.is_not_distinct_from(moved.school_id),
                VisitBooking.id != moved.id,
            )
        ).first()
        change = update(VisitBooking).where(VisitBooking.id == moved.id)
        nested = session.begin_nested()
        with pytest.raises(IntegrityError):
            session.execute(change.values(starts_at=other.starts_at, ends_at=other.ends_at))
        nested.rollback()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own that several processes reach."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path}/minga.sqlite")
        schema.upgrade(Database(engine))
        yield engine
        engine.dispose()
        return
    request.getfixturevalue("postgres_engine")
    url = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"minga_test_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = make_engine(url.set(database=name).render_as_string(hide_password=False))
    schema.upgrade(Database(engine))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


RACE = """
import sys
from datetime import UTC, date, datetime, time, timedelta
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from service.db import Database
from service.errors import Conflict
from service.models import Account
from service.models.states import ExchangeKind, VisitDirection, VisitMode
from service.operations.visits import VisitPlan, plan_visit
from service.queries.accounts import actor_of

url, account_id, seed, tries = sys.argv[1], *map(int, sys.argv[2:5])
pairs = [tuple(map(int, one.split(","))) for one in sys.argv[5:]]
database, won, now = Database.at(url), 0, datetime(2026, 5, 4, tzinfo=UTC)
for step in range(tries):
    hour = (seed * 3 + step * 5) % (tries // 2)
    partnership, head, leader = pairs[(seed + step) % len(pairs)]
    plan = VisitPlan(
        kind=ExchangeKind.HEAD, direction=VisitDirection.TO_SUPPORTED, mode=VisitMode.ONLINE,
        day=date(2026, 6, 1) + timedelta(days=7 * (hour // 40) + hour // 8 % 5), hour=time(8 + hour % 8),
        minutes=90, place="", way_there="", purpose="", person_ids=(head, leader),
    )
    try:
        with database.transaction() as session:
            account = session.scalars(select(Account).where(Account.id == account_id).options(
                selectinload(Account.person), selectinload(Account.grants))).one()
            plan_visit(session, partnership, plan, actor=actor_of(account), now=now)
        won += 1
    except Conflict as refused:
        assert refused.code == "visit_overlap", refused.code
print(won)
"""


def test_eight_processes_after_the_same_hours_never_overlap(own_engine: Engine) -> None:
    database = Database(own_engine)
    with database.transaction() as session:
        first = make_pair(session)
        pairs = [first, make_pair(session, beside=first), make_pair(session, beside=first)]
        given = [f"{one.partnership.id},{one.people[0]},{one.people[1]}" for one in pairs]
        account_id = first.leading.id
    url = own_engine.url.render_as_string(hide_password=False)
    tries = str(16 if ROUNDS == 1 else 150)

    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, url, str(account_id), str(seed), tries, *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for seed in range(8)
    ]
    told = [racer.communicate(timeout=280) for racer in racers]

    assert [racer.returncode for racer in racers] == [0] * 8, told
    one, other = aliased(VisitBooking), aliased(VisitBooking)
    with database.reading() as session:
        overlapping = session.scalar(
            select(func.count())
            .select_from(one)
            .join(other, (one.person_id == other.person_id) | (one.school_id == other.school_id))
            .where(one.id < other.id, one.starts_at < other.ends_at, other.starts_at < one.ends_at)
        )
        visits = session.scalar(select(func.count(Visit.id)).where(Visit.state == VisitState.PROPOSED))
        booked = session.scalar(select(func.count(VisitBooking.id)))
    assert overlapping == 0
    assert visits == sum(int(out) for out, _err in told) > 0
    assert booked == 4 * visits
