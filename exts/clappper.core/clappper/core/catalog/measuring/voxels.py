"""A grid of cubes that says where an asset is solid. Plain arrays, metres, Z up.

Never too little: a cube that a triangle touches is solid, and so is what no way from outside leads
to.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Grid", "estimate_work", "fill_grid", "mark_triangles"]

#: Cubes along the longest side, and the finest cube [m].
_RESOLUTION, _FINEST_M = 72, 0.01
#: What rounding may hide, and the longest piece of a triangle [cubes].
_HAIR, _LONGEST = 1e-3, 0.99
#: Pieces a triangle gives: of its area, and of a thin one's length, which halving cuts to the power
#: of log2(3) [cubes].
_PER_AREA, _PER_LENGTH, _THIN_POWER = 7.0, 2.0, 1.585
#: Triangles cut at a time.
_BATCH = 1 << 16


class Grid(NamedTuple):
    """Solid cubes, shape (nx, ny, nz); cube (0, 0, 0) has its lowest corner at ``low``."""

    solid: NDArray[np.bool_]
    low: NDArray[np.float64]  # shape (3,) [m]
    cell_m: float

    def to_m(self, index: int, axis: int) -> float:
        """Return where the lower face of a layer of cubes lies along an axis [m]."""
        return float(self.low[axis] + index * self.cell_m)


def fill_grid(triangles: NDArray[np.float64], *, work_limit: float) -> Grid | None:
    """Return the grid of an asset's triangles, or None when it would be too much work.

    Args:
        triangles: Shape (n, 3, 3) with n > 0 [m].
        work_limit: Most pieces the triangles may be cut into.
    """
    low, high = triangles.min(axis=(0, 1)), triangles.max(axis=(0, 1))
    cell = max(float((high - low).max()) / _RESOLUTION, _FINEST_M)
    shape = tuple(int(n) + 1 for n in np.floor((high - low) / cell))
    if estimate_work(triangles, cell) > work_limit:
        return None
    surface = mark_triangles(triangles, low, cell, shape)
    return Grid(surface | ~_reach_from_outside(surface), low, cell)


def estimate_work(triangles: NDArray[np.float64], cell_m: float) -> float:
    """Return into how many pieces ``mark_triangles`` would cut triangles, nearly."""
    edges = (triangles[:, [1, 2, 0]] - triangles) / cell_m
    areas = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) / 2.0
    lengths = np.sqrt(np.einsum("nij,nij->ni", edges, edges).max(axis=1, initial=0.0))
    pieces = np.maximum(_PER_AREA * areas, _PER_LENGTH * lengths**_THIN_POWER)
    return float(np.maximum(pieces, 1.0).sum())


def mark_triangles(
    triangles: NDArray[np.float64],
    low: NDArray[np.float64],
    cell_m: float,
    shape: tuple[int, ...],
) -> NDArray[np.bool_]:
    """Return the cubes of a grid that triangles, shape (n, 3, 3) [m], touch."""
    marked = np.zeros(shape, dtype=bool)
    last = np.array(shape) - 1
    for piece in _cut(((triangles - low) / cell_m).astype(np.float32)):
        # A hair wider, so that what lies between two cubes counts for both.
        first = np.clip(np.floor(piece.min(axis=1) - _HAIR), 0, last).astype(np.int32)
        end = np.clip(np.floor(piece.max(axis=1) + _HAIR), 0, last).astype(np.int32)
        corners = (first, end)  # a piece shorter than a cube touches two along an axis at most
        for x, y, z in itertools.product(corners, repeat=3):
            marked[x[:, 0], y[:, 1], z[:, 2]] = True
    return marked


def _cut(triangles: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Yield triangles shorter than 1, whatever was longer having been halved until it was not."""
    waiting = [triangles]
    while waiting:
        rest = waiting.pop()
        edges = rest[:, [1, 2, 0]] - rest
        squares = np.einsum("nij,nij->ni", edges, edges)
        is_short = squares.max(axis=1, initial=0.0) <= _LONGEST**2
        yield rest[is_short]
        rest, squares = rest[~is_short], squares[~is_short]
        row, edge = np.arange(len(rest)), squares.argmax(axis=1)
        a, b, c = rest[row, edge], rest[row, (edge + 1) % 3], rest[row, (edge + 2) % 3]
        middle = (a + b) / 2.0
        rest = np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])
        # In batches, so that what waits is few.
        waiting += [rest[start : start + _BATCH] for start in range(0, len(rest), _BATCH)]


def _reach_from_outside(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the free cubes that are joined to the outside by their faces."""
    free = ~np.pad(solid, 1)
    reached = np.zeros_like(free)
    reached[0] = reached[-1] = True
    reached[:, 0] = reached[:, -1] = True
    reached[:, :, 0] = reached[:, :, -1] = True
    count = -1
    while count != (count := int(reached.sum())):
        for axis in range(3):
            layers, open_layers = np.moveaxis(reached, axis, 0), np.moveaxis(free, axis, 0)
            for order in (range(1, len(layers)), range(len(layers) - 2, -1, -1)):
                for index in order:
                    before = layers[index - order.step]
                    layers[index] |= before & open_layers[index]
    return reached[1:-1, 1:-1, 1:-1]
