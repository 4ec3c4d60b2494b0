"""Made-up visits, and two schools that can plan them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.models import Account, CalendarDay, Leader, Partnership, School, Visit, VisitPerson
from service.models.enums import Role
from service.models.states import (
    CalendarDayKind,
    ExchangeKind,
    PartnershipState,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.operations.visits import VisitPlan
from service.permissions import Actor
from service.queries.accounts import actor_of
from tests.factories.accounts import make_account
from tests.factories.leaders import make_leader
from tests.factories.numbers import next_number
from tests.factories.partnerships import make_partnership, make_partnership_person
from tests.factories.schools import make_commune, make_school, make_service

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = date(2026, 5, 12)


@dataclass(frozen=True, slots=True)
class Pair:
    """A partnership at work, the two who head its schools, and a coordinator."""

    partnership: Partnership
    school: School
    leader_school: School
    leader: Leader
    director: Account
    leading: Account
    coordinator: Account

    @property
    def head(self) -> Actor:
        """The head of the supported school."""
        return actor_of(self.director)

    @property
    def lead(self) -> Actor:
        """The leader."""
        return actor_of(self.leading)

    @property
    def coordination(self) -> Actor:
        """Who coordinates both schools."""
        return actor_of(self.coordinator)

    @property
    def people(self) -> tuple[int, int]:
        """The two who meet."""
        return self.director.person_id, self.leading.person_id


def make_pair(session: Session, **given: Any) -> Pair:
    """Two schools of one service at work with each other; ``leader`` for a second school of one leader."""
    leader_pair: Pair | None = given.pop("beside", None)
    service = given.pop("service", None) or make_service(session)
    commune = given.pop("commune", None) or make_commune(session, region_code="13", code=f"13{next_number()}")
    school = make_school(session, service=service, commune=commune)
    director = make_account(session, Role.DIRECTOR, school_id=school.id)
    if leader_pair is None:
        leader_school = make_school(session, service=service, commune=commune)
        leading = make_account(session, Role.LEADER, school_id=leader_school.id)
        leader = make_leader(session, leader_school, person=leading.person)
        coordinator = make_account(session, Role.COORDINATOR, service_id=service.id)
    else:
        leader_school, leading, leader = leader_pair.leader_school, leader_pair.leading, leader_pair.leader
        coordinator = leader_pair.coordinator
    partnership = make_partnership(
        session, school=school, leader=leader, people=False, **{"state": PartnershipState.ACTIVE, **given}
    )
    make_partnership_person(session, partnership, Side.SUPPORTED, person_id=director.person_id)
    make_partnership_person(session, partnership, Side.SUPPORTING, person_id=leading.person_id)
    return Pair(partnership, school, leader_school, leader, director, leading, coordinator)


def a_plan(pair: Pair, **given: Any) -> VisitPlan:
    values: dict[str, Any] = {
        "kind": ExchangeKind.HEAD,
        "direction": VisitDirection.TO_SUPPORTED,
        "mode": VisitMode.ON_SITE,
        "day": DAY,
        "hour": time(10),
        "minutes": 90,
        "place": "Sala de profesores",
        "way_there": "Bus de las 8:30",
        "purpose": "Ver lectura en voz alta",
        "person_ids": pair.people,
    }
    return VisitPlan(**{**values, **given})


def make_visit(session: Session, pair: Pair, **given: Any) -> Visit:
    """A visit as it stands in the database, without the rules that lead there."""
    number = next_number()
    values: dict[str, Any] = {
        "partnership_id": pair.partnership.id,
        "state": VisitState.AGREED,
        "kind": ExchangeKind.HEAD,
        "direction": VisitDirection.TO_SUPPORTED,
        "mode": VisitMode.ON_SITE,
        "purpose": "Ver lectura en voz alta",
        "starts_at": datetime(2026, 5, 12, 14, tzinfo=UTC),
        "minutes": 90,
        "time_zone": "America/Santiago",
        "proposed_by": Side.SUPPORTING,
        "proposed_at": NOW - timedelta(days=2),
        "uid": f"visita-{number}@minga",
        "created_at": NOW - timedelta(days=2),
    }
    visit = Visit(**{**values, **given})
    session.add(visit)
    session.flush()
    session.add_all(
        VisitPerson(visit_id=visit.id, person_id=person_id, side=side)
        for person_id, side in zip(pair.people, Side, strict=True)
    )
    session.flush()
    return visit


def make_calendar_day(session: Session, **given: Any) -> CalendarDay:
    values: dict[str, Any] = {
        "system": "cl",
        "kind": CalendarDayKind.QUIET,
        "first_on": DAY,
        "last_on": DAY,
        "name": "Semana de pruebas",
    }
    day = CalendarDay(**{**values, **given})
    session.add(day)
    session.flush()
    return day
