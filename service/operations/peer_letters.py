"""Letters about requests, shortlists and offers: one for each reader, written with the change itself.

No subject names a school (feature N9), and none carries anybody's contact data (feature C4).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from service.letters import HERE, write_letter
from service.models import Leader, Offer, Proposal, School
from service.models.enums import Role
from service.operations.mail import queue_message
from service.queries.mail_addresses import Reader, readers_at_school, readers_for_leader, readers_of_place
from service.queries.reach import place_of

EMPTY: dict[str, object] = {"school": "", "day": None, "note": ""}


def tell_school(
    session: Session, proposal: Proposal, school: School, template: str, *, day: date | None = None
) -> None:
    """Write to the direction of the school that asked: its shortlist is ready, or nobody is left."""
    _send(
        session,
        readers_at_school(session, school.id, (Role.DIRECTOR,)),
        template,
        key=f"proposal:{proposal.id}:{template}",
        about=("proposal", proposal.id),
        url=f"{HERE}/propuestas/{proposal.id}",
        school=school.name,
        day=day,
    )


def tell_leader(session: Session, offer: Offer, leader: Leader, template: str, *, school: School) -> None:
    """Write to a leader: you are asked, a reminder, the time passed, or it is no longer needed."""
    _send(
        session,
        readers_for_leader(session, leader),
        template,
        key=f"offer:{offer.id}:{template}",
        about=("offer", offer.id),
        url=f"{HERE}/propuestas/invitaciones/{offer.id}",
        school=school.name,
        day=offer.due_on,
    )


def tell_coordination(
    session: Session, proposal: Proposal, school: School, template: str, *, key: str = ""
) -> None:
    """Write to the coordination of the school: a no to handle, nobody left, a yes to confirm."""
    _send(
        session,
        readers_of_place(session, place_of(school)),
        template,
        key=f"proposal:{proposal.id}:{template}:{key}",
        about=("proposal", proposal.id),
        url=f"{HERE}/propuestas/{proposal.id}",
        school=school.name,
    )


def _send(
    session: Session,
    readers: Iterable[Reader],
    template: str,
    *,
    key: str,
    about: tuple[str, int],
    **values: object,
) -> None:
    for reader in readers:
        letter = write_letter("peer", reader.locale, kind=template, name=reader.name, **{**EMPTY, **values})
        queue_message(
            session,
            letter,
            key=f"{key}:{reader.email}",
            kind=template,
            recipient=reader.email,
            locale=reader.locale,
            about=about,
            account_id=reader.account_id,
        )
