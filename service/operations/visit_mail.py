"""What is told about a visit, to whom, and what goes into their calendars (features V2, V11)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.calendar_files import CalendarVisit, invitation
from service.formats import day_in
from service.letters import HERE, write_letter, write_words
from service.models import Message, Partnership, Visit
from service.models.enums import MessageState
from service.models.states import Side, VisitState
from service.operations.mail import queue_message, void_messages
from service.queries.visits import Recipient, names_of, receiving_school, recipients_of, visiting_school

STATUS = {
    VisitState.PROPOSED: "TENTATIVE",
    VisitState.AGREED: "CONFIRMED",
    VisitState.HELD: "CONFIRMED",
    VisitState.MISSED: "CANCELLED",
    VisitState.CANCELLED: "CANCELLED",
}


def tell_proposed(
    session: Session, partnership: Partnership, visit: Visit, *, by: Side, now: datetime
) -> None:
    """Ask the other side; it goes into nobody's calendar before they agree."""
    _tell(session, partnership, visit, "visit_proposed", now=now, only=other(by))


def tell_agreed(session: Session, partnership: Partnership, visit: Visit, *, now: datetime) -> None:
    """Tell everybody who comes, with the event for the calendar."""
    void_messages(session, ("visit", visit.id))
    _tell(session, partnership, visit, "visit_agreed", now=now, calendar=True)


def tell_moved(
    session: Session, partnership: Partnership, visit: Visit, *, by: Side, before: datetime, now: datetime
) -> None:
    """Ask the other side for the new time; an event in a calendar moves with it, marked as tentative."""
    void_messages(session, ("visit", visit.id))
    invited = _was_invited(session, visit)
    only = None if invited else other(by)
    _tell(session, partnership, visit, "visit_moved", now=now, calendar=invited, only=only, before=before)


def tell_cancelled(
    session: Session, partnership: Partnership, visit: Visit, *, reason: str, now: datetime
) -> None:
    """Tell everybody who knew of it; an event in a calendar is taken away."""
    void_messages(session, ("visit", visit.id))
    invited = _was_invited(session, visit)
    _tell(session, partnership, visit, "visit_cancelled", now=now, calendar=invited, reason=reason)


def other(side: Side) -> Side:
    """The other side."""
    return Side.SUPPORTED if side is Side.SUPPORTING else Side.SUPPORTING


def calendar_visit(
    partnership: Partnership, visit: Visit, locale: str, changed_at: datetime
) -> CalendarVisit:
    """A visit as a calendar holds it, in somebody's language."""
    summary, description = write_words("visit_event", locale, **words_of(partnership, visit, locale))
    start = visit.held_at if visit.state is VisitState.HELD and visit.held_at else visit.starts_at
    minutes = visit.held_minutes or visit.minutes if visit.state is VisitState.HELD else visit.minutes
    return CalendarVisit(
        uid=visit.uid,
        sequence=visit.sequence,
        starts_at=start,
        minutes=minutes,
        time_zone=visit.time_zone,
        summary=summary,
        description=description,
        location=visit.place,
        path=path_of(visit),
        changed_at=changed_at,
        status=STATUS[visit.state],  # type: ignore[arg-type]
    )


def words_of(partnership: Partnership, visit: Visit, locale: str) -> dict[str, object]:
    """What the letters about a visit may say."""
    start = visit.starts_at.astimezone(ZoneInfo(visit.time_zone))
    end = start + timedelta(minutes=visit.minutes)
    return {
        "host": receiving_school(partnership, visit.direction).name,
        "guest": visiting_school(partnership, visit.direction).name,
        "online": visit.mode.value == "online",
        "on": day_in(start, locale),
        "starts": f"{start:%H:%M}",
        "ends": f"{end:%H:%M}",
        "place": visit.place,
        "way_there": visit.way_there,
        "purpose": visit.purpose,
        "people": names_of(visit.people, Side.SUPPORTED) + names_of(visit.people, Side.SUPPORTING),
        "url": f"{HERE}{path_of(visit)}",
    }


def path_of(visit: Visit) -> str:
    """Address of a visit's page, without the installation's."""
    return f"/acompanamientos/{visit.partnership_id}/visitas/{visit.id}"


def audience(session: Session, visit: Visit, only: Side | None = None) -> list[Recipient]:
    """Those asked to come, of one side or both, who can be written to."""
    people = [one.person_id for one in visit.people if only is None or one.side is only]
    return recipients_of(session, people)


def write_to(
    session: Session,
    partnership: Partnership,
    visit: Visit,
    recipients: Iterable[Recipient],
    kind: str,
    *,
    now: datetime,
    calendar: bool = False,
    **more: object,
) -> int:
    """Write a message to each, once for a version of the visit; useless from its start on."""
    written = 0
    until = visit.starts_at - now
    for one in recipients:
        words = words_of(partnership, visit, one.locale)
        if isinstance(more.get("before"), datetime):
            before = more["before"].astimezone(ZoneInfo(visit.time_zone))  # type: ignore[attr-defined]
            words["was"] = f"{day_in(before, one.locale)}, {before:%H:%M}"
        letter = write_letter(kind, one.locale, **{**more, **words, "name": one.name})
        event = calendar_visit(partnership, visit, one.locale, now) if calendar else None
        queue_message(
            session,
            letter,
            key=f"visit:{visit.id}:v{visit.sequence}:{kind}:{one.person_id}",
            kind=kind,
            recipient=one.email,
            locale=one.locale,
            about=("visit", visit.id),
            account_id=one.account_id,
            void_after=until if until > timedelta() else None,
            calendar=None if event is None else invitation(event, one.email),
        )
        written += 1
    return written


def _tell(
    session: Session,
    partnership: Partnership,
    visit: Visit,
    kind: str,
    *,
    now: datetime,
    calendar: bool = False,
    only: Side | None = None,
    **more: object,
) -> None:
    write_to(
        session, partnership, visit, audience(session, visit, only), kind, now=now, calendar=calendar, **more
    )


def _was_invited(session: Session, visit: Visit) -> bool:
    return (
        session.scalar(
            select(Message.id)
            .where(
                Message.object_type == "visit",
                Message.object_id == visit.id,
                Message.calendar.is_not(None),
                Message.state != MessageState.VOID,
            )
            .limit(1)
        )
        is not None
    )
