"""What the treated would have reached without treatment: context, earlier path, the others' year.

For a school picked because of its results, the change that follows is mostly the return of its
noise. So each school is forecast from its context and from its own *shrunk* earlier path, and the
treated are compared with the untreated by how far they lie from that forecast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.errors import ImpactError
from network.level_model import LevelModel, Residuals, expected_level, fit_level_model

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SMALLEST_TESTED = 5
"""A mean of fewer pupils is not a result to compare (as for value added)."""
FEWEST_CONTROLS = 30
"""Untreated schools with a result in the outcome year beyond the columns of the context. Ours."""
GROUP_KNOTS = (2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResultHistory:
    """Results of one test: a row a school, a column a test year; NaN where absent.

    Parameters
    ----------
    school : ndarray of shape (n_schools,)
    years : ndarray of shape (n_years,)
        Ascending calendar years with a test.
    outcome : ndarray of shape (n_schools, n_years)
        Mean of the two main subjects, in points.
    tested : ndarray, same shape
        Pupils tested.
    ses_group : ndarray, same shape
        1 (low) to 5 (high). Its mean over the years counts: three schools in ten change group
        from one year to the next.
    owner_kind : ndarray of int, same shape
        0 public, 1 subsidised, 2 private.
    rural : ndarray, same shape
        1 or 0.
    """

    school: IntArray
    years: FloatArray
    outcome: FloatArray
    tested: FloatArray
    ses_group: FloatArray
    owner_kind: IntArray
    rural: FloatArray

    @property
    def present(self) -> BoolArray:
        """School-years with a result, at least ``SMALLEST_TESTED`` pupils, and a context."""
        known = np.isfinite(self.outcome) & np.isfinite(self.ses_group) & (self.ses_group > 0)
        return known & (self.owner_kind >= 0) & (np.nan_to_num(self.tested) >= SMALLEST_TESTED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Untreated:
    """The results as schools left to themselves reach them.

    Parameters
    ----------
    history : ResultHistory
    treated : ndarray of bool, same shape as the outcomes
        School-years on or after the beginning of treatment: never used to forecast anything.
    model : LevelModel
    residual : ndarray, same shape
        Outcome minus context, NaN where treated or absent.
    """

    history: ResultHistory
    treated: BoolArray
    model: LevelModel
    residual: FloatArray

    def errors(self, base: int, year: int) -> FloatArray:
        """How far each school's result of one test year lies above its forecast.

        Parameters
        ----------
        base : int
            Column of the last test that anybody's forecast may use: for all the same, so that the
            untreated are forecast over the same distance as the treated.
        year : int
            Column of the test forecast, later than ``base``.

        Returns
        -------
        ndarray of shape (n_schools,)
            In points; NaN without a result that year. The untreated average 0.

        Raises
        ------
        ImpactError
            Too few untreated schools have a result that year.
        """
        present = self.history.present
        use = present & ~self.treated
        use[:, base + 1 :] = False
        level = _level(self.model, self.history, self.residual, use, year)
        controls = present[:, year] & ~self.treated[:, year] & use.any(axis=1)
        context = _context(self.history, year, base)
        beta = _fit_context(context[controls], (self.history.outcome[:, year] - level)[controls])
        error = self.history.outcome[:, year] - level - context @ beta
        return np.where(present[:, year] & use.any(axis=1), error, np.nan)


def untreated_results(history: ResultHistory, treated: BoolArray) -> Untreated:
    """Learn how results go on without treatment, from every school-year without it.

    Raises
    ------
    ImpactError
        Too few schools, or too few with results in two years.
    """
    present, size = history.present, history.years.size
    residual = np.full(history.outcome.shape, np.nan)
    touched = treated.any(axis=0)
    clean = int(np.argmax(touched)) if touched.any() else size
    for year in range(size):
        if present[:, year].any():
            seen = present[:, year] & ~treated[:, year]
            context = _context(history, year, size - 1)
            beta = _fit_context(context[seen], history.outcome[seen, year])
            residual[seen, year] = (history.outcome[:, year] - context @ beta)[seen]
    model = _fit(history, residual)
    # From the first treatment on the untreated are no fair sample: what the earlier path of each
    # says is taken off before the context is fitted, and the parameters are learned anew.
    if clean < size:
        for year in range(clean, size):
            use = np.isfinite(residual)
            use[:, year:] = False
            if not use.any():
                continue
            level = _level(model, history, residual, use, year)
            seen = present[:, year] & ~treated[:, year] & use.any(axis=1)
            context = _context(history, year, size - 1)
            beta = _fit_context(context[seen], (history.outcome[:, year] - level)[seen])
            every = present[:, year] & ~treated[:, year]
            residual[every, year] = (history.outcome[:, year] - context @ beta)[every]
        model = _fit(history, residual)
    return Untreated(history=history, treated=treated, model=model, residual=residual)


def _fit(history: ResultHistory, residual: FloatArray) -> LevelModel:
    return fit_level_model(
        Residuals(
            years=history.years,
            residual=residual,
            tested=np.nan_to_num(history.tested, nan=1.0),
            present=np.isfinite(residual),
        )
    )


def _level(
    model: LevelModel, history: ResultHistory, residual: FloatArray, use: BoolArray, year: int
) -> FloatArray:
    known = Residuals(
        years=history.years,
        residual=np.nan_to_num(residual),
        tested=np.nan_to_num(history.tested, nan=1.0),
        present=use & np.isfinite(residual),
    )
    return expected_level(model, known, float(history.years[year]))


def _context(history: ResultHistory, year: int, last: int) -> FloatArray:
    """Columns of what a school cannot choose in one year, with its means over the years up to ``last``.

    The usual size and this year's cohort are told apart: large schools do better, a large cohort
    of a school does not.
    """
    present = history.present
    seen = present.copy()
    seen[:, max(last, year) + 1 :] = False
    count = np.maximum(seen.sum(axis=1), 1)
    group = np.where(seen, np.nan_to_num(history.ses_group), 0.0).sum(axis=1) / count
    logs = np.log(np.maximum(np.nan_to_num(history.tested, nan=1.0), 1.0))
    usual = np.where(seen, logs, 0.0).sum(axis=1) / count
    cohort, rural = logs[:, year], np.nan_to_num(history.rural[:, year])
    subsidised, private = ((history.owner_kind[:, year] == kind) * 1.0 for kind in (1, 2))
    columns = [np.ones_like(group), group, *(np.maximum(group - knot, 0.0) for knot in GROUP_KNOTS)]
    columns += [subsidised, private, rural, cohort, usual, subsidised * group, rural * group]
    columns += [size * other for size in (cohort, usual) for other in (subsidised, private, rural, group)]
    return np.where(present[:, year][:, None], np.stack(columns, axis=1), 0.0)


def _fit_context(context: FloatArray, outcome: FloatArray) -> FloatArray:
    if outcome.size < FEWEST_CONTROLS + context.shape[1]:
        raise ImpactError(
            f"{outcome.size} untreated schools have a result: at least "
            f"{FEWEST_CONTROLS + context.shape[1]} are needed to tell what the context predicts"
        )
    return np.asarray(np.linalg.lstsq(context, outcome, rcond=None)[0], dtype=np.float64)
