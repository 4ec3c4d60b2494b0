"""Everything the page of one leader shows: to the coordination, and to the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from matching.designation import CriteriaVersion, check
from service.models import (
    Account,
    Complaint,
    Event,
    Interest,
    Leader,
    LeaderApplication,
    LeaderAssessor,
    LeaderConsent,
    LeaderReview,
    LeaderTraining,
    OwnGoal,
    Partnership,
    TeamMember,
    Visit,
)
from service.models.columns import local_day
from service.models.leader_states import ConsentKind
from service.models.states import OPEN_PARTNERSHIPS, VisitState
from service.permissions import Action, Actor, can
from service.queries.candidates import candidate_figures
from service.queries.complaints import complaints_of
from service.queries.interests import interests_of
from service.queries.places import places_taken
from service.queries.reach import place_of

EVENTS_SHOWN = 40
SECOND_TERM = 8
"""The second term of the school year begins in August, the first in March."""


@dataclass(frozen=True, slots=True)
class LeaderRights:
    """What the reader may see and do on the page of a leader."""

    own: bool
    keeps: bool
    decides: bool
    private: bool


@dataclass(frozen=True, slots=True)
class LeaderFile:
    """The stored things around one leader; what the reader may not see is empty."""

    leader: Leader
    school_key: str
    rights: LeaderRights
    application: LeaderApplication | None
    answers_now: tuple[dict[str, Any], ...]
    as_of: int | None
    consents: tuple[LeaderConsent, ...]
    trainings: tuple[LeaderTraining, ...]
    team: tuple[TeamMember, ...]
    goals: tuple[OwnGoal, ...]
    reviews: tuple[LeaderReview, ...]
    complaints: tuple[Complaint, ...]
    interests: tuple[Interest, ...]
    events: tuple[Event, ...]
    places_taken: int
    partnerships: int
    partnerships_open: int
    days_given: int

    @property
    def open_reviews(self) -> tuple[LeaderReview, ...]:
        """Reviews that wait for a decision."""
        return tuple(one for one in self.reviews if one.decision is None)

    @property
    def suspended(self) -> bool:
        """Whether an open complaint keeps the leader out of new matches."""
        return any(one.suspends for one in self.complaints)

    def standing_consent(self, kind: str) -> date | None:
        """Since when a consent stands."""
        return self.leader.consent_on if kind == ConsentKind.LEADER else self.leader.owner_consent_on


def rights_on(actor: Actor, leader: Leader, own: bool) -> LeaderRights:
    """What an actor may see and do: private texts are for the coordination, decisions never for oneself."""
    place = place_of(leader.school)
    keeps = can(actor, Action.EDIT_LEADER, place) and not own
    return LeaderRights(
        own=own,
        keeps=keeps,
        decides=can(actor, Action.DECIDE_LEADER, place) and not own,
        private=keeps,
    )


def leader_file(session: Session, leader: Leader, rights: LeaderRights, today: date) -> LeaderFile:
    """Read the page of a leader; person, school and ownerships must be loaded."""
    application = _application(session, leader)
    figures = candidate_figures(session, leader.school, leader.in_post_since, today)
    version = None if application is None else CriteriaVersion.from_dict(application.criteria)
    now = () if version is None else check(version, figures)
    states = _partnerships(session, leader)
    interests = interests_of(session, leader.person_id) if rights.private or rights.own else []
    return LeaderFile(
        leader=leader,
        school_key=f"{leader.school.system}:{leader.school.code}",
        rights=rights,
        application=application,
        answers_now=tuple(
            {"asked": one.asked.value, "holds": one.holds, "value": one.value, "threshold": one.threshold}
            for one in now
        ),
        as_of=figures.as_of,
        consents=_all(session, LeaderConsent, leader),
        trainings=_all(session, LeaderTraining, leader),
        team=_all(session, TeamMember, leader),
        goals=_all(session, OwnGoal, leader),
        reviews=_all(session, LeaderReview, leader),
        complaints=tuple(complaints_of(session, leader)) if rights.private or rights.own else (),
        interests=tuple(interests),
        events=_events(session, leader),
        places_taken=places_taken(session, [leader.id])[leader.id],
        partnerships=sum(states.values()),
        partnerships_open=sum(count for state, count in states.items() if state in OPEN_PARTNERSHIPS),
        days_given=days_given(session, leader, today),
    )


def days_given(session: Session, leader: Leader, today: date) -> int:
    """Days of this term on which a visit of one of the leader's partnerships took place."""
    begin = date(today.year, SECOND_TERM if today.month >= SECOND_TERM else 1, 1)
    moments = session.scalars(
        select(func.coalesce(Visit.held_at, Visit.starts_at))
        .join(Partnership, Partnership.id == Visit.partnership_id)
        .where(Partnership.leader_id == leader.id, Visit.state == VisitState.HELD)
    )
    return len({local_day(moment) for moment in moments if begin <= local_day(moment) <= today})


def pending_lines(session: Session, leader_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What waits for the coordination, by leader: ``application``, ``review``, ``complaint``."""
    found: dict[int, list[str]] = {}
    for code, model, condition in (
        ("application", LeaderApplication, LeaderApplication.outcome.is_(None)),
        ("review", LeaderReview, LeaderReview.decision.is_(None)),
        ("complaint", Complaint, Complaint.decided_on.is_(None)),
    ):
        rows = session.scalars(
            select(model.leader_id).where(model.leader_id.in_(leader_ids), condition).distinct()
        )
        for leader_id in rows:
            found.setdefault(leader_id, []).append(code)
    return {leader_id: tuple(codes) for leader_id, codes in found.items()}


def _application(session: Session, leader: Leader) -> LeaderApplication | None:
    """The newest application with its assessors."""
    return session.scalars(
        select(LeaderApplication)
        .where(LeaderApplication.leader_id == leader.id)
        .options(
            selectinload(LeaderApplication.account).selectinload(Account.person),
            selectinload(LeaderApplication.assessors)
            .selectinload(LeaderAssessor.account)
            .selectinload(Account.person),
        )
        .order_by(LeaderApplication.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def _partnerships(session: Session, leader: Leader) -> dict[Any, int]:
    rows = session.execute(
        select(Partnership.state, func.count())
        .where(Partnership.leader_id == leader.id)
        .group_by(Partnership.state)
    )
    return {row[0]: row[1] for row in rows}


def _events(session: Session, leader: Leader) -> tuple[Event, ...]:
    rows = session.scalars(
        select(Event)
        .where(Event.object_type == "leader", Event.object_id == leader.id)
        .options(selectinload(Event.account).selectinload(Account.person))
        .order_by(Event.id.desc())
        .limit(EVENTS_SHOWN)
    )
    return tuple(rows)


def _all(session: Session, model: Any, leader: Leader) -> tuple[Any, ...]:
    return tuple(session.scalars(select(model).where(model.leader_id == leader.id).order_by(model.id.desc())))
