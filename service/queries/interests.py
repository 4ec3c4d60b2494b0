"""What binds people to schools: declared interests, and those that posts show."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Interest, Leader, Ownership, Person, Post, School
from service.models.enums import PostRole
from service.models.leader_states import InterestKind

RECENT = timedelta(days=3 * 365)
"""An employer counts as recent for three years (ours)."""


def interests_of(session: Session, person_id: int) -> list[Interest]:
    """Declared interests of a person, the newest first."""
    return list(
        session.scalars(
            select(Interest)
            .where(Interest.person_id == person_id)
            .options(selectinload(Interest.school), selectinload(Interest.person))
            .order_by(Interest.start_on.desc(), Interest.id.desc())
        )
    )


def conflict_of_assessor(
    session: Session, account: Account, leader: Leader, today: date
) -> InterestKind | None:
    """What Minga itself knows to bind an assessor to a candidate; None where it knows nothing.

    Declared interests count first, then the same person, the same school or owner today, and a
    school where the assessor worked within three years.
    """
    person = account.person_id
    if person == leader.person_id:
        return InterestKind.SAME_OWNER
    declared = session.scalars(
        select(Interest.kind)
        .where(
            or_(
                (Interest.person_id == person) & (Interest.school_id == leader.school_id),
                (Interest.person_id == leader.person_id)
                & Interest.school_id.in_(select(Post.school_id).where(Post.person_id == person)),
            ),
            Interest.start_on <= today,
            or_(Interest.end_on.is_(None), Interest.end_on >= today),
        )
        .order_by(Interest.id)
    ).first()
    if declared is not None:
        return declared
    posts = session.scalars(
        select(Post).where(
            Post.person_id == person, or_(Post.end_on.is_(None), Post.end_on >= today - RECENT)
        )
    ).all()
    if any(post.school_id == leader.school_id and post.end_on is None for post in posts):
        return InterestKind.SAME_OWNER
    if any(post.school_id == leader.school_id for post in posts):
        return InterestKind.RECENT_EMPLOYER
    present = [post.school_id for post in posts if post.end_on is None]
    if _owners(session, present) & _owners(session, [leader.school_id]):
        return InterestKind.SAME_OWNER
    return None


def bound_schools(session: Session, system: str, today: date) -> Mapping[int, frozenset[int]]:
    """Numbers of the schools that each leader (by id) must never be paired with.

    An interest counts whichever side declared it: that of the leader in a school, and that of a
    head in the leader's school.
    """
    valid = (
        Interest.start_on <= today,
        or_(Interest.end_on.is_(None), Interest.end_on >= today),
        School.system == system,
    )
    bound: dict[int, set[int]] = defaultdict(set)
    for leader, code in session.execute(
        select(Leader.id, School.code)
        .join(Interest, Interest.person_id == Leader.person_id)
        .join(School, School.id == Interest.school_id)
        .where(*valid)
    ):
        bound[leader].add(code)
    for leader, code in session.execute(
        select(Leader.id, School.code)
        .join(Interest, Interest.school_id == Leader.school_id)
        .join(Person, Person.id == Interest.person_id)
        .join(Post, (Post.person_id == Person.id) & (Post.role == PostRole.HEAD) & Post.end_on.is_(None))
        .join(School, School.id == Post.school_id)
        .where(*valid)
    ):
        bound[leader].add(code)
    return {leader: frozenset(codes) for leader, codes in bound.items()}


def _owners(session: Session, school_ids: list[int]) -> set[tuple[str, int]]:
    """Owners, and services as owners, of some schools today."""
    rows = session.execute(
        select(Ownership.owner_id, Ownership.service_id).where(
            Ownership.school_id.in_(school_ids), Ownership.end_on.is_(None)
        )
    )
    return {
        (kind, number)
        for owner, service in rows
        for kind, number in (("owner", owner), ("service", service))
        if number is not None
    }
