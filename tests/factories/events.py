"""Made-up lines of the record."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Event
from service.models.columns import utc_now


def make_event(session: Session, **given: Any) -> Event:
    values = {
        "at": utc_now(),
        "action": "school_corrected",
        "object_type": "school",
        "object_id": 1,
        "data": {},
    }
    event = Event(**{**values, **given})
    session.add(event)
    session.flush()
    return event
