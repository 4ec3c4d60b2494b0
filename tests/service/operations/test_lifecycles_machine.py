"""Every transition of every noun, by every party, in any order: only the listed ones pass."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.db import Database
from service.errors import MingaError
from service.lifecycles import LIFECYCLES, PARTNERSHIP, Lifecycle, Party, transition
from service.models import Event, Handover, Partnership
from service.models.columns import utc_now
from service.models.enums import Element, Role
from service.models.states import ExchangeKind, PartnershipState
from service.operations.agreements import AgreementText, propose_agreement, sign_agreement
from service.operations.partnership_life import take_step
from service.permissions import Actor, Scope
from tests.factories.accounts import make_account
from tests.factories.leaders import make_leader
from tests.factories.partnerships import make_partnership
from tests.factories.schools import make_school, make_service

BEGIN = date(2026, 3, 2)
STEPS = [one.name for one in PARTNERSHIP.transitions]
WHO = ("supported", "supporting", "coordinator", "foreign", "ministry", "clock")


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.noun)
def test_only_listed_changes_pass_and_only_for_their_parties(lifecycle: Lifecycle) -> None:
    states = type(lifecycle.initial)
    for one in lifecycle.transitions:
        for state in states:
            for party in Party:
                listed = state in one.sources and party in one.by
                try:
                    passed = transition(lifecycle, one.name, state, {party}) is one
                except MingaError:
                    passed = False
                assert passed == listed, (one.name, state, party)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.noun)
def test_every_state_is_reached_and_every_end_is_an_end(lifecycle: Lifecycle) -> None:
    reached = {lifecycle.initial} | {one.target for one in lifecycle.transitions}
    assert set(type(lifecycle.initial)) <= reached


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    walk=st.lists(
        st.tuples(st.sampled_from(STEPS), st.sampled_from(WHO), st.integers(0, 400)), min_size=1, max_size=25
    ),
    prepared=st.booleans(),
)
def test_a_partnership_walked_in_any_order_follows_the_table_and_loses_nothing(
    database: Database, walk: list[tuple[str, str, int]], prepared: bool
) -> None:
    with database.reading() as session, session.begin_nested() as kept:
        service, other = make_service(session), make_service(session)
        school = make_school(session, service=service)
        leader = make_leader(session, make_school(session, service=service))
        number = make_partnership(session, school=school, leader=leader, start_on=BEGIN).id
        actors: dict[str, Actor] = {}
        for name, role, reach in (
            ("supported", Role.DIRECTOR, {"school_id": school.id}),
            ("supporting", Role.LEADER, {"school_id": leader.school_id}),
            ("coordinator", Role.COORDINATOR, {"service_id": service.id}),
            ("foreign", Role.COORDINATOR, {"service_id": other.id}),
            ("ministry", Role.MINISTRY, {}),
        ):
            account = make_account(session, role, **reach)
            actors[name] = _actor(account, role, reach)
        actors["clock"] = Actor(account_id=None, name="clock", operator=True)
        if prepared:
            text = AgreementText(
                focus=(Element.TRUST,),
                kinds=(ExchangeKind.HEAD,),
                days=1,
                conduct="x",
                end_on=BEGIN + timedelta(days=300),
            )
            propose_agreement(session, number, text, actor=actors["supported"], today=BEGIN)
            sign_agreement(session, number, 1, actor=actors["supporting"])
            session.add(Handover(partnership_id=number, without_reason="x", written_at=utc_now()))
            session.flush()
        today = BEGIN
        expected: list[tuple[str, str]] = []
        for step, who, days in walk:
            today += timedelta(days=days)
            before = session.get_one(Partnership, number).state
            try:
                take_step(
                    session,
                    number,
                    step,
                    actor=actors[who],
                    today=today,
                    reason="Un motivo",
                    by_clock=who == "clock",
                )
            except MingaError:
                session.expire_all()
                assert session.get_one(Partnership, number).state is before
                continue
            after = session.get_one(Partnership, number).state
            found = PARTNERSHIP.named(step)
            assert before in found.sources
            assert who not in ("foreign", "ministry")
            if step == "commit" and after is before:
                continue
            assert found.target is None or after is found.target
            assert after is not PartnershipState.PAUSED or step == "pause"
            expected.append((before.value, after.value))
        events = session.scalars(
            select(Event)
            .where(Event.object_type == "partnership", Event.object_id == number)
            .order_by(Event.id)
        ).all()
        written = [(e.data["from"], e.data["to"]) for e in events if "from" in e.data]
        assert written == expected
        kept.rollback()


def _actor(account: Any, role: Role, reach: dict[str, int]) -> Actor:
    return Actor(account_id=account.id, name="Prueba", scopes=(Scope(role, **reach),))
