"""Measures USD files: real size, origin, units, triangles. Reads stages, authors nothing.

The bound is taken from the points of the meshes themselves, through payloads, references and
instances, because authored extents may be wrong and boxes around rotated boxes are too large to
stand things on a floor. What is no mesh (spheres, curves, point instancers) is bounded by
``UsdGeom.BBoxCache``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdUtils

from clappper.core.catalog.models import AssetMeasure
from clappper.core.catalog.surface import collect_level_faces, find_surface
from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["LARGEST_M", "SMALLEST_M", "measure_asset"]

#: A larger asset is a scene or in the wrong unit, a smaller one is invisible [m].
LARGEST_M = 200.0
SMALLEST_M = 0.001
#: Prims of one asset that are looked at, instances included.
PRIM_LIMIT = 500_000
_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


class _Geometry(NamedTuple):
    low: NDArray[np.float64]  # stage frame and units, shape (3,)
    high: NDArray[np.float64]
    triangle_count: int
    level_faces: list[NDArray[np.float64]]  # height and area, shape (n, 2) each, stage units


def measure_asset(path: Path, *, asset_id: str) -> tuple[AssetMeasure, list[Issue]]:
    """Measure one USD file in the layout frame's axes: metres, Z up, whatever the file's own are.

    Args:
        path: The file; it is opened with all payloads.
        asset_id: Stored in the result.

    Returns:
        The measure, and warnings: units or up axis not authored, files it needs are missing.

    Raises:
        AssetUnresolvedError: No readable USD, no visible geometry, or an absurd size.

    Source:
        UsdGeom stage metrics (fallbacks: Y up, 0.01 metres per unit); Y up becomes Z up by a turn
        of +90 degrees about X.
    """
    try:
        stage = Usd.Stage.Open(str(path), Usd.Stage.LoadAll)
        if stage is None:
            raise AssetUnresolvedError(f"{path.name} cannot be opened as USD; check the file.")
        return _measure_stage(stage, path.name, asset_id)
    except RuntimeError as exc:  # Tf.ErrorException, and what the C++ reader lets through
        raise AssetUnresolvedError(f"{path.name} is not readable as USD; check the file.") from exc


def _measure_stage(stage: Usd.Stage, name: str, asset_id: str) -> tuple[AssetMeasure, list[Issue]]:
    issues: list[Issue] = []
    up_axis = _read_up_axis(stage, name, issues)
    meters_per_unit = _read_meters_per_unit(stage, name, issues)
    issues.extend(_list_missing_files(stage, name))
    default_prim = stage.GetDefaultPrim()
    geometry = _measure_geometry(
        stage,
        default_prim if default_prim else stage.GetPseudoRoot(),
        name,
        up=1 if up_axis == "Y" else 2,
    )
    low, high = _correct_axes(geometry.low, geometry.high, up_axis=up_axis)
    low, high = low * meters_per_unit, high * meters_per_unit
    size = high - low
    _check_size(name, size, low, high)
    center = (low + high) / 2.0
    units = np.array((meters_per_unit, meters_per_unit**2))
    surface = find_surface([f * units for f in geometry.level_faces], float(size[0] * size[1]))
    measure = AssetMeasure(
        asset_id=asset_id,
        is_measured=True,
        size_m=_make_vector(np.maximum(size, SMALLEST_M)),
        origin_m=_make_vector(np.array((center[0], center[1], low[2]))),
        up_axis=up_axis,
        meters_per_unit=meters_per_unit,
        front_yaw_deg=0.0,
        surface_m=None if surface is None else quantize(surface - float(low[2])),
        default_prim=default_prim.GetName() if default_prim else None,
        triangle_count=geometry.triangle_count,
    )
    return measure, issues


def _read_up_axis(stage: Usd.Stage, name: str, issues: list[Issue]) -> Literal["Y", "Z"]:
    if not stage.HasAuthoredMetadata(UsdGeom.Tokens.upAxis):
        issues.append(_warn("UNITS", f"{name} does not say which axis is up; Y is assumed."))
        return "Y"
    up_axis = UsdGeom.GetStageUpAxis(stage)
    if up_axis == UsdGeom.Tokens.z:
        return "Z"
    if up_axis == UsdGeom.Tokens.y:
        return "Y"
    raise AssetUnresolvedError(f"{name} has the up axis {up_axis}; only Y and Z can be placed.")


def _read_meters_per_unit(stage: Usd.Stage, name: str, issues: list[Issue]) -> float:
    if not UsdGeom.StageHasAuthoredMetersPerUnit(stage):
        issues.append(_warn("UNITS", f"{name} does not say its unit; centimetres are assumed."))
        return 0.01
    meters_per_unit = float(UsdGeom.GetStageMetersPerUnit(stage))
    if not (math.isfinite(meters_per_unit) and meters_per_unit > 0.0):
        raise AssetUnresolvedError(
            f"{name} states {meters_per_unit:g} metres per unit; correct its metersPerUnit."
        )
    return meters_per_unit


def _list_missing_files(stage: Usd.Stage, name: str) -> list[Issue]:
    """Return a warning when composition found errors, such as a reference to a missing file."""
    if hasattr(stage, "GetCompositionErrors"):
        count = len(stage.GetCompositionErrors())
    else:  # USD before 23.11 tells composition errors on stderr only
        path = Sdf.AssetPath(stage.GetRootLayer().identifier)
        count = len(UsdUtils.ComputeAllDependencies(path)[2])
    message = (
        f"{name} refers to {count} file(s) or prim(s) that cannot be found; it may be incomplete."
    )
    return [_warn("ASSET_UNRESOLVED", message)] if count else []


def _measure_geometry(stage: Usd.Stage, root: Usd.Prim, name: str, *, up: int) -> _Geometry:
    time = Usd.TimeCode.EarliestTime()
    boxes = UsdGeom.BBoxCache(time, list(_PURPOSES), useExtentsHint=False)
    transforms = UsdGeom.XformCache(time)
    points: dict[str, NDArray[np.float64]] = {}
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    triangle_count = 0
    level_faces: list[NDArray[np.float64]] = []
    for prim in _walk_visible(root, name, time):
        if prim.IsA(UsdGeom.Mesh):
            corners, counts = _read_mesh(prim, transforms, points, time)
            triangle_count += int((counts[counts > 2] - 2).sum())
            level_faces.append(_read_level_faces(prim, corners, counts, time, up=up))
        else:
            corners = _read_box(boxes.ComputeWorldBound(prim))
        if len(corners):
            low, high = np.minimum(low, corners.min(axis=0)), np.maximum(high, corners.max(axis=0))
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        what = (
            "no visible geometry"
            if not np.isfinite(low).any()
            else "geometry without finite coordinates"
        )
        raise AssetUnresolvedError(f"{name} has {what}; it cannot be placed.")
    return _Geometry(low, high, triangle_count, level_faces)


def _walk_visible(root: Usd.Prim, name: str, time: Usd.TimeCode) -> Iterator[Usd.Prim]:
    """Yield meshes, other gprims and point instancers, those of instances included."""
    prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
    for count, prim in enumerate(prims):
        if count >= PRIM_LIMIT:
            raise AssetUnresolvedError(
                f"{name} has more than {PRIM_LIMIT} prims; it is a scene, not an asset."
            )
        imageable = UsdGeom.Imageable(prim)
        if not imageable:
            continue
        if imageable.GetVisibilityAttr().Get(time) == UsdGeom.Tokens.invisible:
            prims.PruneChildren()
        elif prim.IsA(UsdGeom.PointInstancer):
            prims.PruneChildren()
            yield prim
        elif prim.IsA(UsdGeom.Gprim) and imageable.ComputePurpose() in _PURPOSES:
            yield prim


def _read_mesh(
    prim: Usd.Prim,
    transforms: UsdGeom.XformCache,
    points: dict[str, NDArray[np.float64]],
    time: Usd.TimeCode,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return a mesh's points in the stage frame, shape (n, 3), and its corner counts by face."""
    mesh = UsdGeom.Mesh(prim)
    source = prim.GetPrimInPrototype() if prim.IsInstanceProxy() else prim
    key = str(source.GetPath())
    if key not in points:
        points[key] = np.asarray(mesh.GetPointsAttr().Get(time) or [], dtype=np.float64).reshape(
            -1, 3
        )
    counts = np.asarray(mesh.GetFaceVertexCountsAttr().Get(time) or [], dtype=np.int64)
    matrix = np.asarray(transforms.GetLocalToWorldTransform(prim), dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        placed = points[key] @ matrix[:3, :3] + matrix[3, :3]
    return placed, counts


def _read_level_faces(
    prim: Usd.Prim,
    corners: NDArray[np.float64],
    counts: NDArray[np.int64],
    time: Usd.TimeCode,
    *,
    up: int,
) -> NDArray[np.float64]:
    """Return height and area of level faces, shape (n, 2); none where the arrays do not fit."""
    indices = np.asarray(
        UsdGeom.Mesh(prim).GetFaceVertexIndicesAttr().Get(time) or [], dtype=np.int64
    )
    is_sound = len(indices) and (counts > 0).all() and indices.min() >= 0
    if not is_sound or indices.max() >= len(corners) or not np.isfinite(corners).all():
        return np.empty((0, 2))
    return collect_level_faces(corners, counts, indices, up=up)


def _read_box(box: Gf.BBox3d) -> NDArray[np.float64]:
    """Return two opposite corners of the aligned box, or none when it is empty, shape (n, 3)."""
    aligned = box.ComputeAlignedRange()
    if aligned.IsEmpty():
        return np.empty((0, 3))
    return np.array((tuple(aligned.GetMin()), tuple(aligned.GetMax())), dtype=np.float64)


def _correct_axes(
    low: NDArray[np.float64], high: NDArray[np.float64], *, up_axis: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the box in Z-up axes: a Y-up point (x, y, z) becomes (x, -z, y)."""
    if up_axis == "Z":
        return low, high
    return np.array((low[0], -high[2], low[1])), np.array((high[0], -low[2], high[1]))


def _check_size(
    name: str, size: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> None:
    reach = max(float(np.abs(low).max()), float(np.abs(high).max()))
    largest = max(float(length) for length in size)
    if largest > LARGEST_M:
        raise AssetUnresolvedError(
            f"{name} is {largest:.4g} m long, more than {LARGEST_M:g} m; check its metersPerUnit."
        )
    if largest < SMALLEST_M:
        raise AssetUnresolvedError(
            f"{name} is {largest * 1000:.3g} mm long, less than 1 mm; check its metersPerUnit."
        )
    if reach > 1e6:
        raise AssetUnresolvedError(
            f"{name} lies {reach / 1000:.4g} km away from its own origin; move it there."
        )


def _make_vector(values: NDArray[np.float64]) -> Vec3:
    x, y, z = (quantize(float(value)) for value in values)
    return Vec3(x=x, y=y, z=z)


def _warn(code: str, message: str) -> Issue:
    return Issue(code=code, severity="warning", message=message)
