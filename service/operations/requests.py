"""A school asks for a peer: a draft kept from screen to screen, sent, diagnosed, answered or closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.lifecycles import REQUEST, Party
from service.models import Diagnosis, Partnership, Request, RequestAvoided, School
from service.models.columns import utc_now
from service.models.enums import Element
from service.models.states import OPEN_PARTNERSHIPS, DiagnosisOutcome, RequestState
from service.operations.choices import leave_consent
from service.operations.events import record_event
from service.operations.request_letters import tell_about_request
from service.operations.transitions import advance
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.requests import draft_of, find_request
from service.queries.schools import find_school
from service.queries.shortlists import live_proposal_of
from service.text import say

MOST_AVOIDED = 10


@dataclass(frozen=True, slots=True)
class Purpose:
    """The first screen: what for."""

    elements: tuple[Element, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Possibilities:
    """The second screen: what is possible for the school."""

    days: float | None
    online: bool
    max_km: float | None
    languages: tuple[str, ...]
    avoided: tuple[str, ...]


def begin_request(session: Session, school: School, *, actor: Actor) -> Request:
    """The draft of a school, made if there is none; in a need category or not (feature N11).

    Raises
    ------
    Conflict
        The school's request was sent already, it is being matched, or it works with somebody.
    """
    require(actor, Action.ASK_FOR_PEER, place_of(school))
    refuse_second(session, school)
    found = draft_of(session, school.id)
    if found is not None:
        return found
    request = Request(
        school_id=school.id,
        account_id=actor.account_id,
        state=RequestState.DRAFT,
        elements=[],
        words="",
        languages=[],
        created_at=utc_now(),
        avoided=[],
    )
    try:
        with session.begin_nested():
            session.add(request)
            session.flush()
    except IntegrityError as error:
        raise _already() from error
    return request


def refuse_second(session: Session, school: School) -> None:
    """One request at a time, and none while a proposal or a partnership of the school is open.

    Raises
    ------
    Conflict
        With what there is, and where to go on.
    """
    if session.scalar(
        select(Request.id).where(
            Request.school_id == school.id,
            Request.state.in_((RequestState.SUBMITTED, RequestState.DIAGNOSED)),
        )
    ):
        raise _already()
    if live_proposal_of(session, school.id) is not None:
        raise Conflict(
            say("Su escuela ya tiene candidatas por mirar: las encuentra en «Mi escuela»."),
            code="proposal_open",
        )
    if session.scalar(
        select(Partnership.id).where(
            Partnership.school_id == school.id, Partnership.state.in_(OPEN_PARTNERSHIPS)
        )
    ):
        raise Conflict(
            say(
                "Su escuela ya trabaja con una escuela par; cuando ese acompañamiento termine, "
                "puede pedir otra."
            ),
            code="open_partnership",
        )


def keep_purpose(session: Session, request: Request, purpose: Purpose, *, actor: Actor) -> None:
    """Keep the first screen in the draft."""
    _is_draft(request)
    request.elements = [element.value for element in purpose.elements]
    request.words = purpose.words
    session.flush()


def keep_possibilities(session: Session, request: Request, said: Possibilities, *, actor: Actor) -> None:
    """Keep the second screen in the draft; whom the school avoids is told to nobody.

    Raises
    ------
    InvalidInput
        A school to avoid is not known, or is the school itself.
    """
    _is_draft(request)
    others = _schools(session, said.avoided, request.school_id)
    request.days, request.online, request.max_km = said.days, said.online, said.max_km
    request.languages = list(said.languages)
    kept = {one.school_id for one in request.avoided}
    wanted = {school.id for school in others}
    request.avoided = [one for one in request.avoided if one.school_id in wanted] + [
        RequestAvoided(school_id=number) for number in sorted(wanted - kept)
    ]
    session.flush()


def submit_request(session: Session, request: Request, *, actor: Actor) -> Request:
    """Send it: it joins the coordination's queue, and the school is in the next run.

    Raises
    ------
    InvalidInput
        It says nothing of what for.
    """
    if not request.elements and not request.words.strip():
        sentence = say("Marque al menos una frase, o cuéntelo con sus palabras.")
        raise InvalidInput(sentence, {"elements": sentence})
    refuse_second(session, request.school)
    advance(session, REQUEST, request, "submit", actor=actor, parties={Party.SUPPORTED})
    request.submitted_at = utc_now()
    tell_about_request(session, request, "request_sent")
    return request


def decide_outcome(
    session: Session, request_id: int, *, outcome: DiagnosisOutcome, note: str, actor: Actor, today: date
) -> Request:
    """What the diagnosis led to (feature N5): who decided, when, and notes; changed later if need be.

    Raises
    ------
    Conflict
        The diagnosis was not validated with the school this year or last, or the request is closed.
    """
    request = find_request(session, request_id, actor=actor)
    require(actor, Action.KEEP_REQUESTS, place_of(request.school))
    diagnosis = session.scalars(
        select(Diagnosis)
        .where(Diagnosis.school_id == request.school_id, Diagnosis.year >= today.year - 1)
        .order_by(Diagnosis.year.desc())
        .limit(1)
    ).first()
    if diagnosis is None:
        raise Conflict(
            say(
                "Antes de decidir, el diagnóstico se valida con la escuela: cuándo, con quiénes y qué objetó."
            ),
            code="not_validated",
        )
    if request.state is RequestState.DIAGNOSED:
        record_event(
            session,
            actor=actor,
            action="request_outcome_changed",
            object_type="request",
            object_id=request.id,
            data={"from": request.outcome.value if request.outcome else None, "to": outcome.value},
        )
    else:
        advance(
            session,
            REQUEST,
            request,
            "diagnose",
            actor=actor,
            parties={Party.COORDINATION},
            data={"outcome": outcome.value},
        )
    for kept in (request, diagnosis):
        kept.outcome, kept.outcome_on = outcome, today
        kept.outcome_by_id, kept.outcome_note = actor.account_id, note or None
    session.flush()
    tell_about_request(session, request, f"request_{outcome.value}", key=utc_now().isoformat())
    return request


def close_request(session: Session, request_id: int, *, reason: str, actor: Actor) -> Request:
    """The coordination closes a request, with the reason, which the school reads."""
    request = find_request(session, request_id, actor=actor)
    require(actor, Action.KEEP_REQUESTS, place_of(request.school))
    advance(session, REQUEST, request, "close", actor=actor, parties={Party.COORDINATION}, reason=reason)
    request.closed_at, request.closed_reason = utc_now(), reason.strip()[:500]
    tell_about_request(session, request, "request_closed")
    return request


def withdraw_request(session: Session, request_id: int, *, actor: Actor, today: date) -> Request:
    """The school takes it back, any day and without a reason; a proposal under way ends with it (C8)."""
    request = find_request(session, request_id, actor=actor)
    require(actor, Action.ASK_FOR_PEER, place_of(request.school))
    live = live_proposal_of(session, request.school_id)
    if live is not None:
        leave_consent(session, live.id, actor=actor, today=today)
    advance(session, REQUEST, request, "withdraw", actor=actor, parties={Party.SUPPORTED})
    request.closed_at = utc_now()
    session.flush()
    return request


def _is_draft(request: Request) -> None:
    if request.state is not RequestState.DRAFT:
        raise _already()


def _already() -> Conflict:
    return Conflict(
        say("La solicitud de su escuela ya se envió; la encuentra en «Mi escuela»."), code="request_sent"
    )


def _schools(session: Session, codes: Sequence[str], own: int) -> list[School]:
    found = []
    for code in codes[: MOST_AVOIDED + 1]:
        try:
            school = find_school(session, code)
        except (InvalidInput, NotFound) as error:
            raise InvalidInput(error.message, {"avoided": error.message}) from error
        if school.id == own:
            sentence = say("Esa es su propia escuela.")
            raise InvalidInput(sentence, {"avoided": sentence})
        found.append(school)
    if len(found) > MOST_AVOIDED:
        sentence = say("Anote hasta %(n)s escuelas.", n=MOST_AVOIDED)
        raise InvalidInput(sentence, {"avoided": sentence})
    return found
