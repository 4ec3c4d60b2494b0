"""Where attempts are counted: in the database that every web worker shares.

Flask-Limiter's own memory counts for each process alone, so that four workers would allow four
times as many; this store needs no further server. Keys are hashed: they hold addresses of people.
"""

import hashlib
from datetime import timedelta
from typing import Any

from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from service.db import Database
from service.models import Attempts
from service.models.columns import utc_now

SCHEME = "database"


def storage_options(address: str, database: Database) -> dict[str, Any]:
    """What the store of that address has to be told."""
    return {"database": database} if address.startswith(f"{SCHEME}:") else {}


class DatabaseStorage(Storage):
    """Counts in the table ``attempts``, each key for its window of time."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 (the library looks for a list)

    def __init__(self, uri: str | None = None, *, database: Database, **options: Any) -> None:
        super().__init__(uri, **options)
        self.database = database

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing is caught: without its database there is no sign-in either."""
        return LookupError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more, and answer how many there are; a window that ended begins anew."""
        now = utc_now()
        values = {"key": _hashed(key), "count": amount, "expires_at": now + timedelta(seconds=expiry)}
        dialect = postgresql if self.database.dialect == "postgresql" else sqlite
        over = Attempts.expires_at <= now
        query = (
            dialect.insert(Attempts)
            .values(values)
            .on_conflict_do_update(
                index_elements=[Attempts.key],
                set_={
                    "count": case((over, amount), else_=Attempts.count + amount),
                    "expires_at": case((over, values["expires_at"]), else_=Attempts.expires_at),
                },
            )
            .returning(Attempts.count)
        )
        with self.database.transaction() as session:
            session.execute(delete(Attempts).where(Attempts.expires_at < now - timedelta(hours=1)))
            return session.execute(query).scalar_one()

    def get(self, key: str) -> int:
        """How many there are in the window."""
        with self.database.reading() as session:
            query = select(Attempts.count).where(
                Attempts.key == _hashed(key), Attempts.expires_at > utc_now()
            )
            return session.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now, where there is none."""
        with self.database.reading() as session:
            ends = session.scalar(select(Attempts.expires_at).where(Attempts.key == _hashed(key)))
        return (ends or utc_now()).timestamp()

    def check(self) -> bool:
        """Whether the store answers."""
        with self.database.reading() as session:
            session.scalar(select(Attempts.key).limit(1))
        return True

    def reset(self) -> int:
        """Forget everything; answers how much there was."""
        with self.database.transaction() as session:
            return session.execute(delete(Attempts)).rowcount  # type: ignore[attr-defined]

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self.database.transaction() as session:
            session.execute(delete(Attempts).where(Attempts.key == _hashed(key)))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
