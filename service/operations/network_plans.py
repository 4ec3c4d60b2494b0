"""Networks that propose themselves: from what is known of a territory's schools; nothing is stored."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.elements import MEASURED_AREAS
from network.errors import GraphError
from network.peer_networks import cost_of_move, propose_networks, weigh_networks
from network.peer_records import MoveCost, PeerPlan, PeerSchool, PeerSettings
from service.errors import InvalidInput
from service.models import Assessment, Estimate, Leader, Need, School, SchoolYear
from service.models.enums import SchoolStatus
from service.operations.support_pages import chosen_territory
from service.permissions import Action, Actor, require
from service.queries.evidence import NeedStatus
from service.queries.networks import LEAST, MOST
from service.queries.territories import Territory
from service.snapshots.support_schools import SERVING
from service.text import say

LOW_LEVEL, HIGH_LEVEL = 2, 3
"""Rubric levels: up to 2 an element is a need, from 3 on a strength."""
SURELY = 0.8416
"""Standard deviations above 0 at which a level lies above it with probability 0.8 (design, section 3)."""
RECENT = 3


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with the names of its schools; ``move`` is what the last change cost."""

    territory: Territory
    choices: tuple[Territory, ...]
    plan: PeerPlan
    names: dict[int, tuple[str, str]]
    move: MoveCost | None

    @property
    def groups(self) -> str:
        """The networks as a form carries them: ids, parted by commas and semicolons."""
        return ";".join(",".join(map(str, one.members)) for one in self.plan.networks)


def plan_page(
    session: Session,
    actor: Actor,
    *,
    territory: str,
    size: int = 10,
    groups: str = "",
    move: int | None = None,
    to: int | None = None,
) -> PlanPage:
    """Propose networks, or weigh those that somebody put together, and tell what moving a school costs.

    Raises
    ------
    InvalidInput
        The groups contradict each other or name a school of another territory.
    """
    require(actor, Action.FORM_NETWORKS)
    chosen, choices = chosen_territory(session, actor, territory)
    schools, names = _schools(session, chosen)
    wanted = PeerSettings(least=LEAST, most=MOST, target=size)
    cost = None
    try:
        plan = (
            weigh_networks(schools, _parsed(groups), wanted) if groups else propose_networks(schools, wanted)
        )
        if move is not None and to is not None:
            cost = cost_of_move(schools, plan, move, to, wanted)
            plan = cost.plan
    except (GraphError, ValueError) as error:
        sentence = say("Estas redes no se pueden leer; vuelva a pedir la propuesta.")
        raise InvalidInput(sentence, code="network_groups") from error
    return PlanPage(chosen, choices, plan, names, cost)


def _parsed(text: str) -> list[list[int]]:
    return [[int(one) for one in part.split(",")] for part in text.split(";")]


def _schools(session: Session, territory: Territory) -> tuple[list[PeerSchool], dict[int, tuple[str, str]]]:
    """The working schools of a territory: needs and strengths as assessed and as results tell."""
    rows = session.execute(
        territory.narrow(select(School.id))
        .add_columns(
            School.system,
            School.code,
            School.name,
            School.latitude,
            School.longitude,
            School.enrolment,
            School.rural,
        )
        .where(School.status == SchoolStatus.WORKING, School.has_enrolment)
        .order_by(School.id)
    ).all()
    ids = [row[0] for row in rows]
    needs: dict[int, set[str]] = {one: set() for one in ids}
    strengths: dict[int, set[str]] = {one: set() for one in ids}
    newest = dict(
        session.execute(
            select(Need.school_id, func.max(Need.year))
            .where(Need.school_id.in_(ids))
            .group_by(Need.school_id)
        ).all()
    )
    for need in session.scalars(select(Need).where(Need.school_id.in_(ids))):
        if need.year == newest[need.school_id]:
            (needs if need.level <= LOW_LEVEL else strengths)[need.school_id].add(need.element.value)
    for school_id, elements in session.execute(
        select(Leader.school_id, Leader.elements).where(Leader.school_id.in_(ids), Leader.status.in_(SERVING))
    ):
        strengths[school_id] |= {name for name, level in elements.items() if level >= HIGH_LEVEL}
    in_need = set(
        session.scalars(
            select(Assessment.school_id).where(
                Assessment.school_id.in_(ids), Assessment.status == NeedStatus.IN_NEED.value
            )
        )
    )
    areas = {area.value for area in MEASURED_AREAS}
    for found in session.scalars(
        select(Estimate).where(Estimate.school_id.in_(ids), Estimate.area.in_(areas))
    ):
        if found.school_id in in_need and found.level < 0:
            needs[found.school_id].add(found.area)
        elif found.level > SURELY * found.level_sd:
            strengths[found.school_id].add(found.area)
    context = _contexts(session, [(row[0], row[6], row[7]) for row in rows])
    schools = [
        PeerSchool(
            id=row[0],
            needs=tuple(sorted(needs[row[0]])),
            strengths=tuple(sorted(strengths[row[0]] - needs[row[0]])),
            context=context[row[0]],
            latitude=row[4],
            longitude=row[5],
        )
        for row in rows
    ]
    return schools, {row[0]: (f"{row[1]}:{row[2]}", row[3]) for row in rows}


def _contexts(
    session: Session, rows: list[tuple[int, int | None, bool | None]]
) -> dict[int, tuple[float, ...]]:
    """Size (logarithm), group (mean of the last years) and rurality, in national robust SDs."""
    nation = np.log([one for one in session.scalars(select(School.enrolment)) if one] or [1])
    groups: dict[int, list[int]] = {}
    for school_id, group in session.execute(
        select(SchoolYear.school_id, SchoolYear.ses_group)
        .where(SchoolYear.ses_group.is_not(None))
        .order_by(SchoolYear.year.desc())
    ):
        groups.setdefault(school_id, []).append(int(group or 0))
    means = {school: float(np.mean(found[:RECENT])) for school, found in groups.items()}
    size_scale = _robust(nation)
    group_scale = _robust(np.array(list(means.values()) or [0.0]))
    nothing = float("nan")
    return {
        school_id: (
            float(np.log(size)) / size_scale if size else nothing,
            means[school_id] / group_scale if school_id in means else nothing,
            nothing if rural is None else 2.0 * rural,
        )
        for school_id, size, rural in rows
    }


def _robust(values: np.ndarray) -> float:
    """Interquartile range / 1.349, the plain SD where that is 0, and 1 where both are."""
    low, high = np.percentile(values, [25, 75])
    return float((high - low) / 1.349 or values.std() or 1.0)
