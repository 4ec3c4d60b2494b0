"""What an assessor was asked to judge."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Leader, LeaderApplication, LeaderAssessor, Person, School, TeamMember
from service.permissions import Actor


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """An application asked of the actor; before declaring, only whose it is."""

    id: int
    name: str
    school_name: str
    asked_on: date
    state: str


def assessment_lines(session: Session, actor: Actor) -> list[AssessmentLine]:
    """What was asked of the actor, what waits first."""
    rows = session.execute(
        select(LeaderAssessor, LeaderApplication.outcome, Person.name, School.name)
        .join(LeaderApplication, LeaderApplication.id == LeaderAssessor.application_id)
        .join(Leader, Leader.id == LeaderApplication.leader_id)
        .join(Person, Person.id == Leader.person_id)
        .join(School, School.id == Leader.school_id)
        .where(LeaderAssessor.account_id == actor.account_id)
        .order_by(LeaderAssessor.id)
    ).all()
    lines = [
        AssessmentLine(one.id, name, school, one.asked_on, _state(one, outcome is not None))
        for one, outcome, name, school in rows
    ]
    return sorted(lines, key=lambda line: line.state not in ("to_declare", "to_judge"))


def _state(assessor: LeaderAssessor, closed: bool) -> str:
    if assessor.conflict is not None:
        return "conflict"
    if assessor.judged_at is not None:
        return "judged"
    if closed:
        return "closed"
    return "to_declare" if assessor.declared_at is None else "to_judge"


def team_of(session: Session, leader_id: int) -> tuple[TeamMember, ...]:
    """Who works along at the leader's school now."""
    rows = session.scalars(
        select(TeamMember)
        .where(TeamMember.leader_id == leader_id, TeamMember.end_on.is_(None))
        .order_by(TeamMember.id)
    )
    return tuple(rows)
