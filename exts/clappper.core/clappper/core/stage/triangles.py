"""Triangles of the composed stage: read once per prototype, in metres, in the layout frame's axes.

Owns reading meshes and simple gprims below a prim (purposes default and render, invisible prims
left out, instance proxies followed) and what can be said about one mesh alone: bound, connected
pieces, points on its surface. Does not know what an instance or a room is. Subdivision surfaces are
read as their control cage, which encloses the limit surface.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Usd, UsdGeom

from clappper.core.stage import tessellation
from clappper.core.stage.solid import Solid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = [
    "Mesh",
    "Piece",
    "TriangleReader",
    "iterate_gprims",
    "sample_surface",
]

#: Vertices closer than this are one vertex when connected pieces are found [m].
WELD_M = 1e-5


@dataclass(frozen=True, eq=False)
class Piece:
    """One connected part of a mesh.

    Its corners' bound [m], one of its points and its triangles, shape (n, 3, 3).
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    point: NDArray[np.float64]
    corners: NDArray[np.float64]

    @functools.cached_property
    def solid(self) -> Solid:
        """The part as a body that holds points or not."""
        return Solid(self.corners)


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle soup with shared vertices, metres.

    Compared by identity, so that it can key what is built from it.
    """

    #: Shape (n, 3) [m].
    vertices: NDArray[np.float64]
    #: Shape (m, 3), rows of vertex indices.
    triangles: NDArray[np.int32]

    @functools.cached_property
    def corners(self) -> NDArray[np.float64]:
        """Corner points of every triangle, shape (m, 3, 3) [m]."""
        return self.vertices[self.triangles]

    @functools.cached_property
    def bound(self) -> NDArray[np.float64]:
        """Lower and upper corner of the used vertices, shape (2, 3) [m]."""
        return np.stack([self._columns.min(axis=1), self._columns.max(axis=1)])

    def compute_bound(self, rotation: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the bound (2, 3) [m] of the mesh turned by a 3x3 matrix for column vectors."""
        key = rotation.tobytes()
        if key not in self._turned:
            turned = rotation @ self._columns
            self._turned[key] = np.stack([turned.min(axis=1), turned.max(axis=1)])
        return self._turned[key]

    @functools.cached_property
    def _turned(self) -> dict[bytes, NDArray[np.float64]]:
        return {}

    @functools.cached_property
    def _columns(self) -> NDArray[np.float64]:
        """Used vertices, shape (3, n), so that each axis lies in one run of memory."""
        is_used = np.zeros(len(self.vertices), dtype=bool)
        is_used[self.triangles] = True
        return np.ascontiguousarray(self.vertices[is_used].T)

    @functools.cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Connected parts, vertices at one place counted as one."""
        labels = _label_triangles(self)
        order = np.argsort(labels, kind="stable")
        cuts = np.flatnonzero(np.diff(labels[order])) + 1
        return tuple(_make_piece(self.corners[rows]) for rows in np.split(order, cuts))


class TriangleReader:
    """Reads meshes of one stage.

    Equal prototypes at equal local transforms give the same ``Mesh`` object.
    """

    def __init__(self, to_layout: NDArray[np.float64]) -> None:
        """Read with a 4x4 matrix (column vectors) from the stage's frame to the layout frame."""
        self._to_layout = to_layout
        self._xforms = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
        self._sources: dict[str, tuple[NDArray[np.float64], NDArray[np.int32]] | None] = {}
        self._meshes: dict[tuple[object, ...], Mesh] = {}
        #: Prototypes with something inside that does not move with their instances.
        self._unshared: set[str] = set()

    def compute_world(self, prim: Usd.Prim) -> NDArray[np.float64]:
        """Return the prim's transform to the stage's world, 4x4 for column vectors, stage units."""
        return np.array(self._xforms.GetLocalToWorldTransform(prim), dtype=np.float64).T

    def read(self, root: Usd.Prim, rigid: NDArray[np.float64]) -> Mesh | None:
        """Return all triangles below a prim, or None without any.

        They are in the frame ``rigid``, a 4x4 matrix to the layout frame.
        """
        to_local = np.linalg.inv(rigid) @ self._to_layout
        parts = []
        for prim in iterate_gprims(root, is_stopping=not root.IsInstanceProxy()):
            name = self._read_source(prim)
            matrix = to_local @ self.compute_world(prim)
            if self._sources[name] is not None and np.isfinite(matrix).all():
                parts.append((name, matrix))
        if not parts:
            return None
        key = tuple((name, (np.round(matrix, 6) + 0.0).tobytes()) for name, matrix in parts)
        if key not in self._meshes:
            self._meshes[key] = Mesh(*self._join(parts))
        return self._meshes[key]

    def _read_source(self, prim: Usd.Prim) -> str:
        """Read a gprim's or an instance's triangles in its own frame once and return their name."""
        if not prim.IsInstance():
            return self._read_gprim(prim)
        name = str(prim.GetPrototype().GetPath())
        if name in self._unshared or prim.IsA(UsdGeom.Gprim):
            name = f"{prim.GetPath()}/*"
        if name not in self._sources:
            self._sources[name] = self._read_instance(prim)
        return name

    def _read_gprim(self, prim: Usd.Prim) -> str:
        name = str(
            prim.GetPrimInPrototype().GetPath() if prim.IsInstanceProxy() else prim.GetPath()
        )
        if name not in self._sources:
            self._sources[name] = tessellation.compute_triangles(prim)
        return name

    def _read_instance(
        self, instance: Usd.Prim
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]] | None:
        parts = []
        for prim in _iterate_shown(instance, is_stopping=False):
            name = self._read_gprim(prim)
            relative, resets = self._xforms.ComputeRelativeTransform(prim, instance)
            matrix = np.array(relative, dtype=np.float64).T
            if resets:
                self._unshared.add(str(instance.GetPrototype().GetPath()))
                matrix = np.linalg.pinv(self.compute_world(instance)) @ self.compute_world(prim)
            if self._sources[name] is not None and np.isfinite(matrix).all():
                parts.append((name, matrix))
        return self._join(parts) if parts else None

    def _join(
        self, parts: list[tuple[str, NDArray[np.float64]]]
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        points, triangles, offset = [], [], 0
        for name, matrix in parts:
            source = self._sources[name]
            if source is not None:
                points.append(source[0] @ matrix[:3, :3].T + matrix[:3, 3])
                triangles.append(source[1] + np.int32(offset))
                offset += len(source[0])
        return np.concatenate(points), np.concatenate(triangles)


def iterate_gprims(root: Usd.Prim, *, is_stopping: bool = False) -> Iterator[Usd.Prim]:
    """Yield what is drawn below a prim (itself included).

    These are the active gprims that are neither invisible nor guide or proxy. ``is_stopping``
    yields instances themselves instead of what is in them.
    """
    imageable = UsdGeom.Imageable(root)
    if not imageable or imageable.ComputeVisibility() != UsdGeom.Tokens.invisible:
        yield from _iterate_shown(root, is_stopping=is_stopping)


def _iterate_shown(root: Usd.Prim, *, is_stopping: bool) -> Iterator[Usd.Prim]:
    predicate = Usd.PrimDefaultPredicate if is_stopping else Usd.TraverseInstanceProxies()
    prims = iter(Usd.PrimRange(root, predicate))
    for prim in prims:
        imageable = UsdGeom.Imageable(prim)
        if not imageable:
            continue
        visibility = imageable.GetVisibilityAttr().Get(Usd.TimeCode.EarliestTime())
        if visibility == UsdGeom.Tokens.invisible or imageable.GetPurposeAttr().Get() in (
            UsdGeom.Tokens.guide,
            UsdGeom.Tokens.proxy,
        ):
            prims.PruneChildren()
        elif prim.IsA(UsdGeom.Gprim) or (is_stopping and prim.IsInstance()):
            yield prim


def sample_surface(mesh: Mesh, count: int) -> NDArray[np.float64]:
    """Return points spread evenly by area over a mesh, shape (count, 3) [m].

    The same mesh gives the same points.
    """
    corners = mesh.corners
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    if not area.sum() > 0.0:
        return np.repeat(mesh.bound.mean(axis=0)[None], count, axis=0)
    cumulative = np.cumsum(area) / area.sum()
    random = np.random.default_rng(0)
    chosen = np.searchsorted(
        cumulative, (np.arange(count) + random.random(count)) / count, side="right"
    )
    chosen = np.minimum(chosen, len(area) - 1)
    u, v = random.random((2, count))
    folded = u + v > 1.0
    u, v = np.where(folded, 1.0 - u, u), np.where(folded, 1.0 - v, v)
    weights = np.stack([1.0 - u - v, u, v], axis=1)
    return np.einsum("ij,ijk->ik", weights, corners[chosen])


def _label_triangles(mesh: Mesh) -> NDArray[np.int64]:
    """Return for each triangle the number of its connected part.

    The least label wins, with pointer jumping.
    """
    triangles = _weld_vertices(mesh.vertices)[mesh.triangles]
    labels = np.arange(int(triangles.max()) + 1)
    while True:
        least = labels[triangles].min(axis=1)
        before = labels.copy()
        for column in range(3):
            np.minimum.at(labels, labels[triangles[:, column]], least)
            np.minimum.at(labels, triangles[:, column], least)
        labels = labels[labels]
        if np.array_equal(labels, before):
            return labels[triangles[:, 0]]


def _weld_vertices(vertices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each vertex the number of its place, counted in the places' order."""
    places = np.round(vertices / WELD_M).astype(np.int64)
    # Sorting by columns lets other threads run, unique rows would not.
    order = np.lexsort(places.T[::-1])
    is_new = (np.diff(places[order], axis=0) != 0).any(axis=1)
    numbers = np.empty(len(places), dtype=np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(is_new)])
    return numbers


def _make_piece(corners: NDArray[np.float64]) -> Piece:
    flat = corners.reshape(-1, 3)
    return Piece(flat.min(axis=0), flat.max(axis=0), flat[0], corners)
