"""The inputs of a run: who is asked for, who may lead, and why not the others."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from service.db import Database
from service.models import Leader, Ownership, School
from service.models.enums import LeaderStatus, OwnerType, SchoolStatus
from service.operations.evidence import refresh_evidence
from service.operations.proposals import publish
from service.permissions import OPERATOR
from service.queries.runs import get_run
from service.queries.territories import parse_territory
from service.snapshots.matching import RunInputs, run_inputs
from service.snapshots.run_options import RunOptions
from service.snapshots.run_plan import help_plan, need_plan
from tests.service.conftest import Counter
from tests.service.small_country import (
    CL,
    LEADERS,
    TODAY,
    WITHOUT_RESULT,
    SmallCountry,
    make_country,
    run_in,
    validate_all,
)

ALL = RunOptions(territory="all", as_of=2024)


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        return make_country(session)


def inputs_of(database: Database, options: RunOptions = ALL) -> RunInputs:
    with database.reading() as session:
        return run_inputs(session, CL, options, TODAY)


def test_a_need_without_results_is_asked_for_by_assessment(database: Database, country: SmallCountry) -> None:
    inputs = inputs_of(database)

    assert inputs.asked_by_assessment == {WITHOUT_RESULT}
    assert inputs.urgency[WITHOUT_RESULT] == 2
    assert set(inputs.urgency.values()) == {1, 2}


def test_every_school_of_the_territory_is_asked_for_or_has_a_reason(
    database: Database, country: SmallCountry
) -> None:
    inputs = inputs_of(database, replace(ALL, territory="slep:901"))

    home = {code for code in country.schools if code <= 2040 or code == WITHOUT_RESULT}
    assert inputs.urgency.keys() | inputs.not_asked.keys() == home
    assert not inputs.urgency.keys() & inputs.not_asked.keys()


def test_private_schools_are_asked_for_only_with_all_owners(
    database: Database, country: SmallCountry
) -> None:
    code = next(iter(inputs_of(database).urgency))
    with database.transaction() as session:
        session.execute(
            update(Ownership)
            .where(Ownership.school_id == country.schools[code])
            .values(owner_type=OwnerType.PRIVATE)
        )

    # the files of results say who owned the school in their year, so the reason is read from the profile
    assert code in inputs_of(database, replace(ALL, owners="all")).urgency


def test_a_closed_school_is_neither_asked_for_nor_leads(database: Database, country: SmallCountry) -> None:
    before = inputs_of(database)
    asked, leading = next(iter(before.urgency)), before.leaders[0].school
    with database.transaction() as session:
        session.execute(
            update(School).where(School.code.in_([asked, leading])).values(status=SchoolStatus.CLOSED)
        )

    after = inputs_of(database)

    assert asked not in after.urgency
    assert leading not in {leader.school for leader in after.leaders}


def test_a_published_proposal_takes_the_school_and_the_place(
    database: Database, country: SmallCountry
) -> None:
    with database.transaction() as session:
        validate_all(session, country)
    run = run_in(database)
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)

    inputs = inputs_of(database)

    made = {int(p["school"][3:]): int(p["leader_school"][3:]) for p in (run.result or {})["pairs"]}
    assert not made.keys() & inputs.urgency.keys()
    assert {inputs.not_asked[code] for code in made} == {"has_proposal"}
    capacity = {leader.school: leader.capacity for leader in inputs.leaders}
    assert {capacity[leader] for leader in made.values()} == {0}


def test_a_paused_leader_is_there_but_not_active(database: Database, country: SmallCountry) -> None:
    with database.transaction() as session:
        session.execute(update(Leader).values(status=LeaderStatus.PAUSED))

    leaders = inputs_of(database).leaders

    assert len(leaders) == LEADERS
    assert {(leader.designated, leader.active) for leader in leaders} == {(True, False)}


def test_suggested_schools_are_no_designated_leaders(database: Database, country: SmallCountry) -> None:
    inputs = inputs_of(database, replace(ALL, leaders="suggested"))

    assert inputs.leaders
    assert not any(leader.designated for leader in inputs.leaders)
    assert not {leader.school for leader in inputs.leaders} & inputs.urgency.keys()


def test_inputs_take_a_fixed_number_of_queries(
    database: Database, country: SmallCountry, count_queries: Counter
) -> None:
    counts = []
    for territory in ("slep:902", "all"):
        with count_queries() as queries:
            inputs_of(database, replace(ALL, territory=territory))
        counts.append(len(queries))

    assert counts[1] <= counts[0] <= 36


# The plan of a run that has not been started


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"territory": "slep:901"},
        {"rule_changes": {"threshold": 0.4}},
        {"rule": "standard_30_reading"},
        {"owners": "all"},
    ],
)
def test_the_plan_counts_whom_the_run_asks_for(
    database: Database, country: SmallCountry, given: dict[str, object]
) -> None:
    refresh_evidence(database, CL)
    options = RunOptions(**{**ALL.to_dict(), **given})
    with database.reading() as session:
        territory = parse_territory(session, options.territory)
        plan = need_plan(session, CL, territory, options, TODAY)
    inputs = inputs_of(database, options)

    assert {school.code for school in plan.in_need} == inputs.urgency.keys()
    assert plan.first == sum(level == 1 for level in inputs.urgency.values())
    assert plan.by_assessment == len(inputs.asked_by_assessment)


def test_the_plan_counts_places_at_home_and_away(database: Database, country: SmallCountry) -> None:
    with database.reading() as session:
        home = help_plan(session, CL, parse_territory(session, "slep:901"))
        away = help_plan(session, CL, parse_territory(session, "slep:902"))

    assert home.places_inside + home.places_outside == LEADERS
    assert (home.places_inside, home.places_outside) == (away.places_outside, away.places_inside)
    assert len(home.inside) == home.places_inside
