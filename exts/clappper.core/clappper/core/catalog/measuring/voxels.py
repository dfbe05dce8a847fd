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

__all__ = ["Grid", "fill_grid", "mark_triangles"]

#: Cubes along the longest side, and the finest cube [m].
_RESOLUTION, _FINEST_M = 72, 0.01
#: What rounding may hide, and the longest piece of a triangle [cubes].
_HAIR, _LONGEST = 1e-3, 0.99


class Grid(NamedTuple):
    """Solid cubes, shape (nx, ny, nz); cube (0, 0, 0) has its lowest corner at ``low``."""

    solid: NDArray[np.bool_]
    low: NDArray[np.float64]  # shape (3,) [m]
    cell_m: float

    def to_m(self, index: int, axis: int) -> float:
        """Return where the lower face of a layer of cubes lies along an axis [m]."""
        return float(self.low[axis] + index * self.cell_m)


def fill_grid(triangles: NDArray[np.float64]) -> Grid:
    """Return the grid of an asset's triangles, shape (n, 3, 3) with n > 0 [m]."""
    low, high = triangles.min(axis=(0, 1)), triangles.max(axis=(0, 1))
    cell = max(float((high - low).max()) / _RESOLUTION, _FINEST_M)
    shape = tuple(int(n) + 1 for n in np.floor((high - low) / cell))
    surface = mark_triangles(triangles, low, cell, shape)
    return Grid(surface | ~_reach_from_outside(surface), low, cell)


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
    rest = triangles
    while len(rest):
        edges = rest[:, [1, 2, 0]] - rest
        squares = np.einsum("nij,nij->ni", edges, edges)
        is_short = squares.max(axis=1) <= _LONGEST**2
        yield rest[is_short]
        rest, squares = rest[~is_short], squares[~is_short]
        row, start = np.arange(len(rest)), squares.argmax(axis=1)
        a, b, c = rest[row, start], rest[row, (start + 1) % 3], rest[row, (start + 2) % 3]
        middle = (a + b) / 2.0
        rest = np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


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
