"""What in a territory needs its coordination: one list, most urgent first, each line with its action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from service.models import (
    Account,
    Concern,
    Leader,
    Offer,
    Partnership,
    PartnershipCoordinator,
    PartnershipPerson,
    Post,
    School,
)
from service.models.enums import LeaderStatus, PostRole
from service.models.states import ConcernState, OfferState, PartnershipState
from service.permissions import Action, Actor, Place, can
from service.queries.partnership_situation import situations
from service.queries.partnership_tasks import Situation, coverage_of, dates_out_of_order, dependency_of
from service.queries.partnerships import known_partnerships
from service.queries.places import places_taken
from service.queries.reach import in_reach, with_last_ownership
from service.queries.settings import settings_of
from service.queries.surveys import survey_concerns

RANK = {
    "concern": 0,
    "survey_low": 1,
    "head_left": 2,
    "no_first_contact": 3,
    "late_answer": 4,
    "review_late": 5,
    "dependency": 6,
    "coverage": 7,
    "survey_late": 8,
    "follow_up_due": 9,
    "nobody_answers": 10,
    "dates": 11,
    "capacity_unused": 12,
}
"""From the most urgent on: what may break first stands first."""
PAGES = {
    "concern": "partnerships.talk",
    "head_left": "partnerships.people",
    "follow_up_due": "partnerships.after",
}
"""Endpoints where a thing is acted on, where it is not the page of the partnership."""
WORKING = (PartnershipState.SETUP, PartnershipState.TRIAL, PartnershipState.ACTIVE, PartnershipState.TAPERING)


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """One thing to act on; ``since`` is how long it has waited, ``page`` where it is acted on."""

    code: str
    title: str
    partnership_id: int | None
    page: str
    since: date | None
    n: int = 1


@dataclass(frozen=True, slots=True)
class Caseload:
    """One coordinator's open partnerships; ``name`` None: nobody answers for these."""

    account_id: int | None
    name: str | None
    cases: int


def attention_items(session: Session, actor: Actor, today: date) -> tuple[AttentionItem, ...]:
    """Everything that waits in the territories an actor oversees, in a fixed number of queries."""
    partnerships = followed_partnerships(session, actor)
    found = situations(session, partnerships, today)
    values = settings_of(session, programme_place(actor))
    ids = [one.id for one in partnerships]
    concerned = set(
        session.scalars(
            select(Concern.partnership_id).where(
                Concern.partnership_id.in_(ids), Concern.state != ConcernState.RESOLVED
            )
        )
    )
    answered = set(
        session.scalars(
            select(PartnershipCoordinator.partnership_id).where(
                PartnershipCoordinator.partnership_id.in_(ids), PartnershipCoordinator.end_on.is_(None)
            )
        )
    )
    left = heads_who_left(session, ids)
    items = []
    for one in partnerships:
        title = f"{one.school.name} · {one.leader_school.name}"
        codes = set(late_codes(found[one.id], values))
        codes |= {"concern"} if one.id in concerned else set()
        codes |= {"head_left"} if one.id in left else set()
        codes |= {"nobody_answers"} if one.id not in answered else set()
        for code in codes:
            page = PAGES.get(code, "partnerships.show")
            items.append(AttentionItem(code, title, one.id, page, _since(code, found[one.id])))
    items += _offers(session, actor, today) + _surveys(session, actor, today) + _unused(session, actor)
    far = date.max
    return tuple(sorted(items, key=lambda i: (RANK[i.code], i.since or far, i.title)))


def late_codes(one: Situation, values: dict[str, float]) -> tuple[str, ...]:
    """What is late in one partnership, by the programme's deadlines; empty once it was acted on (P14)."""
    codes = []
    waited = (one.today - one.start_on).days
    working = one.state in WORKING
    if working and not one.visits_held and waited >= values["first_meeting_alarm_days"]:
        codes.append("no_first_contact")
    active = one.state in (PartnershipState.ACTIVE, PartnershipState.TAPERING)
    if active and one.next_review_on and one.next_review_on < one.today and not one.no_review_needed:
        codes.append("review_late")
    if dependency_of(one).alarm:
        codes.append("dependency")
    coverage = coverage_of(one, values["staff_coverage_share"])
    if active and (coverage.low or coverage.single):
        codes.append("coverage")
    if one.follow_ups_due:
        codes.append("follow_up_due")
    if dates_out_of_order(one):
        codes.append("dates")
    return tuple(codes)


def followed_partnerships(session: Session, actor: Actor | None) -> Sequence[Partnership]:
    """Partnerships not ended that an actor oversees; of the worker (None), all."""
    over = (PartnershipState.ENDED, PartnershipState.STOPPED)
    query = (
        select(Partnership)
        .where(Partnership.state.not_in(over))
        .options(
            selectinload(Partnership.school).selectinload(School.ownerships),
            selectinload(Partnership.leader_school).selectinload(School.ownerships),
            selectinload(Partnership.leader).selectinload(Leader.person),
        )
        .order_by(Partnership.id)
    )
    return session.scalars(query if actor is None else query.where(known_partnerships(actor))).all()


def heads_who_left(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Partnerships whose named head no longer holds the post, and the person: they are flagged (P13).

    Who left and came back holds a later period, and is not flagged.
    """
    back = aliased(Post)
    rows = session.execute(
        select(PartnershipPerson.partnership_id, PartnershipPerson.person_id)
        .join(Partnership, Partnership.id == PartnershipPerson.partnership_id)
        .join(
            Post,
            (Post.person_id == PartnershipPerson.person_id)
            & (Post.role == PostRole.HEAD)
            & or_(Post.school_id == Partnership.school_id, Post.school_id == Partnership.leader_school_id),
        )
        .where(
            PartnershipPerson.partnership_id.in_(ids),
            PartnershipPerson.role == "head",
            PartnershipPerson.end_on.is_(None),
            Partnership.state.in_((*WORKING, PartnershipState.PAUSED)),
            Post.end_on.is_not(None),
            ~exists().where(
                back.person_id == Post.person_id,
                back.school_id == Post.school_id,
                back.role == PostRole.HEAD,
                back.end_on.is_(None),
            ),
        )
    ).all()
    return dict(rows)


def caseload(session: Session, actor: Actor) -> tuple[Caseload, ...]:
    """How many open partnerships each coordinator of the territory answers for (X7)."""
    ids = [one.id for one in followed_partnerships(session, actor)]
    rows = session.scalars(
        select(PartnershipCoordinator)
        .where(PartnershipCoordinator.partnership_id.in_(ids), PartnershipCoordinator.end_on.is_(None))
        .options(selectinload(PartnershipCoordinator.account).selectinload(Account.person))
    ).all()
    names = {row.account_id: row.account.person.name for row in rows}
    counts = {account: sum(row.account_id == account for row in rows) for account in names}
    found = [Caseload(account, names[account], counts[account]) for account in sorted(names)]
    rest = len(ids) - len(rows)
    return tuple(found + ([Caseload(None, None, rest)] if rest else []))


def _offers(session: Session, actor: Actor, today: date) -> list[AttentionItem]:
    rows = session.execute(
        with_last_ownership(
            select(School.name, Offer.due_on).join(School, School.id == Offer.school_id)
        ).where(in_reach(actor), Offer.state == OfferState.ASKED, Offer.due_on < today)
    ).all()
    return [AttentionItem("late_answer", name, None, "proposals", due) for name, due in rows]


def _surveys(session: Session, actor: Actor, today: date) -> list[AttentionItem]:
    """Surveys that ask for a talk, for those who may read them: the coordination (P15)."""
    if not can(actor, Action.COORDINATE_PARTNERSHIPS):
        return []
    return [
        AttentionItem(
            f"survey_{one.reason}",
            f"{one.school_name} · {one.other_name}",
            one.partnership_id,
            "surveys.index",
            one.since,
        )
        for one in survey_concerns(session, actor, today)
    ]


def _unused(session: Session, actor: Actor) -> list[AttentionItem]:
    rows = session.execute(
        with_last_ownership(
            select(Leader.id, Leader.capacity).join(School, School.id == Leader.school_id)
        ).where(in_reach(actor), Leader.status.in_((LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)))
    ).all()
    taken = places_taken(session, [leader for leader, _capacity in rows])
    free = sum(max(0, capacity - taken.get(leader, 0)) for leader, capacity in rows)
    return [AttentionItem("capacity_unused", "", None, "leaders", None, free)] if free else []


def _since(code: str, one: Situation) -> date | None:
    return {
        "no_first_contact": one.start_on,
        "review_late": one.next_review_on,
        "dependency": one.tapering_on,
    }.get(code, one.start_on if code == "nobody_answers" else None)


def programme_place(actor: Actor) -> Place:
    """Whose settings hold: those of the one service an actor coordinates, else everybody's."""
    services, owners = actor.coordinated
    if len(services) == 1:
        return Place(service_id=next(iter(services)))
    return Place(owner_id=next(iter(owners))) if len(owners) == 1 and not services else Place()
