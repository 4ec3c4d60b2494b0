"""Schools as lists name them: by number, by words, or those of a territory."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Commune, School
from service.permissions import Actor
from service.queries.reach import in_reach, with_last_ownership
from service.queries.schools_lists import matches


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school as the pages of a run name it."""

    system: str
    code: int
    name: str
    commune: str | None

    @property
    def key(self) -> str:
        """How addresses name the school."""
        return f"{self.system}:{self.code}"


def named_schools(session: Session, system: str, codes: Iterable[int]) -> dict[int, NamedSchool]:
    """Names of schools by official number."""
    wanted = sorted(set(codes))
    found: dict[int, NamedSchool] = {}
    chunk = 10_000
    for start in range(0, len(wanted), chunk):
        for code, name, commune in session.execute(
            select(School.code, School.name, Commune.name)
            .outerjoin(Commune, Commune.id == School.commune_id)
            .where(School.system == system, School.code.in_(wanted[start : start + chunk]))
        ):
            found[code] = NamedSchool(system, code, name, commune)
    return found


def schools_called(session: Session, system: str, text: str, limit: int = 12) -> list[NamedSchool]:
    """Schools that a number or some words of a name may mean; a whole number means one school."""
    number = text.strip().rpartition(":")[2].partition("-")[0].replace(".", "")
    if number.isdecimal() and len(number) < 10 and (found := named_schools(session, system, [int(number)])):
        return list(found.values())
    rows = session.execute(
        select(School.code, School.name, Commune.name)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(School.system == system, *matches(text))
        .order_by(School.name_folded, School.code)
        .limit(limit)
    )
    return [NamedSchool(system, code, name, commune) for code, name, commune in rows]


def reached_among(session: Session, actor: Actor, ids: Iterable[int]) -> frozenset[int]:
    """Those of some schools that lie in the actor's territory."""
    query = with_last_ownership(select(School.id)).where(School.id.in_(sorted(set(ids))), in_reach(actor))
    return frozenset(session.scalars(query))


def name_of(school: School) -> NamedSchool:
    """A school whose commune is loaded."""
    commune = None if school.commune is None else school.commune.name
    return NamedSchool(school.system, school.code, school.name, commune)
