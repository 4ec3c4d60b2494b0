"""``minga impact placebo`` and ``programme`` on a database."""

import json
from pathlib import Path

import pytest

from tests.service.cli.conftest import Minga


@pytest.mark.shared_data
@pytest.mark.slow
def test_the_lowest_tenth_of_a_real_year_shows_no_effect(run: Minga, shared_data: Path) -> None:
    run("import", "cl-directory", shared_data / "cl" / "directorio_oficial_ee.csv")
    run("import", "cl-simce", *sorted((shared_data / "cl" / "simce").glob("simce4b*.xlsx")))

    answer = run("impact", "placebo", "--test", "4b", "--year", "2023", "--outcome-year", "2024", "--json")

    found = json.loads(answer.stdout)
    assert 16 <= found["naive"] <= 21
    assert abs(found["att"]) <= 2
    assert found["lower"] <= 0 <= found["upper"]
    assert found["treated"] == 554
    nobody = json.loads(run("impact", "programme", "--json").stdout)
    assert nobody["supported"]["overall"] is None
    assert nobody["supported"]["refusal"].startswith("0 schools")


def test_a_test_without_results_is_refused(run: Minga) -> None:
    answer = run("impact", "placebo", "--test", "4b", "--year", "2023", "--outcome-year", "2024")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "4b" in answer.stderr
