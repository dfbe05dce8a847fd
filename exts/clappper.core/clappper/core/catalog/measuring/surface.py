"""Finds the level surface on top of an asset that other things can stand on. Plain arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["collect_level_faces", "find_surface", "list_triangles"]

#: A surface counts when it covers at least this share of the footprint.
_LEAST_SHARE = 0.4
#: Faces this close in height make one surface [m].
_TOLERANCE_M = 0.0005
_LEVEL = 0.995


def collect_level_faces(
    points: NDArray[np.float64],
    counts: NDArray[np.int64],
    indices: NDArray[np.int64],
    *,
    up: int,
) -> NDArray[np.float64]:
    """Return height and area of each level face, shape (n, 2), in the units of the points.

    Args:
        points: Shape (n, 3).
        counts: Corners of each face, at least 1.
        indices: Corners one after another; faces with bad indices are left out by the caller.
        up: Index of the up axis, 1 or 2.
    """
    if not len(counts) or len(indices) != int(counts.sum()):
        return np.empty((0, 2))
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    following = np.arange(len(indices)) + 1
    following[starts + counts - 1] = starts
    # Around one of the points: far from the origin the products would lose their last digits.
    corners = [(points[:, i] - points[indices[0], i])[indices] for i in range(3)]
    turned = [values[following] for values in corners]
    # Newell: half the sum of cross products around a face is its area vector, concave or not.
    vectors = [
        np.add.reduceat(corners[j] * turned[k] - corners[k] * turned[j], starts)
        for j, k in ((1, 2), (2, 0), (0, 1))
    ]
    areas = np.sqrt(sum(vector * vector for vector in vectors)) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        is_level = np.abs(vectors[up]) / (2.0 * areas) > _LEVEL
    heights = np.add.reduceat(corners[up], starts) / counts + points[indices[0], up]
    return np.stack([heights, areas], axis=1)[is_level]


def list_triangles(counts: NDArray[np.int64], indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the corners of each triangle of a mesh, shape (n, 3): faces are cut like fans.

    Args:
        counts: Corners of each face.
        indices: Corners one after another.
    """
    if len(indices) != int(counts.sum()):
        return np.empty((0, 3), dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    pieces = np.maximum(counts - 2, 0)
    first = np.repeat(starts, pieces)
    number = np.arange(len(first)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return indices[np.stack([first, first + number + 1, first + number + 2], axis=1)]


def find_surface(faces: Sequence[NDArray[np.float64]], footprint_m2: float) -> float | None:
    """Return the height of the highest surface that covers enough of the footprint, or None.

    Args:
        faces: Height [m] and area [m2] of level faces, shape (n, 2) each.
        footprint_m2: Area of the asset's footprint [m2].
    """
    merged = np.concatenate([f for f in faces if len(f)] or [np.empty((0, 2))])
    order = merged[np.argsort(-merged[:, 0])]
    start = 0
    while start < len(order):
        top = order[start, 0]
        end = start
        while end < len(order) and top - order[end, 0] <= _TOLERANCE_M:
            end += 1
        if order[start:end, 1].sum() >= _LEAST_SHARE * footprint_m2:
            return float(top)
        start = end
    return None
