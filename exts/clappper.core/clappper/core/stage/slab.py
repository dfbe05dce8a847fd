"""Slabs: axis-aligned boxes as meshes, with normals, extent and texture coordinates.

One Mesh a box: its arrays stay short, as a readable text layer wants them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Vt

from clappper.core.stage.spec_writer import author_attribute, define_prim
from clappper.core.units import quantize

if TYPE_CHECKING:
    from clappper.core.stage.xform import StageFrame

__all__ = ["Slab", "author_slab"]

#: Corner indices of the six faces, counter-clockwise from outside, and the axis and sign of each
#: normal.
_FACES = (
    ((0, 3, 2, 1), 2, -1.0),
    ((4, 5, 6, 7), 2, 1.0),
    ((0, 1, 5, 4), 1, -1.0),
    ((2, 3, 7, 6), 1, 1.0),
    ((1, 2, 6, 5), 0, 1.0),
    ((3, 0, 4, 7), 0, -1.0),
)
_COUNTS = Vt.IntArray([4] * len(_FACES))
_INDICES = Vt.IntArray([corner for face, _, _ in _FACES for corner in face])
Types = Sdf.ValueTypeNames


@dataclass(frozen=True)
class Slab:
    """An axis-aligned box from (x0, y0, z0) to (x1, y1, z1) [m, layout frame]."""

    x0: float
    y0: float
    z0: float
    x1: float
    y1: float
    z1: float

    def compute_corners(self) -> list[tuple[float, float, float]]:
        """Return the eight corners, the lower four first, counter-clockwise seen from above."""
        ring = (
            (self.x0, self.y0),
            (self.x1, self.y0),
            (self.x1, self.y1),
            (self.x0, self.y1),
        )
        return [(x, y, z) for z in (self.z0, self.z1) for x, y in ring]


def author_slab(
    layer: Sdf.Layer,
    path: Sdf.Path,
    slab: Slab,
    frame: StageFrame,
    *,
    tile_m: float | None = None,
) -> Sdf.PrimSpec:
    """Define a Mesh of one box.

    Args:
        layer: Layer to write.
        path: Path of the Mesh; what is missing above it becomes an Xform.
        slab: Box in the layout frame [m].
        frame: Frame of the stage.
        tile_m: Length one texture tile covers [m]; ``st`` follows floor and wall coordinates. None:
            no ``st``.
    """
    corners = slab.compute_corners()
    points = [Gf.Vec3f(frame.to_point(*corner)) for corner in corners]
    extent = frame.to_extent(corners[0], corners[6])
    mesh = define_prim(layer, path, "Mesh")
    author_attribute(mesh, "points", Types.Point3fArray, Vt.Vec3fArray(points))
    author_attribute(mesh, "faceVertexCounts", Types.IntArray, _COUNTS)
    author_attribute(mesh, "faceVertexIndices", Types.IntArray, _INDICES)
    normals = author_attribute(mesh, "normals", Types.Normal3fArray, _compute_normals(frame))
    normals.SetInfo("interpolation", "faceVarying")
    author_attribute(mesh, "subdivisionScheme", Types.Token, "none", is_uniform=True)
    author_attribute(mesh, "extent", Types.Float3Array, extent)
    if tile_m is not None:
        _author_st(mesh, corners, tile_m)
    return mesh


@functools.lru_cache(maxsize=8)
def _compute_normals(frame: StageFrame) -> Vt.Vec3fArray:
    normals: list[Gf.Vec3f] = []
    for _, axis, sign in _FACES:
        direction = [0.0, 0.0, 0.0]
        direction[axis] = sign
        normals.extend([frame.to_direction(*direction)] * 4)
    return Vt.Vec3fArray(normals)


def _author_st(
    mesh: Sdf.PrimSpec, corners: list[tuple[float, float, float]], tile_m: float
) -> None:
    values: dict[tuple[float, float], int] = {}
    st_indices: list[int] = []
    for face, axis, _ in _FACES:
        across, up = ((1, 2), (0, 2), (0, 1))[axis]
        for corner in face:
            value = (
                quantize(corners[corner][across] / tile_m),
                quantize(corners[corner][up] / tile_m),
            )
            st_indices.append(values.setdefault(value, len(values)))
    st = Vt.Vec2fArray([Gf.Vec2f(*value) for value in values])
    primvar = author_attribute(mesh, "primvars:st", Types.TexCoord2fArray, st)
    primvar.SetInfo("interpolation", "faceVarying")
    author_attribute(mesh, "primvars:st:indices", Types.IntArray, Vt.IntArray(st_indices))
