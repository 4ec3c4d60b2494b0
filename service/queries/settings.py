"""What a programme set for itself, the nearest word first: service, owner, everybody, our default."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.models import Setting
from service.permissions import Place
from service.programme import SETTINGS


def setting_of(session: Session, key: str, place: Place | None = None) -> float:
    """The value of a programme setting at a place.

    Raises
    ------
    KeyError
        There is no such setting: a mistake of the code, not of a person.
    """
    return settings_of(session, place)[key]


def settings_of(session: Session, place: Place | None = None) -> dict[str, float]:
    """Every programme setting at a place, in one query."""
    where = Place() if place is None else place
    rows = session.scalars(
        select(Setting)
        .where(
            Setting.ended_at.is_(None),
            Setting.key.in_(SETTINGS),
            or_(Setting.service_id.is_(None), Setting.service_id == where.service_id),
            or_(Setting.owner_id.is_(None), Setting.owner_id == where.owner_id),
        )
        .order_by(Setting.id)
    )
    values = {key: one.default for key, one in SETTINGS.items()}
    nearest: dict[str, int] = {}
    for row in rows:
        near = 2 if row.service_id is not None else 1 if row.owner_id is not None else 0
        if near >= nearest.get(row.key, 0):
            values[row.key], nearest[row.key] = float(row.value), near
    return values
