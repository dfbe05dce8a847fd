"""The certificate of a stage.

Everything measured on the stage itself, and what is wrong said as issues.

Shares nothing with the layout solver and trusts no placement. Works on any stage, Y up or Z up, in
any unit; without our custom data it measures collisions between component prims only. Reads the
stage and changes nothing.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from pxr import Usd

from clappper.core import __version__
from clappper.core.stage.access import find_in_walls, measure_access
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.composition import (
    find_asset_issues,
    find_metrics_issues,
    measure_assets,
)
from clappper.core.stage.coverage import measure_cameras, read_pose
from clappper.core.stage.findings import (
    find_access_issues,
    find_camera_issues,
    find_count_issues,
    find_geometry_issues,
    find_plan_issues,
    find_relation_issues,
)
from clappper.core.stage.geometry import find_collisions, measure_geometry
from clappper.core.stage.inspect import read_scene
from clappper.core.stage.models import Anchor, Certificate, CountReport, UsdReport
from clappper.core.stage.relations import Measurements, measure_relations
from clappper.core.stage.support import find_supports
from clappper.core.stage.validate import find_version, validate_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.issue import Issue
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.coverage import CameraPose
    from clappper.core.stage.inspect import Scene

__all__ = ["compute_certificate"]

_STEPS = 6


def compute_certificate(
    stage: Usd.Stage,
    *,
    plan: ScenePlan | None,
    plan_sha256: str | None = None,
    catalog_sha256: str | None = None,
    seed: int | None = None,
    extra_issues: Sequence[Issue] = (),
    validate: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> Certificate:
    """Measure a stage.

    Args:
        stage: Composed stage; payloads that are not loaded count as unreadable.
        plan: What was asked, or None when only the stage is judged.
        plan_sha256: Hash of the plan file, passed through.
        catalog_sha256: Hash of the catalog, passed through.
        seed: Seed of the layout, passed through.
        extra_issues: Findings of earlier steps that belong into the certificate.
        validate: Whether the USD validator runs as well.
        on_progress: Called with steps done and their number.

    Raises:
        StageError: The stage's unit is no length, so nothing can be measured.
    """
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, _STEPS)

    scene, world = read_scene(stage), CollisionWorld()
    advance()
    in_walls = find_in_walls(scene)
    collisions = find_collisions(scene, world)
    supports = find_supports(scene, world, in_walls) if scene.is_structured else {}
    geometry = measure_geometry(scene, world, collisions, supports, in_walls)
    advance()
    access = measure_access(scene, world, plan, in_walls)
    advance()
    cameras = measure_cameras(scene, world)
    advance()
    measurements = Measurements(
        scene=scene,
        world=world,
        supports=supports,
        in_walls=in_walls,
        colliding=frozenset(
            path for collision in collisions for path in (collision.a, collision.b)
        ),
        camera=_read_middle_pose(scene),
    )
    relations = measure_relations(measurements, plan) if plan is not None else []
    advance()
    counts = _count_nouns(scene, plan)
    assets, asset_issues = measure_assets(stage)
    usd = UsdReport(validator=None, issues=(), asset_issues=())
    usd_issues: list[Issue] = []
    if validate:
        paths = [body.prim_path for body in scene.instances] if scene.is_structured else []
        usd, usd_issues = validate_stage(stage, [*paths, *scene.unverified])
    advance()
    issues = [
        *find_geometry_issues(scene, geometry, supports),
        *find_count_issues(counts, plan),
        *asset_issues,
        *find_metrics_issues(stage, scene.distorted),
        *find_asset_issues(scene.mixed, scene.resized),
        *find_relation_issues(relations),
        *find_access_issues(scene, access, plan),
        *find_camera_issues(scene, cameras, plan),
        *usd.issues,
        *usd_issues,
        *find_plan_issues(plan),
        *extra_issues,
    ]
    return Certificate(
        ok=all(issue.severity != "error" for issue in issues),
        stage=Path(stage.GetRootLayer().realPath).name or stage.GetRootLayer().identifier,
        plan_sha256=plan_sha256,
        catalog_sha256=catalog_sha256,
        seed=seed,
        versions=_collect_versions(),
        counts=tuple(counts),
        geometry=geometry,
        access=access,
        relations=tuple(relations),
        cameras=tuple(cameras),
        assets=assets,
        usd=usd,
        anchor=Anchor(floor=scene.floor, height_m=round(scene.floor_height_m, 6)),
        issues=tuple(dict.fromkeys(issues)),
    )


def _collect_versions() -> dict[str, str]:
    return {
        "clappper": __version__,
        "python": platform.python_version(),
        "usd": ".".join(str(part) for part in Usd.GetVersion()[1:]),
        "python-fcl": find_version("python-fcl"),
        "embreex": find_version("embreex"),
    }


def _count_nouns(scene: Scene, plan: ScenePlan | None) -> list[CountReport]:
    asked: dict[str, int] = {}
    for item in plan.items if plan else ():
        asked[item.noun] = asked.get(item.noun, 0) + item.count
    placed: dict[str, int] = {}
    for body in scene.instances if scene.is_structured else ():
        placed[body.noun or ""] = placed.get(body.noun or "", 0) + 1
    nouns = [*asked, *(noun for noun in placed if noun not in asked)]
    return [
        CountReport(
            noun=noun,
            asked=asked.get(noun, 0) if plan else placed[noun],
            placed=placed.get(noun, 0),
        )
        for noun in nouns
    ]


def _read_middle_pose(scene: Scene) -> CameraPose | None:
    if not scene.cameras:
        return None
    return read_pose(
        scene,
        scene.cameras[0],
        (scene.stage.GetStartTimeCode() + scene.stage.GetEndTimeCode()) / 2.0,
    )
