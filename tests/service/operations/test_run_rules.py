"""What a run may be asked for beyond its scores, and what it tells beside its pairs."""

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import select, update

from matching.assignment import solve
from matching.instance_changes import with_place
from matching.instances import Instance
from service.db import Database
from service.errors import Conflict, InvalidInput
from service.models import Event, Leader, Proposal, Run, School, SchoolYear, StatedRanking
from service.models.enums import LeaderStatus, MarkKind, RankingSide, RunState
from service.operations.matching import request_run
from service.operations.packing import packed, unpacked
from service.operations.proposals import publish
from service.operations.run_marks import mark_pair
from service.operations.stored_runs import replay, stored_instance
from service.operations.why import why
from service.permissions import OPERATOR
from service.queries.runs import get_run
from service.queries.schools import find_school
from service.snapshots.run_options import RunOptions
from tests.service.small_country import CL, TODAY, SmallCountry, make_country, run_in, validate_all

POLICIES = {"total", "fair", "stable"}


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        made = make_country(session)
        validate_all(session, made)
        return made


def instance_of(run: Run) -> Instance:
    return stored_instance(unpacked(run.inputs or b""))[0]


def made(run: Run) -> dict[int, int]:
    return {int(p["school"][3:]): int(p["leader_school"][3:]) for p in (run.result or {})["pairs"]}


def left_out(run: Run) -> dict[int, str]:
    return {int(one["school"][3:]): one["reason"] for one in (run.result or {})["unmatched"]}


def keep_leaders(database: Database, codes: set[int]) -> None:
    """Pause every leader but these."""
    with database.transaction() as session:
        schools = select(School.id).where(School.code.in_(codes))
        session.execute(
            update(Leader).where(Leader.school_id.not_in(schools)).values(status=LeaderStatus.PAUSED)
        )


# M7, M15, M16: the policies beside each other


def test_the_three_policies_are_compared_on_the_same_input(database: Database, country: SmallCountry) -> None:
    run = run_in(database, compare=True)
    found = (run.result or {})["comparison"]
    total = found["policies"]["total"]

    assert set(found["policies"]) == POLICIES
    assert {(one["before"], one["after"]) for one in found["switches"]} == {
        ("total", "fair"),
        ("total", "stable"),
        ("fair", "stable"),
    }
    assert (total["matched"], total["total"]) == ((run.result or {})["matched"], (run.result or {})["total"])
    assert found["policies"]["fair"]["matched"] == total["matched"]
    assert found["policies"]["fair"]["worst"] >= total["worst"]
    assert found["policies"]["stable"]["blocking_count"] == 0
    for name in POLICIES:
        for outcomes in found["policies"][name]["spread"].values():
            assert sum(one["asked"] for one in outcomes.values()) == (run.result or {})["schools"]
            assert sum(one["matched"] for one in outcomes.values()) == found["policies"][name]["matched"]


def test_the_run_tells_who_gets_what_by_rurality_group_and_owner(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database)
    fairness = (run.result or {})["fairness"]
    worst = min(pair["score"] for pair in (run.result or {})["pairs"])

    assert set(fairness) == {"owner", "rural", "ses_group"}
    assert set(fairness["owner"]) <= {"690", "691"}
    assert set(fairness["rural"]) == {"no"}
    assert set(fairness["ses_group"]) <= {"2", "3"}
    for outcomes in fairness.values():
        assert min(one["worst"] for one in outcomes.values() if one["worst"] is not None) == worst


# M8: replay


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_a_past_run_is_repeated_from_what_it_kept(
    database: Database, country: SmallCountry, policy: str
) -> None:
    run = run_in(database, policy=policy)
    with database.transaction() as session:  # the data move on
        session.execute(update(Leader).values(capacity=0))

    again = replay(run)

    assert again.equal
    assert again.proven is True
    assert again.differences == ()


def test_a_run_that_was_tampered_with_does_not_repeat(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    document = unpacked(run.inputs or b"")
    document["leaders"] = [[leader, 0] for leader, _ in document["leaders"]]
    run.inputs = packed(document)[0]

    again = replay(run)

    assert (again.equal, again.same_inputs, again.same_result) == (False, False, False)
    assert {one.school for one in again.differences} == set(made(run))
    document["pairs"]["score"][0] += 0.5
    run.inputs = packed(document)[0]
    assert replay(run).same_pairs is False


# M11, M6: infeasible demands


def test_demands_that_cannot_be_kept_name_the_rule_and_the_smallest_change(
    database: Database, country: SmallCountry
) -> None:
    first = run_in(database)
    instance = instance_of(first)
    leader = int(instance.leader_ids[int(instance.pair_leader[0])])
    reach = int((instance.pair_leader == instance.pair_leader[0]).sum())
    with database.transaction() as session:
        session.execute(update(Leader).where(Leader.id == country.leaders[leader]).values(capacity=reach + 5))
    run = run_in(database, extra_rules={"minimum": {f"cl:{leader}": reach + 2}})
    (broken,) = (run.result or {})["infeasible"]

    assert (run.state, (run.result or {})["status"]) == (RunState.FINISHED, "infeasible")
    assert (broken["kind"], broken["leader"]) == ("minimum", leader)
    assert (broken["asked"], broken["enough"]) == (reach + 2, reach)
    assert (run.result or {})["pairs"] == []
    assert set(left_out(run).values()) <= {"infeasible", "no_allowed_pair"}
    enough = run_in(database, extra_rules={"minimum": {f"cl:{leader}": broken["enough"]}})
    assert (enough.result or {})["status"] == "optimal"
    assert list(made(enough).values()).count(leader) == reach


# M13, M9, M10 and marks


def test_only_the_rest_is_matched_again_around_locked_and_forbidden_pairs(
    database: Database, country: SmallCountry
) -> None:
    first = run_in(database)
    kept, dropped = sorted(made(first).items())[:2]
    with database.transaction() as session:
        for (school, leader), kind in ((kept, MarkKind.LOCK), (dropped, MarkKind.FORBID)):
            mark_pair(
                session,
                actor=OPERATOR,
                run=get_run(session, first.id),
                school=find_school(session, f"cl:{school}"),
                leader_school=find_school(session, f"cl:{leader}"),
                kind=kind,
            )

    second = run_in(database, previous=get_run_of(database, first.id))

    assert made(second)[kept[0]] == kept[1]
    assert made(second).get(dropped[0]) != dropped[1]


def get_run_of(database: Database, number: int) -> Run:
    with database.reading() as session:
        return get_run(session, number, whole=True)


def test_a_price_for_each_change_keeps_what_was_proposed(database: Database, country: SmallCountry) -> None:
    first = run_in(database, policy="fair")

    free = run_in(database, previous=first, policy="total")
    held = run_in(database, previous=first, policy="total", change_price=10)

    assert made(held) == made(first)
    assert (held.result or {})["changed"] == 0
    assert (free.result or {})["changed"] == sum(made(free).get(s) != j for s, j in made(first).items())
    assert (free.result or {})["total"] >= (held.result or {})["total"]


# M18: who waited


def test_who_was_left_without_goes_first_in_the_next_round(database: Database, country: SmallCountry) -> None:
    """Two rounds with one place: the school left in the first one gets it in the second."""
    whole = run_in(database)
    instance = instance_of(whole)
    urgent = {
        int(instance.school_ids[row]) for row in range(len(instance.school_ids)) if instance.urgency[row] == 1
    }
    leader, asking = next(
        (int(instance.leader_ids[j]), wanting)
        for j in range(len(instance.leader_ids))
        if len(
            wanting := [
                int(instance.school_ids[int(s)])
                for s in instance.pair_school[instance.pair_leader == j]
                if int(instance.school_ids[int(s)]) in urgent
            ]
        )
        >= 2
    )
    keep_leaders(database, {leader})
    first = run_in(database)
    (served,) = made(first)
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, first.id), today=TODAY)
        session.execute(update(Leader).where(Leader.id == country.leaders[leader]).values(capacity=2))

    second = run_in(database)
    none = run_in(database, waited="none")
    (now,) = made(second)

    assert served in asking
    assert now in set(asking) - {served}
    waited = instance_of(second).waited
    assert waited is not None
    assert set(waited.tolist()) == {1}, "all others asked waited one round"
    assert instance_of(none).waited is None
    assert (second.result or {})["waited"] == (second.result or {})["schools"]


def test_the_run_before_counts_as_a_round_where_asked(database: Database, country: SmallCountry) -> None:
    keep_leaders(database, {min(country.leaders)})
    first = run_in(database)

    plain = run_in(database, previous=first)
    turned = run_in(database, previous=first, waited="previous")

    assert instance_of(plain).waited is None
    waited = instance_of(turned).waited
    assert waited is not None
    asked = dict(zip(instance_of(turned).school_ids, waited.tolist(), strict=True))
    assert {school for school, n in asked.items() if n} == set(left_out(first))


# M20: time limit


def test_with_next_to_no_time_the_answer_says_how_far_it_is_proven(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database, time_limit=1e-9)
    result = run.result or {}

    assert result["status"] == "feasible"
    assert result["gap"] > 0
    for urgency, most in result["bound"]["matched_by_urgency"].items():
        assert most >= result["objective"]["matched_by_urgency"][urgency]


# M21: the lottery


def test_the_lottery_is_logged_with_its_seed_and_can_be_drawn_again(
    database: Database, country: SmallCountry
) -> None:
    drawn = [run_in(database, lottery_seed=seed, lottery_width=0.5) for seed in (1, 1, 2, 3, 4)]

    assert [(run.result or {})["lottery"]["seed"] for run in drawn] == [1, 1, 2, 3, 4]
    assert made(drawn[0]) == made(drawn[1])
    assert len({tuple(made(run).items()) for run in drawn}) > 1
    assert (drawn[0].result or {})["lottery"]["drawn"]
    with database.reading() as session:
        logged = session.scalar(
            select(Event.data).where(Event.action == "run_requested", Event.object_id == drawn[2].id)
        )
    assert logged is not None
    assert logged["lottery"] == {"seed": 2, "width": 0.5}


# M17, M22, M16: rules beyond flows


def test_a_limit_for_each_owner_of_leaders_holds(database: Database, country: SmallCountry) -> None:
    run = run_in(database, extra_rules={"each": [{"leaders": "owner", "most": 2}]})
    owners = {n: of["owner"] for n, of in zip(*leaders_of(run), strict=True)}
    served = [owners[leader] for leader in made(run).values()]

    assert (run.result or {})["status"] == "optimal"
    assert max(served.count(owner) for owner in set(served)) <= 2
    assert len(made(run)) < len(made(run_in(database)))
    assert "limit_reached" in left_out(run).values()


def leaders_of(run: Run) -> tuple[tuple[int | str, ...], tuple[object, ...]]:
    instance = instance_of(run)
    return instance.leader_ids, instance.leader_labels


def test_at_least_one_leader_with_rural_experience(database: Database, country: SmallCountry) -> None:
    first = run_in(database)
    instance = instance_of(first)
    used = set(made(first).values())
    spare = {int(instance.leader_ids[j]) for j in instance.pair_leader.tolist()} - used
    chosen = min(spare) if spare else min(used)
    with database.transaction() as session:
        session.execute(update(School).where(School.code == chosen).values(rural=True))
    rule = {"limits": [{"leaders": {"rural_experience": "yes"}, "least": 1}]}
    run = run_in(database, extra_rules=rule, preset_changes={"same_rurality": False})
    experienced = {n for n, of in zip(*leaders_of(run), strict=True) if of["rural_experience"] == "yes"}

    assert experienced == {chosen}
    assert experienced & set(made(run).values())


def test_very_small_rural_schools_of_a_commune_go_together(database: Database, country: SmallCountry) -> None:
    with database.transaction() as session:
        session.execute(update(School).values(rural=True))
        session.execute(update(SchoolYear).values(rural=True))
    instance = instance_of(run_in(database))
    leader = max(range(len(instance.leader_ids)), key=lambda j: int((instance.pair_leader == j).sum()))
    small = [int(instance.school_ids[int(s)]) for s in instance.pair_school[instance.pair_leader == leader]][
        :3
    ]
    with database.transaction() as session:
        session.execute(update(School).where(School.code.in_(small)).values(enrolment=12))

    run = run_in(database, extra_rules={"small_schools": {"pupils": 20, "most": 3}})

    (group,) = instance_of(run).rules.together
    assert len(small) >= 2
    assert list(group.schools) == sorted(small)
    assert len({made(run).get(school) for school in small}) == 1
    assert (run.result or {})["status"] == "optimal"


def test_a_floor_takes_weaker_pairs_out_and_says_so(database: Database, country: SmallCountry) -> None:
    first = run_in(database)
    scores = sorted(pair["score"] for pair in (first.result or {})["pairs"])
    floor = scores[-1] + 1e-6 if len(scores) == 1 else scores[-1]
    run = run_in(database, extra_rules={"floors": [{"score": floor}]})

    assert all(pair["score"] >= floor for pair in (run.result or {})["pairs"])
    assert "below_floor" in left_out(run).values()
    school = next(code for code, reason in left_out(run).items() if reason == "below_floor")
    with database.reading() as session:
        answer = why(
            session,
            run=get_run(session, run.id, whole=True),
            school=find_school(session, f"cl:{school}"),
            leader_school=find_school(session, f"cl:{made(first).get(school, _some_leader(run, school))}"),
        )
    assert answer.answer == "below_floor"


def _some_leader(run: Run, school: int) -> int:
    instance = instance_of(run)
    row = instance.school_ids.index(school)
    return int(instance.leader_ids[int(instance.pair_leader[instance.pair_school == row][0])])


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"limit": []}, "limit"),
        ({"limits": [{"most": -1}]}, "limits[0].most"),
        ({"floors": [{"score": "high"}]}, "floors[0].score"),
        ({"small_schools": {}}, "small_schools"),
    ],
)
def test_a_rule_that_is_not_written_well_is_refused_before_the_run(
    database: Database, country: SmallCountry, rules: object, place: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        run_in(database, extra_rules=rules)

    assert place in str(refusal.value.message)


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"limits": [{"schools": {"colour": "red"}, "most": 1}]}, "colour"),
        ({"limits": [{"schools": {"owner": "999"}, "most": 1}]}, "999"),
        ({"minimum": {"cl:999999": 1}}, "999999"),
        ({"each": [{"leaders": "colour", "most": 1}]}, "each[0].leaders"),
        ({"together": [{"schools": ["cl:1", "cl:2"]}]}, "together[0].schools"),
    ],
)
def test_a_rule_about_somebody_unknown_ends_the_run_in_a_sentence(
    database: Database, country: SmallCountry, rules: object, place: str
) -> None:
    run = run_in(database, extra_rules=rules)

    assert run.state is RunState.FAILED
    assert place in (run.failure or "")


@pytest.mark.parametrize("given", [{"policy": "stable"}, {"lottery_seed": 3}])
def test_rules_that_a_policy_cannot_keep_are_refused_before_the_run(
    database: Database, country: SmallCountry, given: dict[str, object]
) -> None:
    options = RunOptions(territory="all", as_of=2024, extra_rules={"minimum": 1}, **given)  # type: ignore[arg-type]
    with database.transaction() as session, pytest.raises(InvalidInput):
        request_run(session, actor=OPERATOR, system=CL, options=options)


# Rankings and M19


def rank(database: Database, country: SmallCountry, school: int, partners: list[int], only: bool) -> None:
    with database.transaction() as session:
        session.add(
            StatedRanking(
                side=RankingSide.SCHOOL,
                school_id=country.schools[school],
                partners=partners,
                only_these=only,
                said_by="Dirección",
                stated_on=date(2026, 3, 1),
            )
        )


def test_a_stated_ranking_is_used_by_stable_and_shown_by_the_others(
    database: Database, country: SmallCountry
) -> None:
    first = run_in(database, policy="stable")
    instance = instance_of(first)
    row = max(range(len(instance.school_ids)), key=lambda n: int((instance.pair_school == n).sum()))
    school = int(instance.school_ids[row])
    allowed = [int(instance.leader_ids[int(j)]) for j in instance.pair_leader[instance.pair_school == row]]
    assert len(allowed) >= 2
    wanted = next(leader for leader in allowed if leader != made(first).get(school))
    rank(database, country, school, [wanted], only=False)

    stable, total = run_in(database, policy="stable"), run_in(database, policy="total")
    pairs = {one["school"]: one for one in (total.result or {})["pairs"]}

    holders = [s for s, j in made(stable).items() if j == wanted]
    assert made(stable).get(school) == wanted or holders, "nobody else has it for a worse school"
    assert (stable.result or {})["blocking_count"] == 0
    assert (total.result or {})["rankings"] == {"schools": 1, "leaders": 0}
    assert made(total) == made(run_in(database, policy="total"))
    if f"cl:{school}" in pairs:
        assert pairs[f"cl:{school}"]["school_rank"] is not None
    assert all(one["school_rank"] is None for key, one in pairs.items() if key != f"cl:{school}")


def test_who_names_only_some_gets_nobody_else(database: Database, country: SmallCountry) -> None:
    first = run_in(database)
    school, leader = next(iter(made(first).items()))
    rank(database, country, school, [min(set(country.leaders) - {leader})], only=True)

    run = run_in(database)

    assert made(run).get(school) != leader
    assert left_out(run).get(school, "not_ranked") == "not_ranked"
    with database.reading() as session:
        answer = why(
            session,
            run=get_run(session, run.id, whole=True),
            school=find_school(session, f"cl:{school}"),
            leader_school=find_school(session, f"cl:{leader}"),
        )
    assert answer.answer == "not_ranked"


def test_how_often_an_untrue_list_would_pay_is_counted(database: Database, country: SmallCountry) -> None:
    counts = {
        policy: {
            one["side"]: one
            for one in (run_in(database, policy=policy, incentives=5).result or {})["incentives"]
        }
        for policy in ("stable", "total")
    }

    assert counts["stable"]["schools"]["gaining"] == 0
    assert counts["stable"]["schools"]["lists"] > 0
    assert {side for of in counts.values() for side in of} == {"schools", "leaders"}
    assert all(0 <= one["gaining"] <= one["people"] for of in counts.values() for one in of.values())


# L12: where to recruit


def test_where_more_leaders_would_match_more_is_solved(database: Database, country: SmallCountry) -> None:
    everybody = run_in(database)
    keep_leaders(database, {min(country.leaders)})
    with database.transaction() as session:  # the other good schools have no leader any more
        others = [number for code, number in country.leaders.items() if code != min(country.leaders)]
        session.execute(Proposal.__table__.delete())
        session.execute(Leader.__table__.delete().where(Leader.id.in_(others)))
    run = run_in(database, recruiting=True)
    found = (run.result or {})["recruiting"]
    (offer,) = [one for one in found["offers"] if one["strength"] == "both"]
    last = offer["steps"][-1]

    assert found["areas"] == "region"
    assert offer["area"] == "5"
    assert [step["matched"] for step in offer["steps"]] == [
        min(step["leaders"], last["matched"]) for step in offer["steps"]
    ]
    assert last["matched"] > 0
    assert len(last["newly_matched"]) >= last["matched"]
    assert set(last["who"]) <= set(country.leaders) | set(country.schools)
    assert len(made(run)) + last["matched"] <= (everybody.result or {})["schools"]
    assert all(step["proven"] for step in offer["steps"])


def test_prices_are_what_one_more_place_gives(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    instance = instance_of(run)
    result = run.result or {}
    with database.reading() as session:
        number = {
            str(leader): code
            for leader, code in session.execute(
                select(Leader.id, School.code).join(School, School.id == Leader.school_id)
            )
        }

    base = solve(instance)
    for leader, price in result["prices"].items():
        more = solve(with_place(instance, number[leader]))
        gained = sum(more.objective.matched_by_urgency.values()) - sum(
            base.objective.matched_by_urgency.values()
        )
        assert price["matched"] == gained
        assert price["total"] == pytest.approx(more.objective.total - base.objective.total)


def test_a_finished_run_is_needed_to_repeat(database: Database, country: SmallCountry) -> None:
    with database.transaction() as session:
        run = request_run(session, actor=OPERATOR, system=CL, options=RunOptions(territory="all", as_of=2024))
        with pytest.raises(Conflict):
            replay(run)
    assert asdict(RunOptions(as_of=2024))["waited"] == "published"
