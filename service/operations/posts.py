"""Posts change hands and their history stays: who took one over, who left it, and when."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Leader, Post, School
from service.models.enums import PostRole, Role
from service.models.leader_states import ReviewReason
from service.operations.events import record_event
from service.operations.leader_reviews import STANDING, open_review
from service.permissions import Actor

DAY = timedelta(days=1)
POST_OF = {Role.DIRECTOR: PostRole.HEAD, Role.CURRICULUM_HEAD: PostRole.CURRICULUM_HEAD}


def take_post(
    session: Session, *, actor: Actor, person_id: int, school_id: int, role: PostRole, start_on: date
) -> Post:
    """A person takes over a post; whoever held it leaves the day before."""
    holders = list(
        session.scalars(
            select(Post).where(Post.school_id == school_id, Post.role == role, Post.end_on.is_(None))
        )
    )
    mine = next((post for post in holders if post.person_id == person_id), None)
    if mine is not None:
        return mine
    for other in holders:
        _end(session, actor, other, start_on - DAY)
    post = Post(person_id=person_id, school_id=school_id, role=role, start_on=start_on)
    session.add(post)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="post_taken",
        object_type="post",
        object_id=post.id,
        data={"person": person_id, "school": school_id, "role": role.value, "on": start_on.isoformat()},
    )
    return post


def leave_post(
    session: Session, *, actor: Actor, person_id: int, school_id: int, role: PostRole, end_on: date
) -> None:
    """A person leaves a post; nothing happens where they do not hold it."""
    held = session.scalars(
        select(Post).where(
            Post.person_id == person_id,
            Post.school_id == school_id,
            Post.role == role,
            Post.end_on.is_(None),
        )
    )
    for post in held:
        _end(session, actor, post, end_on)


def _end(session: Session, actor: Actor, post: Post, end_on: date) -> None:
    """End a period; a leader who no longer heads the school behind the designation is to be reviewed."""
    post.end_on = end_on if post.start_on is None else max(end_on, post.start_on)
    record_event(
        session,
        actor=actor,
        action="post_left",
        object_type="post",
        object_id=post.id,
        data={"person": post.person_id, "school": post.school_id, "on": post.end_on.isoformat()},
    )
    if post.role is not PostRole.HEAD:
        return
    leaders = session.scalars(
        select(Leader)
        .where(
            Leader.person_id == post.person_id,
            Leader.school_id == post.school_id,
            Leader.status.in_(STANDING),
        )
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
    )
    for leader in leaders:
        open_review(
            session,
            leader,
            ReviewReason.LEFT_POST,
            f"post:{post.id}",
            facts={"left_on": post.end_on.isoformat()},
            actor=actor,
            today=post.end_on,
        )
