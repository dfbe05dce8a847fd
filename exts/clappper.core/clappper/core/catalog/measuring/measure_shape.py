"""The shape of one gprim as points that may carry ellipsoids: its exact bound in any frame.

A cube is its corners, a sphere one point with a ball, a cylinder two points with a disc. Meshes and
subdivision surfaces are the points of their control cage, curves those of their control hull.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pxr import Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Solid", "read_solid"]

_SIGNS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float64)
_AXES = {"X": 0, "Y": 1, "Z": 2}
_NO_SPREAD = np.zeros((3, 3))


class Solid(NamedTuple):
    """The hull of ellipsoids around points; row vectors, as USD multiplies."""

    points: NDArray[np.float64]  # shape (n, 3)
    radii: NDArray[np.float64] | None = None  # factor of the spread at each point, shape (n,)
    spread: NDArray[np.float64] = _NO_SPREAD  # unit ball -> ellipsoid, shape (3, 3)

    def transform(self, matrix: NDArray[np.float64]) -> Solid:
        """Return the solid in another frame; matrix of shape (4, 4)."""
        linear = matrix[:3, :3]
        with np.errstate(invalid="ignore", over="ignore"):
            return Solid(self.points @ linear + matrix[3, :3], self.radii, self.spread @ linear)

    def bound(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lowest and highest corner, shape (3,) each."""
        if self.radii is None:
            return self.points.min(axis=0), self.points.max(axis=0)
        reach = self.radii[:, None] * np.linalg.norm(self.spread, axis=0)
        return (self.points - reach).min(axis=0), (self.points + reach).max(axis=0)


def read_solid(prim: Usd.Prim, time: Usd.TimeCode) -> Solid | None:
    """Return a gprim's shape in its own frame, or None when it has none."""
    if prim.IsA(UsdGeom.PointBased):
        return _read_point_based(prim, time)
    kind = str(prim.GetTypeName()).partition("_")[0]  # Cylinder_1 is a Cylinder
    return _READERS.get(kind, _read_extent)(prim, time)


def _read_point_based(prim: Usd.Prim, time: Usd.TimeCode) -> Solid | None:
    found = UsdGeom.PointBased(prim).GetPointsAttr().Get(time)
    points = np.asarray(found if found else [], dtype=np.float64).reshape(-1, 3)
    if not len(points):
        return None
    radii = _read_radii(prim, len(points), time)
    return Solid(points) if radii is None else Solid(points, radii, np.eye(3))


def _read_radii(prim: Usd.Prim, count: int, time: Usd.TimeCode) -> NDArray[np.float64] | None:
    """Return the radius at each point of points or curves; None when they have no widths."""
    if not (prim.IsA(UsdGeom.Curves) or prim.IsA(UsdGeom.Points)):
        return None
    widths = np.asarray(prim.GetAttribute("widths").Get(time) or [], dtype=np.float64)
    if not len(widths) or not np.isfinite(widths).all():
        return None
    radii = np.abs(widths) / 2.0
    return radii if len(radii) == count else np.full(count, radii.max())


def _read_cube(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    return Solid(_SIGNS * _read(prim, "size", 2.0, time) / 2.0)


def _read_sphere(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    return Solid(np.zeros((1, 3)), np.array([abs(_read(prim, "radius", 1.0, time))]), np.eye(3))


def _read_cylinder(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    radius = _read(prim, "radius", 1.0, time)
    low, high = _read(prim, "radiusBottom", radius, time), _read(prim, "radiusTop", radius, time)
    return _make_round(prim, time, radii=(low, high), height=_read(prim, "height", 2.0, time))


def _read_cone(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    radii = (_read(prim, "radius", 1.0, time), 0.0)
    return _make_round(prim, time, radii=radii, height=_read(prim, "height", 2.0, time))


def _read_capsule(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    radius = _read(prim, "radius", 0.5, time)
    low, high = _read(prim, "radiusBottom", radius, time), _read(prim, "radiusTop", radius, time)
    height = _read(prim, "height", 1.0, time)
    return _make_round(prim, time, radii=(low, high), height=height)._replace(spread=np.eye(3))


def _make_round(
    prim: Usd.Prim, time: Usd.TimeCode, *, radii: tuple[float, float], height: float
) -> Solid:
    """Return two discs at the ends of the axis."""
    axis = _read_axis(prim, time)
    ends = np.zeros((2, 3))
    ends[:, axis] = -height / 2.0, height / 2.0
    return Solid(ends, np.abs(radii), np.diag([float(i != axis) for i in range(3)]))


def _read_plane(prim: Usd.Prim, time: Usd.TimeCode) -> Solid:
    # OpenUSD lays the width of an X plane along Z, and the length of a Y plane along Z.
    along_width, along_length = ((2, 1), (0, 2), (0, 1))[_read_axis(prim, time)]
    half = np.zeros(3)
    half[along_width] = _read(prim, "width", 2.0, time) / 2.0
    half[along_length] = _read(prim, "length", 2.0, time) / 2.0
    return Solid(_SIGNS * half)


def _read_extent(prim: Usd.Prim, time: Usd.TimeCode) -> Solid | None:
    """Return the box of a gprim of another kind: as its plug-in computes it, else as authored."""
    boundable = UsdGeom.Boundable(prim)
    extent = UsdGeom.Boundable.ComputeExtentFromPlugins(boundable, time)
    corners = np.asarray(extent or boundable.GetExtentAttr().Get(time) or [], dtype=np.float64)
    if corners.shape != (2, 3):
        return None
    return Solid(corners.mean(axis=0) + _SIGNS * (corners[1] - corners[0]) / 2.0)


def _read(prim: Usd.Prim, name: str, fallback: float, time: Usd.TimeCode) -> float:
    value = prim.GetAttribute(name).Get(time) if prim.HasAttribute(name) else None
    return fallback if value is None else float(value)


def _read_axis(prim: Usd.Prim, time: Usd.TimeCode) -> int:
    return _AXES.get(str(prim.GetAttribute("axis").Get(time)), 2)


_READERS: dict[str, Callable[[Usd.Prim, Usd.TimeCode], Solid | None]] = {
    "Capsule": _read_capsule,
    "Cone": _read_cone,
    "Cube": _read_cube,
    "Cylinder": _read_cylinder,
    "Plane": _read_plane,
    "Sphere": _read_sphere,
}
