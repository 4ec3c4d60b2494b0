"""Estimates of several areas come to one order of schools."""

from dataclasses import replace

import numpy as np
import pytest

from matching.errors import EvidenceError
from matching.phase_evidence import PhaseEvidence
from matching.profiles import Phase
from matching.residuals import Area
from tests.matching.countries import evidence_of
from tests.matching.panels import stated_value_added


def test_school_without_estimates_is_unknown() -> None:
    evidence = PhaseEvidence.collect(Phase.PRIMARY, [7, 3], {}, in_need=[7])

    assert evidence.ids.tolist() == [3, 7]
    assert np.isnan(evidence.level).all()
    assert evidence.recent_tests.sum() == 0
    assert evidence.in_need.tolist() == [False, True]
    assert evidence.first_year.tolist() == [0, 0]


def test_estimates_find_their_schools_and_areas() -> None:
    added = {Area.BOTH: stated_value_added([1.0, 2.0]), Area.READING: stated_value_added([3.0])}

    evidence = PhaseEvidence.collect(Phase.PRIMARY, [2, 1, 9], added, falling=[2])

    nothing = np.nan
    np.testing.assert_array_equal(
        evidence.level, [[1.0, 3.0, nothing], [2.0, nothing, nothing], [nothing] * 3]
    )
    assert evidence.recent_tests.tolist() == [[3, 3, 0], [3, 0, 0], [0, 0, 0]]
    assert evidence.first_year.tolist() == [2022, 2022, 0]
    assert evidence.falling.tolist() == [False, True, False]


def test_evidence_that_does_not_fit_is_refused() -> None:
    good = evidence_of({1: (0.0, 5.0, 3), 2: (1.0, 5.0, 3)})

    for changes in (
        {"ids": good.ids[::-1]},
        {"level": good.level[:1]},
        {"falling": good.falling[:1]},
        {"level_sd": np.zeros_like(good.level_sd)},
        {"level_sd": np.full_like(good.level_sd, np.nan)},
    ):
        with pytest.raises(EvidenceError):
            replace(good, **changes)
