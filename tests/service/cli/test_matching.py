"""Matching by command: the document, what is kept, what is refused."""

import json
import sqlite3

import pytest

FIELDS = [
    "run",
    "input_hash",
    "exploratory",
    "rule",
    "preset",
    "status",
    "objective",
    "bound",
    "gap",
    "matched",
    "pairs",
    "unmatched",
    "prices",
    "blocking_count",
    "blocking_pairs",
    "seconds",
]
PAIR = [
    "school",
    "phase",
    "leader",
    "leader_school",
    "score",
    "terms",
    "context_distance",
    "distance_km",
    "alternates",
]


def answer(done):
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def runs(tmp_path):
    with sqlite3.connect(tmp_path / "minga.sqlite") as connection:
        return connection.execute("SELECT count(*), sum(state = 'finished') FROM runs").fetchone()


@pytest.fixture
def suggested(demo):
    return answer(demo("match", "--territory", "all", "--as-of", 2024, "--leaders", "suggested", "--json"))


def test_the_document(suggested):
    assert [name for name in FIELDS if name not in suggested] == []
    assert (suggested["status"], suggested["gap"], suggested["exploratory"]) == ("optimal", 0.0, True)
    assert suggested["objective"] == suggested["bound"]
    assert len(suggested["pairs"]) == suggested["matched"] > 0
    assert len(suggested["pairs"]) + len(suggested["unmatched"]) == suggested["schools"]


def test_pairs(suggested):
    for pair in suggested["pairs"]:
        assert [name for name in PAIR if name not in pair] == []
        assert pair["school"] != pair["leader_school"]
    schools = [pair["school"] for pair in suggested["pairs"]]
    assert len(set(schools)) == len(schools)
    weights = {
        term: hundredths / 100 for term, hundredths in suggested["preset"]["score"]["hundredths"].items()
    }
    for pair in suggested["pairs"]:
        assert sum(weights[t] * v for t, v in pair["terms"].items()) == pytest.approx(pair["score"], abs=1e-5)


def test_a_rehearsal_keeps_nothing_and_gives_the_same(demo, tmp_path):
    words = ("match", "--territory", "all", "--as-of", 2024, "--leaders", "suggested", "--json")
    before = runs(tmp_path)
    rehearsed = answer(demo(*words, "--dry-run"))
    assert runs(tmp_path) == before
    kept = answer(demo(*words))

    assert rehearsed["run"] is None
    assert kept["run"] == before[0] + 1
    for name in ("input_hash", "pairs", "unmatched", "objective"):
        assert rehearsed[name] == kept[name]


def test_an_exploratory_run_is_never_published(demo, suggested):
    done = demo("publish", suggested["run"], "--yes", "--json")

    assert (done.exit_code, done.stdout) == (5, "")


def test_publishing_lists_before_it_acts(demo, tmp_path):
    number = answer(demo("match", "--territory", "all", "--as-of", 2024, "--json"))["run"]
    document = answer(demo("publish", number, "--json"))

    assert list(document) == ["run", "published", "ready", "held"]
    assert document["published"] == 0
    done = demo("publish", number, "--yes", "--json")
    assert done.exit_code == (0 if document["ready"] else 5)
    assert demo("publish", 99_999).exit_code == 3


def test_why(demo, suggested):
    pair, without = suggested["pairs"][0], suggested["unmatched"][0]
    made = answer(demo("why", pair["school"], pair["leader_school"], "--json"))
    refused = answer(
        demo("why", without["school"], pair["leader_school"], "--run", suggested["run"], "--json")
    )

    assert (made["answer"], made["run"]) == ("matched", suggested["run"])
    assert made["reasons"]
    assert refused["answer"] in {"refused", "place_taken"}
    assert refused["refused_by"] or refused["cost"]
    assert demo("why", pair["school"], pair["leader_school"], "--run", 99_999).exit_code == 3
    assert demo("why", pair["school"], "cl:99999999").exit_code == 3


@pytest.mark.parametrize(
    ("option", "value", "names"),
    [("--rule", "mine", "value_added"), ("--preset", "mine", "nle"), ("--policy", "mine", "total")],
)
def test_what_is_not_known_names_what_is(demo, tmp_path, option, value, names):
    before = runs(tmp_path)
    done = demo("match", "--territory", "all", "--as-of", 2024, option, value, "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert names in done.stderr.splitlines()[-1]
    assert runs(tmp_path) == before


@pytest.mark.parametrize("as_of", [1990, 2024])
def test_a_territory_with_nobody_to_match_is_an_answer(demo, tmp_path, as_of):
    with sqlite3.connect(tmp_path / "minga.sqlite") as connection:
        connection.execute("DELETE FROM proposals")
        connection.execute("DELETE FROM leaders")
    document = answer(demo("match", "--territory", "all", "--as-of", as_of, "--dry-run", "--json"))

    assert (document["matched"], document["pairs"], document["gap"]) == (0, [], 0.0)
    assert document["status"] == "optimal"
    assert {one["reason"] for one in document["unmatched"]} <= {"no_allowed_pair"}


def test_a_territory_of_one_school(demo, tmp_path):
    with sqlite3.connect(tmp_path / "minga.sqlite") as connection:
        (code,) = connection.execute(
            "SELECT communes.code FROM communes JOIN schools ON schools.commune_id = communes.id "
            "GROUP BY communes.id ORDER BY count(*), communes.code LIMIT 1"
        ).fetchone()
    words = ("match", "--territory", f"commune:{code}", "--as-of", 2024, "--leaders-from", "territory")
    document = answer(demo(*words, "--leaders", "suggested", "--dry-run", "--json"))

    assert document["status"] == "optimal"
    assert document["matched"] <= document["schools"]


WHOLE = ("match", "--territory", "all", "--as-of", 2024)


def test_the_policies_are_compared_in_one_answer(demo):
    document = answer(demo(*WHOLE, "--compare", "--incentives", 2, "--dry-run", "--json"))
    policies = document["comparison"]["policies"]

    assert set(policies) == {"total", "fair", "stable"}
    assert policies["total"]["matched"] == document["matched"]
    assert policies["fair"]["worst"] >= policies["total"]["worst"]
    assert set(policies["stable"]["spread"]) == set(document["fairness"]) == {"rural", "ses_group", "owner"}
    assert [one["side"] for one in document["incentives"]] == ["schools", "leaders"]
    told = demo(*WHOLE, "--compare", "--dry-run").stdout
    assert "stable: " in told
    assert "blocking pairs" in told


def test_a_run_starts_from_another_and_says_what_changed(demo):
    first = answer(demo(*WHOLE, "--policy", "fair", "--json"))
    held = answer(demo(*WHOLE, "--previous", first["run"], "--change-price", 10, "--dry-run", "--json"))

    assert held["changed"] == 0
    assert [(p["school"], p["leader"]) for p in held["pairs"]] == [
        (p["school"], p["leader"]) for p in first["pairs"]
    ]
    assert demo(*WHOLE, "--change-price", 1, "--json").exit_code == 2
    assert demo(*WHOLE, "--waited", "previous", "--json").exit_code == 2
    assert demo(*WHOLE, "--previous", 99_999, "--json").exit_code == 3


def test_lots_and_time_are_told(demo):
    drawn = answer(demo(*WHOLE, "--lottery", 7, "--lottery-width", 0.5, "--dry-run", "--json"))
    hurried = answer(demo(*WHOLE, "--time-limit", 1e-9, "--dry-run", "--json"))

    assert (drawn["lottery"]["seed"], drawn["lottery"]["width"]) == (7, 0.5)
    assert drawn["lottery"]["drawn"]
    assert hurried["status"] == "feasible"
    assert hurried["gap"] > 0


def test_a_rules_file_is_kept_or_named_as_impossible(demo, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"each": [{"leaders": "owner", "most": 1}]}))
    kept = answer(demo(*WHOLE, "--rules", rules, "--dry-run", "--json"))
    rules.write_text(json.dumps({"limits": [{"least": 5000}]}))
    never = answer(demo(*WHOLE, "--rules", rules, "--dry-run", "--json"))
    told = demo(*WHOLE, "--rules", rules, "--dry-run").stdout
    rules.write_text(json.dumps({"limit": []}))
    wrong = demo(*WHOLE, "--rules", rules, "--json")

    assert kept["status"] == "optimal"
    assert never["status"] == "infeasible"
    (limit,) = [one for one in never["infeasible"] if one["kind"] == "limit"]
    assert limit["asked"] == 5000
    assert kept["matched"] <= limit["enough"] < 5000
    assert "Would have to give way" in told
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "limit" in wrong.stderr.splitlines()[-1]
    assert demo(*WHOLE, "--rules", tmp_path / "nothing.json", "--json").exit_code == 2


def test_where_to_recruit_is_solved(demo):
    found = answer(demo(*WHOLE, "--recruiting", "--dry-run", "--json"))["recruiting"]

    assert found["areas"] == "region"
    for offer in found["offers"]:
        assert [step["leaders"] for step in offer["steps"]] == sorted(
            step["leaders"] for step in offer["steps"]
        )
        assert all(step["matched"] >= 1 for step in offer["steps"])


def test_a_past_run_is_repeated(demo, suggested):
    again = answer(demo("replay", suggested["run"], "--json"))

    assert again["equal"] is True
    assert again["differences"] == []
    assert demo("replay", 99_999, "--json").exit_code == 3
