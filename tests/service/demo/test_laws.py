"""The laws of ``docs/decisions/0001-demo-country-laws.md`` show in what is generated."""

import numpy as np
import numpy.typing as npt
import pytest

from matching.residuals import TestPanel
from matching.residuals import residuals as published_residuals
from matching.value_added import value_added
from service.demo import Country, Laws, generate
from service.demo.laws import Grade

Rows = npt.NDArray[np.float64]
OWNERS = {"public": 0, "subsidised": 1, "private": 2}


def scored(country: Country, grade: Grade, year: int, fewest: int = 5) -> Rows:
    """Rows of school, group, owner, rural, pupils and mean of both subjects, as the files show them."""
    rows = []
    for result in country.results:
        if (result.grade, result.year) != (grade, year) or result.group is None:
            continue
        scores = [cell.score for cell in result.cells.values()]
        tested = np.mean([cell.tested for cell in result.cells.values()])
        if None in scores or tested < fewest:
            continue
        school = country.schools[result.school]
        rows.append(
            (result.school, result.group, OWNERS[school.owner_class], school.rural, tested, np.mean(scores))
        )
    return np.array(rows, dtype=float)


def residuals(rows: Rows, *, only_group: bool = False) -> Rows:
    """What a least-squares fit on group, owner, rurality and log of pupils leaves."""
    groups = [rows[:, 1] == group for group in range(1, 6)]
    more = [] if only_group else [rows[:, 2] == 1, rows[:, 2] == 2, rows[:, 3], np.log(rows[:, 4])]
    design = np.column_stack([*groups, *more]).astype(float)
    fit, *_ = np.linalg.lstsq(design, rows[:, 5], rcond=None)
    return np.asarray(rows[:, 5] - design @ fit)


def explained(rows: Rows, **how: bool) -> float:
    return 1 - residuals(rows, **how).var() / rows[:, 5].var()


def pairs(country: Country, grade: Grade, first: int, second: int) -> Rows:
    """Residual and pupils in two years, of the schools that have both."""
    found = {}
    for year in (first, second):
        rows = scored(country, grade, year)
        found[year] = dict(zip(rows[:, 0], zip(residuals(rows), rows[:, 4], strict=True), strict=True))
    both = sorted(set(found[first]) & set(found[second]))
    return np.array([(*found[first][school], *found[second][school]) for school in both])


YEAR_PAIRS = ((2015, 2016), (2016, 2017), (2017, 2018), (2022, 2023), (2023, 2024))


def test_yearly_change_is_as_noisy_as_in_the_real_files(large: Country) -> None:
    changes = np.vstack([pairs(large, "4b", *years) for years in YEAR_PAIRS])
    fewer = np.minimum(changes[:, 1], changes[:, 3])
    change = changes[:, 2] - changes[:, 0]

    assert change[(fewer >= 5) & (fewer < 10)].std() == pytest.approx(27, abs=2)
    assert change[fewer > 80].std() == pytest.approx(11, abs=1)


def test_residuals_of_consecutive_years_correlate_as_in_the_real_files(large: Country) -> None:
    found = [np.corrcoef(pairs(large, "4b", *years)[:, [0, 2]].T)[0, 1] for years in YEAR_PAIRS]

    assert np.mean(found) == pytest.approx(0.48, abs=0.03)


def test_old_results_say_less(large: Country) -> None:
    by_gap = [np.corrcoef(pairs(large, "4b", 2015, year)[:, [0, 2]].T)[0, 1] for year in (2016, 2018, 2024)]

    assert by_gap[0] > by_gap[1] > by_gap[2] > 0.15


@pytest.mark.parametrize("year", [2016, 2024])
def test_context_explains_as_much_as_in_the_real_files(large: Country, year: int) -> None:
    rows = scored(large, "4b", year, fewest=10)

    assert explained(rows, only_group=True) == pytest.approx(0.30, abs=0.04)
    assert 0.04 <= explained(rows[rows[:, 2] == 0]) <= 0.19


def test_scores_stand_on_the_scale_of_the_test(large: Country) -> None:
    first = [scored(large, grade, 2015)[:, 5].mean() for grade in ("4b", "2m")]
    spread = [
        np.std([c.score for r in large.results if r.grade == "4b" and r.year == year
                for s, c in r.cells.items() if s == "mate" and c.score is not None])
        for year in large.calendar.test_years
    ]  # fmt: skip

    assert first == pytest.approx([250, 250], abs=6)
    assert np.mean(spread) == pytest.approx(25, abs=2)


def test_three_schools_in_ten_change_group_from_one_year_to_the_next(large: Country) -> None:
    before, after = (dict(scored(large, "4b", year, 1)[:, :2]) for year in (2023, 2024))
    both = sorted(set(before) & set(after))

    assert np.mean([before[school] != after[school] for school in both]) == pytest.approx(0.30, abs=0.03)


def test_the_lowest_tenth_rises_with_no_programme(large: Country) -> None:
    alone = generate(
        seed=11, schools=2000, years=10, laws=Laws(leader_mean=0.0, leader_sd=1e-9, leader_standing=0.0)
    )
    rows = pairs(alone, "4b", 2023, 2024)
    change = rows[:, 2] - rows[:, 0]
    low = rows[:, 0] <= np.quantile(rows[:, 0], 0.1)

    assert 15 < change[low].mean() - change[~low].mean() < 25
    assert np.abs(alone.truth.support).max() <= 2 * Laws().supporter_gain


def test_leaders_differ_around_the_published_effect(large: Country) -> None:
    effect = large.truth.leader_effect

    assert effect.mean() == pytest.approx(8.0, abs=0.3)
    assert effect.std() == pytest.approx(3.0, abs=0.3)
    standing = large.truth.quality[:, -1]
    assert 0.3 < np.corrcoef(effect, standing)[0, 1] < 0.7


def test_support_grows_by_thirds_and_fades_when_cut() -> None:
    laws = Laws()
    cut = [laws.support(9.0, year, tapered=False) for year in range(-1, 6)]
    tapered = [laws.support(9.0, year, tapered=True) for year in range(-1, 6)]

    assert cut[:4] == tapered[:4] == [0.0, 3.0, 6.0, 9.0]
    assert cut[5] < 0.13 * 9.0
    assert tapered[5] > 0.8 * 9.0


def test_support_reaches_less_where_circumstances_differ() -> None:
    laws = Laws()

    assert laws.fit(0.0, False) == 1.0
    assert laws.fit(1.0, False) == pytest.approx(0.75)
    assert laws.fit(-1.0, True) == pytest.approx(0.45)
    assert laws.fit(4.0, True) == laws.fit_floor


def test_past_programme_is_in_the_truth(country: Country) -> None:
    truth = country.truth
    for past in country.partnerships:
        end = truth.calendar.index(past.end)
        assert truth.support[past.supported, end] == pytest.approx(past.effect)
        assert not truth.support[past.supported, : truth.calendar.index(past.start)].any()
        assert past.supported != past.supporting
        assert past.end < country.calendar.all_years[-1]
    supported = [past.supported for past in country.partnerships]
    assert len(supported) == len(set(supported)) > 30
    assert {past.tapered for past in country.partnerships} == {True, False}


def test_past_programme_chose_by_one_low_result(large: Country) -> None:
    chosen = {past.supported for past in large.partnerships if past.start == 2016}
    rows = {int(row[0]): row[5] for row in scored(large, "4b", 2015)}
    truth = large.truth.expected("4b", 2015)
    seen = np.array([rows[school] for school in chosen if school in rows])
    true = np.array([truth[school] for school in chosen if school in rows])

    assert (true - seen).mean() > 8, "most of what a naive figure would credit to support"


def test_a_transfer_costs_little_and_not_for_long(country: Country) -> None:
    place = next(
        i
        for i, school in enumerate(country.schools)
        if school.owner_class == "public" and school.transferred == 2018
    )

    at = country.calendar.index(2018)
    assert country.truth.transfer[place].tolist()[at - 1 : at + 3] == [0.0, -2.0, -1.0, 0.0]


def test_needs_go_with_true_quality(country: Country) -> None:
    standing = country.truth.standing()[:, -1]
    needy = [need.school for need in country.needs]

    assert np.mean(standing[needy]) < np.mean(standing) - 4
    levels = np.array([need.level for need in country.needs])
    assert np.corrcoef(levels, standing[needy])[0, 1] > 0.3


def test_intervals_of_value_added_hold_the_truth(large: Country) -> None:
    rows = np.vstack(
        [np.insert(scored(large, "4b", year), 1, year, axis=1) for year in large.calendar.test_years]
    )
    panel = TestPanel(
        school=rows[:, 0].astype(np.int64),
        year=rows[:, 1].astype(np.int64),
        reading=rows[:, 6],
        mathematics=rows[:, 6],
        tested=rows[:, 5],
        ses_group=rows[:, 2],
        owner_kind=rows[:, 3].astype(np.int64),
        rural=rows[:, 4].astype(bool),
    )
    added = value_added(published_residuals(panel), 2024)
    standing = large.truth.standing()[added.school, -1]
    off = np.abs(added.level - (standing - standing.mean()))

    assert np.mean(off <= 1.96 * added.level_sd) == pytest.approx(0.95, abs=0.02)
