"""Why a pair was made, or not: from what the run kept, whatever the data say now."""

import time

import pytest
from sqlalchemy import update

from matching.refusals import RefusalCode
from service.db import Database
from service.errors import Conflict, NotAllowed, NotFound
from service.models import Leader, Run
from service.models.enums import LeaderStatus, MarkKind, Role, RunState
from service.operations.packing import unpacked
from service.operations.run_marks import mark_pair
from service.operations.stored_runs import stored_instance
from service.operations.why import Why, find_run, why
from service.permissions import OPERATOR, Actor, Scope
from service.queries.runs import get_run
from service.queries.schools import find_school
from tests.factories.runs import make_run
from tests.service.small_country import WITHOUT_RESULT, SmallCountry, make_country, run_in


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        return make_country(session)


def asked(database: Database, run: Run, school: int, leader: int) -> Why:
    with database.reading() as session:
        return why(
            session,
            run=run,
            school=find_school(session, str(school)),
            leader_school=find_school(session, str(leader)),
        )


def pairs(run: Run) -> dict[int, int]:
    return {int(p["school"][3:]): int(p["leader_school"][3:]) for p in (run.result or {})["pairs"]}


def test_a_pair_that_was_made_comes_with_its_reasons(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    school, leader = next(iter(pairs(run).items()))

    answer = asked(database, run, school, leader)

    assert answer.answer == "matched"
    assert answer.score == next(p["score"] for p in run.result["pairs"] if p["school"] == f"cl:{school}")  # type: ignore[index]
    assert {"alike_in", "better_in"} <= {reason.code.value for reason in answer.reasons}


def test_every_allowed_pair_has_an_answer_and_a_cost(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    made = pairs(run)
    seen = set()
    for s, j in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True):
        school, leader = instance.school_ids[s], instance.leader_ids[j]
        answer = asked(database, run, school, leader)
        expected = (
            "matched" if made.get(school) == leader else "other_leader" if school in made else "place_taken"
        )
        assert answer.answer == expected
        seen.add(expected)
        if answer.cost is not None:
            assert answer.cost["possible"]
            assert answer.cost["moves"], "the pair itself moves at least"
            gain = sum(answer.cost["matched_by_urgency"].values())
            assert gain < 0 or (gain == 0 and answer.cost["total"] <= 0) or answer.cost["total"] <= 0
    assert seen == {"matched", "other_leader", "place_taken"}


def test_a_refused_pair_names_the_first_rule_with_its_figures(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database, preset_changes={"min_gap": 55.0})
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    allowed = {
        (instance.school_ids[s], instance.leader_ids[j])
        for s, j in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True)
    }
    codes = set()
    for school in instance.school_ids:
        for leader in instance.leader_ids:
            if (school, leader) in allowed:
                continue
            answer = asked(database, run, int(school), int(leader))
            assert answer.answer == "refused"
            assert answer.refusal is not None
            codes.add(answer.refusal.code)
            if answer.refusal.code is RefusalCode.GAP_TOO_SMALL:
                assert (answer.refusal.value or 0) < 55 == answer.refusal.threshold
    assert RefusalCode.GAP_TOO_SMALL in codes


def test_the_answer_stays_when_the_data_move_on(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    school = next(iter(pairs(run)))
    others = sorted(set(country.leaders) - set(pairs(run).values())) or sorted(country.leaders)
    before = asked(database, run, school, others[0])
    with database.transaction() as session:
        session.execute(update(Leader).values(status=LeaderStatus.WITHDRAWN, capacity=0))

    assert asked(database, run, school, others[0]) == before


def test_a_school_without_a_leader_and_a_school_not_in_need(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database, territory="slep:901")
    in_need = next(iter(pairs(run)))
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    fine = next(c for c in range(2001, 2041) if c not in instance.school_ids)
    nobody = next(c for c in country.schools if c not in country.leaders and c != in_need)

    assert asked(database, run, in_need, nobody).refusal.code is RefusalCode.NOT_DESIGNATED  # type: ignore[union-attr]
    assert asked(database, run, in_need, in_need).refusal.code is RefusalCode.OWN_SCHOOL  # type: ignore[union-attr]
    assert asked(database, run, fine, nobody).because == "not_in_need"
    assert asked(database, run, 2060, nobody).because == "outside_territory"


def test_a_school_not_suggested_names_the_criterion(database: Database, country: SmallCountry) -> None:
    run = run_in(database, leaders="suggested")
    school = next(iter(pairs(run)))
    other = next(code for code in sorted(pairs(run)) if code != school)

    answer = asked(database, run, school, other)

    assert answer.answer == "refused"
    assert answer.criterion is not None
    assert answer.criterion["criterion"] == "in_need"


def test_a_forbidden_pair_says_that_people_did_it(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    school, leader = next(iter(pairs(run).items()))
    with database.transaction() as session:
        mark_pair(
            session,
            actor=OPERATOR,
            run=get_run(session, run.id),
            school=find_school(session, str(school)),
            leader_school=find_school(session, str(leader)),
            kind=MarkKind.FORBID,
        )
    again = run_in(database, previous=run)

    assert asked(database, again, school, leader).answer == "forbidden"


def test_a_need_without_results_rests_on_assessment(database: Database, country: SmallCountry) -> None:
    run = run_in(database)

    answer = asked(database, run, WITHOUT_RESULT, pairs(run).get(WITHOUT_RESULT, min(country.leaders)))

    assert "by_assessment" in {reason.code.value for reason in answer.reasons}


def test_which_run_is_asked(database: Database, country: SmallCountry) -> None:
    home, away = run_in(database, territory="slep:901"), run_in(database, territory="slep:902")
    mine = Actor(None, "x", (Scope(Role.COORDINATOR, service_id=country.home),))
    director = Actor(None, "x", (Scope(Role.DIRECTOR, school_id=1),))
    with database.transaction() as session:
        school = find_school(session, "2001")
        waiting = make_run(session, state=RunState.QUEUED, territory="slep:901", service_id=country.home)
        assert find_run(session, OPERATOR, None, school).id == away.id
        assert find_run(session, mine, None, school).id == home.id
        with pytest.raises(NotFound):
            find_run(session, mine, away.id, school)
        with pytest.raises(NotAllowed):
            find_run(session, director, home.id, school)
        with pytest.raises(Conflict):
            why(session, run=find_run(session, mine, waiting.id, school), school=school, leader_school=school)


def test_an_answer_takes_far_less_than_two_seconds(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    began = time.perf_counter()
    for school in list(pairs(run))[:5]:
        asked(database, run, school, min(country.leaders))

    assert time.perf_counter() - began < 2
