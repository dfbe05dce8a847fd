"""How an instance shows its asset: leaning, scaled, mirrored, or another file than its like.

Measured from the asset file's own frame, whose up axis and unit the file names, through every
transform to the layout frame. Where an instance refers to no file, or the file names no unit or
axis, its own prim's transform is judged. Reads composition and transforms, never geometry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Pcp, Sdf, Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from clappper.core.stage.triangles import TriangleReader

__all__ = ["LEAN_LIMIT_DEG", "Stance", "StanceReader", "find_mixed"]

#: A thing that leans more than this does not stand upright [deg].
LEAN_LIMIT_DEG = 0.2
#: Lengths may be off by this share.
SCALE_SLACK = 2e-4
_ARCS = (Pcp.ArcTypeReference, Pcp.ArcTypePayload)
_UP = {"Y": np.array([0.0, 1.0, 0.0]), "Z": np.array([0.0, 0.0, 1.0])}


@dataclass(frozen=True)
class Stance:
    """How one instance shows its asset."""

    prim_path: str
    #: Angle between its vertical and the stage's [deg].
    lean_deg: float
    #: Whether it is scaled, sheared or mirrored.
    is_distorted: bool
    asset_id: str | None
    #: Identifier of the layer and path of the prim it refers to, None without any.
    source: tuple[str, str] | None


class StanceReader:
    """Reads the stances of one stage; looks into each asset file once."""

    def __init__(self, to_layout: NDArray[np.float64], reader: TriangleReader) -> None:
        """Read with a 4x4 matrix (column vectors) from the stage's frame to the layout frame."""
        self._to_layout, self._reader = to_layout, reader
        #: From the frame of a prim in an asset to the asset's, with the file's unit, 3x3, and up.
        self._frames: dict[tuple[str, str], tuple[NDArray[np.float64], str] | None] = {}

    def read(self, prim: Usd.Prim) -> Stance:
        """Return how an instance stands."""
        carrier, arc = _find_arc(prim)
        source = frame = None
        if arc is not None:
            layer = arc.layerStack.identifier.rootLayer
            source = layer.identifier, str(arc.path)
            if source not in self._frames:
                self._frames[source] = _read_frame(layer, arc.path)
            frame = self._frames[source]
        if frame is None:
            world = self._reader.compute_world(prim)
            linear = (self._to_layout @ world @ np.linalg.inv(self._to_layout))[:3, :3]
            up = _UP["Z"]
        else:
            world = self._reader.compute_world(carrier)
            linear, up = (self._to_layout @ world)[:3, :3] @ frame[0], _UP[frame[1]]
        asset_id = prim.GetCustomDataByKey("clappper:assetId")
        lean_deg, is_distorted = _judge(linear, up)
        return Stance(str(prim.GetPath()), lean_deg, is_distorted, asset_id, source)


def find_mixed(stances: Iterable[Stance]) -> list[str]:
    """Return the instances that show another file than most of the same asset do.

    When no file is shown by most, all of them.
    """
    groups: dict[str, dict[tuple[str, str], list[str]]] = {}
    for stance in stances:
        if stance.asset_id is not None and stance.source is not None:
            files = groups.setdefault(stance.asset_id, {})
            files.setdefault(stance.source, []).append(stance.prim_path)
    mixed = []
    for files in groups.values():
        ordered = sorted(files.values(), key=len)
        is_tie = len(ordered) > 1 and len(ordered[-1]) == len(ordered[-2])
        mixed += [path for paths in (ordered if is_tie else ordered[:-1]) for path in paths]
    return mixed


def _find_arc(prim: Usd.Prim) -> tuple[Usd.Prim, Pcp.NodeRef | None]:
    """Return the prim, an instance or a child of it, that refers to an asset, and the arc."""
    for carrier in (prim, *prim.GetChildren()):
        for node in carrier.GetPrimIndex().rootNode.children:
            if node.arcType in _ARCS and not node.isInert:
                return carrier, node
    return prim, None


def _read_frame(layer: Sdf.Layer, path: Sdf.Path) -> tuple[NDArray[np.float64], str] | None:
    """Return the linear map from a prim's frame to the asset's in 1/m, and the asset's up axis."""
    if not all(
        layer.pseudoRoot.HasInfo(name)
        for name in (UsdGeom.Tokens.metersPerUnit, UsdGeom.Tokens.upAxis)
    ):
        return None
    stage = Usd.Stage.OpenMasked(layer, Usd.StagePopulationMask([path]), Usd.Stage.LoadNone)
    xformable = UsdGeom.Xformable(stage.GetPrimAtPath(path))
    unit = UsdGeom.GetStageMetersPerUnit(stage)
    own = np.eye(3)
    if xformable:
        matrix = xformable.GetLocalTransformation(Usd.TimeCode.EarliestTime())
        own = np.array(matrix, dtype=np.float64).T[:3, :3]
    if not np.isfinite(own).all() or abs(np.linalg.det(own)) < 1e-12 or not 1e-9 < unit < 1e9:
        return None
    return np.linalg.inv(own) / unit, str(UsdGeom.GetStageUpAxis(stage))


def _judge(linear: NDArray[np.float64], up: NDArray[np.float64]) -> tuple[float, bool]:
    """Return the lean [deg] of a direction under a linear map, and whether the map distorts."""
    if not np.isfinite(linear).all():
        return 0.0, True
    lengths = np.linalg.svd(linear, compute_uv=False)
    is_distorted = bool(np.abs(lengths - 1.0).max() > SCALE_SLACK or np.linalg.det(linear) < 0.0)
    turned = linear @ up
    cosine = turned[2] / max(float(np.linalg.norm(turned)), 1e-12)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))), is_distorted
