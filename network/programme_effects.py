"""What the partnerships of a programme changed, for the supported and for the supporting schools.

Each school is forecast from its context and its shrunk path before its partnership began; the
schools in no partnership show, over the same years, how far such forecasts err (difference in
differences by cohort and year since the start, after Callaway & Sant'Anna 2021).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from network.errors import ImpactError
from network.untreated import ResultHistory, Untreated, untreated_results

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

LEVEL = 0.95
FEWEST_TREATED = 10
"""Fewer treated schools with a result afterwards: no figure is given. Ours, and the least published."""
NEVER = 0


@dataclass(frozen=True, slots=True)
class ProgrammeEffect:
    """A mean effect in points with its 95 % interval, and how many schools it rests on.

    ``own_se`` is the part of ``se`` that comes from the treated schools themselves.
    """

    att: float
    se: float
    lower: float
    upper: float
    schools: int
    own_se: float = 0.0


@dataclass(frozen=True, slots=True)
class PathPoint:
    """Where the treated stood so many years after the start, and where they would have stood.

    Parameters
    ----------
    since : int
        Years since the cohort's start; 0 is the first test it could show in.
    reached : float
        Mean change of the treated since their last result before the start, in points.
    expected : float
        That change as schools like them made it: ``reached`` minus the effect.
    reached_margin, expected_margin : float
        Half of a 95 % interval of each; together they make the interval of the effect.
    schools : int
    """

    since: int
    reached: float
    expected: float
    reached_margin: float
    expected_margin: float
    schools: int


@dataclass(frozen=True, slots=True)
class SideEffects:
    """The effect on one side of the partnerships.

    Parameters
    ----------
    overall : ProgrammeEffect or None
        Over all school-years since the start; None below the minimum, ``refusal`` says why.
    by_year : dict of int to ProgrammeEffect
        By years since the cohort's start, 0 being the first test it could show in; those below the
        minimum are left out.
    before : ProgrammeEffect or None
        The same figure for the last test before the start, forecast from those before it. Where schools
        are chosen because they do badly it lies below 0: the part of the naive figure that comes back
        by itself.
    naive : float or None
        Mean change of the treated from their last test before, minus that of the others.
    treated, controls : int
        Schools with a partnership and results before and after; schools in none.
    spread : float
        SD in points between years by which such figures differ where nothing happened.
    """

    overall: ProgrammeEffect | None
    by_year: dict[int, ProgrammeEffect]
    before: ProgrammeEffect | None
    naive: float | None
    treated: int
    controls: int
    spread: float
    refusal: str | None
    path: tuple[PathPoint, ...] = ()


def programme_effects(history: ResultHistory, cohort: IntArray, others: BoolArray) -> SideEffects:
    """Estimate the effect on the schools of one side.

    Parameters
    ----------
    history : ResultHistory
    cohort : ndarray of int of shape (n_schools,)
        First year whose test could show it; ``NEVER`` for a school not on this side.
    others : ndarray of bool of shape (n_schools,)
        Schools that are no fair comparison (on the other side, or in the programme otherwise).

    Raises
    ------
    ImpactError
        Lengths differ, or the untreated are too few to tell how results go on.
    """
    if cohort.shape != history.school.shape or others.shape != history.school.shape:
        raise ImpactError("cohort and others need one value a school")
    began = np.where(cohort == NEVER, np.inf, cohort.astype(np.float64))
    began = np.where(others, -np.inf, began)
    treated = history.years[None, :] >= began[:, None]
    cells = _cells(history, cohort, others)
    known = {unit for cell in cells for unit in cell.rows.tolist()}
    free = (cohort == NEVER) & ~others
    controls = int((free & history.present.any(axis=1)).sum())
    if len(known) < FEWEST_TREATED:
        refusal = (
            f"{len(known)} schools have results before and after their partnership began: "
            f"at least {FEWEST_TREATED} are needed to say anything"
        )
        return SideEffects(None, {}, None, None, len(known), controls, 0.0, refusal)
    untreated = untreated_results(history, treated)
    after = [cell for cell in cells if cell.since >= 0]
    before = [cell for cell in cells if cell.since == -1]
    spread = _spread(untreated, after, free)
    by_year, path = {}, []
    for since in sorted({cell.since for cell in after}):
        here = [cell for cell in after if cell.since == since]
        found = _effect(untreated, here, free, spread)
        if found is not None:
            by_year[since] = found
            path.append(_path_point(history, here, since, found))
    return SideEffects(
        overall=_effect(untreated, after, free, spread),
        by_year=by_year,
        before=_effect(untreated, before, free, spread),
        naive=_naive(history, after, free),
        treated=len(known),
        controls=controls,
        spread=spread,
        refusal=None,
        path=tuple(path),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cohort in one test: columns of the last test before and of the test looked at."""

    base: int
    year: int
    since: int
    rows: IntArray


def _cells(history: ResultHistory, cohort: IntArray, others: BoolArray) -> list[_Cell]:
    cells = []
    for group in sorted({int(one) for one in cohort[~others]} - {NEVER}):
        earlier = np.flatnonzero(history.years < group)
        if not earlier.size:
            continue
        base = int(earlier[-1])
        rows = np.flatnonzero((cohort == group) & ~others & history.present[:, : base + 1].any(axis=1))
        for year in range(base, history.years.size):
            # The last test before: forecast from those before it.
            start = base if year > base else base - 1
            if start < 0:
                continue
            seen = rows[history.present[rows, year] & history.present[rows, : start + 1].any(axis=1)]
            since = -1 if year == base else int(history.years[year]) - group
            if seen.size:
                cells.append(_Cell(start, year, since, seen))
    after = {unit for cell in cells if cell.since >= 0 for unit in cell.rows.tolist()}
    return [
        _Cell(cell.base, cell.year, cell.since, np.array([unit for unit in cell.rows if unit in after]))
        for cell in cells
        if any(unit in after for unit in cell.rows.tolist())
    ]


def _effect(
    untreated: Untreated, cells: list[_Cell], free: BoolArray, spread: float
) -> ProgrammeEffect | None:
    """Mean over the school-years of the cells; the schools' own influence gives the standard error."""
    schools = {unit for cell in cells for unit in cell.rows.tolist()}
    if len(schools) < FEWEST_TREATED:
        return None
    total = sum(cell.rows.size for cell in cells)
    influence = np.zeros(free.size)
    att = 0.0
    for cell in cells:
        error = untreated.errors(cell.base, cell.year)
        weight = cell.rows.size / total
        compared = np.flatnonzero(free & np.isfinite(error))
        mean, level = float(error[cell.rows].mean()), float(error[compared].mean())
        att += weight * (mean - level)
        influence[cell.rows] += (error[cell.rows] - level) / total
        influence[compared] -= weight * (error[compared] - level) / compared.size
    rows = np.array(sorted(schools))
    # Around the common effect, so that a school seen twice counts once.
    share = np.zeros(free.size)
    for cell in cells:
        share[cell.rows] += 1 / total
    influence[rows] -= share[rows] * att
    size = rows.size
    error_of_mean = sqrt(float((influence**2).sum()) * size / (size - 1))
    own = sqrt(float((influence[rows] ** 2).sum()) * size / (size - 1))
    whole = sqrt(error_of_mean**2 + spread**2)
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * whole
    return ProgrammeEffect(att, whole, att - half, att + half, size, own)


def _path_point(history: ResultHistory, cells: list[_Cell], since: int, effect: ProgrammeEffect) -> PathPoint:
    """The mean change since each school's last result before the start, with and without the effect."""
    changes = []
    for cell in cells:
        seen = history.present[cell.rows, : cell.base + 1]
        last = cell.base - np.argmax(seen[:, ::-1], axis=1)
        changes.append(history.outcome[cell.rows, cell.year] - history.outcome[cell.rows, last])
    reached = float(np.concatenate(changes).mean())
    width = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    return PathPoint(
        since=since,
        reached=reached,
        expected=reached - effect.att,
        reached_margin=width * effect.own_se,
        expected_margin=width * sqrt(max(0.0, effect.se**2 - effect.own_se**2)),
        schools=effect.schools,
    )


def _naive(history: ResultHistory, cells: list[_Cell], free: BoolArray) -> float | None:
    total, parts = 0, 0.0
    for cell in cells:
        change = history.outcome[:, cell.year] - history.outcome[:, cell.base]
        change = np.where(history.present[:, cell.year] & history.present[:, cell.base], change, np.nan)
        mine, theirs = change[cell.rows], change[free]
        mine, theirs = mine[np.isfinite(mine)], theirs[np.isfinite(theirs)]
        if mine.size and theirs.size:
            parts += mine.size * float(mine.mean() - theirs.mean())
            total += mine.size
    return parts / total if total else None


def _spread(untreated: Untreated, cells: list[_Cell], free: BoolArray) -> float:
    """SD between years of the same figure for schools like the treated that were in no partnership.

    For each earlier pair of neighbouring tests the free schools nearest to the treated in what
    was expected of them stand for them; the sampling error is taken off.
    """
    history = untreated.history
    first = min(cell.base for cell in cells)
    treated = np.unique(np.concatenate([cell.rows for cell in cells]))
    squares, errors = [], []
    for base in range(history.years.size - 1):
        if history.years[base + 1] - history.years[base] > 1:
            continue
        try:
            error = untreated.errors(base, base + 1)
        except ImpactError:
            continue
        seen = np.flatnonzero(free & np.isfinite(error) & history.present[:, base])
        like = treated[history.present[treated, min(base, first)]]
        if like.size < FEWEST_TREATED or seen.size < 2 * like.size:
            continue
        wanted = np.sort(history.outcome[like, min(base, first)])
        order = seen[np.argsort(history.outcome[seen, base], kind="stable")]
        place = np.searchsorted(history.outcome[order, base], wanted)
        picked = np.unique(order[np.clip(place, 0, order.size - 1)])
        rest = np.setdiff1d(seen, picked)
        squares.append(float(error[picked].mean() - error[rest].mean()) ** 2)
        errors.append(
            float(error[picked].var(ddof=1)) / picked.size + float(error[rest].var(ddof=1)) / rest.size
        )
    if not squares:
        return 0.0
    return sqrt(max(0.0, float(np.mean(squares) - np.mean(errors))))
