"""Leaders and needs as profiles, as people stand on a day."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.elements import MEASURED_AREAS, Element
from matching.presets import NLE
from matching.profiles import LeaderProfile, NeedProfile, Phase
from service.models import Diagnosis, Leader, Need, Person, Post, School
from service.models.enums import LeaderStatus
from service.queries.complaints import suspended_leaders
from service.queries.declines import barred_pairs
from service.queries.interests import bound_schools
from service.queries.leader_standing import left_post, withdrawn_consents
from service.queries.places import engaged_school_ids, places_taken
from service.snapshots.schools import SchoolRow
from service.systems import System

WORKING_STATUSES = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)
DESIGNATED_STATUSES = (*WORKING_STATUSES, LeaderStatus.PAUSED)
DAYS_A_YEAR = 365.25
BEST_FIRST = {
    status: place
    for place, status in enumerate(
        [
            LeaderStatus.ACTIVE,
            LeaderStatus.DESIGNATED,
            LeaderStatus.PAUSED,
            LeaderStatus.ASSESSED,
            LeaderStatus.ELIGIBLE,
            LeaderStatus.APPLIED,
            LeaderStatus.LAPSED,
            LeaderStatus.WITHDRAWN,
        ]
    )
}


@dataclass(frozen=True, slots=True)
class StandingLeader:
    """A leader with the row it comes from."""

    leader_id: int
    name: str
    status: LeaderStatus
    consent_on: date | None
    owner_consent_on: date | None
    trained_on: date | None
    profile: LeaderProfile


def standing_leaders(
    session: Session,
    system: System,
    schools: Mapping[int, SchoolRow],
    today: date,
    *,
    decline_months: int = NLE.decline_months,
) -> dict[int, StandingLeader]:
    """Read the leader of each school that has one, by the school's number.

    Published proposals, open offers and open partnerships hold places; a pair declined within
    ``decline_months`` is barred. Consent is asked for at publication, so that a service can see whom
    to ask; the rule of the run therefore takes it as given, unless it was withdrawn. Who left the
    post behind the designation waits for the review.
    """
    rows = session.execute(
        select(Leader, School.code, Person.name)
        .join(School, School.id == Leader.school_id)
        .join(Person, Person.id == Leader.person_id)
        .where(School.system == system.code)
        .order_by(Leader.id)
    ).all()
    taken = places_taken(session, [leader.id for leader, _, _ in rows])
    barred = _declined(session, today, decline_months)
    gone, waiting = withdrawn_consents(session), left_post(session)
    bound, suspended = bound_schools(session, system.code, today), suspended_leaders(session)
    rurality = _rurality_of_posts(session, system)
    found: dict[int, StandingLeader] = {}
    for leader, code, name in sorted(rows, key=lambda row: (BEST_FIRST[row[0].status], row[0].id)):
        if code in found:
            continue
        school = schools.get(code)
        kinds = rurality[leader.person_id] | ({school.rural} if school is not None else set())
        found[code] = StandingLeader(
            leader_id=leader.id,
            name=name,
            status=leader.status,
            consent_on=leader.consent_on,
            owner_consent_on=leader.owner_consent_on,
            trained_on=leader.trained_on,
            profile=LeaderProfile(
                id=code,
                school=code,
                designated=leader.status in DESIGNATED_STATUSES,
                active=leader.status in WORKING_STATUSES and leader.id not in waiting,
                years_in_post=_years(leader.in_post_since, today),
                consents=leader.id not in gone,
                trained=leader.trained_on is not None,
                capacity=max(0, leader.capacity - taken[leader.id]),
                online=leader.online,
                max_km=leader.max_km,
                languages=frozenset(leader.languages) or frozenset({system.language}),
                strengths={Element(name): level for name, level in sorted(leader.elements.items())},
                worked_rural=True in kinds,
                worked_urban=False in kinds,
                conflicts=bound.get(leader.id, frozenset()),
                complaint_open=leader.id in suspended,
                declined=frozenset(barred[leader.id]),
            ),
        )
    return found


def stated_needs(session: Session, system: System, today: date) -> dict[int, dict[Element, int]]:
    """Where each school stands on the elements it needs, the newest statement up to a day."""
    needs: dict[int, dict[Element, int]] = defaultdict(dict)
    for code, element, level in session.execute(
        select(School.code, Need.element, Need.level)
        .join(School, School.id == Need.school_id)
        .where(School.system == system.code, Need.year <= today.year)
        .order_by(Need.year)
    ):
        needs[code][element] = level
    return dict(needs)


def need_profile(
    system: System, school: int, phase: Phase, urgency: int, stated: Mapping[Element, int]
) -> NeedProfile:
    """The need of one school in one phase for a run."""
    return NeedProfile(
        school=school,
        phase=phase,
        urgency=urgency,
        areas=tuple(area for area in MEASURED_AREAS if area in stated),
        needs={element: level for element, level in stated.items() if element not in MEASURED_AREAS},
        languages=frozenset({system.language}),
    )


def validated_schools(session: Session, system: System, year: int) -> set[int]:
    """Numbers of the schools whose diagnosis was validated in that year or later."""
    return set(
        session.scalars(
            select(School.code)
            .join(Diagnosis, Diagnosis.school_id == School.id)
            .where(School.system == system.code, Diagnosis.year >= year)
        )
    )


def schools_with_proposal(session: Session, system: System) -> set[int]:
    """Numbers of the schools with a proposal to answer or an open partnership: no second one is made."""
    return set(
        session.scalars(
            select(School.code).where(School.system == system.code, School.id.in_(engaged_school_ids()))
        )
    )


def _declined(session: Session, today: date, months: int) -> dict[int, set[int]]:
    """Numbers of the schools with which each leader is barred for now."""
    pairs = barred_pairs(session, today, months)
    ids = {school for school, _ in pairs}
    codes = dict(session.execute(select(School.id, School.code).where(School.id.in_(sorted(ids)))).all())
    barred: dict[int, set[int]] = defaultdict(set)
    for school, leader in pairs:
        barred[leader].add(codes[school])
    return barred


def _years(since: date | None, today: date) -> float | None:
    return None if since is None else max(0.0, (today - since).days / DAYS_A_YEAR)


def _rurality_of_posts(session: Session, system: System) -> dict[int, set[bool | None]]:
    kinds: dict[int, set[bool | None]] = defaultdict(set)
    for person, rural in session.execute(
        select(Post.person_id, School.rural)
        .join(School, School.id == Post.school_id)
        .where(School.system == system.code)
    ):
        kinds[person].add(rural)
    return kinds
