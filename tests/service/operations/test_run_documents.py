"""How a run is kept: canonical, whole, and JSON that either database takes."""

import json

import pytest

from matching.field_documents import field_document
from service.db import Database
from service.models import Run
from service.operations.matching import match
from service.operations.packing import packed, unpacked
from service.operations.run_documents import (
    input_document,
    proposal_rows,
    result_document,
    score_weights,
    summary_of,
)
from service.snapshots.run_options import RunOptions
from tests.service.small_country import CL, TODAY, make_country, run_in


@pytest.fixture
def run(database: Database) -> Run:
    with database.transaction() as session:
        make_country(session)
    return run_in(database)


def test_the_hash_is_that_of_the_canonical_text() -> None:
    blob, digest = packed({"b": [1, None], "a": "ñ"})

    assert unpacked(blob) == {"a": "ñ", "b": [1, None]}
    assert packed({"a": "ñ", "b": [1, None]}) == (blob, digest)
    assert packed({"a": "n", "b": [1, None]})[1] != digest


def test_the_document_holds_all_that_decided_the_run(run: Run) -> None:
    document = unpacked(run.inputs or b"")

    assert packed(document)[1] == run.input_hash
    assert {"options", "rule", "preset", "score", "criteria", "schools", "leaders", "pairs"} <= set(document)
    assert len(document["schools"]) == run.summary["schools"]
    assert len(document["pairs"]["score"]) == run.summary["allowed_pairs"]
    assert [phase["phase"] for phase in document["phases"]] == ["primary"]
    assert set(document["not_asked"].values()) == {"not_in_need"}
    assert document["not_leading"] == {}


def test_no_name_or_address_of_a_person_is_kept(run: Run) -> None:
    text = json.dumps([unpacked(run.inputs or b""), run.result, run.summary])

    assert "Persona" not in text
    assert "@" not in text


def test_documents_are_strict_json(database: Database, run: Run) -> None:
    with database.reading() as session:
        done = match(session, CL, RunOptions(territory="slep:902", as_of=2024), TODAY)
    result = result_document(done)
    for document in (
        input_document(done),
        result,
        summary_of(done.inputs, result),
        [row["facts"] for row in proposal_rows(done.inputs, done.round, 1)],
        [field_document(field) for field in done.inputs.fields.values()],
    ):
        assert json.dumps(document, allow_nan=False)


def test_result_and_proposals_say_the_same(database: Database, run: Run) -> None:
    with database.reading() as session:
        done = match(session, CL, RunOptions(**run.options), TODAY)
    rows = proposal_rows(done.inputs, done.round, run.id)

    told = [(pair["score"], pair["terms"], pair["urgency"]) for pair in (run.result or {})["pairs"]]
    assert [(row["score"], row["terms"], row["urgency"]) for row in rows] == told
    assert all(row["leader_id"] is not None for row in rows)


def test_alternates_are_allowed_and_not_the_one_assigned(run: Run) -> None:
    document = unpacked(run.inputs or b"")
    schools = [entry[0] for entry in document["schools"]]
    leaders = [entry[0] for entry in document["leaders"]]
    allowed = {
        (schools[s], leaders[j])
        for s, j in zip(document["pairs"]["school"], document["pairs"]["leader"], strict=True)
    }
    for pair in (run.result or {})["pairs"]:
        school = int(pair["school"][3:])
        others = [int(other["leader_school"][3:]) for other in pair["alternates"]]
        assert len(others) <= 3
        assert int(pair["leader_school"][3:]) not in others
        assert all((school, other) in allowed for other in others)


def test_who_stays_without_comes_with_a_reason(run: Run) -> None:
    unmatched = (run.result or {})["unmatched"]

    assert unmatched
    for entry in unmatched:
        assert entry["reason"] in ("no_allowed_pair", "no_place_left")
        if entry["reason"] == "no_place_left":
            assert entry["repair"]["rule"] == "no_capacity"


def test_the_weights_of_the_terms_add_up_to_a_hundred() -> None:
    assert sum(score_weights().values()) == 100
