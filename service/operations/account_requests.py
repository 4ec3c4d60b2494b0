"""Requests for an account: made by a school's people, decided by its coordinator."""

from dataclasses import dataclass

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.letters import HERE, write_letter
from service.models import Account, AccountRequest, Grant, School
from service.models.columns import utc_now
from service.models.enums import AccountRequestState, Role
from service.operations.accounts import mail_address
from service.operations.events import record_event
from service.operations.invitations import Invitation, invite
from service.operations.mail import queue_message
from service.permissions import NOBODY, Actor
from service.queries.account_requests import find_request
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say

ASKED_FOR = (Role.DIRECTOR, Role.CURRICULUM_HEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and for which school."""

    name: str
    email: str
    role: Role
    school: str
    note: str = ""
    locale: str = "es"


def ask_for_account(session: Session, asking: Asking) -> None:
    """Keep a request; one that waits already, or that an account answers, is not kept twice.

    What was found is not told: the page says the same to everybody.

    Raises
    ------
    InvalidInput
        The address, the role or the school cannot be used.
    """
    address = mail_address(asking.email)
    if asking.role not in ASKED_FOR:
        raise InvalidInput(say("Elija una de las opciones."), {"role": say("Elija una de las opciones.")})
    try:
        school = find_school(session, asking.school)
    except (InvalidInput, NotFound) as error:
        raise InvalidInput(error.message, {"school": error.message}, code="unknown_school") from error
    waits = session.scalar(
        select(AccountRequest.id).where(
            AccountRequest.email == address,
            AccountRequest.school_id == school.id,
            AccountRequest.state == AccountRequestState.WAITING,
        )
    )
    if waits is not None or session.scalar(select(Account.id).where(Account.email == address)) is not None:
        return
    request = AccountRequest(
        name=asking.name,
        email=address,
        role=asking.role,
        school_id=school.id,
        note=asking.note,
        locale=asking.locale,
        created_at=utc_now(),
        state=AccountRequestState.WAITING,
    )
    session.add(request)
    session.flush()
    _record(session, NOBODY, "account_requested", request)
    _tell_coordination(session, request, school)


def _tell_coordination(session: Session, request: AccountRequest, school: School) -> None:
    """Tell who can decide: the coordination of the school's service or owner."""
    place = place_of(school)
    reach = [
        column == number
        for column, number in ((Grant.service_id, place.service_id), (Grant.owner_id, place.owner_id))
        if number is not None
    ]
    query = (
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.active, Account.password_hash != "", Grant.role == Role.COORDINATOR, or_(false(), *reach)
        )
        .order_by(Account.id)
        .distinct()
    )
    for account in session.scalars(query):
        letter = write_letter(
            "account_asked",
            account.locale,
            name=request.name,
            school=school.name,
            code=school.code,
            url=f"{HERE}/coordinacion/cuentas/solicitudes",
        )
        queue_message(
            session,
            letter,
            key=f"account_request:{request.id}:asked:{account.id}",
            kind="account_asked",
            recipient=account.email,
            locale=account.locale,
            about=("account_request", request.id),
            account_id=account.id,
        )


def approve_request(session: Session, request_id: int, *, actor: Actor) -> Account:
    """Let the person in: the invitation leaves by mail.

    Raises
    ------
    Conflict
        Somebody decided in the meantime.
    """
    request = _waiting(session, request_id, actor)
    _decide(request, AccountRequestState.APPROVED, None, actor)
    _record(session, actor, "account_request_approved", request)
    return invite(
        session,
        Invitation(
            email=request.email,
            name=request.name,
            role=request.role,
            territory=f"{request.school.system}:{request.school.code}",
            locale=request.locale,
        ),
        actor=actor,
    )


def decline_request(session: Session, request_id: int, *, reason: str, actor: Actor) -> None:
    """Say no, with the reason, which the person reads by mail.

    Raises
    ------
    Conflict
        Somebody decided in the meantime.
    """
    request = _waiting(session, request_id, actor)
    _decide(request, AccountRequestState.DECLINED, reason, actor)
    _record(session, actor, "account_request_declined", request, reason)
    letter = write_letter(
        "declined", request.locale, name=request.name, school=request.school.name, reason=reason
    )
    queue_message(
        session,
        letter,
        key=f"account_request:{request.id}:declined",
        kind="declined",
        recipient=request.email,
        locale=request.locale,
        about=("account_request", request.id),
    )


def _waiting(session: Session, request_id: int, actor: Actor) -> AccountRequest:
    request = find_request(session, request_id, actor=actor)
    if request.state is not AccountRequestState.WAITING:
        raise Conflict(say("Alguien ya decidió esta solicitud."), code="decided")
    return request


def _decide(request: AccountRequest, state: AccountRequestState, reason: str | None, actor: Actor) -> None:
    request.state, request.reason = state, reason
    request.decided_at, request.decided_by_id = utc_now(), actor.account_id


def _record(
    session: Session, actor: Actor, action: str, request: AccountRequest, reason: str | None = None
) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="account_request",
        object_id=request.id,
        reason=reason,
        data={"school": request.school_id, "role": request.role.value},
    )
