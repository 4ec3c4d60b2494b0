"""Many rows at once, past the object layer: an official file has tens of thousands."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Dialect, Enum, Table, bindparam, delete, select
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
        names = tuple(rows[0])
        insert_tuples(session, model, names, [tuple([row[name] for name in names]) for row in rows])


def insert_tuples(
    session: Session, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows given as values in the order of ``names``; every column without a default is named.

    The values go to the driver as each column's type prepares them, without a statement's
    parameters being put together anew for each row: on 80,000 rows that is most of the time.
    """
    if not rows:
        return
    table, connection = table_of(model), session.connection()
    dialect = connection.dialect
    statement = table.insert().values({name: bindparam(name) for name in names})
    compiled = statement.compile(dialect=dialect)
    columns = [
        _prepared([row[place] for row in rows], table.c[name], dialect) for place, name in enumerate(names)
    ]
    if compiled.positional:
        order = [names.index(name) for name in compiled.positiontup or ()]
        connection.exec_driver_sql(
            str(compiled), list(zip(*[columns[place] for place in order], strict=True))
        )
        return
    values = zip(*columns, strict=True)
    connection.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in values])


def _prepared(values: list[Any], column: Column[Any], dialect: Dialect) -> list[Any]:
    """A column's values as the driver wants them."""
    if isinstance(column.type, Boolean):
        return values
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    if isinstance(column.type, Enum):
        ready = {value: process(value) for value in set(values)}
        return [ready[value] for value in values]
    return [process(value) for value in values]


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
