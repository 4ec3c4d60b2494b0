"""The text of a person's private calendar."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.calendar_files import feed
from service.models import Account
from service.operations.calendars import hash_of
from service.operations.visit_mail import calendar_visit
from service.queries.agendas import visits_for_feed
from service.queries.own_calendar import feed_behind


def feed_text(session: Session, key: str, *, now: datetime) -> str | None:
    """Everything a person is asked to come to; None where the key opens nothing.

    Of somebody whose accounts are all closed it opens nothing either: whoever left reads no more.
    """
    found = feed_behind(session, hash_of(key))
    if found is None:
        return None
    locale = session.scalar(
        select(Account.locale)
        .where(Account.person_id == found.person_id, Account.active)
        .order_by(Account.id)
        .limit(1)
    )
    if locale is None:
        return None
    visits = visits_for_feed(session, found.person_id, now)
    return feed(
        [
            calendar_visit(one.partnership, one, locale, one.held_at or one.proposed_at or one.created_at)
            for one in visits
        ],
        f"Minga: {found.person.name}",
    )
