"""Difference-in-differences by cohort and time: published answers, plain readings, refusals."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.errors import ImpactError
from network.group_time import Control, group_time_effects
from network.impact import Impact, difference_in_differences, gain_differences
from network.panels import Panel, make_panel
from tests.network.panels import part_of, plain_effect, staggered_panel

SCENARIOS = {
    "mpdta_nev_dr": (Control.NEVER, "dr", False),
    "mpdta_nyt_dr": (Control.NOT_YET, "dr", False),
    "mpdta_nev_reg_cov": (Control.NEVER, "reg", True),
    "mpdta_nev_ipw": (Control.NEVER, "ipw", False),
}
CLOSE = 0.5e-4
"""Four decimals."""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="session")
def reference(shared_data: Path) -> Path:
    return shared_data / "reference"


def county_panel(reference: Path, covariate: bool) -> Panel:
    rows = rows_of(reference / "mpdta.csv")
    return make_panel(
        [row["countyreal"] for row in rows],
        [int(row["year"]) for row in rows],
        [int(row["first.treat"]) for row in rows],
        [float(row["lemp"]) for row in rows],
        [[float(row["lpop"]) for row in rows]] if covariate else [],
    )


@pytest.fixture(scope="session", params=SCENARIOS)
def scenario(request: pytest.FixtureRequest, reference: Path) -> tuple[str, Impact, Path]:
    control, method, covariate = SCENARIOS[request.param]
    panel = county_panel(reference, covariate)
    return request.param, difference_in_differences(panel, control=control, method=method), reference


@pytest.mark.shared_data
def test_group_time_effects_are_the_published_ones(scenario: tuple[str, Impact, Path]) -> None:
    name, impact, reference = scenario
    expected = {
        (int(row["group"]), int(row["t"])): (float(row["att"]), float(row["se"]))
        for row in rows_of(reference / "mpdta_ref_attgt.csv")
        if row["scenario"] == name
    }
    found = {(one.group, one.time): (one.effect.att, one.effect.se) for one in impact.group_time}

    assert found.keys() == expected.keys()
    assert len(found) == 12
    for key, pair in expected.items():
        assert found[key] == pytest.approx(pair, abs=CLOSE)


@pytest.mark.shared_data
def test_aggregates_are_the_published_ones(scenario: tuple[str, Impact, Path]) -> None:
    name, impact, reference = scenario
    overall = {
        "simple": impact.overall,
        "group": impact.group_overall,
        "dynamic": impact.dynamic_overall,
    }
    parts = {"group": impact.group, "dynamic": impact.dynamic}
    compared = 0
    for row in rows_of(reference / "mpdta_ref_aggte.csv"):
        if row["scenario"] != name or row["type"] not in overall:
            continue
        one = overall[row["type"]]
        assert (one.att, one.se) == pytest.approx(
            (float(row["overall_att"]), float(row["overall_se"])), abs=CLOSE
        )
        if row["type"] in parts:
            one = parts[row["type"]][int(row["egt"])]
            assert (one.att, one.se) == pytest.approx(
                (float(row["att_egt"]), float(row["se_egt"])), abs=CLOSE
            )
        compared += 1

    assert compared == 11


@pytest.mark.shared_data
def test_pre_trend_is_that_of_the_package(reference: Path) -> None:
    """P-values printed by the R package ``did`` for these data, without and with ``lpop``."""
    without = difference_in_differences(county_panel(reference, False)).pretrend
    with_population = difference_in_differences(county_panel(reference, True)).pretrend

    assert (without.df, without.p) == (5, pytest.approx(0.16812, abs=CLOSE))
    assert (with_population.df, with_population.p) == (5, pytest.approx(0.23267, abs=CLOSE))


@pytest.mark.shared_data
def test_escuelas_criticas_gained_seven_nine_and_eight_more(reference: Path) -> None:
    rows = rows_of(reference / "escuelas_criticas_gain_2002_2005.csv")

    found = gain_differences((row["group"], row["subject"], float(row["gain_points"])) for row in rows)

    assert found == {"language": 7, "mathematics": 9, "science": 8}


@pytest.mark.parametrize("control", Control)
@pytest.mark.parametrize("method", ["dr", "reg", "ipw"])
def test_without_covariates_effects_are_differences_of_mean_changes(control: Control, method: str) -> None:
    panel = staggered_panel(seed=1)

    effects = group_time_effects(panel, control=control, method=method)

    for group, time, att in zip(effects.group.tolist(), effects.time.tolist(), effects.att, strict=True):
        assert att == pytest.approx(plain_effect(panel, group, time, not_yet=control is Control.NOT_YET))


@pytest.mark.parametrize("method", ["dr", "reg", "ipw"])
def test_standard_error_agrees_with_leaving_out_one_unit_at_a_time(method: str) -> None:
    """The jackknife estimates the same error without any formula of influence."""
    panel = staggered_panel(seed=2, units=150, covariates=2)
    whole = difference_in_differences(panel, method=method)
    units = panel.cohort.size

    left = [
        difference_in_differences(part_of(panel, np.arange(units) != n), method=method) for n in range(units)
    ]

    for name in ("overall", "group_overall", "dynamic_overall"):
        values = np.array([getattr(one, name).att for one in left])
        jackknife = np.sqrt((units - 1) * values.var())
        assert getattr(whole, name).se == pytest.approx(jackknife, rel=0.1)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-1e3, 1e3), scale=st.floats(0.1, 50))
def test_order_names_and_units_of_measure_change_nothing(seed: int, shift: float, scale: float) -> None:
    panel = staggered_panel(seed=seed, covariates=1)
    order = np.random.default_rng(seed).permutation(panel.cohort.size)
    mixed = part_of(panel, order)
    changed = Panel(
        times=mixed.times,
        cohort=mixed.cohort,
        outcome=mixed.outcome * scale + shift,
        covariates=mixed.covariates * scale - shift,
    )

    one, other = difference_in_differences(panel), difference_in_differences(changed)

    assert other.overall.att == pytest.approx(one.overall.att * scale, rel=1e-6, abs=1e-6)
    assert other.overall.se == pytest.approx((one.overall.se or 0) * scale, rel=1e-6)
    assert other.pretrend.p == pytest.approx(one.pretrend.p, abs=1e-6)


def test_effects_that_are_there_are_found() -> None:
    """Effect 3 a time: at event times 0, 1, 2, 3 it is 3, 6, 9, 12."""
    impact = difference_in_differences(staggered_panel(seed=3, units=4000))

    found = [impact.dynamic[event].att for event in range(4)]

    assert found == pytest.approx([3, 6, 9, 12], abs=0.35)
    assert impact.pretrend.p is not None
    assert impact.pretrend.p > 0.01


def test_intervals_contain_the_truth_about_as_often_as_they_say() -> None:
    covered = 0
    for seed in range(200):
        effect = difference_in_differences(staggered_panel(seed=seed, units=200, effect=0)).overall
        assert effect.lower is not None
        assert effect.upper is not None
        covered += effect.lower <= 0 <= effect.upper

    assert 181 <= covered <= 198  # 190 expected, three standard errors either way


def test_where_nobody_is_never_treated_the_last_cohort_serves_as_controls() -> None:
    panel = staggered_panel(seed=4, never=False)

    impact = difference_in_differences(panel, control=Control.NOT_YET)

    assert sorted(impact.group) == [3, 4]
    assert max(one.time for one in impact.group_time) == 5


def test_gap_between_times_takes_the_last_time_before_treatment_as_base() -> None:
    panel = make_panel(
        [unit for unit in "abcd" for _ in range(3)],
        [2016, 2018, 2022] * 4,
        [2019] * 6 + [0] * 6,
        [1, 2, 9, 1, 4, 11, 1, 2, 4, 1, 2, 2],
    )

    impact = difference_in_differences(panel)

    assert [(one.group, one.time, one.effect.att) for one in impact.group_time] == [
        (2019, 2018, 1.0),
        (2019, 2022, 6.0),
    ]
    assert sorted(impact.dynamic) == [-1, 3]


def test_units_lacking_something_or_treated_from_the_start_are_left_out_and_named() -> None:
    panel = make_panel(
        [unit for unit in "abcdef" for _ in range(2)],
        [1, 2] * 6,
        [2] * 4 + [0] * 4 + [1] * 2 + [0] * 2,
        [0.0, 4, 0, 6, 0, 1, 0, 2, 5, 5, 3, float("nan")],
    )

    assert (panel.incomplete, panel.already_treated) == (("f",), ("e",))
    assert difference_in_differences(panel).overall.att == 3.5


def test_identical_units_have_an_effect_but_no_interval() -> None:
    panel = make_panel(
        [unit for unit in "abcd" for _ in range(2)], [1, 2] * 4, [2] * 4 + [0] * 4, [0, 3] * 2 + [0, 1] * 2
    )

    effect = difference_in_differences(panel).overall

    assert (effect.att, effect.se, effect.lower, effect.upper) == (2, None, None, None)


def test_cohort_later_than_the_last_time_is_not_treated() -> None:
    panel = make_panel(
        [unit for unit in "abcd" for _ in range(2)], [1, 2] * 4, [2] * 4 + [9] * 4, [0, 3, 0, 4, 0, 1, 0, 2]
    )

    assert panel.cohort.tolist() == [2, 2, 0, 0]


UNITS, TIMES = ["a", "a", "b", "b", "c", "c", "d", "d"], [1, 2] * 4
COHORTS, OUTCOMES = [2, 2, 2, 2, 0, 0, 0, 0], [0.0, 3, 0, 4, 0, 1, 0, 2]
REFUSED = [
    ({"unit": [], "time": [], "cohort": [], "outcome": []}, "there are no rows"),
    ({"time": [1] * 8, "unit": list("abcdefgh")}, "all rows are of one time, 1: no change can be seen"),
    ({"time": [1, 1, *TIMES[2:]]}, "unit a has more than one row for time 1"),
    ({"cohort": [2, 1, *COHORTS[2:]]}, "unit a has more than one cohort"),
    ({"cohort": [-1, -1, *COHORTS[2:]]}, "cohort -1 is negative; 0 means never treated"),
    (
        {"cohort": [0, 0, *COHORTS[2:]]},
        "cohort 2 has a single complete unit, so its noise cannot be told: leave it out",
    ),
    ({"cohort": [0] * 8}, "no complete unit begins treatment after the first time and up to the last"),
    ({"cohort": [1] * 8}, "no complete unit begins treatment after the first time and up to the last"),
    ({"outcome": [float("nan")] * 8}, "no unit has every outcome and covariate at every time"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_panel_that_cannot_be_one_is_refused(change: dict[str, list[object]], sentence: str) -> None:
    rows = {"unit": UNITS, "time": TIMES, "cohort": COHORTS, "outcome": OUTCOMES} | change

    with pytest.raises(ImpactError) as caught:
        make_panel(**rows)  # type: ignore[arg-type]

    assert str(caught.value) == sentence


def test_no_never_treated_unit_is_refused_with_the_way_out() -> None:
    with pytest.raises(ImpactError, match=r"no unit is never treated .* --control notyet"):
        difference_in_differences(staggered_panel(seed=5, never=False))


def test_all_treated_at_once_is_refused() -> None:
    panel = make_panel(UNITS, TIMES, [2] * 8, OUTCOMES)

    with pytest.raises(ImpactError, match="nobody begins treatment before all have begun"):
        difference_in_differences(panel, control=Control.NOT_YET)


@pytest.mark.parametrize("method", ["dr", "reg", "ipw"])
def test_covariate_that_is_the_treatment_itself_is_refused(method: str) -> None:
    treated = [float(cohort > 0) for cohort in COHORTS]
    panel = make_panel(UNITS, TIMES, COHORTS, OUTCOMES, [treated])

    with pytest.raises(ImpactError, match=r"^cohort 2 at 2: the covariates "):
        difference_in_differences(panel, method=method)


def test_single_never_treated_unit_is_no_control_group() -> None:
    panel = make_panel(UNITS[:6], TIMES[:6], COHORTS[:6], OUTCOMES[:6])

    with pytest.raises(ImpactError, match="fewer than two units serve as controls"):
        difference_in_differences(panel)


@pytest.mark.parametrize(
    ("gains", "sentence"),
    [
        ([("treated", "reading", 1)], "reading has a gain for treated only"),
        ([("other", "reading", 1)], "group 'other' is neither treated nor control"),
        ([("treated", "reading", 1), ("treated", "reading", 2)], "reading has two gains for treated"),
    ],
)
def test_gains_that_do_not_pair_are_refused(gains: list[tuple[str, str, float]], sentence: str) -> None:
    with pytest.raises(ImpactError) as caught:
        gain_differences(gains)

    assert str(caught.value) == sentence
