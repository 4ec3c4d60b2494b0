"""Key stage 2 results by school: the performance tables as published, and the national extract.

Columns change every year and some repeat an earlier year with a suffix (``MAT_AVERAGE_16``), which
is never this year's figure. ``TELIG`` counts the pupils eligible for the test; the published
coverage belongs to the progress measure, so it is not used. Rows of type 3, 4 and 5 are
totals. ``SUPP`` is suppressed, ``NA`` not applicable, ``LOWCOV`` too few pupils covered.
``NFTYPE`` tells the kind of school that year; ``PTFSM6CLA1A`` the share of the pupils of that test who
had free meals within six years or are looked after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.imports.cells import CellError, number, share, whole
from service.imports.columns import Columns
from service.imports.records import IndicatorRecord, ResultCell, ResultRecord
from service.imports.source import FileContext, FileError, Notes, RowError, require_columns
from service.models.enums import AbsenceReason, IndicatorKind, OwnerType, Subject
from service.text import say

TEST = "ks2"
SCORES = (80.0, 120.0)
"""Scaled scores run from 80 to 120 (from 2016 on)."""
SUBJECTS = (
    (Subject.READING, ("read_average", "reading_score"), ("ptread_exp", "reading_meet_std")),
    (Subject.MATHEMATICS, ("mat_average", "maths_score"), ("ptmat_exp", "maths_meet_std")),
    (Subject.GRAMMAR, ("gps_average",), ("ptgps_exp",)),
)
WORDS = {
    "SUPP": AbsenceReason.SUPPRESSED,
    "NA": AbsenceReason.NOT_PUBLISHED,
    "NE": AbsenceReason.NOT_TESTED,
    "NEW": AbsenceReason.NOT_PUBLISHED,
    "LOWCOV": AbsenceReason.NOT_PUBLISHED,
    "DNS": AbsenceReason.NOT_PUBLISHED,
    "NP": AbsenceReason.NOT_PUBLISHED,
    "NF": AbsenceReason.NOT_PUBLISHED,
}
SCHOOL_ROWS = frozenset({"1", "2"})
OWNERS = (
    dict.fromkeys(("CY", "CYS", "FD", "FDS", "VA", "VC"), OwnerType.MAINTAINED)
    | dict.fromkeys(("AC", "ACC", "ACCS", "ACS", "CTC", "F", "FS", "FSS", "SS", "UTC"), OwnerType.ACADEMY)
    | dict.fromkeys(("IND", "INDSPEC", "INDSS", "NMSS"), OwnerType.INDEPENDENT)
)
"""The tables' own abbreviations of school types; any other is left unknown."""


@dataclass(frozen=True, slots=True)
class SubjectColumns:
    """Where one subject stands."""

    subject: Subject
    score: int
    expected: int | None


class ResultsSource:
    """``en-results``."""

    name = "en-results"
    title = say("una tabla de resultados KS2 de Inglaterra")
    holds = "results"
    system: str | None = "en"
    official = True
    one_row_a_school = True
    max_rows = 100_000
    max_columns = 1_000
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """The URN beside average scaled scores."""
        return (
            "urn" in columns
            and columns.find("read_average", "mat_average", "reading_score", "maths_score", "rectype")
            is not None
        )

    def reader(self, columns: Columns, context: FileContext) -> "ResultsReader":
        """Make the reader of one year."""
        require_columns(
            columns, ("urn",), ("read_average", "reading_score"), ("mat_average", "maths_score"),
            ("telig", "ks2_pupils"),
        )  # fmt: skip
        return ResultsReader(columns, context)


class ResultsReader:
    """Reads the rows of one year."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.columns = columns
        find = columns.find
        self.given_year = context.year
        self.year_place = find("academic_year")
        self.year = context.year or (None if self.year_place is not None else context.year_in_name)
        if self.year is None and self.year_place is None:
            raise FileError("no_year", say("su nombre no dice de qué año es; indíquelo con --year."))
        self.kind, self.urn = find("rectype"), find("urn") or 0
        self.tested = find("telig", "ks2_pupils") or 0
        self.school_type, self.disadvantaged = find("nftype"), find("ptfsm6cla1a")
        self.subjects = [
            SubjectColumns(subject, place, find(*expected))
            for subject, scores, expected in SUBJECTS
            if (place := find(*scores)) is not None
        ]

    def read(self, row: Sequence[Any]) -> ResultRecord | None:
        """Read one school's results; None for the rows of an authority or the nation."""
        if self.kind is not None and str(row[self.kind]).strip().removesuffix(".0") not in SCHOOL_ROWS:
            return None
        try:
            code = whole(row[self.urn])
        except CellError as error:
            raise RowError("bad_code", error.message, self.columns.name_at(self.urn)) from error
        if not code or code < 0:
            raise RowError("bad_code", say("Falta el URN."), self.columns.name_at(self.urn))
        eligible = self._eligible(row)
        year = self._year(row)
        cells = tuple(self._cell(row, places, eligible) for places in self.subjects)
        owner = None
        if self.school_type is not None:
            owner = OWNERS.get(str(row[self.school_type]).strip().upper())
        return ResultRecord(
            code, TEST, year, None, owner, None, cells, self._disadvantaged(row, code, year, eligible)
        )

    def _disadvantaged(
        self, row: Sequence[Any], code: int, year: int, eligible: int | None
    ) -> tuple[IndicatorRecord, ...]:
        """Share of disadvantaged pupils among those eligible for the test; nothing where not printed."""
        if self.disadvantaged is None or str(row[self.disadvantaged]).strip().upper() in WORDS:
            return ()
        try:
            value = share(row[self.disadvantaged])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(self.disadvantaged)) from error
        if value is None:
            return ()
        return (IndicatorRecord(code, IndicatorKind.DISADVANTAGED, year, value, eligible, None),)

    def _year(self, row: Sequence[Any]) -> int:
        if self.year_place is None:
            return self.year or 0
        year = whole(row[self.year_place])
        if year is None:
            raise RowError("no_year", say("Falta el año."), self.columns.name_at(self.year_place))
        if self.given_year is not None and year != self.given_year:
            raise FileError(
                "other_year", say("es del año %(year)s, no de %(given)s.", year=year, given=self.given_year)
            )
        self.year = self.year or year
        return year

    def _eligible(self, row: Sequence[Any]) -> int | None:
        value = str(row[self.tested]).strip()
        if value.upper() in WORDS:
            return None
        try:
            return whole(value)
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(self.tested)) from error

    def _cell(self, row: Sequence[Any], places: SubjectColumns, eligible: int | None) -> ResultCell:
        printed = str(row[places.score]).strip()
        if printed.upper() in WORDS:
            return ResultCell(places.subject, None, eligible, WORDS[printed.upper()], printed.upper())
        try:
            score = number(printed)
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(places.score)) from error
        if not score:
            reason = AbsenceReason.NOT_PUBLISHED if eligible else AbsenceReason.NOT_TESTED
            return ResultCell(places.subject, None, eligible, reason)
        if not SCORES[0] <= score <= SCORES[1]:
            sentence = say("El puntaje %(score)s no está entre 80 y 120.", score=f"{score:g}")
            raise RowError("score_range", sentence, self.columns.name_at(places.score))
        if eligible == 1:
            return ResultCell(places.subject, None, eligible, AbsenceReason.TOO_FEW, printed=True)
        expected = self._expected(row, places)
        below = None if expected is None else round(1 - expected, 6)
        return ResultCell(places.subject, score, eligible, None, None, below, None, expected, printed=True)

    def _expected(self, row: Sequence[Any], places: SubjectColumns) -> float | None:
        """Share of pupils at the expected standard."""
        if places.expected is None or str(row[places.expected]).strip().upper() in WORDS:
            return None
        try:
            return share(row[places.expected])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(places.expected)) from error
