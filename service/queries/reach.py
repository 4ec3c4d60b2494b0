"""Where a school belongs, and which schools an actor's territory holds."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from service.models import EducationService, Owner, Ownership, School
from service.permissions import Actor, Place
from service.queries.schools import current_ownership


def place_of(school: School) -> Place:
    """The territory of a school now, or its last one; its ownerships must be loaded."""
    period = current_ownership(school) or (school.ownerships[-1] if school.ownerships else None)
    return Place(
        service_id=None if period is None else period.service_id,
        owner_id=None if period is None else period.owner_id,
        school_id=school.id,
    )


def with_last_ownership(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join each school with its current ownership, or its last one where none is open."""
    last = (
        select(
            Ownership.school_id,
            func.coalesce(
                func.max(case((Ownership.end_on.is_(None), Ownership.id))), func.max(Ownership.id)
            ).label("id"),
        )
        .group_by(Ownership.school_id)
        .subquery()
    )
    return query.outerjoin(last, last.c.school_id == School.id).outerjoin(
        Ownership, Ownership.id == last.c.id
    )


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition on the joined ownership that keeps the schools an actor oversees."""
    if actor.everywhere:
        return true()
    return or_(
        false(),
        Ownership.service_id.in_(sorted(actor.service_ids)),
        Ownership.owner_id.in_(sorted(actor.owner_ids)),
    )


def territory_name(session: Session, actor: Actor) -> str | None:
    """The name of what an actor coordinates; None where it is everything or nothing."""
    names = list(
        session.scalars(
            select(EducationService.name)
            .where(EducationService.id.in_(sorted(actor.service_ids)))
            .order_by(EducationService.name)
        )
    )
    names += [
        name or code
        for name, code in session.execute(
            select(Owner.name, Owner.code).where(Owner.id.in_(sorted(actor.owner_ids))).order_by(Owner.code)
        )
    ]
    return ", ".join(names) or None
