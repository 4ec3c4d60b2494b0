"""The import command as scripts call it: exit codes, one document on stdout, one line of error."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.db import Database
from service.locks import exclusive
from tests.service.imports.files import directory, simce


@pytest.fixture
def minga(tmp_path, monkeypatch):
    """Run ``minga`` on a database of its own."""
    monkeypatch.setenv("MINGA_INSTANCE", str(tmp_path))
    monkeypatch.setenv("MINGA_DATABASE_URL", f"sqlite:///{tmp_path}/minga.sqlite")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    return run


def saved(folder: Path, upload) -> str:
    path = folder / upload.name
    path.write_bytes(upload.content)
    return str(path)


def schools(folder: Path) -> int:
    with sqlite3.connect(folder / "minga.sqlite") as connection:
        return connection.execute("SELECT count(*) FROM schools").fetchone()[0]


def test_one_document_on_stdout(minga, tmp_path):
    assert minga("import", "cl-directory", saved(tmp_path, directory()), "--json").exit_code == 0
    done = minga("import", "cl-simce", saved(tmp_path, simce({}, {"rbd": 99})), "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    told = [answer[name] for name in ("batch", "source", "files", "rows", "created", "rejected", "results")]
    assert told == [2, "cl-simce", 1, 2, 1, 1, 4]
    assert list(answer["errors"][0]) == ["file", "row", "column", "code", "message"]
    assert Path(answer["rejected_file"]).is_file()


def test_report_for_people(minga, tmp_path):
    done = minga("import", "cl-directory", saved(tmp_path, directory()))
    assert done.stdout.startswith("Importación 1: 1 filas; 1 nuevas")


@pytest.mark.parametrize("word", [(), ("--json",)])
def test_strict_ends_with_2_and_leaves_the_database(minga, tmp_path, word):
    path = saved(tmp_path, directory({}, {"RBD": 20, "COD_DEPE": 9}))
    done = minga("import", "cl-directory", path, "--strict", *word)
    assert (done.exit_code, done.stdout, schools(tmp_path)) == (2, "", 0)
    assert "minga: 1 filas rechazadas" in done.stderr


def test_dry_run_leaves_the_database(minga, tmp_path):
    done = minga("import", "cl-directory", saved(tmp_path, directory()), "--dry-run", "--json")
    assert (done.exit_code, json.loads(done.stdout)["batch"], schools(tmp_path)) == (0, None, 0)


@pytest.mark.parametrize("source", ["cl-directory", "nowhere"])
def test_wrong_file_or_source_ends_with_2(minga, tmp_path, source):
    done = minga("import", source, saved(tmp_path, simce()))
    assert (done.exit_code, schools(tmp_path)) == (2, 0)
    assert len([line for line in done.stderr.splitlines() if line.startswith("minga:")]) == 1


def test_missing_file_ends_with_2(minga, tmp_path):
    assert minga("import", "cl-directory", str(tmp_path / "none.csv")).exit_code == 2


def test_second_import_while_one_runs_ends_with_5(minga, tmp_path):
    path = saved(tmp_path, directory())
    with exclusive(Database.at(f"sqlite:///{tmp_path}/minga.sqlite"), "import", "busy"):
        done = minga("import", "cl-directory", path)
    assert (done.exit_code, schools(tmp_path)) == (5, 0)
