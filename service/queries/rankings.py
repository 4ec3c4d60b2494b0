"""Stated preferences of a territory, and the schools that somebody compares one with."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import ComparatorSet, School, StatedRanking
from service.models.enums import RankingSide
from service.permissions import Actor
from service.queries.named_schools import NamedSchool, named_schools
from service.queries.reach import in_reach, with_last_ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingLine:
    """What one side said, best first."""

    id: int
    side: RankingSide
    school: NamedSchool
    partners: tuple[NamedSchool, ...]
    only_these: bool
    said_by: str
    stated_on: date


def ranking_lines(session: Session, actor: Actor) -> tuple[RankingLine, ...]:
    """The stated preferences of the schools in an actor's territory, the newest first."""
    query = (
        select(StatedRanking, School.system, School.code)
        .join(School, School.id == StatedRanking.school_id)
        .order_by(StatedRanking.stated_on.desc(), StatedRanking.id.desc())
    )
    rows = session.execute(with_last_ownership(query).where(in_reach(actor))).all()
    names: dict[str, dict[int, NamedSchool]] = {}
    for system in sorted({row[1] for row in rows}):
        codes = {code for one, of, own in rows if of == system for code in (own, *one.partners)}
        names[system] = named_schools(session, system, codes)
    return tuple(
        RankingLine(
            id=one.id,
            side=one.side,
            school=names[system][code],
            partners=tuple(names[system][other] for other in one.partners if other in names[system]),
            only_these=one.only_these,
            said_by=one.said_by,
            stated_on=one.stated_on,
        )
        for one, system, code in rows
    )


def chosen_comparators(session: Session, actor: Actor, school: School) -> tuple[int, ...]:
    """Official numbers of the schools that this account compares a school with; empty: the nearest."""
    found = session.scalar(
        select(ComparatorSet.others).where(
            ComparatorSet.account_id == actor.account_id, ComparatorSet.school_id == school.id
        )
    )
    return tuple(found or ())
