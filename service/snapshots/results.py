"""Published results as columns: one panel a test, up to a year."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.published_need import SharePanel
from matching.residuals import OWNER_CODES, Area, TestPanel
from service.models import Indicator, Ownership, Result, School, SchoolYear
from service.models.enums import IndicatorKind, OwnerType, Subject
from service.systems import System

UNKNOWN_OWNER = -1
SUBJECTS = {Area.READING: Subject.READING, Area.MATHEMATICS: Subject.MATHEMATICS}
FIFTHS = 5


@dataclass(frozen=True, slots=True)
class YearContext:
    """What the result files say of the schools, a row a school-year."""

    school: NDArray[np.int64]
    year: NDArray[np.int64]
    ses_group: NDArray[np.float64]
    owner_kind: NDArray[np.int64]
    rural: NDArray[np.float64]


def newest_year(session: Session, system: System, test: str) -> int | None:
    """The last year in which a test has results."""
    return session.scalar(
        select(func.max(Result.year))
        .join(School, School.id == Result.school_id)
        .where(School.system == system.code, Result.test == test)
    )


def year_context(session: Session, system: System, test: str, as_of: int) -> YearContext:
    """Read group, owner and rurality of each school-year up to a year.

    Where a country publishes no socio-economic group, the fifths of its own indicator stand
    for it, made anew each year: the fifth with the most disadvantaged pupils is group 1. Owner
    and rurality that no result file of a year tells are those of the newest directory.
    """
    rows = session.execute(
        select(School.code, SchoolYear.year, SchoolYear.ses_group, SchoolYear.owner_type, SchoolYear.rural)
        .join(School, School.id == SchoolYear.school_id)
        .where(School.system == system.code, SchoolYear.test == test, SchoolYear.year <= as_of)
        .order_by(School.code, SchoolYear.year)
    ).all()
    kinds = {kind: OWNER_CODES[kind.kind] for kind in OwnerType}
    context = YearContext(
        school=np.array([row[0] for row in rows], dtype=np.int64),
        year=np.array([row[1] for row in rows], dtype=np.int64),
        ses_group=np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=np.float64),
        owner_kind=np.array(
            [UNKNOWN_OWNER if row[3] is None else kinds[row[3]] for row in rows], dtype=np.int64
        ),
        rural=np.array([np.nan if row[4] is None else float(row[4]) for row in rows], dtype=np.float64),
    )
    if system.groups_from is not None and np.isnan(context.ses_group).all():
        _fill_groups(session, system, system.groups_from, context)
    _fill_from_directory(session, system, context)
    return context


def test_panel(session: Session, system: System, test: str, as_of: int) -> tuple[TestPanel, YearContext]:
    """Read the scores of a test up to a year, with the context of each school-year."""
    context = year_context(session, system, test, as_of)
    size = context.school.size
    scores = {area: np.full(size, np.nan) for area in SUBJECTS}
    tested = {area: np.full(size, np.nan) for area in SUBJECTS}
    keys = _keys(context.school, context.year)
    for area, subject in SUBJECTS.items():
        rows = session.execute(
            select(School.code, Result.year, Result.score, Result.tested)
            .join(School, School.id == Result.school_id)
            .where(
                School.system == system.code,
                Result.test == test,
                Result.year <= as_of,
                Result.subject == subject,
            )
        ).all()
        if not rows or not size:
            continue
        codes, years, found, pupils = zip(*rows, strict=True)
        wanted = _keys(np.array(codes, dtype=np.int64), np.array(years, dtype=np.int64))
        place = np.searchsorted(keys, wanted)
        known = (place < size) & (keys[np.minimum(place, size - 1)] == wanted)
        place = place[known]
        scores[area][place] = np.array(found, dtype=np.float64)[known]
        tested[area][place] = np.array(pupils, dtype=np.float64)[known]
    panel = TestPanel(
        school=context.school,
        year=context.year,
        reading=scores[Area.READING],
        mathematics=scores[Area.MATHEMATICS],
        tested=(tested[Area.READING] + tested[Area.MATHEMATICS]) / 2,
        ses_group=context.ses_group,
        owner_kind=context.owner_kind,
        rural=context.rural == 1,
    )
    return panel, context


def share_panel(session: Session, system: System, test: str, area: Area, as_of: int) -> SharePanel:
    """Read the shares of pupils at the standard in one subject up to a year."""
    rows = session.execute(
        select(School.code, Result.year, Result.share_standard, Result.tested)
        .join(School, School.id == Result.school_id)
        .where(
            School.system == system.code,
            Result.test == test,
            Result.year <= as_of,
            Result.subject == SUBJECTS[area],
        )
        .order_by(School.code, Result.year)
    ).all()
    return SharePanel(
        area=area,
        school=np.array([row[0] for row in rows], dtype=np.int64),
        year=np.array([row[1] for row in rows], dtype=np.int64),
        share=np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=np.float64),
        tested=np.array([np.nan if row[3] is None else row[3] for row in rows], dtype=np.float64),
    )


def _keys(school: NDArray[np.int64], year: NDArray[np.int64]) -> NDArray[np.int64]:
    return school * 10_000 + year


def _fill_groups(session: Session, system: System, kind: IndicatorKind, context: YearContext) -> None:
    rows = session.execute(
        select(School.code, Indicator.year, Indicator.value)
        .join(School, School.id == Indicator.school_id)
        .where(School.system == system.code, Indicator.kind == kind, Indicator.value.is_not(None))
    ).all()
    shares = {(code, year): value for code, year, value in rows}
    found = np.array(
        [
            shares.get((code, year), np.nan)
            for code, year in zip(context.school.tolist(), context.year.tolist(), strict=True)
        ]
    )
    for year in np.unique(context.year):
        here = np.flatnonzero((context.year == year) & ~np.isnan(found))
        if here.size >= FIFTHS:
            edges = np.quantile(found[here], np.arange(1, FIFTHS) / FIFTHS)
            context.ses_group[here] = FIFTHS - np.searchsorted(edges, found[here], side="left")


def _fill_from_directory(session: Session, system: System, context: YearContext) -> None:
    """Owner kind and rurality in the years whose result files tell them of no school."""
    no_owner, no_rurality = (
        np.isin(
            context.year, [year for year in np.unique(context.year) if untold[context.year == year].all()]
        )
        for untold in (context.owner_kind == UNKNOWN_OWNER, np.isnan(context.rural))
    )
    if not (no_owner.any() or no_rurality.any()):
        return
    rows = session.execute(
        select(School.code, School.rural, Ownership.owner_type)
        .outerjoin(Ownership, (Ownership.school_id == School.id) & Ownership.end_on.is_(None))
        .where(School.system == system.code)
    ).all()
    rural = {code: float(value) for code, value, _ in rows if value is not None}
    owners = {code: OWNER_CODES[kind.kind] for code, _, kind in rows if kind is not None}
    for place in np.flatnonzero(no_owner):
        context.owner_kind[place] = owners.get(int(context.school[place]), UNKNOWN_OWNER)
    for place in np.flatnonzero(no_rurality):
        context.rural[place] = rural.get(int(context.school[place]), np.nan)
