"""What schools that ask for a peer have said: for what, what is possible, and whom they would rather not."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.elements import MEASURED_AREAS, Element
from matching.places import great_circle_km
from matching.profiles import NeedProfile
from service.models import Request, RequestAvoided, School, SelfAnswer
from service.models.states import AnswerRole, DiagnosisOutcome, RequestState
from service.snapshots.leaders import StandingLeader
from service.snapshots.schools import SchoolRow
from service.systems import System

ASKED_URGENCY = 3
"""Of a school that asks and is not in need by the run's rule (``design.md`` §3)."""
UNSTATED_LEVEL = 2
"""Where nobody said where the school stands on what it asks for: whoever leads stands at 3 at least."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One school's open request, by its official number."""

    school: int
    elements: tuple[Element, ...]
    online: bool
    max_km: float | None
    languages: frozenset[str]
    avoided: frozenset[int]
    levels: Mapping[str, int]


def asking_schools(session: Session, system: System) -> dict[int, Asking]:
    """Open requests that were sent; one whose diagnosis led elsewhere asks for nobody."""
    rows = session.execute(
        select(Request, School.code)
        .join(School, School.id == Request.school_id)
        .where(
            School.system == system.code,
            Request.state.in_((RequestState.SUBMITTED, RequestState.DIAGNOSED)),
            or_(Request.outcome.is_(None), Request.outcome == DiagnosisOutcome.MATCH),
        )
        .order_by(School.code)
    ).all()
    avoided: dict[int, set[int]] = defaultdict(set)
    for request_id, code in session.execute(
        select(RequestAvoided.request_id, School.code).join(School, School.id == RequestAvoided.school_id)
    ):
        avoided[request_id].add(code)
    answered = session.execute(
        select(SelfAnswer.school_id, SelfAnswer.answers)
        .where(
            SelfAnswer.role == AnswerRole.HEAD,
            SelfAnswer.school_id.in_([request.school_id for request, _ in rows]),
        )
        .order_by(SelfAnswer.year)
    ).all()
    levels: dict[int, Mapping[str, int]] = dict(answered)
    return {
        code: Asking(
            school=code,
            elements=tuple(Element(name) for name in request.elements),
            online=request.online,
            max_km=request.max_km,
            languages=frozenset(request.languages),
            avoided=frozenset(avoided[request.id]),
            levels=levels.get(request.school_id, {}),
        )
        for request, code in rows
    }


def as_asked(
    need: NeedProfile,
    asking: Asking | None,
    schools: Mapping[int, SchoolRow],
    standing: Mapping[int, StandingLeader],
) -> NeedProfile:
    """A need with what the school itself said: its elements, on line, languages, whom it leaves out."""
    if asking is None:
        return need
    named = {
        element: asking.levels.get(element.value, UNSTATED_LEVEL)
        for element in asking.elements
        if element not in MEASURED_AREAS
    }
    areas = tuple(area for area in MEASURED_AREAS if area in need.areas or area in asking.elements)
    return replace(
        need,
        areas=areas,
        needs={**named, **need.needs},
        online=asking.online,
        languages=asking.languages or need.languages,
        excluded=asking.avoided | _too_far(asking, schools, standing),
    )


def _too_far(
    asking: Asking, schools: Mapping[int, SchoolRow], standing: Mapping[int, StandingLeader]
) -> frozenset[int]:
    """Schools of leaders beyond what the school can travel, where the two would not work on line."""
    here = schools.get(asking.school)
    if asking.max_km is None or here is None or here.place is None:
        return frozenset()
    far = set()
    for code, leader in standing.items():
        there = schools.get(code)
        if there is None or there.place is None or (asking.online and leader.profile.online):
            continue
        if float(great_circle_km(*here.place, *there.place)) > asking.max_km:
            far.add(code)
    return frozenset(far)
