"""Distances on the globe, and the pairs of points that lie near each other, exactly.

A grid of cubes in three dimensions holds the points as unit vectors: no special case
for high latitudes, islands or the antimeridian. A point's neighbours within a radius
lie in its own cube or one of the 26 around it, so nothing is missed; what is too far
is dropped afterwards by the true distance.
"""

from collections.abc import Iterator

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.errors import ProfileError

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (Moritz 2000, Geodetic Reference System 1980, J. Geodesy 74)."""

BLOCK_PAIRS = 1_000_000
"""Pairs looked at together; bounds the memory."""

_SMALLEST_CUBE = 1e-4


def great_circle_km(
    latitude_a: FloatArray | float,
    longitude_a: FloatArray | float,
    latitude_b: FloatArray | float,
    longitude_b: FloatArray | float,
) -> FloatArray:
    """Distance along the Earth's surface between points, pair by pair.

    Parameters
    ----------
    latitude_a, longitude_a, latitude_b, longitude_b : ndarray
        Degrees (WGS84), of shapes that broadcast; NaN where there is no place.

    Returns
    -------
    ndarray
        Kilometres, on a sphere of mean radius (at most 0.6 % off the ellipsoid);
        NaN where a place is missing.

    Notes
    -----
    Haversine formula (Sinnott 1984, Sky and Telescope 68), which stays exact for
    points that are close.

    Examples
    --------
    From Santiago to Valparaíso:

    >>> float(np.round(great_circle_km(-33.45, -70.67, -33.05, -71.62), 1))
    98.9
    """
    lat_a, lon_a, lat_b, lon_b = (
        np.radians(values) for values in (latitude_a, longitude_a, latitude_b, longitude_b)
    )
    half = np.sin((lat_b - lat_a) / 2) ** 2
    half = half + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distance: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def unit_vectors(latitude: FloatArray, longitude: FloatArray) -> FloatArray:
    """Points on the unit sphere.

    Parameters
    ----------
    latitude, longitude : ndarray of shape (n,)
        Degrees; NaN where there is no place.

    Returns
    -------
    ndarray of shape (n, 3)
        NaN where there is no place.
    """
    lat, lon = np.radians(latitude), np.radians(longitude)
    # each axis in one piece, since distances are worked out axis by axis
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]).T


def km_between(points_a: FloatArray, points_b: FloatArray) -> FloatArray:
    """Great-circle distance between points given as unit vectors, pair by pair.

    Parameters
    ----------
    points_a, points_b : ndarray of shape (n, 3)
        Unit vectors; NaN where there is no place.

    Returns
    -------
    ndarray of shape (n,)
        Kilometres, equal to :func:`great_circle_km` up to rounding (a micrometre nearby,
        metres at the antipodes); NaN where a place is missing.

    Notes
    -----
    The chord through the sphere spans 2 R asin(chord / 2) on its surface.
    """
    square = np.zeros(len(points_a))
    for axis in range(3):
        apart = points_a[:, axis] - points_b[:, axis]
        square += apart * apart
    return km_of_squared_chord(square)


def km_of_squared_chord(square: FloatArray) -> FloatArray:
    """Kilometres along the surface from the square of the chord between unit vectors."""
    half = np.sqrt(square)
    half /= 2
    distance: FloatArray = np.arcsin(np.minimum(half, 1.0, out=half), out=half)
    distance *= 2 * EARTH_RADIUS_KM
    return distance


def chord(km: float) -> float:
    """Straight line through the unit sphere that spans a distance on its surface."""
    if not km >= 0:
        raise ProfileError("a radius must be 0 or more", "km")
    angle = min(km / EARTH_RADIUS_KM, np.pi)
    return 2 * float(np.sin(angle / 2))


def near_blocks(
    points_a: FloatArray, points_b: FloatArray, km: float, block_pairs: int = BLOCK_PAIRS
) -> Iterator[tuple[IntArray, IntArray]]:
    """Blocks of rows that together hold every pair of points within a radius.

    Parameters
    ----------
    points_a : ndarray of shape (n_a, 3)
        Unit vectors; a row of NaN is near nothing.
    points_b : ndarray of shape (n_b, 3)
    km : float
        Radius, >= 0.
    block_pairs : int
        Largest number of pairs in a block, unless one row alone has more.

    Yields
    ------
    rows_a, rows_b : ndarray of int
        Each pair within the radius is in exactly one block, as a row of the first and
        one of the second, both ascending; pairs farther apart may be there too.
    """
    rows_a = np.flatnonzero(np.isfinite(points_a).all(axis=1))
    rows_b = np.flatnonzero(np.isfinite(points_b).all(axis=1))
    if not rows_a.size or not rows_b.size:
        return
    # a little wider than the radius, so that rounding loses nothing
    cube = max(chord(km) * (1 + 1e-9) + 1e-12, _SMALLEST_CUBE)
    side = int(2 / cube) + 4
    cells_a = _cells(points_a[rows_a], cube)
    keys_b = _keys(_cells(points_b[rows_b], cube), side)
    order_b = np.argsort(keys_b, kind="stable")
    rows_b, keys_b = rows_b[order_b], keys_b[order_b]

    keys_a = _keys(cells_a, side)
    order_a = np.argsort(keys_a, kind="stable")
    rows_a = rows_a[order_a]
    _, starts = np.unique(keys_a[order_a], return_index=True)
    occupied = cells_a[order_a][starts]
    columns = np.array([(x, y, 0) for x in (-1, 0, 1) for y in (-1, 0, 1)])
    around = occupied[:, None, :] + columns[None, :, :]
    # three cubes above each other have consecutive keys: one range of the sorted points
    middle = _keys(around.reshape(-1, 3), side).reshape(around.shape[:2])
    first = np.searchsorted(keys_b, middle - 1, side="left")
    last = np.searchsorted(keys_b, middle + 1, side="right")
    ends = np.append(starts[1:], rows_a.size)
    for cell, (start, end) in enumerate(zip(starts, ends, strict=True)):
        ranges = [rows_b[low:high] for low, high in zip(first[cell], last[cell], strict=True) if low < high]
        if not ranges:
            continue
        near = np.sort(np.concatenate(ranges))
        step = max(1, block_pairs // near.size)
        for low in range(start, end, step):
            yield rows_a[low : min(low + step, end)], near


def pairs_within(
    latitude_a: FloatArray,
    longitude_a: FloatArray,
    latitude_b: FloatArray,
    longitude_b: FloatArray,
    km: float,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Every pair of places at most so many kilometres apart.

    Parameters
    ----------
    latitude_a, longitude_a : ndarray of shape (n_a,)
        Degrees; NaN where there is no place, which is near nothing.
    latitude_b, longitude_b : ndarray of shape (n_b,)
    km : float
        Radius, >= 0; a pair exactly at it counts.

    Returns
    -------
    rows_a, rows_b : ndarray of int
        Sorted by the first, then the second.
    distance : ndarray
        Kilometres.

    Raises
    ------
    ProfileError
        The radius is negative.

    Examples
    --------
    >>> here, there = np.array([0.0]), np.array([179.9, -179.9])
    >>> a, b, km = pairs_within(here, np.array([180.0]), np.zeros(2), there, 20.0)
    >>> b.tolist(), km.round(1).tolist()
    ([0, 1], [11.1, 11.1])
    """
    points_a, points_b = unit_vectors(latitude_a, longitude_a), unit_vectors(latitude_b, longitude_b)
    found_a, found_b, found_km = [], [], []
    for rows, near in near_blocks(points_a, points_b, km):
        a, b = np.repeat(rows, near.size), np.tile(near, rows.size)
        distance = km_between(points_a[a], points_b[b])
        keep = distance <= km
        found_a.append(a[keep])
        found_b.append(b[keep])
        found_km.append(distance[keep])
    if not found_a:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    a, b, distance = np.concatenate(found_a), np.concatenate(found_b), np.concatenate(found_km)
    order = np.lexsort((b, a))
    return a[order], b[order], distance[order]


def _cells(points: FloatArray, cube: float) -> IntArray:
    """Cube of each point, counted from 1 on each axis."""
    return np.floor((points + 1.0) / cube).astype(np.int64) + 1


def _keys(cells: IntArray, side: int) -> IntArray:
    keys: IntArray = (cells[:, 0] * side + cells[:, 1]) * side + cells[:, 2]
    return keys
