"""Who may support others by the measurable criteria, and the first that refuses."""

from dataclasses import replace

import numpy as np
import pytest

from matching.eligibility import (
    WAIVED_FOR_SUGGESTED,
    Criteria,
    Refusal,
    barred_schools,
    judge_leaders,
    suggest_leaders,
)
from matching.errors import RuleError
from matching.need import assess_levels
from matching.need_evidence import NeedAssessment, SchoolInNeed
from matching.need_rules import VALUE_ADDED, need_rule
from matching.profiles import LeaderProfile
from matching.residuals import residuals
from matching.value_added import value_added
from tests.matching.panels import official_panel, stated_value_added

LEADER = LeaderProfile(id=10, school=1, years_in_post=3.0, consents=True)
GOOD = stated_value_added([10.0])  # 10 points, SD 4: above 0 with probability 0.994


def verdict(leader=LEADER, added=GOOD, barred=(), criteria=Criteria()):  # noqa: B008 (frozen)
    (judged,) = judge_leaders(criteria, [leader], added, barred)
    return judged


def test_a_leader_who_meets_every_criterion_is_not_refused():
    judged = verdict()

    assert judged.refused_by is None
    assert [finding.criterion for finding in judged.findings] == list(Refusal)
    assert all(finding.holds for finding in judged.findings)
    assert not judged.on_judgement


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"designated": False, "capacity": 0}, "no_capacity"),
        ({"active": False}, "paused"),
        ({"years_in_post": 2.9}, "in_post_too_short"),
        ({"years_in_post": None}, "in_post_too_short"),
        ({"consents": False}, "no_consent"),
        ({"capacity": 0}, "no_capacity"),
        ({"active": False, "consents": False}, "paused"),
    ],
)
def test_a_leader_is_refused_by_the_first_criterion_that_fails(change, code):
    assert verdict(replace(LEADER, **change)).refused_by == code


@pytest.mark.parametrize(
    ("added", "barred", "code"),
    [
        (GOOD, {1}, "in_need"),
        (stated_value_added([10.0], recent_tests=1), (), "too_few_tests"),
        (stated_value_added([10.0], change=-6.0), (), "falling"),
        (stated_value_added([3.0]), (), "value_added_not_above_zero"),  # probability 0.773
        (stated_value_added([3.0], change=-6.0), (), "falling"),
    ],
)
def test_the_own_school_comes_first(added, barred, code):
    assert verdict(added=added, barred=barred).refused_by == code


def test_findings_carry_value_and_threshold():
    found = {finding.criterion: finding for finding in verdict(added=stated_value_added([4.0])).findings}

    above = found[Refusal.VALUE_ADDED_NOT_ABOVE_ZERO]
    assert above.value == pytest.approx(0.8413, abs=1e-4)  # normal table at 1
    assert (above.threshold, above.holds) == (0.8, True)
    assert (found[Refusal.IN_POST_TOO_SHORT].value, found[Refusal.IN_POST_TOO_SHORT].threshold) == (3.0, 3.0)


def test_suggested_schools_are_asked_only_what_can_be_measured():
    added = stated_value_added([10.0, -5.0, 12.0])

    good, poor, needy, unknown = suggest_leaders(Criteria(), [4, 3, 2, 1], added, barred={3})

    assert good.refused_by is None
    assert {finding.criterion for finding in good.findings if finding.waived} == set(WAIVED_FOR_SUGGESTED)
    assert (good.leader, good.school) == (1, 1)
    assert poor.refused_by is Refusal.VALUE_ADDED_NOT_ABOVE_ZERO
    assert needy.refused_by is Refusal.IN_NEED
    assert unknown.refused_by is Refusal.TOO_FEW_TESTS


def test_a_designated_leader_of_a_school_without_results_rests_on_judgement():
    judged = verdict(replace(LEADER, school=77))

    assert judged.refused_by is None
    assert judged.on_judgement
    assert judged.findings[-1].holds is None


def test_leaders_are_judged_in_order_of_their_number():
    second = replace(LEADER, id=4)

    judged = judge_leaders(Criteria(), [LEADER, second], GOOD, ())

    assert [one.leader for one in judged] == [4, 10]


def test_a_line_on_raw_shares_bars_nobody():
    def assessment(rule, school):
        need = SchoolInNeed(school=school, urgency=2, evidence=())
        return NeedAssessment(rule=rule, as_of=2024, in_need=(need,), not_in_need=(), cannot_assess=())

    barred = barred_schools([assessment(VALUE_ADDED, 1), assessment(need_rule("standard_30_mathematics"), 2)])

    assert barred == {1}


def test_criteria_come_back_as_stored():
    stricter = Criteria(name="ours", version="2", above_zero_probability=0.9)

    assert Criteria.from_dict(stricter.to_dict()) == stricter
    assert verdict(added=stated_value_added([4.0]), criteria=stricter).refused_by is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"above_zero_probability": 80},
        {"falling_probability": 0.0},
        {"required_tests": 4},
        {"minimum_years_in_post": -1.0},
        {"minimum_years_in_post": "three"},
        {"stars": 5},
    ],
)
def test_criteria_refuse_what_is_out_of_range(wrong):
    with pytest.raises(RuleError):
        Criteria.from_dict(Criteria().to_dict() | wrong)


@pytest.mark.shared_data
def test_official_files_of_2024_hold_the_public_schools_that_could_lead(shared_data):
    panel = official_panel(shared_data, "4b")
    found = residuals(panel)
    added = value_added(found, 2024)
    public = panel.school[(panel.year == 2024) & (panel.owner_kind == 0)].tolist()
    barred = barred_schools([assess_levels(VALUE_ADDED, added, found, public)])

    judged = suggest_leaders(Criteria(), public, added, barred)

    assert sum(one.refused_by is None for one in judged) == pytest.approx(684, abs=6)
    assert np.mean([one.on_judgement for one in judged]) < 0.2
