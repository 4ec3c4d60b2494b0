"""Column types shared by the models."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator

MAINLAND = ZoneInfo("America/Santiago")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored and returned in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(kind: type[StrEnum], name: str) -> Enum:
    """An enum kept as readable text with a check, alike on both databases."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def utc_now() -> datetime:
    """The present moment; replaced in tests through the clock of the service."""
    return datetime.now(UTC)


def local_today() -> date:
    """Today in mainland Chile; in the evening the UTC day is already the next."""
    return datetime.now(MAINLAND).date()


def local_day(moment: datetime) -> date:
    """The day in mainland Chile in which a moment falls."""
    return moment.astimezone(MAINLAND).date()
