"""Requests: one for its school and its coordination, and the coordination's queue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import (
    Account,
    Assessment,
    Commune,
    Diagnosis,
    Ownership,
    Partnership,
    Person,
    Proposal,
    Request,
    RequestAvoided,
    School,
)
from service.models.states import OPEN_PARTNERSHIPS, DiagnosisOutcome, RequestState
from service.permissions import Action, Actor, can, require
from service.queries.evidence import NeedStatus
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.reach import in_reach, place_of, with_last_ownership
from service.text import say

OPEN = (RequestState.SUBMITTED, RequestState.DIAGNOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilters:
    """What the queue is narrowed to; without a state, what is open."""

    state: RequestState | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in the queue; ``in_need`` False is a school that asks by itself (feature N11)."""

    id: int
    school_key: str
    school_name: str
    commune: str | None
    state: RequestState
    outcome: DiagnosisOutcome | None
    submitted_at: datetime | None
    elements: tuple[str, ...]
    in_need: bool
    validated_on: date | None
    proposal_id: int | None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request, and what its reader may do."""

    request: Request
    school: School
    school_key: str
    diagnosis: Diagnosis | None
    decided_by: str | None
    proposal: Proposal | None
    owns: bool
    keeps: bool
    has_peer: bool

    @property
    def may_go_on(self) -> bool:
        """The reader can go on writing it: the school has no peer yet."""
        return self.owns and self.request.state is RequestState.DRAFT and not self.has_peer


def find_request(session: Session, request_id: int, *, actor: Actor) -> Request:
    """One request of the actor's school, or one that was sent, of the actor's territory.

    Raises
    ------
    NotAllowed
        The account has nothing to do with requests.
    NotFound
        There is none, it is a draft of somebody else's, or of another territory.
    """
    require(actor, Action.SEE_REQUEST)
    request: Request | None = session.scalar(_whole().where(Request.id == request_id))
    if request is None:
        raise _unknown()
    place = place_of(request.school)
    own = can(actor, Action.ASK_FOR_PEER, place)
    if not own and (request.state is RequestState.DRAFT or not can(actor, Action.SEE_REQUEST, place)):
        raise _unknown()
    return request


def draft_of(session: Session, school_id: int) -> Request | None:
    """The draft of a school."""
    found: Request | None = session.scalar(
        _whole().where(Request.school_id == school_id, Request.state == RequestState.DRAFT)
    )
    return found


def last_request_of(session: Session, school_id: int) -> Request | None:
    """The newest request of a school, whatever its state."""
    found: Request | None = session.scalars(
        _whole().where(Request.school_id == school_id).order_by(Request.id.desc()).limit(1)
    ).first()
    return found


def request_page(session: Session, request_id: int, *, actor: Actor) -> RequestPage:
    """A request for one reader."""
    request = find_request(session, request_id, actor=actor)
    place = place_of(request.school)
    return RequestPage(
        request=request,
        school=request.school,
        school_key=f"{request.school.system}:{request.school.code}",
        diagnosis=newest_diagnosis(session, request.school_id),
        decided_by=session.scalar(
            select(Person.name)
            .join(Account, Account.person_id == Person.id)
            .where(Account.id == request.outcome_by_id)
        ),
        proposal=session.scalars(
            select(Proposal)
            .where(
                Proposal.school_id == request.school_id,
                Proposal.published_at.is_not(None),
                Proposal.published_at >= request.created_at,
            )
            .order_by(Proposal.id.desc())
            .limit(1)
        ).first(),
        owns=can(actor, Action.ASK_FOR_PEER, place),
        keeps=can(actor, Action.KEEP_REQUESTS, place),
        has_peer=session.scalar(
            select(Partnership.id)
            .where(Partnership.school_id == request.school_id, Partnership.state.in_(OPEN_PARTNERSHIPS))
            .limit(1)
        )
        is not None,
    )


def newest_diagnosis(session: Session, school_id: int) -> Diagnosis | None:
    """The last diagnosis validated with a school."""
    return session.scalars(
        select(Diagnosis).where(Diagnosis.school_id == school_id).order_by(Diagnosis.year.desc()).limit(1)
    ).first()


def request_queue(session: Session, filters: RequestFilters, actor: Actor) -> Listing[RequestLine]:
    """One page of the queue of a territory: who waits longest comes first, in need or not alike."""
    states = OPEN if filters.state is None else (filters.state,)
    query: Select[Any] = with_last_ownership(
        select(Request, School, Commune.name)
        .join(School, School.id == Request.school_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
    ).where(in_reach(actor), Request.state.in_(states), Request.state != RequestState.DRAFT)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(Request.id).subquery()))
    rows = session.execute(
        query.order_by(Request.submitted_at, Request.id)
        .limit(PAGE_SIZE)
        .offset((filters.page - 1) * PAGE_SIZE)
    ).all()
    ids = [school.id for _, school, _ in rows]
    in_need = set(
        session.scalars(
            select(Assessment.school_id).where(
                Assessment.school_id.in_(ids), Assessment.status == NeedStatus.IN_NEED.value
            )
        )
    )
    validated = dict(
        session.execute(
            select(Diagnosis.school_id, func.max(Diagnosis.validated_on))
            .where(Diagnosis.school_id.in_(ids))
            .group_by(Diagnosis.school_id)
        ).all()
    )
    proposals = dict(
        session.execute(
            select(Proposal.school_id, func.max(Proposal.id))
            .where(Proposal.school_id.in_(ids), Proposal.published_at.is_not(None))
            .group_by(Proposal.school_id)
        ).all()
    )
    lines = tuple(
        RequestLine(
            id=request.id,
            school_key=f"{school.system}:{school.code}",
            school_name=school.name,
            commune=commune,
            state=request.state,
            outcome=request.outcome,
            submitted_at=request.submitted_at,
            elements=tuple(request.elements),
            in_need=school.id in in_need,
            validated_on=validated.get(school.id),
            proposal_id=proposals.get(school.id),
        )
        for request, school, commune in rows
    )
    return Listing(lines, total or 0, filters.page)


def _whole() -> Select[Any]:
    return select(Request).options(
        selectinload(Request.school).selectinload(School.ownerships).selectinload(Ownership.owner),
        selectinload(Request.avoided).selectinload(RequestAvoided.school),
    )


def _unknown() -> NotFound:
    return NotFound(say("Esa solicitud no existe."), code="unknown_request")
