"""``minga trajectories``: moves between levels and lasting rises, from files."""

import json
from pathlib import Path

import pytest

from network.published_tables import published_table
from network.tables import read_table
from tests.service.cli.conftest import Minga


@pytest.mark.shared_data
def test_mobility_of_the_published_units(run: Minga, tmp_path: Path, shared_data: Path) -> None:
    table = published_table(read_table(shared_data / "reference/ide_mobility_chile_2002_2010.csv"))
    start, end = table.pairs()
    rows = [f"{n},{a},{b}" for n, (a, b) in enumerate(zip(start, end, strict=True))]
    (tmp_path / "pairs.csv").write_text("\n".join(["unit,start,end", *rows]), encoding="utf-8")

    answer = run("trajectories", "mobility", "--pairs", tmp_path / "pairs.csv", "--json")

    found = json.loads(answer.stdout)
    assert (found["n"], found["up"], found["same"], found["down"]) == (3669, 1513, 1230, 926)
    assert [round(found[f"{name}_share"], 3) for name in ("up", "same", "down")] == [0.412, 0.335, 0.252]
    assert found["labels"] == list(range(1, 12))
    assert sum(map(sum, found["matrix"])) == 3669
    assert found["missing"] == []


@pytest.mark.shared_data
def test_table_that_contradicts_itself_is_told(run: Minga, shared_data: Path) -> None:
    path = shared_data / "reference/ide_mobility_chile_low_ses_2002_2010.csv"

    answer = run("trajectories", "mobility", "--table", path, "--total", 217, "--json")

    assert answer.stderr == "minga: all: the cells add to 219, printed is 217\n"
    assert json.loads(answer.stdout)["disagreements"] == [{"where": "all", "added": 219, "printed": 217}]


def test_mobility_names_who_cannot_be_counted(run: Minga, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("unit,start,end\na,1,2.5\nb,2,\n", encoding="utf-8")

    answer = run("trajectories", "mobility", "--pairs", tmp_path / "pairs.csv", "--json")

    found = json.loads(answer.stdout)
    assert (found["n"], found["labels"], found["missing"]) == (1, [1, 2.5], ["b"])
    assert answer.stderr == "minga: 1 units lack a start or an end and are not counted\n"


def test_mobility_in_words(run: Minga, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("unit,start,end\na,1,2\nb,2,2\n", encoding="utf-8")

    answer = run("trajectories", "mobility", "--pairs", tmp_path / "pairs.csv")

    assert answer.stdout.splitlines()[-1] == "Of 2 units 50.0% rose, 50.0% stayed, 0.0% fell."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "give one of --pairs, --table, or --from with --to and --test"),
        (("--pairs", "a", "--table", "b"), "give one of --pairs, --table, or --from with --to and --test"),
        (("--pairs", "a", "--total", "3"), "--total belongs to --table"),
        (("--pairs", "none.csv"), "none.csv cannot be read: No such file or directory"),
    ],
)
def test_mobility_without_one_file_is_refused(run: Minga, words: tuple[str, ...], sentence: str) -> None:
    answer = run("trajectories", "mobility", *words)

    assert (answer.exit_code, answer.stdout, answer.stderr) == (2, "", f"minga: {sentence}\n")


def supported(tmp_path: Path, *, last: str = "230") -> Path:
    """One unit: 200 before, 230 at the end and after, but for the last reading score."""
    rows = ["unit,year,subject,score,start,end"]
    for year in (2002, 2005, 2006, 2007, 2008):
        rows.append(f"7,{year},reading,{200 if year == 2002 else last if year == 2008 else 230},2002,2005")
        rows.append(f"7,{year},maths,{200 if year == 2002 else 230},2002,2005")
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("last", "options", "verdict"),
    [
        ("230", (), "sustained"),
        ("205", (), "not_sustained"),
        ("215", (), "undetermined"),
        ("215", ("--near", "15"), "not_sustained"),
        ("215", ("--fall", "15"), "sustained"),
        ("230", ("--rise", "30"), "no_rise"),
        ("", (), "undetermined"),
    ],
)
def test_sustained_follows_the_rule(
    run: Minga, tmp_path: Path, last: str, options: tuple[str, ...], verdict: str
) -> None:
    answer = run("trajectories", "sustained", "--file", supported(tmp_path, last=last), *options, "--json")

    found = json.loads(answer.stdout)
    assert [(one["unit"], one["verdict"]) for one in found["verdicts"]] == [("7", verdict)]
    assert found["counts"][verdict] == 1


def test_sustained_gives_the_figures(run: Minga, tmp_path: Path) -> None:
    answer = run("trajectories", "sustained", "--file", supported(tmp_path, last="215"), "--json")

    [one] = json.loads(answer.stdout)["verdicts"]
    assert (one["before_year"], one["end_year"], one["after_years"]) == (2002, 2005, [2006, 2007, 2008])
    assert one["subjects"][1] == {
        "subject": "reading",
        "before": 200.0,
        "at_end": 230.0,
        "rise": 30.0,
        "after": [230.0, 230.0, 215.0],
        "greatest_fall": 15.0,
        "above_before": 15.0,
    }


def test_sustained_in_words(run: Minga, tmp_path: Path) -> None:
    risen = run("trajectories", "sustained", "--file", supported(tmp_path)).stdout
    missing = run("trajectories", "sustained", "--file", supported(tmp_path, last="")).stdout

    assert risen == "7: sustained (maths +30, then +30; reading +30, then +30 against 2002)\n"
    assert missing == "7: undetermined; missing: reading 2008\n"


def test_unit_with_three_subjects_ends_with_2(run: Minga, tmp_path: Path) -> None:
    path = supported(tmp_path)
    path.write_text(path.read_text() + "\n7,2002,science,200,2002,2005\n")

    answer = run("trajectories", "sustained", "--file", path, "--json")

    sentence = "minga: unit 7 has 3 subjects; the rule needs exactly two\n"
    assert (answer.exit_code, answer.stdout, answer.stderr) == (2, "", sentence)


WINDOWS = ("--from", "2022-2022", "--to", "2023-2024", "--test", "4b")


def test_windows_of_the_results_kept_give_a_matrix_that_adds_up(demo: Minga, tmp_path: Path) -> None:
    recipes = []
    for version, component in (("7", "level"), ("8", "position")):
        path = tmp_path / f"{component}.json"
        weights = {"name": "mine", "version": version, "weights": {component: 1}, "fewest_tests": 1}
        path.write_text(json.dumps({**weights, "fewest_tested": 5}), encoding="utf-8")
        recipes.append(path)

    one, two, level = (
        json.loads(demo("trajectories", "mobility", *WINDOWS, "--recipe", path, "--json").stdout)
        for path in (recipes[1], recipes[1], recipes[0])
    )
    ours = demo("trajectories", "mobility", *WINDOWS, "--json")

    assert one == two
    assert one["n"] == one["up"] + one["same"] + one["down"] == sum(map(sum, one["matrix"]))
    assert one["n"] == sum(group["n"] for group in one["groups"])
    assert (len(one["matrix"]), one["labels"][-1], one["names"][0]) == (11, 11, "Crítico")
    assert level["recipe"]["version"] == "7"
    assert level["matrix"] != one["matrix"]
    assert ours.exit_code == 2
    assert "1 tests lie in 2022-2022" in ours.stderr


@pytest.mark.parametrize(
    "words",
    [("--from", "2016-2018"), (*WINDOWS, "--pairs", "x.csv"), ("--from", "2018-2016", *WINDOWS[2:])],
)
def test_windows_half_told_or_turned_round_are_refused(run: Minga, words: tuple[str, ...]) -> None:
    answer = run("trajectories", "mobility", *words, "--json")

    assert (answer.exit_code, answer.stdout) == (2, "")
