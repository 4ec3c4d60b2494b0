"""The support graph as a file for others: what is written, read back, is equal."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from network.errors import FileError
from network.records import SchoolNode, Tie

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold, whatever the escape."""
TIE_COLUMNS = ("source", "target", "hours", "kind", "state", "leader", "chosen", "start", "end")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, order=True)
class FileSchool:
    """A school under its public code, with what it belongs to, by name of group."""

    code: str
    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class FileTie:
    """A tie between two codes; ``leader``, ``state`` and ``ended_on`` are empty where not known."""

    source: str
    target: str
    started_on: date
    ended_on: date | None
    hours: float
    kind: str
    state: str
    leader: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """All schools and all ties, in order."""

    schools: tuple[FileSchool, ...]
    ties: tuple[FileTie, ...]


def as_file(schools: Iterable[SchoolNode], ties: Iterable[Tie], codes: Mapping[int, str]) -> NetworkFile:
    """Put public codes in the place of ids, in an order that does not depend on chance.

    Parameters
    ----------
    schools : iterable of SchoolNode
    ties : iterable of Tie
    codes : mapping of int to str
        Of every school.

    Examples
    --------
    >>> as_file([SchoolNode(id=1)], [], {1: "cl:10001"}).schools
    (FileSchool(code='cl:10001', groups=()),)
    """
    found = [
        FileTie(
            source=codes[tie.supporting],
            target=codes[tie.supported],
            started_on=tie.started_on,
            ended_on=tie.ended_on,
            hours=float(tie.hours),
            kind=_clean(tie.kind),
            state=_clean(tie.state or ""),
            leader=_clean(tie.leader or ""),
            chosen=tie.chosen,
        )
        for tie in ties
    ]
    nodes = [
        FileSchool(
            codes[school.id],
            tuple(
                sorted(
                    (_clean(name), said) for name, value in school.groups.items() if (said := _clean(value))
                )
            ),
        )
        for school in schools
    ]
    return NetworkFile(
        tuple(sorted(nodes)),
        tuple(sorted(found, key=lambda tie: (tie.source, tie.target, tie.started_on, tie.kind, str(tie)))),
    )


def _groups(school: SchoolNode) -> tuple[tuple[str, str], ...]:
    """What the school belongs to; what is empty is left out."""
    found = {_clean(name): _clean(value) for name, value in school.groups.items()}
    return tuple(sorted((name, value) for name, value in found.items() if value))


def group_names(network: NetworkFile) -> list[str]:
    """Every group that some school has."""
    return sorted({name for school in network.schools for name, _ in school.groups})


def ties_csv(network: NetworkFile) -> str:
    """One row a tie, tidy; opens in Gephi as a list of edges and in ``minga network analyse``."""
    rows = [
        [
            tie.source,
            tie.target,
            repr(tie.hours),
            tie.kind,
            tie.state,
            tie.leader,
            "1" if tie.chosen else "0",
            tie.started_on.isoformat(),
            tie.ended_on.isoformat() if tie.ended_on else "",
        ]
        for tie in network.ties
    ]
    return _written(TIE_COLUMNS, rows)


def schools_csv(network: NetworkFile) -> str:
    """One row a school with its groups, isolated ones too; empty where a group is not known."""
    names = group_names(network)
    rows = []
    for school in network.schools:
        groups = dict(school.groups)
        rows.append([school.code, *(groups.get(name, "") for name in names)])
    return _written(("id", *names), rows)


def read_csv(schools: str, ties: str) -> NetworkFile:
    """The network that :func:`schools_csv` and :func:`ties_csv` wrote.

    Raises
    ------
    FileError
        A column is missing, or a cell cannot be read.
    """
    nodes = []
    for row in _rows(schools, ("id",)):
        code = row.pop("id")
        nodes.append(FileSchool(code, tuple(sorted((name, value) for name, value in row.items() if value))))
    found = []
    for line, row in enumerate(_rows(ties, TIE_COLUMNS), start=2):
        try:
            found.append(tie_of(row))
        except ValueError as error:
            raise FileError(f"the tie cannot be read: {error}", where=f"line {line}") from error
    return NetworkFile(tuple(sorted(nodes)), tuple(found))


def tie_of(row: Mapping[str, str]) -> FileTie:
    """A tie from its cells; ValueError where one cannot be read."""
    return FileTie(
        source=row["source"],
        target=row["target"],
        started_on=date.fromisoformat(row["start"]),
        ended_on=date.fromisoformat(row["end"]) if row.get("end") else None,
        hours=float(row["hours"]),
        kind=row["kind"],
        state=row.get("state", ""),
        leader=row.get("leader", ""),
        chosen=row["chosen"] in ("1", "true"),
    )


def _written(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_plain(name) for name in header])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue()


def _rows(text: str, needed: Iterable[str]) -> list[dict[str, str]]:
    cells = list(csv.reader(io.StringIO(text, newline="")))
    header = [_restored(name) for name in (cells[0] if cells else [])]
    lacking = [name for name in needed if name not in header]
    if lacking:
        raise FileError(f"the file has no column '{lacking[0]}'")
    return [dict(zip(header, map(_restored, row), strict=False)) for row in cells[1:]]


def _plain(cell: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe, which reading takes off."""
    return f"'{cell}" if cell.startswith((*FORMULA_STARTS, "'")) else cell


def _restored(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _clean(text: str) -> str:
    """Without what XML cannot hold, and lines ended alike, as XML readers do."""
    return UNPRINTABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
