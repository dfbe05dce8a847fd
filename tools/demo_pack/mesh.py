"""Mesh: triangles with composition, welding and normals; it owns no shapes and no USD."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "Mesh",
    "compute_corner_normals",
    "compute_rotation",
    "compute_weld",
    "has_area",
    "merge",
]

_AXES = {"x": 0, "y": 1, "z": 2}


@dataclass(frozen=True)
class Mesh:
    """Triangles, counter-clockwise seen from outside; every operation returns a new mesh.

    Attributes:
        points: Corner points [m], shape (n, 3), layout frame.
        triangles: Point indices, shape (m, 3).
        normals: Unit normal per point, shape (n, 3), or None: then they follow from the crease
            angle of the part.
    """

    points: NDArray[np.float64]
    triangles: NDArray[np.int64]
    normals: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", np.asarray(self.points, dtype=np.float64).reshape(-1, 3))
        object.__setattr__(
            self, "triangles", np.asarray(self.triangles, dtype=np.int64).reshape(-1, 3)
        )

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lowest and the highest corner of the axis-aligned box [m]."""
        return self.points.min(axis=0), self.points.max(axis=0)

    @property
    def volume_m3(self) -> float:
        """Signed volume [m3]; positive when a closed mesh is wound outward."""
        a, b, c = (self.points[self.triangles[:, i]] for i in range(3))
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)

    def translate(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Move by (x, y, z) [m]."""
        return dataclasses.replace(self, points=self.points + np.array((x, y, z)))

    def rotate(self, axis: str, angle_deg: float, about: Sequence[float] = (0.0, 0.0, 0.0)) -> Mesh:
        """Turn right-handed about an axis "x", "y" or "z" through the point ``about`` [m]."""
        rotation = compute_rotation(axis, angle_deg)
        pivot = np.asarray(about, dtype=np.float64)
        normals = None if self.normals is None else self.normals @ rotation.T
        return Mesh((self.points - pivot) @ rotation.T + pivot, self.triangles, normals)

    def scale(self, x: float, y: float | None = None, z: float | None = None) -> Mesh:
        """Scale about the origin, all axes by ``x`` alone; negative factors keep the winding."""
        factors = np.array([x, x if y is None else y, x if z is None else z], dtype=np.float64)
        normals = None
        if self.normals is not None:
            normals = self.normals / factors
            normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        scaled = Mesh(self.points * factors, self.triangles, normals)
        return scaled.flip(keep_normals=True) if factors.prod() < 0.0 else scaled

    def mirror(self, axis: str) -> Mesh:
        """Mirror on the plane through the origin across the axis "x", "y" or "z"."""
        factors = [1.0, 1.0, 1.0]
        factors[_AXES[axis]] = -1.0
        return self.scale(*factors)

    def mirrored(self, axis: str) -> Mesh:
        """Return this mesh together with its mirror image."""
        return merge(self, self.mirror(axis))

    def array(self, count: int, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Repeat ``count`` times with the step (x, y, z) [m], the first one in place."""
        return merge(*(self.translate(x * i, y * i, z * i) for i in range(count)))

    def spin(self, count: int, axis: str = "z") -> Mesh:
        """Repeat ``count`` times around an axis through the origin, evenly."""
        return merge(*(self.rotate(axis, 360.0 * i / count) for i in range(count)))

    def flip(self, *, keep_normals: bool = False) -> Mesh:
        """Turn the winding around."""
        normals = self.normals if self.normals is None or keep_normals else -self.normals
        return Mesh(self.points, self.triangles[:, ::-1], normals)

    def outward(self) -> Mesh:
        """Return a closed mesh wound so that its volume is positive."""
        return self.flip() if self.volume_m3 < 0.0 else self

    def weld(self, tolerance_m: float = 1e-6) -> Mesh:
        """Join points closer than about ``tolerance_m`` [m]; triangles without area go."""
        kept, renumbered = compute_weld(np.round(self.points / tolerance_m))
        triangles = renumbered[self.triangles]
        normals = None if self.normals is None else self.normals[kept]
        return Mesh(self.points[kept], triangles[has_area(triangles)], normals)


def merge(*meshes: Mesh) -> Mesh:
    """Put meshes into one without welding; point normals survive when every mesh has them."""
    if not meshes:
        return Mesh(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64))
    offsets = np.cumsum([0] + [len(mesh.points) for mesh in meshes[:-1]])
    normals = [mesh.normals for mesh in meshes if mesh.normals is not None]
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate(
            [mesh.triangles + offset for mesh, offset in zip(meshes, offsets, strict=True)]
        ),
        np.concatenate(normals) if len(normals) == len(meshes) else None,
    )


def compute_weld(points: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find equal points.

    Returns:
        The indices of the points to keep, in order of first appearance, and the new index of every
        point.
    """
    _, first, inverse = np.unique(points, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse.reshape(-1)]


def has_area(triangles: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell per triangle whether its three points differ, shape (m,)."""
    a, b, c = triangles.T
    return (a != b) & (b != c) & (c != a)


def compute_rotation(axis: str, angle_deg: float) -> NDArray[np.float64]:
    """Return the rotation matrix for column vectors, shape (3, 3), exact for quarter turns."""
    quarters, rest = divmod(angle_deg, 90.0)
    if rest == 0.0:
        cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
    else:
        cosine, sine = float(np.cos(np.radians(angle_deg))), float(np.sin(np.radians(angle_deg)))
    first, second = (_AXES[axis] + 1) % 3, (_AXES[axis] + 2) % 3
    rotation = np.eye(3)
    rotation[first, first] = rotation[second, second] = cosine
    rotation[first, second], rotation[second, first] = -sine, sine
    return rotation


def compute_corner_normals(mesh: Mesh, crease_deg: float) -> NDArray[np.float64]:
    """Return a unit normal per triangle corner, shape (m, 3, 3).

    A corner takes the mesh's own normal of its point. Without one it takes the mean over the
    triangles at its point that turn less than ``crease_deg`` from its own, weighted by area and
    corner angle: large flat faces stay flat and a one-segment bevel shades as a round edge.
    """
    corners = mesh.points[mesh.triangles]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    doubled_area = np.linalg.norm(cross, axis=1)
    face_normals = cross / np.maximum(doubled_area, 1e-30)[:, None]
    if mesh.normals is None:
        weights = _compute_corner_angles(corners) * doubled_area[:, None]
        normals = _average_normals(mesh, face_normals, weights.reshape(-1), crease_deg)
        shortest = 1e-20
    else:
        normals = mesh.normals[mesh.triangles].reshape(-1, 3)
        shortest = 0.5
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    fallback = np.repeat(face_normals, 3, axis=0)
    unit = np.where(lengths > shortest, normals / np.maximum(lengths, 1e-20), fallback)
    return unit.reshape(-1, 3, 3)


def _average_normals(
    mesh: Mesh,
    face_normals: NDArray[np.float64],
    weights: NDArray[np.float64],
    crease_deg: float,
) -> NDArray[np.float64]:
    """Return the weighted sum of the normals around each corner, shape (3 m, 3), not unit."""
    # All pairs of corners that share a point, without a loop over points.
    point_of_corner = mesh.triangles.reshape(-1)
    by_point = np.argsort(point_of_corner, kind="stable")
    valence = np.bincount(point_of_corner, minlength=len(mesh.points))
    start = np.concatenate([[0], np.cumsum(valence)[:-1]])
    repeats = valence[point_of_corner]
    own = np.repeat(np.arange(len(point_of_corner)), repeats)
    within = np.arange(len(own)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    other = by_point[start[point_of_corner[own]] + within]

    cosines = np.einsum("ij,ij->i", face_normals[own // 3], face_normals[other // 3])
    smooth = cosines >= np.cos(np.radians(crease_deg)) - 1e-9
    shares = face_normals[other // 3] * (weights[other] * smooth)[:, None]
    sums = [np.bincount(own, shares[:, i], minlength=len(point_of_corner)) for i in range(3)]
    return np.stack(sums, axis=1)


def _compute_corner_angles(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    angles = np.empty(corners.shape[:2])
    for i in range(3):
        first = corners[:, (i + 1) % 3] - corners[:, i]
        second = corners[:, (i + 2) % 3] - corners[:, i]
        lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
        cosines = np.einsum("ij,ij->i", first, second) / np.maximum(lengths, 1e-30)
        angles[:, i] = np.arccos(np.clip(cosines, -1.0, 1.0))
    return angles
