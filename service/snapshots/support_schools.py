"""The schools of a territory as the graph of support shows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.records import SchoolNode
from service.models import (
    Commune,
    EducationService,
    Leader,
    Owner,
    Ownership,
    Person,
    School,
    SchoolYear,
)
from service.models.enums import LeaderStatus
from service.queries.evidence import answers_by_school
from service.queries.reach import with_last_ownership

SERVING = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class SupportSchool:
    """A school of the graph as pages and files name it; ``inside``: it belongs to the territory."""

    id: int
    key: str
    name: str
    commune: str | None
    inside: bool
    in_need: bool
    urgency: int | None
    leader: str | None
    capacity: int | None
    latitude: float | None
    longitude: float | None


def support_schools(
    session: Session, ids: set[int], inside: set[int]
) -> tuple[dict[int, SupportSchool], tuple[SchoolNode, ...]]:
    """These schools by id, and as nodes of the graph."""
    leaders = {
        school_id: (name, capacity)
        for school_id, name, capacity in session.execute(
            select(Leader.school_id, Person.name, Leader.capacity)
            .join(Person, Person.id == Leader.person_id)
            .where(Leader.status.in_(SERVING))
            .order_by(Leader.id.desc())
        )
    }
    newest = select(SchoolYear.school_id, func.max(SchoolYear.year).label("year")).group_by(
        SchoolYear.school_id
    )
    last = newest.subquery()
    groups = dict(
        session.execute(
            select(SchoolYear.school_id, func.max(SchoolYear.ses_group))
            .join(last, (last.c.school_id == SchoolYear.school_id) & (last.c.year == SchoolYear.year))
            .group_by(SchoolYear.school_id)
        ).all()
    )
    answer = answers_by_school()
    query = (
        with_last_ownership(
            select(
                School.id,
                School.system,
                School.code,
                School.name,
                School.rural,
                School.latitude,
                School.longitude,
                Commune.name,
                Commune.region_name,
                Owner.name,
                Owner.code,
                EducationService.name,
                answer.c.answer,
                answer.c.urgency,
            ).select_from(School)
        )
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(Owner, Owner.id == Ownership.owner_id)
        .outerjoin(EducationService, EducationService.id == Ownership.service_id)
        .outerjoin(answer, answer.c.school_id == School.id)
        .order_by(School.id)
    )
    schools, nodes = {}, []
    for part in chunks(ids):
        for row in session.execute(query.where(School.id.in_(part))):
            key = f"{row[1]}:{row[2]}"
            leader, capacity = leaders.get(row[0], (None, None))
            schools[row[0]] = SupportSchool(
                id=row[0],
                key=key,
                name=row[3],
                commune=row[7],
                inside=row[0] in inside,
                in_need=row[12] == 2,
                urgency=row[13] if row[12] == 2 else None,
                leader=leader,
                capacity=capacity,
                latitude=row[5],
                longitude=row[6],
            )
            known = {
                "name": row[3],
                "rural": None if row[4] is None else "rural" if row[4] else "urban",
                "commune": row[7],
                "region": row[8],
                "owner": row[9] or row[10],
                "service": row[11],
                "ses_group": None if groups.get(row[0]) is None else str(groups[row[0]]),
            }
            nodes.append(SchoolNode(id=row[0], groups={name: one for name, one in known.items() if one}))
    return schools, tuple(nodes)


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in order, in parts that fit one query."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
