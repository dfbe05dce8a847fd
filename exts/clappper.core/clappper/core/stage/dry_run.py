"""The private stage on which a scene is authored and measured before the live stage is touched.

It measures and counts time like the live stage and holds the scene at the same prim path, in a
layer of its own that is then copied. What the live stage has near it stands there, too, in another
layer, so that the certificate measures against it; below the scene a slab marks the room on a floor
that is there. One thread owns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from clappper.core.stage.builder import SceneParts, build_scene
from clappper.core.stage.collision import compute_bound_gaps
from clappper.core.stage.models import Anchor
from clappper.core.stage.slab import Slab, author_slab
from clappper.core.stage.target import StageTarget
from clappper.core.stage.xform import StageFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.issue import Issue
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.clip import Clip
    from clappper.core.stage.ground import Spot
    from clappper.core.stage.survey import StageSurvey
    from clappper.core.stage.triangles import Mesh

__all__ = ["DryRun", "author_dry_run"]

_FLOOR_THICKNESS_M = 0.2
#: Where what the live stage has stands on the private one.
_EXISTING = "/Existing"
#: Things nearer than this to the scene are measured against [m], nearest first, at most so many
#: triangles.
_NEAR_M, _MAX_TRIANGLES = 20.0, 500_000


@dataclass(frozen=True)
class DryRun:
    """An authored private stage."""

    stage: Usd.Stage
    #: Holds the scene at ``scene_path`` and nothing else that counts.
    layer: Sdf.Layer
    scene_path: Sdf.Path
    camera_path: Sdf.Path
    issues: tuple[Issue, ...]


def author_dry_run(
    survey: StageSurvey,
    plan: ScenePlan,
    parts: SceneParts,
    *,
    spot: Spot,
    clip: Clip,
    on_progress: Callable[[int, int], None] | None = None,
) -> DryRun:
    """Author a scene privately as it will stand on the surveyed stage.

    Args:
        survey: The live stage.
        plan: Names, nouns, light.
        parts: What to author.
        spot: Where the scene's origin stands [m, layout frame].
        clip: Time codes of its frames.
        on_progress: Called with (placed, total) instances.
    """
    layer, other_layer = (Sdf.Layer.CreateAnonymous(f"{name}.usda") for name in ("scene", "other"))
    # A layer that does not say how it counts time would be scaled from 24 time codes per second.
    layer.timeCodesPerSecond = survey.time_codes_per_second
    stage = Usd.Stage.CreateInMemory("clappper_dry_run.usda")
    root = stage.GetRootLayer()
    root.subLayerPaths = [layer.identifier, other_layer.identifier]
    UsdGeom.SetStageUpAxis(stage, survey.up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, survey.meters_per_unit)
    stage.SetTimeCodesPerSecond(survey.time_codes_per_second)
    stage.SetStartTimeCode(clip.first_time_code)
    stage.SetEndTimeCode(clip.last_time_code)
    scene_path = Sdf.Path(survey.scene_path)
    for path in scene_path.GetParentPath().GetPrefixes():
        prim = UsdGeom.Xform.Define(stage, path).GetPrim()
        Usd.ModelAPI(prim).SetKind("assembly" if path.IsRootPrimPath() else "group")
    stage.SetDefaultPrim(stage.GetPrimAtPath(scene_path.GetPrefixes()[0]))
    frame = StageFrame.of_stage(stage)
    stage.SetEditTarget(layer)
    _author_root(stage, scene_path, frame, spot, resets=survey.is_transformed)
    floor = "own" if spot.needs_floor else survey.ground.floor
    target = StageTarget(
        stage,
        scene_path,
        Anchor(floor=floor, height_m=spot.z),
        first_time_code=clip.first_time_code,
        time_codes_per_frame=clip.time_codes_per_frame,
    )
    built = build_scene(target, plan, parts, on_progress)
    stage.SetEditTarget(other_layer)
    size = parts.placements.room.size_m
    half_x, half_y = size.x / 2, size.y / 2
    for number, mesh in enumerate(_find_near(survey, spot, half_x, half_y)):
        _author_mesh(stage, Sdf.Path(f"{_EXISTING}/Mesh_{number}"), mesh, frame)
    if not spot.needs_floor:
        slab = Slab(-half_x, -half_y, -_FLOOR_THICKNESS_M, half_x, half_y, 0.0)
        author_slab(other_layer, scene_path.AppendPath("Environment/Floor"), slab, frame)
    stage.SetEditTarget(root)
    return DryRun(stage, layer, scene_path, built.camera_path, built.issues)


def _author_root(
    stage: Usd.Stage, path: Sdf.Path, frame: StageFrame, spot: Spot, *, resets: bool
) -> None:
    xform = UsdGeom.Xform.Define(stage, path)
    Usd.ModelAPI(xform).SetKind("group")
    if resets:
        xform.SetResetXformStack(True)
    point = frame.to_point(spot.x, spot.y, spot.z)
    if point != Gf.Vec3d(0.0):
        xform.AddTranslateOp().Set(point)


def _find_near(survey: StageSurvey, spot: Spot, half_x_m: float, half_y_m: float) -> list[Mesh]:
    """Return what stands near a scene already, nearest first."""
    middle, half = np.array([spot.x, spot.y]), np.array([half_x_m, half_y_m])
    bounds = np.array([mesh.bound[:, :2] for mesh in survey.meshes]).reshape(-1, 2, 2)
    gaps = compute_bound_gaps(np.stack([middle - half, middle + half]), bounds)
    near, count = [], 0
    for index in np.argsort(gaps, kind="stable"):
        mesh = survey.meshes[index]
        count += len(mesh.triangles)
        if gaps[index] >= _NEAR_M or count > _MAX_TRIANGLES:
            break
        near.append(mesh)
    return near


def _author_mesh(stage: Usd.Stage, path: Sdf.Path, mesh: Mesh, frame: StageFrame) -> None:
    prim = UsdGeom.Mesh.Define(stage, path)
    prim.CreatePointsAttr(frame.to_points(mesh.vertices))
    counts = np.full(len(mesh.triangles), 3, dtype=np.int32)
    prim.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(counts))
    indices = np.ascontiguousarray(mesh.triangles.reshape(-1), dtype=np.int32)
    prim.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(indices))
    prim.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
