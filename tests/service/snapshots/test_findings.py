"""What the results of a phase say: value added, need, who could lead, and when they say nothing."""

import pytest

from matching.eligibility import Criteria
from matching.need_evidence import CannotAssess
from matching.need_rules import VALUE_ADDED, need_rule
from matching.profiles import Phase
from matching.residuals import Area
from matching.weights import WeightKind
from service.snapshots.findings import phase_findings
from tests.service.small_country import CL, FIRST, SCHOOLS, WITHOUT_RESULT, make_country

CODES = range(FIRST, FIRST + SCHOOLS)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        make_country(session)
        yield session


def primary(session, as_of=2024, **given):
    return phase_findings(session, CL, Phase.PRIMARY, as_of, **given)


def test_value_added_of_every_school_with_a_residual(session):
    found = primary(session)

    assert set(found.added) == set(Area)
    assert found.added[Area.BOTH].school.tolist() == list(CODES)
    assert found.not_estimated is None


def test_only_the_areas_asked_for_are_computed_and_are_the_same(session):
    everything, one = primary(session), primary(session, areas=(Area.BOTH,))

    assert set(one.added) == {Area.BOTH}
    assert one.added[Area.BOTH].estimate.tolist() == everything.added[Area.BOTH].estimate.tolist()
    assert primary(session, areas=()).added == {}


def test_low_schools_are_in_need_and_none_of_them_could_lead(session):
    found = primary(session)
    in_need = found.default_need.schools_in_need()
    leading = {one.school for one in found.could_lead(found.codes, Criteria()) if one.refused_by is None}

    assert in_need
    assert leading
    assert not in_need & leading
    assert dict(found.default_need.cannot_assess) == {WITHOUT_RESULT: CannotAssess.NO_RESULTS}


@pytest.mark.parametrize(
    ("as_of", "reasons"),
    [
        (2017, {CannotAssess.NO_RESULTS}),
        (2018, {CannotAssess.TOO_FEW_TESTS, CannotAssess.NO_RESULTS}),
    ],
)
def test_without_two_years_nobody_is_judged(session, as_of, reasons):
    found = primary(session, as_of)
    need = found.need(VALUE_ADDED, found.codes)

    assert (found.added, need.in_need, need.not_in_need) == ({}, (), ())
    assert {reason for _, reason in need.cannot_assess} == reasons
    assert len(need.cannot_assess) == len(found.codes)
    assert found.could_lead(found.codes, Criteria()) == ()
    assert "2017" in found.not_estimated or "2018" in found.not_estimated


def test_a_rule_on_shares_needs_no_value_added(session):
    rule = need_rule("standard_30_reading")
    found = primary(session, areas=(), share_areas=(Area.READING,))

    need = found.need(rule, found.codes)

    assert need.in_need == ()
    assert len(need.cannot_assess) == len(found.codes)


def test_a_phase_without_a_test_says_so(session):
    found = phase_findings(session, CL, Phase.PRESCHOOL, 2024)

    assert (found.test, found.panel, dict(found.added)) == (None, None, {})
    assert "preschool" in found.not_estimated


def test_weights_are_learned_only_from_enough_schools(session):
    found = primary(session)

    assert found.weights(WeightKind.LEARNED).kind is WeightKind.EXPERT
    assert found.weights(WeightKind.EQUAL).kind is WeightKind.EQUAL
