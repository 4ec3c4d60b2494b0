"""The rule of a lasting rise, clause by clause, and against a plainer reading of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.errors import FileError, TrajectoryError
from network.result_tables import supported_series
from network.sustained import Rule, Series, Verdict, judge
from network.tables import parse_table

YEARS = (2002, 2005, 2006, 2007, 2008)


def series(reading: list[float | None], maths: list[float | None], **changes: object) -> Series:
    """Support from 2002 to 2005; scores of 2002, 2005 and the three years after."""
    scores = {
        "reading": dict(zip(YEARS, reading, strict=True)),
        "maths": dict(zip(YEARS, maths, strict=True)),
    }
    return Series(**{"unit": "7", "start": 2002, "end": 2005, "scores": scores} | changes)  # type: ignore[arg-type]


def verdict(reading: list[float | None], maths: list[float | None], **rule: float) -> str:
    return judge(series(reading, maths), Rule(**rule)).verdict.value


@pytest.mark.parametrize(
    ("reading", "maths", "expected"),
    [
        ([200, 231, 231, 231, 231], [200, 228, 228, 228, 228], "sustained"),
        ([200, 230, 215, 210, 205], [200, 230, 220, 210, 195], "not_sustained"),
        ([200, 212, 212, 212, 212], [200, 206, 206, 206, 206], "no_rise"),
        ([200, 231, 231, None, 231], [200, 228, 228, 228, 228], "undetermined"),
    ],
)
def test_the_four_cases_of_the_text(
    reading: list[float | None], maths: list[float | None], expected: str
) -> None:
    assert verdict(reading, maths) == expected


FLAT = [200.0, 230.0, 230.0, 230.0, 230.0]


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ([200, 210, 210, 210, 210], "no_rise"),  # risen by exactly 10 is not more than 10
        ([240.1, 250.1, 250.1, 250.1, 250.1], "no_rise"),  # the same in decimals
        ([200, 210.01, 210, 210, 210], "sustained"),
        ([200, 230, 225, 230, 230], "sustained"),  # 5 below is not more than 5 below
        ([200, 230, 224.9, 230, 230], "undetermined"),  # one bad year, then back: neither
        ([200, 230, 230, 230, 205], "not_sustained"),  # ends within 5 of the level before
        ([200, 230, 230, 230, 205.1], "undetermined"),  # fell, but not so far
        ([200, 230, 230, 230, 150], "not_sustained"),  # below the level before
        ([200, 230, 201, 201, 230], "undetermined"),  # was near, but did not end there
        ([200, 230, 260, 270, 280], "sustained"),
    ],
)
def test_each_line_of_the_rule(reading: list[float | None], expected: str) -> None:
    assert verdict(reading, FLAT) == expected
    assert judge(series(FLAT, reading)).verdict.value == expected


@pytest.mark.parametrize("year", range(5))
def test_a_needed_test_missing_comes_before_anything_else(year: int) -> None:
    fallen: list[float | None] = [200, 190, 190, 190, 190]
    fallen[year] = None

    found = judge(series(fallen, FLAT))

    assert found.verdict is Verdict.UNDETERMINED
    assert found.missing == (f"reading {YEARS[year]}",)


def test_subject_that_was_not_tested_with_the_other_is_missing() -> None:
    with_gap = series(FLAT, FLAT)
    maths = {1999: 190.0, **{year: score for year, score in with_gap.scores["maths"].items() if year != 2002}}

    found = judge(Series(unit="7", start=2002, end=2005, scores={**with_gap.scores, "maths": maths}))

    assert (found.verdict, found.before_year, found.missing) == (Verdict.UNDETERMINED, 2002, ("maths 2002",))


def test_tests_need_not_fall_on_the_years_of_support() -> None:
    """Support 2003 to 2004: the last test up to 2003 is 2002, the first from 2004 on 2005."""
    found = judge(series(FLAT, FLAT, start=2003, end=2004))

    assert (found.verdict, found.before_year, found.end_year) == (Verdict.SUSTAINED, 2002, 2005)
    assert found.after_years == (2006, 2007, 2008)


def test_the_three_years_are_calendar_years_after_the_test_at_the_end() -> None:
    """Tested in 2018, then not until 2022: the years 2019 to 2021 have no test."""
    years = {2014: 200.0, 2018: 230.0, 2022: 230.0, 2023: 230.0, 2024: 230.0}

    found = judge(Series(unit="7", start=2014, end=2018, scores={"reading": years, "maths": years}))

    assert found.verdict is Verdict.UNDETERMINED
    assert found.missing == tuple(
        f"{name} {year}" for name in ("maths", "reading") for year in (2019, 2020, 2021)
    )


def test_no_test_up_to_the_start_is_undetermined() -> None:
    found = judge(series(FLAT, FLAT, start=2001))

    assert (found.verdict, found.missing) == (Verdict.UNDETERMINED, ("maths before", "reading before"))


def test_no_test_from_the_end_on_is_undetermined() -> None:
    found = judge(series(FLAT, FLAT, end=2009))

    assert (found.verdict, found.missing) == (Verdict.UNDETERMINED, ("maths end", "reading end"))


def test_lines_can_be_moved() -> None:
    reading: list[float | None] = [200, 230, 230, 230, 215]

    assert verdict(reading, FLAT) == "undetermined"
    assert verdict(reading, FLAT, near=15) == "not_sustained"
    assert verdict(reading, FLAT, fall=15) == "sustained"
    assert verdict(reading, FLAT, rise=30) == "no_rise"


SCORES = st.one_of(st.none(), st.integers(190, 240).map(float))


@given(st.lists(SCORES, min_size=5, max_size=5), st.lists(SCORES, min_size=5, max_size=5))
def test_the_rule_read_plainly_says_the_same(reading: list[float | None], maths: list[float | None]) -> None:
    if None in reading or None in maths:
        expected = "undetermined"
    elif not (reading[1] - reading[0] > 10 and maths[1] - maths[0] > 10):  # type: ignore[operator]
        expected = "no_rise"
    elif min(reading[2:]) >= reading[1] - 5 and min(maths[2:]) >= maths[1] - 5:  # type: ignore[operator,type-var]
        expected = "sustained"
    elif reading[4] <= reading[0] + 5 or maths[4] <= maths[0] + 5:  # type: ignore[operator]
        expected = "not_sustained"
    else:
        expected = "undetermined"

    assert verdict(reading, maths) == expected


@pytest.mark.parametrize("name", ["rise", "fall", "near"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_line_that_is_no_number_of_points_is_refused(name: str, value: float) -> None:
    with pytest.raises(TrajectoryError, match=f"'{name}' must be a number of points from 0 up"):
        Rule(**{name: value})


HEADER = "unit,year,subject,score,start,end\n"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("7,2002,reading,200,2002,2005\n", "unit 7 has 1 subjects; the rule needs exactly two"),
        (
            "7,2002,a,1,2002,2005\n7,2002,b,1,2002,2005\n7,2002,c,1,2002,2005\n",
            "unit 7 has 3 subjects; the rule needs exactly two",
        ),
        (
            "7,2002,a,1,2005,2002\n7,2002,b,1,2005,2002\n",
            "unit 7: support ends in 2002, before it starts in 2005",
        ),
        (
            "7,2002,a,1,2002,2005\n7,2002,a,2,2002,2005\n",
            "scores.csv, line 3: unit 7 has a second score for a in 2002",
        ),
        (
            "7,2002,a,1,2002,2005\n7,2002,b,2,2003,2005\n",
            "scores.csv, line 3: support of unit 7 is 2003-2005 here and 2002-2005 above",
        ),
        ("7,20x2,a,1,2002,2005\n", "scores.csv, line 2: '20x2' in column 'year' is not a number"),
        ("7,2002.5,a,1,2002,2005\n", "scores.csv, line 2: column 'year' 2002.5 is not a whole number"),
        ("7,,a,1,2002,2005\n", "scores.csv, line 2: column 'year' is empty"),
        ("", "scores.csv has no rows under its header"),
    ],
)
def test_file_that_the_rule_cannot_read_is_refused(rows: str, sentence: str) -> None:
    with pytest.raises((FileError, TrajectoryError)) as caught:
        supported_series(parse_table(HEADER + rows, "scores.csv"))

    assert str(caught.value) == sentence


def test_empty_score_is_a_test_whose_result_is_missing() -> None:
    rows = "".join(
        f"7,{year},{name},{230 - 30 * (year == 2002)},2002,2005\n" for name in "ab" for year in YEARS
    )
    text = HEADER + rows.replace("7,2007,b,230,", "7,2007,b,,")

    found = [judge(one) for one in supported_series(parse_table(text, "scores.csv"))]

    assert [(one.verdict, one.missing) for one in found] == [(Verdict.UNDETERMINED, ("b 2007",))]
