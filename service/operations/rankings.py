"""Whom schools and leaders would rather work with, as they said it; runs read it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Leader, School, StatedRanking
from service.models.enums import RankingSide
from service.operations.events import record_event
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say

MOST = 20


def state_ranking(
    session: Session,
    *,
    actor: Actor,
    side: RankingSide,
    school: School,
    partners: Sequence[School],
    only_these: bool,
    said_by: str,
    today: date,
) -> StatedRanking:
    """Write down an order of preference, best first; said again, it takes the place of the old one.

    Raises
    ------
    InvalidInput
        Nobody is named, somebody twice, the school itself, too many, or a leader's order for a
        school that has no leader.
    """
    require(actor, Action.EDIT_SCHOOL, place_of(school))
    _check(session, side, school, partners)
    session.scalar(select(School.id).where(School.id == school.id).with_for_update())
    found = session.scalar(
        select(StatedRanking).where(StatedRanking.side == side, StatedRanking.school_id == school.id)
    )
    if found is None:
        found = StatedRanking(side=side, school_id=school.id)
        session.add(found)
    found.partners = [one.code for one in partners]
    found.only_these, found.said_by = only_these, said_by
    found.stated_on, found.account_id = today, actor.account_id
    session.flush()
    record_event(
        session,
        actor=actor,
        action="ranking_stated",
        object_type="school_ranking",
        object_id=school.id,
        data={"side": side.value, "partners": found.partners, "only_these": only_these},
    )
    return found


def remove_ranking(session: Session, ranking_id: int, *, actor: Actor) -> None:
    """Take back what was said.

    Raises
    ------
    NotFound
        It is not on record, or belongs to another territory.
    """
    found = session.get(StatedRanking, ranking_id)
    if found is None:
        raise NotFound(say("Esa preferencia ya no está registrada."))
    system, code = session.execute(
        select(School.system, School.code).where(School.id == found.school_id)
    ).one()
    school = find_school(session, f"{system}:{code}")
    require(actor, Action.EDIT_SCHOOL, place_of(school))
    record_event(
        session,
        actor=actor,
        action="ranking_removed",
        object_type="school_ranking",
        object_id=school.id,
        data={"side": found.side.value},
    )
    session.delete(found)


def _check(session: Session, side: RankingSide, school: School, partners: Sequence[School]) -> None:
    codes = [one.code for one in partners]
    if not codes:
        raise InvalidInput(
            say("Nombre al menos una escuela."), {"partners": say("Nombre al menos una escuela.")}
        )
    reason = None
    if len(codes) > MOST:
        reason = say("Son demasiadas: se admiten %(n)s.", n=MOST)
    elif school.code in codes:
        reason = say("Una escuela no puede acompañarse a sí misma.")
    elif len(set(codes)) < len(codes):
        reason = say("Una escuela está dos veces en la lista.")
    elif any(one.system != school.system for one in partners):
        reason = say("Una de las escuelas es de otro país.")
    if reason is not None:
        raise InvalidInput(reason, {"partners": reason})
    if side is RankingSide.LEADER and not session.scalar(
        select(Leader.id).where(Leader.school_id == school.id).limit(1)
    ):
        reason = say("Esa escuela no tiene un líder registrado.")
        raise InvalidInput(reason, {"school": reason})
