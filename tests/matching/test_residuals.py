"""Residuals: a result minus what the context predicts in its year."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import EvidenceError
from matching.residuals import Area, LeftOut, residuals
from tests.matching.panels import made_up_panel, official_panel, rows_of, shifted


def test_residuals_are_distances_from_the_mean_where_all_share_one_context():
    # Twelve schools alike in context: predicted is the mean, 250 reading, 240 mathematics.
    panel = rows_of(made_up_panel(12, years=(2024,)), np.arange(12))
    panel = replace(
        panel,
        reading=250.0 + np.array([6, -6] * 6),
        mathematics=240.0 + np.array([2, -2] * 6),
        tested=np.full(12, 20.0),
        ses_group=np.full(12, 3.0),
        owner_kind=np.zeros(12, dtype=int),
        rural=np.zeros(12, dtype=bool),
    )

    found = residuals(panel)

    assert found.reading == pytest.approx([6, -6] * 6)
    assert found.mathematics == pytest.approx([2, -2] * 6)
    assert found.both == pytest.approx([4, -4] * 6)


def test_residuals_equal_least_squares_with_every_category_written_out():
    panel = made_up_panel(80, years=(2023, 2024), seed=3)
    found = residuals(panel)

    for year in (2023, 2024):
        rows = panel.year == year
        columns = [panel.ses_group[rows] == g for g in (1, 2, 3, 4, 5)]
        columns += [panel.owner_kind[rows] == k for k in (0, 1, 2)]
        design = np.column_stack([*columns, panel.rural[rows], np.log(panel.tested[rows])]).astype(float)
        score = (panel.reading[rows] + panel.mathematics[rows]) / 2
        expected = score - design @ (np.linalg.pinv(design) @ score)
        assert found.both[found.year == year] == pytest.approx(expected, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(points=st.floats(-50, 50), year=st.sampled_from([2022, 2023]), seed=st.integers(0, 5))
def test_residuals_do_not_change_when_a_year_is_easier_for_all(points, year, seed):
    panel = made_up_panel(40, years=(2022, 2023), seed=seed)

    easier = residuals(shifted(panel, year, points))

    assert easier.both == pytest.approx(residuals(panel).both, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(80)))
def test_residuals_do_not_depend_on_the_order_of_rows(order):
    panel = made_up_panel(40, years=(2022, 2023))

    shuffled, straight = residuals(rows_of(panel, np.array(order))), residuals(panel)

    for area in Area:
        assert np.array_equal(shuffled.of(area), straight.of(area))
    assert np.array_equal(shuffled.school, straight.school)


def test_residuals_name_the_reason_where_there_is_none():
    panel = made_up_panel(40, years=(2024,))
    reading, mathematics = panel.reading.copy(), panel.mathematics.copy()
    tested, group, owner = panel.tested.copy(), panel.ses_group.copy(), panel.owner_kind.copy()
    reading[0] = np.nan  # school 1: one subject only
    tested[1] = 4.5
    group[2] = 0
    group[3] = np.nan
    owner[4] = -1
    tested[5] = np.nan
    mathematics[6], tested[6] = np.nan, 1  # withheld because one pupil was tested

    found = residuals(
        replace(
            panel, reading=reading, mathematics=mathematics, tested=tested, ses_group=group, owner_kind=owner
        )
    )

    assert dict(found.left_out) == {
        (1, 2024): LeftOut.NO_SCORE,
        (2, 2024): LeftOut.TOO_FEW_PUPILS,
        (3, 2024): LeftOut.NO_CONTEXT,
        (4, 2024): LeftOut.NO_CONTEXT,
        (5, 2024): LeftOut.NO_CONTEXT,
        (6, 2024): LeftOut.TOO_FEW_PUPILS,
        (7, 2024): LeftOut.TOO_FEW_PUPILS,
    }
    assert found.school.tolist() == list(range(8, 41))
    assert np.isfinite(found.both).all()


def test_residuals_leave_out_a_year_that_the_fit_would_follow():
    # A fit through one school, or nearly as many coefficients as schools, would say 0.
    panel = made_up_panel(40, years=(2023, 2024))
    few = (panel.year == 2024) | (panel.school <= 12)

    found = residuals(rows_of(panel, np.flatnonzero(few)))

    assert set(found.year.tolist()) == {2024}
    assert found.left_out[1, 2023] is LeftOut.TOO_FEW_SCHOOLS
    assert found.tests == (2023, 2024)
    assert residuals(rows_of(panel, np.array([0]))).school.size == 0


def test_residuals_stand_where_contexts_repeat_each_other():
    panel = made_up_panel(60, years=(2024,))
    collinear = replace(panel, rural=panel.owner_kind == 0, ses_group=panel.owner_kind + 1.0)

    found = residuals(collinear)

    assert np.isfinite(found.both).all()
    for kind in range(3):
        assert found.both[panel.owner_kind == kind].mean() == pytest.approx(0, abs=1e-8)


def test_residuals_of_no_results_are_none():
    panel = made_up_panel(20, years=(2024,))
    nothing = np.full(20, np.nan)

    found = residuals(replace(panel, reading=nothing, mathematics=nothing))

    assert found.both.size == 0
    assert found.tests == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reading": np.zeros(2)}, "not above 0"),
        ({"mathematics": np.array([np.inf, 250.0])}, "not above 0"),
        ({"school": np.array([1, 1])}, "two rows"),
        ({"tested": np.ones(3)}, "differ in length"),
    ],
)
def test_panel_refuses_what_is_no_result(change, said):
    panel = made_up_panel(2, years=(2024,))

    with pytest.raises(EvidenceError, match=said):
        replace(panel, **change)


@pytest.mark.shared_data
def test_residuals_of_the_official_files_explain_what_was_measured(shared_data):
    found = residuals(official_panel(shared_data, "4b"))

    fits = {fit.year: fit for fit in found.fits}
    assert (fits[2018].schools, fits[2024].schools) == (5839, 5834)
    assert fits[2024].explained_share == pytest.approx(0.281, abs=0.001)
