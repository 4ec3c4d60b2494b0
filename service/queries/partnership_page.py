"""Everything the page of a partnership tells, for one reader; what is not theirs to read is absent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.lifecycles import PARTNERSHIP, Party, Transition
from service.models import (
    Account,
    Agreement,
    Attachment,
    Concern,
    FollowUp,
    Handover,
    Note,
    Participation,
    Partnership,
    PartnershipCoordinator,
    PlanActivity,
    PlanObjective,
    PracticeCard,
    Review,
    SustainabilityRating,
    Visit,
)
from service.models.states import ExchangeKind, NoteLevel, Side, VisitState
from service.permissions import Action, Actor, can
from service.queries.partnership_next import NextStep, next_step
from service.queries.partnership_situation import situations
from service.queries.partnership_tasks import (
    Coverage,
    Dependency,
    Situation,
    Task,
    coverage_of,
    dates_out_of_order,
    dependency_of,
    tasks_of,
)
from service.queries.partnerships import get_partnership, parties_of, places_of
from service.queries.settings import setting_of

PAIR = frozenset({Party.SUPPORTED, Party.SUPPORTING})


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader reads of a partnership.

    ``work``: what was agreed, planned and reviewed; ``notes``: which notes; ``only``: where consent was
    taken back, the one side whose words are still theirs (C8).
    """

    work: bool
    notes: frozenset[NoteLevel]
    concerns: bool
    only: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipFacts:
    """The stored things of a page, and what follows from them."""

    partnership: Partnership
    parties: frozenset[Party]
    reach: Reach
    situation: Situation
    tasks: tuple[Task, ...]
    next: NextStep
    steps: tuple[Transition, ...]
    dependency: Dependency
    coverage: Coverage
    violations: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    objectives: tuple[PlanObjective, ...]
    files: tuple[Attachment, ...]
    reviews: tuple[Review, ...]
    concerns: tuple[Concern, ...]
    notes: tuple[Note, ...]
    visits: tuple[Visit, ...]
    exchanges: dict[str, int]
    participation: tuple[Participation, ...]
    handover: Handover | None
    ratings: tuple[SustainabilityRating, ...]
    follow_ups: tuple[FollowUp, ...]
    practice: PracticeCard | None
    coordinators: tuple[PartnershipCoordinator, ...]

    @property
    def agreement(self) -> Agreement | None:
        """The agreement in force: the newest that both signed."""
        return next((a for a in self.agreements if a.supported_signed_at and a.supporting_signed_at), None)

    def find(self, noun: str, number: int) -> PlanObjective | PlanActivity | Concern | Attachment | None:
        """Something of this partnership that the reader sees: objective, activity, concern or file."""
        activities = [activity for objective in self.objectives for activity in objective.activities]
        rows: dict[str, tuple[Any, ...]] = {
            "objective": self.objectives,
            "activity": tuple(activities),
            "concern": self.concerns,
            "file": self.files,
        }
        return next((one for one in rows[noun] if one.id == number), None)

    @property
    def writes(self) -> bool:
        """Whether the reader is one of the pair."""
        return not self.parties.isdisjoint(PAIR) and self.partnership.sharing_ended_at is None

    @property
    def coordinates(self) -> bool:
        """Whether the reader coordinates it."""
        return Party.COORDINATION in self.parties


def partnership_facts(session: Session, partnership_id: int, actor: Actor, today: date) -> PartnershipFacts:
    """Read a partnership for one reader.

    Raises
    ------
    NotFound
        There is none, or the reader may not know of it.
    """
    partnership = get_partnership(session, partnership_id, actor)
    parties = parties_of(session, actor, partnership)
    reach = reach_of(actor, parties, partnership)
    situation = situations(session, [partnership], today)[partnership.id]
    place = places_of(partnership)[0]
    visits = tuple(
        session.scalars(select(Visit).where(Visit.partnership_id == partnership_id).order_by(Visit.starts_at))
    )
    work = reach.work

    def of(model: Any, *order: Any) -> tuple[Any, ...]:
        query = select(model).where(model.partnership_id == partnership_id).order_by(*order)
        return tuple(one for one in session.scalars(query) if _own(one, reach)) if work else ()

    return PartnershipFacts(
        partnership=partnership,
        parties=parties,
        reach=reach,
        situation=situation,
        tasks=tasks_of(situation),
        next=next_step(situation, parties),
        steps=tuple(
            one
            for one in PARTNERSHIP.open_to(partnership.state, parties)
            if partnership.sharing_ended_at is None or one.name == "stop"
        ),
        dependency=dependency_of(situation),
        coverage=coverage_of(situation, setting_of(session, "staff_coverage_share", place)),
        violations=dates_out_of_order(situation),
        agreements=of(Agreement, Agreement.version.desc()),
        objectives=_objectives(session, partnership_id, reach),
        files=tuple(one for one in of(Attachment, Attachment.id) if one.removed_at is None and reach.notes),
        reviews=_reviews(session, partnership_id, reach),
        concerns=of(Concern, Concern.id.desc()) if reach.concerns else (),
        notes=tuple(
            one for one in of(Note, Note.id.desc()) if one.level in reach.notes and one.expires_on >= today
        ),
        visits=visits if work else (),
        exchanges={
            kind.value: sum(v.kind is kind and v.state is VisitState.HELD for v in visits)
            for kind in ExchangeKind
        },
        participation=of(Participation, Participation.counted_on.desc()),
        handover=next(iter(of(Handover, Handover.id)), None),
        ratings=of(SustainabilityRating, SustainabilityRating.id.desc()),
        follow_ups=tuple(
            session.scalars(
                select(FollowUp).where(FollowUp.partnership_id == partnership_id).order_by(FollowUp.number)
            )
        ),
        practice=next(iter(of(PracticeCard, PracticeCard.id)), None),
        coordinators=tuple(
            session.scalars(
                select(PartnershipCoordinator)
                .where(PartnershipCoordinator.partnership_id == partnership_id)
                .options(selectinload(PartnershipCoordinator.account).selectinload(Account.person))
                .order_by(PartnershipCoordinator.start_on)
            )
        ),
    )


def reach_of(actor: Actor, parties: frozenset[Party], partnership: Partnership) -> Reach:
    """What a reader reads; the ministry sees state and dates, who looks at the territory no notes."""
    if not parties.isdisjoint(PAIR):
        only = None
        if partnership.sharing_ended_at is not None and not parties >= PAIR:
            only = Side.SUPPORTED if Party.SUPPORTED in parties else Side.SUPPORTING
        return Reach(True, frozenset(NoteLevel), True, only)
    if Party.COORDINATION in parties:
        return Reach(True, frozenset({NoteLevel.SHARED}), True)
    looks = Party.MINISTRY not in parties and any(
        can(actor, Action.SEE_NEED, place) for place in places_of(partnership)
    )
    return Reach(looks, frozenset(), False)


def _own(one: object, reach: Reach) -> bool:
    """Whether a thing may be read: after a withdrawal each side keeps its own words only."""
    if reach.only is None or isinstance(one, Agreement | Participation):
        return True
    return getattr(one, "side", None) is reach.only


def _objectives(session: Session, partnership_id: int, reach: Reach) -> tuple[PlanObjective, ...]:
    if not reach.work:
        return ()
    rows = session.scalars(
        select(PlanObjective)
        .where(PlanObjective.partnership_id == partnership_id, PlanObjective.withdrawn_at.is_(None))
        .options(selectinload(PlanObjective.activities))
        .order_by(PlanObjective.side, PlanObjective.id)
    )
    return tuple(one for one in rows if reach.only is None or one.side is reach.only)


def _reviews(session: Session, partnership_id: int, reach: Reach) -> tuple[Review, ...]:
    if not reach.work or reach.only is not None:
        return ()
    rows = session.scalars(
        select(Review)
        .where(Review.partnership_id == partnership_id)
        .options(selectinload(Review.answers))
        .order_by(Review.held_on.desc())
    )
    return tuple(rows)


def trial_days_left(one: Situation) -> int | None:
    """Days until the trial is over; None outside of it."""
    if one.trial_until is None or one.reached != 1:
        return None
    return max(0, (one.trial_until - one.today) // timedelta(days=1))
