"""Schools as profiles: who is one, where it stands, and as of which year."""

import pytest

from matching.profiles import OwnerKind, Phase
from service.models.enums import IndicatorKind, OwnerType, SchoolStatus
from service.snapshots.schools import phase_profiles, working_schools
from service.systems import SYSTEMS
from tests.factories.results import make_indicator, make_result, make_school_year
from tests.factories.schools import make_commune, make_school

CL = SYSTEMS["cl"]


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def profile_of(session, school, as_of=2024, phase=Phase.PRIMARY):
    profiles = phase_profiles(session, CL, phase, as_of, working_schools(session, CL))
    return next((one for one in profiles if one.id == school.code), None)


def test_only_working_schools_with_enrolment_of_the_system(session):
    there = make_school(session)
    make_school(session, status=SchoolStatus.CLOSED)
    make_school(session, has_enrolment=False)
    make_school(session, system="en", commune=None)

    assert list(working_schools(session, CL)) == [there.code]


def test_a_school_without_coordinates_stands_at_the_mean_of_its_commune(session):
    commune = make_commune(session)
    make_school(session, commune=commune, latitude=-33.0, longitude=-71.0)
    make_school(session, commune=commune, latitude=-34.0, longitude=-72.0)
    school = make_school(session, commune=commune, latitude=None, longitude=None)
    nowhere = make_school(session, latitude=None, longitude=None)

    rows = working_schools(session, CL)

    assert (rows[school.code].place, rows[school.code].place_estimated) == ((-33.5, -71.5), True)
    assert (rows[nowhere.code].place, rows[nowhere.code].place_estimated) == (None, False)


def test_a_profile_only_in_the_phases_taught(session):
    school = make_school(session, phases=(Phase.PRIMARY, Phase.SECONDARY))
    primary = make_school(session, phases=(Phase.PRIMARY,))

    assert profile_of(session, school, phase=Phase.SECONDARY).phases == (Phase.PRIMARY, Phase.SECONDARY)
    assert profile_of(session, primary, phase=Phase.SECONDARY) is None


def test_group_and_cohort_are_means_of_the_last_three_tests_up_to_the_year(session):
    school = make_school(session)
    for year, group, tested in ((2018, 5, 90), (2022, 1, 10), (2023, 2, 20), (2024, 3, 30)):
        make_school_year(session, school, year=year, ses_group=group)
        make_result(session, school, year=year, tested=tested)

    assert (profile_of(session, school).ses_group, profile_of(session, school).cohort_size) == (2.0, 20.0)
    before = profile_of(session, school, as_of=2022)
    assert (before.ses_group, before.cohort_size) == (3.0, 50.0)


def test_owner_as_of_the_year_and_of_the_directory_where_no_result_tells(session):
    school = make_school(session, owner_type=OwnerType.LOCAL_SERVICE)
    make_school_year(session, school, year=2018, owner_type=OwnerType.SUBSIDISED)
    make_school_year(session, school, year=2024, owner_type=OwnerType.MUNICIPAL)
    untested = make_school(session, owner_type=OwnerType.PRIVATE)

    assert profile_of(session, school, as_of=2018).owner_kind is OwnerKind.SUBSIDISED
    assert profile_of(session, school, as_of=2024).owner_kind is OwnerKind.PUBLIC
    assert profile_of(session, untested).owner_kind is OwnerKind.PRIVATE


def test_vulnerability_is_the_newest_up_to_the_year(session):
    school = make_school(session)
    for year, value in ((2016, 0.7), (2020, 0.8), (2025, 0.9)):
        make_indicator(session, school, kind=IndicatorKind.VULNERABILITY_PRIMARY, year=year, value=value)

    assert profile_of(session, school, as_of=2024).vulnerability_share == 0.8
    assert profile_of(session, school, as_of=2010).vulnerability_share is None
