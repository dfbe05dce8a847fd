"""The builder: placements become typed prims on the stage it is given.

Authors references, kinds, customData and labels. Works on the stage's current edit target below
``target.parent_path`` and touches nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from clappper.core.errors import PrimPathConflictError
from clappper.core.stage.camera import author_camera
from clappper.core.stage.environment import author_environment
from clappper.core.stage.lights import author_lights, get_rig
from clappper.core.stage.looks import LookLibrary
from clappper.core.stage.xform import StageFrame, author_corrective_ops, author_pose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.catalog.models import Asset, AssetMeasure
    from clappper.core.layout.models import CameraPath, FloorLine, Placement, Placements
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.target import StageTarget

__all__ = ["PlacedAsset", "SceneParts", "build_scene"]


@dataclass(frozen=True)
class PlacedAsset:
    """A catalog asset ready to be referenced: ``asset_path`` is authored as it stands here."""

    asset: Asset
    measure: AssetMeasure
    asset_path: str


@dataclass(frozen=True)
class SceneParts:
    """Everything the builder puts on a stage besides the plan's words."""

    placements: Placements
    assets: Mapping[str, PlacedAsset]
    camera_path: CameraPath
    frames: int
    aspect: float
    texture_paths: Mapping[str, str]
    floor_lines: Sequence[FloorLine] = ()
    #: How much of the place is built: on a stage that has a floor, its walls or nothing.
    extent: Literal["all", "place", "walls", "none"] = "all"
    has_lights: bool = True


def build_scene(
    target: StageTarget,
    plan: ScenePlan,
    parts: SceneParts,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sdf.Path:
    """Author environment, lights, camera and all instances.

    Args:
        target: Where to author; its stage must say its up axis and units.
        plan: Names, nouns, light.
        parts: Placements and what they need.
        on_progress: Called with (placed, total) instances.

    Returns:
        Path of the camera to film with.

    Raises:
        PrimPathConflictError: The scene's prims exist already.
        StageMetricsMissingError: The stage does not say its up axis or units.
    """
    stage, root = target.stage, target.parent_path
    frame = StageFrame.of_stage(stage)
    names = {name: root.AppendChild(name) for name in ("Environment", "Lights", "Items", "Looks")}
    for path in names.values():
        if stage.GetPrimAtPath(path):
            raise PrimPathConflictError(f"{path} exists already: choose another parent prim.")
    looks = LookLibrary(stage, names["Looks"], parts.texture_paths)
    rig = get_rig(plan.lighting.mood)
    tallest = max(
        (
            p.translation_m.z + parts.assets[p.asset_id].measure.size_m.z
            for p in parts.placements.placements
        ),
        default=0.0,
    )
    room = parts.placements.room
    if parts.extent != "none":
        author_environment(
            stage,
            names["Environment"],
            room,
            frame,
            looks,
            free_height_m=tallest,
            lines=parts.floor_lines,
            extent=parts.extent,
        )
    if parts.has_lights:
        author_lights(stage, names["Lights"], room, rig, frame=frame, looks=looks)
    camera = author_camera(
        target,
        root.AppendPath("Cameras/Shot_01"),
        parts.camera_path,
        frame,
        frames=parts.frames,
        aspect=parts.aspect,
        exposure=rig.exposure,
    )
    _author_items(stage, names["Items"], plan, parts, frame=frame, on_progress=on_progress)
    return camera.GetPath()


def _author_items(
    stage: Usd.Stage,
    items_path: Sdf.Path,
    plan: ScenePlan,
    parts: SceneParts,
    *,
    frame: StageFrame,
    on_progress: Callable[[int, int], None] | None,
) -> None:
    Usd.ModelAPI(UsdGeom.Xform.Define(stage, items_path)).SetKind("group")
    nouns = {item.id: item.noun for item in plan.items}
    placements = parts.placements.placements
    for done, placement in enumerate(placements, start=1):
        group_path = items_path.AppendChild(placement.item)
        if not stage.GetPrimAtPath(group_path):
            Usd.ModelAPI(UsdGeom.Xform.Define(stage, group_path)).SetKind("group")
        _author_instance(
            stage,
            group_path,
            placement,
            parts.assets[placement.asset_id],
            frame,
            noun=nouns[placement.item],
        )
        if on_progress is not None:
            on_progress(done, len(placements))


def _author_instance(
    stage: Usd.Stage,
    group_path: Sdf.Path,
    placement: Placement,
    placed: PlacedAsset,
    frame: StageFrame,
    *,
    noun: str,
) -> Usd.Prim:
    """Author one instance: an Xform with translate and rotate, and inside it the referenced asset.

    Returns:
        The instance prim, kind component, with customData ``clappper:*`` and a semantic label.
    """
    path = group_path.AppendChild(placement.id)
    xform = UsdGeom.Xform.Define(stage, path)
    prim = xform.GetPrim()
    Usd.ModelAPI(prim).SetKind("component")
    author_pose(xform, frame, placement.translation_m, placement.yaw_deg)
    prim.SetCustomDataByKey("clappper:assetId", placement.asset_id)
    prim.SetCustomDataByKey("clappper:item", placement.item)
    prim.SetCustomDataByKey("clappper:noun", noun)
    _author_label(prim, noun)
    inner = UsdGeom.Xform.Define(stage, path.AppendChild("asset")).GetPrim()
    Usd.ModelAPI(inner).SetKind("subcomponent")
    measure = placed.measure
    root_prim = Sdf.Path() if measure.default_prim else _find_only_root(stage, placed.asset_path)
    inner.GetReferences().AddReference(placed.asset_path, root_prim)
    own = UsdGeom.Xformable(inner).GetXformOpOrderAttr().Get() or ()
    author_corrective_ops(inner, frame, measure, [str(token) for token in own])
    inner.SetInstanceable(True)
    if not measure.is_measured:
        # Nothing can be read, but whoever opens the stage should see what room was planned for it.
        half_x, half_y = measure.size_m.x / 2, measure.size_m.y / 2
        corners = [
            frame.to_point(-half_x, -half_y, 0.0),
            frame.to_point(half_x, half_y, measure.size_m.z),
        ]
        extent = [
            Gf.Vec3f(*(min(c[i] for c in corners) for i in range(3))),
            Gf.Vec3f(*(max(c[i] for c in corners) for i in range(3))),
        ]
        UsdGeom.ModelAPI.Apply(prim).SetExtentsHint(Vt.Vec3fArray(extent))
    return prim


def _find_only_root(stage: Usd.Stage, asset_path: str) -> Sdf.Path:
    """Return the path of a layer's only root prim, for an asset that names no default prim."""
    layer = Sdf.Layer.FindOrOpenRelativeToLayer(stage.GetEditTarget().GetLayer(), asset_path)
    roots = [spec.path for spec in layer.rootPrims] if layer else []
    return roots[0] if len(roots) == 1 else Sdf.Path()


def _author_label(prim: Usd.Prim, noun: str) -> None:
    """Label an instance for semantic segmentation.

    The schema is applied by name, so that any USD version writes the same text.
    """
    prim.AddAppliedSchema("SemanticsLabelsAPI:class")
    attribute = prim.CreateAttribute(
        "semantics:labels:class", Sdf.ValueTypeNames.TokenArray, custom=False
    )
    attribute.Set(Vt.TokenArray([noun]))
