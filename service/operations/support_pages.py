"""The pages of the support graph: whose territory, what is seen of it, and who could step in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from network.exchange import schools_csv, ties_csv
from network.exchange_xml import to_gexf, to_graphml
from service.db import Database
from service.errors import NotFound
from service.models import EducationService, GraphPlace, Leader, Owner, Ownership, Proposal, Run, School
from service.models.enums import SchoolStatus
from service.operations.packing import unpacked
from service.operations.stored_runs import stored_instance
from service.permissions import Action, Actor, require
from service.queries.places import places_taken
from service.queries.territories import Territory, parse_territory, service_territory
from service.snapshots.support import Support, support_of
from service.snapshots.support_depth import SupportDepth, months_until, series_of, support_depth
from service.snapshots.support_figures import network_file
from service.snapshots.support_schools import SERVING, SupportSchool
from service.snapshots.support_view import (
    Drawing,
    KeyLeader,
    SupportLine,
    SupportView,
    drawing,
    picture_data,
    places_of,
    support_view,
)
from service.text import say

MOST_NAMED = 3
FILES = {
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StepIn:
    """A leader's school that could take a school over: an allowed pair of its last run, with a free place."""

    key: str
    name: str
    free: int


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A school that nobody else supports, and who could; ``asked`` is False where no run knows it."""

    school: SupportSchool
    could: tuple[StepIn, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class SupportPage:
    """What the page of a territory shows."""

    territory: Territory
    choices: tuple[Territory, ...]
    view: SupportView
    open_school: SupportLine | None
    leaving: KeyLeader | None
    left_alone: tuple[LeftAlone, ...]
    depth: SupportDepth | None


def territories_seen(session: Session, actor: Actor) -> tuple[Territory, ...]:
    """The territories an actor oversees, one each service or owner; the ministry, every service."""
    if actor.everywhere:
        services = session.scalars(select(EducationService).order_by(EducationService.name))
        return tuple(service_territory(service) for service in services)
    services = session.scalars(
        select(EducationService)
        .where(EducationService.id.in_(sorted(actor.service_ids)))
        .order_by(EducationService.name)
    )
    owners = session.scalars(select(Owner).where(Owner.id.in_(sorted(actor.owner_ids))).order_by(Owner.code))
    return (
        *(service_territory(service) for service in services),
        *(parse_territory(session, f"owner:{owner.code}") for owner in owners),
    )


def chosen_territory(session: Session, actor: Actor, text: str) -> tuple[Territory, tuple[Territory, ...]]:
    """The territory asked for, or the first one seen; and all there are.

    Raises
    ------
    NotFound
        It is none of the actor's, or there is none at all.
    """
    require(actor, Action.SEE_NEED)
    seen = territories_seen(session, actor)
    wanted = [one for one in seen if not text or one.text == text]
    if not wanted:
        raise NotFound(say("Ese territorio no existe o no es de los que usted ve."), code="territory")
    return wanted[0], seen


def support_page(
    session: Session,
    actor: Actor,
    *,
    territory: str,
    day: date,
    school: str = "",
    leaving: str = "",
    deep: bool = True,
) -> SupportPage:
    """Read what the page of a territory shows on a day; ``deep``: with what would happen and what moved."""
    chosen, choices = chosen_territory(session, actor, territory)
    support = support_of(session, chosen)
    view = support_view(support, day)
    gone = next((one for one in view.leaders if one.school.key == leaving), None)
    return SupportPage(
        territory=chosen,
        choices=choices,
        view=view,
        open_school=next((line for line in view.lines if line.school.key == school), None),
        leaving=gone,
        left_alone=() if gone is None else _left_alone(session, gone),
        depth=support_depth(support, day) if deep and view.first_day else None,
    )


def school_beside(session: Session, actor: Actor, *, territory: str, day: date, school: str) -> SupportPage:
    """The same for one school that has to be in the graph.

    Raises
    ------
    NotFound
        It is not.
    """
    page = support_page(session, actor, territory=territory, day=day, school=school, deep=False)
    if page.open_school is None:
        raise NotFound(say("Esa escuela no está en esta red en esa fecha."), code="unknown_school")
    return page


def support_picture(session: Session, actor: Actor, territory: str) -> dict[str, object]:
    """The data of the picture that moves."""
    support = support_of(session, chosen_territory(session, actor, territory)[0])
    return picture_data(support, places_of(session, support))


def support_drawing(session: Session, actor: Actor, territory: str, day: date) -> Drawing:
    """The picture that stands still."""
    support = support_of(session, chosen_territory(session, actor, territory)[0])
    return drawing(support, places_of(session, support), day)


def support_file(session: Session, actor: Actor, territory: str, kind: str) -> bytes:
    """The ties of a territory as a file for other programs; ``schools`` are its schools as CSV."""
    network = network_file(support_of(session, chosen_territory(session, actor, territory)[0]))
    if kind == "graphml":
        return to_graphml(network)
    if kind == "gexf":
        return to_gexf(network)
    return (ties_csv(network) if kind == "csv" else schools_csv(network)).encode()


def support_rows(
    session: Session, actor: Actor, territory: str, day: date
) -> list[tuple[date, str, float | None]]:
    """Every figure of each month up to a day, a row each."""
    support = support_of(session, chosen_territory(session, actor, territory)[0])
    months = months_until(support, day)
    return [(row.on, row.metric, row.value) for one in months for row in series_of(support, one)]


def _left_alone(session: Session, gone: KeyLeader) -> tuple[LeftAlone, ...]:
    """For each school left alone the leaders its last run allows, the best pairs first, with free places."""
    ids = [one.id for one in gone.alone]
    runs = dict(
        session.execute(
            select(Proposal.school_id, func.max(Proposal.run_id))
            .where(Proposal.school_id.in_(ids))
            .group_by(Proposal.school_id)
        ).all()
    )
    allowed: dict[int, list[int]] = {}
    for run_id in sorted(set(runs.values())):
        run = session.get_one(Run, run_id)
        if run.inputs is None:
            continue
        instance, _ = stored_instance(unpacked(run.inputs))
        for school in (one for one in gone.alone if runs.get(one.id) == run_id):
            code = int(school.key.partition(":")[2])
            place = instance.school_ids.index(code) if code in instance.school_ids else -1
            pairs = np.flatnonzero((instance.pair_school == place) & ~instance.forbidden)
            ranked = sorted((-instance.score[n], instance.leader_ids[instance.pair_leader[n]]) for n in pairs)
            allowed[school.id] = [int(leader) for _, leader in ranked]
    free = _free_places(session, {code for codes in allowed.values() for code in codes}, gone)
    return tuple(
        LeftAlone(
            school,
            tuple(free[code] for code in allowed.get(school.id, ()) if code in free)[:MOST_NAMED],
            school.id in allowed,
        )
        for school in gone.alone
    )


def _free_places(session: Session, codes: Collection[int], gone: KeyLeader) -> dict[int, StepIn]:
    system = gone.school.key.partition(":")[0]
    rows = session.execute(
        select(Leader.id, Leader.capacity, School.code, School.name)
        .join(School, School.id == Leader.school_id)
        .where(
            School.system == system,
            School.code.in_(sorted(codes)),
            School.id != gone.school.id,
            Leader.status.in_(SERVING),
        )
        .order_by(Leader.id)
    ).all()
    taken = places_taken(session, [row[0] for row in rows])
    return {
        code: StepIn(f"{system}:{code}", name, capacity - taken[leader])
        for leader, capacity, code, name in rows
        if capacity > taken[leader]
    }


def keep_places(database: Database) -> int:
    """Give every school of every service its place in the picture, once; answers for how many services.

    Places that are kept stay; a territory whose schools all have one is not looked at.
    """
    with database.reading() as session:
        waiting = [
            service_territory(service)
            for service in session.scalars(select(EducationService).order_by(EducationService.id))
        ]
        placed = session.execute(
            select(GraphPlace.territory, Ownership.service_id, func.count())
            .join(Ownership, (Ownership.school_id == GraphPlace.school_id) & Ownership.end_on.is_(None))
            .group_by(GraphPlace.territory, Ownership.service_id)
        )
        kept = {(territory, service_id): count for territory, service_id, count in placed}
        counted = dict(
            session.execute(
                select(Ownership.service_id, func.count())
                .join(School, School.id == Ownership.school_id)
                .where(
                    Ownership.end_on.is_(None), School.status == SchoolStatus.WORKING, School.has_enrolment
                )
                .group_by(Ownership.service_id)
            ).all()
        )
    done = 0
    for territory in waiting:
        if counted.get(territory.service_id, 0) <= kept.get((territory.text, territory.service_id), 0):
            continue
        with database.transaction() as session:
            _keep(session, support_of(session, territory))
        done += 1
    return done


def _keep(session: Session, support: Support) -> None:
    places = places_of(session, support)
    session.execute(delete(GraphPlace).where(GraphPlace.territory == support.territory))
    if places:
        session.execute(
            insert(GraphPlace),
            [
                {"territory": support.territory, "school_id": school_id, "x": x, "y": y}
                for school_id, (x, y) in sorted(places.items())
            ],
        )
