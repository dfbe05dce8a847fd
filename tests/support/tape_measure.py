"""A tape measure for stages: sizes and places read with plain USD calls and numpy.

Shares nothing with the certificate. What it says is certain: two things overlap by a depth when a
point of one lies so deep inside a closed convex part of the other, because no shorter move can free
that point. What it cannot tell for certain it does not say.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["Eye", "Tape", "Thing", "measure_gap", "measure_stage"]

#: Vertices closer than this are one [m].
_WELD_M = 1e-6
#: A part whose vertices stay behind all its faces within this is convex [m].
_CONVEX_M = 1e-5


@dataclass(frozen=True, eq=False)
class Shape:
    """A mesh in its own units: points, triangles, and the rows of each closed part."""

    points: NDArray[np.float64]
    triangles: NDArray[np.int64]
    closed: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, eq=False)
class Thing:
    """Something drawn on a stage, in metres, Z up."""

    path: str
    noun: str | None
    item: str | None
    #: Files its prims refer to.
    files: tuple[str, ...]
    #: Where its front (-Y of its own frame) looks, a unit vector (x, y, z).
    heading: NDArray[np.float64]
    shapes: tuple[tuple[Shape, NDArray[np.float64]], ...]

    @functools.cached_property
    def points(self) -> NDArray[np.float64]:
        """Vertices, shape (n, 3) [m]."""
        return np.concatenate([_move(shape.points, matrix) for shape, matrix in self.shapes])

    @functools.cached_property
    def bound(self) -> NDArray[np.float64]:
        """Lower and upper corner, shape (2, 3) [m]."""
        return np.stack([self.points.min(axis=0), self.points.max(axis=0)])

    @functools.cached_property
    def probes(self) -> NDArray[np.float64]:
        """Points of its material: vertices and the middles of triangles."""
        middles = [
            _move(shape.points[shape.triangles].mean(axis=1), matrix)
            for shape, matrix in self.shapes
        ]
        return np.concatenate([self.points, *middles])

    @functools.cached_property
    def convex_parts(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Of each closed convex part the bound (2, 3) and its planes (n, 4), normals outwards."""
        parts = []
        for shape, matrix in self.shapes:
            points = _move(shape.points, matrix)
            for rows in shape.closed:
                planes = _find_planes(points[shape.triangles[rows]])
                if planes is not None:
                    used = points[shape.triangles[rows]].reshape(-1, 3)
                    parts.append((np.stack([used.min(axis=0), used.max(axis=0)]), planes))
        return parts

    def measure_depth(self, points: NDArray[np.float64]) -> float:
        """Return how deep the deepest of some points is inside a convex part [m], 0.0 if none."""
        inside = ((points > self.bound[0]) & (points < self.bound[1])).all(axis=1)
        points, deepest = points[inside], 0.0
        if not len(points):
            return 0.0
        lower, upper = points.min(axis=0), points.max(axis=0)
        for bound, planes in self.convex_parts:
            if (bound[0] > upper).any() or (bound[1] < lower).any():
                continue
            near = points[((points > bound[0]) & (points < bound[1])).all(axis=1)]
            if len(near):
                depths = -(near @ planes[:, :3].T - planes[:, 3]).max(axis=1)
                deepest = max(deepest, float(depths.max()))
        return deepest


@dataclass(frozen=True)
class Eye:
    """A camera at one moment: where it is [m], and a function of what points it frames."""

    time: float
    position: NDArray[np.float64]
    view: NDArray[np.float64]

    def count_framed(self, points: NDArray[np.float64]) -> int:
        """Return how many points (n, 3) [m] lie inside the view volume."""
        rows = np.c_[points, np.ones(len(points))] @ self.view
        size = rows[:, 3:]
        return int(((size > 0) & (np.abs(rows[:, :2]) <= size)).all(axis=1).sum())


@dataclass(frozen=True)
class Tape:
    """Everything measured on one stage."""

    things: dict[str, Thing]
    place: dict[str, Thing]
    eyes: tuple[Eye, ...]
    camera_path: str

    @property
    def counts(self) -> Counter[str]:
        """Number of things by noun."""
        return Counter(thing.noun or "" for thing in self.things.values())

    @property
    def floor(self) -> NDArray[np.float64] | None:
        """Bound of the floor [m]."""
        floors = [thing.bound for path, thing in self.place.items() if "/Floor" in path]
        if not floors:
            return None
        return np.stack([np.min(floors, axis=0)[0], np.max(floors, axis=0)[1]])

    def list_walls(self) -> dict[str, NDArray[np.float64]]:
        """Return the bound of each wall by its side's name [m]."""
        walls: dict[str, list[NDArray[np.float64]]] = {}
        for path, thing in self.place.items():
            if "/Walls/" in path:
                walls.setdefault(path.split("/Walls/")[1].split("/")[0], []).append(thing.bound)
        return {
            side: np.stack([np.min(bounds, axis=0)[0], np.max(bounds, axis=0)[1]])
            for side, bounds in walls.items()
        }

    def measure_overlap(self, path: str) -> tuple[float, str]:
        """Return the deepest certain overlap of a thing with anything else [m], and with what."""
        mine = self.things[path]
        best = (0.0, "")
        for other in (*self.things.values(), *self.place.values()):
            if other is not mine and measure_gap(mine.bound, other.bound) <= 0.0:
                depth = max(mine.measure_depth(other.probes), other.measure_depth(mine.probes))
                best = max(best, (depth, other.path))
        return best

    def measure_box_gap(self, path: str, others: Iterable[str]) -> float:
        """Return the least distance between a thing's box and others' boxes [m]."""
        mine = self.things[path].bound
        return min(
            (measure_gap(mine, self.things[other].bound) for other in others if other != path),
            default=float("inf"),
        )

    def measure_drop(self, path: str) -> float:
        """Return how far below a thing the highest box under it ends [m]; certain, never more."""
        mine = self.things[path].bound
        tops = [
            min(float(other.bound[1][2]), float(mine[0][2]))
            if other.bound[0][2] <= mine[0][2]
            else float("-inf")
            for other in (*self.things.values(), *self.place.values())
            if other.path != path
            and (other.bound[0][:2] < mine[1][:2]).all()
            and (mine[0][:2] < other.bound[1][:2]).all()
        ]
        return float(mine[0][2]) - max(tops, default=float("-inf"))


def measure_stage(stage: Usd.Stage) -> Tape:
    """Measure a stage in metres, Z up, as its own metadata says."""
    to_metres = np.eye(4) * UsdGeom.GetStageMetersPerUnit(stage)
    to_metres[3, 3] = 1.0
    if UsdGeom.GetStageUpAxis(stage) == "Y":
        to_metres = to_metres @ np.array(
            [[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], dtype=np.float64
        )
    cache = UsdGeom.XformCache()
    things, place = {}, {}
    prims = iter(stage.Traverse())
    for prim in prims:
        path = str(prim.GetPath())
        if prim.GetCustomDataByKey("clappper:item"):
            prims.PruneChildren()
            thing = _read_thing(prim, cache, to_metres)
            if thing is not None:
                things[path] = thing
        elif "/Environment/" in path and prim.IsA(UsdGeom.Mesh):
            thing = _read_thing(prim, cache, to_metres)
            if thing is not None:
                place[path] = thing
    camera = next(prim for prim in stage.Traverse() if prim.IsA(UsdGeom.Camera))
    times = np.linspace(stage.GetStartTimeCode(), stage.GetEndTimeCode(), 5)
    eyes = tuple(_read_eye(camera, float(time), to_metres) for time in times)
    return Tape(things, place, eyes, str(camera.GetPath()))


def measure_gap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the distance between two boxes (2, 3) [m]."""
    return float(np.linalg.norm(np.maximum(0.0, np.maximum(a[0] - b[1], b[0] - a[1]))))


def _read_thing(
    prim: Usd.Prim, cache: UsdGeom.XformCache, to_metres: NDArray[np.float64]
) -> Thing | None:
    shapes = []
    for child in Usd.PrimRange(prim, Usd.TraverseInstanceProxies()):
        if not child.IsA(UsdGeom.Mesh):
            continue
        imageable = UsdGeom.Imageable(child)
        if imageable.ComputeVisibility() == "invisible" or imageable.ComputePurpose() in (
            "guide",
            "proxy",
        ):
            continue
        matrix = np.array(cache.GetLocalToWorldTransform(child), dtype=np.float64) @ to_metres
        shapes.append((_read_shape(child), matrix))
    if not shapes:
        return None
    files = [
        reference.assetPath
        for child in (prim, *prim.GetChildren())
        for spec in child.GetPrimStack()
        if spec.layer == prim.GetStage().GetRootLayer()
        for reference in spec.referenceList.GetAddedOrExplicitItems()
    ]
    noun, item = (prim.GetCustomDataByKey(f"clappper:{key}") for key in ("noun", "item"))
    front = -(np.array(cache.GetLocalToWorldTransform(prim), dtype=np.float64) @ to_metres)[1, :3]
    heading = front / max(float(np.linalg.norm(front)), 1e-12)
    return Thing(str(prim.GetPath()), noun, item, tuple(files), heading, tuple(shapes))


def _read_eye(camera: Usd.Prim, time: float, to_metres: NDArray[np.float64]) -> Eye:
    gf_camera = UsdGeom.Camera(camera).GetCamera(Usd.TimeCode(time))
    frustum = gf_camera.frustum
    place = np.array(gf_camera.transform, dtype=np.float64)
    view = np.array(frustum.ComputeViewMatrix() * frustum.ComputeProjectionMatrix())
    return Eye(time, (place @ to_metres)[3, :3], np.linalg.inv(to_metres) @ view)


def _read_shape(prim: Usd.Prim) -> Shape:
    mesh = UsdGeom.Mesh(prim)
    points = np.array(mesh.GetPointsAttr().Get(), dtype=np.float64)
    counts = np.array(mesh.GetFaceVertexCountsAttr().Get())
    indices = np.array(mesh.GetFaceVertexIndicesAttr().Get())
    return _make_shape(points.tobytes(), counts.tobytes(), counts.dtype.str, indices.tobytes())


@functools.cache
def _make_shape(points: bytes, counts: bytes, kind: str, indices: bytes) -> Shape:
    places = np.frombuffer(points).reshape(-1, 3)
    corners = np.frombuffer(indices, dtype=kind)
    triangles, start = [], 0
    for count in np.frombuffer(counts, dtype=kind):
        face = corners[start : start + count]
        triangles += [(face[0], face[step], face[step + 1]) for step in range(1, count - 1)]
        start += count
    rows = np.array(triangles, dtype=np.int64).reshape(-1, 3)
    return Shape(places, rows, tuple(_iterate_closed(places, rows)))


def _iterate_closed(
    points: NDArray[np.float64], triangles: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """Yield the triangles of each connected part whose every edge joins two triangles."""
    keys = [tuple(row) for row in np.round(points / _WELD_M).astype(np.int64).tolist()]
    numbers: dict[tuple[int, ...], int] = {}
    welded = np.array([numbers.setdefault(key, len(numbers)) for key in keys])[triangles]
    parent = list(range(len(numbers)))

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for a, b, c in welded.tolist():
        parent[find(b)] = parent[find(c)] = find(a)
    parts: dict[int, list[int]] = {}
    for row, corner in enumerate(welded[:, 0].tolist()):
        parts.setdefault(find(corner), []).append(row)
    for part in parts.values():
        edges: Counter[tuple[int, int]] = Counter()
        for triangle in welded[part].tolist():
            for first, second in zip(triangle, (*triangle[1:], triangle[0]), strict=True):
                if first != second:
                    edges[min(first, second), max(first, second)] += 1
        if set(edges.values()) == {2}:
            yield np.array(part)


def _find_planes(corners: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the face planes of a closed part, or None when it is not convex or has no volume."""
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    keep = lengths > 1e-14
    if not keep.any():
        return None
    normals = normals[keep] / lengths[keep][:, None]
    points = np.unique(np.round(corners.reshape(-1, 3), 7), axis=0)
    if len(points) > 600:
        return None
    middle = points.mean(axis=0)
    offsets = np.einsum("ij,ij->i", normals, corners[keep, 0])
    flip = np.where(normals @ middle > offsets, -1.0, 1.0)
    normals, offsets = normals * flip[:, None], offsets * flip
    if (points @ normals.T - offsets).max() > _CONVEX_M:
        return None
    return np.c_[normals, offsets]


def _move(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return points @ matrix[:3, :3] + matrix[3, :3]
