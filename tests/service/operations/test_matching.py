"""Runs: what is asked, performed, kept; rules hold, order does not matter, nothing hangs."""

import math
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, update

from matching.assignment import solve
from service.db import Database
from service.errors import Conflict, InvalidInput, MingaError, NotAllowed
from service.jobs import perform_queued_runs
from service.models import Event, Leader, Proposal, Run, RunMark, School
from service.models.enums import LeaderStatus, MarkKind, ProposalState, Role, RunState, SchoolStatus
from service.operations.matching import RunStopped, keep_run, match, perform_run, performing, request_run
from service.operations.packing import unpacked
from service.operations.run_marks import mark_pair
from service.operations.run_upkeep import recover_runs, stop_run
from service.operations.stored_runs import stored_instance
from service.permissions import NOBODY, OPERATOR, Actor, Scope
from service.queries.runs import get_run
from service.queries.schools import find_school
from service.snapshots.run_options import RunOptions
from tests.service.small_country import (
    CL,
    LEADERS,
    TODAY,
    WITHOUT_RESULT,
    SmallCountry,
    kept_rows,
    make_country,
    run_in,
)

ALL = RunOptions(territory="all", as_of=2024)


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        return make_country(session)


def coordinator(country: SmallCountry) -> Actor:
    return Actor(None, "Coordina", (Scope(Role.COORDINATOR, service_id=country.home),))


def codes_of(run: Run) -> list[tuple[int, int]]:
    assert run.result is not None
    return [tuple(int(pair[key][3:]) for key in ("school", "leader_school")) for pair in run.result["pairs"]]


def test_a_run_keeps_its_result_and_tells_nobody(database: Database, country: SmallCountry) -> None:
    run = run_in(database)

    assert run.state is RunState.FINISHED
    assert run.failure is None
    assert run.summary["matched"] >= 5
    assert run.summary["matched"] + run.summary["unmatched"] == run.summary["schools"]
    assert (run.result or {})["gap"] == 0.0
    with database.reading() as session:
        states = set(session.scalars(select(Proposal.state).where(Proposal.run_id == run.id)))
    assert states == {ProposalState.DRAFT}


def test_every_pair_made_satisfies_every_rule(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    with database.reading() as session:
        inputs = match(session, CL, ALL, TODAY).inputs
    (field,) = inputs.fields.values()
    evidence = {int(code): n for n, code in enumerate(field.schools.ids)}
    leading = {int(code): n for n, code in enumerate(field.leaders.schools)}
    used: dict[int, int] = {}
    for pair in (run.result or {})["pairs"]:
        school, leader = int(pair["school"][3:]), int(pair["leader_school"][3:])
        here, there = evidence[school], leading[leader]
        used[leader] = used.get(leader, 0) + 1
        assert school != leader
        assert leader not in inputs.urgency, "the own school comes first"
        assert not field.leaders.falling[there]
        assert pair["distance_km"] <= 60
        assert pair["context_distance"] <= field.like_within
        assert pair["coverage"] >= 0.6
        apart = field.schools.at.ses_group[here] - field.leaders.at.ses_group[there]
        assert abs(apart) <= 1
        if not pair["by_results"]:
            assert (school, field.schools.needs[here].max()) == (WITHOUT_RESULT, 1)
            continue
        area = int(field.schools.area[here])
        theirs, sd = field.leaders.level[there, area], field.leaders.level_sd[there, area]
        gap = theirs - field.schools.level[here]
        better = _normal(gap / math.hypot(sd, field.schools.level_sd[here]))
        assert gap >= 5
        assert better >= 0.9
        assert _normal(theirs / sd) >= 0.8
        assert pair["gap_points"] == pytest.approx(gap)
        assert pair["probability_better"] == pytest.approx(better)
    assert max(used.values()) == 1, "one place each"


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def test_terms_add_up_to_the_score(database: Database, country: SmallCountry) -> None:
    result = run_in(database).result or {}

    weights = result["preset"]["score"]["hundredths"]
    for pair in result["pairs"]:
        total = sum(weights[term] * round(1000 * value) for term, value in pair["terms"].items())
        assert total == round(100_000 * pair["score"])


def test_no_assignment_matches_more(database: Database, country: SmallCountry) -> None:
    """Kuhn's augmenting paths, written out again, find no larger matching."""
    run = run_in(database)
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    wanted: dict[int, list[int]] = {}
    for school, leader in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True):
        wanted.setdefault(school, []).append(leader)
    taken: dict[int, int] = {}

    def place(school: int, seen: set[int]) -> bool:
        for leader in wanted.get(school, []):
            if leader not in seen:
                seen.add(leader)
                if leader not in taken or place(taken[leader], seen):
                    taken[leader] = school
                    return True
        return False

    assert sum(place(school, set()) for school in wanted) == run.summary["matched"]


def test_the_same_input_gives_the_same_hash_and_result(database: Database, country: SmallCountry) -> None:
    first, second = run_in(database), run_in(database)

    assert first.input_hash == second.input_hash
    assert codes_of(first) == codes_of(second)


def test_the_order_of_rows_does_not_matter(database: Database) -> None:
    results = []
    for order in (0, 1, 2):
        with database.bind.begin_nested() as undone:  # type: ignore[union-attr]
            with database.transaction() as session:
                make_country(session, order=order)
            run = run_in(database)
            results.append((run.input_hash, codes_of(run)))
            undone.rollback()

    assert results[0] == results[1] == results[2]


def test_another_seed_or_rule_changes_the_hash(database: Database, country: SmallCountry) -> None:
    hashes = {run_in(database, **given).input_hash for given in ({}, {"seed": 1}, {"owners": "all"})}

    assert len(hashes) == 3


def test_a_stored_run_replayed_gives_the_same_pairs(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    instance, _ = stored_instance(unpacked(run.inputs or b""))

    again = solve(instance)

    made = [
        (instance.school_ids[instance.pair_school[p]], instance.leader_ids[instance.pair_leader[p]])
        for p in again.pair_of.tolist()
        if p >= 0
    ]
    assert sorted(made) == sorted(codes_of(run))
    assert again.objective.total == (run.result or {})["objective"]["total"]


def test_an_exploratory_run_names_no_leader_and_lists_what_is_waived(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database, leaders="suggested")

    assert run.exploratory
    assert (run.result or {})["waived"]
    with database.reading() as session:
        assert set(session.scalars(select(Proposal.leader_id).where(Proposal.run_id == run.id))) <= {None}


@pytest.mark.parametrize("empty", ["leaders", "need", "schools"])
def test_a_territory_where_something_lacks_still_gets_an_answer(
    database: Database, country: SmallCountry, empty: str
) -> None:
    with database.transaction() as session:
        if empty == "leaders":
            session.execute(update(Leader).values(status=LeaderStatus.WITHDRAWN))
        elif empty == "schools":
            home = [one for code, one in country.schools.items() if code != WITHOUT_RESULT]
            session.execute(update(School).where(School.id.in_(home)).values(status=SchoolStatus.CLOSED))
    changes = {"rule_changes": {"threshold": 0.01, "falling_probability": 0.999}} if empty == "need" else {}

    run = run_in(database, territory="slep:901", **changes)

    assert run.state is RunState.FINISHED, run.failure
    if empty != "need":
        assert run.summary["matched"] == 0


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"territory": "slep:nowhere"}, MingaError),
        ({"rule": "no_such_rule"}, InvalidInput),
        ({"preset": "no_such_preset"}, InvalidInput),
        ({"preset_changes": {"max_km": -1}}, InvalidInput),
        ({"rule_changes": {"threshold": 2}}, InvalidInput),
    ],
)
def test_a_run_that_cannot_be_is_refused_when_asked(
    database: Database, country: SmallCountry, given: dict[str, object], kind: type[MingaError]
) -> None:
    options = RunOptions(**{**ALL.to_dict(), **given})
    with pytest.raises(kind), database.transaction() as session:
        request_run(session, actor=OPERATOR, system=CL, options=options)


@pytest.mark.parametrize(
    ("role", "territory", "allowed"),
    [
        (Role.COORDINATOR, "slep:901", True),
        (Role.COORDINATOR, "slep:902", False),
        (Role.COORDINATOR, "all", False),
        (Role.MINISTRY, "all", True),
        (Role.DIRECTOR, "slep:901", False),
        (Role.LEADER, "slep:901", False),
    ],
)
def test_who_may_ask_for_a_run(
    database: Database, country: SmallCountry, role: Role, territory: str, allowed: bool
) -> None:
    reach = {
        Role.COORDINATOR: {"service_id": country.home},
        Role.MINISTRY: {},
    }.get(role, {"school_id": min(country.schools.values())})
    actor = Actor(None, "x", (Scope(role, **reach),))
    with database.transaction() as session:
        if allowed:
            options = replace(ALL, territory=territory)
            assert request_run(session, actor=actor, system=CL, options=options).state is RunState.QUEUED
        else:
            with pytest.raises(NotAllowed):
                request_run(session, actor=actor, system=CL, options=replace(ALL, territory=territory))


# Marks


def mark(database: Database, run: Run, school: int, leader: int, kind: MarkKind | None) -> None:
    with database.transaction() as session:
        mark_pair(
            session,
            actor=OPERATOR,
            run=get_run(session, run.id),
            school=find_school(session, str(school)),
            leader_school=find_school(session, str(leader)),
            kind=kind,
        )


def test_marks_hold_in_the_next_run(database: Database, country: SmallCountry) -> None:
    first = run_in(database)
    instance, _ = stored_instance(unpacked(first.inputs or b""))
    made = codes_of(first)
    allowed = [
        (instance.school_ids[s], instance.leader_ids[j])
        for s, j in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True)
    ]
    locked = next(pair for pair in allowed if pair not in made)
    forbidden = next(pair for pair in made if pair[0] != locked[0] and pair[1] != locked[1])
    mark(database, first, *locked, MarkKind.LOCK)
    mark(database, first, *forbidden, MarkKind.FORBID)

    second = run_in(database, previous=first)

    assert locked in codes_of(second)
    assert forbidden not in codes_of(second)
    assert second.previous_id == first.id


def test_a_school_has_one_locked_pair_and_a_mark_can_be_undone(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database)
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    by_school: dict[int, list[int]] = {}
    for s, j in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True):
        by_school.setdefault(instance.school_ids[s], []).append(instance.leader_ids[j])
    school, leaders = next((one, two) for one, two in by_school.items() if len(two) > 1)

    mark(database, run, school, leaders[0], MarkKind.LOCK)
    mark(database, run, school, leaders[1], MarkKind.LOCK)

    with database.reading() as session:
        assert session.scalar(select(func.count(RunMark.id))) == 1
    mark(database, run, school, leaders[1], None)
    with database.reading() as session:
        assert session.scalar(select(func.count(RunMark.id))) == 0


def test_no_lock_overrules_a_rule(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    in_need = sorted(codes_of(run))
    with pytest.raises(Conflict, match="no permite"):
        mark(database, run, in_need[0][0], in_need[1][0], MarkKind.LOCK)
    with pytest.raises(InvalidInput):
        mark(database, run, in_need[0][0], in_need[0][0], MarkKind.FORBID)


def test_a_lock_that_became_impossible_fails_by_name(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    school, leader = codes_of(run)[0]
    mark(database, run, school, leader, MarkKind.LOCK)
    with database.transaction() as session:
        session.execute(
            update(Leader).where(Leader.id == country.leaders[leader]).values(status=LeaderStatus.PAUSED)
        )

    again = run_in(database, previous=run)

    assert again.state is RunState.FAILED
    assert f"Escuela {school} ({school})" in (again.failure or "")
    assert "quite la marca" in (again.failure or "")


def test_more_locks_than_places_fail_by_name(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    instance, _ = stored_instance(unpacked(run.inputs or b""))
    by_leader: dict[int, list[int]] = {}
    for s, j in zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True):
        by_leader.setdefault(instance.leader_ids[j], []).append(instance.school_ids[s])
    leader, schools = next((one, two) for one, two in by_leader.items() if len(two) > 1)
    for school in schools[:2]:
        mark(database, run, school, leader, MarkKind.LOCK)

    again = run_in(database, previous=run)

    assert again.state is RunState.FAILED
    assert "1 cupos y 2 pares fijados" in (again.failure or "")


# The queue


def queued(database: Database, **given: object) -> int:
    with database.transaction() as session:
        options = RunOptions(**{**ALL.to_dict(), **given})
        return request_run(session, actor=OPERATOR, system=CL, options=options).id


def test_runs_are_performed_in_the_order_they_were_asked(database: Database, country: SmallCountry) -> None:
    first, second = queued(database), queued(database, territory="slep:901")

    assert perform_queued_runs(database) == 2

    with database.reading() as session:
        ends = [get_run(session, number).finished_at for number in (first, second)]
    assert None not in ends
    assert ends == sorted(ends)  # type: ignore[type-var]


def test_a_run_cut_off_in_the_middle_is_begun_again_once(database: Database, country: SmallCountry) -> None:
    number = queued(database)

    def die(step: str, _done: float) -> None:
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt):
        perform_run(database, number, die)
    with database.reading() as session:
        assert get_run(session, number).state is RunState.RUNNING

    assert recover_runs(database) == [number]
    with database.reading() as session:
        assert get_run(session, number).state is RunState.QUEUED
    with pytest.raises(KeyboardInterrupt):
        perform_run(database, number, die)
    assert recover_runs(database) == [number]
    with database.reading() as session:
        run = get_run(session, number)
        recovered = session.scalar(select(func.count(Event.id)).where(Event.action == "run_recovered"))
    assert run.state is RunState.FAILED
    assert "dos veces" in (run.failure or "")
    assert recovered == 2
    assert recover_runs(database) == []


def test_a_run_in_other_hands_is_left_alone(database: Database, country: SmallCountry) -> None:
    number = queued(database)
    with performing(database):
        with pytest.raises(Conflict):
            perform_run(database, number)
        assert perform_queued_runs(database) == 0
        with database.transaction() as session:
            get_run(session, number).state = RunState.RUNNING
        assert recover_runs(database) == []


def test_a_run_can_be_stopped_before_and_while_it_is_performed(engine: Engine) -> None:
    actor = replace(OPERATOR, name="María")
    with kept_rows(engine) as database:
        with database.transaction() as session:
            make_country(session)
        waiting, running = queued(database), queued(database)
        with database.transaction() as session:
            stop_run(session, actor=actor, run=get_run(session, waiting))

        def stop(step: str, _done: float) -> None:
            if step == "leaders":
                with database.transaction() as session:
                    stop_run(session, actor=actor, run=get_run(session, running))

        perform_run(database, running, stop)

        with database.reading() as session:
            for number in (waiting, running):
                run = get_run(session, number, whole=True)
                assert (run.state, run.result) == (RunState.FAILED, None)
                assert "María" in (run.failure or "")
            assert session.scalar(select(func.count(Proposal.id))) == 0
        with pytest.raises(Conflict), database.transaction() as session:
            stop_run(session, actor=actor, run=get_run(session, running))


def test_nothing_is_kept_of_a_run_stopped_at_the_last_moment(
    database: Database, country: SmallCountry
) -> None:
    number = queued(database)
    with database.reading() as session:
        done = match(session, CL, ALL, TODAY)

    with pytest.raises(RunStopped), database.transaction() as session:
        keep_run(session, number, done)


def test_an_unforeseen_failure_is_kept_as_a_sentence(
    database: Database, country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queued(database)

    def fail(*_given: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("service.operations.matching.play", fail)
    with pytest.raises(ZeroDivisionError):
        perform_run(database, number)

    with database.reading() as session:
        run = get_run(session, number)
    assert run.state is RunState.FAILED
    assert "ZeroDivisionError" in (run.failure or "")


def test_nobody_may_not_stop_or_mark(database: Database, country: SmallCountry) -> None:
    number = queued(database)
    with database.transaction() as session:
        run = get_run(session, number)
        with pytest.raises(NotAllowed):
            stop_run(session, actor=NOBODY, run=run)
        school, leader = (find_school(session, str(code)) for code in sorted(country.schools)[:2])
        with pytest.raises(NotAllowed):
            mark_pair(
                session, actor=NOBODY, run=run, school=school, leader_school=leader, kind=MarkKind.FORBID
            )


def test_leaders_of_the_territory_only_when_asked(database: Database, country: SmallCountry) -> None:
    everywhere = run_in(database, territory="slep:902")
    at_home = run_in(database, territory="slep:902", leaders_from="territory")

    assert everywhere.summary["leaders"] == LEADERS
    assert at_home.summary["leaders"] < LEADERS
