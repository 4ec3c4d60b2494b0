"""What an import says: every reason has its words, is kept as a sentence and read in either language."""

import ast
from pathlib import Path

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from service.errors import ImportRejected
from service.models import Batch, BatchFile, BatchIssue
from service.models.enums import Role
from service.operations.imports import check_import
from service.operations.imports.columns import with_columns
from service.permissions import OPERATOR
from service.text import restored, say, stored
from service.wording import WORDS
from service.wording.translating import translated
from tests.service.imports.files import csv_file, directory, looking, simce, take_in

SERVICE = Path(__file__).parents[3] / "service"
RAISED = {"RowError": 0, "reject": 2}


def codes_of_rows() -> set[str]:
    """Every code that a row may come back with, read from the source."""
    found = {"bad_value"}
    for folder in ("imports", "operations/imports"):
        for path in (SERVICE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = RAISED.get(name)
                if place is not None and len(node.args) > place:
                    code = node.args[place]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        found.add(code.value)
    return found


def test_every_reason_of_a_row_has_words():
    assert codes_of_rows() - set(WORDS["rejection"]) == set()


def test_a_kept_sentence_comes_back_with_those_inside_it():
    sentence = say("%(file)s: %(problem)s", file="a.csv", problem=say("Faltan %(n)s filas.", n=3))
    again = restored(stored(sentence))
    assert (again, again.values["problem"].pattern) == ("a.csv: Faltan 3 filas.", "Faltan %(n)s filas.")


def test_a_refusal_is_read_in_english(app, database, tmp_path):
    with pytest.raises(ImportRejected) as caught:
        take_in(database, tmp_path, "cl-simce", directory())
    with app.test_request_context(), force_locale("en"):
        told = translated(caught.value.message)
    assert told == (
        "directorio_2025.csv: this is not a file of SIMCE results by school: "
        "it looks like an official directory of schools in Chile."
    )


def test_rejected_rows_and_warnings_are_read_in_english(client_as, database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    report = check_import(database, "cl-simce", [simce({"rbd": 99})], actor=OPERATOR, instance=tmp_path)
    client = client_as(Role.MINISTRY)
    page = client.get(f"/coordinacion/datos/{report.batch}?view=rejected")
    assert "No se conoce el establecimiento 99: importe antes el directorio." in page.text
    with client.session_transaction() as kept:
        kept["locale"] = "en"
    page = client.get(f"/coordinacion/datos/{report.batch}?view=rejected")
    assert "School 99 is not known: import the directory first." in page.text


def test_json_keeps_the_spanish_message(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    report = take_in(database, tmp_path, "cl-simce", simce({}, {"rbd": 99}))
    told = "No se conoce el establecimiento 99: importe antes el directorio."
    assert [one["message"] for one in report.as_dict()["errors"]] == [told]
    with looking(database) as session:
        [issue] = session.scalars(select(BatchIssue))
        batch = session.get(Batch, report.batch)
    assert (issue.message, restored(issue.sentence)) == (told, told)
    assert all(restored(one["sentence"]) == one["message"] for one in batch.warnings)


def test_hash_is_of_the_file_as_uploaded(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    uploaded = csv_file("lista.csv", [{"RBD": 10, "Directora": "Ana Soto", "Cupos": 1}])
    renamed = with_columns(uploaded, {"school": 0, "name": 1, "capacity": 2})
    check_import(database, "leaders", [renamed], actor=OPERATOR, instance=tmp_path)
    with looking(database) as session:
        [file] = session.scalars(select(BatchFile).where(BatchFile.name == "lista.csv"))
    assert (file.sha256, file.size) == (uploaded.sha256, len(uploaded.content))
    assert renamed.content != uploaded.content
