"""Results as the test gives them: pupils, scores, marks; blank is blank here, never zero."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from service.demo.chance import Chance
from service.demo.laws import GRADES, SUBJECTS, Grade, Laws, Subject
from service.demo.schools import School
from service.demo.truth import Truth

FEWEST_FOR_MEAN = 2
"""A mean is published from two pupils up (data dictionary and files of 2018 to 2024)."""
FEWEST_FOR_STANDARDS = 10

# Official cut scores of the learning standards: elementary, adequate; SD of pupils inside a school.
STANDARDS: dict[tuple[Grade, Subject], tuple[float, float, float]] = {
    ("4b", "lect"): (241.0, 284.0, 46.0),
    ("4b", "mate"): (245.0, 295.0, 41.0),
    ("2m", "lect"): (250.0, 295.0, 46.0),
    ("2m", "mate"): (252.0, 319.0, 52.0),
}

NOT_REPRESENTATIVE, TOO_FEW, NO_REPORT = "not_representative", "too_few", "no_report"
ABSENT_SHARE = 0.016
NOT_REPRESENTATIVE_SHARE = 0.012
NO_REPORT_SHARE = 0.004


@dataclass(frozen=True, slots=True)
class Cell:
    """One subject of one result."""

    tested: int
    score: int | None
    mark: str | None
    standards: tuple[float, float, float] | None
    change: int | None = None
    against_group: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One school in one test: ``absent`` if it did not sit it, then without group and cells."""

    school: int
    grade: Grade
    year: int
    group: int | None
    absent: bool
    cells: dict[Subject, Cell]
    third: int | None


def make_results(
    rng: np.random.Generator, laws: Laws, schools: tuple[School, ...], chance: Chance, truth: Truth
) -> tuple[Result, ...]:
    """All results, by grade, year and school."""
    results: list[Result] = []
    for grade in GRADES:
        earlier: dict[tuple[int, Subject], Cell] = {}
        for year in truth.calendar.test_years:
            now = _one_test(rng, laws, schools, chance, truth, grade, year)
            now = _compared(now, earlier)
            results.extend(now)
            earlier = {(r.school, s): cell for r in now for s, cell in r.cells.items()}
    return tuple(results)


def _one_test(
    rng: np.random.Generator,
    laws: Laws,
    schools: tuple[School, ...],
    chance: Chance,
    truth: Truth,
    grade: Grade,
    year: int,
) -> list[Result]:
    at = truth.calendar.index(year)
    count = len(schools)
    lots = rng.random((count, 2))
    missing = rng.binomial(np.maximum(chance.pupils[grade][:, at], 0)[:, None], 0.02, (count, 2))
    third_luck = rng.normal(0, 6, count)
    expected = {subject: truth.expected_subject(grade, subject, year) for subject in SUBJECTS}
    found: list[Result] = []
    for place, school in enumerate(schools):
        pupils = int(chance.pupils[grade][place, at])
        if not school.works(year) or pupils == 0:
            continue
        if lots[place, 0] < ABSENT_SHARE:
            found.append(
                Result(school=place, grade=grade, year=year, group=None, absent=True, cells={}, third=None)
            )
            continue
        cells: dict[Subject, Cell] = {}
        for order, subject in enumerate(SUBJECTS):
            tested = max(1, pupils - int(missing[place, order]))
            sign = 1.0 if subject == "lect" else -1.0
            taste = laws.pupil_taste_sd * chance.luck_taste[grade][place, at]
            noise = (laws.pupil_sd * chance.luck[grade][place, at] + sign * taste) / tested**0.5
            shock = chance.shock[grade][place, at] + sign * chance.shock_taste[grade][place, at]
            score = float(np.clip(expected[subject][place] + shock + noise, 125, 380))
            cells[subject] = _cell(grade, subject, tested, round(score), float(lots[place, 1]))
        scored = [cell.score for cell in cells.values() if cell.score is not None]
        third = round(sum(scored) / len(scored) + float(third_luck[place])) if scored else None
        group = int(chance.group[grade][place, at])
        found.append(
            Result(school=place, grade=grade, year=year, group=group, absent=False, cells=cells, third=third)
        )
    return found


def _cell(grade: Grade, subject: Subject, tested: int, score: int, lot: float) -> Cell:
    if tested < FEWEST_FOR_MEAN:
        return Cell(tested, None, TOO_FEW, None)
    if lot < NO_REPORT_SHARE:
        return Cell(tested, None, NO_REPORT, None)
    mark = NOT_REPRESENTATIVE if lot < NO_REPORT_SHARE + NOT_REPRESENTATIVE_SHARE else None
    return Cell(tested, score, mark, _standards(grade, subject, tested, score))


def _standards(grade: Grade, subject: Subject, tested: int, score: int) -> tuple[float, float, float] | None:
    """Percentages insufficient, elementary and adequate of whole pupils."""
    if tested < FEWEST_FOR_STANDARDS:
        return None
    elementary, adequate, sd = STANDARDS[grade, subject]
    pupils = NormalDist(score, sd)
    low, high = round(tested * pupils.cdf(elementary)), round(tested * (1 - pupils.cdf(adequate)))
    return (
        round(100 * low / tested, 1),
        round(100 * (tested - low - high) / tested, 1),
        round(100 * high / tested, 1),
    )


def _compared(now: list[Result], earlier: dict[tuple[int, Subject], Cell]) -> list[Result]:
    """Add the change since the last test and the difference with schools of the group."""
    means: dict[tuple[int | None, Subject], float] = {}
    for subject in SUBJECTS:
        for group in range(1, 6):
            scores = [
                cell.score
                for result in now
                if result.group == group and (cell := result.cells.get(subject)) and cell.score is not None
            ]
            if scores:
                means[group, subject] = sum(scores) / len(scores)
    compared: list[Result] = []
    for result in now:
        cells: dict[Subject, Cell] = {}
        for subject, cell in result.cells.items():
            if cell.score is None or cell.tested < 6:
                cells[subject] = cell
                continue
            before = earlier.get((result.school, subject))
            known = before is not None and before.score is not None and before.tested >= 6
            cells[subject] = Cell(
                cell.tested,
                cell.score,
                cell.mark,
                cell.standards,
                cell.score - before.score if known and before and before.score else None,
                round(cell.score - means[result.group, subject]),
            )
        compared.append(
            Result(
                school=result.school,
                grade=result.grade,
                year=result.year,
                group=result.group,
                absent=result.absent,
                cells=cells,
                third=result.third,
            )
        )
    return compared
