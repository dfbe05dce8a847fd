"""Contact of two placed meshes and their distance: the one module that uses python-fcl.

Large meshes are asked part by part. Which parts come near each other is told from their bounds in
the layout frame, and the hierarchy of a part is built when it is first asked. No call into
python-fcl lets another thread run, so none may take long.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import fcl
import numpy as np

from clappper.core.stage.mesh_part import split_mesh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from clappper.core.stage.triangles import Mesh

__all__ = ["PART_TRIANGLES", "PartedMesh", "PlacedMesh"]

#: Triangles per part; building the hierarchy of so many takes some 2 ms.
PART_TRIANGLES = 1024
#: Bounds closer than this may belong to parts that meet [m]; far above what rounding moves them.
_SLACK_M = 1e-6


class PartedMesh:
    """A mesh in parts, each with a bounding volume hierarchy that is built once, when needed."""

    def __init__(self, mesh: Mesh, part_triangles: int = PART_TRIANGLES) -> None:
        self.parts = split_mesh(mesh, part_triangles)
        self._models: dict[int, fcl.BVHModel] = {}

    @functools.cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Lower and upper corner of every part in the mesh's frame, shape (n, 2, 3) [m]."""
        return np.stack([part.bound for part in self.parts])

    def get_model(self, index: int) -> fcl.BVHModel:
        """Return the hierarchy of one part."""
        model = self._models.get(index)
        if model is None:
            model = self._models[index] = _build_model(self.parts[index].mesh)
        return model

    def place(self, rotation: NDArray[np.float64], translation: NDArray[np.float64]) -> PlacedMesh:
        """Return the mesh at a place [m, layout frame]; ``rotation`` is 3x3 for column vectors."""
        return PlacedMesh(self, rotation, translation)


class PlacedMesh:
    """A mesh in parts at a place in the layout frame."""

    def __init__(
        self, parted: PartedMesh, rotation: NDArray[np.float64], translation: NDArray[np.float64]
    ) -> None:
        self._parted = parted
        self._rotation, self._translation = rotation, translation
        self._objects: dict[int, fcl.CollisionObject] = {}

    @property
    def count(self) -> int:
        """Number of parts."""
        return len(self._parted.parts)

    @functools.cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Axis-aligned bounds of the parts' turned boxes, shape (n, 2, 3) [m, layout frame]."""
        own = self._parted.bounds
        middles = (own[:, 0] + own[:, 1]) / 2.0 @ self._rotation.T + self._translation
        halves = (own[:, 1] - own[:, 0]) / 2.0 @ np.abs(self._rotation).T
        return np.stack([middles - halves, middles + halves], axis=1)

    def get_object(self, index: int) -> fcl.CollisionObject:
        """Return one part at its place."""
        found = self._objects.get(index)
        if found is None:
            found = self._objects[index] = fcl.CollisionObject(
                self._parted.get_model(index), fcl.Transform(self._rotation, self._translation)
            )
        return found

    def is_touching(self, other: PlacedMesh) -> bool:
        """Return whether a triangle of one meets a triangle of the other."""
        return any(
            fcl.collide(
                self.get_object(mine),
                other.get_object(theirs),
                fcl.CollisionRequest(),
                fcl.CollisionResult(),
            )
            > 0
            for mine, theirs in self._iterate_near(other)
        )

    def compute_distance(self, other: PlacedMesh) -> float:
        """Return the smallest distance of two triangles [m], 0.0 when some meet."""
        if self.count == other.count == 1:
            return self._compute_distance(0, other, 0)
        least = _compute_gaps(self.bounds, other.bounds) - _SLACK_M
        first = np.unravel_index(int(np.argmin(least)), least.shape)
        best = self._compute_distance(int(first[0]), other, int(first[1]))
        least[first] = np.inf
        mine, theirs = np.nonzero(least < best)
        for index in np.argsort(least[mine, theirs], kind="stable"):
            pair = int(mine[index]), int(theirs[index])
            if least[pair] >= best or best <= 0.0:
                break
            best = min(best, self._compute_distance(pair[0], other, pair[1]))
        return best

    def estimate_distance(self, other: PlacedMesh) -> float:
        """Return what the distance is at least [m], as the bounds of the parts tell."""
        return float(_compute_gaps(self.bounds, other.bounds).min()) - _SLACK_M

    def _iterate_near(self, other: PlacedMesh) -> Iterator[tuple[int, int]]:
        """Yield the pairs of parts whose bounds meet."""
        if self.count == other.count == 1:
            yield 0, 0
            return
        mine, theirs = self.bounds, other.bounds
        for index in np.flatnonzero(_is_near(mine, _join(theirs))):
            for found in np.flatnonzero(_is_near(theirs, mine[index])):
                yield int(index), int(found)

    def _compute_distance(self, mine: int, other: PlacedMesh, theirs: int) -> float:
        gap = fcl.distance(
            self.get_object(mine),
            other.get_object(theirs),
            fcl.DistanceRequest(),
            fcl.DistanceResult(),
        )
        return max(0.0, float(gap))


def _build_model(mesh: Mesh) -> fcl.BVHModel:
    model = fcl.BVHModel()
    model.beginModel(len(mesh.triangles), len(mesh.vertices))
    # A list per triangle would set off the collector of garbage, which holds all threads, too.
    model.addSubModel(mesh.vertices, zip(*mesh.triangles.T.tolist(), strict=True))
    model.endModel()
    return model


def _is_near(bounds: NDArray[np.float64], bound: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which bounds (n, 2, 3) meet one bound (2, 3)."""
    near = (bounds[:, 0] <= bound[1] + _SLACK_M) & (bounds[:, 1] >= bound[0] - _SLACK_M)
    return np.asarray(near.all(axis=1))


def _join(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)])


def _compute_gaps(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance between each bound (n, 2, 3) and each of others (m, 2, 3), (n, m)."""
    apart = np.maximum(a[:, None, 0] - b[None, :, 1], b[None, :, 0] - a[:, None, 1])
    return np.asarray(np.linalg.norm(np.maximum(apart, 0.0), axis=2))
