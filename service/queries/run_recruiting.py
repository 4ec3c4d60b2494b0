"""Where to look for leaders, from one run: places that would count, and schools whose heads might be won."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Commune, Leader, Person, Run, School
from service.queries.named_schools import NamedSchool

LEAST_CHANGE = 5e-4
"""In scores: below it, the figure of the page would read 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A leader and what one more place with it would give."""

    school: NamedSchool
    leader: str | None
    matched: int
    urgency: int | None
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """An area and a strength in which leaders are missing, with what so many more would give."""

    area: str
    strength: str
    candidates: int
    steps: tuple[Mapping[str, Any], ...]
    who: tuple[NamedSchool, ...]
    newly: tuple[NamedSchool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A school on the map; ``kind`` is waiting, leader or candidate."""

    kind: str
    school: NamedSchool
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitingContents:
    """The page of where to look; ``studied`` is False where the run did not study newcomers.

    ``places`` are leaders with whom one more place would change something; on the map stand those that
    the run gave a school, and those with whom one more would get a pair.
    """

    studied: bool
    waiting: int
    candidates: int
    by_region: bool
    offers: tuple[OfferLine, ...]
    places: tuple[PlaceLine, ...]
    points: tuple[MapPoint, ...]


def recruiting_of(
    session: Session, run: Run, prices: Mapping[int, tuple[int, int | None, float]]
) -> RecruitingContents:
    """Read a finished run; ``prices`` by the number of the leader's school."""
    result: dict[str, Any] = run.result or {}
    found = result.get("recruiting")
    offers = [] if found is None else found["offers"]
    waiting = {_code(one["school"]) for one in result.get("unmatched", ())}
    winning = {int(code) for offer in offers for code in offer["steps"][-1]["who"]}
    new = {int(code) for offer in offers for code in offer["steps"][-1]["newly_matched"]}
    used = {_code(pair["leader_school"]) for pair in result.get("pairs", ())}
    placed = _placed(session, run.system, waiting | winning | new | used | set(prices))
    leaders = _leaders(session, run.system, set(prices))
    areas = _areas(session, run.system, found["areas"]) if found else {}
    lines = [
        PlaceLine(
            school=placed[code][0],
            leader=leaders.get(code),
            matched=price[0],
            urgency=price[1],
            total=price[2],
        )
        for code, price in prices.items()
        if code in placed and (price[0] or abs(price[2]) > LEAST_CHANGE)
    ]
    near = used | {one.school.code for one in lines if one.matched}
    return RecruitingContents(
        studied=found is not None,
        waiting=len(waiting),
        candidates=0 if found is None else found["candidates"],
        by_region=found is not None and found["areas"] == "region",
        offers=tuple(
            OfferLine(
                area=areas.get(offer["area"], offer["area"]),
                strength=offer["strength"],
                candidates=offer["candidates"],
                steps=tuple(offer["steps"]),
                who=tuple(placed[int(code)][0] for code in offer["steps"][-1]["who"] if int(code) in placed),
                newly=tuple(
                    placed[int(code)][0]
                    for code in offer["steps"][-1]["newly_matched"]
                    if int(code) in placed
                ),
            )
            for offer in offers
        ),
        places=tuple(
            sorted(lines, key=lambda one: (-one.matched, one.urgency or 9, -one.total, one.school.code))
        ),
        points=tuple(
            MapPoint(kind=kind, school=placed[code][0], latitude=placed[code][1], longitude=placed[code][2])
            for kind, codes in (("leader", near), ("waiting", waiting), ("candidate", winning))
            for code in sorted(codes)
            if code in placed and placed[code][1] is not None
        ),
    )


def _placed(session: Session, system: str, codes: Collection[int]) -> dict[int, tuple[NamedSchool, Any, Any]]:
    rows = session.execute(
        select(School.code, School.name, Commune.name, School.latitude, School.longitude)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(School.system == system, School.code.in_(sorted(codes)))
    )
    return {
        code: (NamedSchool(system, code, name, commune), latitude, longitude)
        for code, name, commune, latitude, longitude in rows
    }


def _leaders(session: Session, system: str, codes: Collection[int]) -> dict[int, str]:
    rows = session.execute(
        select(School.code, Person.name)
        .join(Leader, Leader.school_id == School.id)
        .join(Person, Person.id == Leader.person_id)
        .where(School.system == system, School.code.in_(sorted(codes)))
        .order_by(Leader.id)
    )
    found: dict[int, str] = {row.code: row.name for row in rows}
    return found


def _areas(session: Session, system: str, kind: str) -> dict[str, str]:
    column = Commune.region_code if kind == "region" else Commune.code
    name = Commune.region_name if kind == "region" else Commune.name
    rows = session.execute(select(column, name).where(Commune.system == system).distinct())
    return {code: said for code, said in rows if code and said}


def _code(key: str) -> int:
    return int(key.rpartition(":")[2])
