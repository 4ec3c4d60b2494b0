"""Engine, sessions and transactions on SQLite and PostgreSQL.

A *transaction* writes and is all or nothing; a *reading* session never writes. On SQLite a
transaction begins with ``BEGIN IMMEDIATE``: with the driver's default the rows a rule has
read could change before it writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
WRITE = "minga_write"


class Base(DeclarativeBase):
    """Parent of every model."""

    metadata = MetaData(naming_convention=NAMING)


def make_engine(url: str) -> Engine:
    """Make an engine; on SQLite with foreign keys, write-ahead log and explicit begins."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "busy_timeout = 30000",
            "foreign_keys = ON",
            "synchronous = FULL",
            "cache_size = -65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """One database and the ways to reach it.

    Parameters
    ----------
    bind : Engine or Connection
        A connection makes every transaction a savepoint inside it, as the tests do.
    """

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind

    @classmethod
    def at(cls, url: str) -> "Database":
        """Open the database at an address."""
        return cls(make_engine(url))

    @property
    def engine(self) -> Engine:
        """The engine, whether bound to it or to one of its connections."""
        return self.bind if isinstance(self.bind, Engine) else self.bind.engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def new_session(self) -> Session:
        """Make a session; the caller closes it."""
        return Session(self.bind, expire_on_commit=False, join_transaction_mode="create_savepoint")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is given back at the end; what it read stays readable."""
        session = self.new_session()
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def transaction(self, session: Session | None = None) -> Iterator[Session]:
        """Open a transaction: committed at the end, rolled back on any error.

        Parameters
        ----------
        session : Session, optional
            A session that has only read so far; what it read is forgotten, so that the rules
            see the rows as they are under the write lock.
        """
        own = session is None
        current = self.new_session() if session is None else session
        try:
            current.rollback()
            current.expire_all()
            current.connection(execution_options={WRITE: True})
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise
        finally:
            if own:
                current.close()
