"""What a closed surface encloses.

A point is inside when rays from it cross the surface an odd number of times. Only the triangles
near a ray are looked at: seen along each ray's direction they are sorted into the cells of a grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Solid"]

#: Six generic directions, none along an axis or a diagonal, roughly one per face of a cube.
_PROBES = np.array(
    [
        [0.9713, 0.1931, 0.1387],
        [-0.9651, 0.1473, -0.2166],
        [0.1787, 0.9694, -0.1681],
        [-0.1319, -0.9742, 0.1830],
        [0.1571, -0.1213, 0.9801],
        [-0.2039, 0.1117, -0.9726],
    ]
)
#: Surfaces of fewer triangles are looked at whole.
_GRID_TRIANGLES = 2048
#: Cells along a side at most, and entries in all of a grid's cells per triangle at most.
_MAX_CELLS, _MAX_ENTRIES = 512, 8


class Solid:
    """One connected surface."""

    def __init__(self, corners: NDArray[np.float64]) -> None:
        """Take its triangles, shape (m, 3, 3) [m]."""
        self._corners = corners
        self._grids: dict[int, _Grid] = {}

    def compute_is_inside(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return for each point (n, 3) whether the surface encloses it.

        Six rays in six directions must each cross the surface an odd number of times, so that the
        inside of a box with an open side is outside.
        """
        inside = np.ones(len(points), dtype=bool)
        for index, probe in enumerate(_PROBES):
            for point in np.flatnonzero(inside):
                corners = self._find_near(index, points[point])
                inside[point] = _count_crossings(points[point], probe, corners) % 2 == 1
        return inside

    def _find_near(self, probe: int, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the triangles that the ray from a point may cross."""
        if len(self._corners) < _GRID_TRIANGLES:
            return self._corners
        if probe not in self._grids:
            self._grids[probe] = _Grid(self._corners, _PROBES[probe])
        return self._corners[self._grids[probe].find(point)]


class _Grid:
    """Triangles by the cells they touch when one looks along a direction."""

    def __init__(self, corners: NDArray[np.float64], way: NDArray[np.float64]) -> None:
        first = np.cross(way, np.eye(3)[int(np.argmin(np.abs(way)))])
        self._axes = np.stack([first, np.cross(way, first)], axis=1)
        flat = corners @ self._axes
        least, most = flat.min(axis=1), flat.max(axis=1)
        self._lower = least.min(axis=0)
        self._extent = np.maximum(most.max(axis=0) - self._lower, 1e-12)
        self._side = min(_MAX_CELLS, int(np.sqrt(len(corners))))
        while True:
            start, stop = self._find_cells(least), self._find_cells(most)
            spans = stop - start + 1
            counts = spans.prod(axis=1)
            if self._side == 1 or counts.sum() <= _MAX_ENTRIES * len(corners):
                break
            self._side //= 2
        rows = np.repeat(np.arange(len(corners)), counts)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        along, across = np.divmod(step, spans[rows, 1])
        cells = (start[rows, 0] + along) * self._side + start[rows, 1] + across
        order = np.argsort(cells, kind="stable")
        self._rows = rows[order]
        self._starts = np.searchsorted(cells[order], np.arange(self._side**2 + 1))

    def find(self, point: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the rows of the triangles in the cell a point is seen in."""
        cell = self._find_cells((point @ self._axes)[None])[0]
        index = int(cell[0]) * self._side + int(cell[1])
        return self._rows[self._starts[index] : self._starts[index + 1]]

    def _find_cells(self, flat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the cells of points (n, 2); what lies outside belongs to the nearest."""
        cells = np.floor((flat - self._lower) / self._extent * self._side).astype(np.int64)
        return cells.clip(0, self._side - 1)


def _count_crossings(
    point: NDArray[np.float64], probe: NDArray[np.float64], corners: NDArray[np.float64]
) -> int:
    edge_1, edge_2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    cross = np.cross(probe, edge_2)
    determinant = np.einsum("ij,ij->i", edge_1, cross)
    facing = np.abs(determinant) > 1e-18
    inverse = np.where(facing, 1.0 / np.where(facing, determinant, 1.0), 0.0)
    offset = point - corners[:, 0]
    across = np.cross(offset, edge_1)
    u = np.einsum("ij,ij->i", offset, cross) * inverse
    v = (across @ probe) * inverse
    t = np.einsum("ij,ij->i", edge_2, across) * inverse
    hits = facing & (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t > 0.0)
    return int(np.count_nonzero(hits))
