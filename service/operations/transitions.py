"""Write a change of state with its event: the one way in which a state changes."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.lifecycles import Lifecycle, Party, transition
from service.operations.events import record_event
from service.permissions import Actor
from service.text import say


class Stateful(Protocol):
    """A stored thing with an id and a state."""

    id: Any
    state: Any


def advance(
    session: Session,
    lifecycle: Lifecycle,
    thing: Stateful,
    name: str,
    *,
    actor: Actor,
    parties: Collection[Party],
    reason: str | None = None,
    back_to: StrEnum | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Change the state of a thing; who, when, why and from where to where are written with it.

    Parameters
    ----------
    parties : collection of Party
        What the actor is to this thing; the guards are the caller's to check, before.
    back_to : StrEnum, optional
        Where a transition without a target of its own leads.

    Raises
    ------
    NotAllowed, Conflict
        As :func:`service.lifecycles.transition`.
    InvalidInput
        The change asks for a reason.
    """
    found = transition(lifecycle, name, thing.state, parties)
    if found.reason and not (reason or "").strip():
        raise InvalidInput(
            say("Escriba el motivo."), code="reason_missing", fields={"reason": say("Escriba el motivo.")}
        )
    before, after = thing.state, found.target or back_to
    if after is None:
        raise ValueError(f"{lifecycle.noun} {name} needs a state to go back to")
    thing.state = after
    record_event(
        session,
        actor=actor,
        action=f"{lifecycle.noun}_{name}",
        object_type=lifecycle.noun,
        object_id=thing.id,
        reason=(reason or "").strip()[:500] or None,
        data={"from": before.value, "to": after.value, **(data or {})},
    )
    session.flush()
