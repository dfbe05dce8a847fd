"""Triangles of one gprim in its own frame and units: meshes fanned, simple solids tessellated.

Curves, points, patches and volumes have no triangles and give None, as does a mesh whose topology
is not valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pxr import Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Triangles = tuple[NDArray[np.float64], NDArray[np.int32]]

__all__ = ["compute_triangles", "triangulate"]

#: Segments around round solids; their vertices lie on the true surface.
SEGMENTS = 32
_NOW = Usd.TimeCode.EarliestTime()
_BOX_FACES = np.array(
    [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]],
    dtype=np.int64,
)


def compute_triangles(prim: Usd.Prim) -> Triangles | None:
    """Return points (n, 3) and triangles (m, 3) of a gprim, or None when it has none.

    They are in the gprim's own frame and units; every point is used by a triangle.
    """
    for schema, convert in _CONVERTERS.items():
        if prim.IsA(schema):
            triangles = convert(schema(prim))
            return _keep_used(*triangles) if triangles is not None and len(triangles[1]) else None
    return None


def triangulate(
    points: NDArray[np.float64], counts: NDArray[np.int64], indices: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return triangles (m, 3) of polygons: fans where they are convex, clipped ears where not."""
    starts = np.cumsum(counts) - counts
    concave = _find_concave(points, counts, indices, starts)
    fans = np.where(concave | (counts < 3), 0, counts - 2)
    step = np.arange(fans.sum()) - np.repeat(np.cumsum(fans) - fans, fans)
    first = np.repeat(starts, fans)
    triangles = [
        np.stack([indices[first], indices[first + step + 1], indices[first + step + 2]], axis=1)
    ]
    for face in np.flatnonzero(concave):
        ring = indices[starts[face] : starts[face] + counts[face]]
        triangles.append(_clip_ears(points, ring))
    return np.concatenate(triangles).astype(np.int32)


def _keep_used(points: NDArray[np.float64], triangles: NDArray[np.int32]) -> Triangles:
    is_used = np.zeros(len(points), dtype=bool)
    is_used[triangles] = True
    if is_used.all():
        return points, triangles
    numbers = (np.cumsum(is_used) - 1).astype(np.int32)
    return points[is_used], numbers[triangles]


def _convert_mesh(mesh: UsdGeom.Mesh) -> Triangles | None:
    points = np.asarray(mesh.GetPointsAttr().Get(_NOW) or [], dtype=np.float64).reshape(-1, 3)
    counts = np.asarray(mesh.GetFaceVertexCountsAttr().Get(_NOW) or [], dtype=np.int64)
    indices = np.asarray(mesh.GetFaceVertexIndicesAttr().Get(_NOW) or [], dtype=np.int64)
    if (
        not len(points)
        or not len(indices)
        or counts.min(initial=0) < 0
        or counts.sum() != len(indices)
    ):
        return None
    if indices.min() < 0 or indices.max() >= len(points) or not np.isfinite(points).all():
        return None
    return points, triangulate(points, counts, indices)


def _find_concave(
    points: NDArray[np.float64],
    counts: NDArray[np.int64],
    indices: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which polygons turn both ways; a fan would cover what they leave open."""
    concave = np.zeros(len(counts), dtype=bool)
    many = counts > 3
    if not many.any():
        return concave
    face = np.repeat(np.arange(len(counts)), counts)
    corner = np.arange(len(indices)) - starts[face]
    following = starts[face] + (corner + 1) % counts[face]
    here, after = points[indices], points[indices[following]]
    newell = np.zeros((len(counts), 3))
    np.add.at(newell, face, np.cross(here, after))
    turn = np.cross(after - here, points[indices[following[following]]] - after)
    bend = np.einsum("ij,ij->i", turn, newell[face])
    scale = np.einsum("ij,ij->i", newell, newell)[face]
    concave[np.unique(face[(bend < -1e-6 * scale) & many[face]])] = True
    return concave


def _clip_ears(points: NDArray[np.float64], ring: NDArray[np.int64]) -> NDArray[np.int64]:
    corners = points[ring]
    normal = np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0)
    axes = [axis for axis in range(3) if axis != int(np.argmax(np.abs(normal)))]
    flat = corners[:, axes]
    area = np.cross(
        np.c_[flat, np.zeros(len(flat))], np.c_[np.roll(flat, -1, axis=0), np.zeros(len(flat))]
    )[:, 2].sum()
    left = list(range(len(ring))) if area > 0.0 else list(range(len(ring)))[::-1]
    triangles = []
    while len(left) > 3:
        position = next((p for p in range(len(left)) if _is_ear(flat, left, p)), 0)
        a, b, c = left[position - 1], left[position], left[(position + 1) % len(left)]
        triangles.append((ring[a], ring[b], ring[c]))
        del left[position]
    triangles.append(tuple(ring[index] for index in left))
    return np.array(triangles, dtype=np.int64)


def _is_ear(flat: NDArray[np.float64], left: list[int], position: int) -> bool:
    a, b, c = (flat[left[(position + step) % len(left)]] for step in (-1, 0, 1))
    if _turn(a, b, c) <= 0.0:
        return False
    ear = {left[(position + step) % len(left)] for step in (-1, 0, 1)}
    others = (flat[index] for index in left if index not in ear)
    return not any(
        _turn(a, b, p) >= 0.0 and _turn(b, c, p) >= 0.0 and _turn(c, a, p) >= 0.0 for p in others
    )


def _turn(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> float:
    return float((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]))


def _quads(points: NDArray[np.float64], faces: NDArray[np.int64]) -> Triangles:
    return points, np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]]).astype(np.int32)


def _convert_cube(cube: UsdGeom.Cube) -> Triangles:
    half = float(cube.GetSizeAttr().Get(_NOW)) / 2.0
    corners = np.array(
        [[x, y, z] for x in (-half, half) for y in (-half, half) for z in (-half, half)]
    )
    return _quads(corners, _BOX_FACES)


def _convert_plane(plane: UsdGeom.Gprim) -> Triangles:
    half_x, half_y = (
        float(plane.GetWidthAttr().Get(_NOW)) / 2.0,
        float(plane.GetLengthAttr().Get(_NOW)) / 2.0,
    )
    corners = np.array(
        [
            [-half_x, -half_y, 0.0],
            [half_x, -half_y, 0.0],
            [half_x, half_y, 0.0],
            [-half_x, half_y, 0.0],
        ]
    )
    return _quads(_point_along(corners, plane.GetAxisAttr().Get(_NOW)), np.array([[0, 1, 2, 3]]))


def _convert_sphere(sphere: UsdGeom.Sphere) -> Triangles:
    angle = np.linspace(-np.pi / 2.0, np.pi / 2.0, SEGMENTS // 2 + 1)
    radius = float(sphere.GetRadiusAttr().Get(_NOW))
    return _revolve(radius * np.cos(angle), radius * np.sin(angle), "Z")


def _convert_cylinder(cylinder: UsdGeom.Cylinder) -> Triangles:
    radius, half = (
        float(cylinder.GetRadiusAttr().Get(_NOW)),
        float(cylinder.GetHeightAttr().Get(_NOW)) / 2.0,
    )
    profile = np.array([0.0, radius, radius, 0.0]), np.array([-half, -half, half, half])
    return _revolve(*profile, cylinder.GetAxisAttr().Get(_NOW))


def _convert_cone(cone: UsdGeom.Cone) -> Triangles:
    radius, half = (
        float(cone.GetRadiusAttr().Get(_NOW)),
        float(cone.GetHeightAttr().Get(_NOW)) / 2.0,
    )
    return _revolve(
        np.array([0.0, radius, 0.0]), np.array([-half, -half, half]), cone.GetAxisAttr().Get(_NOW)
    )


def _convert_capsule(capsule: UsdGeom.Capsule) -> Triangles:
    radius, half = (
        float(capsule.GetRadiusAttr().Get(_NOW)),
        float(capsule.GetHeightAttr().Get(_NOW)) / 2.0,
    )
    angle = np.linspace(0.0, np.pi / 2.0, SEGMENTS // 4 + 1)
    across = radius * np.concatenate([np.cos(angle[::-1]), np.cos(angle)])
    along = np.concatenate([-half - radius * np.sin(angle[::-1]), half + radius * np.sin(angle)])
    return _revolve(across, along, capsule.GetAxisAttr().Get(_NOW))


def _revolve(across: NDArray[np.float64], along: NDArray[np.float64], axis: str) -> Triangles:
    """Turn a profile about an axis."""
    turn = np.arange(SEGMENTS) * (2.0 * np.pi / SEGMENTS)
    points = np.stack(
        [
            np.outer(across, np.cos(turn)),
            np.outer(across, np.sin(turn)),
            np.repeat(along[:, None], SEGMENTS, axis=1),
        ],
        axis=-1,
    ).reshape(-1, 3)
    ring, step = np.meshgrid(np.arange(len(across) - 1), np.arange(SEGMENTS), indexing="ij")
    a, b = ring * SEGMENTS + step, ring * SEGMENTS + (step + 1) % SEGMENTS
    faces = np.stack([a, b, b + SEGMENTS, a + SEGMENTS], axis=-1).reshape(-1, 4)
    return _quads(_point_along(points, axis), faces)


def _point_along(points: NDArray[np.float64], axis: str) -> NDArray[np.float64]:
    """Turn points made around Z so that they lie around another axis, handedness kept."""
    return np.roll(points, {"Z": 0, "X": 1, "Y": 2}[axis], axis=1)


_CONVERTERS: dict[type, Callable[..., Triangles | None]] = {
    UsdGeom.Mesh: _convert_mesh,
    UsdGeom.Cube: _convert_cube,
    UsdGeom.Sphere: _convert_sphere,
    UsdGeom.Cylinder: _convert_cylinder,
    UsdGeom.Cone: _convert_cone,
    UsdGeom.Capsule: _convert_capsule,
    UsdGeom.Plane: _convert_plane,
}
