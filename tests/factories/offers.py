"""A made-up school with a published shortlist, without a run behind it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.models import Account, Candidate, EducationService, Leader, Proposal, School
from service.models.columns import utc_now
from service.models.enums import Phase, ProposalState, Role
from service.models.states import CandidateState
from service.permissions import Actor, Scope
from tests.factories.accounts import make_account
from tests.factories.leaders import make_leader
from tests.factories.runs import make_proposal, make_run
from tests.factories.schools import make_school, make_service


@dataclass(frozen=True, slots=True)
class Offered:
    """A school, its shortlist and the people around it."""

    service: EducationService
    school: School
    proposal: Proposal
    leaders: list[Leader]
    candidates: list[int]
    director: Actor
    coordinator: Actor
    people: list[Actor]
    addresses: dict[str, str]


def acting(account: Account, role: Role, **reach: Any) -> Actor:
    """Who an account stands for."""
    return Actor(account_id=account.id, name=account.person.name, scopes=(Scope(role, **reach),))


def make_shortlist(
    session: Session,
    *,
    cards: int = 3,
    leaders: list[Leader] | None = None,
    due_on: date = date(2026, 3, 16),
    service: EducationService | None = None,
) -> Offered:
    """A school of a service with so many candidates, each the leader of another school there."""
    service = service or make_service(session)
    school = make_school(session, service=service)
    found = leaders or [
        make_leader(session, make_school(session, service=service), capacity=1) for _ in range(cards)
    ]
    first = found[0]
    proposal = make_proposal(
        session,
        make_run(session, service_id=service.id),
        school,
        first.school,
        leader_id=first.id,
        state=ProposalState.PUBLISHED,
        published_at=utc_now(),
        choice_due_on=due_on,
        reasons=[{"code": "alike_in", "subject": "size", "value": 0.1, "share": 0.1, "since": None}],
    )
    rows = [
        Candidate(
            proposal_id=proposal.id,
            leader_id=leader.id,
            leader_school_id=leader.school_id,
            phase=Phase.PRIMARY,
            place=place,
            state=CandidateState.SHOWN,
            reasons=list(proposal.reasons),
        )
        for place, leader in enumerate(found)
    ]
    session.add_all(rows)
    session.flush()
    director = make_account(session, Role.DIRECTOR, school_id=school.id)
    coordinator = make_account(session, Role.COORDINATOR, service_id=service.id)
    accounts = [make_account(session, Role.LEADER, school_id=leader.school_id) for leader in found]
    return Offered(
        service=service,
        school=school,
        proposal=proposal,
        leaders=found,
        candidates=[row.id for row in rows],
        director=acting(director, Role.DIRECTOR, school_id=school.id),
        coordinator=acting(coordinator, Role.COORDINATOR, service_id=service.id),
        people=[
            acting(account, Role.LEADER, school_id=leader.school_id)
            for account, leader in zip(accounts, found, strict=True)
        ],
        addresses={
            "director": director.email,
            "coordinator": coordinator.email,
            **{f"leader{n}": account.email for n, account in enumerate(accounts)},
        },
    )
