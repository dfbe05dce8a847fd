"""A mesh in parts of bounded size, near each other in space.

A library that builds something from a mesh keeps the interpreter while it does, and with it every
other thread of the process: in Kit the whole picture stands still. Built part by part, the others
get their turn in between.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.triangles import Mesh

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MeshPart", "split_mesh"]


@dataclass(frozen=True, eq=False)
class MeshPart:
    """Some triangles of a mesh, in the mesh's frame."""

    whole: Mesh
    #: Rows of ``whole.triangles``; None for all of them.
    rows: NDArray[np.intp] | None

    @functools.cached_property
    def bound(self) -> NDArray[np.float64]:
        """Lower and upper corner, shape (2, 3) [m]."""
        if self.rows is None:
            return self.whole.bound
        # Along one run of memory per axis, which is several times faster.
        columns = np.ascontiguousarray(self.whole.corners.take(self.rows, axis=0).reshape(-1, 3).T)
        return np.stack([columns.min(axis=1), columns.max(axis=1)])

    @property
    def count(self) -> int:
        """Number of triangles."""
        return len(self.whole.triangles if self.rows is None else self.rows)

    @functools.cached_property
    def mesh(self) -> Mesh:
        """The part as a mesh of its own, with the vertices it uses."""
        if self.rows is None:
            return self.whole
        used, triangles = np.unique(self.whole.triangles[self.rows], return_inverse=True)
        return Mesh(self.whole.vertices[used], triangles.reshape(-1, 3).astype(np.int32))


def split_mesh(mesh: Mesh, limit: int) -> tuple[MeshPart, ...]:
    """Return a mesh in parts of at most ``limit`` triangles, each triangle in one of them.

    Halves by the triangles' middles along the longest side until every part is small enough.
    """
    if len(mesh.triangles) <= limit:
        return (MeshPart(mesh, None),)
    a, b, c = mesh.corners.transpose(1, 2, 0)
    middles = np.ascontiguousarray(a + b + c)
    parts, waiting = [], [np.arange(len(mesh.triangles))]
    while waiting:
        rows = waiting.pop()
        if len(rows) <= limit:
            parts.append(MeshPart(mesh, rows))
            continue
        # Taken, not indexed, which would not leave each axis in one run of memory.
        own = middles.take(rows, axis=1)
        axis = int(np.argmax(np.ptp(own, axis=1)))
        half = len(rows) // 2
        order = np.argpartition(own[axis], half)
        waiting += [rows[order[half:]], rows[order[:half]]]
    return tuple(parts)
