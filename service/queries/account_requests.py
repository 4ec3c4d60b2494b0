"""Requests for an account, as those who may grant them see them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    AccountRequest,
)
from service.models.enums import AccountRequestState
from service.permissions import Action, Actor, require
from service.queries.account_pages import schools_of
from service.text import say


def waiting_requests(session: Session, actor: Actor) -> list[AccountRequest]:
    """Requests for an account that wait for this actor, the oldest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    return list(
        session.scalars(
            select(AccountRequest)
            .where(
                AccountRequest.state == AccountRequestState.WAITING,
                schools_of(actor, AccountRequest.school_id),
            )
            .options(selectinload(AccountRequest.school))
            .order_by(AccountRequest.created_at, AccountRequest.id)
        )
    )


def find_request(session: Session, request_id: int, *, actor: Actor) -> AccountRequest:
    """Find a request of the actor's territory.

    Raises
    ------
    NotFound
        There is none.
    NotAllowed
        The actor keeps no accounts.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    found = session.scalar(
        select(AccountRequest)
        .where(AccountRequest.id == request_id, schools_of(actor, AccountRequest.school_id))
        .options(selectinload(AccountRequest.school))
    )
    if found is None:
        raise NotFound(say("La solicitud no existe, o no es de su territorio."))
    return found
