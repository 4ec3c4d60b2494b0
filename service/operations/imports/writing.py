"""Write what was read, each kind of record by its own rules."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.source import Source
from service.operations.imports.accounts import write_accounts
from service.operations.imports.indicators import write_indicators
from service.operations.imports.leaders import write_leaders
from service.operations.imports.needs import write_needs
from service.operations.imports.outcome import Decisions, Outcome
from service.operations.imports.results import write_results
from service.operations.imports.schools import write_schools
from service.operations.imports.services import write_services
from service.operations.imports.visits import write_calendar_days, write_travel_times, write_visits
from service.permissions import Actor


def write_records(
    session: Session,
    batch_id: int,
    source: Source,
    readings: list[Reading],
    actor: Actor,
    decisions: Decisions,
) -> Outcome:
    """Write the records of a batch; tells what became of them."""
    outcome = Outcome()
    system = source.system or ""
    writers: dict[str, Callable[[], None]] = {
        "schools": lambda: write_schools(
            session, batch_id, system, source.name, readings, outcome, decisions
        ),
        "services": lambda: write_services(session, batch_id, system, readings, outcome),
        "results": lambda: write_results(session, batch_id, system, readings, outcome),
        "indicators": lambda: write_indicators(session, batch_id, system, readings, outcome),
        "leaders": lambda: write_leaders(session, batch_id, readings, outcome, actor),
        "accounts": lambda: write_accounts(session, readings, outcome, actor),
        "needs": lambda: write_needs(session, batch_id, readings, outcome, actor),
        "visits": lambda: write_visits(session, batch_id, readings, outcome, actor),
        "travel_times": lambda: write_travel_times(session, batch_id, readings, outcome, actor),
        "calendar_days": lambda: write_calendar_days(session, batch_id, readings, outcome, actor),
    }
    writers[source.holds]()
    return outcome
