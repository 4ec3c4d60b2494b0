"""What all tests share: a real database on both engines, migrated once, rolled back after each test."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from service import schema
from service.db import WRITE, Database, make_engine

# how long an example takes says more of the machine, and of what was compiled before, than of the code
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

PROJECT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("MINGA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _required(name: str) -> bool:
    return os.environ.get(name) == "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of official files; the test is skipped where it is absent."""
    folder = Path(os.environ.get("MINGA_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    if not (folder / "cl").is_dir():
        pytest.skip(f"the official files are not at {folder.name}/ beside the project")
    return folder


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A SQLite file brought to the present schema by the migrations."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('database')}/minga.sqlite")
    schema.upgrade(Database(engine))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    """A fresh PostgreSQL database brought to the present schema by the migrations."""
    url = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"minga_test_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except Exception as error:
        if _required("MINGA_REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL answers at MINGA_TEST_POSTGRES: {str(error).splitlines()[0]}")
    engine = make_engine(url.set(database=name).render_as_string(hide_password=False))
    schema.upgrade(Database(engine))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the two engines in turn."""
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return request.getfixturevalue(name)


@pytest.fixture
def database(engine: Engine) -> Iterator[Database]:
    """A database whose every change is rolled back after the test."""
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        outer = connection.begin()
        yield Database(connection)
        if outer.is_active:
            outer.rollback()
