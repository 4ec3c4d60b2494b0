"""The support of a territory: from what happened, sliced by date, with its figures."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from network.exchange_xml import read_gexf, to_gexf
from service.db import Database
from service.models import EducationService, School, Visit
from service.models.columns import utc_now
from service.models.network_kinds import TieKind
from service.models.states import (
    ExchangeKind,
    PartnershipOrigin,
    PartnershipState,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.queries.territories import parse_territory, service_territory
from service.snapshots.support import EVENT_DAYS, Support, support_of
from service.snapshots.support_figures import graph_on, metrics_document, network_file
from tests.factories.leaders import make_leader
from tests.factories.networks import make_internship, make_network, make_session, make_tie
from tests.factories.partnerships import make_partnership
from tests.factories.schools import make_school, make_service

DAY = date(2026, 6, 1)


def make_visit(session: Session, partnership: int, **given: object) -> Visit:
    values = {
        "state": VisitState.HELD,
        "kind": ExchangeKind.HEAD,
        "direction": VisitDirection.TO_SUPPORTED,
        "mode": VisitMode.ON_SITE,
        "starts_at": datetime(2026, 5, 4, 23, 30, tzinfo=ZoneInfo("America/Santiago")),
        "minutes": 90,
        "time_zone": "America/Santiago",
        "uid": f"{partnership}-{given.get('minutes')}-{given.get('state')}",
        "created_at": utc_now(),
    }
    visit = Visit(partnership_id=partnership, **{**values, **given})
    session.add(visit)
    session.flush()
    return visit


def made(session: Session, service: EducationService, count: int) -> list[School]:
    return [make_school(session, service=service) for _ in range(count)]


def read(session: Session, service: EducationService) -> Support:
    return support_of(session, service_territory(service))


def edges(support: Support, day: date) -> set[tuple[int, int, str | None, float]]:
    graph = graph_on(support, day)
    return {(a, b, data["state"], round(data["hours"], 3)) for a, b, data in graph.edges(data=True)}


def test_a_partnership_is_seen_in_the_state_of_the_day(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        school, helper = made(session, service, 2)
        make_partnership(
            session,
            school=school,
            leader=make_leader(session, helper),
            state=PartnershipState.CLOSED,
            start_on=date(2025, 3, 1),
            trial_until=date(2025, 4, 1),
            committed_on=date(2025, 4, 1),
            tapering_on=date(2025, 10, 1),
            closed_on=date(2025, 12, 1),
        )
        support = read(session, service)
        states = {
            day: {state for _, _, state, _ in edges(support, date.fromisoformat(day))}
            for day in ("2025-02-28", "2025-03-31", "2025-04-01", "2025-09-30", "2025-10-01", "2025-12-02")
        }

    assert states == {
        "2025-02-28": set(),
        "2025-03-31": {"trial"},
        "2025-04-01": {"active"},
        "2025-09-30": {"active"},
        "2025-10-01": {"tapering"},
        "2025-12-02": set(),
    }


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (PartnershipState.ACTIVE, {"active"}),
        (PartnershipState.PAUSED, {"paused"}),
        (PartnershipState.STOPPED, set()),
        (PartnershipState.SETUP, {"setup"}),
    ],
)
def test_what_is_known_of_the_state_is_used_where_days_are_missing(
    database: Database, state: PartnershipState, seen: set[str]
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        school, helper = made(session, service, 2)
        make_partnership(
            session,
            school=school,
            leader=make_leader(session, helper),
            state=state,
            start_on=date(2026, 3, 2),
        )
        support = read(session, service)

    assert {found for _, _, found, _ in edges(support, DAY)} == seen


def test_visits_held_weigh_for_a_year_on_the_day_of_the_school(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        school, helper = made(session, service, 2)
        partnership = make_partnership(
            session,
            school=school,
            leader=make_leader(session, helper),
            state=PartnershipState.ACTIVE,
            origin=PartnershipOrigin.IMPOSED,
            legal_basis="Ley 20.529",
        )
        make_visit(session, partnership.id)
        make_visit(session, partnership.id, minutes=30, held_minutes=60, uid="b")
        make_visit(session, partnership.id, state=VisitState.MISSED)
        support = read(session, service)
        held = date(2026, 5, 4)  # 23:30 there is the next day in Greenwich

    assert edges(support, held) == {(helper.id, school.id, "active", 2.5)}
    assert edges(support, held - timedelta(days=1)) == {(helper.id, school.id, "active", 0.0)}
    assert edges(support, held + timedelta(days=EVENT_DAYS)) == {(helper.id, school.id, "active", 0.0)}
    assert {tie.chosen for tie in support.ties} == {False}


def test_sessions_internships_and_named_ties_are_support_too(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        a, b, c, away = [*made(session, service, 3), make_school(session, service=make_service(session))]
        network = make_network(session, [a, b, c], service_id=service.id)
        make_session(session, network, {a: True, b: False, c: False})
        make_session(session, network, {b: False, c: False}, hours=2.0)
        make_internship(session, network, b, a)
        make_tie(session, c, away, kind=TieKind.MANDATED)
        support = read(session, service)

    assert edges(support, DAY) == {
        (a.id, b.id, None, 15.0),  # 3 hours shown, 12 of internship
        (a.id, c.id, None, 3.0),
        (b.id, c.id, None, 2.0),
        (c.id, b.id, None, 2.0),
        (away.id, c.id, None, 0.0),
    }
    named = next(tie for tie in support.ties if tie.kind == "named")
    assert named.chosen is False


def test_figures_of_a_territory_name_who_is_outside_and_who_carries(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        schools = made(session, service, 3)
        helper = make_school(session, service=make_service(session))
        leader = make_leader(session, helper, capacity=1)
        for school in schools[:2]:
            make_partnership(session, school=school, leader=leader, state=PartnershipState.ACTIVE)
        support = read(session, service)
        found = metrics_document(support, DAY)
        before = metrics_document(support, date(2020, 1, 1))
    keys = [f"cl:{school.code}" for school in schools]

    assert (found["nodes"], found["outside"], found["edges"], found["components"]) == (4, 1, 2, 2)
    assert found["isolated_schools"] == keys[2:]
    assert found["articulation"] == [f"cl:{helper.code}"]
    assert found["ei_by"]["service"] == 1.0
    assert found["caseload"] == [
        {"school": f"cl:{helper.code}", "supported": keys[:2], "hours": 0.0, "capacity": 1, "over": 1}
    ]
    assert found["coverage"] == {"in_need": 0, "assessed": 0, "reached": [], "missing": [], "share": None}
    assert (before["nodes"], before["edges"], before["isolated"]) == (3, 0, 3)


def test_a_territory_without_schools_and_one_with_a_single_school_are_answered(database: Database) -> None:
    with database.transaction() as session:
        empty, single = make_service(session), make_service(session)
        make_school(session, service=single)

        assert metrics_document(read(session, empty), DAY)["nodes"] == 0
        assert metrics_document(read(session, single), DAY)["isolated"] == 1
        assert metrics_document(support_of(session, parse_territory(session, "all")), DAY)["nodes"] == 1


def test_the_file_of_a_territory_reads_back_equal(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        schools = made(session, service, 4)
        make_tie(session, schools[0], schools[1])
        make_partnership(session, school=schools[2], leader=make_leader(session, schools[3]))
        network = network_file(read(session, service))

    assert len(network.schools) == 4
    assert len(network.ties) == 2
    assert read_gexf(to_gexf(network), "red.gexf") == network


def test_reading_takes_as_many_queries_for_many_schools(database: Database, count_queries) -> None:  # type: ignore[no-untyped-def]
    counts = []
    for count in (2, 5):
        with database.transaction() as session:
            service = make_service(session)
            schools = made(session, service, count)
            for school in schools[1:]:
                make_tie(session, school, schools[0])
            session.expire_all()
            with count_queries() as queries:
                read(session, session.merge(service))
            counts.append(len(queries))

    assert counts[0] == counts[1]
