"""How far schools have come, and how long each step took (feature G7)."""

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Diagnosis, Partnership, Proposal, Request, School, Visit
from service.models.columns import local_day
from service.models.states import PartnershipOrigin, RequestState, VisitState
from service.permissions import Actor
from service.queries.reach import in_reach, with_last_ownership


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many requests reached a step; ``days`` is the median since the step before, over ``n``."""

    name: str
    reached: int
    days: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps from a request to the first visit, and the share of partnerships freely chosen (C5)."""

    steps: tuple[FunnelStep, ...]
    partnerships: int
    imposed: int

    @property
    def voluntary_share(self) -> float | None:
        """None where there is no partnership yet."""
        return None if not self.partnerships else 1 - self.imposed / self.partnerships


STEPS = ("request", "diagnosis", "proposal", "agreement", "first_visit")


def funnel(session: Session, actor: Actor) -> Funnel:
    """Count the requests sent in an actor's territory, step by step."""
    reachable = with_last_ownership(select(School.id)).where(in_reach(actor))
    sent = session.execute(
        select(Request.id, Request.school_id, Request.submitted_at).where(
            Request.submitted_at.is_not(None),
            Request.state != RequestState.DRAFT,
            Request.school_id.in_(reachable),
        )
    ).all()
    schools = {school for _, school, _ in sent}
    diagnosed = _days(session, select(Diagnosis.school_id, Diagnosis.validated_on), Diagnosis, schools)
    published = _days(session, select(Proposal.school_id, Proposal.published_at), Proposal, schools)
    agreed = _days(session, select(Partnership.school_id, Partnership.start_on), Partnership, schools)
    visited = _visits(session, schools)
    spans: dict[str, list[int]] = {name: [] for name in STEPS}
    reached = dict.fromkeys(STEPS, 0)
    for _, school, moment in sent:
        if moment is None:
            continue
        before = local_day(moment)
        reached["request"] += 1
        # a diagnosis from before the request counts as no wait at all
        for name, found in zip(STEPS[1:], (diagnosed, published, agreed, visited), strict=True):
            days = found.get(school, [])
            after = [day for day in days if day >= before] if name != "diagnosis" else days
            if not after:
                break
            day = max(min(after), before) if name != "diagnosis" else max(max(after), before)
            reached[name] += 1
            spans[name].append((day - before).days)
            before = day
    origins = session.execute(
        select(Partnership.origin, func.count())
        .where(Partnership.school_id.in_(reachable))
        .group_by(Partnership.origin)
    ).all()
    counts: dict[Any, int] = dict(origins)
    return Funnel(
        steps=tuple(
            FunnelStep(
                name,
                reached[name],
                float(median(spans[name])) if spans[name] else None,
                len(spans[name]),
            )
            for name in STEPS
        ),
        partnerships=sum(counts.values()),
        imposed=counts.get(PartnershipOrigin.IMPOSED, 0),
    )


def _days(session: Session, query: Any, model: Any, schools: set[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    for school, moment in session.execute(query.where(model.school_id.in_(sorted(schools)))):
        if moment is not None:
            found.setdefault(school, []).append(local_day(moment) if hasattr(moment, "date") else moment)
    return found


def _visits(session: Session, schools: set[int]) -> dict[int, list[date]]:
    rows = session.execute(
        select(Partnership.school_id, Visit.starts_at)
        .join(Partnership, Partnership.id == Visit.partnership_id)
        .where(Partnership.school_id.in_(sorted(schools)), Visit.state == VisitState.HELD)
    )
    found: dict[int, list[date]] = {}
    for school, moment in rows:
        found.setdefault(school, []).append(local_day(moment))
    return found
