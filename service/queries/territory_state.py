"""What a territory looks like today, and what in it needs attention."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import (
    Assessment,
    Batch,
    Diagnosis,
    Event,
    EvidenceSet,
    Leader,
    Proposal,
    Request,
    Result,
    Run,
    School,
)
from service.models.enums import BatchState, LeaderStatus, RunState, SchoolStatus
from service.models.states import RequestState
from service.permissions import Action, Actor, can
from service.queries.evidence import NeedStatus, evidence_sets
from service.queries.places import ENGAGED, places_taken
from service.queries.reach import in_reach, territory_name, with_last_ownership
from service.queries.runs import DONE, visible_runs

WORKING_STATUSES = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of each territory seen, together; ``id`` is the newest of all.

    ``state`` is *published* only where all of them are.
    """

    id: int
    state: RunState
    as_of: int
    matched: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class TerritoryState:
    """Counts of one territory; ``name`` is None for the whole country."""

    name: str | None
    schools: int
    assessed: int
    in_need: int
    first: int
    cannot_assess: int
    not_diagnosed: int
    leaders: int
    places: int
    places_taken: int
    could_lead: int
    proposals: int
    last_run: LastRun | None
    requests: int | None
    imports_waiting: int
    as_of: int | None
    newest_results: int | None
    evidence_is_old: bool


def territory_state(session: Session, actor: Actor) -> TerritoryState:
    """Count what the first page of a coordinator, or of the ministry, tells."""
    here = with_last_ownership(select(School.id)).where(
        in_reach(actor), School.status == SchoolStatus.WORKING, School.has_enrolment
    )
    schools = session.scalar(select(func.count()).select_from(here.subquery())) or 0
    needs = _needs(session, actor)
    leaders, places, taken = _leaders(session, actor)
    sets = evidence_sets(session)
    return TerritoryState(
        name=None if actor.everywhere else territory_name(session, actor),
        schools=schools,
        assessed=needs["assessed"],
        in_need=needs["in_need"],
        first=needs["first"],
        cannot_assess=schools - needs["assessed"],
        not_diagnosed=needs["not_diagnosed"],
        leaders=leaders,
        places=places,
        places_taken=taken,
        could_lead=_could_lead(session, actor),
        proposals=_proposals(session, actor),
        requests=_requests(session, actor) if can(actor, Action.SEE_REQUEST) else None,
        last_run=_last_run(session, actor),
        imports_waiting=session.scalar(
            select(func.count(Batch.id)).where(
                Batch.state == BatchState.CHECKED, Batch.account_id == actor.account_id
            )
        )
        or 0,
        as_of=max((kept.as_of for kept in sets), default=None),
        newest_results=session.scalar(select(func.max(Result.year))),
        evidence_is_old=_is_old(session, sets),
    )


def _needs(session: Session, actor: Actor) -> dict[str, int]:
    """Schools by their best-known answer; a school of two phases is counted once."""
    rows = session.execute(
        with_last_ownership(
            select(Assessment.school_id, Assessment.status, Assessment.urgency).join(
                School, School.id == Assessment.school_id
            )
        ).where(in_reach(actor), School.status == SchoolStatus.WORKING, School.has_enrolment)
    ).all()
    in_need = {school for school, status, _ in rows if status == NeedStatus.IN_NEED.value}
    known = {school for school, status, _ in rows if status != NeedStatus.CANNOT_ASSESS.value}
    first = {school for school, _, urgency in rows if urgency == 1}
    diagnosed = set(session.scalars(select(Diagnosis.school_id)))
    return {
        "in_need": len(in_need),
        "assessed": len(known),
        "first": len(first),
        "not_diagnosed": len(in_need - diagnosed),
    }


def _leaders(session: Session, actor: Actor) -> tuple[int, int, int]:
    rows = session.execute(
        with_last_ownership(
            select(Leader.id, Leader.capacity).join(School, School.id == Leader.school_id)
        ).where(in_reach(actor), Leader.status.in_(WORKING_STATUSES))
    ).all()
    ids = {leader for leader, _ in rows}
    taken = sum(places_taken(session, ids).values())
    return len(rows), sum(capacity for _, capacity in rows), taken


def _could_lead(session: Session, actor: Actor) -> int:
    query = with_last_ownership(
        select(Assessment.school_id).join(School, School.id == Assessment.school_id)
    ).where(in_reach(actor), Assessment.could_lead)
    return session.scalar(select(func.count()).select_from(query.distinct().subquery())) or 0


def _proposals(session: Session, actor: Actor) -> int:
    query = with_last_ownership(select(Proposal.id).join(School, School.id == Proposal.school_id)).where(
        in_reach(actor), Proposal.state.in_(ENGAGED)
    )
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _requests(session: Session, actor: Actor) -> int:
    query = with_last_ownership(select(Request.id).join(School, School.id == Request.school_id)).where(
        in_reach(actor), Request.state.in_((RequestState.SUBMITTED, RequestState.DIAGNOSED))
    )
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _last_run(session: Session, actor: Actor) -> LastRun | None:
    """The newest run that could be published of each territory the actor sees, added up."""
    newest = (
        select(func.max(Run.id))
        .where(Run.state.in_(DONE), Run.exploratory.is_(False), visible_runs(session, actor))
        .group_by(Run.system, Run.territory)
    )
    runs = session.scalars(select(Run).where(Run.id.in_(newest)).order_by(Run.id.desc())).all()
    if not runs:
        return None
    published = all(run.state is RunState.PUBLISHED for run in runs)
    return LastRun(
        id=runs[0].id,
        state=RunState.PUBLISHED if published else RunState.FINISHED,
        as_of=max(run.as_of for run in runs),
        matched=sum(run.summary["matched"] for run in runs),
        unmatched=sum(run.summary["unmatched"] for run in runs),
    )


def _is_old(session: Session, sets: list[EvidenceSet]) -> bool:
    """Whether an import or an edit by hand came after what was computed."""
    if not sets:
        return session.scalar(select(Result.id).limit(1)) is not None
    computed = min(kept.computed_at for kept in sets)
    batch = session.scalar(select(func.max(Batch.applied_at)).where(Batch.state == BatchState.APPLIED))
    edit = session.scalar(select(func.max(Event.at)).where(Event.object_type == "school"))
    return any(moment is not None and moment > computed for moment in (batch, edit))
