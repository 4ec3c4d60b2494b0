"""Contexts on one scale: robust, without results, and missing where nothing was published."""

from dataclasses import replace

import numpy as np
import pytest

from matching.errors import ProfileError
from matching.features import MISMATCH_SD, Feature, context_matrix
from matching.profiles import OwnerKind, Phase
from matching.similarity import ContextSpace
from matching.weights import EQUAL
from tests.matching.countries import school


def column(profiles: list, feature: Feature) -> np.ndarray:
    context = context_matrix(profiles)
    return context.values[:, context.feature_of_column == context.features.index(feature)]


def test_scale_is_the_interquartile_range() -> None:
    """Groups 1, 2, 3, 4, 5: median 3, quartiles 2 and 4, so one unit is 1.349 / 2 SDs."""
    values = column([school(n, ses_group=float(n)) for n in range(1, 6)], Feature.SES_GROUP)

    np.testing.assert_allclose(values[:, 0], np.array([-2, -1, 0, 1, 2]) * 1.349 / 2)


def test_scale_is_the_plain_deviation_where_the_quartiles_meet() -> None:
    """One rural school in five: quartiles 0 and 0, SD sqrt(0.2 x 0.8) = 0.4."""
    values = column([school(n, rural=n == 1) for n in range(1, 6)], Feature.RURAL)

    np.testing.assert_allclose(values[:, 0], [2.5, 0, 0, 0, 0])


def test_missing_stays_missing_and_moves_nobody() -> None:
    known = [school(n, ses_group=float(n)) for n in range(1, 6)]
    values = column([*known, school(6, ses_group=None)], Feature.SES_GROUP)

    assert np.isnan(values[5, 0])
    np.testing.assert_array_equal(values[:5], column(known, Feature.SES_GROUP))


@pytest.mark.parametrize(
    ("feature", "changes"),
    [
        (Feature.OWNER_KIND, {"owner_kind": OwnerKind.PRIVATE}),
        (Feature.REGION, {"region": "13"}),
        (Feature.PHASES, {"phases": (Phase.PRIMARY, Phase.SECONDARY)}),
    ],
)
def test_mismatch_of_a_category_counts_the_stated_deviations(feature: Feature, changes: dict) -> None:
    profiles = [school(1), school(2, **changes), school(3, owner_kind=OwnerKind.SUBSIDISED, region="7")]
    space = ContextSpace(context=context_matrix(profiles), weights=replace(EQUAL, values={feature: 1.0}))

    distance, _ = space.distance(np.array([0, 0]), np.array([1, 0]))

    np.testing.assert_allclose(distance, [MISMATCH_SD, 0])


def test_commune_is_that_of_the_other_schools() -> None:
    profiles = [school(n, ses_group=float(n), commune="1") for n in (1, 2, 3)]
    context = context_matrix([*profiles, school(4, commune="2")])
    at = context.feature_of_column == context.features.index(Feature.COMMUNE_SES)
    raw = context.values[:, at] * context.scales[at] + context.centres[at]

    np.testing.assert_allclose(raw[:, 0], [2.5, 2.0, 1.5, np.nan])


def test_size_is_never_mixed_from_cohort_and_enrolment() -> None:
    some = [school(1, cohort_size=20.0), school(2, cohort_size=40.0), school(3, cohort_size=None)]
    none = [replace(profile, cohort_size=None, enrolment=100 * profile.id) for profile in some]

    assert np.isnan(column(some, Feature.SIZE)[2, 0])
    assert np.isfinite(column(none, Feature.SIZE)).all()


def test_remoteness_is_the_way_to_the_tenth_neighbour() -> None:
    """Eleven schools a tenth of a degree of latitude apart: the first is 10 x 11.1195 km from the last."""
    profiles = [school(n, latitude=-30 - n / 10, longitude=-71.0) for n in range(1, 12)]
    context = context_matrix([*profiles, school(12, latitude=-50.0, place_estimated=True)])
    at = context.feature_of_column == context.features.index(Feature.REMOTENESS)
    km = np.expm1(context.values[:, at] * context.scales[at] + context.centres[at])[:, 0]

    assert km[0] == pytest.approx(111.195, abs=1e-3)
    assert km[5] == pytest.approx(5 * 11.1195, abs=1e-3)
    assert np.isnan(km[11])


def test_remoteness_is_unknown_among_few_schools() -> None:
    assert Feature.REMOTENESS not in context_matrix([school(n) for n in range(1, 11)]).features


def test_outlier_moves_no_other_pair() -> None:
    profiles = [
        school(n, ses_group=1 + n % 9 / 2, cohort_size=5.0 + n, latitude=-33 - n / 50) for n in range(1, 201)
    ]
    extreme = [*profiles[:-1], replace(profiles[-1], cohort_size=1e7)]
    a, b = np.divmod(np.arange(199 * 199), 199)

    before, after = (
        ContextSpace(context=context_matrix(schools), weights=EQUAL).distance(a, b)[0]
        for schools in (profiles, extreme)
    )

    assert np.abs(before - after).max() < 0.01


def test_order_of_schools_changes_nothing() -> None:
    profiles = [school(n, ses_group=1 + n % 5, region=str(n % 3)) for n in range(1, 30)]

    first, second = context_matrix(profiles), context_matrix(profiles[::-1])

    np.testing.assert_array_equal(first.ids, second.ids)
    np.testing.assert_array_equal(first.values, second.values)


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ([], "at least one school"),
        ([school(1), school(1)], "school 1: appears twice"),
        ([school(1), school(2, phase=Phase.SECONDARY, phases=(Phase.SECONDARY,))], "two phases"),
    ],
)
def test_profiles_that_share_no_scale_are_refused(profiles: list, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        context_matrix(profiles)


def test_rows_of_unknown_schools_are_minus_one() -> None:
    context = context_matrix([school(3), school(7)])

    assert context.rows(np.array([7, 1, 3, 9])).tolist() == [1, -1, 0, -1]
