"""Results of supported units as CSV: a row a unit, year and subject."""

import math

from network.errors import FileError
from network.sustained import Series
from network.tables import Table

COLUMNS = ("unit", "year", "subject", "score", "start", "end")


def supported_series(table: Table) -> list[Series]:
    """Read each unit's scores and years of support.

    Parameters
    ----------
    table : Table
        Columns ``unit, year, subject, score, start, end``; an empty score is a test whose result is missing.

    Returns
    -------
    list of Series
        In the order in which units first appear.

    Raises
    ------
    FileError
        A column or a year is missing, a unit has two scores for one subject and year, or two
        different years for the start or the end of support.
    TrajectoryError
        A unit has not exactly two subjects, or its support ends before it starts.
    """
    if not table.rows:
        raise FileError(f"{table.name} has no rows under its header")
    scores: dict[str, dict[str, dict[int, float | None]]] = {}
    support: dict[str, tuple[int, int]] = {}
    columns = zip(
        table.filled("unit"),
        table.whole_numbers("year"),
        table.filled("subject"),
        table.numbers("score"),
        table.whole_numbers("start"),
        table.whole_numbers("end"),
        table.lines,
        strict=True,
    )
    for unit, year, subject, score, start, end, line in columns:
        where = f"{table.name}, line {line}"
        if support.setdefault(unit, (start, end)) != (start, end):
            first, last = support[unit]
            said = f"support of unit {unit} is {start}-{end} here and {first}-{last} above"
            raise FileError(said, where=where)
        of_subject = scores.setdefault(unit, {}).setdefault(subject, {})
        if year in of_subject:
            raise FileError(f"unit {unit} has a second score for {subject} in {year}", where=where)
        of_subject[year] = None if math.isnan(score) else score
    return [
        Series(unit=unit, start=start, end=end, scores=scores[unit]) for unit, (start, end) in support.items()
    ]
