"""Each hard rule refuses with its own code and figures, and no earlier rule hides it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from matching.constraints import RULES, refusal
from matching.elements import Element
from matching.errors import ProfileError
from matching.presets import NLE
from matching.profiles import Phase
from matching.refusals import RefusalCode
from tests.matching.countries import Country, allowed_country, evidence_of, school

Change = Callable[[Country], Any]


def leader(**changes: Any) -> Change:
    return lambda country: replace(country, leaders=[replace(country.leaders[0], **changes)])


def need(**changes: Any) -> Change:
    return lambda country: replace(country, needs=[replace(country.needs[0], **changes)])


def helper(**changes: Any) -> Change:
    def change(country: Country) -> Country:
        first, second, *others = country.profiles
        return replace(country, profiles=[first, replace(second, **changes), *others])

    return change


def results(levels: dict[int, tuple[float, float, int]], **flags: set[int]) -> Change:
    return lambda country: replace(country, evidence=evidence_of(levels, **flags))


def options(**chosen: Any) -> Change:
    return lambda country: replace(country, options=chosen)


def different(country: Country) -> Country:
    return replace(helper(cohort_size=9.0)(country), like_within=0.001)


BOTH = {1: (-10.0, 6.0, 3), 2: (15.0, 6.0, 3)}
NONE = float("nan")


@pytest.mark.parametrize(
    ("code", "value", "threshold", "change"),
    [
        (RefusalCode.PHASE_NOT_SHARED, None, None, leader(school=777)),
        (RefusalCode.NOT_DESIGNATED, None, None, leader(designated=False)),
        (RefusalCode.PAUSED, None, None, leader(active=False)),
        (RefusalCode.IN_POST_TOO_SHORT, 2.0, 3.0, leader(years_in_post=2.0)),
        (RefusalCode.IN_POST_TOO_SHORT, None, 3.0, leader(years_in_post=None)),
        (RefusalCode.NO_CONSENT, None, None, leader(consents=False)),
        (RefusalCode.COMPLAINT_OPEN, None, None, leader(complaint_open=True)),
        (RefusalCode.NO_CAPACITY, 0.0, 1.0, leader(capacity=0)),
        (RefusalCode.LEADER_IN_NEED, None, None, results(BOTH, in_need={2})),
        (RefusalCode.LEADER_IN_NEED, None, None, results(BOTH, by_value_added={2})),
        (RefusalCode.LEADER_FALLING, None, None, results(BOTH, falling={2})),
        (RefusalCode.PARTNERSHIP_OPEN, None, None, options(partnered={1})),
        (RefusalCode.CANNOT_ASSESS, None, None, results({1: (NONE, 6.0, 0), 2: (15.0, 6.0, 3)})),
        (RefusalCode.OWN_SCHOOL, None, None, lambda c: results(BOTH)(leader(school=1)(c))),
        (RefusalCode.CONFLICT, None, None, leader(conflicts=frozenset({1}))),
        (RefusalCode.EXCLUDED_BY_SCHOOL, None, None, need(excluded=frozenset({2}))),
        (RefusalCode.DECLINED_RECENTLY, None, None, leader(declined=frozenset({1}))),
        (RefusalCode.LANGUAGE_NOT_SHARED, None, None, leader(languages=frozenset({"arn"}))),
        (RefusalCode.TOO_FEW_RESULTS, 1.0, 2.0, results({**BOTH, 2: (15.0, 6.0, 1)})),
        (RefusalCode.GAP_TOO_SMALL, 4.5, 5.0, results({**BOTH, 2: (-5.5, 6.0, 3)})),
        # gap 10, SD sqrt(36 + 64) = 10: probability Φ(1) = 0.8413
        (RefusalCode.NOT_SURELY_BETTER, 0.8413, 0.9, results({**BOTH, 2: (0.0, 8.0, 3)})),
        # level 5, SD 6: probability Φ(0.8333) = 0.7977
        (RefusalCode.NOT_SURELY_ABOVE_ZERO, 0.7977, 0.8, results({**BOTH, 2: (5.0, 6.0, 3)})),
        (RefusalCode.SES_TOO_FAR, 1.5, 1.0, helper(ses_group=3.5)),
        (RefusalCode.RURALITY_DIFFERS, None, None, helper(rural=True)),
        (RefusalCode.NO_PLACE, None, None, helper(latitude=None, longitude=None)),
        # a degree of latitude on the mean sphere is 111.195 km
        (RefusalCode.TOO_FAR, 111.195, 60.0, helper(latitude=-34.0, longitude=-70.99)),
        (RefusalCode.TOO_FAR, 95.0, 90.0, options(travel_minutes={(1, 2): 95.0})),
        (RefusalCode.TOO_FAR_FOR_LEADER, 17.719, 10.0, leader(max_km=10.0)),
        (RefusalCode.RIVALS, 0.0, 2.0, helper(longitude=-70.99)),
        (RefusalCode.TOO_DIFFERENT, None, 0.001, different),
    ],
)  # fmt: skip
def test_rule_refuses_with_its_figures(
    code: RefusalCode, value: float | None, threshold: float | None, change: Change
) -> None:
    found = refusal(change(allowed_country()).prepared(), 0, 0)

    assert found is not None
    assert found.code == code
    if value is not None:
        assert found.value == pytest.approx(value, abs=1e-3)
    assert found.threshold == (None if threshold is None else pytest.approx(threshold))


@pytest.mark.parametrize(
    "change",
    [
        lambda country: country,
        leader(max_km=17.8),
        options(travel_minutes={(1, 2): 90.0}),
        # exploratory: what no official file knows is waived
        lambda c: options(exploratory=True)(leader(designated=False, consents=False, years_in_post=None)(c)),
        lambda c: helper(rural=True)(leader(worked_rural=True, worked_urban=True)(c)),
        helper(rural=None),
        helper(ses_group=3.0),
        lambda c: helper(longitude=-70.99, owner="owner 1")(c),
        # both on line: no place is needed
        lambda c: need(online=True)(leader(online=True)(helper(latitude=None, longitude=None)(c))),
        results({1: (-10.0, 6.0, 3), 2: (5.5, 6.0, 3)}),
    ],
)
def test_pair_at_the_line_is_allowed(change: Change) -> None:
    assert refusal(change(allowed_country()).prepared(), 0, 0) is None


def test_far_pair_is_allowed_only_if_both_are_on_line() -> None:
    far = helper(latitude=-40.0)(allowed_country())

    answers = [
        refusal(need(online=a)(leader(online=b)(far)).prepared(), 0, 0)
        for a, b in ((True, False), (False, True), (True, True))
    ]

    assert [answer and answer.code for answer in answers] == [RefusalCode.TOO_FAR] * 2 + [None]


def test_same_owner_bars_only_where_the_preset_says_so() -> None:
    country = helper(owner="owner 1")(allowed_country())
    english = replace(country, preset=replace(NLE, name="trust", same_owner_bars=True))

    assert refusal(country.prepared(), 0, 0) is None
    found = refusal(english.prepared(), 0, 0)
    assert found is not None
    assert found.code == RefusalCode.SAME_OWNER


def test_coverage_below_the_floor_refuses() -> None:
    country = helper(
        ses_group=None, vulnerability_share=None, cohort_size=None, special_needs_share=None,
        owner_kind=None, commune=None,
    )(allowed_country())  # fmt: skip

    found = refusal(country.prepared(), 0, 0)

    assert found is not None
    assert (found.code, found.threshold) == (RefusalCode.COVERAGE_TOO_LOW, 0.6)


@pytest.mark.parametrize(
    ("strength", "code"),
    [(3, None), (2, RefusalCode.NOT_ASSESSED_BETTER), (None, RefusalCode.NOT_ASSESSED_BETTER)],
)
def test_without_results_better_rests_on_assessment(strength: int | None, code: RefusalCode | None) -> None:
    country = results({1: (NONE, 6.0, 0), 2: (NONE, 6.0, 0)})(allowed_country())
    country = need(needs={Element.TRUST: 2, Element.CULTURE: 3})(country)
    strengths = {Element.CULTURE: 4} | ({} if strength is None else {Element.TRUST: strength})

    found = refusal(leader(strengths=strengths)(country).prepared(), 0, 0)

    assert (found and found.code) == code


def test_area_named_is_the_one_compared() -> None:
    country = allowed_country()
    country.evidence.level[1, 1] = -8.0  # reading of the leader's school

    reading = need(areas=(Element.READING,))(country).prepared()
    mathematics = need(areas=(Element.MATHEMATICS,))(country).prepared()

    found = refusal(reading, 0, 0)
    assert found is not None
    assert found.code == RefusalCode.GAP_TOO_SMALL
    assert refusal(mathematics, 0, 0) is None


def test_rules_are_asked_in_the_order_of_their_codes() -> None:
    assert [code for code, _ in RULES] == list(RefusalCode)


def test_school_without_a_profile_in_the_phase_is_refused_by_name() -> None:
    country = need(school=99)(allowed_country())

    with pytest.raises(ProfileError, match="school 99: has no profile in phase primary"):
        country.prepared()


def test_same_leader_twice_is_refused_by_name() -> None:
    country = allowed_country()

    with pytest.raises(ProfileError, match="leader 90: appears twice"):
        replace(country, leaders=country.leaders * 2).prepared()


def test_need_of_another_phase_is_refused() -> None:
    country = need(phase=Phase.SECONDARY)(allowed_country())

    with pytest.raises(ProfileError, match="school 1"):
        country.prepared()


def test_made_up_schools_are_valid() -> None:
    assert school(5).rural is False
