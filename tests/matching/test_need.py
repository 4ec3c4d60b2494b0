"""Who needs support: the default rule, rules as data, and no answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import RuleError
from matching.need import assess_levels, simulate
from matching.need_evidence import CannotAssess, Metric
from matching.need_rules import NEED_RULES, VALUE_ADDED, NeedRule, need_rule
from matching.residuals import Area, LeftOut, Residuals, residuals
from matching.value_added import value_added
from tests.matching.panels import made_up_panel, official_panel, stated_value_added


def results_of(tests, left_out=None):
    """Residuals whose values do not matter: ``{school: {year: tested}}``."""
    rows = [(school, year, n) for school, by_year in tests.items() for year, n in by_year.items()]
    school, year, tested = (np.array(column) for column in zip(*sorted(rows), strict=True))
    blank = np.zeros(school.size)
    return Residuals(
        school=school,
        year=year,
        both=blank,
        reading=blank,
        mathematics=blank,
        tested=tested.astype(float),
        fits=(),
        tests=tuple(sorted(set(year.tolist()))),
        left_out=left_out or {},
    )


def results_each_year(schools):
    return results_of({school: {2022: 30, 2023: 30, 2024: 30} for school in range(1, schools + 1)})


def test_low_schools_lie_below_the_line_and_urgent_ones_surely():
    # Eleven levels, -50 to 50: the 20th percentile is -30, the median 0. With SD 4, -40 is
    # below the line with probability 0.994; -30 is on it, with probability 0.5.
    added = stated_value_added(np.arange(-50, 51, 10))

    answer = assess_levels(VALUE_ADDED, added, results_each_year(11), range(1, 12))

    assert (answer.line, answer.median) == (-30.0, 0.0)
    assert [(need.school, need.urgency) for need in answer.in_need] == [(1, 1), (2, 1), (3, 2)]
    assert answer.not_in_need == tuple(range(4, 12))
    assert answer.cannot_assess == ()


def test_falling_schools_are_in_need_below_the_median_only():
    # A change of -6 with SD 6: falling with probability 0.841.
    added = stated_value_added(np.arange(-50, 51, 10), change=-6.0)

    answer = assess_levels(VALUE_ADDED, added, results_each_year(11), range(1, 12))

    # -50, -40 and -30 are low and falling; -20 and -10 only fall; 0 is the median itself.
    assert [(need.school, need.urgency) for need in answer.in_need] == [
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 2),
        (5, 2),
    ]
    reasons = {piece.metric: piece for piece in answer.in_need[3].evidence}
    assert not reasons[Metric.LEVEL_BELOW_LINE].holds
    assert reasons[Metric.LEVEL_CHANGE].holds
    assert reasons[Metric.LEVEL_CHANGE].probability == pytest.approx(0.8413, abs=1e-4)
    assert reasons[Metric.LEVEL_BELOW_MEDIAN].threshold == 0.0


def test_evidence_of_a_low_school_can_be_checked_by_hand():
    added = stated_value_added(np.arange(-50, 51, 10))

    need = assess_levels(VALUE_ADDED, added, results_each_year(11), [2]).in_need[0]

    low, falling = need.evidence
    assert (low.metric, low.value, low.threshold, low.sd, low.n) == ("level_below_line", -40, -30, 4, 30)
    assert low.probability == pytest.approx(0.99379, abs=1e-5)  # normal table at 2.5
    assert (low.required_probability, low.holds) == (0.5, True)
    assert (falling.metric, falling.holds) == ("level_change", False)


def test_the_line_comes_from_schools_with_two_of_the_last_three_tests():
    # Schools 10 and 11 have one recent test: they do not set the line, nor are they judged.
    tests = {school: {2022: 30, 2023: 30, 2024: 30} for school in range(1, 10)}
    added = stated_value_added([*range(-40, 41, 10), -90, -95])
    found = results_of(tests | {10: {2018: 30, 2024: 30}, 11: {2024: 30}})

    answer = assess_levels(VALUE_ADDED, added, found, [1, 9, 10, 11])

    assert answer.line == pytest.approx(-24.0)
    assert answer.cannot_assess == ((10, CannotAssess.TOO_FEW_TESTS), (11, CannotAssess.TOO_FEW_TESTS))


def test_schools_without_an_answer_have_a_reason():
    tests = {school: {2022: 30, 2023: 30, 2024: 30} for school in range(1, 6)}
    added = stated_value_added(np.zeros(6))
    found = results_of(
        tests | {6: {2024: 30}},
        left_out={
            (6, 2023): LeftOut.TOO_FEW_PUPILS,
            (7, 2024): LeftOut.TOO_FEW_PUPILS,
            (8, 2024): LeftOut.NO_SCORE,
            (9, 2024): LeftOut.NO_CONTEXT,
            (10, 2014): LeftOut.TOO_FEW_PUPILS,
        },
    )

    answer = assess_levels(VALUE_ADDED, added, found, [99, 10, 9, 8, 7, 6])

    assert answer.cannot_assess == (
        (6, CannotAssess.TOO_FEW_PUPILS),
        (7, CannotAssess.TOO_FEW_PUPILS),
        (8, CannotAssess.NO_RESULTS),
        (9, CannotAssess.TOO_FEW_TESTS),
        (10, CannotAssess.NO_RESULTS),
        (99, CannotAssess.NO_RESULTS),
    )


def test_a_higher_minimum_n_leaves_out_smaller_tests():
    added = stated_value_added(np.arange(-50, 51, 10), tested=8)
    found = results_of({school: {2022: 8, 2023: 8, 2024: 8} for school in range(1, 12)})

    answer = assess_levels(replace(VALUE_ADDED, minimum_n=10), added, found, [1, 2])

    assert answer.line is None
    assert answer.in_need == ()
    assert answer.cannot_assess == ((1, CannotAssess.TOO_FEW_PUPILS), (2, CannotAssess.TOO_FEW_PUPILS))


@settings(max_examples=20, deadline=None)
@given(
    asked=st.lists(st.integers(1, 80), unique=True),
    threshold=st.floats(0.05, 0.6),
    order=st.randoms(use_true_random=False),
)
def test_every_school_gets_one_answer_in_any_order(asked, threshold, order):
    found = residuals(made_up_panel(70))
    added = value_added(found, 2024)
    rule = replace(VALUE_ADDED, threshold=threshold)
    shuffled = order.sample(asked, len(asked))

    answer = assess_levels(rule, added, found, asked)

    answered = [*answer.schools_in_need(), *answer.not_in_need, *dict(answer.cannot_assess)]
    assert sorted(answered) == sorted(asked)
    assert assess_levels(rule, added, found, shuffled) == answer


def test_a_moved_line_says_who_enters_and_leaves():
    added, found = stated_value_added(np.arange(-50, 51, 10)), results_each_year(11)

    def assess(rule):
        return assess_levels(rule, added, found, range(1, 12))

    lower, same, higher = simulate(assess, VALUE_ADDED, [0.1, 0.2, 0.4])

    assert (lower.in_need, lower.enter, lower.leave) == (2, (), (3,))
    assert (same.in_need, same.enter, same.leave) == (3, (), ())
    assert (higher.in_need, higher.enter, higher.leave) == (5, (4, 5), ())


def test_rules_refuse_evidence_of_another_subject_or_kind():
    added, found = stated_value_added([0.0, 1.0]), results_each_year(2)

    with pytest.raises(RuleError):
        assess_levels(need_rule("standard_30_reading"), added, found, [1])
    with pytest.raises(RuleError):
        assess_levels(replace(VALUE_ADDED, area=Area.READING), added, found, [1])


@pytest.mark.parametrize("rule", NEED_RULES.values(), ids=NEED_RULES.keys())
def test_rules_come_back_as_stored(rule):
    assert NeedRule.from_dict(rule.to_dict()) == rule
    assert need_rule(rule.name) is rule


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 30},
        {"threshold": float("nan")},
        {"threshold": "0.3"},
        {"threshold": True},
        {"window": 0},
        {"required": 4},
        {"minimum_n": 0},
        {"minimum_n": 5.5},
        {"kind": "guess"},
        {"area": "music"},
        {"probability": None},
        {"falling_probability": 1.0},
        {"name": ""},
        {"colour": "red"},
    ],
)
def test_rules_refuse_a_wrong_entry(wrong):
    with pytest.raises(RuleError):
        NeedRule.from_dict(VALUE_ADDED.to_dict() | wrong)


def test_rules_refuse_a_missing_entry_and_an_unnamed_subject():
    stored = VALUE_ADDED.to_dict()
    del stored["window"]

    with pytest.raises(RuleError, match="window"):
        NeedRule.from_dict(stored)
    with pytest.raises(RuleError, match="names one subject"):
        replace(need_rule("standard_30_reading"), area=Area.BOTH)
    with pytest.raises(RuleError, match="standard_30_reading"):
        need_rule("standard_30")


@pytest.mark.shared_data
def test_default_rule_finds_the_public_schools_that_were_counted(shared_data):
    panel = official_panel(shared_data, "4b")
    found = residuals(panel)
    public = panel.school[(panel.year == 2024) & (panel.owner_kind == 0)]

    answer = assess_levels(VALUE_ADDED, value_added(found, 2024), found, public.tolist())

    assert len(answer.in_need) == pytest.approx(593, abs=6)
    assert sum(need.urgency == 1 for need in answer.in_need) == pytest.approx(243, abs=6)
    assert len(answer.in_need) + len(answer.not_in_need) == 2732
