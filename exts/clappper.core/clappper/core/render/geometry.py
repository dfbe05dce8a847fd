"""Triangles from USD gprims: meshes with their primvars and subsets, and the implicit shapes."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pxr import Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Sized

    from numpy.typing import NDArray

__all__ = ["Corners", "compute_corners", "is_supported"]

#: Where a mesh brings no normals, a face that turns further than this from the mean at its corner
#: stays flat [deg]. At a cube's corner it is 35 degrees or more.
CREASE_DEG = 30.0
#: More triangles than this in one gprim are refused: nothing here is that fine.
MAX_TRIANGLES = 20_000_000
_SEGMENTS = 48
_RINGS = 24

#: Pairs of (radius, z).
_Profile: TypeAlias = list[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Corners:
    """Triangles with everything told per corner, in the gprim's own frame and unit."""

    points: NDArray[np.float64]  #: shape (m, 3, 3)
    normals: NDArray[np.float64]  #: shape (m, 3, 3), unit length
    uvs: NDArray[np.float64] | None  #: shape (m, 3, 2)
    colours: NDArray[np.float64] | None  #: shape (m, 3, 3), linear
    faces: NDArray[np.int64]  #: face of the gprim each triangle is cut from, shape (m,)


def is_supported(prim: Usd.Prim) -> bool:
    """Return whether ``compute_corners`` can make triangles of this prim."""
    return prim.IsA(UsdGeom.Mesh) or prim.GetTypeName() in _IMPLICIT


def compute_corners(prim: Usd.Prim, time: Usd.TimeCode, *, uv_name: str = "st") -> Corners | None:
    """Cut a gprim into triangles.

    Faces are cut as fans. Left-handed meshes are turned; triangles that lie against their authored
    normals too.

    Args:
        prim: A Mesh, Cube, Sphere, Cylinder, Cone, Capsule or Plane.
        time: Time of the points and primvars.
        uv_name: Name of the texture coordinate primvar.

    Returns:
        The triangles, or None where the prim has none or its topology is broken.
    """
    if not prim.IsA(UsdGeom.Mesh):
        return _compute_implicit(prim, time)
    mesh = UsdGeom.Mesh(prim)
    points = _as_array(mesh.GetPointsAttr().Get(time), 3)
    counts = _as_array(mesh.GetFaceVertexCountsAttr().Get(time), 0).astype(np.int64)
    indices = _as_array(mesh.GetFaceVertexIndicesAttr().Get(time), 0).astype(np.int64)
    if not _is_topology_sound(points, counts, indices):
        return None
    corners, faces = _cut_fans(counts)
    keep = ~np.isin(faces, _as_array(mesh.GetHoleIndicesAttr().Get(time), 0).astype(np.int64))
    corners, faces = corners[keep], faces[keep]
    if mesh.GetOrientationAttr().Get(time) == UsdGeom.Tokens.leftHanded:
        corners = corners[:, ::-1]
    corner_points = points[indices[corners]]
    domain = _Domain(indices, corners, faces, len(points))
    normals = domain.spread(*_read_normals(mesh, time))
    if normals is None:
        scheme = mesh.GetSubdivisionSchemeAttr().Get(time)
        normals = (
            _compute_flat(corner_points)
            if scheme == UsdGeom.Tokens.none
            else _compute_creased(corner_points, indices[corners], len(points))
        )
    normals = _normalised(normals)
    against = np.einsum("tij,tj->t", normals, _compute_face_normals(corner_points)) < 0.0

    def turn(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(against[:, None, None], values[:, ::-1], values)

    primvars = UsdGeom.PrimvarsAPI(prim)
    uvs = domain.spread(*_read_primvar(primvars, uv_name, time, 2))
    colours = domain.spread(*_read_primvar(primvars, "displayColor", time, 3, constant=False))
    return Corners(
        points=turn(corner_points),
        normals=turn(normals),
        uvs=None if uvs is None else turn(uvs),
        colours=None if colours is None else turn(colours),
        faces=faces,
    )


@dataclass(frozen=True)
class _Domain:
    """Where the values of each interpolation go."""

    indices: NDArray[np.int64]
    corners: NDArray[np.int64]
    faces: NDArray[np.int64]
    point_count: int

    def spread(
        self, values: NDArray[np.float64] | None, interpolation: str
    ) -> NDArray[np.float64] | None:
        """Return ``values`` per triangle corner, or None when their number does not fit."""
        if values is None or not len(values):
            return None
        if interpolation == UsdGeom.Tokens.constant:
            return np.broadcast_to(values[0], (*self.corners.shape, values.shape[1])).copy()
        picks = {
            UsdGeom.Tokens.faceVarying: self.corners,
            UsdGeom.Tokens.uniform: np.repeat(self.faces[:, None], 3, axis=1),
        }.get(interpolation)
        if picks is None:
            picks = self.indices[self.corners]
        if picks.size and picks.max() >= len(values):
            return None
        return values[picks]


def _as_array(value: Sized | None, width: int) -> NDArray[np.float64]:
    shape = (0, width) if width else (0,)
    return (
        np.zeros(shape) if value is None or not len(value) else np.asarray(value, dtype=np.float64)
    )


def _is_topology_sound(
    points: NDArray[np.float64], counts: NDArray[np.int64], indices: NDArray[np.int64]
) -> bool:
    if not len(points) or not len(counts) or counts.min() < 0 or counts.sum() != len(indices):
        return False
    if counts.sum() > MAX_TRIANGLES or not len(indices):
        return False
    return bool(indices.min() >= 0 and indices.max() < len(points) and np.isfinite(points).all())


def _cut_fans(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (m, 3) positions in faceVertexIndices and the (m,) face of each triangle."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    per_face = np.maximum(counts - 2, 0)
    faces = np.repeat(np.arange(len(counts)), per_face)
    step = np.arange(len(faces)) - np.repeat(np.cumsum(per_face) - per_face, per_face)
    first = starts[faces]
    return np.stack([first, first + step + 1, first + step + 2], axis=1), faces


def _read_primvar(
    primvars: UsdGeom.PrimvarsAPI,
    name: str,
    time: Usd.TimeCode,
    width: int,
    *,
    constant: bool = True,
) -> tuple[NDArray[np.float64] | None, str]:
    primvar = primvars.FindPrimvarWithInheritance(name)
    if not primvar or (not constant and primvar.GetInterpolation() == UsdGeom.Tokens.constant):
        return None, ""
    values = primvar.ComputeFlattened(time)
    if values is None or not hasattr(values, "__len__"):
        return None, ""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] < width or not np.isfinite(array).all():
        return None, ""
    return array[:, :width], primvar.GetInterpolation()


def _read_normals(mesh: UsdGeom.Mesh, time: Usd.TimeCode) -> tuple[NDArray[np.float64] | None, str]:
    values, interpolation = _read_primvar(UsdGeom.PrimvarsAPI(mesh), "normals", time, 3)
    if values is not None:
        return values, interpolation
    array = _as_array(mesh.GetNormalsAttr().Get(time), 3)
    if not len(array) or not np.isfinite(array).all():
        return None, ""
    return array, mesh.GetNormalsInterpolation()


def _compute_face_normals(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (m, 3) normals as long as twice the triangle's area."""
    return np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])


def _compute_flat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.repeat(_compute_face_normals(points)[:, None], 3, axis=1)


def _compute_creased(
    points: NDArray[np.float64], indices: NDArray[np.int64], point_count: int
) -> NDArray[np.float64]:
    """Return area-weighted vertex normals, and the face's own where it bends away from them."""
    face = _compute_face_normals(points)
    smooth = np.zeros((point_count, 3))
    for corner in range(3):
        np.add.at(smooth, indices[:, corner], face)
    at_corner = _normalised(smooth)[indices]
    flat = _normalised(np.repeat(face[:, None], 3, axis=1))
    is_soft = np.einsum("tij,tij->ti", at_corner, flat) > math.cos(math.radians(CREASE_DEG))
    return np.where(is_soft[..., None], at_corner, flat)


def _normalised(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-20, vectors / np.maximum(length, 1e-20), (0.0, 0.0, 1.0))


def _compute_implicit(prim: Usd.Prim, time: Usd.TimeCode) -> Corners | None:
    maker, axis_aware = _IMPLICIT[prim.GetTypeName()]
    points, normals = maker(prim, time)
    if axis_aware:
        axis = prim.GetAttribute("axis").Get(time)
        roll = {"X": 1, "Y": 2}.get(str(axis), 0)
        points, normals = np.roll(points, roll, axis=-1), np.roll(normals, roll, axis=-1)
    return Corners(points, _normalised(normals), None, None, np.zeros(len(points), dtype=np.int64))


def _value(prim: Usd.Prim, name: str, time: Usd.TimeCode) -> float:
    return float(prim.GetAttribute(name).Get(time))


def _lathe(profile: _Profile, normals: _Profile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn pairs of (radius, z) about Z; every two successive entries are one band of quads."""
    angle = np.linspace(0.0, 2.0 * math.pi, _SEGMENTS + 1)
    cosine, sine = np.cos(angle), np.sin(angle)

    def ring(entry: tuple[float, float]) -> NDArray[np.float64]:
        return np.stack(
            [entry[0] * cosine, entry[0] * sine, np.full_like(cosine, entry[1])], axis=-1
        )

    def band(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b, c, d = low[:-1], low[1:], high[1:], high[:-1]
        return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])

    pairs = range(0, len(profile) - 1, 2)
    points = np.concatenate([band(ring(profile[i]), ring(profile[i + 1])) for i in pairs])
    turned = np.concatenate([band(ring(normals[i]), ring(normals[i + 1])) for i in pairs])
    real = np.linalg.norm(_compute_face_normals(points), axis=1) > 1e-14
    return points[real], turned[real]


def _make_cube(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    half = _value(prim, "size", time) / 2.0
    quad = np.array([(-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1)], dtype=np.float64)
    top = np.stack([quad[[0, 1, 2]], quad[[0, 2, 3]]])
    sides = [np.roll(top, roll, axis=-1) for roll in range(3)]
    points = np.concatenate(sides + [-side[:, ::-1] for side in sides]) * half
    return points, _compute_flat(points)


def _make_plane(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = _value(prim, "width", time) / 2.0, _value(prim, "length", time) / 2.0
    if prim.GetAttribute("axis").Get(time) != UsdGeom.Tokens.z:
        x, y = y, x  # the width then lies along the later of the two axes that are left
    quad = np.array([(-x, -y, 0.0), (x, -y, 0.0), (x, y, 0.0), (-x, y, 0.0)])
    points = np.stack([quad[[0, 1, 2]], quad[[0, 2, 3]]])
    return points, _compute_flat(points)


def _arc(
    radius: float, centre: float, first_deg: float, last_deg: float
) -> tuple[_Profile, _Profile]:
    angles = np.radians(np.linspace(first_deg, last_deg, _RINGS + 1))
    entries = [(math.cos(a), math.sin(a)) for a in angles]
    paired = [entry for low, high in itertools.pairwise(entries) for entry in (low, high)]
    return [(radius * r, centre + radius * z) for r, z in paired], paired


def _make_sphere(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _lathe(*_arc(_value(prim, "radius", time), 0.0, -90.0, 90.0))


def _make_cylinder(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius, half = _value(prim, "radius", time), _value(prim, "height", time) / 2.0
    profile = [
        (0.0, -half),
        (radius, -half),
        (radius, -half),
        (radius, half),
        (radius, half),
        (0.0, half),
    ]
    return _lathe(
        profile, [(0.0, -1.0), (0.0, -1.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)]
    )


def _make_cone(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius, height = _value(prim, "radius", time), _value(prim, "height", time)
    side = (height, radius)
    profile = [
        (0.0, -height / 2),
        (radius, -height / 2),
        (radius, -height / 2),
        (1e-6 * radius, height / 2),
    ]
    return _lathe(profile, [(0.0, -1.0), (0.0, -1.0), side, side])


def _make_capsule(
    prim: Usd.Prim, time: Usd.TimeCode
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius, half = _value(prim, "radius", time), _value(prim, "height", time) / 2.0
    low, low_normals = _arc(radius, -half, -90.0, 0.0)
    high, high_normals = _arc(radius, half, 0.0, 90.0)
    middle = [(radius, -half), (radius, half)]
    sides = [(1.0, 0.0), (1.0, 0.0)]
    return _lathe([*low, *middle, *high], [*low_normals, *sides, *high_normals])


_IMPLICIT = {
    "Cube": (_make_cube, False),
    "Sphere": (_make_sphere, False),
    "Cylinder": (_make_cylinder, True),
    "Cone": (_make_cone, True),
    "Capsule": (_make_capsule, True),
    "Plane": (_make_plane, True),
}
