"""What one year's directory adds and changes, gathered row by row and written at once."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from service.models import Correction, Ownership, School, SchoolLevel
from service.models.columns import utc_now
from service.operations.imports.bulk import delete_rows, insert_tuples, school_ids, update_rows
from service.operations.imports.known import FACTS
from service.operations.imports.ownership import Period

SCHOOL_COLUMNS = ("system", "code", "directory_year", *FACTS, "batch_id", "source_row")
PERIOD_COLUMNS = ("owner_type", "owner_id", "service_id", "start_on", "end_on")


@dataclass(slots=True)
class PendingRows:
    """Rows to insert, to bring up to date and to delete; new schools are named by code."""

    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    seen_again: list[dict[str, Any]] = field(default_factory=list)
    new_levels: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    cleared_levels: list[int] = field(default_factory=list)
    new_periods: list[tuple[int, Period]] = field(default_factory=list)
    changed_periods: list[dict[str, Any]] = field(default_factory=list)
    gone_periods: list[int] = field(default_factory=list)
    ended_corrections: list[int] = field(default_factory=list)
    new_officials: list[dict[str, Any]] = field(default_factory=list)

    def store(self, session: Session, system: str, batch_id: int) -> dict[int, int]:
        """Write them; gives the ids of the system's schools by code."""
        insert_tuples(session, School, SCHOOL_COLUMNS, self.new)
        update_rows(session, School, self.changed)
        update_rows(session, School, self.seen_again)
        ids = school_ids(session, system)
        delete_rows(session, SchoolLevel, "school_id", self.cleared_levels)
        levels = [
            (ids[code], phase, enrolment)
            for code, levels in self.new_levels.items()
            for phase, enrolment in levels
        ]
        insert_tuples(session, SchoolLevel, ("school_id", "phase", "enrolment"), levels)
        delete_rows(session, Ownership, "id", self.gone_periods)
        update_rows(session, Ownership, self.changed_periods)
        periods = [
            (ids[code], batch_id, *period_columns(period).values()) for code, period in self.new_periods
        ]
        insert_tuples(session, Ownership, ("school_id", "batch_id", *PERIOD_COLUMNS), periods)
        ended = [{"id": one, "ended_at": utc_now()} for one in self.ended_corrections]
        update_rows(session, Correction, ended)
        update_rows(session, Correction, self.new_officials)
        return ids


def period_columns(period: Period) -> dict[str, Any]:
    """A period of ownership as the columns of its row."""
    held = period.holding
    values = (held.owner_type, held.owner_id, held.service_id, period.start, period.end)
    return dict(zip(PERIOD_COLUMNS, values, strict=True))
