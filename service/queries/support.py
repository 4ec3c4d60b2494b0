"""Support of a school on one page, and the moves between levels from one year to the next."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.models import Commune, ExternalSupport, Inquiry, School, SupportLevel, Watched
from service.permissions import Action, Actor, can, require
from service.queries.named_schools import NamedSchool
from service.queries.reach import in_reach, place_of, with_last_ownership
from service.queries.schools import find_school
from service.queries.settings import setting_of
from service.text import fold, say


@dataclass(frozen=True, slots=True)
class SupportPage:
    """All lines of support of one school, to see whether they fit together."""

    school: School
    key: str
    levels: tuple[SupportLevel, ...]
    inquiry: Inquiry | None
    external: tuple[ExternalSupport, ...]
    current: int
    limit: int
    watched: bool
    keeps: bool

    @property
    def saturated(self) -> bool:
        """So many support it already that one more may be too much (feature N8)."""
        return self.current >= self.limit


@dataclass(frozen=True, slots=True)
class Move:
    """A school's level in two years; None where it had none."""

    school: NamedSchool
    before: int | None
    after: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Moves:
    """Every school with a level in either year, those that moved first; and one's own watched schools."""

    year: int
    moves: tuple[Move, ...]
    watched: tuple[NamedSchool, ...]

    @property
    def moved(self) -> tuple[Move, ...]:
        """Schools whose level changed."""
        return tuple(one for one in self.moves if one.before != one.after)


def find_supported(session: Session, code: str, *, actor: Actor) -> School:
    """The school, where the actor may know of its support.

    Raises
    ------
    NotAllowed, NotFound
        The account has nothing to do with it, or the school is another territory's.
    """
    require(actor, Action.SEE_REQUEST)
    school = find_school(session, code)
    if not can(actor, Action.SEE_REQUEST, place_of(school)):
        raise NotFound(say("Esa página no existe."), code="unknown_school")
    return school


def support_page(session: Session, code: str, *, actor: Actor, year: int) -> SupportPage:
    """Read the support of a school."""
    school = find_supported(session, code, actor=actor)
    external = tuple(
        session.scalars(
            select(ExternalSupport)
            .where(ExternalSupport.school_id == school.id)
            .order_by(ExternalSupport.start_year.desc(), ExternalSupport.id)
        )
    )
    return SupportPage(
        school=school,
        key=f"{school.system}:{school.code}",
        levels=tuple(
            session.scalars(
                select(SupportLevel)
                .where(SupportLevel.school_id == school.id)
                .order_by(SupportLevel.year.desc())
            )
        ),
        inquiry=session.scalars(
            select(Inquiry).where(Inquiry.school_id == school.id).order_by(Inquiry.year.desc()).limit(1)
        ).first(),
        external=external,
        current=sum(one.end_year is None or one.end_year >= year for one in external),
        limit=int(setting_of(session, "saturation_agents", place_of(school))),
        watched=session.scalar(
            select(Watched.id).where(Watched.account_id == actor.account_id, Watched.school_id == school.id)
        )
        is not None,
        keeps=can(actor, Action.KEEP_REQUESTS, place_of(school)),
    )


def level_moves(session: Session, actor: Actor, year: int) -> Moves:
    """Levels of this year against the last, in an actor's territory."""
    rows = session.execute(
        with_last_ownership(
            select(SupportLevel, School, Commune.name)
            .join(School, School.id == SupportLevel.school_id)
            .outerjoin(Commune, Commune.id == School.commune_id)
        ).where(in_reach(actor), SupportLevel.year.in_((year - 1, year)))
    ).all()
    named = {school.id: NamedSchool(school.system, school.code, school.name, at) for _, school, at in rows}
    levels = {(level.school_id, level.year): level for level, _, _ in rows}
    moves = []
    for school_id, school in named.items():
        before, after = levels.get((school_id, year - 1)), levels.get((school_id, year))
        last = after or before
        moves.append(
            Move(
                school,
                before.level if before else None,
                after.level if after else None,
                last.reason if last else "",
            )
        )
    watched = session.execute(
        select(School, Commune.name)
        .join(Watched, Watched.school_id == School.id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(Watched.account_id == actor.account_id)
        .order_by(School.name_folded)
    )
    return Moves(
        year,
        tuple(sorted(moves, key=lambda m: (m.before == m.after, fold(m.school.name), m.school.code))),
        tuple(NamedSchool(school.system, school.code, school.name, at) for school, at in watched),
    )
