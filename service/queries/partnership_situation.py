"""The situations of partnerships, many in a few queries: counts and dates, no words."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import (
    Agreement,
    FollowUp,
    Handover,
    Participation,
    Partnership,
    PartnershipPerson,
    PlanActivity,
    PlanObjective,
    Proposal,
    Review,
    ReviewAnswer,
    SustainabilityRating,
    Visit,
)
from service.models.columns import local_day
from service.models.states import (
    ActivityState,
    FollowUpState,
    ObjectiveArea,
    PartnershipOrigin,
    RatingMoment,
    Side,
    VisitState,
)
from service.permissions import Place
from service.queries.partnership_tasks import Situation
from service.queries.reach import place_of
from service.queries.settings import setting_of

HANDOVER = ("successor", "successor_trained_on", "materials", "induction", "policy")
CORE = (ObjectiveArea.TEACHING, ObjectiveArea.LEADERSHIP)
OPEN_ACTIVITIES = (ActivityState.PLANNED, ActivityState.IN_PROGRESS)


def situations(session: Session, partnerships: Sequence[Partnership], today: date) -> dict[int, Situation]:
    """The situation of each; the number of queries does not grow with how many there are.

    Their schools with their ownerships, and their leaders, must be loaded.
    """
    ids = [one.id for one in partnerships]

    def grouped(model: Any, *order: Any) -> dict[int, list[Any]]:
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in session.scalars(select(model).where(model.partnership_id.in_(ids)).order_by(*order)):
            rows[row.partnership_id].append(row)
        return rows

    people = grouped(PartnershipPerson, PartnershipPerson.start_on)
    agreements = grouped(Agreement, Agreement.version)
    visits = grouped(Visit, Visit.starts_at)
    objectives = grouped(PlanObjective, PlanObjective.id)
    reviews = grouped(Review, Review.held_on)
    participation = grouped(Participation, Participation.counted_on)
    handovers = grouped(Handover, Handover.id)
    ratings = grouped(SustainabilityRating, SustainabilityRating.id)
    follow_ups = grouped(FollowUp, FollowUp.number)
    activities: dict[int, list[PlanActivity]] = defaultdict(list)
    for number, activity in session.execute(
        select(PlanObjective.partnership_id, PlanActivity)
        .join(PlanObjective, PlanObjective.id == PlanActivity.objective_id)
        .where(PlanObjective.partnership_id.in_(ids), PlanObjective.withdrawn_at.is_(None))
    ).all():
        activities[number].append(activity)
    answered: dict[int, set[Side]] = defaultdict(set)
    for review_id, side in session.execute(
        select(ReviewAnswer.review_id, ReviewAnswer.side)
        .join(Review, Review.id == ReviewAnswer.review_id)
        .where(Review.partnership_id.in_(ids))
    ).all():
        answered[review_id].add(side)
    published: dict[int, datetime | None] = dict(
        session.execute(
            select(Proposal.id, Proposal.published_at).where(
                Proposal.id.in_([one.proposal_id for one in partnerships if one.proposal_id])
            )
        ).all()
    )
    every = {
        place: timedelta(days=int(setting_of(session, "review_every_days", place)))
        for place in {_territory(one) for one in partnerships}
    }
    found = {}
    for one in partnerships:
        found[one.id] = _situation(
            one,
            today,
            people[one.id],
            agreements[one.id],
            visits[one.id],
            objectives[one.id],
            activities[one.id],
            reviews[one.id],
            answered,
            participation[one.id],
            handovers[one.id],
            ratings[one.id],
            follow_ups[one.id],
            _day(published.get(one.proposal_id or 0)),
            every[_territory(one)],
        )
    return found


def _situation(
    one: Partnership,
    today: date,
    people: list[PartnershipPerson],
    agreements: list[Agreement],
    visits: list[Visit],
    objectives: list[PlanObjective],
    activities: list[PlanActivity],
    reviews: list[Review],
    answered: dict[int, set[Side]],
    participation: list[Participation],
    handovers: list[Handover],
    ratings: list[SustainabilityRating],
    follow_ups: list[FollowUp],
    published_on: date | None,
    every: timedelta,
) -> Situation:
    working = [person for person in people if person.end_on is None or person.end_on >= today]
    newest = agreements[-1] if agreements else None
    held = [visit for visit in visits if visit.state is VisitState.HELD]
    last = reviews[-1] if reviews else None
    count = participation[-1] if participation else None
    handover = handovers[0] if handovers else None
    kept = [objective for objective in objectives if objective.withdrawn_at is None]
    done = [activity for activity in activities if activity.state is ActivityState.DONE]
    still = [activity for activity in activities if activity.state in OPEN_ACTIVITIES]
    sides = answered.get(last.id, set()) if last is not None else set()
    after = one.committed_on or one.start_on
    return Situation(
        today=today,
        state=one.state,
        before_pause=one.paused_from,
        start_on=one.start_on,
        trial_until=one.trial_until,
        committed_on=one.committed_on,
        tapering_on=one.tapering_on,
        closed_on=one.closed_on,
        end_on=one.end_on,
        published_on=published_on,
        from_run=one.origin is PartnershipOrigin.RUN,
        conflict_checked_on=one.conflict_checked_on,
        leader_at_school=one.leader.school_id == one.leader_school_id,
        sides_named=frozenset(person.side for person in working),
        first_person_on=people[0].start_on if people else None,
        agreements=len(agreements),
        agreement_signed=any(a.supported_signed_at and a.supporting_signed_at for a in agreements),
        newest_signed=frozenset()
        if newest is None
        else frozenset(
            side
            for side, at in (
                (Side.SUPPORTED, newest.supported_signed_at),
                (Side.SUPPORTING, newest.supporting_signed_at),
            )
            if at is not None
        ),
        committed=frozenset(
            side
            for side, on in (
                (Side.SUPPORTED, one.supported_committed_on),
                (Side.SUPPORTING, one.supporting_committed_on),
            )
            if on is not None
        ),
        visits_agreed=sum(visit.state is VisitState.AGREED for visit in visits),
        visits_held=len(held),
        first_visit_on=_day(held[0].held_at or held[0].starts_at) if held else None,
        objectives=len(kept),
        core_objectives=sum(o.side is Side.SUPPORTED and o.area in CORE for o in kept),
        activities=len(activities),
        activities_open=len(still),
        late_activities=sum(activity.due_on < today for activity in still),
        led=tuple((a.done_on, a.led_by) for a in done if a.done_on is not None),
        reviews=len(reviews),
        next_review_on=after + every if last is None else last.next_on,
        no_review_needed=last is not None and last.none_needed,
        half_review=frozenset(sides) if len(sides) == 1 else frozenset(),
        counted=count is not None,
        teachers=0 if count is None else count.teachers,
        teachers_in=0 if count is None else count.teachers_in,
        leadership=0 if count is None else count.leadership,
        leadership_in=0 if count is None else count.leadership_in,
        rated_midterm=any(r.moment is RatingMoment.MIDTERM for r in ratings),
        rated_closing=any(r.moment is RatingMoment.CLOSING for r in ratings),
        handover_missing=_missing(handover),
        follow_ups=len(follow_ups),
        follow_ups_open=sum(f.state is FollowUpState.OPEN for f in follow_ups),
        follow_ups_due=sum(f.state is FollowUpState.OPEN and f.due_on <= today for f in follow_ups),
    )


def _territory(one: Partnership) -> Place:
    """Where the settings of a partnership are set: for a territory, not for a school."""
    place = place_of(one.school)
    return Place(service_id=place.service_id, owner_id=place.owner_id)


def _missing(handover: Handover | None) -> int:
    if handover is None:
        return len(HANDOVER)
    return 0 if handover.without_reason else sum(not getattr(handover, name) for name in HANDOVER)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)
