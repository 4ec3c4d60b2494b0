"""The migrations make exactly what the models say, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from service import schema
from service.db import Base, Database


def test_migrated_schema_equals_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )

    assert found == []


def test_upgrading_twice_does_nothing_the_second_time(engine: Engine) -> None:
    assert schema.upgrade(Database(engine)) is False
    assert schema.current_revision(Database(engine)) == schema.head_revision()
