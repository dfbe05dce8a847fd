"""Measures a USD file: real size, origin, units, materials, motion. Reads stages, authors nothing.

What the file says of itself is judged here; what it looks like is ``measure_geometry``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from pxr import Usd, UsdGeom

from clappper.core.catalog.measuring.hollow import read_hollows
from clappper.core.catalog.measuring.measure_geometry import Geometry, measure_geometry
from clappper.core.catalog.measuring.measure_material import count_missing_materials
from clappper.core.catalog.measuring.surface import find_surface
from clappper.core.catalog.models import AssetMeasure
from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from clappper.core.catalog.models import Part, Shelf

__all__ = ["LARGEST_M", "SMALLEST_M", "measure_asset"]

#: A larger asset is a scene or in the wrong unit, a smaller one is invisible [m].
LARGEST_M = 200.0
SMALLEST_M = 0.001
#: Points that are stored less exactly than this are worth a warning [m].
_COARSE_M = 0.001


def measure_asset(path: Path, *, asset_id: str) -> tuple[AssetMeasure, list[Issue]]:
    """Measure one USD file in the layout frame's axes: metres, Z up, whatever the file's own are.

    Args:
        path: The file; it is opened with all payloads.
        asset_id: Stored in the result.

    Returns:
        The measure, and warnings: units or up axis not authored, files it needs are missing, points
        too far out to be exact.

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
    except (RuntimeError, ValueError) as exc:  # what the C++ reader lets through; odd arrays
        raise AssetUnresolvedError(f"{path.name} is not readable as USD; check the file.") from exc


def _measure_stage(stage: Usd.Stage, name: str, asset_id: str) -> tuple[AssetMeasure, list[Issue]]:
    issues: list[Issue] = []
    up_axis = _read_up_axis(stage, name, issues)
    meters_per_unit = _read_meters_per_unit(stage, name, issues)
    incomplete = _list_missing_files(stage, name)
    default_prim = stage.GetDefaultPrim()
    root = default_prim if default_prim else stage.GetPseudoRoot()
    geometry = measure_geometry(root, name, up=1 if up_axis == "Y" else 2)
    _check_finite(name, geometry.low, geometry.high, incomplete)
    missing_material_count = count_missing_materials(root)
    issues += incomplete
    issues += _list_oddities(root, name, geometry.step * meters_per_unit, missing_material_count)
    low, high = _correct_axes(geometry.low, geometry.high, up_axis=up_axis)
    low, high = low * meters_per_unit, high * meters_per_unit
    size = high - low
    _check_size(name, size, low, high)
    center = (low + high) / 2.0
    units = np.array((meters_per_unit, meters_per_unit**2))
    parts, shelves = _read_hollows(geometry, low, high, up_axis, meters_per_unit)
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
        parts=parts,
        shelves=shelves,
        missing_material_count=missing_material_count,
        is_animated=geometry.is_animated,
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
        errors = {str(error) for error in stage.GetCompositionErrors()}
    else:  # USD before 24.11 keeps them with each prim
        tops = (stage.GetPseudoRoot(), *stage.GetPrototypes())
        indices = [p.GetPrimIndex() for top in tops for p in Usd.PrimRange.AllPrims(top)]
        layers = stage.GetPseudoRoot().GetPrimIndex().rootNode.layerStack
        found = [*layers.localErrors, *(error for i in indices for error in i.localErrors)]
        errors = {str(error) for error in found}
    message = (
        f"{name} refers to {len(errors)} file(s) or prim(s) that cannot be found; it may be "
        "incomplete."
    )
    return [_warn("ASSET_UNRESOLVED", message)] if errors else []


def _list_oddities(
    root: Usd.Prim, name: str, step_m: float, missing_material_count: int
) -> list[Issue]:
    issues = []
    if root.IsPseudoRoot() and len(root.GetChildren()) > 1:
        message = f"{name} has several root prims and no default prim; set its defaultPrim."
        issues.append(_warn("ASSET_UNRESOLVED", message))
    if step_m > _COARSE_M:
        message = (
            f"{name} has points so far from their origin that they are exact to "
            f"{step_m * 1000.0:.3g} mm only; move them there."
        )
        issues.append(_warn("USD_INVALID", message))
    if missing_material_count:
        message = f"{name} has {missing_material_count} material(s) or texture(s) that are missing."
        issues.append(_warn("ASSET_UNRESOLVED", message))
    return issues


def _read_hollows(
    geometry: Geometry,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    up_axis: str,
    meters_per_unit: float,
) -> tuple[tuple[Part, ...], tuple[Shelf, ...]]:
    """Return parts and shelves in the placed frame; low and high are the corrected bound [m]."""
    if geometry.triangles is None:
        return (), ()
    triangles = geometry.triangles
    if up_axis == "Y":
        triangles = np.stack([triangles[..., 0], -triangles[..., 2], triangles[..., 1]], axis=-1)
    origin = np.array(((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0, low[2]))
    return read_hollows(triangles * meters_per_unit - origin)


def _check_finite(
    name: str, low: NDArray[np.float64], high: NDArray[np.float64], incomplete: list[Issue]
) -> None:
    if np.isfinite(low).all() and np.isfinite(high).all():
        return
    is_empty = np.isinf(low).all() and np.isinf(high).all()
    what = "no visible geometry" if is_empty else "geometry without finite coordinates"
    because = " because files it refers to are missing" if is_empty and incomplete else ""
    raise AssetUnresolvedError(f"{name} has {what}{because}; it cannot be placed.")


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
