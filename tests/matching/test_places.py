"""Distances on the globe, and every pair within a radius whatever its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.arrays import FloatArray
from matching.errors import ProfileError
from matching.places import great_circle_km, near_blocks, pairs_within, unit_vectors

seeds = st.integers(0, 100_000)


def brute_force(places: list[FloatArray], km: float) -> set[tuple[int, int]]:
    distance = great_circle_km(places[0][:, None], places[1][:, None], places[2], places[3])
    return set(zip(*(rows.tolist() for rows in np.nonzero(distance <= km)), strict=True))


def scattered(draw: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """Dense towns, the poles, the antimeridian, islands far out, and places unknown."""
    latitude = np.concatenate([
        draw.normal(-33.4, 0.4, count), draw.uniform(88.5, 90, count), draw.uniform(-90, -88.5, count),
        draw.normal(0, 0.5, count), [-27.1, -33.6, -62.2, np.nan, 90.0, -90.0],
    ])  # fmt: skip
    longitude = np.concatenate([
        draw.normal(-70.6, 0.4, count), draw.uniform(-180, 180, count), draw.uniform(-180, 180, count),
        (180 + draw.normal(0, 0.5, count) + 180) % 360 - 180, [-109.4, -78.8, -58.9, np.nan, 0.0, 0.0],
    ])  # fmt: skip
    return latitude, longitude


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.2, 2.0, 20.0, 60.0, 400.0, 5000.0, 21_000.0]))
def test_pairs_within_are_those_of_brute_force(seed: int, km: float) -> None:
    draw = np.random.default_rng(seed)
    places = [*scattered(draw, 30), *scattered(draw, 20)]

    a, b, distance = pairs_within(*places, km)

    found = list(zip(a.tolist(), b.tolist(), strict=True))
    assert set(found) == brute_force(places, km)
    assert found == sorted(set(found))
    np.testing.assert_allclose(
        distance, great_circle_km(places[0][a], places[1][a], places[2][b], places[3][b]), atol=2e-3
    )


def test_blocks_hold_no_more_pairs_than_allowed() -> None:
    latitude, longitude = scattered(np.random.default_rng(0), 300)
    points = unit_vectors(latitude, longitude)

    sizes = [rows.size * near.size for rows, near in near_blocks(points, points, 60.0, block_pairs=700)]

    assert max(sizes) <= 700


def test_known_distance() -> None:
    """A quarter of the mean great circle: pi / 2 x 6371.0088 km."""
    assert great_circle_km(0.0, 0.0, 0.0, 90.0) == pytest.approx(10007.557, abs=1e-3)
    assert great_circle_km(10.0, 20.0, 10.0, 20.0) == 0


def test_negative_radius_is_refused() -> None:
    here = np.zeros(1)
    with pytest.raises(ProfileError, match="radius"):
        pairs_within(here, here, here, here, -1.0)
