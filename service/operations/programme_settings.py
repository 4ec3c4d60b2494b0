"""A programme sets its own deadlines; who, when and which partnerships it touches are told first (X4)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Setting
from service.models.columns import utc_now
from service.operations.events import record_event
from service.permissions import Action, Actor, Place, require
from service.programme import SETTINGS
from service.text import say


def set_programme(session: Session, key: str, value: float, place: Place, *, actor: Actor) -> Setting:
    """Set one value for a service, an owner, or everybody; the former one is kept with its end.

    Raises
    ------
    NotAllowed
        The place is not the actor's.
    InvalidInput
        The value lies outside of what makes sense.
    """
    require(actor, Action.SET_PROGRAMME, place)
    found = SETTINGS.get(key)
    if found is None:
        raise NotFound(say("Ese plazo no existe."), code="unknown_setting")
    if not found.minimum <= value <= found.maximum:
        sentence = say("Escriba un número entre %(low)s y %(high)s.", low=found.minimum, high=found.maximum)
        raise InvalidInput(sentence, {"value": sentence}, code="setting_range")
    now = utc_now()
    for old in session.scalars(
        select(Setting).where(
            Setting.key == key,
            Setting.ended_at.is_(None),
            Setting.service_id.is_(None)
            if place.service_id is None
            else Setting.service_id == place.service_id,
            Setting.owner_id.is_(None) if place.owner_id is None else Setting.owner_id == place.owner_id,
        )
    ):
        old.ended_at = now
    setting = Setting(
        key=key,
        service_id=place.service_id,
        owner_id=place.owner_id,
        value=value,
        account_id=actor.account_id,
        set_at=now,
    )
    session.add(setting)
    session.flush()
    record_event(
        session,
        actor=actor,
        action="programme_set",
        object_type="setting",
        object_id=setting.id,
        data={"key": key, "value": value},
    )
    return setting
