"""Published results as columns: what enters, what is absent, what stands in for what is not published."""

import numpy as np
import pytest

from matching.profiles import OwnerKind
from matching.residuals import OWNER_CODES, Area
from service.models.enums import AbsenceReason, IndicatorKind, OwnerType, Subject
from service.snapshots.results import share_panel, year_context
from service.snapshots.results import test_panel as panel_of
from service.systems import SYSTEMS
from tests.factories.results import make_indicator, make_result, make_school_year
from tests.factories.schools import make_school

CL, EN = SYSTEMS["cl"], SYSTEMS["en"]


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def both(session, school, year, reading=250.0, mathematics=240.0, test="4b", **given):
    make_school_year(session, school, year=year, test=test, **given)
    make_result(session, school, year=year, test=test, score=reading, tested=20)
    make_result(
        session, school, year=year, test=test, subject=Subject.MATHEMATICS, score=mathematics, tested=30
    )


def test_panel_has_a_row_a_school_year_with_both_subjects(session):
    school = make_school(session)
    both(session, school, 2023)
    both(session, school, 2024, reading=260.0)

    panel, _ = panel_of(session, CL, "4b", 2024)

    assert panel.school.tolist() == [school.code, school.code]
    assert panel.year.tolist() == [2023, 2024]
    assert panel.reading.tolist() == [250.0, 260.0]
    assert panel.tested.tolist() == [25.0, 25.0]
    assert panel.owner_kind.tolist() == [OWNER_CODES[OwnerKind.PUBLIC]] * 2


def test_panel_looks_at_no_later_year_no_other_test_and_no_other_country(session):
    school = make_school(session)
    both(session, school, 2024)
    both(session, school, 2023)
    both(session, school, 2023, test="2m")
    both(session, make_school(session, system="en", commune=None), 2023)

    panel, _ = panel_of(session, CL, "4b", 2023)

    assert list(zip(panel.school.tolist(), panel.year.tolist(), strict=True)) == [(school.code, 2023)]


def test_an_absent_score_is_not_a_zero(session):
    school = make_school(session)
    make_school_year(session, school)
    make_result(session, school, score=None, absence=AbsenceReason.SUPPRESSED, tested=1)

    panel, _ = panel_of(session, CL, "4b", 2024)

    assert np.isnan(panel.reading).tolist() == [True]
    assert np.isnan(panel.mathematics).tolist() == [True]


def test_owner_and_rurality_are_those_of_the_result_file_not_of_today(session):
    school = make_school(session, owner_type=OwnerType.LOCAL_SERVICE, rural=True)
    both(session, school, 2024, owner_type=OwnerType.SUBSIDISED, rural=False)

    panel, _ = panel_of(session, CL, "4b", 2024)

    assert panel.owner_kind.tolist() == [OWNER_CODES[OwnerKind.SUBSIDISED]]
    assert panel.rural.tolist() == [False]


def test_the_directory_tells_what_a_years_files_tell_of_no_school(session):
    told = make_school(session, owner_type=OwnerType.PRIVATE, rural=True)
    untold = make_school(session, owner_type=OwnerType.PRIVATE, rural=True)
    for year in (2023, 2024):
        make_school_year(session, untold, year=year, owner_type=None, rural=None)
    make_school_year(session, told, year=2024, owner_type=OwnerType.SUBSIDISED, rural=False)

    context = year_context(session, CL, "4b", 2024)
    found = dict(
        zip(
            zip(context.school.tolist(), context.year.tolist(), strict=True),
            zip(context.owner_kind.tolist(), context.rural.tolist(), strict=True),
            strict=True,
        )
    )

    assert found[untold.code, 2023] == (OWNER_CODES[OwnerKind.PRIVATE], 1.0)
    assert found[told.code, 2024] == (OWNER_CODES[OwnerKind.SUBSIDISED], 0.0)
    assert found[untold.code, 2024][0] == -1
    assert np.isnan(found[untold.code, 2024][1])


def test_fifths_of_disadvantage_stand_for_a_group_that_is_not_published(session):
    shares = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
    schools = [make_school(session, system="en", commune=None) for _ in [*shares, None]]
    for school, share in zip(schools, [*shares, None], strict=True):
        make_school_year(session, school, test="ks2", year=2018, ses_group=None)
        if share is not None:
            make_indicator(session, school, kind=IndicatorKind.DISADVANTAGED, year=2018, value=share)
    make_indicator(session, schools[-1], kind=IndicatorKind.DISADVANTAGED, year=2017, value=0.5)

    context = year_context(session, EN, "ks2", 2018)
    group = dict(zip(context.school.tolist(), context.ses_group.tolist(), strict=True))

    assert [group[school.code] for school in schools[:-1]] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert np.isnan(group[schools[-1].code])


def test_shares_at_the_standard(session):
    school = make_school(session)
    make_result(session, school, subject=Subject.READING, share_standard=0.4)
    make_result(session, school, subject=Subject.MATHEMATICS, share_standard=None)

    reading = share_panel(session, CL, "4b", Area.READING, 2024)
    mathematics = share_panel(session, CL, "4b", Area.MATHEMATICS, 2024)

    assert (reading.share.tolist(), reading.tested.tolist()) == ([0.4], [31.0])
    assert np.isnan(mathematics.share).tolist() == [True]
