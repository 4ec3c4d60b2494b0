"""Distances, exact neighbours, the line of likeness and the weights."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import ProfileError
from matching.features import Feature, context_matrix
from matching.neighbours import nearest
from matching.similarity import ContextSpace, context_distance, likeness_line
from matching.weights import EQUAL, EXPERT, EXPERT_REASONS, ContextWeights, WeightKind, learn_weights
from tests.matching.countries import random_country, school
from tests.matching.plain_rules import plain_distance

seeds = st.integers(0, 100_000)


def space_of(seed: int, schools: int = 60, weights: ContextWeights = EXPERT) -> ContextSpace:
    return ContextSpace(context=context_matrix(random_country(seed, schools).profiles), weights=weights)


@settings(max_examples=20, deadline=None)
@given(seeds, st.sampled_from([EQUAL, EXPERT]))
def test_distance_is_the_plain_one_and_its_contributions_add_up(seed: int, weights: ContextWeights) -> None:
    space = space_of(seed, 20, weights)
    a, b = np.divmod(np.arange(400), 20)
    named = {feature: weights.of(feature) for feature in space.context.features}

    distance, coverage = space.distance(a, b)
    contributions = space.contributions(a, b)

    ids = space.context.ids.tolist()
    plain = [plain_distance(space.context, named, ids[i], ids[j]) for i, j in zip(a, b, strict=True)]
    np.testing.assert_allclose(distance, [d for d, _ in plain], atol=1e-12)
    np.testing.assert_allclose(coverage, [c for _, c in plain], atol=1e-12)
    np.testing.assert_allclose(np.nansum(contributions, axis=0), distance**2, atol=1e-12)
    by_columns = [
        context_distance(row, space.context.values, space.column_weights) for row in space.context.values
    ]
    np.testing.assert_allclose(np.ravel(by_columns), distance, atol=1e-12)


def test_missing_is_neither_zero_nor_the_median() -> None:
    """Two features of three shared, 1 and 2 SDs apart: sqrt((1 + 4) / 2), whatever the third."""
    here = np.array([0.0, 0.0, np.nan])
    there = np.array([[1.0, 2.0, 9.0], [1.0, 2.0, 0.0]])

    np.testing.assert_allclose(context_distance(here, there, np.ones(3)), np.sqrt([2.5, 2.5]))


def test_pair_that_shares_nothing_has_no_distance() -> None:
    assert np.isnan(context_distance(np.array([np.nan, 0]), np.array([[1.0, np.nan]]), np.ones(2)))


@pytest.mark.parametrize("weights", [np.array([1.0]), np.array([1.0, -1.0]), np.array([1.0, np.nan])])
def test_weights_that_do_not_fit_are_refused(weights: np.ndarray) -> None:
    with pytest.raises(ProfileError):
        context_distance(np.zeros(2), np.zeros((1, 2)), weights)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 70), st.booleans())
def test_nearest_are_those_of_brute_force(seed: int, k: int, filtered: bool) -> None:
    space = space_of(seed)
    # equal schools, so that ties are many
    values = np.round(space.context.values)
    space = ContextSpace(context=replace(space.context, values=values), weights=EXPERT)
    among = np.random.default_rng(seed).random(60) < 0.5 if filtered else None

    found = nearest(space, k, among=among)

    for row in range(60):
        everyone = np.arange(60)
        distance, coverage = space.distance(np.full(60, row), everyone)
        may = (coverage >= 0.6) & (everyone != row) & (True if among is None else among)
        order = [int(c) for c in np.lexsort((everyone, distance)) if may[c]][:k]
        padded = np.array(order + [-1] * (k - len(order)))
        np.testing.assert_array_equal(found.neighbours[row], padded)
        np.testing.assert_array_equal(found.distance[row][: len(order)], distance[order])
        assert np.isnan(found.distance[row][len(order) :]).all()


def test_asking_for_no_neighbour_is_refused() -> None:
    with pytest.raises(ProfileError, match="at least one"):
        nearest(space_of(0), 0)


def test_line_of_likeness_is_the_percentile_of_all_pairs() -> None:
    space = space_of(3)
    a, b = np.divmod(np.arange(3600), 60)
    distance, _ = space.distance(a[a != b], b[a != b])

    line = likeness_line(space, 20.0, 100_000, seed=7)

    assert line == likeness_line(space, 20.0, 100_000, seed=7)
    assert np.mean(distance <= line) == pytest.approx(0.2, abs=0.01)


def test_line_needs_two_schools() -> None:
    space = ContextSpace(context=context_matrix([school(1)]), weights=EQUAL)

    assert np.isnan(likeness_line(space))


def test_expert_weights_say_why() -> None:
    assert set(EXPERT.values) == set(EXPERT_REASONS) == set(Feature)
    assert all(reason.endswith(".") for reason in EXPERT_REASONS.values())
    assert sum(EXPERT.values.values()) == pytest.approx(len(Feature))


@pytest.mark.parametrize("weights", [EQUAL, EXPERT])
def test_weights_survive_storage(weights: ContextWeights) -> None:
    assert ContextWeights.from_dict(weights.as_dict()) == weights


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"kind": "equal", "version": "1", "values": {"ses_group": -1}},
        {"kind": "equal", "version": "1", "values": {"ses_group": 0}},
        {"kind": "equal", "version": "1", "values": {"results": 1}},
        {"kind": "best", "version": "1", "values": {"ses_group": 1}},
        {"kind": "equal", "version": "1", "values": {"ses_group": "much"}},
    ],
)
def test_weights_that_make_no_sense_are_refused(stored: dict) -> None:
    with pytest.raises(ProfileError):
        ContextWeights.from_dict(stored)


def results_led_by_group(seed: int, schools: int) -> tuple[ContextSpace, np.ndarray]:
    space = space_of(seed, schools, EQUAL)
    at = space.context.feature_of_column == space.context.features.index(Feature.SES_GROUP)
    noise = np.random.default_rng(seed).normal(0, 0.2, schools)
    return space, 250 + 20 * (space.context.values[:, at][:, 0] + noise)


def test_learned_weights_find_what_leads_the_results() -> None:
    space, results = results_led_by_group(1, 300)

    weights = learn_weights(space.context, results)

    assert weights.kind == WeightKind.LEARNED
    assert max(weights.values, key=weights.of) == Feature.SES_GROUP
    assert weights.of(Feature.SES_GROUP) > 0.5 * sum(weights.values.values())
    assert sum(weights.values.values()) == pytest.approx(len(space.context.features), abs=1e-3)


def test_learned_weights_are_the_same_twice_and_on_another_scale_of_results() -> None:
    space, results = results_led_by_group(2, 150)

    first = learn_weights(space.context, results)

    assert learn_weights(space.context, results) == first
    for feature, weight in learn_weights(space.context, results * 4 - 100).values.items():
        assert weight == pytest.approx(first.of(feature), abs=1e-3)


@pytest.mark.parametrize("results", [np.full(60, np.nan), np.full(60, 250.0), np.zeros(3)])
def test_weights_are_not_learned_from_nothing(results: np.ndarray) -> None:
    with pytest.raises(ProfileError):
        learn_weights(space_of(0).context, results)
