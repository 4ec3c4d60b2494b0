"""The schools most like each school of a phase, and in what they are alike."""

from typing import Any

import numpy as np

from matching.neighbours import nearest
from matching.similarity import ContextSpace

NEIGHBOURS = 20
NAMED_FEATURES = 3
REFERENCE_PAIRS = 20_000


def likenesses(space: ContextSpace, ids: dict[int, int], k: int = NEIGHBOURS) -> list[dict[str, Any]]:
    """Rows to keep: the k nearest of every school, with the features that make them alike.

    Parameters
    ----------
    space : ContextSpace
    ids : dict of int to int
        Database id by official number.
    k : int
    """
    found = nearest(space, k)
    rows, places = np.nonzero(found.neighbours >= 0)
    near = found.neighbours[rows, places]
    named = _features_alike(space, rows, near)
    numbers = space.context.ids
    columns = (
        numbers[rows].tolist(),
        numbers[near].tolist(),
        places.tolist(),
        found.distance[rows, places].tolist(),
        found.coverage[rows, places].tolist(),
    )
    return [
        {
            "school_id": ids[school],
            "like_id": ids[like],
            "place": place + 1,
            "distance": distance,
            "coverage": coverage,
            "features": named[row],
        }
        for row, (school, like, place, distance, coverage) in enumerate(zip(*columns, strict=True))
    ]


def shares_of_weight(space: ContextSpace) -> dict[str, float]:
    """Each feature's share of all weight."""
    total = float(space.feature_weights.sum()) or 1.0
    return {
        feature.value: float(weight) / total
        for feature, weight in zip(space.context.features, space.feature_weights, strict=True)
    }


def _features_alike(space: ContextSpace, rows: np.ndarray, near: np.ndarray) -> list[list[str]]:
    """For each pair, the features that bring it closer than a random pair by the most."""
    parts = space.contributions(rows, near).T
    gain = np.where(np.isfinite(parts), _usual_contributions(space) - parts, -np.inf)
    best = np.argsort(-gain, axis=1, kind="stable")[:, :NAMED_FEATURES]
    counts = np.take_along_axis(gain, best, axis=1) > 0
    names = [feature.value for feature in space.context.features]
    return [
        [names[place] for place, counted in zip(places, holds, strict=True) if counted]
        for places, holds in zip(best.tolist(), counts.tolist(), strict=True)
    ]


def _usual_contributions(space: ContextSpace) -> np.ndarray:
    """Mean contribution of each feature between two schools drawn at random, by a fixed seed."""
    size = space.context.ids.size
    draw = np.random.default_rng(0)
    pairs = draw.integers(size, size=(2, REFERENCE_PAIRS))
    parts = space.contributions(pairs[0], pairs[1])
    known = np.isfinite(parts)
    total = np.where(known, parts, 0.0).sum(axis=1)
    return total / np.maximum(known.sum(axis=1), 1)
