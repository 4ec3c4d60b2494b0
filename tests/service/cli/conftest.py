"""A demo country made once, and the command run on it or on a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import schema
from service.cli import main
from service.db import Database
from service.operations.demo import fill_with_demo

Minga = Callable[..., Result]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small demo country with its runs."""
    folder = tmp_path_factory.mktemp("demo")
    database = Database.at(f"sqlite:///{folder}/minga.sqlite")
    schema.upgrade(database)
    fill_with_demo(database, folder, seed=7, schools=300, years=6)
    database.engine.dispose()
    return folder / "minga.sqlite"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Minga:
    """Run ``minga`` on a database of its own, empty unless a test puts one there."""
    monkeypatch.setenv("MINGA_INSTANCE", str(tmp_path))
    monkeypatch.setenv("MINGA_DATABASE_URL", f"sqlite:///{tmp_path}/minga.sqlite")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def demo(run: Minga, demo_file: Path, tmp_path: Path) -> Minga:
    """Run ``minga`` on a copy of the demo country."""
    shutil.copy(demo_file, tmp_path / "minga.sqlite")
    return run
