"""Open a partnership to change something in it: asked first by every operation on one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed
from service.lifecycles import Party
from service.models import Partnership
from service.models.states import OPEN_PARTNERSHIPS, PartnershipState, Side
from service.operations.events import record_event
from service.permissions import Actor
from service.queries.partnerships import get_partnership, parties_of
from service.text import say

PAIR = frozenset({Party.SUPPORTED, Party.SUPPORTING})
WITH_COORDINATION = PAIR | {Party.COORDINATION}


def opened(
    session: Session,
    partnership_id: int,
    actor: Actor,
    *,
    to: Collection[Party] = PAIR,
    states: Collection[PartnershipState] | None = OPEN_PARTNERSHIPS,
) -> tuple[Partnership, frozenset[Party]]:
    """Read and lock a partnership that the actor may change something in.

    Raises
    ------
    NotFound
        There is none, or the actor may not know of it.
    NotAllowed
        It is for the pair, or its coordination, to do.
    Conflict
        It is closed, stopped or otherwise not in one of ``states``.
    """
    get_partnership(session, partnership_id, actor)
    session.execute(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update())
    partnership = get_partnership(session, partnership_id, actor)
    parties = parties_of(session, actor, partnership)
    if not actor.operator and parties.isdisjoint(to):
        raise NotAllowed(
            say("Esto lo hacen las dos escuelas del acompañamiento. Pídaselo a ellas."),
            code="not_of_the_pair",
        )
    if states is not None and partnership.state not in states:
        raise Conflict(
            say("El acompañamiento ya no está abierto: se puede leer, pero no cambiar."),
            code="partnership_over",
            state=partnership.state.value,
        )
    if partnership.sharing_ended_at is not None and states is not None:
        raise Conflict(
            say("Una de las escuelas retiró su consentimiento: lo escrito ya no se comparte ni se cambia."),
            code="sharing_ended",
        )
    return partnership, parties


def side_of(parties: Collection[Party]) -> Side | None:
    """The side somebody speaks for; None for the coordination.

    Somebody who belongs to both schools speaks for the supported one.
    """
    if Party.SUPPORTED in parties:
        return Side.SUPPORTED
    return Side.SUPPORTING if Party.SUPPORTING in parties else None


def note_change(
    session: Session,
    partnership: Partnership,
    action: str,
    actor: Actor,
    *,
    reason: str | None = None,
    **data: Any,
) -> None:
    """Write one line of the record of a partnership; private words stay out of it."""
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="partnership",
        object_id=partnership.id,
        reason=reason,
        data=data,
    )
    session.flush()
