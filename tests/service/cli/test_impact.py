"""``minga impact did``: effects by cohort and time, from any table."""

import csv
import json
from pathlib import Path

import pytest

from tests.service.cli.conftest import Minga

COLUMNS = ("--unit", "school", "--time", "year", "--cohort", "since", "--outcome", "score")
ROWS = [
    *("a,1,2,0,5", "a,2,2,4,5", "b,1,2,0,7", "b,2,2,6,7"),
    *("c,1,0,0,6", "c,2,0,1,6", "d,1,0,0,8", "d,2,0,3,8"),
]


def table(tmp_path: Path, rows: list[str]) -> Path:
    path = tmp_path / "panel.csv"
    path.write_text("\n".join(["school,year,since,score,size", *rows]), encoding="utf-8")
    return path


@pytest.mark.shared_data
def test_published_effects_come_out_of_the_command(run: Minga, shared_data: Path) -> None:
    folder = shared_data / "reference"
    names = ("--unit", "countyreal", "--time", "year", "--cohort", "first.treat", "--outcome", "lemp")

    answer = run(
        *("impact", "did", folder / "mpdta.csv", *names, "--covariates", "lpop", "--method", "reg", "--json")
    )

    found = json.loads(answer.stdout)
    with (folder / "mpdta_ref_attgt.csv").open(encoding="utf-8") as handle:
        expected = [row for row in csv.DictReader(handle) if row["scenario"] == "mpdta_nev_reg_cov"]
    assert (round(found["att"], 4), round(found["se"], 4)) == (-0.042, 0.0114)
    assert [
        (one["group"], one["time"], round(one["att"], 4), round(one["se"], 4)) for one in found["group_time"]
    ] == [
        (int(row["group"]), int(row["t"]), round(float(row["att"]), 4), round(float(row["se"]), 4))
        for row in expected
    ]
    assert sorted(found) == sorted(
        [
            *("att", "se", "lower", "upper", "group_time", "group", "group_overall", "dynamic"),
            *("dynamic_overall", "pretrend", "control", "method", "covariates", "treated", "controls"),
            *("times", "left_out", "small_cohorts"),
        ]
    )
    assert answer.stderr == ""


def test_two_by_two_by_hand(run: Minga, tmp_path: Path) -> None:
    """Changes 4 and 6 against 1 and 3: 5 - 2 = 3, error sqrt(1/2 + 1/2) = 1."""
    answer = run("impact", "did", table(tmp_path, ROWS), *COLUMNS, "--json")

    found = json.loads(answer.stdout)
    assert (found["att"], found["se"]) == (3.0, 1.0)
    assert (found["lower"], found["upper"]) == (
        pytest.approx(1.04, abs=0.001),
        pytest.approx(4.96, abs=0.001),
    )
    assert found["pretrend"] == {"statistic": None, "df": 0, "p": None}
    assert found["small_cohorts"] == [0, 2]


def test_covariates_are_taken_up_to_the_next_option(run: Minga, tmp_path: Path) -> None:
    rows = [f"{row},{n % 3}" for n, row in enumerate(ROWS * 3)]
    rows = [row.replace(row[0], row[0] + str(n // 8), 1) for n, row in enumerate(rows)]
    path = table(tmp_path, rows)
    path.write_text(path.read_text().replace("size", "size,other", 1))

    found = [
        json.loads(run("impact", "did", path, *COLUMNS, *words, "--method", "reg", "--json").stdout)
        for words in (("--covariates", "size", "other"), ("--covariates", "size", "--covariates", "other"))
    ]

    assert found[0] == found[1]
    assert found[0]["covariates"] == ["size", "other"]


def test_words_follow_the_interval(run: Minga, tmp_path: Path) -> None:
    clear = run("impact", "did", table(tmp_path, ROWS), *COLUMNS)
    unclear = run(
        "impact", "did", table(tmp_path, [row.replace("a,2,2,4", "a,2,2,-4") for row in ROWS]), *COLUMNS
    )
    alike = [row.replace(",6,7", ",4,7").replace(",3,8", ",1,8") for row in ROWS]
    same = run("impact", "did", table(tmp_path, alike), *COLUMNS)

    assert clear.stdout.startswith(
        "Treated units changed by 3 more than the others, between 1.04 and 4.96 (95 %)."
    )
    assert unclear.stdout.startswith("We cannot tell yet: the effect lies between ")
    assert same.stdout.startswith("The change is 3, but nothing tells how uncertain it is.")


def test_units_left_out_are_told(run: Minga, tmp_path: Path) -> None:
    rows = [*ROWS, "e,1,1,0,5", "e,2,1,0,5", "f,1,0,0,5", "g,1,0,,5", "g,2,0,1,5"]

    answer = run("impact", "did", table(tmp_path, rows), *COLUMNS, "--json")

    left_out = json.loads(answer.stdout)["left_out"]
    assert left_out == {"incomplete": ["f", "g"], "already_treated": ["e"], "without_controls": []}
    assert answer.stderr.splitlines()[:2] == [
        "minga: 2 units lack an outcome or covariate at some time and are left out",
        "minga: 1 units were treated from the first time on and are left out",
    ]


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        (
            ROWS,
            ("--outcome", "points"),
            "panel.csv has no column 'points'; it has 'school', 'year', 'since', 'score', 'size'",
        ),
        (ROWS[2:], (), "cohort 2 has a single complete unit, so its noise cannot be told: leave it out"),
        (
            ROWS[:4],
            (),
            "no unit is never treated (cohort 0): take units not yet treated as controls, --control notyet",
        ),
        (ROWS[::2], (), "all rows are of one time, 1: no change can be seen"),
        ([*ROWS, ROWS[0]], (), "unit a has more than one row for time 1"),
        ([], (), "there are no rows"),
        ([*ROWS, "e,1,soon,0,5"], (), "panel.csv, line 10: 'soon' in column 'since' is not a number"),
        ([*ROWS, "e,1,,0,5"], (), "panel.csv, line 10: column 'since' is empty"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_one_line(
    run: Minga, tmp_path: Path, rows: list[str], options: tuple[str, ...], sentence: str
) -> None:
    answer = run("impact", "did", table(tmp_path, rows), *COLUMNS, *options, "--json")

    assert (answer.exit_code, answer.stdout, answer.stderr) == (2, "", f"minga: {sentence}\n")
