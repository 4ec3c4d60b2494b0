"""Value added: pooled over years, shrunk, with an interval that holds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.stats import multivariate_normal

from matching import state_model
from matching.errors import EvidenceError
from matching.residuals import Area, Residuals, residuals
from matching.state_model import Series, StateParameters
from matching.value_added import value_added
from tests.matching.panels import made_up_panel, official_panel, rows_of, shifted

PARTS = StateParameters(lasting_sd=7, drifting_sd=11, persistence=0.88, shock_sd=4, noise_sd=56)


def residuals_of(rows):
    """Residuals from ``(school, year, residual, tested)``."""
    school, year, residual, tested = (np.array(column) for column in zip(*sorted(rows), strict=True))
    residual = residual.astype(float)
    return Residuals(
        school=school,
        year=year,
        both=residual,
        reading=residual,
        mathematics=residual,
        tested=tested.astype(float),
        fits=(),
        tests=tuple(sorted(set(year.tolist()))),
        left_out={},
    )


def conditioned(parts, rows, at):
    """Mean and covariance of the levels in years ``at``: the joint normal, entry by entry."""

    def level(s, t):
        return parts.lasting_sd**2 + parts.drifting_sd**2 * parts.persistence ** abs(s - t)

    observed = np.array([[level(s, t) for _, t, _, _ in rows] for _, s, _, _ in rows], dtype=float)
    for i, (_, _, _, n) in enumerate(rows):
        observed[i, i] += parts.shock_sd**2 + parts.noise_sd**2 / n
    between = np.array([[level(s, t) for _, t, _, _ in rows] for s in at], dtype=float)
    own = np.array([[level(s, t) for t in at] for s in at], dtype=float)
    inverse = np.linalg.inv(observed)
    y = np.array([row[2] for row in rows], dtype=float)
    return between @ inverse @ y, own - between @ inverse @ between.T


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 2024, 12.0, 20)],
        [(1, 2018, -20.0, 8), (1, 2022, 4.0, 30)],
        [(1, 2014, 5.0, 60), (1, 2017, 9.0, 12), (1, 2018, -30.0, 5), (1, 2023, 2.0, 33), (1, 2024, 1.0, 31)],
    ],
)
def test_value_added_is_the_exact_posterior(rows):
    others = [(2, 2014, 3.0, 10), (2, 2024, 4.0, 10)]
    mean, covariance = conditioned(PARTS, rows, (2024, 2021, 2025))

    answer = value_added(residuals_of(rows + others), 2024, parameters=PARTS)

    assert answer.level[0] == pytest.approx(mean[0])
    assert answer.level_sd[0] == pytest.approx(np.sqrt(covariance[0, 0]))
    assert answer.estimate[0] == pytest.approx(mean[2])
    assert answer.standard_error[0] == pytest.approx(np.sqrt(covariance[2, 2]))
    assert answer.change[0] == pytest.approx(mean[0] - mean[1])
    fall = np.array([1, -1, 0])
    assert answer.change_sd[0] == pytest.approx(np.sqrt(fall @ covariance @ fall))
    assert answer.years[0] == len(rows)
    assert answer.tested[0] == rows[-1][3]
    assert (answer.first_year[0], answer.last_year[0]) == (rows[0][1], rows[-1][1])


def test_likelihood_is_that_of_the_joint_normal():
    rows = [(1, 2022, 5.0, 9), (1, 2024, -3.0, 40), (2, 2023, 11.0, 15), (2, 2024, 7.0, 22)]
    series = Series(
        years=np.array([2022.0, 2023.0, 2024.0]),
        residual=np.array([[5.0, 0, -3.0], [0, 11.0, 7.0]]),
        tested=np.array([[9.0, 1, 40], [1, 15, 22]]),
        present=np.array([[True, False, True], [False, True, True]]),
    )

    def joint(parts):
        total = 0.0
        for school in (1, 2):
            own = [row for row in rows if row[0] == school]
            years = np.array([row[1] for row in own], dtype=float)
            covariance = parts.covariance(years, years) + np.diag(
                [parts.shock_sd**2 + parts.noise_sd**2 / row[3] for row in own]
            )
            total += multivariate_normal(cov=covariance).logpdf([row[2] for row in own])
        return total

    def ours(theta):
        return -state_model._penalised_deviance(theta, series, theta)[0]

    one, other = np.array([4.0, 5.0, 3.0, 8.0, 1.5]), np.array([3.0, 4.0, 2.0, 7.5, 0.5])
    expected = joint(state_model._parameters(one)) - joint(state_model._parameters(other))
    assert ours(one) - ours(other) == pytest.approx(expected)


def test_gradient_is_that_of_the_likelihood():
    panel = made_up_panel(40)
    found = residuals(panel)
    shape = (40, 3)
    present = np.ones(shape, dtype=bool)
    present[3, 1] = False
    series = Series(
        years=np.array([2018.0, 2022.0, 2023.0]),
        residual=np.where(present, found.both.reshape(shape), 0),
        tested=np.where(present, found.tested.reshape(shape), 1),
        present=present,
    )
    start, theta = np.array([4.0, 4.5, 2.5, 8.0, 1.7]), np.array([3.5, 5.0, 3.0, 7.8, 1.0])

    off = check_grad(
        lambda x: state_model._penalised_deviance(x, series, start)[0],
        lambda x: state_model._penalised_deviance(x, series, start)[1],
        theta,
    )

    assert off < 1e-3


@pytest.fixture(scope="module")
def simulated():
    """3,000 schools drawn from the model, and their true level in 2025."""
    rng = np.random.default_rng(5)
    years = np.array([2014, 2015, 2016, 2017, 2018, 2022, 2023, 2024, 2025])
    level = PARTS.covariance(years.astype(float), years.astype(float))
    true = rng.multivariate_normal(np.zeros(9), level, size=3000)
    tested = rng.integers(5, 80, (3000, 9))
    seen = (
        true + rng.normal(0, PARTS.shock_sd, true.shape) + rng.normal(0, 1, true.shape) * 56 / np.sqrt(tested)
    )
    held = rng.random(true.shape) < 0.9
    rows = [
        (i + 1, int(years[t]), seen[i, t], int(tested[i, t]))
        for i in range(3000)
        for t in range(8)
        if held[i, t] or t == 7
    ]
    return residuals_of(rows), true[:, 8]


def test_fit_finds_the_parts_a_country_was_made_of(simulated):
    found = value_added(simulated[0], 2024).parameters

    assert found.noise_sd == pytest.approx(PARTS.noise_sd, rel=0.03)
    assert found.shock_sd == pytest.approx(PARTS.shock_sd, abs=1)
    assert np.hypot(found.lasting_sd, found.drifting_sd) == pytest.approx(np.hypot(7, 11), rel=0.05)
    assert found.persistence == pytest.approx(PARTS.persistence, abs=0.05)


def test_intervals_cover_the_true_value_added(simulated):
    found, true = simulated
    answer = value_added(found, 2024)

    covered = np.mean((answer.lower <= true) & (true <= answer.upper))
    assert covered == pytest.approx(0.95, abs=0.012)  # 3 Monte-Carlo SDs of 3,000 draws
    assert np.polyfit(answer.estimate, true, 1)[0] == pytest.approx(1, abs=0.05)


def test_fit_gives_the_same_twice(simulated):
    first, second = (value_added(simulated[0], 2023) for _ in range(2))

    assert first.parameters == second.parameters
    assert np.array_equal(first.estimate, second.estimate)


def test_value_added_does_not_look_past_the_as_of_year():
    panel = made_up_panel(60, years=(2022, 2023, 2024))
    known = rows_of(panel, np.flatnonzero(panel.year <= 2023))

    with_future, without = value_added(residuals(panel), 2023), value_added(residuals(known), 2023)

    assert np.array_equal(with_future.estimate, without.estimate)
    assert with_future.parameters == without.parameters
    assert with_future.tests == (2022, 2023)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), points=st.floats(-40, 40))
def test_value_added_ignores_row_order_and_an_easier_year(seed, points):
    panel = made_up_panel(50)
    order = np.random.default_rng(seed).permutation(panel.school.size)

    straight = value_added(residuals(panel), 2024)
    shuffled = value_added(residuals(rows_of(panel, order)), 2024)
    easier = value_added(residuals(shifted(panel, 2023, points)), 2024)

    assert np.array_equal(shuffled.estimate, straight.estimate)
    assert easier.estimate == pytest.approx(straight.estimate, abs=1e-3)


def test_value_added_believes_more_pupils_more_and_old_results_less():
    rows = [(1, 2024, 10.0, 5), (2, 2024, 10.0, 100), (3, 2018, 10.0, 100)]

    answer = value_added(residuals_of(rows), 2024, parameters=PARTS)

    assert answer.estimate[0] < answer.estimate[1]
    assert answer.standard_error[0] > answer.standard_error[1]
    assert answer.estimate[2] < answer.estimate[1]
    assert answer.recent_tests.tolist() == [1, 1, 1]  # two tests held, both recent


def test_value_added_fades_toward_the_year_asked_for():
    found = residuals_of([(1, 2018, 20.0, 50)])

    soon = value_added(found, 2018, parameters=PARTS)
    late = value_added(found, 2018, parameters=PARTS, target_year=2022)

    assert soon.target_year == 2019
    assert late.estimate[0] == pytest.approx(conditioned(PARTS, [(1, 2018, 20.0, 50)], (2022,))[0][0])
    assert late.estimate[0] < soon.estimate[0]
    assert late.standard_error[0] > soon.standard_error[0]


def test_falling_is_certain_only_where_something_is_known():
    nothing_drifts = replace(PARTS, drifting_sd=0.0)
    found = residuals_of([(1, 2021, 15.0, 60), (1, 2024, -15.0, 60)])

    still = value_added(found, 2024, parameters=nothing_drifts)
    drifting = value_added(found, 2024, parameters=PARTS)

    assert still.falling().tolist() == [0.0]
    assert 0.8 < drifting.falling()[0] < 1
    assert drifting.falling_schools(0.8) == {1}
    assert drifting.level_above(0)[0] + drifting.level_below(0)[0] == pytest.approx(1)


def test_value_added_is_refused_where_lasting_and_passing_cannot_be_told_apart():
    one_year = residuals(made_up_panel(60, years=(2024,)))
    one_school = residuals_of([(1, year, 3.0, 20) for year in (2022, 2023, 2024)])
    equal = residuals_of([(i, year, 0.0, 20) for i in range(40) for year in (2023, 2024)])

    for found in (one_year, one_school, equal):
        with pytest.raises(EvidenceError):
            value_added(found, 2024)
    with pytest.raises(EvidenceError, match="no school has a residual up to 2020"):
        value_added(one_year, 2020)
    with pytest.raises(EvidenceError, match="target_year"):
        value_added(one_school, 2024, parameters=PARTS, target_year=2023)


def test_fit_of_two_years_is_settled_by_the_prior():
    answer = value_added(residuals(made_up_panel(200, years=(2023, 2024))), 2024)

    assert np.isfinite(list(answer.parameters.to_dict().values())).all()
    assert np.isfinite(answer.standard_error).all()


@pytest.mark.parametrize(
    "wrong", [{"persistence": 1.0}, {"noise_sd": 0.0}, {"shock_sd": -1.0}, {"lasting_sd": float("nan")}]
)
def test_parameters_refuse_what_is_no_model(wrong):
    with pytest.raises(EvidenceError):
        replace(PARTS, **wrong)


def test_parameters_come_back_as_stored():
    assert StateParameters.from_dict(PARTS.to_dict()) == PARTS


def forecast(found, as_of, year, target_year=None, area=Area.BOTH):
    """Correlation and calibration slope of the estimate with a later year's residual."""
    answer = value_added(found, as_of, area=area, target_year=target_year)
    later = dict(zip(found.school[found.year == year], found.of(area)[found.year == year], strict=True))
    both = [i for i, school in enumerate(answer.school) if school in later]
    true = np.array([later[answer.school[i]] for i in both])
    estimate = answer.estimate[both]
    return np.corrcoef(estimate, true)[0, 1], np.polyfit(estimate, true, 1)[0]


@pytest.mark.shared_data
@pytest.mark.parametrize(("as_of", "year", "r"), [(2017, 2018, 0.58), (2023, 2024, 0.55)])
def test_value_added_forecasts_the_next_official_test(shared_data, as_of, year, r):
    correlation, slope = forecast(residuals(official_panel(shared_data, "4b")), as_of, year)

    assert correlation >= r
    assert 0.9 <= slope <= 1.1


@pytest.mark.shared_data
def test_value_added_forecasts_across_the_years_without_a_test(shared_data):
    found = residuals(official_panel(shared_data, "4b"))

    correlation, slope = forecast(found, 2018, 2022, target_year=2022)
    _, slope_one_year_ahead = forecast(found, 2018, 2022)

    assert correlation >= 0.42
    assert slope >= 0.7
    # The estimate for 2019 says too much of 2022: four years pass, and in 2022 schools of
    # like context differed less than ever (SD 16.7 against 19.8).
    assert slope_one_year_ahead == pytest.approx(0.61, abs=0.02)
