"""Publishing: each guard, who may, and two people at once."""

import threading

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from service.db import Database
from service.errors import Conflict, NotAllowed, NotFound
from service.models import Decline, Diagnosis, Event, Leader, Proposal, Request, Run, School
from service.models.columns import local_today, utc_now
from service.models.enums import LeaderStatus, ProposalState, Role, RunState, SchoolStatus
from service.models.states import DeclineReason, DiagnosisOutcome, RequestState, Side
from service.operations.proposals import GUARDS, publication_of, publish
from service.permissions import OPERATOR, Actor, Scope
from service.queries.runs import get_run
from tests.service.small_country import TODAY, SmallCountry, kept_rows, make_country, run_in, validate_all


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        made = make_country(session)
        validate_all(session, made)
        return made


def missing_of(database: Database, run: Run) -> dict[int, tuple[str, ...]]:
    with database.reading() as session:
        found = publication_of(session, actor=OPERATOR, run=get_run(session, run.id))
        return {check.proposal.school.code: check.missing for check in found.checks}


def first_pair(database: Database, run: Run) -> tuple[int, int, int | None, int]:
    """School code, school id, leader id and leader's school id of one proposal."""
    with database.reading() as session:
        row = session.execute(
            select(School.code, Proposal.school_id, Proposal.leader_id, Proposal.leader_school_id)
            .join(School, School.id == Proposal.school_id)
            .where(Proposal.run_id == run.id)
            .order_by(Proposal.id)
            .limit(1)
        ).one()
        return row[0], row[1], row[2], row[3]


def test_a_run_with_everything_ready_is_published_whole(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    with database.transaction() as session:
        done = publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)

    assert done.held == ()
    assert done.published == run.summary["matched"]
    with database.reading() as session:
        assert get_run(session, run.id).state is RunState.PUBLISHED
        states = set(session.scalars(select(Proposal.state).where(Proposal.run_id == run.id)))
        events = list(session.scalars(select(Event.action).where(Event.object_type == "proposal")))
    assert states == {ProposalState.PUBLISHED}
    assert events == ["proposal_published"] * done.published


@pytest.mark.parametrize("guard", [g for g in GUARDS if g not in ("no_place_left", "school_has_proposal")])
def test_each_guard_holds_its_proposal_back_and_no_other(
    database: Database, country: SmallCountry, guard: str
) -> None:
    run = run_in(database)
    code, school, leader, _ = first_pair(database, run)
    changes = {
        "diagnosis_not_validated": delete(Diagnosis).where(Diagnosis.school_id == school),
        "leader_consent_missing": update(Leader).where(Leader.id == leader).values(consent_on=None),
        "owner_consent_missing": update(Leader).where(Leader.id == leader).values(owner_consent_on=None),
        "training_missing": update(Leader).where(Leader.id == leader).values(trained_on=None),
        "leader_not_active": update(Leader).where(Leader.id == leader).values(status=LeaderStatus.PAUSED),
        "school_not_working": update(School).where(School.id == school).values(status=SchoolStatus.CLOSED),
        "request_undecided": insert(Request).values(
            school_id=school,
            state=RequestState.SUBMITTED,
            elements=[],
            words="",
            languages=[],
            online=False,
            created_at=utc_now(),
        ),
        "outcome_not_match": update(Diagnosis)
        .where(Diagnosis.school_id == school)
        .values(outcome=DiagnosisOutcome.REVIEW_PROGRESS),
        "pair_declined": insert(Decline).values(
            school_id=school,
            leader_id=leader,
            side=Side.SUPPORTED,
            reason=DeclineReason.TOO_FAR,
            declined_on=local_today(),
        ),
    }
    with database.transaction() as session:
        session.execute(changes[guard])

    found = missing_of(database, run)

    assert found.pop(code) == (guard,)
    assert set(found.values()) == {()}
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)
    with database.reading() as session:
        drafts = list(
            session.scalars(select(Proposal.school_id).where(Proposal.state == ProposalState.DRAFT))
        )
    assert drafts == [school]


def test_what_was_held_back_is_published_once_nothing_is_missing(
    database: Database, country: SmallCountry
) -> None:
    run = run_in(database)
    code, _, leader, _ = first_pair(database, run)
    with database.transaction() as session:
        session.execute(update(Leader).where(Leader.id == leader).values(trained_on=None))
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)
    with pytest.raises(Conflict) as refused, database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)
    assert refused.value.code == "nothing_ready"

    with database.transaction() as session:
        session.execute(update(Leader).where(Leader.id == leader).values(trained_on=TODAY))
    with database.transaction() as session:
        done = publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)

    assert [check.proposal.school.code for check in done.ready] == [code]
    with pytest.raises(Conflict) as refused, database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)
    assert refused.value.code == "published"


def test_an_old_diagnosis_does_not_count(database: Database, country: SmallCountry) -> None:
    run = run_in(database)
    with database.transaction() as session:
        session.execute(update(Diagnosis).values(year=2020))

    assert {missing for found in missing_of(database, run).values() for missing in found} == {
        "diagnosis_not_validated"
    }


def test_what_another_run_published_holds_back(database: Database, country: SmallCountry) -> None:
    first, second = run_in(database), run_in(database)
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, first.id), today=TODAY)

    found = missing_of(database, second)

    assert set(found.values()) == {("no_place_left", "school_has_proposal")}
    with pytest.raises(Conflict) as refused, database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, second.id), today=TODAY)
    assert refused.value.code == "nothing_ready"


def test_a_third_run_looks_only_at_schools_without_a_proposal(
    database: Database, country: SmallCountry
) -> None:
    first = run_in(database)
    with database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, first.id), today=TODAY)

    again = run_in(database)

    assert again.summary["schools"] == first.summary["unmatched"]


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.FAILED])
def test_only_a_finished_run_is_published(database: Database, country: SmallCountry, state: RunState) -> None:
    run = run_in(database)
    with database.transaction() as session:
        session.execute(update(Run).values(state=state))

    with pytest.raises(Conflict), database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)


def test_an_exploratory_run_is_never_published(database: Database, country: SmallCountry) -> None:
    run = run_in(database, leaders="suggested")

    with pytest.raises(Conflict) as refused, database.transaction() as session:
        publish(session, actor=OPERATOR, run=get_run(session, run.id), today=TODAY)
    assert refused.value.code == "exploratory"


def test_a_run_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound), database.transaction() as session:
        publish(session, actor=OPERATOR, run=None, today=TODAY)


@pytest.mark.parametrize(
    ("role", "where", "allowed"),
    [
        (Role.COORDINATOR, "home", True),
        (Role.COORDINATOR, "away", False),
        (Role.MINISTRY, None, False),
        (Role.DIRECTOR, None, False),
        (Role.LEADER, None, False),
    ],
)
def test_who_may_publish(
    database: Database, country: SmallCountry, role: Role, where: str | None, allowed: bool
) -> None:
    run = run_in(database, territory="slep:901")
    reach = {"service_id": getattr(country, where)} if where else {}
    actor = Actor(None, "x", (Scope(role, **reach),))
    with database.transaction() as session:
        found = get_run(session, run.id)
        if allowed:
            assert publish(session, actor=actor, run=found, today=TODAY).published
        else:
            with pytest.raises(NotAllowed):
                publish(session, actor=actor, run=found, today=TODAY)


@pytest.mark.parametrize("same_run", [True, False])
def test_two_people_publishing_at_once(engine: Engine, same_run: bool) -> None:
    """One of them publishes; the other reads what the first did, and is told."""
    with kept_rows(engine) as database:
        with database.transaction() as session:
            validate_all(session, make_country(session))
        runs = [run_in(database).id, run_in(database).id]
        numbers = [runs[0], runs[0]] if same_run else runs
        ready, answers = threading.Barrier(2), []

        def press(number: int) -> None:
            ready.wait()
            try:
                with database.transaction() as session:
                    run = get_run(session, number)
                    answers.append(publish(session, actor=OPERATOR, run=run, today=TODAY).published)
            except Conflict as refused:
                answers.append(refused.code)

        people = [threading.Thread(target=press, args=(number,)) for number in numbers]
        for person in people:
            person.start()
        for person in people:
            person.join()

        refusal = "published" if same_run else "nothing_ready"
        assert sorted(answers, key=str) == sorted([_published(database), refusal], key=str)


def _published(database: Database) -> int:
    with database.reading() as session:
        return len(
            session.scalars(select(Proposal.id).where(Proposal.state == ProposalState.PUBLISHED)).all()
        )
