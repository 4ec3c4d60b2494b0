"""The page *Red*: what is to be seen of a territory's support on a day, and the data of its picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.build import SchoolGraph, build_graph
from network.coverage import coverage, supporters
from network.key_people import key_people
from network.layout import Position, lay_out
from network.metrics import measure
from network.records import REACHING, Tie
from service.models import GraphPlace
from service.snapshots.support import Support
from service.snapshots.support_figures import graph_on
from service.snapshots.support_schools import SupportSchool

SCALE = 60.0
"""Units of the picture for the length of a tie."""


@dataclass(frozen=True, slots=True)
class SupportLine:
    """One school of the table: who supports it, whom it supports, and whether that hangs on one person.

    ``met``: schools it meets in sessions, internships or ties that were named, and not in a partnership.
    """

    school: SupportSchool
    supported_by: tuple[SupportSchool, ...]
    supports: tuple[SupportSchool, ...]
    starting: tuple[SupportSchool, ...]
    met: tuple[SupportSchool, ...]
    hours: float
    rests_on_one: bool


@dataclass(frozen=True, slots=True)
class KeyLeader:
    """A supporting school and the schools that nobody else supports."""

    school: SupportSchool
    supports: int
    alone: tuple[SupportSchool, ...]


@dataclass(frozen=True, slots=True)
class SupportView:
    """What the page says of a day; ``lines`` are the schools of the territory and those tied to it."""

    day: date
    first_day: date | None
    schools: int
    connected: int
    rest_on_one: int
    in_need: int
    reached: int
    assessed: int
    parts: int
    hours: float
    reciprocity: float | None
    lines: tuple[SupportLine, ...]
    leaders: tuple[KeyLeader, ...]


def support_view(support: Support, day: date) -> SupportView:
    """Tell what is to be seen of a territory's support on a day."""
    graph = graph_on(support, day)
    lines = tuple(_line(support, graph, node) for node in sorted(graph, key=_by_name(support)))
    inside = [line for line in lines if line.school.inside]
    found = measure(graph)
    need = coverage(graph, support.in_need)
    leaders = tuple(
        KeyLeader(
            support.schools[one.school], len(one.supported), tuple(support.schools[n] for n in one.alone)
        )
        for one in key_people(graph)
    )
    return SupportView(
        day=day,
        first_day=min((tie.started_on for tie in support.ties), default=None),
        schools=len(inside),
        connected=sum(bool(graph.degree(line.school.id)) for line in inside),
        rest_on_one=sum(line.rests_on_one for line in inside),
        in_need=len(support.in_need),
        reached=len(need.reached),
        assessed=support.assessed,
        parts=found.components - len(found.isolated),
        hours=sum(line.hours for line in lines),
        reciprocity=found.reciprocity,
        lines=lines,
        leaders=leaders,
    )


def _by_name(support: Support) -> Any:
    return lambda node: (support.schools[node].name, node)


def _line(support: Support, graph: SchoolGraph, node: int) -> SupportLine:
    def named(ids: Iterable[int]) -> tuple[SupportSchool, ...]:
        return tuple(support.schools[one] for one in sorted(ids, key=_by_name(support)))

    helpers = supporters(graph, node)
    states = {a: data["state"] for a, data in graph.pred[node].items()}
    given = {b: data["state"] for b, data in graph[node].items()}
    others = {a for a, state in states.items() if state is None} | {b for b, s in given.items() if s is None}
    return SupportLine(
        school=support.schools[node],
        supported_by=named(helpers),
        supports=named(b for b, state in given.items() if state in REACHING),
        starting=named(a for a, state in states.items() if state is not None and state not in REACHING),
        met=named(others - set(helpers)),
        hours=float(sum(data["hours"] for data in graph[node].values())),
        rests_on_one=len(helpers) == 1,
    )


def places_of(session: Session, support: Support) -> dict[int, Position]:
    """Where each school stands: as kept, and newcomers beside those they are tied to, moving nobody."""
    kept = {
        school_id: (x, y)
        for school_id, x, y in session.execute(
            select(GraphPlace.school_id, GraphPlace.x, GraphPlace.y).where(
                GraphPlace.territory == support.territory
            )
        )
    }
    nodes, ties = support.on(None)
    if all(node.id in kept for node in nodes):
        return {node.id: kept[node.id] for node in nodes}
    return lay_out(build_graph(nodes, ties), kept)


def picture_data(support: Support, places: dict[int, Position]) -> dict[str, Any]:
    """Schools and ties for the picture, with the days of each tie: the page filters by date itself."""
    key = {one.id: one.key for one in support.schools.values()}
    return {
        "nodes": [_node(support.schools[node], places[node]) for node in sorted(places)],
        "ties": [_tie(tie, key) for tie in support.ties],
    }


def _node(school: SupportSchool, place: Position) -> dict[str, Any]:
    return {
        "id": school.key,
        "label": school.name,
        "kind": kind_of(school),
        "inside": school.inside,
        "x": round(place[0] * SCALE, 1),
        "y": round(place[1] * SCALE, 1),
    }


def kind_of(school: SupportSchool) -> str:
    """What the shape says: a leader's school, one in need, or neither."""
    return "leader" if school.leader is not None else "need" if school.in_need else "other"


def _tie(tie: Tie, key: dict[int, str]) -> dict[str, Any]:
    return {
        "source": key[tie.supporting],
        "target": key[tie.supported],
        "look": look_of(tie.state),
        "hours": round(tie.hours, 2),
        "start": tie.started_on.isoformat(),
        "end": tie.ended_on.isoformat() if tie.ended_on else None,
    }


def look_of(state: str | None) -> str:
    """How a tie is drawn: support that arrives, that tapers, that is starting or rests, or a meeting."""
    if state is None:
        return "meeting"
    return state if state in REACHING else "starting"


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A school in the still picture."""

    school: SupportSchool
    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """A tie in the still picture, from edge to edge of the marks."""

    look: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The still picture of a day: marks, lines, and the box they lie in."""

    nodes: tuple[DrawnNode, ...]
    ties: tuple[DrawnTie, ...]
    left: float
    top: float
    width: float
    height: float


MARK = 12.0
MARGIN = 60.0


def drawing(support: Support, places: dict[int, Position], day: date) -> Drawing:
    """Lay the marks and lines of a day out for a picture without a script."""
    graph = graph_on(support, day)
    spot = {node: (places[node][0] * SCALE, places[node][1] * SCALE) for node in graph}
    ties = []
    for a, b, data in graph.edges(data=True):
        (x1, y1), (x2, y2) = spot[a], spot[b]
        length = max(1.0, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)
        dx, dy = (x2 - x1) / length * MARK * 1.4, (y2 - y1) / length * MARK * 1.4
        look = look_of(data["state"])
        ties.append(
            DrawnTie(look, round(x1 + dx, 1), round(y1 + dy, 1), round(x2 - dx, 1), round(y2 - dy, 1))
        )
    nodes = tuple(
        DrawnNode(support.schools[node], kind_of(support.schools[node]), round(x, 1), round(y, 1))
        for node, (x, y) in spot.items()
    )
    across, down = [x for x, _ in spot.values()] or [0.0], [y for _, y in spot.values()] or [0.0]
    return Drawing(
        nodes=nodes,
        ties=tuple(ties),
        left=round(min(across) - MARGIN, 1),
        top=round(min(down) - MARGIN, 1),
        width=round(max(across) - min(across) + 2 * MARGIN, 1),
        height=round(max(down) - min(down) + 2 * MARGIN, 1),
    )
