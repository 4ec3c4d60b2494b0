"""What a school's request means for the run: who asks is looked at, and what it said is kept to."""

from datetime import date

import pytest
from sqlalchemy import select

from service.db import Database
from service.models import Decline, Leader, Request, RequestAvoided, School
from service.models.columns import local_today, utc_now
from service.models.states import DeclineReason, DiagnosisOutcome, RequestState, Side
from service.operations.why import why
from service.queries.runs import get_run
from service.queries.schools import find_school
from service.queries.territories import parse_territory
from service.snapshots.run_options import RunOptions
from service.snapshots.run_plan import need_plan
from tests.service.small_country import CL, SmallCountry, make_country, run_in


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        return make_country(session)


def ask(database: Database, school_id: int, **given: object) -> None:
    avoided = given.pop("avoided", ())
    values = {"state": RequestState.SUBMITTED, "elements": ["trust"], "created_at": utc_now()}
    with database.transaction() as session:
        request = Request(school_id=school_id, **{**values, **given})
        session.add(request)
        session.flush()
        for other in avoided:  # type: ignore[attr-defined]
            session.add(RequestAvoided(request_id=request.id, school_id=other))


def not_asked_for(database: Database, country: SmallCountry) -> int:
    """A school that the rule calls fine and that leads nobody."""
    run = run_in(database)
    assert run.result is not None
    with database.reading() as session:
        led = set(session.scalars(select(Leader.school_id)))
        for code, number in sorted(country.schools.items()):
            if number in led:
                continue
            school, other = find_school(session, f"cl:{code}"), find_school(session, "cl:2005")
            if (
                why(
                    session, run=get_run(session, run.id, whole=True), school=school, leader_school=other
                ).because
                == "not_in_need"
            ):
                return code
    raise AssertionError("every school is in need")


def test_who_asks_is_in_the_next_run_with_urgency_three(database: Database, country: SmallCountry) -> None:
    code = not_asked_for(database, country)
    ask(database, country.schools[code])

    run = run_in(database)

    assert run.result is not None
    entries = {entry["school"]: entry for entry in run.result["pairs"] + run.result["unmatched"]}
    assert entries[f"cl:{code}"]["urgency"] == 3
    with database.reading() as session:
        territory = parse_territory(session, "all")
        plan = need_plan(session, CL, territory, RunOptions(as_of=2024), date(2026, 3, 2))
    assert not plan.computed or f"cl:{code}" in {f"cl:{one.code}" for one in plan.in_need}


def test_a_diagnosis_that_led_elsewhere_asks_for_nobody(database: Database, country: SmallCountry) -> None:
    code = not_asked_for(database, country)
    ask(
        database,
        country.schools[code],
        state=RequestState.DIAGNOSED,
        outcome=DiagnosisOutcome.REVIEW_PROGRESS,
    )

    run = run_in(database)

    assert run.result is not None
    assert f"cl:{code}" not in {one["school"] for one in run.result["pairs"] + run.result["unmatched"]}


def test_an_avoided_school_and_a_declined_pair_are_refused_with_their_reason(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database)
    assert run.result is not None
    pair = run.result["pairs"][0]
    with database.reading() as session:
        school, other = find_school(session, pair["school"]), find_school(session, pair["leader_school"])
    second = next(one for one in run.result["pairs"] if one["school"] != pair["school"])
    with database.transaction() as session:
        barred = find_school(session, second["school"])
        session.add(
            Decline(
                school_id=barred.id,
                leader_id=second["leader"],
                side=Side.SUPPORTING,
                reason=DeclineReason.NO_TIME,
                declined_on=local_today(),
            )
        )
    ask(database, school.id, avoided=[other.id])

    again = run_in(database)

    def refused(one: School, two: School) -> str | None:
        with database.reading() as session:
            found = why(session, run=get_run(session, again.id, whole=True), school=one, leader_school=two)
        return None if found.refusal is None else found.refusal.code.value

    assert refused(school, other) == "excluded_by_school"
    with database.reading() as session:
        leading = find_school(session, second["leader_school"])
    assert refused(barred, leading) == "declined_recently"
