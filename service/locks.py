"""A lock that only one process at a time can hold, on either database."""

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from service.db import Database
from service.errors import Conflict


@contextmanager
def exclusive(database: Database, name: str, refusal: str) -> Iterator[None]:
    """Hold the lock ``name`` for the block.

    PostgreSQL keeps it in the server (advisory lock), SQLite in a file beside the database
    (``flock``); both free it when the process dies.

    Raises
    ------
    Conflict
        Somebody else holds it; ``refusal`` is the sentence.
    """
    if database.dialect == "postgresql":
        key = zlib.crc32(f"minga:{name}".encode())
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                raise Conflict(refusal, code="busy", lock=name)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        return
    path = database.engine.url.database
    if not path or path == ":memory:":
        yield
        return
    descriptor = os.open(f"{path}.{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(refusal, code="busy", lock=name) from error
        yield
    finally:
        os.close(descriptor)
