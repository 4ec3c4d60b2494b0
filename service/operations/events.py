"""Record who did what."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Event
from service.models.columns import utc_now
from service.permissions import Actor


def record_event(
    session: Session,
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: int,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one line of the record, in the transaction of the change itself."""
    event = Event(
        at=utc_now(),
        account_id=actor.account_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        reason=reason,
        data=data or {},
    )
    session.add(event)
    return event
