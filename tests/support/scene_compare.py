"""Compares a scene with another building of it: another root prim, up axis, unit and time.

Nothing of the product is used: what is compared is what USD composes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SceneView", "list_differences"]

TOLERANCE = 1e-6
#: Attributes that are lengths; the others that follow the frame are points and directions.
LENGTHS = ("inputs:width", "inputs:height", "clippingRange")
POINTS = ("points", "extent", "extentsHint")


@dataclass(frozen=True)
class SceneView:
    """A scene on a stage: its root prim, the folder its assets lie in, and its first frame."""

    stage: Usd.Stage
    root: Sdf.Path
    folder: Path
    first_time: float = 1.0
    time_per_frame: float = 1.0

    @property
    def unit(self) -> float:
        return UsdGeom.GetStageMetersPerUnit(self.stage)

    @property
    def to_layout(self) -> np.ndarray:
        """Matrix from stage coordinates to metres, Z up, for row vectors."""
        turn = np.eye(4)
        if UsdGeom.GetStageUpAxis(self.stage) == "Y":
            turn[:3, :3] = [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
        turn[:3, :3] *= self.unit
        return turn

    def list_prims(self) -> dict[str, Usd.Prim]:
        """Return the prims the scene authors by their path below the root.

        Of what an asset brings, those are the ones the scene says something about.
        """
        prims = Usd.PrimRange.AllPrims(self.stage.GetPrimAtPath(self.root))
        return {self.strip(p.GetPath()): p for p in prims if self.find_spec(p)}

    def strip(self, path: Sdf.Path) -> str:
        return str(path.MakeRelativePath(self.root))

    def strip_file(self, asset_path: str) -> str:
        """Return a file as it is named in the run folder."""
        return asset_path.removeprefix(f"{self.folder.as_posix()}/").removeprefix("./")

    def find_spec(self, prim: Usd.Prim) -> Sdf.PrimSpec:
        return self.stage.GetEditTarget().GetLayer().GetPrimAtPath(prim.GetPath())


def list_differences(known: SceneView, other: SceneView, frames: tuple[int, ...]) -> list[str]:
    """Return what differs, prim by prim; the known scene is in metres, Z up."""
    prims, others = known.list_prims(), other.list_prims()
    found = [f"{path}: only in one" for path in sorted(prims.keys() ^ others.keys())]
    for path in sorted(prims.keys() & others.keys()):
        pair = prims[path], others[path]
        found += [f"{path}: {text}" for text in _compare_prims(known, other, *pair)]
        for frame in frames:
            if _differs_in_place(known, other, *pair, frame):
                found.append(f"{path}: stands elsewhere at frame {frame}")
    return found


def _compare_prims(
    known: SceneView, other: SceneView, prim: Usd.Prim, twin: Usd.Prim
) -> Iterator[str]:
    is_root = prim.GetPath() == known.root
    spec, twin_spec = known.find_spec(prim), other.find_spec(twin)
    fields, twin_fields = _read_fields(known, spec), _read_fields(other, twin_spec)
    if is_root:  # an assembly on a stage of its own, a group on the user's
        fields.pop("kind"), twin_fields.pop("kind")
    for key in fields.keys() | twin_fields.keys():
        if fields.get(key) != twin_fields.get(key):
            yield f"{key} is {twin_fields.get(key)}, not {fields.get(key)}"
    if prim.GetTypeName() != twin.GetTypeName() or prim.IsInstance() != twin.IsInstance():
        yield "is of another type"
    shown, shown_twin = UsdGeom.Imageable(prim), UsdGeom.Imageable(twin)
    if shown and (
        shown.ComputeVisibility() != shown_twin.ComputeVisibility()
        or shown.ComputePurpose() != shown_twin.ComputePurpose()
    ):
        yield "has another visibility or purpose"
    names = {name for name in spec.properties.keys() if "xformOp" not in name}  # noqa: SIM118
    twin_names = {name for name in twin_spec.properties.keys() if "xformOp" not in name}  # noqa: SIM118
    if names != twin_names:
        yield f"has other properties: {sorted(names ^ twin_names)}"
    for name in sorted(names & twin_names):
        if not _is_same_property(known, other, prim.GetProperty(name), twin.GetProperty(name)):
            yield f"{name} differs"
    bound, twin_bound = (
        UsdShade.MaterialBindingAPI(p).ComputeBoundMaterial()[0] for p in (prim, twin)
    )
    if bool(bound) != bool(twin_bound) or (
        bound and known.strip(bound.GetPath()) != other.strip(twin_bound.GetPath())
    ):
        yield "has another material"


def _read_fields(view: SceneView, spec: Sdf.PrimSpec) -> dict[str, object]:
    fields = {key: spec.GetInfo(key) for key in spec.ListInfoKeys()}
    if "references" in fields:
        fields["references"] = [
            (view.strip_file(r.assetPath), r.primPath, r.layerOffset)
            for r in spec.referenceList.prependedItems
        ]
    if "payload" in fields:
        payloads = spec.payloadList.prependedItems
        fields["payload"] = [(view.strip_file(p.assetPath), p.primPath) for p in payloads]
    return fields


def _is_same_property(
    known: SceneView, other: SceneView, prop: Usd.Property, twin: Usd.Property
) -> bool:
    if isinstance(prop, Usd.Relationship):
        targets, twin_targets = prop.GetTargets(), twin.GetTargets()
        return [known.strip(t) for t in targets] == [other.strip(t) for t in twin_targets]
    if prop.GetTypeName() != twin.GetTypeName() or prop.GetVariability() != twin.GetVariability():
        return False
    if prop.GetMetadata("interpolation") != twin.GetMetadata("interpolation"):
        return False
    connections = [known.strip(c) for c in prop.GetConnections()]
    if connections != [other.strip(c) for c in twin.GetConnections()]:
        return False
    value, twin_value = prop.Get(), twin.Get()
    if isinstance(value, Sdf.AssetPath):
        return known.strip_file(value.path) == other.strip_file(twin_value.path)
    if value is None or isinstance(value, str):
        return value == twin_value
    a, b = np.array(value), np.array(twin_value)
    if a.dtype.kind != "f":
        return a.tolist() == b.tolist()
    b = b.astype(float)
    if prop.GetName() in LENGTHS:
        b = b * other.unit
    elif prop.GetName() in POINTS:
        b = np.c_[b, np.ones(len(b))] @ other.to_layout
        b = b[:, :3]
        if "extent" in prop.GetName():
            b = np.array([b.min(axis=0), b.max(axis=0)])
    elif prop.GetName() == "normals":
        b = b @ (other.to_layout[:3, :3] / other.unit)
    # Points are single precision: they cannot be closer than the last bit of what they are.
    limit = TOLERANCE + 2**-23 * np.abs(a.astype(float)).max(initial=0.0)
    return a.shape == b.shape and bool(np.abs(a - b).max(initial=0.0) <= limit)


def _differs_in_place(
    known: SceneView, other: SceneView, prim: Usd.Prim, twin: Usd.Prim, frame: int
) -> bool:
    if not prim.IsA(UsdGeom.Xformable) or not prim.IsActive():
        return prim.IsA(UsdGeom.Xformable) != twin.IsA(UsdGeom.Xformable)
    matrix = _compute_matrix(known, prim, frame)
    twin_matrix = _compute_matrix(other, twin, frame) @ other.to_layout
    own = np.eye(4)
    is_light = "Light" in prim.GetTypeName() and prim.GetTypeName() != "DomeLight"
    if prim.IsA(UsdGeom.Camera) or is_light:
        # They look along their own -Z whatever the stage's up axis is.
        own[:3, :3] /= other.unit
        twin_matrix = own @ twin_matrix
    elif "asset" not in known.strip(prim.GetPath()).split("/"):  # what is keeps its own frame
        twin_matrix = np.linalg.inv(other.to_layout) @ twin_matrix
    return bool(np.abs(matrix - twin_matrix).max() > TOLERANCE)


def _compute_matrix(view: SceneView, prim: Usd.Prim, frame: int) -> np.ndarray:
    time = Usd.TimeCode(view.first_time + (frame - 1) * view.time_per_frame)
    matrix: Gf.Matrix4d = UsdGeom.XformCache(time).GetLocalToWorldTransform(prim)
    return np.array(matrix)
