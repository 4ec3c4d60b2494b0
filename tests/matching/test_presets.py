"""The numbers of the rules are data: checked, stored and read back."""

import json

import pytest

from matching.errors import RuleError
from matching.presets import NLE, PRESETS, Preset


def test_preset_survives_json() -> None:
    assert Preset.from_dict(json.loads(json.dumps(NLE.as_dict()))) == NLE == PRESETS["nle"]


def test_preset_has_the_published_figures() -> None:
    figures = NLE.as_dict()

    assert figures == {
        "name": "nle", "version": "1", "min_years_in_post": 3.0, "suggested_capacity": 1,
        "min_probability_better": 0.9, "min_gap": 5.0, "min_probability_above_zero": 0.8,
        "min_tests": 2, "tests_window": 3, "like_percentile": 20.0, "like_pairs": 100_000,
        "max_ses_difference": 1.0, "same_rurality": True, "min_coverage": 0.6, "max_km": 60.0,
        "max_minutes": 90.0, "rival_km": 2.0, "same_owner_bars": False, "decline_months": 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_km": -1}, "preset.max_km: a number of 0 or more"),
        ({"max_km": float("nan")}, "preset.max_km"),
        ({"max_km": "60"}, "preset.max_km: a number is needed"),
        ({"max_km": True}, "preset.max_km"),
        ({"min_tests": 1.5}, "preset.min_tests: a whole number"),
        ({"min_tests": 4}, "preset.min_tests: at least 1"),
        ({"min_coverage": 1.2}, "preset.min_coverage: a share"),
        ({"same_rurality": 1}, "preset.same_rurality: true or false"),
        ({"like_percentile": 101}, "preset.like_percentile"),
        ({"like_pairs": 0}, "preset.like_pairs"),
        ({"name": ""}, "preset.name"),
        ({"max_miles": 40}, "preset.max_miles: there is no such rule"),
    ],
)
def test_preset_that_makes_no_sense_is_refused(changes: dict, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        Preset.from_dict({**NLE.as_dict(), **changes})


@pytest.mark.parametrize("missing", ["name", "version"])
def test_preset_without_its_name_is_refused(missing: str) -> None:
    stored = NLE.as_dict()
    del stored[missing]

    with pytest.raises(RuleError, match=f"preset.{missing}: is missing"):
        Preset.from_dict(stored)
