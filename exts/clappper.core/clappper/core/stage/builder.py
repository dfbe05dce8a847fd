"""The builder: placements become typed prims on the stage it is given.

Authors on the stage's current edit target below ``target.parent_path`` and touches nothing else.
The parent's own transform stays in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pxr import Sdf

from clappper.core.stage.asset_source import AssetSource, SourceReader
from clappper.core.stage.camera import author_camera
from clappper.core.stage.environment import author_environment
from clappper.core.stage.instances import InstanceWriter, PlacedAsset
from clappper.core.stage.lights import author_lights, get_rig
from clappper.core.stage.looks import LookLibrary
from clappper.core.stage.xform import StageFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.issue import Issue
    from clappper.core.layout.models import CameraPath, FloorLine, Placements
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.target import StageTarget

__all__ = ["BuiltScene", "PlacedAsset", "SceneParts", "build_scene"]

_PARTS = ("Environment", "Lights", "Cameras", "Items", "Looks")


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


@dataclass(frozen=True)
class BuiltScene:
    """Path of the camera to film with, and what was found while building."""

    camera_path: Sdf.Path
    issues: tuple[Issue, ...]


def build_scene(
    target: StageTarget,
    plan: ScenePlan,
    parts: SceneParts,
    on_progress: Callable[[int, int], None] | None = None,
) -> BuiltScene:
    """Author environment, lights, camera and all instances.

    The stage composes once, at the end, and is as it was when something fails. An asset that does
    not open is told, and its instances stand there with their planned size.

    Args:
        target: Where to author; its stage must say its up axis and units.
        plan: Names, nouns, light.
        parts: Placements and what they need.
        on_progress: Called with (placed, total) instances; it must leave the stage alone.

    Raises:
        PrimPathConflictError: The scene's prims exist already.
        StageMetricsMissingError: The stage does not say its up axis or units.
        StageError: Nothing can be authored at the edit target or below the parent.
    """
    frame = StageFrame.of_stage(target.stage)
    reader = SourceReader(target.stage.GetEditTarget().GetLayer())
    sources = {
        asset_id: reader.read(placed.asset_path) if placed.measure.is_measured else AssetSource()
        for asset_id, placed in parts.assets.items()
    }
    with target.authoring(_PARTS) as layer:
        camera_path = _author_place(layer, target, plan, parts, frame)
        writer = InstanceWriter(layer, target.parent_path.AppendChild("Items"), frame)
        _author_items(writer, plan, parts, sources, on_progress)
    issues = tuple(issue for source in sources.values() for issue in source.issues)
    return BuiltScene(camera_path, issues)


def _author_place(
    layer: Sdf.Layer, target: StageTarget, plan: ScenePlan, parts: SceneParts, frame: StageFrame
) -> Sdf.Path:
    """Author what is around the things, and return the camera's path."""
    root, room = target.parent_path, parts.placements.room
    looks = LookLibrary(layer, root.AppendChild("Looks"), parts.texture_paths)
    rig = get_rig(plan.lighting.mood)
    tops = [
        p.translation_m.z + parts.assets[p.asset_id].measure.size_m.z
        for p in parts.placements.placements
    ]
    if parts.extent != "none":
        author_environment(
            layer,
            root.AppendChild("Environment"),
            room,
            frame,
            looks,
            free_height_m=max(tops, default=0.0),
            lines=parts.floor_lines,
            extent=parts.extent,
        )
    if parts.has_lights:
        author_lights(
            layer,
            root.AppendChild("Lights"),
            room,
            rig,
            frame=frame,
            looks=looks,
            free_height_m=max(tops, default=0.0),
        )
    camera_path = root.AppendPath("Cameras/Shot_01")
    author_camera(
        layer,
        camera_path,
        parts.camera_path,
        frame,
        to_time=target.to_layer_time,
        frames=parts.frames,
        aspect=parts.aspect,
        exposure=rig.exposure,
    )
    return camera_path


def _author_items(
    writer: InstanceWriter,
    plan: ScenePlan,
    parts: SceneParts,
    sources: Mapping[str, AssetSource],
    on_progress: Callable[[int, int], None] | None,
) -> None:
    nouns = {item.id: item.noun for item in plan.items}
    placements = parts.placements.placements
    for done, placement in enumerate(placements, start=1):
        asset_id = placement.asset_id
        noun = nouns[placement.item]
        writer.add(placement, noun, parts.assets[asset_id], sources[asset_id])
        if on_progress is not None:
            on_progress(done, len(placements))
