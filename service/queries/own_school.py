"""The first page of who works at a school: what is theirs to do, and how their school stands."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.models import Leader, Ownership, Partnership, Proposal, Request, School
from service.models.enums import ProposalState, Role
from service.models.states import OPEN_PARTNERSHIPS, RequestState
from service.permissions import Action, Actor, can
from service.queries.offers import OfferLine, offers_of
from service.queries.reach import place_of
from service.queries.requests import last_request_of
from service.queries.shortlists import last_proposal_of
from service.text import say


@dataclass(frozen=True, slots=True)
class OwnSchool:
    """Where a school stands on the way to a peer; ``asks`` is whether the reader speaks for it."""

    school: School
    key: str
    asks: bool
    request: Request | None
    proposal: Proposal | None
    partnership: Partnership | None
    offers: tuple[OfferLine, ...]
    answers: bool

    @property
    def choosing(self) -> bool:
        """The school has a shortlist to look at."""
        return self.proposal is not None and self.proposal.state is ProposalState.PUBLISHED

    @property
    def waiting(self) -> bool:
        """Somebody of the shortlist has been asked."""
        return self.proposal is not None and self.proposal.state is ProposalState.OFFERED

    @property
    def in_queue(self) -> bool:
        """A request was sent and there is no shortlist yet."""
        sent = (RequestState.SUBMITTED, RequestState.DIAGNOSED)
        return self.request is not None and self.request.state in sent and not self.live

    @property
    def live(self) -> bool:
        """A proposal waits for somebody's answer."""
        return self.choosing or self.waiting

    @property
    def draft(self) -> bool:
        """A request was begun and not sent."""
        return self.request is not None and self.request.state is RequestState.DRAFT

    @property
    def may_go_on(self) -> bool:
        """The request that was begun can still be sent: the school has no peer yet."""
        return self.draft and self.asks and self.partnership is None

    @property
    def may_ask(self) -> bool:
        """Nothing stands in the way of asking for a peer."""
        return self.asks and self.partnership is None and not self.live and not self.in_queue

    @property
    def to_do(self) -> bool:
        """Something of the reader's is to be done, or is on its way."""
        return bool(self.offers) or self.live or self.in_queue or self.may_go_on or self.may_ask


def director_school(session: Session, actor: Actor) -> School:
    """The school that an actor directs; the first where there are several.

    Raises
    ------
    NotFound
        The account directs none.
    """
    ids = sorted(s.school_id for s in actor.scopes if s.role is Role.DIRECTOR and s.school_id is not None)
    school = None if not ids else school_with_place(session, ids[0])
    if school is None:
        raise NotFound(say("Su cuenta no dirige una escuela. Pídalo a la coordinación de su servicio local."))
    return school


def school_with_place(session: Session, school_id: int) -> School | None:
    """A school with what tells its territory."""
    return session.scalar(
        select(School)
        .where(School.id == school_id)
        .options(
            selectinload(School.commune),
            selectinload(School.levels),
            selectinload(School.ownerships).selectinload(Ownership.owner),
            selectinload(School.ownerships).selectinload(Ownership.service),
        )
    )


def own_school_state(session: Session, school: School, actor: Actor, today: date) -> OwnSchool:
    """Where the reader's own school stands; what others may not read is left out."""
    sees = can(actor, Action.SEE_REQUEST, place_of(school))
    asks = can(actor, Action.ASK_FOR_PEER, place_of(school))
    request = last_request_of(session, school.id) if sees else None
    if request is not None and request.state is RequestState.DRAFT and not asks:
        request = None
    partnership = session.scalar(
        select(Partnership)
        .where(Partnership.school_id == school.id, Partnership.state.in_(OPEN_PARTNERSHIPS))
        .options(selectinload(Partnership.leader_school))
    )
    return OwnSchool(
        school=school,
        key=f"{school.system}:{school.code}",
        asks=asks,
        request=request,
        proposal=last_proposal_of(session, school.id) if sees else None,
        partnership=partnership if sees else None,
        offers=offers_of(session, actor, today) if can(actor, Action.ANSWER_OFFER) else (),
        answers=can(actor, Action.ANSWER_SELF, place_of(school)),
    )


def leader_ids_of(session: Session, actor: Actor) -> tuple[int, ...]:
    """The leaders that an actor answers for and who consent to be proposed."""
    schools = [s.school_id for s in actor.scopes if s.role is Role.LEADER and s.school_id is not None]
    return tuple(
        session.scalars(
            select(Leader.id)
            .where(Leader.school_id.in_(schools), Leader.consent_on.is_not(None))
            .order_by(Leader.id)
        )
    )
