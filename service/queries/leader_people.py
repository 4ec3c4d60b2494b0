"""Who is who around a leader: the person of an account, the coordination, the assessors."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Grant, Leader, Person, School
from service.models.enums import LeaderStatus, Role
from service.permissions import Actor
from service.queries.reach import place_of

GONE = (LeaderStatus.LAPSED, LeaderStatus.WITHDRAWN)


def person_of(session: Session, actor: Actor) -> Person | None:
    """The person who acts; None for the operator of the machine."""
    if actor.account_id is None:
        return None
    return session.scalar(select(Person).join(Account).where(Account.id == actor.account_id))


def is_leader_themself(session: Session, actor: Actor, leader: Leader) -> bool:
    """Whether the actor is the person of this leader."""
    if actor.account_id is None:
        return False
    found = session.scalar(
        select(Account.id).where(Account.id == actor.account_id, Account.person_id == leader.person_id)
    )
    return found is not None


def own_leader(session: Session, actor: Actor) -> Leader | None:
    """The actor's own line among the leaders: the one that works, else the newest."""
    if actor.account_id is None:
        return None
    rows = session.scalars(
        select(Leader)
        .join(Account, Account.person_id == Leader.person_id)
        .where(Account.id == actor.account_id)
        .options(
            selectinload(Leader.person),
            selectinload(Leader.school).options(
                selectinload(School.ownerships), selectinload(School.commune)
            ),
        )
        .order_by(Leader.id.desc())
    ).all()
    return min(rows, key=lambda one: one.status in GONE, default=None)


def coordinators_of(session: Session, school: School) -> list[Account]:
    """Accounts that coordinate the territory of a school; its ownerships must be loaded."""
    place = place_of(school)
    reach = []
    if place.service_id is not None:
        reach.append(Grant.service_id == place.service_id)
    if place.owner_id is not None:
        reach.append(Grant.owner_id == place.owner_id)
    if not reach:
        return []
    query = (
        select(Account)
        .join(Grant)
        .where(Grant.role == Role.COORDINATOR, or_(*reach), Account.active)
        .options(selectinload(Account.person))
        .order_by(Account.id)
    )
    return list(session.scalars(query).unique())


def accounts_of(session: Session, person_id: int) -> list[Account]:
    """Open accounts of a person."""
    return list(
        session.scalars(
            select(Account)
            .where(Account.person_id == person_id, Account.active)
            .options(selectinload(Account.person))
            .order_by(Account.id)
        )
    )


def assessor_accounts(session: Session) -> list[Account]:
    """Everybody who may be asked to assess, by name."""
    query = (
        select(Account)
        .join(Grant)
        .join(Person, Person.id == Account.person_id)
        .where(Grant.role == Role.ASSESSOR, Account.active)
        .options(selectinload(Account.person))
        .order_by(Person.name, Account.id)
    )
    return list(session.scalars(query).unique())
