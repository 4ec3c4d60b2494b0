"""From the official files to pairs, by command: counts, files, proof."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import main

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

TESTS = ("2m2022", "2m2023", "2m2024", "4b2017", "4b2018", "4b2022", "4b2023", "4b2024")
EARLIER = ("2m2023", "2m2022")
Ask = Callable[..., Any]


def commands(folder: Path) -> Ask:
    """Run ``minga`` on the database of a folder; its document, after an exit 0."""
    settings = {
        "MINGA_INSTANCE": str(folder),
        "MINGA_DATABASE_URL": f"sqlite:///{folder}/minga.sqlite",
    }

    def ask(*words: object) -> Any:
        done = CliRunner().invoke(main, [str(word) for word in (*words, "--json")], env=settings)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture(scope="module")
def reports(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ask, dict[str, Any]]:
    """A database of official files, filled by command; and what each import answered."""
    ask = commands(tmp_path_factory.mktemp("chile"))
    chile = shared_data / "cl"
    told = {
        "directory": ask("import", "cl-directory", chile / "directorio_oficial_ee.csv"),
        "slep": ask("import", "cl-slep", chile / "auxiliares" / "listado_slep_2026.xlsx"),
    }
    for test in TESTS:
        told[test] = ask("import", "cl-simce", chile / "simce" / f"simce{test}_rbd_final.xlsx")
    return ask, told


@pytest.fixture(scope="module")
def ask(reports: tuple[Ask, dict[str, Any]]) -> Ask:
    return reports[0]


@pytest.fixture(scope="module")
def suggested(ask: Ask) -> dict[str, Any]:
    return ask("match", "--territory", "all", "--as-of", 2024, "--leaders", "suggested")


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def test_imports_answer_with_the_published_counts(reports):
    told = reports[1]["4b2024"]
    names = ("source", "files", "rows", "created", "updated", "unchanged", "rejected", "results", "absent")

    assert [told[name] for name in names] == ["cl-simce", 1, 7185, 7185, 0, 0, 0, 13_203, 1_167]
    assert told["rejected_file"] is None
    assert reports[1]["directory"]["created"] == 16_768


def test_the_whole_country_is_matched_with_proof(suggested):
    assert (suggested["status"], suggested["gap"], suggested["exploratory"]) == ("optimal", 0.0, True)
    assert suggested["objective"] == suggested["bound"]
    assert suggested["matched"] == len(suggested["pairs"]) > 300
    assert len(suggested["pairs"]) + len(suggested["unmatched"]) == suggested["schools"]
    leaders = [pair["leader_school"] for pair in suggested["pairs"]]
    assert len(set(leaders)) == len(leaders)
    assert {pair["phase"] for pair in suggested["pairs"]} == {"primary", "secondary"}


def test_asking_again_gives_the_same_run(ask, suggested):
    again = ask("match", "--territory", "all", "--as-of", 2024, "--leaders", "suggested", "--dry-run")

    assert (again["input_hash"], again["pairs"]) == (suggested["input_hash"], suggested["pairs"])


def test_a_pair_is_explained(ask, suggested):
    pair = suggested["pairs"][0]
    told = ask("why", pair["school"], pair["leader_school"], "--run", suggested["run"])

    assert (told["answer"], told["score"]) == ("matched", pair["score"])
    assert {"better_in", "distance"} <= {reason["code"] for reason in told["reasons"]}


def test_value_added_of_every_school_with_a_residual(ask, tmp_path):
    ask("value-added", "--as-of", 2024, "--test", "4b", "--csv", tmp_path / "added.csv")
    ask("value-added", "--as-of", 2024, "--test", "4b", "--csv", tmp_path / "residuals.csv", "--residuals")
    added, residuals = table(tmp_path / "added.csv"), table(tmp_path / "residuals.csv")

    assert added[0] == ["code", "estimate", "standard_error", "lower", "upper", "years", "tested"]
    assert residuals[0] == ["code", "year", "residual", "tested"]
    assert {row[0] for row in added[1:]} == {row[0] for row in residuals[1:]}
    assert {row[1] for row in residuals[1:]} == {"2017", "2018", "2022", "2023", "2024"}
    assert min(float(row[3]) for row in residuals[1:]) >= 5
    for year in ("2017", "2024"):
        of_year = [float(row[2]) for row in residuals[1:] if row[1] == year]
        assert sum(of_year) / len(of_year) == pytest.approx(0, abs=1e-6)


def test_contributions_add_up_to_the_squared_distance(ask, suggested):
    found = ask("schools", "similar", suggested["pairs"][0]["school"], "-k", 20, "--as-of", 2024)

    assert len(found["similar"]) == 20
    for one in found["similar"]:
        assert sum(one["contributions"].values()) == pytest.approx(one["distance"] ** 2, abs=1e-6)


def test_results_after_the_year_asked_for_are_not_looked_at(ask, shared_data, tmp_path):
    """As of 2023 the answer is the same with and without the file of 2024."""
    chile = shared_data / "cl"
    before = commands(tmp_path)
    before("import", "cl-directory", chile / "directorio_oficial_ee.csv")
    before("import", "cl-simce", *[chile / "simce" / f"simce{test}_rbd_final.xlsx" for test in EARLIER])
    words = ("value-added", "--as-of", 2023, "--test", "2m", "--csv")
    ask(*words, tmp_path / "with.csv")
    before(*words, tmp_path / "without.csv")

    assert (tmp_path / "with.csv").read_bytes() == (tmp_path / "without.csv").read_bytes()
