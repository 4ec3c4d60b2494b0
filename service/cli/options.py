"""Options that several commands share."""

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.profiles import COMPARED_PHASES, Phase
from matching.weights import WeightKind
from service.errors import InvalidInput
from service.models import Result, School
from service.systems import SYSTEMS, System
from service.text import say

as_of_option = click.option(
    "--as-of", type=click.IntRange(1900, 2200), help="Last year looked at; the newest by default."
)
phase_option = click.option("--phase", type=click.Choice([phase.value for phase in Phase]))
territory_option = click.option("--territory", default="all", show_default=True)
owners_option = click.option(
    "--owners", type=click.Choice(["public", "all"]), default="public", show_default=True
)
system_option = click.option(
    "--system", type=click.Choice(sorted(SYSTEMS)), help="Needed only where two countries have results."
)
weights_option = click.option(
    "--weights", type=click.Choice([kind.value for kind in WeightKind]), default="learned", show_default=True
)


def choose_system(session: Session, named: str | None, of_territory: str | None = None) -> System:
    """The named system, that of the territory, or the only one with schools.

    Raises
    ------
    InvalidInput
        Several systems could be meant, or none has schools.
    """
    if named and of_territory and named != of_territory:
        raise InvalidInput(say("Ese territorio no es del sistema %(system)s.", system=named), code="system")
    chosen = named or of_territory
    if chosen:
        return SYSTEMS[chosen]
    there = session.scalars(select(School.system).distinct().order_by(School.system)).all()
    if len(there) == 1:
        return SYSTEMS[there[0]]
    if not there:
        raise InvalidInput(
            say(
                "No hay establecimientos: importe primero un directorio (minga import cl-directory ARCHIVO)."
            ),
            code="no_schools",
        )
    raise InvalidInput(
        say(
            "Hay establecimientos de varios sistemas: %(systems)s; diga cuál con --system.",
            systems=", ".join(there),
        ),
        code="system",
    )


def choose_year(session: Session, system: System, as_of: int | None) -> int:
    """The given year, or the newest with results of a compared test."""
    if as_of is not None:
        return as_of
    newest = session.scalar(
        select(func.max(Result.year))
        .join(School, School.id == Result.school_id)
        .where(School.system == system.code, Result.test.in_(system.tests.values()))
    )
    if newest is None:
        raise InvalidInput(say("No hay resultados importados; diga el año con --as-of."), code="no_results")
    return newest


def chosen_phases(phase: str | None) -> tuple[Phase, ...]:
    """The phase named, or all that are compared."""
    return (Phase(phase),) if phase else COMPARED_PHASES
