"""Partnerships: two schools begin to work together."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.models import Leader, Partnership, PartnershipCoordinator, PartnershipPerson, Post, Proposal
from service.models.columns import utc_now
from service.models.enums import Phase, PostRole, Role
from service.models.states import PartnershipOrigin, PartnershipState, Side
from service.operations.events import record_event
from service.permissions import Actor
from service.text import say


def begin_partnership(
    session: Session,
    *,
    school_id: int,
    leader: Leader,
    phase: Phase,
    actor: Actor,
    today: date,
    origin: PartnershipOrigin = PartnershipOrigin.RUN,
    proposal: Proposal | None = None,
    legal_basis: str | None = None,
    note: str | None = None,
) -> Partnership:
    """Begin setting up, once both have said yes; the caller checked that they did, and the place.

    Raises
    ------
    Conflict
        The school has an open partnership already.
    """
    partnership = Partnership(
        school_id=school_id,
        leader_school_id=leader.school_id,
        leader_id=leader.id,
        proposal_id=None if proposal is None else proposal.id,
        phase=phase,
        origin=origin,
        legal_basis=legal_basis,
        origin_note=note,
        state=PartnershipState.SETUP,
        start_on=today,
        conflict_checked_on=today,
        created_at=utc_now(),
    )
    try:
        with session.begin_nested():
            session.add(partnership)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            say("La escuela ya tiene un acompañamiento abierto; ciérrelo antes de empezar otro."),
            code="open_partnership",
        ) from error
    heads = session.scalars(
        select(Post.person_id).where(
            Post.school_id == school_id, Post.role == PostRole.HEAD, Post.end_on.is_(None)
        )
    )
    people = [(person_id, Side.SUPPORTED) for person_id in heads] + [(leader.person_id, Side.SUPPORTING)]
    session.add_all(
        PartnershipPerson(
            partnership_id=partnership.id, person_id=person_id, side=side, role="head", start_on=today
        )
        for person_id, side in people
    )
    if actor.account_id is not None and actor.has(Role.COORDINATOR):
        session.add(
            PartnershipCoordinator(partnership_id=partnership.id, account_id=actor.account_id, start_on=today)
        )
    record_event(
        session,
        actor=actor,
        action="partnership_begun",
        object_type="partnership",
        object_id=partnership.id,
        reason=note,
        data={"origin": origin.value, "school": school_id, "leader": leader.id},
    )
    session.flush()
    return partnership
