"""What waits in a territory, handing cases over, and the programme's own deadlines."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from service.db import Database
from service.models import (
    EducationService,
    Message,
    PartnershipCoordinator,
    Setting,
    Survey,
    SurveyRespondent,
)
from service.models.columns import local_today
from service.models.enums import PostRole, Role
from service.models.states import PartnershipState, Side
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.operations.nudges import nudge_partnerships
from service.operations.posts import leave_post
from service.permissions import OPERATOR
from service.queries.attention import heads_who_left
from service.queries.partnership_tasks import Situation, dates_out_of_order, dependency_of, tasks_of
from tests.factories.accounts import make_account, make_post
from tests.factories.leaders import make_leader
from tests.factories.partnerships import make_partnership, make_partnership_person
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs, Counter


def _late(session: object, service: object, **given: object) -> object:
    school = make_school(session, service=service)  # type: ignore[arg-type]
    leader = make_leader(session, make_school(session, service=service))  # type: ignore[arg-type]
    return make_partnership(session, school=school, leader=leader, **given)  # type: ignore[arg-type]


def test_the_most_urgent_stands_first_and_each_leads_to_its_action(
    database: Database, client_as: ClientAs
) -> None:
    today = datetime.now(UTC).date()
    with database.transaction() as session:
        service = make_service(session)
        waiting = _late(session, service, start_on=today - timedelta(days=30))
        school = make_school(session, service=service)
        leader = make_leader(session, make_school(session, service=service))
        moved = make_partnership(session, school=school, leader=leader, start_on=today, people=False)
        post = make_post(session, school, start_on=today - timedelta(days=900))
        make_partnership_person(session, moved, Side.SUPPORTED, person_id=post.person_id)
        leave_post(
            session,
            actor=OPERATOR,
            person_id=post.person_id,
            school_id=school.id,
            role=PostRole.HEAD,
            end_on=today,
        )
        service_id, waiting_id, moved_id = service.id, waiting.id, moved.id
    page = client_as(Role.COORDINATOR, service_id=service_id).get("/coordinacion/pendientes").text
    assert page.index(f"/acompanamientos/{moved_id}/personas") < page.index(f"/acompanamientos/{waiting_id}")
    assert "Cambió quien dirige" in page
    assert "Todavía no se han reunido" in page
    assert "cupos de líderes sin usar" in page
    home = client_as(Role.COORDINATOR, service_id=service_id).get("/coordinacion/").text
    assert "Cambió quien dirige" in home


def test_all_cases_are_handed_over_at_once_and_the_former_period_is_kept(
    database: Database, client_as: ClientAs
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        account = make_account(session, Role.COORDINATOR, service_id=service.id)
        elsewhere = make_account(session, Role.COORDINATOR, service_id=make_service(session).id)
        for _ in range(3):
            _late(session, service)
        service_id, account_id, elsewhere_id = service.id, account.id, elsewhere.id
    client = client_as(Role.COORDINATOR, service_id=service_id)
    refused = client.post("/coordinacion/pendientes/traspasar", data={"from": "", "to": elsewhere_id})
    assert refused.status_code == 403
    assert client.post("/coordinacion/pendientes/traspasar", data={"to": account_id}).status_code == 302
    with database.reading() as session:
        periods = session.scalars(select(PartnershipCoordinator)).all()
        assert [(p.account_id, p.end_on) for p in periods] == [(account_id, None)] * 3


def test_a_deadline_is_changed_for_one_service_after_showing_whom_it_touches(
    database: Database, client_as: ClientAs
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        _late(session, service)
        service_id = service.id
    client = client_as(Role.COORDINATOR, service_id=service_id)
    asked = client.get("/coordinacion/plazos?key=trial_days&value=60").text
    assert "Toca a un acompañamiento en marcha." in asked
    assert client.post("/coordinacion/plazos", data={"key": "trial_days", "value": "60"}).status_code == 302
    assert client.post("/coordinacion/plazos", data={"key": "trial_days", "value": "9999"}).status_code == 422
    with database.reading() as session:
        found = session.scalars(select(Setting)).one()
        assert (found.key, found.value, found.service_id) == ("trial_days", 60, service_id)
        assert found.account_id is not None


def test_a_late_review_is_said_once_and_no_more_once_acted_on(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        one = _late(
            session,
            service,
            state=PartnershipState.ACTIVE,
            start_on=date(2026, 3, 2),
            committed_on=date(2026, 3, 9),
        )
        assert nudge_partnerships(session, date(2026, 6, 1)) == 0
        first = nudge_partnerships(session, date(2026, 6, 10))
        nudge_partnerships(session, date(2026, 6, 11))
        assert first == 2
        messages = session.scalars(select(Message).where(Message.object_id == one.id)).all()
        assert len(messages) == 2
        assert all("insuficiente" not in message.subject.lower() for message in messages)


def test_the_list_takes_as_many_queries_for_one_as_for_five(
    database: Database, client_as: ClientAs, count_queries: Counter
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        _late(session, service)
        service_id = service.id
    client = client_as(Role.COORDINATOR, service_id=service_id)
    client.get("/coordinacion/pendientes")
    with count_queries() as few:
        client.get("/coordinacion/pendientes")
    with database.transaction() as session:
        for _ in range(4):
            _late(session, session.get_one(EducationService, service_id))
    with count_queries() as many:
        client.get("/coordinacion/pendientes")
    assert len(many) == len(few)


SOUND = {
    "today": date(2026, 12, 1),
    "state": PartnershipState.CLOSED,
    "start_on": date(2026, 3, 2),
    "published_on": date(2026, 3, 1),
    "conflict_checked_on": date(2026, 3, 1),
    "first_person_on": date(2026, 3, 2),
    "first_visit_on": date(2026, 3, 20),
    "committed_on": date(2026, 4, 1),
    "tapering_on": date(2026, 9, 1),
    "closed_on": date(2026, 11, 30),
}


def test_each_check_on_dates_is_broken_by_its_own_fixture() -> None:
    broken = {
        "committed_without_date": {"committed_on": None},
        "begun_before_published": {"published_on": date(2026, 3, 9)},
        "committed_before_begun": {"committed_on": date(2026, 2, 1)},
        "person_before_begun": {"first_person_on": date(2026, 2, 1)},
        "visit_before_person": {"first_visit_on": date(2026, 3, 1), "conflict_checked_on": None},
        "leader_elsewhere": {"state": PartnershipState.ACTIVE, "leader_at_school": False},
        "nobody_named": {"state": PartnershipState.ACTIVE, "sides_named": frozenset({Side.SUPPORTED})},
        "visit_before_conflict_check": {"conflict_checked_on": date(2026, 3, 25)},
        "tapered_before_committed": {"tapering_on": date(2026, 3, 25)},
        "closed_before_tapered": {"closed_on": date(2026, 8, 1)},
        "visit_after_closing": {"closed_on": date(2026, 3, 10), "tapering_on": None},
    }
    assert dates_out_of_order(Situation(**SOUND)) == ()
    for code, change in broken.items():
        assert code in dates_out_of_order(Situation(**{**SOUND, **change})), code


def test_statuses_of_tasks_are_derived_and_all_six_occur() -> None:
    seen = set()
    for state, more in (
        (PartnershipState.SETUP, {}),
        (PartnershipState.ACTIVE, {"agreement_signed": True, "objectives": 1, "core_objectives": 1}),
        (PartnershipState.PAUSED, {"before_pause": PartnershipState.ACTIVE, "agreement_signed": True}),
        (PartnershipState.STOPPED, {}),
    ):
        one = Situation(today=date(2026, 6, 1), state=state, start_on=date(2026, 3, 2), **more)
        seen |= {task.status.value for task in tasks_of(one)}
    assert seen == {
        "not_started", "in_progress", "complete", "cannot_progress", "cannot_start_yet", "not_required",
    }  # fmt: skip


def test_tapering_without_a_rising_share_raises_the_alarm() -> None:
    early = [(date(2026, 4, day), Side.SUPPORTING) for day in (1, 2)] + [(date(2026, 4, 3), Side.SUPPORTED)]
    base = {"today": date(2026, 11, 1), "start_on": date(2026, 3, 2), "tapering_on": date(2026, 9, 1)}
    flat = Situation(
        state=PartnershipState.TAPERING, led=(*early, (date(2026, 9, 9), Side.SUPPORTING)), **base
    )
    risen = Situation(
        state=PartnershipState.TAPERING, led=(*early, (date(2026, 9, 9), Side.SUPPORTED)), **base
    )
    assert dependency_of(flat).alarm
    assert not dependency_of(risen).alarm


def test_low_and_unanswered_surveys_wait_in_the_list_until_somebody_talked(
    database: Database, client_as: ClientAs
) -> None:
    today = local_today()
    with database.transaction() as session:
        service = make_service(session)
        low, unanswered, fine = (_late(session, service, start_on=today) for _ in range(3))
        for one, is_low, answered in ((low, True, True), (unanswered, False, False), (fine, False, True)):
            survey = Survey(
                partnership_id=one.id,
                moment=SurveyMoment.REGULAR,
                occasion="days:30",
                issued_on=today - timedelta(days=30),
                closes_on=today - timedelta(days=9),
                low=is_low,
            )
            session.add(survey)
            session.flush()
            session.add(
                SurveyRespondent(
                    survey_id=survey.id,
                    side=Side.SUPPORTED,
                    role=SurveyGroup.TEACHERS,
                    answered=answered,
                )
            )
        session.flush()
        low_survey = session.scalars(select(Survey.id).where(Survey.low)).one()
        service_id, low_id, unanswered_id, fine_id = service.id, low.id, unanswered.id, fine.id
    client = client_as(Role.COORDINATOR, service_id=service_id)
    page = client.get("/coordinacion/pendientes").text
    assert page.index(f"/acompanamientos/{low_id}/encuestas") < page.index(
        f"/acompanamientos/{unanswered_id}/encuestas"
    )
    assert "alguien contestó que así no funciona" in page
    assert f"/acompanamientos/{fine_id}/encuestas" not in page
    reader = client_as(Role.READ_ONLY, service_id=service_id).get("/coordinacion/pendientes").text
    assert "encuestas" not in reader.split("<main", 1)[1]
    client = client_as(Role.COORDINATOR, service_id=service_id)
    client.post(f"/acompanamientos/{low_id}/encuestas/{low_survey}/aviso")
    assert f"/acompanamientos/{low_id}/encuestas" not in client.get("/coordinacion/pendientes").text


def test_a_head_who_came_back_is_not_flagged(database: Database) -> None:
    with database.transaction() as session:
        service = make_service(session)
        one = _late(session, service, start_on=date(2026, 3, 2), people=False)
        left = make_post(session, one.school, start_on=date(2020, 3, 1), end_on=date(2026, 5, 1))
        make_partnership_person(session, one, Side.SUPPORTED, person_id=left.person_id)
        assert heads_who_left(session, [one.id]) == {one.id: left.person_id}
        make_post(session, one.school, person=left.person, start_on=date(2026, 8, 1))
        assert heads_who_left(session, [one.id]) == {}
