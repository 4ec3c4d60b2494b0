"""SIMCE results by school, any grade and year: columns are read by meaning.

A subject's columns end in subject and grade (``prom_mate4b_rbd``), and the test takes its name
from the grade. The traps, all seen in published files: a suppressed score written as 0; standards
written 0/0/0 where not reported; labels in some years and codes in others; owner and rural codes
that differ from the directory's; commune codes that are not the national ones (not read at all).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.imports.cells import CellError, fold, number, text, whole
from service.imports.cl.codes import (
    DIRECTORY_OWNER,
    GROUP_LABELS,
    OWNER_LABELS,
    RURAL_LABELS,
    SIMCE_OWNER_GROUP,
    SIMCE_RURAL,
)
from service.imports.cl.shared_columns import CodedCells, FileYear
from service.imports.columns import Columns
from service.imports.records import ResultCell, ResultRecord
from service.imports.source import FileContext, FileError, Notes, RowError, require_columns
from service.models.enums import AbsenceReason, Subject
from service.text import say

SUBJECTS = {
    "lect": Subject.READING,
    "leng": Subject.READING,
    "mate": Subject.MATHEMATICS,
    "soc": Subject.SOCIAL_SCIENCE,
    "hist": Subject.SOCIAL_SCIENCE,
    "nat": Subject.SCIENCE,
    "cien": Subject.SCIENCE,
    "esc": Subject.WRITING,
}
COLUMN = r"(prom|nalu|marca|palu_eda_(?:ins|ele|ade))_([a-z]+?)_?(\d+[a-z]+)(?:_rbd)?"
SCORES = (80.0, 450.0)
"""Outside it no school mean is possible: mean 250, SD 50 over pupils, lowest ever seen 121."""
SHARE_TOLERANCE = 0.5
NUMBERS = ("rbd", "cod_rbd", "num_rbd")
Shares = tuple[float | None, float | None, float | None]
GROUPS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


@dataclass(frozen=True, slots=True)
class SubjectColumns:
    """Where one subject stands."""

    subject: Subject
    score: int
    tested: int
    remark: int | None
    shares: tuple[int, int, int] | None


class SimceSource:
    """``cl-simce``."""

    name = "cl-simce"
    title = say("un archivo de resultados SIMCE por establecimiento")
    holds = "results"
    system: str | None = "cl"
    official = True
    one_row_a_school = True
    max_rows = 40_000
    max_columns = 300
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns: Columns) -> bool:
        """Mean scores or pupils tested by subject and grade."""
        return columns.find(*NUMBERS) is not None and bool(columns.matching(r"(prom|nalu)_.*\d.*"))

    def reader(self, columns: Columns, context: FileContext) -> "SimceReader":
        """Make the reader of one grade and year."""
        require_columns(columns, NUMBERS)
        return SimceReader(columns, context)


class SimceReader:
    """Reads the rows of one grade and year."""

    def __init__(self, columns: Columns, context: FileContext) -> None:
        self.notes = Notes()
        self.columns = columns
        self.file_year = FileYear(columns, context)
        self.coded = CodedCells(columns)
        find = columns.find
        self.rbd = find(*NUMBERS) or 0
        self.test, self.subjects = _subjects(columns, self.notes)
        self.group, self.rural = find("cod_grupo"), find("cod_rural_rbd", "cod_rural")
        self.owner, self.owner_group = find("cod_depe1"), find("cod_depe2")
        self.not_applied = find("noaplica")
        for name in ("cod_grupo", "cod_rural_rbd", "cod_depe1", "noaplica"):
            if name not in columns:
                self.notes.add("missing_column", say("Faltan columnas que otros años traen."), name)

    @property
    def year(self) -> int | None:
        """Year of the file, once known."""
        return self.file_year.value

    def read(self, row: Sequence[Any]) -> ResultRecord:
        """Read one school's results."""
        code = self._whole(row, self.rbd)
        if code is None or code <= 0:
            raise RowError("bad_code", say("Falta el RBD."), self.columns.name_at(self.rbd))
        year = self.file_year.of(row)
        sat = self.not_applied is None or _sat(row[self.not_applied])
        return ResultRecord(
            code=code,
            test=self.test,
            year=year,
            ses_group=self.coded.at(row, self.group, GROUPS, GROUP_LABELS),
            owner_type=self._owner_type(row),
            rural=self.coded.at(row, self.rural, SIMCE_RURAL, RURAL_LABELS),
            cells=tuple([self._cell(row, places, sat) for places in self.subjects]),
        )

    def _cell(self, row: Sequence[Any], places: SubjectColumns, sat: bool) -> ResultCell:
        score = self._number(row, places.score)
        tested = self._whole(row, places.tested)
        if tested is not None and tested < 0:
            raise RowError("bad_value", say("La cifra es negativa."), self.columns.name_at(places.tested))
        if score and not SCORES[0] <= score <= SCORES[1]:
            sentence = say("El puntaje %(score)s no es posible en SIMCE.", score=f"{score:g}")
            raise RowError("score_range", sentence, self.columns.name_at(places.score))
        remark = text(row[places.remark]) if places.remark is not None else None
        if remark is not None and remark.isdecimal():
            remark = None if remark == "0" else f"marca {remark}"
        remark = remark[:120] if remark else None
        printed = bool(score)
        if score and tested != 1:
            below, basic, standard = self._shares(row, places)
            return ResultCell(places.subject, score, tested, None, remark, below, basic, standard, printed)
        if score == 0 and sat:
            reason = AbsenceReason.SUPPRESSED
        elif tested == 1:
            reason = AbsenceReason.TOO_FEW
        elif not sat or not tested:
            reason = AbsenceReason.NOT_TESTED
        else:
            reason = AbsenceReason.REMARK if remark else AbsenceReason.NOT_PUBLISHED
        return ResultCell(places.subject, None, tested, reason, remark, printed=printed)

    def _shares(self, row: Sequence[Any], places: SubjectColumns) -> Shares:
        """Shares per standard; three zeros, or a sum that is not 100, mean not reported."""
        if places.shares is None:
            return None, None, None
        below, basic, standard = [self._number(row, place) for place in places.shares]
        if below is None or basic is None or standard is None:
            return None, None, None
        total = below + basic + standard
        if abs(total - 100) > SHARE_TOLERANCE or min(below, basic, standard) < 0:
            if total:
                sentence = say("Estándares que no suman 100: se dejan en blanco.")
                self.notes.add("shares_sum", sentence, row[self.rbd])
            return None, None, None
        return below / 100, basic / 100, standard / 100

    def _owner_type(self, row: Sequence[Any]) -> Any:
        kind = self.coded.at(row, self.owner, DIRECTORY_OWNER, OWNER_LABELS)
        if kind is None:
            kind = self.coded.at(row, self.owner_group, SIMCE_OWNER_GROUP, OWNER_LABELS)
        return kind

    def _whole(self, row: Sequence[Any], place: int | None) -> int | None:
        if place is None:
            return None
        try:
            return whole(row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(place)) from error

    def _number(self, row: Sequence[Any], place: int) -> float | None:
        try:
            return number(row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, self.columns.name_at(place)) from error


def _sat(cell: Any) -> bool:
    """Whether ``noaplica`` says that the school sat the test: 0, blank, or «… rinde Simce»."""
    if cell in (0, "", "0", None):
        return True
    value = text(cell)
    return value is None or "rinde simce" in fold(value)


def _subjects(columns: Columns, notes: Notes) -> tuple[str, list[SubjectColumns]]:
    """The grade's test name and where each subject stands."""
    places: dict[str, dict[str, int]] = {}
    grades: Counter[str] = Counter()
    for name, found in columns.matching(COLUMN).items():
        kind, subject, grade = found.groups()
        if subject.removeprefix("eda_") != subject:
            continue
        if subject not in SUBJECTS:
            notes.add("unknown_subject", say("Asignaturas que Minga no conoce: no se leen."), subject)
            continue
        grades[grade] += 1
        places.setdefault(subject, {})[kind] = columns.places[name]
    if not grades:
        raise FileError(
            "missing_column", say("no trae ninguna columna de puntaje promedio (prom_lect4b_rbd, …).")
        )
    if len(grades) > 1:
        mixed = ", ".join(sorted(grades))
        raise FileError(
            "several_grades", say("mezcla los grados %(grades)s; importe uno por archivo.", grades=mixed)
        )
    test = next(iter(grades))
    subjects = []
    for subject in sorted(places, key=list(SUBJECTS).index):
        found_places = places[subject]
        for kind in ("prom", "nalu"):
            if kind not in found_places:
                raise FileError(
                    "missing_column",
                    say(
                        "falta la columna «%(kind)s_%(subject)s%(test)s_rbd».",
                        kind=kind,
                        subject=subject,
                        test=test,
                    ),
                )
        shares = [found_places.get(f"palu_eda_{part}") for part in ("ins", "ele", "ade")]
        subjects.append(
            SubjectColumns(
                SUBJECTS[subject],
                found_places["prom"],
                found_places["nalu"],
                found_places.get("marca"),
                None if None in shares else (shares[0] or 0, shares[1] or 0, shares[2] or 0),
            )
        )
    return test[:8], subjects
