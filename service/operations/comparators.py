"""The schools that somebody chooses to compare one with, instead of those most like it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import ComparatorSet, School
from service.models.columns import utc_now
from service.permissions import Action, Actor, require
from service.text import say

MOST = 30


def choose_comparators(session: Session, *, actor: Actor, school: School, others: Sequence[School]) -> None:
    """Compare a school with these, for this account only; none brings back the most similar ones.

    Raises
    ------
    InvalidInput
        Too many, the school itself, or one of another country.
    """
    require(actor, Action.SEE_SCHOOLS)
    codes = list(dict.fromkeys(one.code for one in others))
    reason = None
    if len(codes) > MOST:
        reason = say("Son demasiadas: se admiten %(n)s.", n=MOST)
    elif school.code in codes:
        reason = say("Una escuela no se compara consigo misma.")
    elif any(one.system != school.system for one in others):
        reason = say("Una de las escuelas es de otro país.")
    if reason is not None:
        raise InvalidInput(reason, {"others": reason})
    session.scalar(select(School.id).where(School.id == school.id).with_for_update())
    found = session.scalar(
        select(ComparatorSet).where(
            ComparatorSet.account_id == actor.account_id, ComparatorSet.school_id == school.id
        )
    )
    if not codes:
        if found is not None:
            session.delete(found)
        return
    if found is None:
        if actor.account_id is None:
            raise InvalidInput(say("Elegir con quién comparar es de una cuenta."), code="account")
        found = ComparatorSet(account_id=actor.account_id, school_id=school.id)
        session.add(found)
    found.others, found.made_at = codes, utc_now()
