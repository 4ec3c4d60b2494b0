"""Questions about schools, value added, need and leaders: the fields and files that scripts rely on."""

import csv
import json

import pytest
from sqlalchemy import func, select

from service.db import Database
from service.models import Result, School
from tests.factories.schools import make_school


def answer(done):
    assert (done.exit_code, done.stderr if done.exit_code else "") == (0, "")
    return json.loads(done.stdout)


def table(path):
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


@pytest.fixture
def database(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/minga.sqlite")
    yield database
    database.engine.dispose()


@pytest.fixture
def code(demo, database):
    with database.reading() as session:
        return session.scalar(select(School.code).order_by(School.code).limit(1))


def test_a_school_by_both_codes(demo, code):
    document = answer(demo("schools", "show", f"cl:{code}", "--json"))

    assert list(document) == ["code", "name", "status", "phases", "owner", "results", "context"]
    assert document == answer(demo("schools", "show", code, "--json"))
    assert list(document["results"][0])[:5] == ["test", "year", "subject", "score", "tested"]


@pytest.mark.parametrize(
    ("text", "exit_code"), [("cl:99999999", 3), ("cl:", 2), ("xx:1", 2), ("en:10001", 3)]
)
def test_codes_that_name_no_school(demo, text, exit_code):
    assert demo("schools", "show", text).exit_code == exit_code


def test_a_number_in_two_systems_names_both(demo, database, code):
    with database.transaction() as session:
        make_school(session, system="en", code=code, commune=None)

    done = demo("schools", "show", code)

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"cl:{code}, en:{code}" in done.stderr
    assert demo("schools", "show", f"en:{code}", "--json").exit_code == 0
    several = demo("match", "--territory", "all", "--as-of", 2024)
    assert (several.exit_code, several.stderr) == (
        2,
        "minga: Hay establecimientos de varios sistemas: cl, en; diga cuál con --system.\n",
    )
    chosen = answer(demo("need", "--as-of", 2024, "--system", "cl", "--json"))
    assert chosen["in_need"]


def test_contributions_add_up_to_the_squared_distance(demo, database):
    needing = answer(demo("need", "--as-of", 2024, "--phase", "primary", "--json"))["in_need"]
    document = answer(demo("schools", "similar", needing[0]["code"], "-k", 20, "--as-of", 2024, "--json"))

    assert list(document)[:1] + list(document)[-1:] == ["school", "similar"]
    assert len(document["similar"]) == 20
    for one in document["similar"]:
        assert sum(one["contributions"].values()) == pytest.approx(one["distance"] ** 2, abs=1e-6)
    distances = [one["distance"] for one in document["similar"]]
    assert distances == sorted(distances)


def test_similar_schools_of_all(demo, tmp_path):
    path = tmp_path / "similar.csv"
    document = answer(demo("similar", "--as-of", 2024, "-k", 5, "--test", "4b", "--csv", path, "--json"))
    rows = table(path)

    assert rows[0] == ["code", "rank", "neighbour", "distance", "coverage"]
    assert len(rows) - 1 == document["rows"]
    assert [row[1] for row in rows[1:6]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("kind", ["equal", "expert"])
def test_similar_with_other_weights(demo, tmp_path, kind):
    words = ("similar", "--as-of", 2024, "-k", 1, "--weights", kind, "--csv", tmp_path / "out.csv", "--json")

    assert answer(demo(*words))["weights_kind"] == kind


def test_value_added_as_csv(demo, tmp_path):
    path = tmp_path / "added.csv"
    document = answer(demo("value-added", "--as-of", 2024, "--test", "4b", "--csv", path, "--json"))
    rows = table(path)

    assert rows[0] == ["code", "estimate", "standard_error", "lower", "upper", "years", "tested"]
    assert document["rows"] == len(rows) - 1 > 100
    for _, estimate, error, lower, upper, _, _ in rows[1:20]:
        assert float(upper) - float(estimate) == pytest.approx(1.959964 * float(error), abs=1e-4)
        assert float(estimate) - float(lower) == pytest.approx(1.959964 * float(error), abs=1e-4)


def test_residuals_as_csv(demo, tmp_path):
    path = tmp_path / "residuals.csv"
    answer(demo("value-added", "--as-of", 2024, "--test", "4b", "--residuals", "--csv", path, "--json"))
    rows = table(path)
    of_a_year = [float(row[2]) for row in rows[1:] if row[1] == "2024"]

    assert rows[0] == ["code", "year", "residual", "tested"]
    assert sum(of_a_year) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("first_year", [True, False])
def test_without_two_years_there_is_a_sentence_and_no_number(demo, tmp_path, database, first_year):
    with database.reading() as session:
        year = session.scalar(select(func.min(Result.year)).where(Result.test == "4b"))
    asked = year if first_year else 1990
    path = tmp_path / "added.csv"

    done = demo("value-added", "--as-of", asked, "--test", "4b", "--csv", path, "--json")
    need = answer(demo("need", "--as-of", asked, "--phase", "primary", "--json"))

    assert (done.exit_code, len(table(path))) == (0, 1)
    assert json.loads(done.stdout)["reason"] in done.stderr
    assert need["in_need"] == []
    reasons = {one["reason"] for one in need["cannot_assess"]}
    assert reasons == ({"no_results", "too_few_tests"} if first_year else {"no_results"})


def test_a_file_that_cannot_be_written_leaves_nothing(demo, tmp_path):
    done = demo("value-added", "--as-of", 2024, "--csv", tmp_path / "nowhere" / "out.csv")

    assert (done.exit_code, len(done.stderr.splitlines()[-1:])) == (2, 1)
    assert "No se pudo escribir" in done.stderr


def test_unknown_test_names_the_known_ones(demo):
    done = demo("value-added", "--test", "9z")

    assert (done.exit_code, done.stderr) == (2, "minga: La prueba «9z» no se conoce; hay 4b, 2m, ks2.\n")


def test_need_of_every_rule(demo):
    rules = answer(demo("need", "rules", "--json"))

    assert rules["default"] == "value_added"
    for rule in rules["rules"]:
        document = answer(demo("need", "--rule", rule["name"], "--as-of", 2024, "--json"))
        assert list(document) == ["rule", "as_of", "territory", "in_need", "cannot_assess"]
        assert document["rule"] == rule
        for one in document["in_need"]:
            assert one["urgency"] in (1, 2)
            assert one["evidence"]


def test_leaders_suggested_meet_every_criterion(demo):
    document = answer(demo("leaders", "suggest", "--as-of", 2024, "--json"))

    assert list(document) == ["criteria", "as_of", "territory", "suggested"]
    assert document["suggested"]
    for one in document["suggested"]:
        assert all(found["holds"] or found["waived"] for found in one["evidence"])


@pytest.mark.parametrize(
    ("territory", "exit_code"),
    [
        ("all", 0),
        ("slep:Valle Alto", 0),
        ("commune:99999", 3),
        ("region:99", 3),
        ("owner:none", 3),
        ("la:850", 3),
        ("slep:Atlantis", 3),
        ("slep:", 2),
        ("somewhere", 2),
    ],
)
def test_territories(demo, territory, exit_code):
    done = demo("need", "--as-of", 2024, "--territory", territory, "--phase", "primary", "--json")

    assert done.exit_code == exit_code
    if exit_code:
        assert (done.stdout, done.stderr.splitlines()[-1][:7]) == ("", "minga: ")
