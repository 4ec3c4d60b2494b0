"""A score is the sum of its printed terms, and the best of each school are the best."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.elements import Element
from matching.errors import RuleError
from matching.pairs import allowed_pairs
from matching.scoring import DEFAULT_SCORE, TERMS, ScoredPairs, ScoreRules, Term, best_phase, score_pairs
from matching.shortlist import best_candidates, shortlist
from tests.matching.countries import Country, allowed_country, random_country

seeds = st.integers(0, 100_000)


def scored(country: Country, rules: ScoreRules = DEFAULT_SCORE) -> ScoredPairs:
    field = country.prepared()
    return score_pairs(field, allowed_pairs(field), rules)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_printed_terms_add_up_to_the_printed_score(seed: int) -> None:
    found = scored(random_country(seed))

    for row, score in enumerate(found.score):
        terms = found.terms_of(row)
        assert set(terms) == set(TERMS)
        assert all(0 <= value <= 1 for value in terms.values())
        by_hand = sum(Decimal(str(v)) * DEFAULT_SCORE.hundredths[t] / 100 for t, v in terms.items())
        assert Decimal(str(score)) == by_hand


def test_terms_of_a_hand_worked_pair() -> None:
    """Gap 25: within 15 to 30, so 1. Probability Φ(25 / sqrt(72)) = 0.998. 18.652 km:
    0.689. Five years of ten, and no record of urban schools: 0.25."""
    found = scored(allowed_country())

    terms = found.terms_of(0)

    distance = found.pairs.context_distance[0]
    assert terms[Term.CONTEXT] == round(1 - distance / 1.5, 3)
    assert terms[Term.GAP] == 1.0
    assert terms[Term.ELEMENTS] == 0.998
    assert terms[Term.LOGISTICS] == round(1 - found.pairs.distance_km[0] / 60, 3)
    assert terms[Term.EXPERIENCE] == 0.25
    assert terms[Term.CONTINUITY] == 0.0


@pytest.mark.parametrize(
    ("level", "expected"), [(5.5, 1.0), (2.0, 0.8), (20.0, 1.0), (35.0, 0.5), (60.0, 0.0)]
)
def test_gap_rises_then_falls(level: float, expected: float) -> None:
    country = allowed_country()
    country.evidence.level[0], country.evidence.level[1] = -10.0, level
    country.evidence.level_sd[:] = 1.0

    assert scored(country).terms_of(0)[Term.GAP] == expected


@pytest.mark.parametrize(("strength", "gap", "elements"), [(2, 1.0, 0.5), (3, 0.75, 1.0), (4, 0.5, 1.0)])
def test_without_results_the_gap_is_in_rubric_levels(strength: int, gap: float, elements: float) -> None:
    country = allowed_country()
    country.evidence.level[:] = np.nan
    country.needs[0] = replace(country.needs[0], needs={Element.TRUST: 1})
    country.leaders[0] = replace(country.leaders[0], strengths={Element.TRUST: strength})

    terms = scored(country).terms_of(0)

    assert (terms[Term.GAP], terms[Term.ELEMENTS]) == (gap, elements)


def test_elements_are_the_mean_of_what_is_needed() -> None:
    """Trust one level ahead 0.5, culture not stated 0, the area 0.998: mean 0.499."""
    country = allowed_country()
    country.needs[0] = replace(country.needs[0], needs={Element.TRUST: 1, Element.CULTURE: 2})
    country.leaders[0] = replace(country.leaders[0], strengths={Element.TRUST: 2})

    assert scored(country).terms_of(0)[Term.ELEMENTS] == 0.499


def test_pair_on_line_beyond_reach_has_the_stated_logistics() -> None:
    country = allowed_country()
    country.profiles[1] = replace(country.profiles[1], latitude=-45.0)
    country.needs[0] = replace(country.needs[0], online=True)
    country.leaders[0] = replace(country.leaders[0], online=True)

    assert scored(country).terms_of(0)[Term.LOGISTICS] == 0.3


def test_partners_before_and_same_owner_give_continuity() -> None:
    country = allowed_country()
    country.profiles[1] = replace(country.profiles[1], owner="owner 1")
    together = replace(country, options={"worked_together": {(1, 90)}})

    assert scored(country).terms_of(0)[Term.CONTINUITY] == 0.5
    assert scored(together).terms_of(0)[Term.CONTINUITY] == 1.0


def test_travel_time_takes_the_place_of_kilometres() -> None:
    country = replace(allowed_country(), options={"travel_minutes": {(1, 2): 45.0}})

    assert scored(country).terms_of(0)[Term.LOGISTICS] == 0.5


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(1, 5))
def test_shortlist_is_that_of_a_plain_sort(seed: int, k: int) -> None:
    found = scored(random_country(seed, schools=100))
    # few different scores, so that ties are many
    found = replace(found, score_units=found.score_units // 20_000 * 20_000)

    rows = shortlist(found, k)

    pairs = found.pairs
    plain = []
    for school in sorted(set(pairs.school.tolist())):
        mine = np.flatnonzero(pairs.school == school).tolist()
        plain += sorted(mine, key=lambda row: (-found.score_units[row], pairs.leader[row]))[:k]
    assert rows.tolist() == plain


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 5))
def test_best_candidates_are_the_shortlist_of_all_allowed_pairs(seed: int, k: int) -> None:
    """Pairs on site, on line and with travel times, looked at in small blocks."""
    field = random_country(seed, schools=100).prepared()
    everybody = score_pairs(field, allowed_pairs(field))
    rows = np.sort(shortlist(everybody, k))

    best = best_candidates(field, k, block_pairs=200)

    for name in ("school", "leader", "distance_km", "minutes", "gap", "context_distance", "by_results"):
        expected = getattr(everybody.pairs, name)[rows]
        np.testing.assert_array_equal(getattr(best.pairs, name), expected)
    np.testing.assert_array_equal(best.score_units, everybody.score_units[rows])
    np.testing.assert_array_equal(best.term_units, everybody.term_units[:, rows])


def test_shortlist_of_nobody_is_empty_and_of_none_refused() -> None:
    nobody = scored(replace(allowed_country(), needs=[]))

    assert shortlist(nobody, 3).tolist() == []
    assert best_candidates(replace(allowed_country(), needs=[]).prepared(), 3).pairs.size == 0
    with pytest.raises(RuleError):
        shortlist(nobody, 0)


def test_pair_of_two_phases_takes_the_one_with_the_higher_score() -> None:
    low, high = scored(allowed_country()), scored(allowed_country())
    low = replace(low, score_units=low.score_units - 1)

    assert [part.tolist() for part in best_phase([low, high])] == [[1], [0]]
    assert [part.tolist() for part in best_phase([high, high])] == [[0], [0]]
    assert [part.tolist() for part in best_phase([])] == [[], []]


def test_score_rules_survive_storage() -> None:
    assert ScoreRules.from_dict(DEFAULT_SCORE.as_dict()) == DEFAULT_SCORE


@pytest.mark.parametrize(
    "changes",
    [
        {"hundredths": {"context": 99}},
        {"hundredths": {"context": 101, "gap": -1}},
        {"hundredths": {"context": 99.5, "gap": 0.5}},
        {"hundredths": {"beauty": 100}},
        {"gap_best_from": 40.0},
        {"online_value": 2.0},
        {"full_years": 0.0},
        {"unknown": 1},
    ],
)
def test_score_rules_that_make_no_sense_are_refused(changes: dict) -> None:
    with pytest.raises(RuleError):
        ScoreRules.from_dict({**DEFAULT_SCORE.as_dict(), **changes})
