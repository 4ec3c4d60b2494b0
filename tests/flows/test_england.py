"""England's official files, two authorities and two years, from import to pairs by command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import main

pytestmark = [pytest.mark.shared_data]


@pytest.fixture(scope="module")
def ask(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    folder = tmp_path_factory.mktemp("england")
    settings = {"MINGA_INSTANCE": str(folder), "MINGA_DATABASE_URL": f"sqlite:///{folder}/minga.sqlite"}

    def asked(*words: object) -> Any:
        done = CliRunner().invoke(main, [str(word) for word in (*words, "--json")], env=settings)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    asked("import", "en-gias", shared_data / "en" / "gias_extract_20220420.csv")
    asked("import", "en-results", *sorted((shared_data / "en").glob("*ks2final.csv")))
    return asked


def test_the_same_tables_again_change_nothing(ask, shared_data):
    told = ask("import", "en-results", *sorted((shared_data / "en").glob("*ks2final.csv")))

    assert (told["created"], told["updated"], told["unchanged"], told["rejected"]) == (0, 0, 1066, 57)


def test_value_added_in_points_of_the_test(ask):
    document = ask("value-added", "--test", "ks2")

    assert (document["as_of"], document["rows"]) == (2018, 536)
    assert max(abs(school["estimate"]) for school in document["schools"]) < 10


def test_an_authority_finds_peers(ask):
    document = ask("match", "--territory", "la:850", "--leaders", "suggested")

    assert (document["status"], document["gap"], document["as_of"]) == ("optimal", 0.0, 2018)
    assert document["matched"] == len(document["pairs"]) > 30
    assert all(pair["school"].startswith("en:") for pair in document["pairs"])
    told = ask("why", document["pairs"][0]["school"], document["pairs"][0]["leader_school"])
    assert told["answer"] == "matched"


def test_a_school_and_its_like(ask):
    found = ask("schools", "similar", "en:115851", "-k", 5)

    assert len(found["similar"]) == 5
    for one in found["similar"]:
        assert sum(one["contributions"].values()) == pytest.approx(one["distance"] ** 2, abs=1e-6)
