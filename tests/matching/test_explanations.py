"""Reasons for a pair and repairs for a school, in codes and numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.constraints import refusal
from matching.elements import Element
from matching.explanations import ReasonCode, reasons
from matching.features import Feature
from matching.profiles import LeaderProfile
from matching.refusals import RefusalCode
from matching.repairs import refusals_of
from matching.weights import EQUAL
from tests.matching.countries import allowed_country, evidence_of, random_country, school


def test_reasons_name_what_is_alike_better_and_near() -> None:
    country = allowed_country()
    country.needs[0] = replace(country.needs[0], needs={Element.TRUST: 1, Element.FOCUS: 3})
    country.leaders[0] = replace(country.leaders[0], strengths={Element.TRUST: 3, Element.FOCUS: 3})
    country.profiles[1] = replace(country.profiles[1], cohort_size=60.0, special_needs_share=None)

    told = reasons(country.prepared(), 0, 0)

    codes = [reason.code for reason in told]
    assert codes == [
        *[ReasonCode.ALIKE_IN] * 3, ReasonCode.DIFFERS_IN, ReasonCode.NOT_COMPARED, ReasonCode.BETTER_IN,
        ReasonCode.AHEAD_IN, ReasonCode.DISTANCE, ReasonCode.YEARS_IN_POST,
    ]  # fmt: skip
    differs, missing, better, ahead = told[3], told[4], told[5], told[6]
    assert (differs.subject, missing.subject) == ("size", "special_needs_share")
    assert (better.subject, better.value, better.since) == ("both", 25.0, 2018)
    assert (ahead.subject, ahead.value) == ("trust", 2.0)


def test_shares_of_the_reasons_add_up_to_the_squared_distance() -> None:
    country = allowed_country()
    country.profiles[1] = replace(country.profiles[1], cohort_size=60.0, ses_group=3.0)
    field = country.prepared()

    told = [reason for reason in reasons(field, 0, 0, alike=99) if reason.code is ReasonCode.ALIKE_IN]

    distance, _ = field.space.distance(np.array([0]), np.array([1]))
    assert sum(reason.share or 0 for reason in told) == pytest.approx(distance[0] ** 2)
    assert sum((reason.value or 0) ** 2 for reason in told) / len(told) == pytest.approx(distance[0] ** 2)


def test_pair_without_results_says_that_it_rests_on_assessment() -> None:
    country = allowed_country()
    country.evidence.level[:] = np.nan

    codes = [reason.code for reason in reasons(country.prepared(), 0, 0)]

    assert ReasonCode.BY_ASSESSMENT in codes
    assert ReasonCode.BETTER_IN not in codes


def test_repair_names_the_nearest_leader_and_how_many_working_on_line_would_give() -> None:
    """Leaders 0.6, 1 and 2 degrees of latitude away: 66.7, 111.2 and 222.4 km."""
    country = replace(allowed_country(), weights=replace(EQUAL, values={Feature.SES_GROUP: 1.0}))
    far = [school(20 + n, longitude=-70.99, latitude=-33 - shift) for n, shift in enumerate((2.0, 0.6, 1.0))]
    country.profiles += far
    country.evidence = evidence_of({1: (-10.0, 6.0, 3)} | {one.id: (15.0, 6.0, 3) for one in far})
    country.leaders = [
        LeaderProfile(id=100 + one.id, school=one.id, years_in_post=5.0, consents=True) for one in far
    ]

    found = refusals_of(country.prepared(), 0)

    assert (found.allowed, found.refused) == (0, ((RefusalCode.TOO_FAR, 3),))
    (repair,) = found.repairs
    assert (repair.rule, repair.leaders, repair.leader) == (RefusalCode.TOO_FAR, 3, 121)
    assert repair.nearest == pytest.approx(0.6 * 111.195, abs=1e-2)
    assert repair.threshold == 60.0


def test_conflict_is_never_offered_for_repair() -> None:
    country = allowed_country()
    country.leaders[0] = replace(country.leaders[0], conflicts=frozenset({1}))

    found = refusals_of(country.prepared(), 0)

    assert (found.refused, found.repairs) == (((RefusalCode.CONFLICT, 1),), ())


def test_school_without_any_leader_gets_an_answer() -> None:
    found = refusals_of(replace(allowed_country(), leaders=[]).prepared(), 0)

    assert (found.allowed, found.refused, found.repairs) == (0, (), ())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_counts_are_those_of_asking_pair_by_pair(seed: int) -> None:
    field = random_country(seed).prepared()

    found = refusals_of(field, 1)

    single = [refusal(field, 1, leader) for leader in range(field.leaders.ids.size)]
    assert found.allowed == single.count(None)
    codes = [one.code for one in single if one is not None]
    assert dict(found.refused) == {code: codes.count(code) for code in codes}
