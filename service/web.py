"""The one database session of a request, and the way from reading to writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app, g
from sqlalchemy.orm import Session

from service.config import Settings
from service.db import Database
from service.vault import Vault

EXTENSION = "minga"


def settings() -> Settings:
    """Settings of the running application."""
    found: Settings = current_app.extensions[EXTENSION][0]
    return found


def database() -> Database:
    """Database of the running application."""
    found: Database = current_app.extensions[EXTENSION][1]
    return found


def vault() -> Vault:
    """What seals with the keys of the running application."""
    return Vault(settings().keys)


def reading() -> Session:
    """The session of this request; closed when the request ends."""
    if "session" not in g:
        g.session = database().new_session()
    session: Session = g.session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """Write in one transaction, with the session of this request."""
    with database().transaction(reading()) as session:
        yield session


def close_session(_error: BaseException | None = None) -> None:
    """Give the session back."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.rollback()
        session.close()


def stored_file_path(name: str) -> Path:
    """Where an uploaded file lies."""
    return settings().uploads / name
