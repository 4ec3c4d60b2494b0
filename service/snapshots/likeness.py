"""The schools most like one school, and in what."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.features import Feature
from matching.neighbours import nearest
from matching.similarity import ContextSpace
from service.models import Commune, EvidenceSet, School
from service.queries.evidence import levels_of
from service.snapshots.kept import kept_space

NEIGHBOURS = 20
NAMED_FEATURES = 3
REFERENCE_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class LikeSchool:
    """A school in like circumstances.

    ``features`` are the three that make it alike: where the two are closer than two schools
    drawn at random by the most, weight included.
    """

    code: int
    name: str
    commune: str | None
    distance: float
    coverage: float
    features: tuple[str, ...]
    levels: dict[str, float]


@dataclass(frozen=True, slots=True)
class LikeSchools:
    """Those schools, nearest first, and how they were found."""

    schools: tuple[LikeSchool, ...]
    weights: dict[str, float]
    weights_kind: str
    compared: int
    farthest: float | None


def like_schools(session: Session, kept: EvidenceSet, code: int, k: int = NEIGHBOURS) -> LikeSchools | None:
    """Find them; None where the school is not among those compared."""
    space = kept_space(session, kept)
    if space is None:
        return None
    row = int(space.context.rows(np.array([code], dtype=np.int64))[0])
    if row < 0:
        return None
    found = nearest(space, k, rows=np.array([row]))
    near = found.neighbours[0][found.neighbours[0] >= 0]
    codes = [int(number) for number in space.context.ids[near]]
    named = _named(session, kept.system, codes)
    levels = levels_of(session, kept, codes)
    features = _features_alike(space, row, near)
    return LikeSchools(
        schools=tuple(
            LikeSchool(
                code=number,
                name=named[number][0],
                commune=named[number][1],
                distance=float(found.distance[0][place]),
                coverage=float(found.coverage[0][place]),
                features=features[place],
                levels={area: level for (other, area), level in levels.items() if other == number},
            )
            for place, number in enumerate(codes)
            if number in named
        ),
        weights={feature.value: float(w) for feature, w in _weights(space) if w > 0},
        weights_kind=str(space.weights.kind),
        compared=int(space.context.ids.size),
        farthest=float(found.distance[0][near.size - 1]) if near.size else None,
    )


def _weights(space: ContextSpace) -> list[tuple[Feature, float]]:
    total = float(space.feature_weights.sum()) or 1.0
    return [
        (feature, float(weight) / total)
        for feature, weight in zip(space.context.features, space.feature_weights, strict=True)
    ]


def _features_alike(space: ContextSpace, row: int, near: np.ndarray) -> list[tuple[str, ...]]:
    """For each neighbour, the features that bring it closer than a random pair by the most."""
    usual = _usual_contributions(space)
    parts = space.contributions(np.full(near.size, row), near)
    alike = []
    for column in parts.T:
        gain = np.where(np.isfinite(column), usual - column, -np.inf)
        best = [int(place) for place in np.argsort(-gain, kind="stable")[:NAMED_FEATURES]]
        alike.append(tuple(space.context.features[place].value for place in best if gain[place] > 0))
    return alike


def _usual_contributions(space: ContextSpace) -> np.ndarray:
    """Mean contribution of each feature between two schools drawn at random, by a fixed seed."""
    size = space.context.ids.size
    draw = np.random.default_rng(0)
    pairs = draw.integers(size, size=(2, REFERENCE_PAIRS))
    parts = space.contributions(pairs[0], pairs[1])
    known = np.isfinite(parts)
    total = np.where(known, parts, 0.0).sum(axis=1)
    return total / np.maximum(known.sum(axis=1), 1)


def _named(session: Session, system: str, codes: list[int]) -> dict[int, tuple[str, str | None]]:
    rows = session.execute(
        select(School.code, School.name, Commune.name)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(School.system == system, School.code.in_(codes))
    )
    return {code: (name, commune) for code, name, commune in rows}
