"""How alembic reaches the database: the connection is handed over by ``service.schema``."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from service.db import Base
from service.models import School
from service.models.columns import UtcDateTime

assert School.metadata is Base.metadata


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write plain column types into migrations, so that they never import the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length=40)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
