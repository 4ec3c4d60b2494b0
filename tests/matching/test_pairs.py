"""Allowed pairs are exactly those that no rule refuses, however they are searched."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.constraints import RULES, refusal
from matching.pairs import PairTable, allowed_pairs
from matching.refusals import RefusalCode
from matching.weights import EXPERT
from tests.matching.countries import allowed_country, random_country
from tests.matching.plain_rules import plain_allowed, plain_distance, plain_km

seeds = st.integers(0, 100_000)


def pairs_of(table: PairTable) -> set[tuple[int, int]]:
    return set(zip(table.school.tolist(), table.leader.tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_allowed_pairs_are_those_of_the_plain_rules(seed: int) -> None:
    country = random_country(seed)

    found = allowed_pairs(country.prepared())

    assert pairs_of(found) == plain_allowed(country)
    assert len(pairs_of(found)) == found.size


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_allowed_pairs_are_those_without_a_refusal(seed: int) -> None:
    field = random_country(seed, schools=40).prepared()
    schools, leaders = field.schools.ids.tolist(), field.leaders.ids.tolist()

    found = pairs_of(allowed_pairs(field, block_pairs=50))

    unrefused = {
        (school, leader)
        for row, school in enumerate(schools)
        for place, leader in enumerate(leaders)
        if refusal(field, row, place) is None
    }
    assert found == unrefused


@settings(max_examples=15, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_order_of_input_changes_nothing(seed: int, shuffler: random.Random) -> None:
    country = random_country(seed)
    before = allowed_pairs(country.prepared())
    for side in (country.profiles, country.needs, country.leaders):
        shuffler.shuffle(side)

    after = allowed_pairs(country.prepared())

    for name in ("school", "leader", "context_distance", "coverage", "distance_km", "gap"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_of_a_pair_are_those_worked_out_plainly(seed: int) -> None:
    country = replace(random_country(seed, schools=120), weights=EXPERT)
    schools = {profile.id: profile for profile in country.profiles}
    context = country.space().context
    weights = {feature: EXPERT.of(feature) for feature in context.features}

    table = allowed_pairs(country.prepared())

    assert table.size > 5
    for row in range(table.size):
        a, b = int(table.school[row]), int(table.leader_school[row])
        distance, coverage = plain_distance(context, weights, a, b)
        assert table.context_distance[row] == pytest.approx(distance, abs=1e-12)
        assert table.coverage[row] == pytest.approx(coverage, abs=1e-12)
        assert table.distance_km[row] == pytest.approx(plain_km(schools[a], schools[b]), nan_ok=True)


def test_every_rule_refuses_someone_in_the_random_countries() -> None:
    seen: set[RefusalCode] = set()
    for seed in range(40):
        field = random_country(seed).prepared()
        for row in range(field.schools.ids.size):
            for place in range(field.leaders.ids.size):
                found = refusal(field, row, place)
                if found is not None:
                    seen.add(found.code)

    assert seen == {code for code, _ in RULES}


@pytest.mark.parametrize("empty", ["needs", "leaders"])
def test_nobody_on_one_side_gives_no_pairs(empty: str) -> None:
    country = replace(allowed_country(), **{empty: []})

    assert allowed_pairs(country.prepared()).size == 0
