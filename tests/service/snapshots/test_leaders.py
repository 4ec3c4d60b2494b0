"""Leaders and needs as they stand on a day."""

from datetime import date

import pytest

from matching.elements import Element
from matching.profiles import Phase
from service.models.enums import LeaderStatus
from service.snapshots.leaders import need_profile, standing_leaders, stated_needs
from service.snapshots.schools import working_schools
from service.systems import SYSTEMS
from tests.factories.leaders import make_leader, make_need
from tests.factories.schools import make_school

CL = SYSTEMS["cl"]
TODAY = date(2026, 3, 1)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def standing(session):
    return standing_leaders(session, CL, working_schools(session, CL), TODAY)


def test_a_leader_with_school_time_in_post_and_strengths(session):
    school = make_school(session, rural=True)
    make_leader(session, school, in_post_since=date(2020, 3, 1), max_km=25.0)

    profile = standing(session)[school.code].profile

    assert (profile.school, profile.designated, profile.active) == (school.code, True, True)
    assert profile.years_in_post == pytest.approx(6.0, abs=0.01)
    assert profile.strengths == {Element.FOCUS: 4}
    assert (profile.max_km, profile.capacity, profile.languages) == (25.0, 2, frozenset({"es"}))
    assert (profile.worked_rural, profile.worked_urban) == (True, False)


@pytest.mark.parametrize(
    ("status", "designated", "active"),
    [
        (LeaderStatus.ACTIVE, True, True),
        (LeaderStatus.PAUSED, True, False),
        (LeaderStatus.APPLIED, False, False),
        (LeaderStatus.WITHDRAWN, False, False),
    ],
)
def test_status(session, status, designated, active):
    school = make_school(session)
    make_leader(session, school, status=status)

    profile = standing(session)[school.code].profile

    assert (profile.designated, profile.active) == (designated, active)


def test_of_two_leaders_of_a_school_the_working_one_counts(session):
    school = make_school(session)
    make_leader(session, school, status=LeaderStatus.WITHDRAWN)
    working = make_leader(session, school, status=LeaderStatus.ACTIVE)

    assert standing(session)[school.code].leader_id == working.id


def test_the_newest_statement_of_a_need_counts_and_none_of_the_future(session):
    school = make_school(session)
    make_need(session, school, year=2024, level=1)
    make_need(session, school, year=2025, level=2)
    make_need(session, school, year=2027, level=3)

    assert stated_needs(session, CL, TODAY) == {school.code: {Element.OBSERVATION: 2}}


def test_measured_areas_of_a_need_stand_apart_from_the_elements():
    profile = need_profile(CL, 7, Phase.PRIMARY, 1, {Element.MATHEMATICS: 1, Element.TRUST: 2})

    assert (profile.areas, dict(profile.needs)) == ((Element.MATHEMATICS,), {Element.TRUST: 2})
