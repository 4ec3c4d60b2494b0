"""What keeps leaders out of new matches, beside their state."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.models import Leader, LeaderConsent, LeaderReview
from service.models.leader_states import ConsentKind, ReviewReason


def withdrawn_consents(session: Session) -> frozenset[int]:
    """Leaders of whom a consent was withdrawn and none of its kind stands now."""
    rows = session.scalars(
        select(Leader.id)
        .join(LeaderConsent, LeaderConsent.leader_id == Leader.id)
        .where(
            LeaderConsent.withdrawn_on.is_not(None),
            or_(
                (LeaderConsent.kind == ConsentKind.LEADER) & Leader.consent_on.is_(None),
                (LeaderConsent.kind == ConsentKind.OWNER) & Leader.owner_consent_on.is_(None),
            ),
        )
    )
    return frozenset(rows)


def left_post(session: Session) -> frozenset[int]:
    """Leaders who left the post behind the designation and were not reviewed yet."""
    return frozenset(
        session.scalars(
            select(LeaderReview.leader_id).where(
                LeaderReview.because == ReviewReason.LEFT_POST, LeaderReview.decision.is_(None)
            )
        )
    )
