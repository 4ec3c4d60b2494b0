"""The life of a leader with a word in every private text."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.designation import CandidateFigures, check
from matching.designation_presets import MINGA_1
from service.models import (
    Account,
    Complaint,
    CriteriaSet,
    FigureDispute,
    Interest,
    Leader,
    LeaderApplication,
    LeaderAssessor,
    LeaderConsent,
    LeaderReview,
    LeaderTraining,
    OwnGoal,
    School,
    TeamMember,
)
from service.models.columns import utc_now
from service.models.enums import Element, LeaderStatus
from service.models.leader_states import (
    ComplaintState,
    ConsentKind,
    ConsentWay,
    CriteriaState,
    DisputeState,
    InterestKind,
    ReviewReason,
    TeamRole,
)

TODAY = date(2025, 6, 2)


def canary(service: object, school: object, table: str, column: str) -> str:
    """The word for one text."""
    return f"CANARIO-{service or 'nadie'}-{school or 'todas'}-{table}-{column}"


def sing_of_leader(
    session: Session, leader: Leader, service: int, actor: str, other: School
) -> dict[str, int]:
    """Give a leader a whole life; the account of ``actor`` at home is the leader's own."""
    leader = session.get_one(Leader, leader.id)
    place = (service, leader.school_id)

    def word(table: str, column: str) -> str:
        return canary(*place, table, column)

    accounts = {
        one.email.partition("@")[0]: one
        for one in session.scalars(select(Account).where(Account.email.like("%@prueba.example.org")))
    }
    if actor == "leader":
        accounts[actor].person_id = leader.person_id
    leader.status, leader.status_reason = LeaderStatus.ACTIVE, word("leaders", "status_reason")
    leader.consent_on = leader.owner_consent_on = leader.trained_on = TODAY
    leader.days_per_term, leader.capacity, leader.paused_by_leader = 8, 2, False
    criteria = session.scalar(select(CriteriaSet)) or CriteriaSet(
        system="cl",
        name="minga",
        version="otra",
        document={**MINGA_1.to_dict(), "version": "otra"},
        reason="Probar",
        state=CriteriaState.PROPOSED,
        proposed_at=utc_now(),
    )
    figures = CandidateFigures(years_in_post=5.5, in_need=False, as_of=2024)
    application = LeaderApplication(
        leader_id=leader.id,
        applied_on=TODAY,
        nominated=False,
        words=word("leader_applications", "words"),
        criteria=MINGA_1.to_dict(),
        figures=asdict(figures),
        answers=[asdict(one) | {"asked": one.asked.value} for one in check(MINGA_1, figures)],
    )
    kept = {
        "criteria_id": criteria,
        "review_id": LeaderReview(
            leader_id=leader.id,
            because=ReviewReason.OWN_SCHOOL_FALLING,
            basis="primary:1999",
            opened_on=TODAY,
        ),
        "member_id": TeamMember(
            leader_id=leader.id,
            name=word("leader_team", "name"),
            role=TeamRole.TEACHER,
            expertise=["focus"],
            start_on=TODAY,
        ),
        "goal_id": OwnGoal(
            leader_id=leader.id, element=Element.FOCUS, goal=word("leader_goals", "goal"), set_on=TODAY
        ),
        "interest_id": Interest(
            person_id=leader.person_id,
            school_id=other.id,
            kind=InterestKind.FAMILY,
            note=word("interests", "note"),
            start_on=TODAY,
            declared_at=utc_now(),
        ),
        "complaint_id": Complaint(
            leader_id=leader.id,
            raised_on=TODAY,
            text=word("complaints", "text"),
            state=ComplaintState.OPEN,
            suspends=False,
        ),
        "dispute_id": FigureDispute(
            school_id=other.id if actor == "leader" else leader.school_id,
            figure="enrolment",
            shown="1",
            reason=canary(service, other.id if actor == "leader" else leader.school_id, "disputes", "reason"),
            state=DisputeState.OPEN,
            raised_on=TODAY,
        ),
    }
    session.add_all([application, *kept.values()])
    session.add_all(
        [
            LeaderConsent(
                leader_id=leader.id,
                kind=ConsentKind.LEADER,
                given_on=TODAY,
                given_by=word("leader_consents", "given_by"),
                way=ConsentWay.LETTER,
                withdrawn_on=TODAY,
                withdrawn_reason=word("leader_consents", "withdrawn_reason"),
            ),
            LeaderTraining(leader_id=leader.id, name="Curso", given_by="CPEIP", completed_on=TODAY, hours=20),
        ]
    )
    session.flush()
    assessor = LeaderAssessor(
        application_id=application.id,
        account_id=accounts["assessor" if actor == "leader" else "foreign"].id,
        asked_on=TODAY,
        declared_at=utc_now(),
        judgements={},
        reasons=None if actor == "leader" else word("leader_assessors", "reasons"),
    )
    session.add(assessor)
    session.flush()
    return {name: thing.id for name, thing in kept.items()} | {"assessor_id": assessor.id}
