"""What is visible below a prim of an asset: bound, triangles, level faces, motion.

The bound is taken from the points themselves, through payloads, references, instances and point
instancers, because authored extents may be wrong and boxes around rotated boxes are too large to
stand things on a floor. Skinned meshes count as their points are authored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pxr import Usd, UsdGeom

from clappper.core.catalog.measuring.measure_shape import Solid, read_solid
from clappper.core.catalog.measuring.surface import collect_level_faces, list_triangles
from clappper.core.errors import AssetUnresolvedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["INSTANCE_LIMIT", "PRIM_LIMIT", "Geometry", "measure_geometry"]

#: Prims of one asset that are looked at, instances included.
PRIM_LIMIT = 500_000
#: Copies one point instancer may make.
INSTANCE_LIMIT = 1_000_000
#: Points that are placed to bound the copies of one point instancer exactly.
_POINT_BUDGET = 20_000_000
_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)
#: Prototypes of a point instancer may be overs or classes, so that nothing else draws them.
_PROTOTYPE_PREDICATE = Usd.TraverseInstanceProxies(Usd.PrimIsActive & Usd.PrimIsLoaded)
_DEFAULT_PREDICATE = Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)


class Geometry(NamedTuple):
    """What a walk found, in the stage's frame and units."""

    low: NDArray[np.float64]  # shape (3,); not finite when there is nothing or no number
    high: NDArray[np.float64]
    triangle_count: int
    level_faces: list[NDArray[np.float64]]  # height and area, shape (n, 2) each
    triangles: NDArray[np.float64] | None  # shape (n, 3, 3); None where they are not all there is
    is_animated: bool
    step: float  # Distance between neighbouring float32 numbers at the farthest point.


class _Copies(NamedTuple):
    """What one point instancer draws, in its own frame."""

    groups: list[tuple[list[Solid], NDArray[np.float64]]]  # shapes, matrices of shape (n, 4, 4)
    triangle_count: int


def measure_geometry(root: Usd.Prim, name: str, *, up: int) -> Geometry:
    """Walk what is visible below a prim, at its earliest time.

    Args:
        root: The default prim, or the pseudo-root.
        name: The file's name, for messages.
        up: Index of the stage's up axis, 1 or 2.

    Raises:
        AssetUnresolvedError: There are too many prims or instances.
    """
    return _Reader(root, name, up=up).read()


class _Reader:
    def __init__(self, root: Usd.Prim, name: str, *, up: int) -> None:
        self._root, self._name, self._up = root, name, up
        self._time = Usd.TimeCode.EarliestTime()
        self._transforms = UsdGeom.XformCache(self._time)
        self._shared: dict[str, Solid | None] = {}  # of instances, by path in the prototype
        self._open_prototypes: list[str] = []
        self._prim_count = 0
        self._is_animated = False
        self._step = 0.0
        self._triangles: list[NDArray[np.float64]] | None = []

    def read(self) -> Geometry:
        """Return everything below the root."""
        low, high = np.full(3, np.inf), np.full(3, -np.inf)
        triangle_count = 0
        level_faces = []
        for prim in self._walk(self._root, _DEFAULT_PREDICATE):
            matrix = _to_array(self._transforms.GetLocalToWorldTransform(prim))
            if prim.IsA(UsdGeom.PointInstancer):
                copies = self._read_copies(prim)
                bounds = [_bound_copies(s, m @ matrix) for s, m in copies.groups if s and len(m)]
                triangle_count += copies.triangle_count
                self._triangles = None
            else:
                solid = self._read_shape(prim)
                placed = None if solid is None else solid.transform(matrix)
                bounds = [] if placed is None else [placed.bound()]
                if placed is not None and prim.IsA(UsdGeom.Mesh):
                    counts = self._read_counts(prim)
                    triangle_count += _count_triangles(counts)
                    level_faces.append(self._read_faces(prim, placed.points, counts))
                    self._note_step(solid, matrix)
                elif placed is not None:
                    self._triangles = None
            for lowest, highest in bounds:
                low, high = np.minimum(low, lowest), np.maximum(high, highest)
        triangles = np.concatenate(self._triangles) if self._triangles else None
        return Geometry(
            low, high, triangle_count, level_faces, triangles, self._is_animated, self._step
        )

    def _walk(self, root: Usd.Prim, predicate: object) -> Iterator[Usd.Prim]:
        """Yield gprims and point instancers that are drawn, those of instances included."""
        prims = iter(Usd.PrimRange(root, predicate))
        for prim in prims:
            self._prim_count += 1
            if self._prim_count > PRIM_LIMIT:
                raise AssetUnresolvedError(
                    f"{self._name} has more than {PRIM_LIMIT} prims; it is a scene, not an asset."
                )
            self._is_animated = self._is_animated or _is_moving(prim)
            imageable = UsdGeom.Imageable(prim)
            if not imageable:
                continue
            if imageable.GetVisibilityAttr().Get(self._time) == UsdGeom.Tokens.invisible:
                prims.PruneChildren()
            elif prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                yield prim
            elif prim.IsA(UsdGeom.Gprim) and imageable.ComputePurpose() in _PURPOSES:
                yield prim

    def _read_shape(self, prim: Usd.Prim) -> Solid | None:
        if not prim.IsInstanceProxy():
            return read_solid(prim, self._time)
        source = prim.GetPrimInPrototype()
        key = str(source.GetPath())
        if key not in self._shared:
            self._shared[key] = read_solid(source, self._time)
        return self._shared[key]

    def _read_counts(self, prim: Usd.Prim) -> NDArray[np.int64]:
        """Return the number of corners of each face of a mesh."""
        counts = UsdGeom.Mesh(prim).GetFaceVertexCountsAttr().Get(self._time)
        return np.asarray(counts if counts else [], dtype=np.int64)

    def _read_faces(
        self, prim: Usd.Prim, corners: NDArray[np.float64], counts: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Note a mesh's triangles; return height and area of its level faces, shape (n, 2).

        None of both where the arrays do not fit.
        """
        indices = np.asarray(
            UsdGeom.Mesh(prim).GetFaceVertexIndicesAttr().Get(self._time) or [], dtype=np.int64
        )
        is_sound = len(indices) and (counts > 0).all() and indices.min() >= 0
        if not is_sound or indices.max() >= len(corners) or not np.isfinite(corners).all():
            self._triangles = None
            return np.empty((0, 2))
        if self._triangles is not None:
            self._triangles.append(corners[list_triangles(counts, indices)])
        return collect_level_faces(corners, counts, indices, up=self._up)

    def _note_step(self, solid: Solid | None, matrix: NDArray[np.float64]) -> None:
        if solid is not None and np.isfinite(solid.points).all():
            with np.errstate(over="ignore"):
                step = np.spacing(np.float32(np.abs(solid.points).max()))
            scale = float(np.linalg.norm(matrix[:3, :3], axis=1).max())
            self._step = max(self._step, float(step) * scale)

    def _read_copies(self, prim: Usd.Prim) -> _Copies:
        """Return the shapes of each prototype of a point instancer and where they are drawn.

        Source:
            UsdGeomPointInstancer: hidden and inactive ids are left out; a prototype's own transform
            counts, those of its parents do not.
        """
        instancer = UsdGeom.PointInstancer(prim)
        indices = np.asarray(instancer.GetProtoIndicesAttr().Get(self._time) or [], dtype=np.int64)
        if len(indices) > INSTANCE_LIMIT:
            raise AssetUnresolvedError(
                f"{self._name} has a point instancer with more than {INSTANCE_LIMIT} instances; "
                "it is a scene, not an asset."
            )
        matrices = self._compute_matrices(instancer)
        if len(matrices) != len(indices):
            return _Copies([], 0)
        mask = np.asarray(instancer.ComputeMaskAtTime(self._time) or [], dtype=bool)
        is_drawn = mask if len(mask) == len(indices) else np.ones(len(indices), dtype=bool)
        groups, triangle_count = [], 0
        for number, target in enumerate(instancer.GetPrototypesRel().GetForwardedTargets()):
            chosen = matrices[is_drawn & (indices == number)]
            root = prim.GetStage().GetPrimAtPath(target)
            if root and len(chosen) and str(target) not in self._open_prototypes:
                self._open_prototypes.append(str(target))
                solids, triangles = self._read_prototype(root)
                self._open_prototypes.pop()
                groups.append((solids, chosen))
                triangle_count += triangles * len(chosen)
        return _Copies(groups, triangle_count)

    def _compute_matrices(self, instancer: UsdGeom.PointInstancer) -> NDArray[np.float64]:
        found = instancer.ComputeInstanceTransformsAtTime(
            self._time,
            self._time,
            UsdGeom.PointInstancer.IncludeProtoXform,
            UsdGeom.PointInstancer.IgnoreMask,
        )
        return np.asarray(found if found else [], dtype=np.float64).reshape(-1, 4, 4)

    def _read_prototype(self, root: Usd.Prim) -> tuple[list[Solid], int]:
        """Return the shapes of a prototype in its root's frame, and its triangles."""
        solids: list[Solid] = []
        triangle_count = 0
        is_plain = root.IsDefined() and not root.IsAbstract()
        for prim in self._walk(root, _DEFAULT_PREDICATE if is_plain else _PROTOTYPE_PREDICATE):
            matrix = _to_array(self._transforms.ComputeRelativeTransform(prim, root)[0])
            if prim.IsA(UsdGeom.PointInstancer):
                copies = self._read_copies(prim)
                for shapes, matrices in copies.groups:
                    solids += _expand_copies(shapes, matrices @ matrix)
                triangle_count += copies.triangle_count
            else:
                solid = self._read_shape(prim)
                solids += [] if solid is None else [solid.transform(matrix)]
                if prim.IsA(UsdGeom.Mesh):
                    triangle_count += _count_triangles(self._read_counts(prim))
        return solids, triangle_count


def _bound_copies(
    solids: Sequence[Solid], matrices: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bound of all copies: exact, or of their boxes where that would take too long.

    Copies are placed in the order of how far their boxes reach, until no further box can matter.
    """
    bounds = np.array([solid.bound() for solid in solids])
    low, high = bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        center = (low + high) / 2.0 @ matrices[:, :3, :3] + matrices[:, 3, :3]
        half = (high - low) / 2.0 @ np.abs(matrices[:, :3, :3])
    if not (np.isfinite(center).all() and np.isfinite(half).all()):
        return np.full(3, np.nan), np.full(3, np.nan)
    budget = 1 + _POINT_BUDGET // sum(len(solid.points) for solid in solids)
    exact: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def place(copy: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if copy not in exact:
            placed = np.array([solid.transform(matrices[copy]).bound() for solid in solids])
            exact[copy] = placed[:, 0].min(axis=0), placed[:, 1].max(axis=0)
        return exact[copy]

    result = np.empty((2, 3))
    for side, sign in ((0, -1.0), (1, 1.0)):
        for axis in range(3):
            reach = sign * center[:, axis] + half[:, axis]
            best = -np.inf
            for copy in np.argsort(-reach):
                if reach[copy] <= best:
                    break
                if len(exact) >= budget and int(copy) not in exact:
                    best = reach[copy]
                    break
                best = max(best, sign * place(int(copy))[side][axis])
            result[side, axis] = sign * best
    return result[0], result[1]


def _expand_copies(solids: Sequence[Solid], matrices: NDArray[np.float64]) -> list[Solid]:
    """Return every copy's shape, or one box around all when there would be too many points."""
    if not solids or not len(matrices):
        return []
    if len(matrices) * sum(len(solid.points) for solid in solids) <= _POINT_BUDGET // 10:
        return [solid.transform(matrix) for matrix in matrices for solid in solids]
    box = np.array(_bound_copies(solids, matrices))
    return [Solid(np.array([(x, y, z) for x in box[:, 0] for y in box[:, 1] for z in box[:, 2]]))]


def _is_moving(prim: Usd.Prim) -> bool:
    """Tell whether a prim changes over time, or skins something."""
    if str(prim.GetTypeName()) in ("Skeleton", "SkelAnimation"):
        return True
    if prim.HasAuthoredMetadata("clips"):
        return True
    if not prim.IsA(UsdGeom.Imageable):
        return False
    names = ["visibility"]
    if prim.IsA(UsdGeom.PointInstancer):
        names += ["positions", "orientations", "scales", "protoIndices", "invisibleIds"]
    elif prim.IsA(UsdGeom.PointBased):
        names.append("points")
    return (
        prim.IsA(UsdGeom.Xformable) and UsdGeom.Xformable(prim).TransformMightBeTimeVarying()
    ) or any(prim.GetAttribute(name).ValueMightBeTimeVarying() for name in names)


def _count_triangles(counts: NDArray[np.int64]) -> int:
    return int((counts[counts > 2] - 2).sum())


def _to_array(matrix: object) -> NDArray[np.float64]:
    return np.asarray(matrix, dtype=np.float64)
