"""The application over the test's database, signed in as whoever a test needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from service.app import create_app
from service.config import Settings
from service.db import Database
from service.models.enums import Role
from service.operations.sessions import begin_session
from tests.factories.accounts import make_account

ClientAs = Callable[..., FlaskClient]
Counter = Callable[[], Any]


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """The application, without the token that every form carries."""
    settings = Settings(
        instance=tmp_path,
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="x" * 40,
        testing=True,
    )
    made = create_app(settings, database)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def client_as(app: Flask, database: Database) -> ClientAs:
    """Sign in with a role and its reach: ``client_as(Role.COORDINATOR, service_id=3)``."""

    def sign_in(role: Role, **reach: Any) -> FlaskClient:
        with database.transaction() as session:
            account = make_account(session, role, **reach)
            key = begin_session(session, account.id, browser="prueba")
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = key
            kept["_fresh"] = True
            kept["locale"] = "es"
        return client

    return sign_in


@pytest.fixture
def count_queries(database: Database) -> Counter:
    """Count the queries that run inside ``with count_queries() as queries:``."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counting
