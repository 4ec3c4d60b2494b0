"""Letters about a request: to its school, and to the coordination when one comes in."""

from sqlalchemy.orm import Session

from service.letters import HERE, write_letter
from service.models import Request
from service.operations.mail import queue_message
from service.queries.mail_addresses import readers_at_school, readers_of_place
from service.queries.reach import place_of


def tell_about_request(session: Session, request: Request, kind: str, *, key: str = "") -> None:
    """Write what became of a request; a new one is told to the coordination, the rest to the school."""
    if kind == "request_sent":
        readers = readers_of_place(session, place_of(request.school))
    else:
        readers = readers_at_school(session, request.school_id)
    for reader in readers:
        letter = write_letter(
            "peer",
            reader.locale,
            kind=kind,
            day=None,
            name=reader.name,
            school=request.school.name,
            note=(request.outcome_note or "") if kind != "request_closed" else (request.closed_reason or ""),
            url=f"{HERE}/solicitudes/{request.id}",
        )
        queue_message(
            session,
            letter,
            key=f"request:{request.id}:{kind}:{key}:{reader.email}",
            kind=kind,
            recipient=reader.email,
            locale=reader.locale,
            about=("request", request.id),
            account_id=reader.account_id,
        )
