"""Many rows at once, past the object layer: an official file has tens of thousands."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from service.db import Base
from service.models import School

CHUNK = 900


def table_of(model: type[Base]) -> Table:
    """The table behind a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def insert_rows(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys."""
    if rows:
        session.connection().execute(table_of(model).insert(), list(rows))


def update_rows(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Update rows by ``id``; all have the same keys."""
    if not rows:
        return
    table = table_of(model)
    fields = [name for name in rows[0] if name != "id"]
    statement = (
        table.update()
        .where(table.c.id == bindparam("the_id"))
        .values({name: bindparam(f"new_{name}") for name in fields})
    )
    session.connection().execute(
        statement, [{"the_id": row["id"], **{f"new_{name}": row[name] for name in fields}} for row in rows]
    )


def delete_rows(session: Session, model: type[Base], column: str, values: Iterable[int]) -> None:
    """Delete the rows whose column has one of these values."""
    table = table_of(model)
    wanted = list(values)
    for start in range(0, len(wanted), CHUNK):
        session.connection().execute(delete(table).where(table.c[column].in_(wanted[start : start + CHUNK])))


def school_ids(session: Session, system: str) -> dict[int, int]:
    """Ids of a system's schools by their official number."""
    rows = session.connection().execute(select(School.code, School.id).where(School.system == system))
    return {row.code: row.id for row in rows}
