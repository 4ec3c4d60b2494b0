"""Results of a test over all its years, a row a school: what impact is measured on."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from network.untreated import ResultHistory
from service.errors import InvalidInput
from service.snapshots.results import newest_year, test_panel
from service.systems import System
from service.text import say


def result_history(session: Session, system: System, test: str, as_of: int | None = None) -> ResultHistory:
    """Read every result of a test up to a year (without one: up to its newest), both subjects averaged.

    Raises
    ------
    InvalidInput
        The test has no results.
    """
    last = newest_year(session, system, test) if as_of is None else as_of
    panel, context = test_panel(session, system, test, 0 if last is None else last)
    if not panel.school.size:
        raise InvalidInput(
            say("No hay resultados de «%(test)s». Impórtelos primero.", test=test), code="no_results"
        )
    schools, row = np.unique(panel.school, return_inverse=True)
    years, column = np.unique(panel.year, return_inverse=True)

    def table(values: NDArray[np.generic], absent: float) -> NDArray[np.float64]:
        answer = np.full((schools.size, years.size), absent)
        answer[row, column] = values
        return answer

    return ResultHistory(
        school=schools,
        years=years.astype(np.float64),
        outcome=table((panel.reading + panel.mathematics) / 2, np.nan),
        tested=table(panel.tested, np.nan),
        ses_group=table(context.ses_group, np.nan),
        owner_kind=table(context.owner_kind, -1).astype(np.int64),
        rural=table(context.rural, np.nan),
    )
