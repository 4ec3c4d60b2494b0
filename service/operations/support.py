"""How much support a school gets and from whom: levels, joint inquiries, external supports, watching."""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.models import ExternalSupport, Inquiry, School, SupportLevel, Watched
from service.models.columns import utc_now
from service.models.states import SupportKind
from service.operations.events import record_event
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.support import find_supported

JOINT_INQUIRY = 3
PARTS = ("question", "hypothesis", "evidence", "adaptation", "result")


def set_level(
    session: Session, code: str, *, level: int, reason: str, actor: Actor, today: date
) -> SupportLevel:
    """Set a school's level of this year, with the reason; level 3 opens a joint inquiry (feature N6)."""
    school = _kept(session, code, actor)
    found = session.scalar(
        select(SupportLevel).where(SupportLevel.school_id == school.id, SupportLevel.year == today.year)
    )
    before = None if found is None else found.level
    if found is None:
        found = SupportLevel(school_id=school.id, year=today.year)
        session.add(found)
    found.level, found.reason = level, reason
    found.account_id, found.set_at = actor.account_id, utc_now()
    opened = session.scalar(
        select(Inquiry.id).where(Inquiry.school_id == school.id, Inquiry.year == today.year)
    )
    if level == JOINT_INQUIRY and opened is None:
        session.add(
            Inquiry(school_id=school.id, year=today.year, opened_on=today, account_id=actor.account_id)
        )
    session.flush()
    _record(session, actor, "support_level_set", school, {"from": before, "to": level, "year": today.year})
    return found


def keep_inquiry(session: Session, code: str, parts: dict[str, str], *, actor: Actor, today: date) -> None:
    """Keep what is being asked, supposed, seen, adapted and found, as far as it has come."""
    school = _kept(session, code, actor)
    inquiry = session.scalars(
        select(Inquiry).where(Inquiry.school_id == school.id).order_by(Inquiry.year.desc()).limit(1)
    ).first()
    if inquiry is None:
        inquiry = Inquiry(school_id=school.id, year=today.year, opened_on=today)
        session.add(inquiry)
    for name in PARTS:
        setattr(inquiry, name, parts.get(name, ""))
    inquiry.account_id = actor.account_id
    session.flush()
    _record(session, actor, "inquiry_kept", school, {"parts": [name for name in PARTS if parts.get(name)]})


def add_external(
    session: Session,
    code: str,
    *,
    kind: SupportKind,
    name: str,
    start_year: int,
    end_year: int | None,
    actor: Actor,
) -> ExternalSupport:
    """Add an earlier programme, or somebody who supports the school now (feature N8)."""
    school = _kept(session, code, actor)
    support = ExternalSupport(
        school_id=school.id,
        kind=kind,
        name=name,
        start_year=start_year,
        end_year=end_year,
        account_id=actor.account_id,
    )
    session.add(support)
    session.flush()
    _record(session, actor, "external_support_added", school, {"support": support.id})
    return support


def watch(session: Session, code: str, *, on: bool, actor: Actor) -> None:
    """Put a school on one's own list, or take it off (feature N10); nobody else sees the list."""
    school = find_supported(session, code, actor=actor)
    session.execute(
        delete(Watched).where(Watched.account_id == actor.account_id, Watched.school_id == school.id)
    )
    if on and actor.account_id is not None:
        session.add(Watched(account_id=actor.account_id, school_id=school.id, since=utc_now()))
    session.flush()


def _kept(session: Session, code: str, actor: Actor) -> School:
    school = find_supported(session, code, actor=actor)
    require(actor, Action.KEEP_REQUESTS, place_of(school))
    return school


def _record(session: Session, actor: Actor, action: str, school: School, data: dict[str, object]) -> None:
    record_event(
        session, actor=actor, action=action, object_type="school_need", object_id=school.id, data=data
    )
