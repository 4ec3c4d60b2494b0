"""An index of results from a recipe, and the eleven clusters cut from it.

The formula of the published index of school improvement (IDE; Valenzuela and others) is not in
the text that reports its clusters: hence a recipe, given as data with a name and a version. Ours
takes the level, the trend and the position within the socio-economic group.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from network.clusters import CLUSTERS
from network.errors import TrajectoryError
from network.untreated import ResultHistory

FloatArray = NDArray[np.float64]
COMPONENTS = ("level", "trend", "position")
OURS = MappingProxyType({"level": 0.5, "trend": 0.2, "position": 0.3})
PUBLISHED_CUTS = (-1.252, -0.561, 0.045, 0.538, 0.981, 1.504, 2.224, 2.941, 3.458, 4.0)
"""Where a normal index must be cut for its clusters to hold the shares of the published first window
(2002/05: 386, 668, 847, 685, 484, 356, 195, 42, 5, 1 and 0 of 3,669 schools); the last cut is ours."""
FEWEST_SCHOOLS = 30
"""Fewer schools do not fix the scale of an index. Ours."""


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    """How an index is made and cut.

    Parameters
    ----------
    name, version : str
    weights : mapping of component to float
        ``level``: mean of the window; ``trend``: least-squares slope a year within it; ``position``:
        level minus the mean of the schools of the same socio-economic group. Each in SDs of the first
        window's schools, which both windows share, so that a country that improves is seen to.
    cuts : tuple of float
        Ten ascending cut points of the index, in SDs of the first window's index.
    fewest_tests : int
        Tests a school needs within a window.
    fewest_tested : int
        Pupils a test needs to count; the published sample took 15.
    """

    name: str = "minga"
    version: str = "1"
    weights: Mapping[str, float] = field(default_factory=lambda: OURS)
    cuts: tuple[float, ...] = PUBLISHED_CUTS
    fewest_tests: int = 2
    fewest_tested: int = 15

    def __post_init__(self) -> None:
        strange = set(self.weights) - set(COMPONENTS)
        if strange:
            raise TrajectoryError(f"unknown components: {', '.join(sorted(strange))}")
        values = [float(self.weights.get(name, 0.0)) for name in COMPONENTS]
        if any(not 0 <= value < float("inf") for value in values) or not any(values):
            raise TrajectoryError("weights must be numbers from 0 up, and not all 0")
        if len(self.cuts) != len(CLUSTERS) - 1 or any(np.diff(self.cuts) <= 0):
            raise TrajectoryError(f"a recipe needs {len(CLUSTERS) - 1} ascending cut points")
        if self.fewest_tests < (2 if self.weights.get("trend") else 1) or self.fewest_tested < 1:
            raise TrajectoryError("a trend needs two tests in a window, and a test somebody tested")

    def to_dict(self) -> dict[str, Any]:
        """The recipe as data, as :func:`recipe_from` reads it."""
        return {
            "name": self.name,
            "version": self.version,
            "weights": {name: float(self.weights.get(name, 0.0)) for name in COMPONENTS},
            "cuts": list(self.cuts),
            "fewest_tests": self.fewest_tests,
            "fewest_tested": self.fewest_tested,
        }


def recipe_from(document: Mapping[str, Any]) -> IndexRecipe:
    """Read a recipe; what it does not name is as in ours, but name and version must be told.

    Raises
    ------
    TrajectoryError
        A key is unknown or missing, or a value is no recipe's.

    Examples
    --------
    >>> recipe_from({"name": "level only", "version": "2", "weights": {"level": 1}}).to_dict()["weights"]
    {'level': 1.0, 'trend': 0.0, 'position': 0.0}
    """
    known = IndexRecipe().to_dict()
    strange = set(document) - set(known)
    if strange or not {"name", "version", "weights"} <= set(document):
        raise TrajectoryError(f"a recipe has name, version, weights, and of its own only {', '.join(known)}")
    try:
        whole = {**known, **document}
        return IndexRecipe(
            name=str(whole["name"]),
            version=str(whole["version"]),
            weights={str(name): float(value) for name, value in dict(whole["weights"]).items()},
            cuts=tuple(float(cut) for cut in whole["cuts"]),
            fewest_tests=int(whole["fewest_tests"]),
            fewest_tested=int(whole["fewest_tested"]),
        )
    except (TypeError, ValueError) as error:
        if isinstance(error, TrajectoryError):
            raise
        raise TrajectoryError(f"the recipe cannot be read: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class IndexedWindows:
    """Schools with an index in both windows.

    Parameters
    ----------
    school : ndarray of int
    start, end : ndarray of float
        Index in SDs of the first window.
    start_cluster, end_cluster : ndarray of int
        1 to 11.
    group : ndarray of int
        Socio-economic group in the first window, the mean of its years rounded.
    missing : int
        Schools with some result in either window but no index in both.
    """

    school: NDArray[np.int64]
    start: FloatArray
    end: FloatArray
    start_cluster: NDArray[np.int64]
    end_cluster: NDArray[np.int64]
    group: NDArray[np.int64]
    missing: int


def indexed_windows(
    history: ResultHistory,
    first: tuple[int, int],
    last: tuple[int, int],
    recipe: IndexRecipe | None = None,
) -> IndexedWindows:
    """Index every school in two windows of years, both ends included, and put it in a cluster.

    Raises
    ------
    TrajectoryError
        A window holds too few tests, the windows overlap, or too few schools have an index in both.

    Notes
    -----
    The middle and spread of each component, and of the index, are those of the schools of the first
    window: a fixed scale, as the published comparison holds 2009/10 against the cuts of 2002/05.
    """
    recipe = recipe or IndexRecipe()
    if first[0] > first[1] or last[0] > last[1] or first[1] >= last[0]:
        raise TrajectoryError("the second window must begin after the first ends")
    begun, begun_group = _components(history, first, recipe)
    ended, _ = _components(history, last, recipe)
    told = [np.isfinite(part).all(axis=1) for part in (begun, ended)]
    both = told[0] & told[1]
    if int(both.sum()) < FEWEST_SCHOOLS:
        raise TrajectoryError(
            f"{int(both.sum())} schools have results enough in both windows: "
            f"at least {FEWEST_SCHOOLS} are needed"
        )
    weights = np.array([recipe.weights.get(name, 0.0) for name in COMPONENTS])
    middle, spread = begun[told[0]].mean(axis=0), begun[told[0]].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    sums = [((part - middle) / spread) @ weights for part in (begun, ended)]
    unit = float(sums[0][told[0]].std()) or 1.0
    index = [one[both] / unit for one in sums]
    clusters = [np.searchsorted(recipe.cuts, one, side="right") + 1 for one in index]
    some = _some(history, first, recipe) | _some(history, last, recipe)
    return IndexedWindows(
        school=history.school[both],
        start=index[0],
        end=index[1],
        start_cluster=clusters[0].astype(np.int64),
        end_cluster=clusters[1].astype(np.int64),
        group=np.round(begun_group[both]).astype(np.int64),
        missing=int((some & ~both).sum()),
    )


def _columns(history: ResultHistory, window: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray((history.years >= window[0]) & (history.years <= window[1]))


def _usable(history: ResultHistory, recipe: IndexRecipe) -> NDArray[np.bool_]:
    return history.present & (np.nan_to_num(history.tested) >= recipe.fewest_tested)


def _some(history: ResultHistory, window: tuple[int, int], recipe: IndexRecipe) -> NDArray[np.bool_]:
    return np.asarray(_usable(history, recipe)[:, _columns(history, window)].any(axis=1))


def _components(
    history: ResultHistory, window: tuple[int, int], recipe: IndexRecipe
) -> tuple[FloatArray, FloatArray]:
    """Level, trend and position of each school, NaN where it has too few tests; and its mean group."""
    columns = _columns(history, window)
    if int(columns.sum()) < recipe.fewest_tests:
        raise TrajectoryError(
            f"{int(columns.sum())} tests lie in {window[0]}-{window[1]}: "
            f"the recipe needs {recipe.fewest_tests}"
        )
    use = _usable(history, recipe)[:, columns]
    count = use.sum(axis=1)
    enough = count >= recipe.fewest_tests
    safe = np.maximum(count, 1)
    outcome = np.where(use, np.nan_to_num(history.outcome[:, columns]), 0.0)
    level = outcome.sum(axis=1) / safe
    years = history.years[columns]
    centre = np.where(use, years, 0.0).sum(axis=1) / safe
    apart = np.where(use, years - centre[:, None], 0.0)
    spread = (apart**2).sum(axis=1)
    trend = (apart * outcome).sum(axis=1) / np.where(spread > 0, spread, 1.0)
    group = np.where(use, np.nan_to_num(history.ses_group[:, columns]), 0.0).sum(axis=1) / safe
    position = np.zeros(level.size)
    rounded = np.round(group)
    for one in np.unique(rounded[enough]):
        here = enough & (rounded == one)
        position[here] = level[here] - level[here].mean()
    found = np.stack([level, trend, position], axis=1)
    return np.where(enough[:, None], found, np.nan), group
