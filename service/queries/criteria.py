"""Versions of the criteria, and how old applications would fare under another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matching.designation import CandidateFigures, Change, CriteriaVersion, would_change
from matching.designation_presets import PUBLISHED
from service.errors import NotFound
from service.models import Account, CriteriaSet, Leader, LeaderApplication, Person, School
from service.permissions import Actor
from service.queries.candidates import criteria_in_force
from service.queries.reach import in_reach, with_last_ownership
from service.text import say


@dataclass(frozen=True, slots=True)
class CriteriaLine:
    """A version as the list shows it."""

    key: str
    version: CriteriaVersion
    kept: CriteriaSet | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class AffectedApplication:
    """An application that another version would judge otherwise by its figures."""

    leader_id: int
    name: str
    school_name: str
    applied_on: date
    judged_by: str
    change: Change


def criteria_lines(session: Session, system: str, today: date) -> list[CriteriaLine]:
    """All versions, those kept here first, newest on top; one is in force."""
    rows = session.scalars(
        select(CriteriaSet)
        .where(CriteriaSet.system == system)
        .options(
            selectinload(CriteriaSet.proposed_by).selectinload(Account.person),
            selectinload(CriteriaSet.decided_by).selectinload(Account.person),
        )
        .order_by(CriteriaSet.id.desc())
    )
    valid = criteria_in_force(session, system, today)
    lines = [
        CriteriaLine(str(row.id), version, row, version == valid)
        for row in rows
        for version in [CriteriaVersion.from_dict(row.document)]
    ]
    known = {line.version.key for line in lines}
    lines += [
        CriteriaLine(key, version, None, version == valid)
        for key, version in PUBLISHED.items()
        if key not in known
    ]
    return lines


def find_criteria(session: Session, key: str, system: str, today: date) -> CriteriaLine:
    """One version, by its number here or by the key of a published one.

    Raises
    ------
    NotFound
        There is none.
    """
    found = next((line for line in criteria_lines(session, system, today) if line.key == key), None)
    if found is None:
        raise NotFound(say("No existe esa versión de los criterios."), code="unknown_criteria")
    return found


def affected_by(
    session: Session, version: CriteriaVersion, actor: Actor
) -> tuple[list[AffectedApplication], int]:
    """Applications of the actor's territory that this version would judge otherwise, and of how many."""
    rows = session.execute(
        with_last_ownership(
            select(LeaderApplication, Leader.id, Person.name, School.name)
            .join(Leader, Leader.id == LeaderApplication.leader_id)
            .join(Person, Person.id == Leader.person_id)
            .join(School, School.id == Leader.school_id)
        )
        .where(in_reach(actor))
        .order_by(LeaderApplication.applied_on, LeaderApplication.id)
    ).all()
    found = []
    for application, leader_id, name, school in rows:
        old = CriteriaVersion.from_dict(application.criteria)
        change = would_change(old, version, CandidateFigures(**application.figures))
        if change is not None:
            found.append(
                AffectedApplication(leader_id, name, school, application.applied_on, old.key, change)
            )
    return found, len(rows)
