"""Every step of a leader's life tried by everybody, in any order: only the listed ones pass."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.lifecycles import LEADER, Party
from service.models import Event, Leader, LeaderApplication, LeaderAssessor
from service.models.columns import utc_now
from service.models.enums import LeaderStatus, Role
from service.operations.applications import apply_to_lead, take_step
from service.operations.leader_states import Move
from service.permissions import OPERATOR, Actor, Scope
from tests.factories.accounts import make_account, make_post
from tests.factories.schools import make_school, make_service

TODAY = date(2026, 3, 2)
WHO = ("leader", "coordination", "ministry", "clock", "foreign", "read_only", "director", "assessor")
PARTIES = {
    "leader": {Party.SUPPORTING},
    "coordination": {Party.COORDINATION},
    "ministry": {Party.MINISTRY},
    "clock": {Party.CLOCK, Party.COORDINATION},
}
UNKNOWN = {"foreign", "director", "assessor"}
CANDIDATES = (LeaderStatus.APPLIED, LeaderStatus.ELIGIBLE, LeaderStatus.ASSESSED)


def _machine(database, seen):
    class LeaderLife(RuleBasedStateMachine):
        """One leader, all the people, and a model of where the leader stands."""

        def __init__(self) -> None:
            super().__init__()
            self.holding = database.transaction()
            self.session = self.holding.__enter__()
            session = self.session
            service = make_service(session)
            self.school = make_school(session, service=service)
            head = make_account(session, Role.DIRECTOR, school_id=self.school.id)
            make_post(session, self.school, person=head.person, start_on=date(2018, 3, 1))
            self.people = {
                "leader": _actor(head, Role.DIRECTOR, school_id=self.school.id),
                "coordination": self._one(Role.COORDINATOR, service_id=service.id),
                "ministry": self._one(Role.MINISTRY),
                "clock": OPERATOR,
                "foreign": self._one(Role.COORDINATOR, service_id=make_service(session).id),
                "read_only": self._one(Role.READ_ONLY, service_id=service.id),
                "director": self._one(Role.DIRECTOR, school_id=make_school(session).id),
                "assessor": self._one(Role.ASSESSOR, service_id=service.id),
            }
            self.status = LeaderStatus.APPLIED
            self.by_leader = False
            self.judged = 0
            self.changes = 0
            self._apply()

        def _one(self, role, **reach) -> Actor:
            return _actor(make_account(self.session, role, **reach), role, **reach)

        def _apply(self) -> None:
            found = apply_to_lead(
                self.session,
                f"cl:{self.school.code}",
                words="Quiero",
                actor=self.people["leader"],
                today=TODAY,
            )
            self.leader_id = found.leader_id
            self.judged = 0

        @property
        def leader(self) -> Leader:
            return self.session.get_one(Leader, self.leader_id)

        @rule(
            step=st.sampled_from([one for one in Move if one is not Move.APPLY_AGAIN]),
            who=st.sampled_from(WHO),
            reason=st.sampled_from(("Razón", " ")),
        )
        def take(self, step, who, reason):
            expected = self._expected(step, who, reason)
            try:
                take_step(
                    self.session,
                    self.leader_id,
                    step,
                    actor=self.people[who],
                    today=TODAY,
                    reason=reason,
                    term_end_on=TODAY + timedelta(days=300),
                )
                got = "done"
            except (Conflict, InvalidInput, NotAllowed, NotFound) as refusal:
                got = type(refusal).__name__
            seen[got] += 1
            assert got == expected, (step, who, reason, self.status)
            if got == "done":
                self.status = LeaderStatus(str(LEADER.named(step.value).target))
                self.changes += 1
                if step is Move.PAUSE:
                    self.by_leader = who == "leader"

        def _expected(self, step, who, reason) -> str:
            if who in UNKNOWN:
                return "NotFound"
            mine = PARTIES.get(who, set())
            way = LEADER.named(step.value)
            if not way.by & mine:
                return "NotAllowed"
            if self.status not in way.sources:
                return "Conflict"
            if step is Move.RESUME and who == "leader" and not self.by_leader:
                return "NotAllowed"
            if not reason.strip():
                return "InvalidInput"
            leader = self.leader
            missing = {
                "application": False,
                "judgements": self.judged < 2,
                "consents": not (leader.consent_on and leader.owner_consent_on),
                "training": not leader.trained_on,
                "capacity": leader.capacity < 1,
                "term": False,
            }
            return "Conflict" if any(missing[name] for name in way.guards) else "done"

        @precondition(lambda self: self.status in CANDIDATES)
        @rule()
        def somebody_judges(self):
            application = self.session.scalar(
                select(LeaderApplication).where(
                    LeaderApplication.leader_id == self.leader_id, LeaderApplication.outcome.is_(None)
                )
            )
            account = make_account(self.session, Role.ASSESSOR)
            self.session.add(
                LeaderAssessor(
                    application_id=application.id,
                    account_id=account.id,
                    asked_on=TODAY,
                    declared_at=utc_now(),
                    judged_at=utc_now(),
                    judgements={},
                )
            )
            self.session.flush()
            self.judged += 1

        @rule(given=st.booleans())
        def consents_come_and_go(self, given):
            self.leader.consent_on = self.leader.owner_consent_on = TODAY if given else None

        @rule(done=st.booleans(), capacity=st.integers(0, 2))
        def training_and_places(self, done, capacity):
            self.leader.trained_on, self.leader.capacity = TODAY if done else None, capacity

        @precondition(lambda self: self.status in (LeaderStatus.LAPSED, LeaderStatus.WITHDRAWN))
        @rule()
        def applies_again(self):
            self._apply()
            self.status = LeaderStatus.APPLIED
            self.changes += 1

        @invariant()
        def nothing_is_lost(self):
            leader = self.leader
            assert leader.status is self.status
            steps = self.session.scalar(
                select(func.count()).where(
                    Event.object_type == "leader",
                    Event.object_id == leader.id,
                    Event.action.in_([f"leader_{step.value}" for step in Move]),
                )
            )
            assert steps == self.changes
            waiting = self.session.scalar(
                select(func.count()).where(
                    LeaderApplication.leader_id == leader.id, LeaderApplication.outcome.is_(None)
                )
            )
            assert waiting == (1 if self.status in CANDIDATES else 0)
            if self.changes:
                assert leader.status_reason
                assert leader.status_on == TODAY

        def teardown(self):
            self.session.rollback()
            self.holding.__exit__(None, None, None)

    return LeaderLife


def _actor(account, role, **reach) -> Actor:
    return Actor(account.id, account.person.name, (Scope(role, **reach),))


def test_only_the_listed_steps_pass_whoever_tries_them_in_whatever_order(database):
    seen = Counter()

    run_state_machine_as_test(
        lambda: _machine(database, seen)(),
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    # Each try was held against the table inside; here, that every kind of answer was seen.
    assert set(seen) == {"done", "Conflict", "InvalidInput", "NotAllowed", "NotFound"}
